import { describe, expect, it } from "vitest";
import { ageOf, type Held, serverTime } from "../src/desk/held";
import { History } from "../src/desk/history";
import { Painter } from "../src/desk/painter";
import { liveCount, worstFirst } from "../src/feeds/order";
import { KeyReader } from "../src/shell/keys";
import * as golden from "./golden";

describe("ages", () => {
  const held: Held<null> = { data: null, sentAt: 5_000, received: 100, travelMs: 4, connection: 1 };

  it("are the server's own age, the way here, and the time since", () => {
    expect(ageOf(held, 4_990, 20, 350)).toBe(10 + 20 + 4 + 250);
  });

  it("are unknown where the server does not know", () => {
    expect(ageOf(held, 4_990, null, 350)).toBeNull();
  });

  it("do not ask the browser what time it is", () => {
    expect(serverTime(held, 350)).toBe(5_254);
  });
});

describe("Painter", () => {
  const painterAt = () => {
    const frames: (() => void)[] = [];
    const clock = { now: 0 };
    const painter = new Painter({ now: () => clock.now, next: (frame) => frames.push(frame) }, (paint) => paint());
    const frame = (now: number) => {
      clock.now = now;
      for (const due of frames.splice(0)) due();
    };
    return { painter, frame };
  };

  it("paints at once after quiet, and then the newest at most eight times a second", () => {
    const { painter, frame } = painterAt();
    const seen: number[] = [];
    for (let now = 0; now < 1_000; now += 10) {
      painter.mark("prices", () => seen.push(now));
      frame(now);
    }
    expect(seen[0]).toBe(0);
    expect(seen.length).toBe(8);
  });

  it("paints the last state even when nothing follows it", () => {
    const { painter, frame } = painterAt();
    const seen: string[] = [];
    painter.mark("books", () => seen.push("first"));
    frame(0);
    painter.mark("books", () => seen.push("second"));
    painter.mark("books", () => seen.push("third"));
    for (let now = 16; now < 200; now += 16) frame(now);
    expect(seen).toEqual(["first", "third"]);
  });

  it("does not hold one channel back for another", () => {
    const { painter, frame } = painterAt();
    const seen: string[] = [];
    painter.mark("books", () => seen.push("books"));
    frame(0);
    painter.mark("status", () => seen.push("status"));
    frame(16);
    expect(seen).toEqual(["books", "status"]);
  });

  it("forgets what is not looked at any more", () => {
    const { painter, frame } = painterAt();
    const seen: string[] = [];
    painter.mark("books", () => seen.push("books"));
    painter.forget("books");
    frame(0);
    expect(seen).toEqual([]);
  });
});

describe("History", () => {
  it("keeps the last price of each second and never goes back", () => {
    const history = new History();
    history.note(1_000, 10);
    history.note(1_900, 11);
    history.note(2_000, null);
    history.note(1_500, 99);
    history.note(3_000, 12);
    expect(history.seconds).toEqual([
      { time: 1, price: 11 },
      { time: 2, price: null },
      { time: 3, price: 12 },
    ]);
    expect(history.summary()).toEqual({ low: 11, high: 12, last: 12, since: 1_000 });
  });

  it("is an hour long at most", () => {
    const history = new History();
    for (let second = 0; second < 4_000; second++) history.note(second * 1_000, second);
    expect(history.seconds.length).toBe(3_600);
    expect(history.seconds[0]?.time).toBe(400);
  });

  it("stays an hour long when the clock leaps, as that of a tape does", () => {
    const history = new History();
    history.note(0, null);
    for (const second of [1_700_000_000, 1_700_003_000, 1_700_006_000]) history.note(second * 1_000, 1);
    expect(history.seconds.map(({ time }) => time)).toEqual([1_700_003_000, 1_700_006_000]);
  });

  it("takes in what the server saw before, and keeps what was seen here", () => {
    const history = new History();
    for (const [ms, price] of [[5_000, 15] as const, [6_000, null] as const, [8_000, 18] as const])
      history.note(ms, price);
    history.fill([3, 4, 5, 6, 7].map((time) => ({ time, price: time })));
    expect(history.seconds).toEqual([
      { time: 3, price: 3 },
      { time: 4, price: 4 },
      { time: 5, price: 15 },
      { time: 6, price: 6 },
      { time: 7, price: 7 },
      { time: 8, price: 18 },
    ]);
    history.note(9_000, 19);
    expect(history.summary()).toEqual({ low: 3, high: 19, last: 19, since: 3_000 });
  });

  it("stays an hour long when it is filled", () => {
    const history = new History();
    history.note(7_000_000, 1);
    history.fill(Array.from({ length: 7_000 }, (_, time) => ({ time, price: 1 })));
    expect(history.seconds.length).toBe(3_600);
    expect(history.seconds.at(-1)?.time).toBe(7_000);
  });

  it("is empty when nothing is filled in", () => {
    const history = new History();
    history.fill([]);
    expect(history.seconds).toEqual([]);
  });

  it("has no summary before a price", () => {
    const history = new History();
    history.note(1_000, null);
    expect(history.summary()).toBeNull();
  });
});

describe("feeds", () => {
  const feed = golden.feeds.feeds[0]!;

  it("are listed worst first, and by name among equals", () => {
    const listed = worstFirst([
      { ...feed, venue: "bybit", state: "live" },
      { ...feed, venue: "binance", state: "live" },
      { ...feed, venue: "kraken", state: "stale" },
      { ...feed, venue: "coinbase", state: "down" },
    ]);
    expect(listed.map(({ venue }) => venue)).toEqual(["coinbase", "kraken", "binance", "bybit"]);
    expect(liveCount(listed)).toBe(2);
  });
});

describe("KeyReader", () => {
  const press = (key: string, more: object = {}) => ({
    key,
    code: `Key${key.toUpperCase()}`,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    ...more,
  });

  it("reads g and then a letter as an asset", () => {
    const keys = new KeyReader();
    expect(keys.read(press("g"), 0, true)).toBeNull();
    expect(keys.read(press("e"), 500, true)).toEqual({ do: "asset", key: "e" });
    expect(keys.read(press("e"), 600, true)).toBeNull();
  });

  it("forgets a g that nothing followed", () => {
    const keys = new KeyReader();
    keys.read(press("g"), 0, true);
    expect(keys.read(press("b"), 2_000, true)).toBeNull();
  });

  it("leaves single keys alone when they are switched off, but not Alt and a digit", () => {
    const keys = new KeyReader();
    for (const key of ["1", "t", "f", "[", "?"]) expect(keys.read(press(key), 0, false)).toBeNull();
    const alt = press("™", { altKey: true, code: "Digit2" });
    expect(keys.read(alt, 0, false)).toEqual({ do: "page", index: 1 });
  });

  it("never takes the browser's own shortcuts", () => {
    const keys = new KeyReader();
    expect(keys.read(press("f", { ctrlKey: true }), 0, true)).toBeNull();
    expect(keys.read(press("t", { metaKey: true }), 0, true)).toBeNull();
  });
});
