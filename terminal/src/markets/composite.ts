import type { Asset } from "../desk/assets";
import { desk } from "../desk/desk";
import { ageOf } from "../desk/held";
import { type Aged, freshness } from "../parts/Figure";
import { price } from "../text/decimal";
import type { Composite } from "../wire";

/** The composite of an asset in the newest prices. */
export function compositeOf(asset: Asset): Composite | null {
  return desk.prices.held()?.data.markets.find(({ symbol }) => symbol === asset.symbol) ?? null;
}

/** The composite's price with its age, ready to be shown. */
export function compositePrice(asset: Asset): Aged {
  const held = desk.prices.held();
  const composite = compositeOf(asset);
  if (held === null || composite === null || composite.price === null) {
    const why = held === null ? "waiting for prices" : (composite?.reason ?? "the server gave no price");
    return { text: null, plain: null, ageMs: null, state: "stale", why };
  }
  const ageMs = ageOf(held, held.data.at, composite.age_ms, desk.now());
  const plain = composite.price.toFixed(asset.priceDecimals);
  return { text: price(plain, asset.priceDecimals), plain, ageMs, state: freshness(ageMs), why: null };
}
