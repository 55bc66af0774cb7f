import {
  type CandlestickData,
  CandlestickSeries,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  LineStyle,
  TickMarkType,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import { createEffect, createSignal, on, onCleanup, onMount, Show } from "solid-js";
import { zone } from "../desk/settings";
import { evenTimes, newChart, type Range } from "../parts/newChart";
import { decimalsOf } from "../text/decimal";
import { LENGTH } from "./candles";
import { FillMarks } from "./FillMarks";
import { levelsOf } from "./marks";
import { opened, tickOf } from "./moment";
import { session } from "./session";
import type { Candle } from "./wire";

const MOST_SLOTS = 2_000;

/** The candles: set once, then only updated, so that the user's zoom stays where it was put. */
export default function CandleChart() {
  let place: HTMLDivElement | undefined;
  const [drawnOn, setDrawnOn] = createSignal<DrawnOn | null>(null);
  onMount(() => {
    const { chart, colour, slots } = newChart(place!, { timeScale: { rightOffset: 4 } });
    const series = chart.addSeries(CandlestickSeries, {
      upColor: colour("--bg1"),
      borderUpColor: colour("--up"),
      wickUpColor: colour("--up"),
      downColor: colour("--dn"),
      borderDownColor: colour("--dn"),
      wickDownColor: colour("--dn"),
      autoscaleInfoProvider: (range: () => Range | null) => withNear(range(), ownPrices),
      priceLineColor: colour("--t2"),
    });
    let drawn: Candle[] = [];
    let drawnFor = "";
    let own: IPriceLine[] = [];
    let ownPrices: number[] = [];

    createEffect(
      on(session.chart.value, (view) => {
        const market = session.market();
        if (view === null || market === null) return;
        const what = `${market.market} ${view.interval}`;
        const last = drawn.length - 1;
        const ahead = ((view.all.at(-1)?.time ?? 0) - (drawn[last]?.time ?? 0)) / LENGTH[view.interval];
        const follows =
          what === drawnFor &&
          last >= 0 &&
          ahead < MOST_SLOTS &&
          view.all[0]?.time === drawn[0]?.time &&
          view.all[last]?.time === drawn[last]?.time;
        if (what !== drawnFor) {
          const precision = decimalsOf(market.tick_size);
          series.applyOptions({ priceFormat: { type: "price", precision, minMove: Number(market.tick_size) } });
        }
        if (!follows) {
          slots.setData(slotsOf(view.all, LENGTH[view.interval]));
          series.setData(view.all.map(drawing));
          chart.timeScale().scrollToRealTime();
        } else {
          const length = LENGTH[view.interval];
          for (let i = last; i < view.all.length; i++) {
            const one = view.all[i]!;
            for (
              let time = (view.all[i - 1]?.time ?? one.time) + length;
              i > last && time <= one.time;
              time += length
            ) {
              slots.update({ time: (time / 1000) as UTCTimestamp });
            }
            series.update(drawing(one));
          }
        }
        drawn = [...view.all];
        drawnFor = what;
      }),
    );
    createEffect(() => {
      const market = session.market()?.market;
      const open = (session.orders.value()?.open ?? []).filter((order) => order.market === market);
      for (const old of own) series.removePriceLine(old);
      const levels = levelsOf(open);
      ownPrices = levels.map(({ price }) => Number(price));
      own = levels.map(({ side, price, quantity, orders }) => {
        const title = `${side} ${quantity}${orders > 1 ? ` (${orders})` : ""}`;
        const color = colour(side === "buy" ? "--up" : "--dn");
        return series.createPriceLine({
          price: Number(price),
          color,
          lineWidth: 1,
          lineStyle: LineStyle.Dashed,
          title,
        });
      });
    });
    createEffect(
      on([zone, session.interval], ([wanted, interval]) => {
        const tick = (time: Time, type: TickMarkType) =>
          tickOf((time as number) * 1000, interval, wanted, type <= TickMarkType.DayOfMonth);
        const full = (time: Time) => opened((time as number) * 1000, interval, wanted);
        chart.applyOptions({ localization: { timeFormatter: full }, timeScale: { tickMarkFormatter: tick } });
      }),
    );
    setDrawnOn({ chart, series, place: place! });
    onCleanup(() => chart.remove());
  });
  return (
    <div class="plot">
      <div
        ref={place}
        class="canvas"
        data-testid="candle-plot"
        role="img"
        aria-label="candles; the line above says the newest in words"
      />
      <Show when={drawnOn()}>{(on) => <FillMarks {...on()} />}</Show>
    </div>
  );
}

interface DrawnOn {
  chart: IChartApi;
  series: ISeriesApi<"Candlestick">;
  place: HTMLElement;
}

/** Makes room for the account's own orders that are about as near as the candles are high. */
function withNear(range: Range | null, prices: number[]): Range | null {
  if (range?.priceRange == null) return range;
  const { minValue, maxValue } = range.priceRange;
  const room = 2 * (maxValue - minValue);
  const near = prices.filter((price) => price >= minValue - room && price <= maxValue + room);
  const priceRange = { minValue: Math.min(minValue, ...near), maxValue: Math.max(maxValue, ...near) };
  return { ...range, priceRange };
}

// Only for drawing: nothing that is sent goes through floating point.
function drawing(one: Candle): CandlestickData {
  return {
    time: (one.time / 1000) as UTCTimestamp,
    open: Number(one.open),
    high: Number(one.high),
    low: Number(one.low),
    close: Number(one.close),
  };
}

function slotsOf(all: Candle[], length: number): { time: UTCTimestamp }[] {
  const last = all.at(-1)?.time;
  if (last === undefined) return [];
  const first = Math.max(all[0]!.time, last - (MOST_SLOTS - 1) * length);
  return evenTimes(first / 1000, last / 1000, length / 1000);
}
