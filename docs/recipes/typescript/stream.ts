// A connection to Strikeline that stays alive: first who you are, then what you want, from where you were.
//
//   const stream = new Stream({ url: "ws://127.0.0.1:8080/ws", channels: ["depth@SOL/USDC"] }, (message) => …);
//   await stream.run();

import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";
import type { Signer } from "./signing.ts";

const MOST_WAIT_MS = 5_000;

/** A snapshot or an update of a channel. */
export interface Message<T> {
  channel: string;
  type: "snapshot" | "update";
  /** The sequence of the message before; in updates of `depth@` and `orders`. */
  previous?: number;
  sequence: number;
  at: number;
  data: T;
}

/** The exchange has said no; nothing was changed. `code` is stable, the words are for people. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}

/** The end of a program that was refused: in one line. */
export function exit(failure: unknown): never {
  console.error(failure instanceof Refused ? `refused: ${failure.message}` : failure);
  process.exit(1);
}

/** The connection was lost before the answer came: it may have been done, or not. */
export class OutcomeUnknown extends Error {}

/** The connection is of no use any more, and another one may be. */
class Useless extends Error {}

export interface StreamOptions {
  url: string;
  /** By their full names: `depth@SOL/USDC`. */
  channels: string[];
  /** Where one of them is private, or orders are sent. */
  key?: string | undefined;
  /** Where the key must sign. */
  signer?: Signer | undefined;
  /** A connection on which nothing is heard for so long, not even a pong, is given up. */
  silenceMs?: number | undefined;
}

type Answer =
  | { channel: "reply"; id: number; ok: true; data: unknown }
  | { channel: "reply"; id: number; ok: false; code: string; detail: string }
  | { channel: "error"; code: string; detail: string }
  | { channel: "auth" | "pong" };

interface Asked {
  resolve: (data: unknown) => void;
  reject: (why: Error) => void;
}

/** Messages of channels, in order and without a hole, over as many connections as it takes. */
export class Stream<T> {
  /** The last sequence of each channel that was taken in whole. */
  readonly positions = new Map<string, number>();
  connections = 0;

  readonly #options: StreamOptions;
  readonly #take: (message: Message<T>) => void;
  readonly #silenceMs: number;
  readonly #asked = new Map<number, Asked>();
  #socket: WebSocket | undefined;
  #waiting: (() => void)[] = [];
  #isReady = false;
  #isHeard = false;
  #isEnded = false;
  #failure: Error | undefined;
  #lastId = 0;
  #date = "";

  /** `take` gets snapshots and updates; it does its work before it returns. */
  constructor(options: StreamOptions, take: (message: Message<T>) => void) {
    this.#options = options;
    this.#take = take;
    this.#silenceMs = options.silenceMs ?? 10_000;
  }

  /** Runs until `stop`. Fails with `Refused` (what is wrong then is not the network), or with what `take` throws. */
  async run(): Promise<void> {
    let waitMs = 0;
    try {
      while (!this.#isEnded) {
        this.#isHeard = false;
        const reason = await this.#connection();
        this.#letGo(new OutcomeUnknown(reason));
        if (this.#isEnded) {
          return;
        }

        waitMs = this.#isHeard ? 50 : Math.min(MOST_WAIT_MS, Math.max(50, 2 * waitMs));
        console.error(`connection ${this.connections} lost (${reason}), again in ${waitMs} ms`);
        // Not all clients at the same moment.
        await sleep(waitMs * (0.5 + Math.random() / 2));
      }
    } catch (failure) {
      this.#failure = failure as Error;
      throw failure;
    } finally {
      this.#isEnded = true;
      this.#failure ??= new Error("the stream has ended");
      this.#letGo(this.#failure);
      this.#wake();
    }
  }

  /** Ends `run`. */
  stop(): void {
    this.#isEnded = true;
    this.#socket?.terminate();
  }

  /** Asks over the same connection while `run` runs. Fails with `Refused`, or with `OutcomeUnknown`. */
  async request<A>(op: string, order: object): Promise<A> {
    if (!this.#isReady && this.#failure === undefined) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }

    const socket = this.#socket;
    if (this.#failure !== undefined || socket === undefined) {
      throw this.#failure ?? new OutcomeUnknown("not connected");
    }

    const id = ++this.#lastId;
    const patience = AbortSignal.timeout(this.#silenceMs);
    try {
      return await new Promise<A>((resolve, reject) => {
        this.#asked.set(id, { resolve: (data) => resolve(data as A), reject });
        patience.addEventListener("abort", () => reject(new OutcomeUnknown(`no answer to ${op}`)));
        socket.send(JSON.stringify({ op, id, order }), (lost?: Error | null) => {
          if (lost) {
            reject(new OutcomeUnknown(lost.message));
          }
        });
      });
    } finally {
      this.#asked.delete(id);
    }
  }

  // One connection, to its end: why it ended. Fails where another one would not be better.
  #connection(): Promise<string> {
    const { url, key, signer } = this.#options;
    const socket = new WebSocket(url, { handshakeTimeout: this.#silenceMs, perMessageDeflate: false });
    this.#socket = socket;
    this.connections++;
    let reason = "closed";
    let isAlive = true;
    const heart = setInterval(() => {
      if (!isAlive) {
        reason = "silent";
        socket.terminate();
      } else if (socket.readyState === WebSocket.OPEN) {
        isAlive = false;
        socket.ping();
      }
    }, this.#silenceMs / 2);

    return new Promise((resolve, reject) => {
      socket.on("open", () => {
        if (key === undefined) {
          this.#subscribe(socket);
        } else {
          socket.send(JSON.stringify({ op: "auth", key, ...signer?.proof("AUTH", "/ws") }));
        }
      });
      socket.on("upgrade", (response) => {
        this.#date = response.headers.date ?? "";
      });
      socket.on("pong", () => {
        isAlive = true;
      });
      socket.on("message", (bytes) => {
        isAlive = true;
        if (socket.readyState !== WebSocket.OPEN) {
          return; // given up: what is still in the buffers comes again
        }

        try {
          this.#hear(socket, JSON.parse(bytes.toString()) as Answer | Message<T>);
        } catch (failure) {
          if (failure instanceof Useless) {
            reason = failure.message;
          } else {
            reject(failure);
          }

          socket.terminate();
        }
      });
      socket.on("error", (failure) => {
        reason = failure.message;
      });
      socket.on("close", () => {
        clearInterval(heart);
        resolve(reason);
      });
    });
  }

  #subscribe(socket: WebSocket): void {
    const { channels } = this.#options;
    socket.send(JSON.stringify({ op: "subscribe", channels, since: Object.fromEntries(this.positions) }));
    this.#isReady = true;
    this.#wake();
  }

  #hear(socket: WebSocket, message: Answer | Message<T>): void {
    this.#isHeard ||= message.channel !== "auth" && message.channel !== "error";
    if ("sequence" in message) {
      const { channel, previous, sequence } = message;
      const known = this.positions.get(channel);
      if (previous !== undefined && previous !== known) {
        // Never seen from a sound server: whatever has happened, a snapshot is right again.
        this.positions.delete(channel);
        throw new Useless(`${channel}: ${previous} follows on ${known}`);
      }

      this.#take(message);
      // Only now: what was not taken in must come again.
      this.positions.set(channel, sequence);
    } else if (message.channel === "auth") {
      this.#subscribe(socket);
    } else if (message.channel === "reply") {
      const asked = this.#asked.get(message.id);
      if (message.ok) {
        asked?.resolve(message.data);
      } else {
        asked?.reject(new Refused(message.code, message.detail));
      }
    } else if (message.channel === "error") {
      // After stream_lost the server closes; the next connection goes on from the position, or with a snapshot.
      // Where our clock is wrong, or the server in its first second, the next connection signs anew.
      if (message.code === "signature_too_old") {
        this.#options.signer?.setClock(this.#date);
        throw new Useless(message.detail);
      } else if (message.code !== "stream_lost") {
        throw new Refused(message.code, message.detail);
      }
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) {
      resolve();
    }
  }

  #letGo(why: Error): void {
    this.#isReady = false;
    for (const asked of this.#asked.values()) {
      asked.reject(why);
    }
  }
}
