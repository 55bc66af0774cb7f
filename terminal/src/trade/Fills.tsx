import { createMemo, For } from "solid-js";
import { zone } from "../desk/settings";
import { grouped } from "../text/decimal";
import { offset } from "../text/format";
import { MarketCell, priceIn, SideCell } from "./cells";
import { fits } from "./filter";
import { stamp } from "./moment";
import { mergeFills } from "./own";
import { createFilter } from "./PastFilter";
import { PastPages } from "./PastPages";
import { createPast } from "./past";
import { session } from "./session";
import { fillsAnswer } from "./wire";

/** What the account has traded, newest first. */
export function Fills() {
  const filter = createFilter();
  const past = createPast("fills", fillsAnswer, (answer) => answer.fills, filter);
  const rows = createMemo(() => {
    const live = session.orders.value()?.fills ?? [];
    return mergeFills(
      past.rows(),
      live.filter((fill) => fits(filter(), fill.market, fill.at)),
    );
  });
  return (
    <PastPages past={past} count={rows().length} what="fills">
      <table class="rows own" data-testid="fills" aria-label="fills, newest first">
        <thead>
          <tr>
            <th>time {offset(rows()[0]?.at ?? 0, zone())}</th>
            <th>market</th>
            <th>side</th>
            <th class="num">price</th>
            <th class="num">quantity</th>
            <th class="num">fee</th>
            <th>as</th>
          </tr>
        </thead>
        <tbody>
          <For each={rows()}>
            {(fill) => (
              <tr data-side={fill.kind} data-testid="fill">
                <td class="soft">{stamp(fill.at, zone())}</td>
                <MarketCell market={fill.market} />
                <SideCell side={fill.kind} />
                <td class="num" data-head="price">
                  {priceIn(fill.market, fill.price)}
                </td>
                <td class="num" data-head="quantity">
                  {grouped(fill.quantity)}
                </td>
                <td class="num" data-head="fee">
                  {fill.fee} {fill.fee_asset}
                </td>
                <td>{fill.liquidity}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </PastPages>
  );
}
