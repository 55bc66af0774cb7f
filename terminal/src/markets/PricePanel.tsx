import { createSignal, For, lazy, Show, Suspense } from "solid-js";
import { desk } from "../desk/desk";
import { zone } from "../desk/settings";
import { Unknown } from "../parts/Blanks";
import { Panel } from "../parts/Panel";
import { price } from "../text/decimal";
import { clock, offset } from "../text/format";
import { compositeOf } from "./composite";
import { openStrikes } from "./ladderRows";

const PriceChart = lazy(() => import("./PriceChart"));

const TABLE_ROWS = 30;

/** Where the composite has been, against the strikes. */
export function PricePanel() {
  const [asTable, setAsTable] = createSignal(false);
  const [unfolded, setUnfolded] = createSignal(!matchMedia("(max-width: 640px)").matches);
  const shown = (value: number) => price(value.toFixed(8), desk.asset().priceDecimals);

  const noPrice = () => {
    const reason = compositeOf(desk.asset())?.reason;
    return reason == null ? "" : `: ${reason}`;
  };

  /** The picture in words. */
  const summary = () => {
    desk.prices.held();
    desk.filled();
    const seen = desk.history(desk.asset().symbol).summary();
    if (seen === null) return null;
    const strikes = openStrikes();
    const below = strikes.filter((strike) => Number(strike) <= seen.last).length;
    const place = strikes.length === 0 ? "" : ` · above ${below} of ${strikes.length} strikes`;
    const { low, high, last, since } = seen;
    const from = `${clock(since, zone())} ${offset(since, zone())}`;
    return `last ${shown(last)} · range ${shown(low)} to ${shown(high)} since ${from}${place}`;
  };

  return (
    <Panel
      title={`${desk.asset().symbol} composite`}
      testid="chart"
      class="chart"
      aside={
        <span class="acts">
          <button type="button" class="act" aria-expanded={unfolded()} onClick={() => setUnfolded(!unfolded())}>
            {unfolded() ? "fold" : "show chart"}
          </button>
          <button type="button" class="act" aria-pressed={asTable()} onClick={() => setAsTable(!asTable())}>
            as table
          </button>
        </span>
      }
    >
      <p class="summary soft" data-testid="chart-summary">
        {summary() ?? `no price seen yet${noPrice()}`}
      </p>
      <Show when={unfolded() && !asTable()}>
        <Suspense fallback={<div class="plot" />}>
          <PriceChart />
        </Suspense>
        <p class="credit">
          <a href="https://www.tradingview.com/" target="_blank" rel="noopener noreferrer" data-testid="chart-credit">
            Charts by TradingView
          </a>
        </p>
      </Show>
      <Show when={asTable()}>
        <SecondsTable shown={shown} />
      </Show>
    </Panel>
  );
}

function SecondsTable(props: { shown: (value: number) => string }) {
  const seconds = () => {
    desk.prices.held();
    return desk.history(desk.asset().symbol).seconds.slice(-TABLE_ROWS).reverse();
  };
  return (
    <div class="plot scroll">
      <table class="rows" data-testid="chart-table">
        <thead>
          <tr>
            <th>second</th>
            <th class="num">composite</th>
          </tr>
        </thead>
        <tbody>
          <For each={seconds()}>
            {(second) => (
              <tr>
                <td>{clock(second.time * 1000, zone())}</td>
                <td class="num">
                  {second.price === null ? <Unknown why="no price in this second" /> : props.shown(second.price)}
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}
