import { createMemo, For, Show } from "solid-js";
import { zone } from "../desk/settings";
import { grouped } from "../text/decimal";
import { clock, offset } from "../text/format";
import { limitOf, MarketCell, priceIn, SideCell, stateOf, termsOf } from "./cells";
import { fits } from "./filter";
import { day, stamp } from "./moment";
import { wordsOf } from "./order";
import { mergeOrders } from "./own";
import { createFilter } from "./PastFilter";
import { PastPages } from "./PastPages";
import { createPast } from "./past";
import { session } from "./session";
import { type Order, ordersAnswer } from "./wire";

/** Every order of the account, whatever has become of it, newest first. */
export function OrderHistory() {
  const filter = createFilter();
  const past = createPast("orders/history", ordersAnswer, (answer) => answer.orders, filter);
  const rows = createMemo(() => {
    const seen = session.orders.value()?.seen ?? [];
    const fitting = seen.filter((order) => fits(filter(), order.market, order.created_at));
    return mergeOrders(past.rows(), fitting, !past.hasMore() && past.asked() === null);
  });
  return (
    <PastPages past={past} count={rows().length} what="orders">
      <table class="rows own" data-testid="history" aria-label="orders, newest first">
        <thead>
          <tr>
            <th>placed {offset(rows()[0]?.created_at ?? 0, zone())}</th>
            <th>market</th>
            <th>order</th>
            <th class="num">price</th>
            <th class="num">quantity</th>
            <th class="num">executed</th>
            <th>state</th>
            <th>changed</th>
          </tr>
        </thead>
        <tbody>
          <For each={rows()}>
            {(order) => (
              <tr
                data-side={order.kind}
                data-testid="past-order"
                data-order={order.order_id}
                data-status={order.status}
              >
                <td class="soft" data-head="placed">
                  {stamp(order.created_at, zone())}
                </td>
                <MarketCell market={order.market} />
                <SideCell side={order.kind} more={termsOf(order)} />
                <td class="num" data-head="price">
                  {limitOf(order)}
                </td>
                <td class="num" data-head="quantity">
                  {askedFor(order)}
                </td>
                <td class="num" data-head="executed">
                  {grouped(order.executed_quantity)}
                  <Show when={order.average_price}>
                    {(mean) => <span class="soft"> at {priceIn(order.market, mean())}</span>}
                  </Show>
                </td>
                <td class="long">{[stateOf(order), wordsOf(order.reason ?? "")].filter(Boolean).join(" · ")}</td>
                <td class="soft" data-head="changed">
                  {day(order.updated_at, zone()) === day(order.created_at, zone())
                    ? clock(order.updated_at, zone())
                    : stamp(order.updated_at, zone())}
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </PastPages>
  );
}

function askedFor(order: Order): string {
  if (order.quantity !== null) return grouped(order.quantity);
  return order.quote_quantity === null
    ? ""
    : `${grouped(order.quote_quantity)} ${session.termsOf(order.market)?.quote ?? ""}`;
}
