import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoffMs } from "../src/link/backoff";
import { type Fault, Link, type LinkState, type Socket } from "../src/link/link";
import { EpochGate, Sequences } from "../src/link/sequence";
import type { Envelope } from "../src/wire";
import { Heard } from "./exchange";

describe("backoffMs", () => {
  it("doubles from a quarter of a second to five seconds and stays there for ever", () => {
    const longest = [0, 1, 2, 3, 4, 5, 6, 1_000_000].map((attempt) => backoffMs(attempt, 1));
    expect(longest).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
  });

  it("is half of that at the luckiest", () => {
    expect(backoffMs(3, 0)).toBe(1000);
  });
});

describe("Sequences", () => {
  it("applies what is newer and drops what is not", () => {
    const sequences = new Sequences();
    const verdicts = [1, 2, 2, 1, 3].map((n) => sequences.admit("prices", n, n));
    expect(verdicts).toEqual(["apply", "apply", "old", "old", "apply"]);
    expect(sequences.missed).toBe(0);
  });

  it("takes conflation for what it is, and a hole for a hole", () => {
    const sequences = new Sequences();
    sequences.admit("prices", 1, 1);
    sequences.admit("prices", 2, 40);
    expect(sequences.missed).toBe(0);
    sequences.admit("prices", 44, 45);
    expect(sequences.missed).toBe(3);
  });

  it("keeps channels apart and begins anywhere on a new connection", () => {
    const sequences = new Sequences();
    sequences.admit("prices", 900, 900);
    expect(sequences.admit("feeds", 1, 1)).toBe("apply");
    sequences.restart();
    expect(sequences.admit("prices", 1, 1)).toBe("apply");
    expect(sequences.missed).toBe(0);
  });
});

describe("EpochGate", () => {
  it("speaks up only when a different epoch follows", () => {
    const gate = new EpochGate();
    expect(["a", "a", "b", "b", "a"].map((epoch) => gate.changes(epoch))).toEqual([false, false, true, false, true]);
  });
});

class WireEnd implements Socket {
  sent: { op: string; channels?: string[]; id?: number; hz?: number }[] = [];
  closed = false;
  onopen: ((event: never) => unknown) | null = null;
  onmessage: ((event: { data: unknown }) => unknown) | null = null;
  onclose: ((event: never) => unknown) | null = null;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.onopen?.(undefined as never);
  }

  drop(): void {
    this.onclose?.(undefined as never);
  }

  say(message: object | string): void {
    this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }
}

describe("Link", () => {
  let ends: WireEnd[];
  let states: LinkState[];
  let messages: Envelope[];
  let faults: [string | null, Fault][];
  let trips: number[];
  let link: Link;
  const status = (sequence: number) => ({ channel: "status", from: sequence, sequence, at: 1, data: {} });
  const end = () => ends.at(-1)!;
  const phase = () => states.at(-1)?.phase;

  beforeEach(() => {
    vi.useFakeTimers();
    ends = [];
    states = [];
    messages = [];
    faults = [];
    trips = [];
    link = new Link(
      {
        open: () => {
          const opened = new WireEnd();
          ends.push(opened);
          return opened;
        },
        now: () => performance.now(),
        random: () => 1,
      },
      {
        message: (message) => messages.push(message),
        state: (state) => states.push(state),
        roundTrip: (ms) => trips.push(ms),
        fault: (channel, fault) => faults.push([channel, fault]),
      },
    );
    link.subscribe("status", "books@BTC");
    link.start();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it("subscribes everything on each connection and is live at the first status", () => {
    end().open();
    expect(end().sent[0]).toEqual({ op: "subscribe", channels: ["status", "books@BTC"] });
    expect(phase()).toBeUndefined();
    end().say(status(1));
    expect(phase()).toBe("live");
  });

  it("says lost when status falls silent, though the socket stays open and pongs go on", () => {
    end().open();
    end().say(status(1));
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(490);
      end().say({ channel: "pong", id: 1, at: 1 });
    }
    expect(phase()).toBe("live");
    vi.advanceTimersByTime(51);
    expect(phase()).toBe("lost");
    expect(ends[0]?.closed).toBe(true);
  });

  it("tries again for ever, with longer waits, and keeps the time of the loss", () => {
    const opened = () => ends.length;
    for (let i = 0; i < 30; i++) {
      end().drop();
      vi.advanceTimersByTime(5_000);
    }
    expect(opened()).toBe(31);
    expect(states.at(-1)?.attempt).toBe(29);
    expect(new Set(states.map(({ since }) => since)).size).toBe(1);
    end().open();
    end().say(status(1));
    expect(phase()).toBe("live");
  });

  it("gives up on a connection that never opens", () => {
    vi.advanceTimersByTime(5_001);
    expect(phase()).toBe("lost");
  });

  it("does not wait for the back-off when the page wakes", () => {
    for (let i = 0; i < 6; i++) {
      end().drop();
      if (i < 5) vi.advanceTimersByTime(5_000);
    }
    const before = ends.length;
    link.wake();
    link.wake();
    expect(ends.length).toBe(before + 1);
  });

  it("does not listen to a socket that it has left", () => {
    const first = end();
    first.open();
    first.say(status(1));
    first.drop();
    first.say(status(2));
    expect(phase()).toBe("lost");
    expect(messages.length).toBe(1);
  });

  it("drops channels that were left, and what is old", () => {
    end().open();
    end().say({ channel: "books@BTC", from: 5, sequence: 5, at: 1, data: {} });
    end().say({ channel: "books@BTC", from: 4, sequence: 4, at: 1, data: {} });
    link.unsubscribe("books@BTC");
    end().say({ channel: "books@BTC", from: 6, sequence: 6, at: 1, data: {} });
    expect(messages.map(({ sequence }) => sequence)).toEqual([5]);
    expect(end().sent.at(-1)).toEqual({ op: "unsubscribe", channels: ["books@BTC"] });
  });

  it("makes an unknown shape a fault that is seen", () => {
    end().open();
    for (const odd of ["not json", "null", "[]", { channel: "status" }, { from: 1 }]) end().say(odd);
    expect(faults.map(([, { code }]) => code)).toEqual(Array(5).fill("WIRE_SHAPE"));
  });

  it("ties a refusal to the channel that it names", () => {
    end().open();
    end().say({ channel: "error", code: "unknown_channel", detail: "there is no channel books@BTC" });
    expect(faults[0]?.[0]).toBe("books@BTC");
    expect(faults[0]?.[1].code).toBe("unknown_channel");
  });

  it("measures the round trip of its pings", () => {
    end().open();
    const ping = end().sent.find(({ op }) => op === "ping");
    vi.advanceTimersByTime(12);
    end().say({ channel: "pong", id: ping?.id, at: 1 });
    expect(trips).toEqual([12]);
  });

  it("greets first on each connection, and goes on behind the position that a channel is at", () => {
    let position: number | null = null;
    const heard = new Heard(() => position);
    link.listen("orders", heard);
    link.greet({ op: "auth", key: "slk_x" });
    link.subscribe("orders");
    end().sent.length = 0;
    end().open();
    expect(end().sent.slice(0, 2)).toEqual([
      { op: "auth", key: "slk_x" },
      { op: "subscribe", channels: ["status", "books@BTC", "orders"] },
    ]);
    position = 77;
    end().drop();
    vi.advanceTimersByTime(250);
    end().open();
    expect(end().sent[1]).toEqual({
      op: "subscribe",
      channels: ["status", "books@BTC", "orders"],
      since: { orders: 77 },
    });
    link.greet(null);
    end().drop();
    vi.advanceTimersByTime(500);
    end().open();
    expect(end().sent[0]?.op).toBe("subscribe");
  });

  it("hands a listener its channel as it came, and the refusals that concern it", () => {
    const [orders, auth] = [new Heard(), new Heard()];
    link.listen("orders", orders);
    link.listen("auth", auth);
    link.subscribe("orders");
    end().open();
    const message = { channel: "orders", type: "snapshot", sequence: 5, data: {} };
    end().say(message);
    end().say({ ...message, sequence: 4 });
    end().say({ channel: "error", code: "key_unknown", detail: "the API key is unknown" });
    end().say({ channel: "error", code: "stream_lost", detail: "orders is lost behind 4" });
    expect(orders.messages).toEqual([message, { ...message, sequence: 4 }]);
    expect(orders.faults).toEqual(["stream_lost"]);
    expect(auth.faults).toEqual(["key_unknown"]);
    expect([messages, faults]).toEqual([[], []]);
  });

  it("asks for its pace again after a new connection", () => {
    end().open();
    link.pace(1);
    end().drop();
    vi.advanceTimersByTime(250);
    end().open();
    expect(end().sent).toContainEqual({ op: "pace", hz: 1 });
  });
});
