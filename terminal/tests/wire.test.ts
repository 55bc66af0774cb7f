import { describe, expect, it } from "vitest";
import { opportunities, portfolio, predictions } from "../src/arbitrage/wire";
import { ShapeError } from "../src/decode";
import { books, envelope, feeds, markets, priceHistory, prices, status } from "../src/wire";
import * as golden from "./golden";

describe("messages of the contract", () => {
  it.each([
    ["status", status, golden.status],
    ["feeds", feeds, golden.feeds],
    ["prices", prices, golden.prices],
    ["markets", markets, golden.markets],
    ["books", books, golden.books],
    ["predictions", predictions, golden.predictions],
    ["opportunities", opportunities, golden.opportunities],
    ["portfolio", portfolio, golden.portfolio],
    ["price history", priceHistory, golden.priceHistory],
  ] as const)("%s is read as it was written", (_, read, message) => {
    expect(message).toMatchObject(read(structuredClone(message)));
  });

  const names = ["status", "feeds", "prices", "markets", "books", "predictions", "opportunities", "portfolio"];
  it.each(names)("the envelope of %s is read", (name) => {
    const message = golden.message(name);
    expect(envelope(message)).toEqual(message);
  });

  it("leaves out fields that it does not know", () => {
    expect(status({ ...golden.status, mood: "fine" })).toEqual(golden.status);
  });

  it("keeps prices as text", () => {
    expect(books(golden.books).books[0]?.bids[0]).toEqual(["76300.1", "0.52"]);
  });

  it("reads every nullable field as null", () => {
    const feed = golden.feeds.feeds[0]!;
    const blank = { ...feed, age_ms: null, bid: null, ask: null, spread: null, spread_bps: null, last_price: null };
    expect(feeds({ ...golden.feeds, feeds: [blank] }).feeds[0]?.bid).toBeNull();
  });
});

describe("messages of another shape", () => {
  const refused = (read: (value: unknown) => unknown, value: unknown): string => {
    try {
      read(value);
    } catch (error) {
      if (error instanceof ShapeError) return error.message;
      throw error;
    }
    return "was read";
  };

  it("name the place and what stands there", () => {
    const wrong = structuredClone(golden.books) as { books: { bids: unknown[] }[] };
    wrong.books[0]!.bids[1] = "7";
    expect(refused(books, wrong)).toBe('.books[0].bids[1]: expected a pair, got "7"');
  });

  it.each([
    ["a number where a decimal text belongs", [[76300.1, "0.52"]], ".books[0].bids[0][0]"],
    ["an exponent", [["1e5", "0.52"]], ".books[0].bids[0][0]"],
    ["nothing", undefined, ".books[0].bids"],
  ])("refuse %s", (_, bids, place) => {
    const book = { ...golden.books.books[0], bids };
    expect(refused(books, { ...golden.books, books: [book] })).toContain(place);
  });

  it("refuse a state that nobody knows", () => {
    const feed = { ...golden.feeds.feeds[0], state: "asleep" };
    expect(refused(feeds, { ...golden.feeds, feeds: [feed] })).toContain('got "asleep"');
  });

  it.each([null, 7, "text", [], {}, { channel: "status" }, { channel: 1, from: 1, sequence: 1, at: 1 }])(
    "are refused, never a crash: %j",
    (value) => {
      for (const read of [envelope, status, feeds, prices, markets, books, priceHistory]) {
        expect(refused(read, value)).not.toBe("was read");
      }
    },
  );

  it("are refused wherever one field of a good message is broken", () => {
    for (const [read, message] of [
      [status, golden.status],
      [feeds, golden.feeds],
      [prices, golden.prices],
      [markets, golden.markets],
      [books, golden.books],
      [priceHistory, golden.priceHistory],
    ] as const) {
      let broken = 0;
      // The message may hold more than this page reads.
      const used = leaves(read(structuredClone(message)));
      for (const path of used) {
        if (refused(read, replaced(message, path, { odd: true })) !== "was read") broken++;
      }
      expect(broken).toBe(used.length);
    }
  });
});

type Path = (string | number)[];

function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function replaced(message: unknown, path: Path, by: unknown): unknown {
  const copy = structuredClone(message) as Record<string | number, unknown>;
  let place = copy;
  for (const step of path.slice(0, -1)) place = place[step] as Record<string | number, unknown>;
  place[path.at(-1)!] = by;
  return copy;
}
