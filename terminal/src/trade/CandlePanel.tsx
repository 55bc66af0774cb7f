import { createSignal, For, lazy, Show, Suspense } from "solid-js";
import { zone } from "../desk/settings";
import { Empty } from "../parts/Blanks";
import { Panel } from "../parts/Panel";
import { decimalsOf, price, size } from "../text/decimal";
import { offset } from "../text/format";
import { moment } from "./moment";
import { Streamed } from "./Streamed";
import { session } from "./session";
import { INTERVALS } from "./wire";

const CandleChart = lazy(() => import("./CandleChart"));

const TABLE_ROWS = 40;

/** Where the market's price has been. */
export function CandlePanel() {
  const [asTable, setAsTable] = createSignal(false);
  const [unfolded, setUnfolded] = createSignal(!matchMedia("(max-width: 640px)").matches);
  const decimals = () => decimalsOf(session.market()!.tick_size);
  const newest = () => session.chart.value()?.all.at(-1);
  /** The picture in words. */
  const summary = () => {
    const [view, last] = [session.chart.value(), newest()];
    if (view === null || last === undefined) return "";
    const shown = (text: string) => price(text, decimals());
    const from = `${moment(last.time, view.interval, zone())} ${offset(last.time, zone())}`;
    return `${from} open ${shown(last.open)} high ${shown(last.high)} low ${shown(last.low)} close ${shown(last.close)}`;
  };
  return (
    <Panel
      title="Candles"
      testid="candles"
      class="trade-chart"
      aside={
        <>
          <span class="intervals" role="radiogroup" aria-label="interval">
            <For each={INTERVALS}>
              {(interval) => (
                <button
                  type="button"
                  role="radio"
                  class="window"
                  aria-checked={session.interval() === interval}
                  data-testid={`interval-${interval}`}
                  onClick={() => session.chooseInterval(interval)}
                >
                  {interval}
                </button>
              )}
            </For>
          </span>
          <span class="acts">
            <button type="button" class="act" aria-expanded={unfolded()} onClick={() => setUnfolded(!unfolded())}>
              {unfolded() ? "fold" : "show chart"}
            </button>
            <button type="button" class="act" aria-pressed={asTable()} onClick={() => setAsTable(!asTable())}>
              as table
            </button>
          </span>
        </>
      }
    >
      <p class="summary soft" data-testid="candle-summary">
        {summary()}
        <Show when={session.chart.value()?.source === "trades"}>
          <b class="from-trades" data-testid="from-trades">
            {" "}
            of the trades that were seen: no candles are recorded
          </b>
        </Show>
      </p>
      <Streamed stream={session.chart} what={`candles of ${session.interval()}`}>
        {(view) => (
          <Show when={view().all.length > 0} fallback={<Empty what="Nothing has traded yet" />}>
            <Show when={unfolded() && !asTable()}>
              <Suspense fallback={<div class="plot" />}>
                <CandleChart />
              </Suspense>
              <p class="credit">
                <a
                  href="https://www.tradingview.com/"
                  target="_blank"
                  rel="noopener noreferrer"
                  data-testid="candle-credit"
                >
                  Charts by TradingView
                </a>
              </p>
            </Show>
            <Show when={asTable()}>
              <div class="plot scroll">
                <table class="rows" data-testid="candle-table">
                  <thead>
                    <tr>
                      <th>open time</th>
                      <th class="num">open</th>
                      <th class="num">high</th>
                      <th class="num">low</th>
                      <th class="num">close</th>
                      <th class="num">volume {session.market()!.base}</th>
                      <th class="num">trades</th>
                    </tr>
                  </thead>
                  <tbody>
                    <For each={view().all.slice(-TABLE_ROWS).reverse()}>
                      {(one) => (
                        <tr>
                          <td>{moment(one.time, view().interval, zone())}</td>
                          <td class="num">{price(one.open, decimals())}</td>
                          <td class="num">{price(one.high, decimals())}</td>
                          <td class="num">{price(one.low, decimals())}</td>
                          <td class="num">{price(one.close, decimals())}</td>
                          <td class="num">{size(one.volume, 3)}</td>
                          <td class="num">{one.trades}</td>
                        </tr>
                      )}
                    </For>
                  </tbody>
                </table>
              </div>
            </Show>
          </Show>
        )}
      </Streamed>
    </Panel>
  );
}
