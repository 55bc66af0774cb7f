import { type Reader, ShapeError } from "../decode";
import { type Envelope, envelope, pong, refusal } from "../wire";
import { backoffMs } from "./backoff";
import { Sequences } from "./sequence";

/** The part of a browser's WebSocket that the link uses. */
export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: { data: unknown }) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
}

export interface LinkState {
  phase: "connecting" | "live" | "lost";
  /** Since when, by the page's own steady clock. */
  since: number;
  attempt: number;
  why: string | null;
}

/** Something that went wrong in words a user can act on, under a code that stays the same. */
export interface Fault {
  code: string;
  detail: string;
  next: string;
}

export interface LinkEvents {
  message(message: Envelope, received: number, connection: number): void;
  state(state: LinkState): void;
  roundTrip(ms: number): void;
  fault(channel: string | null, fault: Fault): void;
}

/** Takes a channel's messages as they came, for channels that keep an order of their own. */
export interface Listener {
  message(message: unknown, received: number, connection: number): void;
  fault(fault: Fault): void;
  /** Behind which sequence to go on after a loss; null for a new beginning. */
  since?(): number | null;
}

export interface LinkParts {
  open(): Socket;
  now(): number;
  random(): number;
}

const SILENCE_MS = 2_500;
const PING_MS = 2_000;

/**
 * One socket for everything. It is judged by the `status` that the server sends each second, never by `readyState`,
 * and it is opened again for ever. What is subscribed is declared here and replayed whole on each connection.
 */
export class Link {
  readonly sequences = new Sequences();
  connections = 0;

  #socket: Socket | null = null;
  #channels = new Set<string>();
  #listeners = new Map<string, Listener>();
  #greeting: object | null = null;
  #paceHz: number | null = null;
  #state: LinkState;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #silence: ReturnType<typeof setTimeout> | null = null;
  #pinger: ReturnType<typeof setInterval> | null = null;
  #pings = new Map<number, number>();
  #pingId = 0;

  constructor(
    private readonly parts: LinkParts,
    private readonly events: LinkEvents,
  ) {
    this.#state = { phase: "connecting", since: parts.now(), attempt: 0, why: null };
  }

  start(): void {
    this.#connect();
  }

  subscribe(...channels: string[]): void {
    const added = channels.filter((channel) => !this.#channels.has(channel));
    for (const channel of added) {
      this.#channels.add(channel);
      this.sequences.forget(channel);
    }
    if (added.length > 0) this.#send(this.#subscription(added));
  }

  /** Hands a channel's messages to a listener, or to nobody any more; subscribing is another matter. */
  listen(channel: string, listener: Listener | null): void {
    if (listener === null) this.#listeners.delete(channel);
    else this.#listeners.set(channel, listener);
  }

  /** What is said first on each connection, and now where there is one. */
  greet(greeting: object | null): void {
    this.#greeting = greeting;
    if (greeting !== null) this.#send(greeting);
  }

  unsubscribe(...channels: string[]): void {
    const left = channels.filter((channel) => this.#channels.delete(channel));
    if (left.length > 0) this.#send({ op: "unsubscribe", channels: left });
  }

  /** Asks for at most this many messages a second and channel. */
  pace(hz: number): void {
    this.#paceHz = hz;
    this.#send({ op: "pace", hz });
  }

  /** The page came back or the network did: no reason to wait for the back-off. */
  wake(): void {
    if (this.#state.phase === "lost" && this.#retry !== null) this.#connect();
  }

  #connect(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    const connection = ++this.connections;
    this.sequences.restart();
    this.#pings.clear();
    let socket: Socket;
    try {
      socket = this.parts.open();
    } catch (error) {
      this.#lose(error instanceof Error ? error.message : "the socket could not be opened");
      return;
    }
    this.#socket = socket;
    this.#listenFor(SILENCE_MS * 2);
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      if (this.#greeting !== null) this.#send(this.#greeting);
      if (this.#channels.size > 0) this.#send(this.#subscription([...this.#channels]));
      if (this.#paceHz !== null) this.#send({ op: "pace", hz: this.#paceHz });
      this.#ping();
      this.#pinger = setInterval(() => this.#ping(), PING_MS);
      this.#listenFor(SILENCE_MS);
    };
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#receive(event.data, connection);
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#lose("the server closed the socket");
    };
  }

  #receive(data: unknown, connection: number): void {
    const received = this.parts.now();
    let parsed: unknown;
    try {
      parsed = JSON.parse(data as string);
    } catch {
      this.events.fault(null, shapeFault("a message that is not JSON"));
      return;
    }
    const channel = (parsed as { channel?: unknown } | null)?.channel;
    if (channel === "pong") {
      const answer = this.#read(pong, parsed);
      const sent = answer === null ? undefined : this.#pings.get(answer.id);
      if (answer === null || sent === undefined) return;
      this.#pings.delete(answer.id);
      this.events.roundTrip(received - sent);
      return;
    }
    if (channel === "error") {
      const answer = this.#read(refusal, parsed);
      if (answer === null) return;
      const named = [...this.#channels].find((name) => answer.detail.includes(name)) ?? null;
      const about = answer.code.startsWith("key_") ? "auth" : named;
      const next = "Is the terminal of the same version as the server? Reload the page.";
      const fault = { code: answer.code, detail: answer.detail, next };
      const concerned = about === null ? undefined : this.#listeners.get(about);
      if (concerned === undefined) this.events.fault(about, fault);
      else concerned.fault(fault);
      return;
    }
    const listener = typeof channel === "string" ? this.#listeners.get(channel) : undefined;
    if (listener !== undefined) {
      listener.message(parsed, received, connection);
      return;
    }
    const message = this.#read(envelope, parsed);
    if (message === null || !this.#channels.has(message.channel)) return;
    if (this.sequences.admit(message.channel, message.from, message.sequence) === "old") return;
    if (message.channel === "status") {
      this.#listenFor(SILENCE_MS);
      if (this.#state.phase !== "live") this.#enter({ phase: "live", since: received, attempt: 0, why: null });
    }
    this.events.message(message, received, connection);
  }

  #read<T>(reader: Reader<T>, value: unknown): T | null {
    try {
      return reader(value);
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      this.events.fault(null, shapeFault(error.message));
      return null;
    }
  }

  #listenFor(ms: number): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lose(`no status from the server for ${ms / 1000} s`), ms);
  }

  #lose(why: string): void {
    const socket = this.#socket;
    this.#socket = null;
    if (this.#silence !== null) clearTimeout(this.#silence);
    if (this.#pinger !== null) clearInterval(this.#pinger);
    this.#silence = null;
    this.#pinger = null;
    socket?.close();
    const attempt = this.#state.phase === "lost" ? this.#state.attempt + 1 : 0;
    const since = this.#state.phase === "lost" ? this.#state.since : this.parts.now();
    this.#enter({ phase: "lost", since, attempt, why });
    this.#retry = setTimeout(() => this.#connect(), backoffMs(attempt, this.parts.random()));
  }

  #subscription(channels: string[]): object {
    const since: Record<string, number> = {};
    for (const channel of channels) {
      const position = this.#listeners.get(channel)?.since?.() ?? null;
      if (position !== null) since[channel] = position;
    }
    return Object.keys(since).length === 0 ? { op: "subscribe", channels } : { op: "subscribe", channels, since };
  }

  #ping(): void {
    if (this.#pings.size > 16) this.#pings.clear();
    this.#pings.set(++this.#pingId, this.parts.now());
    this.#send({ op: "ping", id: this.#pingId });
  }

  #send(message: object): void {
    // A socket that is still opening throws on send; what is declared is replayed once it is open.
    try {
      this.#socket?.send(JSON.stringify(message));
    } catch {
      return;
    }
  }

  #enter(state: LinkState): void {
    this.#state = state;
    this.events.state(state);
  }
}

/** A message of an unknown shape: said aloud, so that nobody trusts a page that has stopped understanding. */
export function shapeFault(detail: string): Fault {
  const next = "The terminal and the server differ in version: reload the page, or rebuild with `npm run build`.";
  return { code: "WIRE_SHAPE", detail, next };
}
