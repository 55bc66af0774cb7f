import { describe, expect, it } from "vitest";
import { compareDecimals, decimalsOf, grouped, plain, price, quantity, size, toDecimals } from "../src/text/decimal";
import { age, clock, count, countdown, minute, offset, probability, share, shortKey } from "../src/text/format";

const NARROW = " ";

describe("decimals as text", () => {
  it.each([
    ["1.005", 2, "1.01"],
    ["1.0049999999", 2, "1.00"],
    ["0.1", 4, "0.1000"],
    ["9.995", 2, "10.00"],
    ["-1.5", 0, "-2"],
    ["-0.001", 2, "0.00"],
    ["9007199254740993.5", 1, "9007199254740993.5"],
    ["76300", 0, "76300"],
  ])("%s to %i decimals is %s", (text, decimals, expected) => {
    expect(toDecimals(text, decimals)).toBe(expected);
  });

  it.each([
    [76400, "76400"],
    [100, "100"],
    [0.5, "0.5"],
    [1e-7, "0.0000001"],
    [90071992.5, "90071992.5"],
    [0, "0"],
  ])("the number %d is %s, without an exponent", (value, expected) => {
    expect(plain(value)).toBe(expected);
  });

  it("counts decimals", () => {
    expect(["1", "1.5", "1.50"].map(decimalsOf)).toEqual([0, 1, 2]);
  });

  it("groups whole digits by three, with a true minus", () => {
    expect(grouped("1234567.8901")).toBe(`1${NARROW}234${NARROW}567.8901`);
    expect(grouped("-123")).toBe("−123");
    expect(price("76315.987", 2)).toBe(`76${NARROW}315.99`);
  });

  it("never shows a size as nothing", () => {
    expect(size("0.00001", 4)).toBe("<0.0001");
    expect(size("0.00", 4)).toBe("0.0000");
    expect(size("250", 1)).toBe("250.0");
  });

  it("never promises more than a limit", () => {
    expect(["250", "250.000000", "12.5", "0.999", "1200.10"].map(quantity)).toEqual([
      "250",
      "250",
      "12.5",
      "0.99",
      `1${NARROW}200.1`,
    ]);
  });

  it("compares without floating point", () => {
    expect(compareDecimals("9007199254740993", "9007199254740992")).toBe(1);
    expect(compareDecimals("1.10", "1.1")).toBe(0);
    expect(compareDecimals("-2", "1")).toBe(-1);
  });
});

describe("figures", () => {
  it.each([
    [0.5561, ".5561"],
    [1, "1.0000"],
    [0, ".0000"],
    [0.99996, "1.0000"],
  ])("probability %f is %s", (value, expected) => {
    expect(probability(value)).toBe(expected);
  });

  it.each([
    [0, "<0.1 s"],
    [-5, "<0.1 s"],
    [200, "0.2 s"],
    [9_949, "9.9 s"],
    [9_960, "10 s"],
    [59_400, "59 s"],
    [59_600, "1 m 00 s"],
    [192_000, "3 m 12 s"],
    [7_500_000, "2 h 05 m"],
  ])("an age of %i ms is %s", (ms, expected) => {
    expect(age(ms)).toBe(expected);
  });

  it.each([
    [92_000, "01:32"],
    [91_001, "01:32"],
    [0, "00:00"],
    [-1, "00:00"],
    [3_900_000, "1:05:00"],
  ])("%i ms left are %s", (ms, expected) => {
    expect(countdown(ms)).toBe(expected);
  });

  it("says times of day with their offset", () => {
    const moment = Date.UTC(2026, 10, 21, 14, 3, 27);
    expect(clock(moment, "utc")).toBe("14:03:27");
    expect(minute(moment, "utc")).toBe("14:03");
    expect(offset(moment, "utc")).toBe("UTC");
    expect(offset(moment, "local")).toMatch(/^[+−]\d\d:\d\d$/);
  });

  it("shortens keys, counts and shares", () => {
    expect(shortKey("7xKXabcdefghgAsU9")).toBe("7xKXa…gAsU9");
    expect(shortKey("7key")).toBe("7key");
    expect(count(88412)).toBe(`88${NARROW}412`);
    expect(share(0.93)).toBe(".93");
  });
});
