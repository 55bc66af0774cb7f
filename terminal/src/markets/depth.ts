import { decimalsOf } from "../text/decimal";
import type { Level } from "../wire";

/** Depth summed from the best level outwards, as shares of the deeper side: lengths of bars, nothing else. */
export function depths(bids: Level[], asks: Level[]): { bids: number[]; asks: number[] } {
  const bidSums = sums(bids);
  const askSums = sums(asks);
  const most = Math.max(bidSums.at(-1) ?? 0, askSums.at(-1) ?? 0);
  const shares = (all: number[]) => all.map((sum) => (most === 0 ? 0 : sum / most));
  return { bids: shares(bidSums), asks: shares(askSums) };
}

/** Best ask minus best bid, exactly; null where a side is empty. */
export function spreadOf(bids: Level[], asks: Level[]): string | null {
  const bid = bids[0]?.[0];
  const ask = asks[0]?.[0];
  if (bid === undefined || ask === undefined) return null;
  const decimals = Math.max(decimalsOf(bid), decimalsOf(ask));
  const units = unitsOf(ask, decimals) - unitsOf(bid, decimals);
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  const text = decimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return units < 0n ? `-${text}` : text;
}

function unitsOf(text: string, decimals: number): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(decimals, "0"));
}

function sums(levels: Level[]): number[] {
  let sum = 0;
  return levels.map(([, quantity]) => {
    sum += Number(quantity);
    return sum;
  });
}
