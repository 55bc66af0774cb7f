import { For, lazy } from "solid-js";
import { desk } from "../desk/desk";
import { zone } from "../desk/settings";
import { Unknown } from "../parts/Blanks";
import { ChartPanel } from "../parts/ChartPanel";
import { price } from "../text/decimal";
import { clock, offset } from "../text/format";
import { compositeOf } from "./composite";
import { openStrikes } from "./ladderRows";

const PriceChart = lazy(() => import("./PriceChart"));

const TABLE_ROWS = 30;

/** Where the composite has been, against the strikes. */
export function PricePanel() {
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
    <ChartPanel
      title={`${desk.asset().symbol} composite`}
      testid="chart"
      class="chart"
      summary={summary() ?? `no price seen yet${noPrice()}`}
      chart={() => <PriceChart />}
      table={() => <SecondsTable shown={shown} />}
    />
  );
}

function SecondsTable(props: { shown: (value: number) => string }) {
  const seconds = () => {
    desk.prices.held();
    return desk.history(desk.asset().symbol).seconds.slice(-TABLE_ROWS).reverse();
  };
  return (
    <>
      <thead>
        <tr>
          <th>second {offset(desk.serverNow() ?? 0, zone())}</th>
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
    </>
  );
}
