import { decimalsOf, price } from "../text/decimal";
import { wordsOf } from "./order";
import { isOpen } from "./own";
import { session } from "./session";
import type { Order, Side } from "./wire";

/** A side as a sign and a word, and what else is to be said of the order. */
export function SideCell(props: { side: Side; more?: string }) {
  return (
    <td class="kind">
      <i aria-hidden="true">{props.side === "buy" ? "▲" : "▼"}</i> {props.side.toUpperCase()} {props.more}
    </td>
  );
}

/** A market's name, which shows that market. */
export function MarketCell(props: { market: string }) {
  return (
    <td>
      <button type="button" class="link" onClick={() => session.choose(props.market)}>
        {props.market}
      </button>
    </td>
  );
}

/** A price with the decimals of its market. */
export function priceIn(market: string, text: string): string {
  return price(text, decimalsOf(session.termsOf(market)?.tick_size ?? text));
}

/** Type and life of an order: "limit gtc post-only". */
export function termsOf(order: Order): string {
  return [wordsOf(order.type), order.tif, order.post_only ? "post-only" : ""].filter(Boolean).join(" ");
}

/** What an order is limited by: its price, the price that sets it off, both, or neither. */
export function limitOf(order: Order): string {
  const { market, price: limit, stop_price: stop } = order;
  const parts = [];
  if (limit !== null) parts.push(priceIn(market, limit));
  if (stop !== null) parts.push(`stop ${priceIn(market, stop)}`);
  return parts.length === 0 ? "market" : parts.join(" · ");
}

/** True for a stop that is open and that no trade has set off yet. */
export function waits(order: Order): boolean {
  return isOpen(order) && order.stop_price !== null && !order.triggered;
}

/** What has become of an order so far, in a word or two. */
export function stateOf(order: Order): string {
  return waits(order) ? "waits" : wordsOf(order.status);
}
