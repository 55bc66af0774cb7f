import { describe, expect, it } from "vitest";
import {
  type Around,
  bandOf,
  check,
  type Draft,
  emptyDraft,
  type Field,
  fieldsOf,
  mostOf,
  rests,
  SELF_TRADES,
  sentence,
  stepped,
  tifOf,
} from "../src/trade/ticket";
import { sol } from "./exchange";

const around: Around = {
  terms: sol,
  balances: [
    { asset: "USDC", available: "1000", held: "0" },
    { asset: "SOL", available: "5", held: "1" },
  ],
  last: "100",
  bestBid: "99.99",
  bestAsk: "100.01",
  walk: (_, quantity) => ({ value: `${Number(quantity) * 100}`, worst: "100.5", filled: quantity }),
  nowMs: 1_000,
};

function draft(part: Partial<Omit<Draft, "fields">>, fields: Partial<Record<Field, string>>): Draft {
  const empty = emptyDraft();
  return { ...empty, ...part, fields: { ...empty.fields, ...fields } };
}

const limit = (price: string, quantity: string, part: Partial<Draft> = {}) => draft(part, { price, quantity });

describe("a ticket", () => {
  it("makes a body of decimal text, as it was typed", () => {
    const checked = check(limit("99.50", "2.5"), around);
    expect(checked.faults).toEqual({});
    expect(checked.body).toEqual({
      market: "SOL/USDC",
      kind: "buy",
      type: "limit",
      tif: "gtc",
      price: "99.50",
      quantity: "2.5",
    });
    expect([checked.value, checked.fee, checked.after]).toEqual([
      "248.75",
      { amount: "0.00125", asset: "SOL" },
      { amount: "751.25", asset: "USDC" },
    ]);
  });

  it.each([
    ["99.505", "1", "price", "a multiple of 0.01"],
    ["0", "1", "price", "above zero"],
    ["1e2", "1", "price", "digits and one point"],
    ["-5", "1", "price", "digits and one point"],
    ["2000000", "1", "price", "at most 1000000"],
    ["89.99", "1", "price", "outside the band, 90 to 110"],
    ["110.01", "1", "price", "outside the band, 90 to 110"],
    ["99", "0.0005", "quantity", "a multiple of 0.001"],
    ["99", "0", "quantity", "above zero"],
    ["99", "100000.001", "quantity", "at most 100000"],
    ["99", "10.102", "quantity", "only 1000 USDC available"],
  ] as const)("says beside the field what is wrong with %s for %s", (price, quantity, field, reason) => {
    const checked = check(limit(price, quantity), around);
    expect(checked.faults[field]).toBe(reason);
    expect(checked.body).toBeNull();
  });

  it("lets the edges of band, balance and grid through", () => {
    for (const [price, quantity] of [
      ["90", "1"],
      ["110.00", "1"],
      ["100", "10"],
      ["99", "10.101"],
      ["100", "0.001"],
    ] as const) {
      expect(check(limit(price, quantity), around).faults).toEqual({});
    }
  });

  it("sells what there is, at most", () => {
    expect(check(limit("101", "5", { side: "sell" }), around).after).toEqual({ amount: "0", asset: "SOL" });
    expect(check(limit("101", "5.001", { side: "sell" }), around).faults.quantity).toBe("only 5 SOL available");
    expect(check(limit("101", "2", { side: "sell" }), around).fee).toEqual({ amount: "0.101", asset: "USDC" });
  });

  it("names the first field that is empty, and sends nothing meanwhile", () => {
    expect(check(limit("", "1"), around)).toMatchObject({ missing: "price", body: null, faults: {} });
    expect(check(limit("99", ""), around)).toMatchObject({ missing: "quantity", body: null });
  });

  it("has no band before the first trade, and reckons it as the exchange does: rounded to the inside", () => {
    expect(bandOf(sol, null)).toBeNull();
    expect(bandOf({ ...sol, band: null }, "100")).toBeNull();
    expect(bandOf(sol, "100.09")).toEqual({ low: "90.09", high: "110.09" });
    expect(bandOf(sol, "0.01")).toEqual({ low: "0.01", high: "0.01" });
    expect(check(limit("5000", "0.1"), { ...around, last: null }).faults).toEqual({});
    expect(check(limit("1000000.01", "0.001"), { ...around, last: null }).faults.price).toBe("at most 1000000");
  });

  it("warns of what would trade at once, and of what post-only is refused for", () => {
    expect(check(limit("100.01", "1"), around).notes.price).toContain("trades at once");
    expect(check(limit("100.01", "1", { postOnly: true }), around).notes.price).toContain("post-only is refused");
    expect(check(limit("100", "1", { postOnly: true }), around).notes.price).toBeUndefined();
    expect(check(limit("99.99", "1", { side: "sell" }), around).notes.price).toContain("trades at once");
  });

  it("has only what goes together", () => {
    const market = draft({ type: "market", tif: "gtc", postOnly: true }, { price: "1", quantity: "1" });
    expect(fieldsOf(market)).toEqual(["quantity"]);
    expect(check(market, around).body).toEqual({
      market: "SOL/USDC",
      kind: "buy",
      type: "market",
      tif: "ioc",
      quantity: "1",
    });
    const fok = limit("99", "1", { tif: "fok", postOnly: true });
    expect(rests(fok)).toBe(false);
    expect(check(fok, around).body).not.toHaveProperty("post_only");
    expect(check(limit("99", "1", { postOnly: true }), around).body).toMatchObject({ post_only: true });
  });

  it("takes an amount of the quote asset for a market order, at once and never more than there is", () => {
    const spend = (amount: string) =>
      check(draft({ type: "market", byAmount: true, tif: "fok" }, { quote_quantity: amount }), around);
    expect(spend("250").body).toMatchObject({ tif: "ioc", quote_quantity: "250" });
    expect(spend("250").body).not.toHaveProperty("quantity");
    expect(spend("1000.01").faults.quote_quantity).toBe("only 1000 USDC available");
    expect(spend("0").faults.quote_quantity).toBe("above zero");
  });

  it("holds a stop against its stop price, and says when that is passed already", () => {
    const stop = (price: string, quantity = "1") =>
      check(draft({ type: "stop" }, { stop_price: price, quantity }), around);
    expect(stop("105").body).toMatchObject({ type: "stop", tif: "ioc", stop_price: "105" });
    expect(stop("105").notes.stop_price).toBeUndefined();
    expect(stop("99").notes.stop_price).toContain("passed already");
    expect(stop("105", "10").faults.quantity).toBe("only 1000 USDC available");
    const both = draft({ type: "stop_limit" }, { stop_price: "105", price: "105.5", quantity: "1" });
    expect(check(both, around).body).toMatchObject({ type: "stop_limit", price: "105.5", stop_price: "105" });
  });

  it("shows at most what it is, and ends by the server's clock", () => {
    const shown = (display: string) =>
      check(draft({}, { price: "99", quantity: "2", display_quantity: display }), around);
    expect(shown("0.5").body).toMatchObject({ display_quantity: "0.5" });
    expect(shown("2.001").faults.display_quantity).toBe("more than the order");
    const until = draft({ tif: "gtd" }, { price: "99", quantity: "1", minutes: "5" });
    expect(tifOf(until)).toBe("gtd");
    expect(check(until, around).body).toMatchObject({ tif: "gtd", expires_at: 301_000 });
    expect(check(until, { ...around, nowMs: null }).body).toBeNull();
    const half = draft({ tif: "gtd" }, { price: "99", quantity: "1", minutes: "0.5" });
    expect(check(half, around).faults.minutes).toBeDefined();
  });

  it("says that it cannot know the balance rather than guessing", () => {
    const checked = check(limit("100", "50"), { ...around, balances: null });
    expect(checked.faults).toEqual({});
    expect(checked.after).toBeNull();
    expect(mostOf(limit("100", ""), { ...around, balances: null })).toBeNull();
  });

  it("knows the most that can be bought or sold, down to a lot", () => {
    expect(mostOf(limit("99.99", ""), around)).toBe("10.001");
    expect(mostOf(limit("0", ""), around)).toBeNull();
    expect(mostOf(limit("100", "", { side: "sell" }), around)).toBe("5");
  });

  it("steps on the grid and never below one step", () => {
    expect(stepped("100", "0.01", 1)).toBe("100.01");
    expect(stepped("100.005", "0.01", 1)).toBe("100.01");
    expect(stepped("100.005", "0.01", -1)).toBe("100");
    expect(stepped("0.05", "0.01", -10)).toBe("0.01");
    expect(stepped("", "0.001", 1)).toBe("0.001");
    expect(stepped("abc", "0.01", 1)).toBeNull();
  });

  it("says in one sentence what would be sent", () => {
    const given = limit("99.5", "2");
    expect(sentence(given, check(given, around), sol)).toBe(
      "BUY 2 SOL · at most 99.5 USDC · costs 199 USDC · fee at most 0.001 SOL",
    );
    const told = (part: Partial<Omit<Draft, "fields">>, fields: Partial<Record<Field, string>> = {}) => {
      const each = draft(part, { price: "99.5", quantity: "2", ...fields });
      return sentence(each, check(each, around), sol).split(" · ").slice(2, -2);
    };
    expect(told({ tif: "ioc", postOnly: true }, { display_quantity: "1" })).toEqual(["ioc"]);
    expect(told({ postOnly: true }, { display_quantity: "0.5" })).toEqual(["post-only", "shows 0.5 at a time"]);
    expect(told({ tif: "gtd" }, { minutes: "5" })).toEqual(["for 5 minutes"]);
  });

  it("says what shall happen where it meets an own order, unless that is the usual", () => {
    const usual = check(limit("99", "1"), around).body;
    expect(usual).not.toHaveProperty("stp");
    expect(usual).not.toHaveProperty("client_id");
    for (const stp of SELF_TRADES.slice(1))
      expect(check(limit("99", "1", { stp }), around).body).toMatchObject({ stp });
  });

  it("takes an own name for the order as the exchange takes it", () => {
    const named = (client_id: string) => check(draft({}, { price: "99", quantity: "1", client_id }), around);
    for (const name of ["a", "my-order_1", "x".repeat(21), "0f8fad5b-d9cb-469f-a165-70867728950e"]) {
      expect(named(name).body).toMatchObject({ client_id: name });
    }
    for (const name of ["no good", "x".repeat(22), "ä", "1.5", "0f8fad5b-d9cb-469f-a165-70867728950"]) {
      expect(named(name).faults.client_id).toMatch(/UUID/);
      expect(named(name).body).toBeNull();
    }
  });
});
