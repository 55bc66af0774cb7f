import { For, lazy, Show } from "solid-js";
import { zone } from "../desk/settings";
import { Empty } from "../parts/Blanks";
import { ChartPanel } from "../parts/ChartPanel";
import { Choices } from "../parts/Choices";
import { decimalsOf, price, size } from "../text/decimal";
import { offset } from "../text/format";
import { opened } from "./moment";
import { Streamed } from "./Streamed";
import { session } from "./session";
import { INTERVALS } from "./wire";

const CandleChart = lazy(() => import("./CandleChart"));

const TABLE_ROWS = 40;

/** Where the market's price has been. */
export function CandlePanel() {
  const decimals = () => decimalsOf(session.market()!.tick_size);
  const newest = () => session.chart.value()?.all.at(-1);
  /** The picture in words. */
  const summary = () => {
    const [view, last] = [session.chart.value(), newest()];
    if (view === null || last === undefined) return "";
    const shown = (text: string) => price(text, decimals());
    const from = `${opened(last.time, view.interval, zone())} ${offset(last.time, zone())}`;
    return `${from} open ${shown(last.open)} high ${shown(last.high)} low ${shown(last.low)} close ${shown(last.close)}`;
  };
  return (
    <ChartPanel
      title="Candles"
      testid="candles"
      class="trade-chart"
      aside={
        <Choices
          label="interval"
          role="radio"
          all={INTERVALS}
          chosen={session.interval()}
          choose={session.chooseInterval}
          testid="interval"
        />
      }
      summary={
        <>
          {summary()}
          <Show when={session.chart.value()?.source === "trades"}>
            <b class="from-trades" data-testid="from-trades">
              {" "}
              of the trades that were seen: no candles are recorded
            </b>
          </Show>
        </>
      }
      chart={() => <CandleChart />}
      table={() => <Table />}
      frame={(picture) => (
        <Streamed stream={session.chart} what={`candles of ${session.interval()}`}>
          {(view) => (
            <Show when={view().all.length > 0} fallback={<Empty what="Nothing has traded yet" />}>
              {picture()}
            </Show>
          )}
        </Streamed>
      )}
    />
  );
}

function Table() {
  const view = () => session.chart.value()!;
  const shown = (text: string) => price(text, decimalsOf(session.market()!.tick_size));
  return (
    <>
      <thead>
        <tr>
          <th>open time {offset(view().all.at(-1)?.time ?? 0, zone())}</th>
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
              <td>{opened(one.time, view().interval, zone())}</td>
              <td class="num">{shown(one.open)}</td>
              <td class="num">{shown(one.high)}</td>
              <td class="num">{shown(one.low)}</td>
              <td class="num">{shown(one.close)}</td>
              <td class="num">{size(one.volume, 3)}</td>
              <td class="num">{one.trades}</td>
            </tr>
          )}
        </For>
      </tbody>
    </>
  );
}
