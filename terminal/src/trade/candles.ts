import { compare, plus } from "../text/amount";
import type { Candle, Interval, Print } from "./wire";

/** Length of an interval in milliseconds. */
export const LENGTH: Record<Interval, number> = {
  "1s": 1_000,
  "1m": 60_000,
  "5m": 300_000,
  "15m": 900_000,
  "1h": 3_600_000,
  "4h": 14_400_000,
  "1d": 86_400_000,
};

const MOST = 1_000;

/** When the candle that a moment falls in has opened. */
export function openOf(atMs: number, interval: Interval): number {
  return atMs - (atMs % LENGTH[interval]);
}

/** Candles of one market and interval, oldest first, one for each open time; there is none where nothing traded. */
export class Candles {
  readonly all: Candle[] = [];
  #lastTrade = -1;

  constructor(readonly interval: Interval) {}

  /** What the server has recorded; a candle that is here already is newer. */
  fill(past: Candle[]): void {
    const known = new Map(past.map((one) => [one.time, one]));
    for (const one of this.all) known.set(one.time, one);
    const merged = [...known.values()].sort((a, b) => a.time - b.time).slice(-MOST);
    this.all.splice(0, this.all.length, ...merged);
  }

  /** The newest state of a candle; one that is older than the last is put where it belongs. */
  put(candle: Candle): void {
    let at = this.all.length;
    while (at > 0 && this.all[at - 1]!.time > candle.time) at--;
    if (this.all[at - 1]?.time === candle.time) this.all[at - 1] = candle;
    else this.all.splice(at, 0, candle);
    if (this.all.length > MOST) this.all.splice(0, this.all.length - MOST);
  }

  /** A trade, for want of the server's candles; each one counts once. */
  trade(print: Print): void {
    if (print.sequence <= this.#lastTrade) return;
    this.#lastTrade = print.sequence;
    const time = openOf(print.at, this.interval);
    const last = this.all.at(-1);
    if (last?.time !== time) {
      const { price, quantity } = print;
      this.put({ time, open: price, high: price, low: price, close: price, volume: quantity, trades: 1 });
      return;
    }
    this.all[this.all.length - 1] = {
      ...last,
      high: compare(print.price, last.high) > 0 ? print.price : last.high,
      low: compare(print.price, last.low) < 0 ? print.price : last.low,
      close: print.price,
      volume: plus(last.volume, print.quantity),
      trades: last.trades + 1,
    };
  }
}
