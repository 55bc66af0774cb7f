import { textOf, unitsOf } from "../text/amount";
import type { DepthMessage, Level, Side } from "./wire";

/** What came of a message: it is in the book, it was there already, or something between is missing. */
export type Taken = "applied" | "old" | "gap";

/** A price with what stands there, both in units of the market's decimals. */
interface Rung {
  price: bigint;
  quantity: bigint;
}

/** One row as it is shown: the quantity of all prices that it stands for, and the sum from the best row down to it. */
export interface Row {
  price: string;
  quantity: string;
  total: string;
  /** The sum as a share of the deepest one that is shown: a bar's length, nothing else. */
  depth: number;
}

/** A book as it is shown. */
export interface BookView {
  bids: Row[];
  asks: Row[];
  bestBid: string | null;
  bestAsk: string | null;
  spread: string | null;
  sequence: number;
}

const DECIMALS = 18;

/**
 * A market's whole book, made of a snapshot and every difference after it. A difference whose `previous` is not the last
 * sequence is not applied: from then on the book is not the exchange's any more, until the next snapshot.
 */
export class BookBuilder {
  #bids: Rung[] = [];
  #asks: Rung[] = [];
  #sequence: number | null = null;
  #at = 0;

  /** The position of the last message that is in the book; null before a snapshot and after a gap. */
  get sequence(): number | null {
    return this.#sequence;
  }

  /** When the exchange sent the last message, by its own clock. */
  get at(): number {
    return this.#at;
  }

  take(message: DepthMessage): Taken {
    if (message.type === "snapshot") {
      this.#bids = rungs(message.data.bids, "buy");
      this.#asks = rungs(message.data.asks, "sell");
    } else {
      if (this.#sequence === null) return "gap";
      if (message.sequence <= this.#sequence) return "old";
      if (message.previous !== this.#sequence) {
        this.#sequence = null;
        return "gap";
      }
      // A price is on one side at most: who comes to stand there has taken the other side's place.
      for (const level of message.data.bids) {
        if (!isZero(level[1])) put(this.#asks, [level[0], "0"], "sell");
        put(this.#bids, level, "buy");
      }
      for (const level of message.data.asks) {
        if (!isZero(level[1])) put(this.#bids, [level[0], "0"], "buy");
        put(this.#asks, level, "sell");
      }
    }
    this.#sequence = message.sequence;
    this.#at = message.at;
    return "applied";
  }

  /** The connection or the subscription ended: only a snapshot can follow. What is held stays, to be shown as old. */
  interrupt(): void {
    this.#sequence = null;
  }

  clear(): void {
    this.#bids = [];
    this.#asks = [];
    this.#sequence = null;
  }

  /** Every level of a side as text, best first. */
  levels(side: Side): Level[] {
    return (side === "buy" ? this.#bids : this.#asks).map(({ price, quantity }) => [
      textOf(price, DECIMALS),
      textOf(quantity, DECIMALS),
    ]);
  }

  /** The best rows of each side in steps of `step`: bids are counted down to a step, asks up to one. */
  view(step: string, rows: number): BookView {
    const size = unitsOf(step, DECIMALS)!;
    const bids = grouped(this.#bids, rows, (price) => price - (price % size));
    const asks = grouped(this.#asks, rows, (price) => price + ((size - (price % size)) % size));
    const most = [bids, asks].reduce((deepest, side) => (total(side) > deepest ? total(side) : deepest), 0n);
    const [bid, ask] = [this.#bids[0]?.price, this.#asks[0]?.price];
    const shown = (units: bigint | undefined) => (units === undefined ? null : textOf(units, DECIMALS));
    return {
      bids: shownRows(bids, most),
      asks: shownRows(asks, most),
      bestBid: shown(bid),
      bestAsk: shown(ask),
      spread: bid === undefined || ask === undefined ? null : textOf(ask - bid, DECIMALS),
      sequence: this.#sequence ?? 0,
    };
  }

  /** What it would cost (buy) or bring (sell) to trade a quantity at once, and how far down the book that reaches. */
  walk(side: Side, quantity: string): { value: string; worst: string; filled: string } | null {
    let left = unitsOf(quantity, DECIMALS)!;
    const all = left;
    let value = 0n;
    let worst: bigint | null = null;
    for (const rung of side === "buy" ? this.#asks : this.#bids) {
      if (left === 0n) break;
      const taken = rung.quantity < left ? rung.quantity : left;
      value += taken * rung.price;
      left -= taken;
      worst = rung.price;
    }
    if (worst === null) return null;
    return {
      value: textOf(value, 2 * DECIMALS),
      worst: textOf(worst, DECIMALS),
      filled: textOf(all - left, DECIMALS),
    };
  }
}

function rungs(levels: Level[], side: Side): Rung[] {
  const all: Rung[] = [];
  for (const level of levels) put(all, level, side);
  return all;
}

// Best first on both sides; a snapshot comes in that order, so each of its levels is found at the end at once.
function put(rungs: Rung[], [priceText, quantityText]: Level, side: Side): void {
  const price = unitsOf(priceText, DECIMALS)!;
  const quantity = unitsOf(quantityText, DECIMALS)!;
  const before = (rung: Rung) => (side === "buy" ? rung.price > price : rung.price < price);
  let low = 0;
  let high = rungs.length;
  const last = rungs.at(-1);
  if (last !== undefined && before(last)) low = high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(rungs[middle]!)) low = middle + 1;
    else high = middle;
  }
  const found = rungs[low]?.price === price;
  if (quantity === 0n) {
    if (found) rungs.splice(low, 1);
  } else if (found) rungs[low]!.quantity = quantity;
  else rungs.splice(low, 0, { price, quantity });
}

function isZero(quantity: string): boolean {
  return unitsOf(quantity, DECIMALS) === 0n;
}

function grouped(side: Rung[], rows: number, round: (price: bigint) => bigint): Rung[] {
  const all: Rung[] = [];
  for (const { price, quantity } of side) {
    const step = round(price);
    const last = all.at(-1);
    if (last?.price === step) last.quantity += quantity;
    else if (all.length === rows) break;
    else all.push({ price: step, quantity });
  }
  return all;
}

function total(side: Rung[]): bigint {
  return side.reduce((sum, { quantity }) => sum + quantity, 0n);
}

function shownRows(side: Rung[], most: bigint): Row[] {
  let sum = 0n;
  return side.map(({ price, quantity }) => {
    sum += quantity;
    return {
      price: textOf(price, DECIMALS),
      quantity: textOf(quantity, DECIMALS),
      total: textOf(sum, DECIMALS),
      depth: most === 0n ? 0 : Number((sum * 1000n) / most) / 1000,
    };
  });
}
