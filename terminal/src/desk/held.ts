/** A state from the server with what is needed to say how old it is now. */
export interface Held<T> {
  data: T;
  /** When the server sent it, by the server's clock, in Unix milliseconds. */
  sentAt: number;
  /** When it came in, by the page's steady clock. */
  received: number;
  /** Half of the round trip at that time. */
  travelMs: number;
  connection: number;
}

/** How long ago the server sent this. */
export function sinceSent(held: Held<unknown>, now: number): number {
  return held.travelMs + Math.max(0, now - held.received);
}

/** The age now of something that was `ageMs` old at the server's time `at`. */
export function ageOf(held: Held<unknown>, at: number, ageMs: number | null, now: number): number | null {
  return ageMs === null ? null : Math.max(0, held.sentAt - at) + ageMs + sinceSent(held, now);
}

/** The server's clock now, as far as this page can tell. */
export function serverTime(held: Held<unknown>, now: number): number {
  return held.sentAt + sinceSent(held, now);
}
