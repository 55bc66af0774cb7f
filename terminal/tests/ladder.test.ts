import { describe, expect, it } from "vitest";
import { depths, spreadOf } from "../src/markets/depth";
import { closingSeconds, ruleOf } from "../src/markets/rule";
import { chooseExpiry, expiriesOf, placeStrikes, rowsAbove, stepExpiry } from "../src/markets/slots";
import * as golden from "./golden";

describe("placeStrikes", () => {
  const rows = ["76500", "76400", "76300"];

  it("puts the highest strike on top, by number and not by letter", () => {
    expect(placeStrikes([], ["99900", "100100", "100000"], false).strikes).toEqual(["100100", "100000", "99900"]);
  });

  it("leaves rows where they are under the pointer, and lets new strikes wait", () => {
    const held = placeStrikes(rows, ["76600", "76500", "76400"], true);
    expect(held.strikes).toBe(rows);
    expect(held.waiting).toEqual(["76600"]);
  });

  it("places them as soon as the ladder is let go of", () => {
    const free = placeStrikes(rows, ["76600", "76500", "76400"], false);
    expect(free).toEqual({ strikes: ["76600", "76500", "76400"], waiting: [] });
  });

  it("keeps the same list while the strikes are the same, so that nothing is drawn anew", () => {
    expect(placeStrikes(rows, ["76300", "76400", "76500"], false).strikes).toBe(rows);
  });

  it("takes the first strikes even under the pointer", () => {
    expect(placeStrikes([], ["76300"], true).strikes).toEqual(["76300"]);
  });
});

describe("rowsAbove", () => {
  it.each([
    ["76600", 0],
    ["76500", 0],
    ["76499.99", 1],
    ["76350", 2],
    ["1", 3],
  ])("spot %s stands under %i rows", (spot, expected) => {
    expect(rowsAbove(["76500", "76400", "76300"], spot)).toBe(expected);
  });
});

describe("windows", () => {
  const signed = golden.markets.markets[0]!;
  const at = (expiry_ts: number) => ({ ...signed, market: { ...signed.market, expiry_ts } });

  it("are listed once each, earliest first", () => {
    expect(expiriesOf([at(30), at(10), at(30), at(20)])).toEqual([10, 20, 30]);
  });

  it("stay as picked until they close, then the earliest is next", () => {
    expect(chooseExpiry([10, 20], 20)).toBe(20);
    expect(chooseExpiry([30, 40], 20)).toBe(30);
    expect(chooseExpiry([], 20)).toBeNull();
  });

  it("are stepped through without falling off an end", () => {
    expect(stepExpiry([10, 20, 30], 10, -1)).toBe(10);
    expect(stepExpiry([10, 20, 30], 20, 1)).toBe(30);
    expect(stepExpiry([10, 20, 30], null, 1)).toBe(10);
    expect(stepExpiry([], null, 1)).toBeNull();
  });
});

describe("the closing window", () => {
  const rule = ruleOf("MEAN60S-GE");

  it("is read from the name of the rule", () => {
    expect(rule?.seconds).toBe(60);
    expect(rule?.words).toContain("last 60 one-second prices");
    for (const id of ["MEAN0S-GE", "MEDIAN60S", "", undefined]) expect(ruleOf(id)).toBeNull();
  });

  it.each([
    [60_001, null],
    [60_000, 0],
    [59_001, 0],
    [59_000, 1],
    [1, 59],
    [0, 60],
    [-5_000, 60],
    [null, null],
  ])("with %d ms left, %d of its seconds are over", (left, over) => {
    expect(closingSeconds(rule, left)).toBe(over);
  });

  it("is not guessed for a rule that is not known", () => {
    expect(closingSeconds(null, 1)).toBeNull();
  });
});

describe("depths", () => {
  it("sums up from the best level, as shares of the deeper side", () => {
    const bars = depths(
      [
        ["3", "1"],
        ["2", "1"],
      ],
      [
        ["4", "1"],
        ["5", "3"],
      ],
    );
    expect(bars).toEqual({ bids: [0.25, 0.5], asks: [0.25, 1] });
  });

  it("is nothing for an empty book", () => {
    expect(depths([], [])).toEqual({ bids: [], asks: [] });
  });
});

describe("spreadOf", () => {
  it("subtracts exactly", () => {
    expect(spreadOf([["76300.1", "1"]], [["76300.25", "1"]])).toBe("0.15");
    expect(spreadOf([["9007199254740992", "1"]], [["9007199254740993", "1"]])).toBe("1");
  });

  it("shows a crossed book as crossed", () => {
    expect(spreadOf([["2.5", "1"]], [["2.25", "1"]])).toBe("-0.25");
  });

  it("is unknown while a side is empty", () => {
    expect(spreadOf([], [["1", "1"]])).toBeNull();
  });
});
