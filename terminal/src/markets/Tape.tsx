import { createMemo, Index, Show } from "solid-js";
import { desk } from "../desk/desk";
import { ageOf, type Held } from "../desk/held";
import { price, size } from "../text/decimal";
import { age } from "../text/format";
import type { Books, Trade } from "../wire";
import { frozen } from "./choices";

/** The newest trades of a venue; stands still while frozen. */
export function Tape(props: { trades: Trade[]; held: Held<Books>; decimals: number; venue: string }) {
  const shown = createMemo(
    (before: { trades: Trade[]; held: Held<Books> }) =>
      frozen() && before.trades.length > 0 ? before : { trades: props.trades, held: props.held },
    { trades: [], held: props.held },
  );
  const tradeAge = (trade: Trade) => ageOf(shown().held, trade.at, 0, desk.now()) ?? 0;
  return (
    <div class="tape" data-testid={`tape-${props.venue}`}>
      <Show when={shown().trades.length > 0} fallback={<p class="blank empty">No trade seen yet</p>}>
        <table aria-label={`${props.venue} trades, newest first`}>
          <tbody>
            <Index each={shown().trades}>
              {(trade) => (
                <tr data-side={trade().side} data-testid="trade">
                  <td class="num soft">{age(tradeAge(trade()))}</td>
                  <td class="num price">
                    <i aria-hidden="true">{trade().side === "buy" ? "▲" : "▼"}</i>
                    <span class="unseen">{trade().side}</span> {price(trade().price, props.decimals)}
                  </td>
                  <td class="num">{size(trade().quantity, desk.asset().sizeDecimals)}</td>
                </tr>
              )}
            </Index>
          </tbody>
        </table>
      </Show>
    </div>
  );
}
