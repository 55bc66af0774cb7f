import { describe, expect, it } from "vitest";
import { takeKey } from "../src/link/key";
import * as amount from "../src/text/amount";
import { TwoPress } from "../src/trade/arm";
import { BookBuilder } from "../src/trade/book";
import { Candles, openOf } from "../src/trade/candles";
import { addressOf, fits } from "../src/trade/filter";
import { levelsOf, marksOf } from "../src/trade/marks";
import { fieldOf, momentOf, opened, stamp, tickOf } from "../src/trade/moment";
import { mergeFills, mergeOrders, Own } from "../src/trade/own";
import { candle, type Fill } from "../src/trade/wire";
import { FakeMarket, news, order } from "./exchange";

describe("amounts", () => {
  it("takes what people type for a decimal, and nothing else", () => {
    expect(["1.50", " 2 ", ".5", "2.", "007"].map(amount.typed)).toEqual(["1.50", "2", "0.5", "2", "7"]);
    for (const odd of ["", ".", "-1", "+1", "1e3", "1,5", "0x1", "1 000", "NaN", "Infinity", "１"]) {
      expect(amount.typed(odd)).toBeNull();
    }
  });

  it("is exact where floating point is not", () => {
    expect(amount.plus("0.1", "0.2")).toBe("0.3");
    expect(amount.times("0.1", "3")).toBe("0.3");
    expect(amount.times("141.25", "0.001")).toBe("0.14125");
    expect(amount.minus("1", "0.999999999999999999")).toBe("0.000000000000000001");
    expect(amount.minus("1", "2.5")).toBe("-1.5");
    expect(amount.times("9007199254740993", "1000000000.000000001")).toBe("9007199254740993009007199.254740993");
    expect(amount.compare("9007199254740993", "9007199254740992")).toBeGreaterThan(0);
    expect(amount.compare("1.10", "1.1")).toBe(0);
  });

  it("knows the grid", () => {
    expect(amount.isOnGrid("141.25", "0.01")).toBe(true);
    expect(amount.isOnGrid("141.255", "0.01")).toBe(false);
    expect(amount.isOnGrid("0.30", "0.1")).toBe(true);
    expect(amount.stepsIn("0.3", "0.1")).toBe(3n);
    expect(amount.ofSteps(14_125n, "0.01")).toBe("141.25");
    expect(amount.ofSteps(3n, "2.5")).toBe("7.5");
  });

  it("divides downwards and rounds fees up", () => {
    expect(amount.quotient("10", "3", 4)).toBe("3.3333");
    expect(amount.quotient("10", "0.00", 4)).toBeNull();
    expect(amount.feeOf("0.001", "0.0005", 6)).toBe("0.000001");
    expect(amount.feeOf("100", "0.0005", 6)).toBe("0.05");
  });

  it("refuses decimals that do not fit, rather than cutting them", () => {
    expect(amount.unitsOf("1.234", 2)).toBeNull();
    expect(amount.unitsOf("1.230", 2)).toBe(123n);
  });
});

describe("BookBuilder", () => {
  it("is the exchange's book, level by level, after every difference, and again after each gap", () => {
    const market = new FakeMarket();
    const book = new BookBuilder();
    let gaps = 0;
    expect(book.take(market.change())).toBe("gap");
    expect(book.take(market.snapshot())).toBe("applied");
    for (let n = 0; n < 20_000; n++) {
      const message = market.change();
      if (market.random(100) === 0) continue;
      const taken = book.take(message);
      if (taken === "gap") {
        gaps++;
        expect(book.sequence).toBeNull();
        expect(book.take(market.change())).toBe("gap");
        expect(book.take(market.snapshot())).toBe("applied");
      } else expect(taken).toBe("applied");
      expect(book.sequence).toBe(market.sequence);
      if (n % 50 === 0) {
        expect(book.levels("buy")).toEqual(market.levels("buy"));
        expect(book.levels("sell")).toEqual(market.levels("sell"));
      }
    }
    if (book.take(market.change()) === "gap") book.take(market.snapshot());
    expect(book.levels("buy")).toEqual(market.levels("buy"));
    expect(book.levels("sell")).toEqual(market.levels("sell"));
    expect(gaps).toBeGreaterThan(100);
  });

  it("drops what it has already, and forgets what a snapshot does not hold", () => {
    const book = new BookBuilder();
    const message = (type: "snapshot" | "update", sequence: number, bids: [string, string][], previous = 0) =>
      book.take({ type, previous, sequence, at: 1, data: { bids, asks: [] } });
    message("snapshot", 10, [["100", "1"]]);
    expect(message("update", 10, [["100", "9"]], 9)).toBe("old");
    expect(message("update", 11, [["99", "2"]], 10)).toBe("applied");
    message("snapshot", 20, [["98", "3"]]);
    expect(book.levels("buy")).toEqual([["98", "3"]]);
  });

  it("takes differences only behind a snapshot once it was interrupted", () => {
    const book = new BookBuilder();
    book.take({ type: "snapshot", previous: null, sequence: 5, at: 1, data: { bids: [["1", "1"]], asks: [] } });
    book.interrupt();
    const next = { type: "update", previous: 5, sequence: 6, at: 1, data: { bids: [], asks: [] } } as const;
    expect(book.take({ ...next, data: { bids: [], asks: [] } })).toBe("gap");
    expect(book.levels("buy")).toEqual([["1", "1"]]);
  });

  it("counts bids down and asks up to a step, and sums from the best", () => {
    const book = new BookBuilder();
    const bids: [string, string][] = [
      ["100.04", "1"],
      ["100.01", "2"],
      ["99.99", "4"],
    ];
    const asks: [string, string][] = [
      ["100.06", "1.5"],
      ["100.1", "1"],
      ["100.11", "2"],
    ];
    book.take({ type: "snapshot", previous: null, sequence: 1, at: 1, data: { bids, asks } });
    const view = book.view("0.05", 10);
    expect(view.bids.map(({ price, quantity, total }) => [price, quantity, total])).toEqual([
      ["100", "3", "3"],
      ["99.95", "4", "7"],
    ]);
    expect(view.asks.map(({ price, quantity, total }) => [price, quantity, total])).toEqual([
      ["100.1", "2.5", "2.5"],
      ["100.15", "2", "4.5"],
    ]);
    expect(view.spread).toBe("0.02");
    expect(view.bids[1]?.depth).toBe(1);
  });

  it("says what trading at once would cost, and when there is not enough", () => {
    const book = new BookBuilder();
    const asks: [string, string][] = [
      ["100.1", "1"],
      ["100.2", "2"],
    ];
    book.take({ type: "snapshot", previous: null, sequence: 1, at: 1, data: { bids: [], asks } });
    expect(book.walk("buy", "2.5")).toEqual({ value: "250.4", worst: "100.2", filled: "2.5" });
    expect(book.walk("buy", "9")).toEqual({ value: "300.5", worst: "100.2", filled: "3" });
    expect(book.walk("sell", "1")).toBeNull();
  });
});

describe("Candles", () => {
  const print = (sequence: number, at: number, price: string, quantity = "1") =>
    ({ trade_id: `${sequence}`, at, price, quantity, kind: "buy", sequence }) as const;

  it("are made of trades, each counted once, with none where nothing traded", () => {
    const candles = new Candles("1m");
    candles.trade(print(1, 60_000, "10"));
    candles.trade(print(2, 119_999, "9.5", "0.25"));
    candles.trade(print(2, 119_999, "9.5", "0.25"));
    candles.trade(print(3, 90_000, "10.5"));
    candles.trade(print(4, 240_000, "11"));
    expect(candles.all).toEqual([
      { time: 60_000, open: "10", high: "10.5", low: "9.5", close: "10.5", volume: "2.25", trades: 3 },
      { time: 240_000, open: "11", high: "11", low: "11", close: "11", volume: "1", trades: 1 },
    ]);
  });

  it("are filled from the record without losing what is newer", () => {
    const candles = new Candles("1m");
    const one = (time: number, close: string) => candle([time, "1", "2", "1", close, "3", 4]);
    candles.put(one(120_000, "1.9"));
    candles.fill([one(60_000, "1.5"), one(120_000, "1.1")]);
    candles.put(one(120_000, "2"));
    candles.put(one(180_000, "1.2"));
    expect(candles.all.map(({ time, close }) => [time, close])).toEqual([
      [60_000, "1.5"],
      [120_000, "2"],
      [180_000, "1.2"],
    ]);
  });

  it("open on whole intervals of UTC", () => {
    expect(openOf(Date.UTC(2026, 2, 29, 1, 59, 59, 999), "1d")).toBe(Date.UTC(2026, 2, 29));
    expect(openOf(Date.UTC(2026, 2, 29, 6, 0, 1), "4h")).toBe(Date.UTC(2026, 2, 29, 4));
  });
});

describe("Own", () => {
  const fill = { trade_id: "9", order_id: "1", market: "SOL/USDC", kind: "buy", price: "100", quantity: "1" } as const;
  const paid = { ...fill, fee: "0.0005", fee_asset: "SOL", liquidity: "taker", at: 5 } as const;

  it("follows orders, fills and balances from a snapshot on", () => {
    const own = new Own();
    const balances = [{ asset: "USDC", available: "900", held: "100" }];
    own.take(
      news({ type: "snapshot", sequence: 5, data: { orders: [order({})], fills: null, balances, status: "open" } }),
    );
    expect(own.open.map(({ order_id }) => order_id)).toEqual(["1"]);
    const orders = [order({ status: "filled" }), order({ order_id: "2", created_at: 2, status: "partially_filled" })];
    const after = [{ asset: "SOL", available: "1", held: "0" }];
    const taken = own.take(
      news({ previous: 5, sequence: 8, data: { orders, fills: [paid], balances: after, status: null } }),
    );
    expect(taken).toBe("applied");
    expect(own.open.map(({ order_id }) => order_id)).toEqual(["2"]);
    expect(own.fills).toEqual([paid]);
    expect(own.balances.map(({ asset }) => asset)).toEqual(["USDC", "SOL"]);
    expect(own.sequence).toBe(8);
  });

  it("knows what the account may be used for until it is told otherwise", () => {
    const own = new Own();
    const empty = { orders: [], fills: null, balances: null, status: null };
    expect(own.status).toBeNull();
    own.take(news({ type: "snapshot", sequence: 5, data: { ...empty, status: "cancel_only" } }));
    own.take(news({ previous: 5, sequence: 6, data: empty }));
    expect(own.status).toBe("cancel_only");
    own.take(news({ previous: 6, sequence: 7, data: { ...empty, status: "open" } }));
    expect(own.status).toBe("open");
    own.clear();
    expect(own.status).toBeNull();
  });

  it("asks for a snapshot after a gap, keeps its fills, and shows none twice", () => {
    const own = new Own();
    const empty = { orders: [], fills: [paid], balances: null, status: null };
    own.take(news({ type: "snapshot", sequence: 5, data: { ...empty, fills: null } }));
    own.take(news({ previous: 5, sequence: 6, data: empty }));
    expect(own.take(news({ previous: 9, sequence: 10, data: empty }))).toBe("gap");
    expect(own.sequence).toBeNull();
    expect(own.take(news({ previous: 10, sequence: 11, data: empty }))).toBe("gap");
    own.take(news({ type: "snapshot", sequence: 12, data: { ...empty, fills: null } }));
    expect(own.take(news({ previous: 11, sequence: 12, data: empty }))).toBe("old");
    own.take(news({ previous: 12, sequence: 13, data: empty }));
    expect(own.fills.length).toBe(1);
  });
});

describe("fills of the record", () => {
  it("stand among those of the stream by time, each once", () => {
    const fill = (trade: string, at: number) =>
      ({ trade_id: trade, order_id: "1", market: "SOL/USDC", kind: "buy", price: "1", quantity: "1", at }) as const;
    const whole = (trade: string, at: number) =>
      ({ ...fill(trade, at), fee: "0", fee_asset: "SOL", liquidity: "maker" }) as const;
    const own = new Own();
    own.take(
      news({
        type: "snapshot",
        sequence: 5,
        data: { orders: [], fills: [whole("9", 9)], balances: null, status: null },
      }),
    );
    own.addFills([whole("9", 9), whole("10", 9), whole("8", 3)]);
    expect(own.fills.map(({ trade_id }) => trade_id)).toEqual(["10", "9", "8"]);
  });
});

describe("the record's pages", () => {
  const rows = (...times: number[]) => times.map((at) => order({ order_id: `${at}`, created_at: at, sequence: at }));
  const ids = (orders: { order_id: string }[]) => orders.map(({ order_id }) => order_id);

  it("show each order once, as it was told last", () => {
    const filled = order({ order_id: "8", created_at: 8, sequence: 20, status: "filled" });
    const merged = mergeOrders(rows(9, 8), [filled, order({ order_id: "9", created_at: 9, sequence: 1 })], false);
    expect(merged.map(({ order_id, status }) => [order_id, status])).toEqual([
      ["9", "open"],
      ["8", "filled"],
    ]);
    expect(merged[0]?.sequence).toBe(9);
  });

  it("take in what is newer, and what is older only once nothing is missing between", () => {
    const seen = rows(12, 3);
    expect(ids(mergeOrders(rows(9, 8), seen, false))).toEqual(["12", "9", "8"]);
    expect(ids(mergeOrders(rows(9, 8), seen, true))).toEqual(["12", "9", "8", "3"]);
    expect(ids(mergeOrders([], rows(10, 9), true))).toEqual(["10", "9"]);
  });

  it("are asked for by market, time and place", () => {
    const all = { market: null, from: null, to: null };
    expect(addressOf("fills", all, null)).toBe("api/v1/fills?limit=100");
    expect(addressOf("orders/history", { market: "SOL/USDC", from: 5, to: 9 }, "77")).toBe(
      "api/v1/orders/history?limit=100&market=SOL%2FUSDC&from=5&to=9&before=77",
    );
    expect(fits(all, "SOL/USDC", 1)).toBe(true);
    const some = { market: "SOL/USDC", from: 5, to: 9 };
    expect([4, 5, 8, 9].map((at) => fits(some, "SOL/USDC", at))).toEqual([false, true, true, false]);
    expect(fits(some, "BTC/USDC", 6)).toBe(false);
  });

  it("remember what the stream has told of orders that are over", () => {
    const own = new Own();
    own.take(
      news({ type: "snapshot", sequence: 1, data: { orders: rows(1), fills: null, balances: null, status: null } }),
    );
    const over = [order({ order_id: "1", status: "cancelled", sequence: 5 })];
    own.take(news({ previous: 1, sequence: 5, data: { orders: over, fills: null, balances: null, status: null } }));
    expect([own.open.length, own.seen.map(({ status }) => status)]).toEqual([0, ["cancelled"]]);
    own.clear();
    expect(own.seen).toEqual([]);
  });
});

describe("marks on the candles", () => {
  const fill = (part: Partial<Fill>): Fill => ({
    trade_id: "1",
    order_id: "1",
    market: "SOL/USDC",
    kind: "buy",
    price: "100",
    quantity: "1",
    fee: "0",
    fee_asset: "SOL",
    liquidity: "taker",
    at: 61_000,
    ...part,
  });

  it("are one for each candle and side, at the mean price, of this market alone", () => {
    const fills = [
      fill({ at: 61_000 }),
      fill({ at: 62_000, price: "100.1", quantity: "0.5" }),
      fill({ at: 63_000, kind: "sell", price: "101" }),
      fill({ at: 125_000 }),
      fill({ at: 61_000, market: "BTC/USDC" }),
    ];
    expect(marksOf(fills.reverse(), "SOL/USDC", "1m", 2)).toEqual([
      { time: 60_000, side: "sell", quantity: "1", price: "101", from: 63_000, to: 63_000, fills: 1 },
      { time: 60_000, side: "buy", quantity: "1.5", price: "100.03", from: 61_000, to: 62_000, fills: 2 },
      { time: 120_000, side: "buy", quantity: "1", price: "100", from: 125_000, to: 125_000, fills: 1 },
    ]);
    expect(marksOf(fills, "SOL/USDC", "1s", 2).length).toBe(4);
    expect(mergeFills([fill({})], [fill({}), fill({ trade_id: "2" })]).length).toBe(2);
  });

  it("put the orders of one price into one line, a waiting stop where it is set off", () => {
    const open = [
      order({ price: "99", remaining_quantity: "1" }),
      order({ price: "99", remaining_quantity: "0.5" }),
      order({ price: "99", kind: "sell" }),
      order({ type: "stop_limit", price: "90", stop_price: "91", triggered: false }),
      order({ type: "stop_limit", price: "90", stop_price: "91", triggered: true }),
      order({ type: "stop", price: null, stop_price: "95", triggered: true }),
    ];
    expect(levelsOf(open).map(({ side, price, quantity, orders }) => [side, price, quantity, orders])).toEqual([
      ["buy", "99", "1.5", 2],
      ["sell", "99", "1", 1],
      ["buy", "91", "1", 1],
      ["buy", "90", "1", 1],
    ]);
  });
});

describe("moments", () => {
  const ms = Date.UTC(2026, 10, 21, 20, 30, 5);

  it("are written and read in the zone that is chosen", () => {
    process.env.TZ = "Asia/Kolkata";
    expect([stamp(ms, "utc"), stamp(ms, "local")]).toEqual(["11-21 20:30:05", "11-22 02:00:05"]);
    expect([fieldOf(ms, "utc"), fieldOf(ms, "local")]).toEqual(["2026-11-21T20:30", "2026-11-22T02:00"]);
    for (const zone of ["utc", "local"] as const) expect(momentOf(fieldOf(ms, zone), zone)).toBe(ms - 5_000);
    expect(momentOf("", "utc")).toBeNull();
    expect([opened(ms, "1m", "utc"), opened(ms, "1s", "local")]).toEqual(["11-21 20:30", "11-22 02:00:05"]);
    expect([opened(ms, "1d", "local"), tickOf(ms, "1m", "utc", true)]).toEqual(["11-22", "11-21"]);
    expect([tickOf(ms, "1m", "utc", false), tickOf(ms, "1s", "utc", false)]).toEqual(["20:30", "20:30:05"]);
  });
});

describe("TwoPress", () => {
  it("sends on a second press of its own, once", () => {
    const presses = new TwoPress();
    expect(presses.press(0, false)).toBe("arm");
    presses.release();
    expect(presses.press(200, false)).toBe("send");
    presses.release();
    expect(presses.press(400, false)).toBe("arm");
  });

  it("never sends for a held key, a double press, a key that was not let go of, or a late one", () => {
    const presses = new TwoPress();
    expect(presses.press(0, false)).toBe("arm");
    for (let now = 10; now < 3_000; now += 30) expect(presses.press(now, true)).toBe("nothing");
    expect(presses.press(3_000, false)).toBe("nothing");
    presses.release();
    presses.disarm();
    expect(presses.press(3_100, false)).toBe("arm");
    presses.release();
    expect(presses.press(3_200, false)).toBe("nothing");
    expect(presses.press(8_101, false)).toBe("arm");
    presses.disarm();
    expect(presses.press(8_500, false)).toBe("arm");
  });
});

describe("the key", () => {
  const opened = (hash: string) => {
    const address = {
      hash,
      replaced: null as string | null,
      replace: (rest: string) => {
        address.replaced = rest;
      },
    };
    const place = {
      kept: null as string | null,
      get: () => place.kept,
      set: (key: string | null) => {
        place.kept = key;
      },
    };
    return { found: takeKey(address, place), left: address.replaced, kept: place.kept };
  };

  it("is taken out of the fragment, and what else stood there stays", () => {
    expect(opened("#token=slk_a-b_1")).toEqual({ found: true, left: "", kept: "slk_a-b_1" });
    expect(opened("#trade&token=slk_x")).toEqual({ found: true, left: "trade", kept: "slk_x" });
    expect(opened("#token=slk_x&feeds")).toEqual({ found: true, left: "feeds", kept: "slk_x" });
  });

  it("leaves an address without one alone", () => {
    for (const hash of ["", "#trade", "#mytoken=1"])
      expect(opened(hash)).toEqual({ found: false, left: null, kept: null });
  });

  it("is not kept where it could not be sent, and leaves the address all the same", () => {
    for (const odd of ["#token=", "#token=a%0d%0ab", `#token=${"a".repeat(300)}`]) {
      expect(opened(odd)).toEqual({ found: true, left: "", kept: null });
    }
  });
});
