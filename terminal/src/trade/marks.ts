import { plus, quotient, times } from "../text/amount";
import { openOf } from "./candles";
import type { Fill, Interval, Order, Side } from "./wire";

/** What the account has traded on one side within one candle. */
export interface Mark {
  /** Open time of the candle, Unix milliseconds. */
  time: number;
  side: Side;
  quantity: string;
  /** The mean of what was paid, on as many decimals as the fills have. */
  price: string;
  /** When the first and the last of the fills were, Unix milliseconds. */
  from: number;
  to: number;
  fills: number;
}

/** The account's fills in a market as marks on its candles, oldest first: one for each candle and side. */
export function marksOf(fills: Fill[], market: string, interval: Interval, decimals: number): Mark[] {
  const marks = new Map<string, Mark & { value: string }>();
  for (const fill of fills) {
    if (fill.market !== market) continue;
    const time = openOf(fill.at, interval);
    const place = `${time} ${fill.kind}`;
    const known = marks.get(place);
    const { at, kind: side, price, quantity } = fill;
    if (known === undefined) {
      const value = times(price, quantity);
      marks.set(place, { time, side, quantity, price, from: at, to: at, fills: 1, value });
      continue;
    }
    known.quantity = plus(known.quantity, quantity);
    known.value = plus(known.value, times(price, quantity));
    known.price = quotient(known.value, known.quantity, decimals) ?? price;
    known.from = Math.min(known.from, at);
    known.to = Math.max(known.to, at);
    known.fills++;
  }
  return [...marks.values()].map(({ value: _, ...mark }) => mark).sort((a, b) => a.time - b.time);
}

/** What the account has open at one price. */
export interface OwnLevel {
  side: Side;
  price: string;
  quantity: string;
  orders: number;
}

/** Open orders by side and price; a stop that waits stands where it is set off. */
export function levelsOf(open: Order[]): OwnLevel[] {
  const levels = new Map<string, OwnLevel>();
  for (const order of open) {
    const price = order.stop_price !== null && !order.triggered ? order.stop_price : order.price;
    if (price === null) continue;
    const place = `${order.kind} ${price}`;
    const known = levels.get(place);
    if (known === undefined) {
      levels.set(place, { side: order.kind, price, quantity: order.remaining_quantity, orders: 1 });
    } else {
      known.quantity = plus(known.quantity, order.remaining_quantity);
      known.orders++;
    }
  }
  return [...levels.values()];
}
