import { createMemo, Index, Show } from "solid-js";
import { zone } from "../desk/settings";
import { freeze, frozen } from "../markets/choices";
import { Empty } from "../parts/Blanks";
import { Panel } from "../parts/Panel";
import { decimalsOf, price, size } from "../text/decimal";
import { clock, offset } from "../text/format";
import { Streamed } from "./Streamed";
import { session } from "./session";
import type { Print } from "./wire";

const SHOWN = 60;

/** The market's trades, newest first; stands still while frozen. */
export function TapePanel() {
  const market = () => session.market()!;
  const shown = createMemo(
    (before: Print[]) => (frozen() && before.length > 0 ? before : (session.trades.value() ?? [])),
    [],
  );
  const decimals = () => decimalsOf(market().tick_size);
  const lots = () => Math.min(decimalsOf(market().lot_size), 5);
  return (
    <Panel
      title="Trades"
      testid="trade-tape"
      class="trade-tape"
      aside={
        <button type="button" class="act" aria-pressed={frozen()} aria-keyshortcuts="f" onClick={freeze}>
          {frozen() ? "FROZEN: let run (f)" : "freeze (f)"}
        </button>
      }
    >
      <Streamed stream={session.trades} what={`the trades of ${market().market}`}>
        {() => (
          <Show when={shown().length > 0} fallback={<Empty what="Nothing has traded yet" />}>
            <div class="tape-rows">
              <table class="rows" aria-label={`trades of ${market().market}, newest first`}>
                <thead>
                  <tr>
                    <th>time {offset(shown()[0]?.at ?? 0, zone())}</th>
                    <th class="num">price</th>
                    <th class="num">size {market().base}</th>
                  </tr>
                </thead>
                <tbody>
                  <Index each={shown().slice(0, SHOWN)}>
                    {(print) => (
                      <tr data-side={print().kind} data-testid="print">
                        <td class="soft">{clock(print().at, zone())}</td>
                        <td class="num price">
                          <i aria-hidden="true">{print().kind === "buy" ? "▲" : "▼"}</i>
                          <span class="unseen">{print().kind}</span> {price(print().price, decimals())}
                        </td>
                        <td class="num">{size(print().quantity, lots())}</td>
                      </tr>
                    )}
                  </Index>
                </tbody>
              </table>
            </div>
          </Show>
        )}
      </Streamed>
    </Panel>
  );
}
