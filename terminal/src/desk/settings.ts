import { createSignal, type Signal } from "solid-js";
import type { Zone } from "../text/format";

/** A choice that outlives the page; where the browser refuses to store it, it lasts as long as the page. */
function kept<T extends string>(name: string, words: readonly T[] | null, fallback: T): Signal<T> {
  const key = `strikeline.${name}`;
  const [value, set] = createSignal<T>(read());
  const write = ((next: T | ((before: T) => T)) => {
    const stored = set(next as never) as T;
    try {
      localStorage.setItem(key, stored);
    } catch {
      return stored;
    }
    return stored;
  }) as Signal<T>[1];
  return [value, write];

  function read(): T {
    try {
      const stored = localStorage.getItem(key) as T | null;
      return stored !== null && (words === null || words.includes(stored)) ? stored : fallback;
    } catch {
      return fallback;
    }
  }
}

export const [zone, setZone] = kept<Zone>("zone", ["utc", "local"], "utc");
export const [assetName, setAssetName] = kept("asset", ["BTC", "ETH", "SOL"] as const, "BTC");
export const [letters, setLetters] = kept("single-keys", ["on", "off"] as const, "on");
export const [tradeMarket, setTradeMarket] = kept<string>("market", null, "SOL/USDC");
