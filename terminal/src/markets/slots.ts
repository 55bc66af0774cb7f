import { compareDecimals } from "../text/decimal";
import type { SignedMarket } from "../wire";

/** Which strike stands in which row, and which strikes wait for a row. */
export interface Slots {
  strikes: string[];
  waiting: string[];
}

/**
 * Rows hold still while somebody points at them: a strike that went away keeps its row and a new one waits. As soon as
 * the ladder is let go of, the rows are the open strikes, highest first.
 */
export function placeStrikes(rows: string[], open: string[], held: boolean): Slots {
  const wanted = [...open].sort((a, b) => compareDecimals(b, a));
  if (!held || rows.length === 0) return { strikes: same(rows, wanted) ? rows : wanted, waiting: [] };
  return { strikes: rows, waiting: wanted.filter((strike) => !rows.includes(strike)) };
}

/** How many rows stand above the spot: the marker is drawn under row n. */
export function rowsAbove(strikes: string[], spot: string): number {
  let above = 0;
  for (const strike of strikes) if (compareDecimals(strike, spot) > 0) above++;
  return above;
}

/** The open expiries, earliest first. */
export function expiriesOf(markets: SignedMarket[]): number[] {
  return [...new Set(markets.map(({ market }) => market.expiry_ts))].sort((a, b) => a - b);
}

/** The wanted window while it is open, else the earliest that is. */
export function chooseExpiry(expiries: number[], wanted: number | null): number | null {
  return wanted !== null && expiries.includes(wanted) ? wanted : (expiries[0] ?? null);
}

/** The window before (-1) or after (+1) the given one; stays at the ends. */
export function stepExpiry(expiries: number[], from: number | null, step: number): number | null {
  if (from === null) return expiries[0] ?? null;
  const index = expiries.indexOf(from) + step;
  return expiries[Math.min(Math.max(index, 0), expiries.length - 1)] ?? null;
}

function same(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((strike, i) => strike === b[i]);
}
