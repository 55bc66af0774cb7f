import { createMemo, createRoot } from "solid-js";
import { desk } from "../desk/desk";
import { plain } from "../text/decimal";
import type { SignedMarket } from "../wire";
import { expiry } from "./choices";

const rows = createRoot(() => {
  /** The quotes of the chosen window by strike. */
  const quotes = createMemo(() => {
    const found = new Map<string, SignedMarket>();
    for (const signed of desk.markets().held()?.data.markets ?? []) {
      if (signed.market.expiry_ts === expiry()) found.set(plain(signed.market.strike), signed);
    }
    return found;
  });
  /** The open strikes of the chosen window; the same list as long as they are the same strikes. */
  const openStrikes = createMemo(() => [...quotes().keys()], [], {
    equals: (a, b) => a.length === b.length && a.every((strike, i) => strike === b[i]),
  });
  return { quotes, openStrikes };
});

export const { quotes, openStrikes } = rows;
