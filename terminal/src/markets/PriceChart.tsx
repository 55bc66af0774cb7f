import {
  type IPriceLine,
  type LineData,
  LineSeries,
  LineStyle,
  type Time,
  type UTCTimestamp,
  type WhitespaceData,
} from "lightweight-charts";
import { createEffect, on, onCleanup, onMount } from "solid-js";
import { desk } from "../desk/desk";
import type { Second } from "../desk/history";
import { zone } from "../desk/settings";
import { evenTimes, newChart, type Range } from "../parts/newChart";
import { clock } from "../text/format";
import { openStrikes } from "./ladderRows";

const LEAD_SECONDS = 300;
const RIGHT_SECONDS = 6;

/** The line itself: filled once, then only updated, so that the user's zoom stays where it was put. */
export default function PriceChart() {
  let place: HTMLDivElement | undefined;
  onMount(() => {
    const { chart, colour, slots } = newChart(place!, {
      rightPriceScale: { scaleMargins: { top: 0.12, bottom: 0.12 } },
      timeScale: { rightOffset: RIGHT_SECONDS, barSpacing: 2.6 },
    });
    let strikes: number[] = [];
    const line = chart.addSeries(LineSeries, {
      color: colour("--t1"),
      lineWidth: 1,
      priceLineColor: colour("--t2"),
      priceFormat: { type: "price", precision: desk.asset().priceDecimals, minMove: 10 ** -desk.asset().priceDecimals },
      autoscaleInfoProvider: (own: () => Range | null) => withNearestStrikes(own(), strikes),
    });
    let lines: IPriceLine[] = [];
    let drawn = 0;

    createEffect(
      on([desk.asset, desk.restarts, desk.filled], ([asset]) => {
        const past = desk.history(asset.symbol).seconds;
        const minMove = 10 ** -asset.priceDecimals;
        const follows = drawn === 0 || chart.timeScale().scrollPosition() >= 0;
        line.applyOptions({ priceFormat: { type: "price", precision: asset.priceDecimals, minMove } });
        slots.setData(evenSeconds(past));
        line.setData(toLine(past));
        if (follows && past.length > 0) chart.timeScale().scrollToPosition(RIGHT_SECONDS, false);
        drawn = past.at(-1)?.time ?? 0;
      }),
    );
    createEffect(
      on(desk.prices.held, () => {
        const past = desk.history(desk.asset().symbol).seconds;
        const last = past.at(-1);
        if (last === undefined) return;
        const refilled = drawn === 0 || last.time - drawn > LEAD_SECONDS;
        if (refilled) {
          slots.setData(evenSeconds(past));
          line.setData(toLine(past));
          chart.timeScale().scrollToPosition(RIGHT_SECONDS, false);
          drawn = last.time;
          return;
        }
        // Positive while the newest second is on screen: then it stays there; a user who looks back is left alone.
        const position = chart.timeScale().scrollPosition();
        for (const point of toLine(past.slice(lastPricedBefore(past, drawn)))) {
          if ((point.time as number) >= drawn) line.update(point);
        }
        for (let time = drawn + 1; time <= last.time; time++) slots.update({ time: time as UTCTimestamp });
        if (position >= 0 && last.time > drawn) chart.timeScale().scrollToPosition(position, false);
        drawn = last.time;
      }),
    );
    createEffect(() => {
      const open = openStrikes();
      for (const old of lines) line.removePriceLine(old);
      strikes = open.map(Number);
      lines = strikes.map((price) =>
        line.createPriceLine({ price, color: colour("--edge"), lineWidth: 1, lineStyle: LineStyle.Dashed, title: "" }),
      );
    });
    createEffect(
      on(zone, (wanted) => {
        const tick = (time: Time) => clock((time as number) * 1000, wanted);
        chart.applyOptions({ localization: { timeFormatter: tick }, timeScale: { tickMarkFormatter: tick } });
      }),
    );
    onCleanup(() => chart.remove());
  });
  return (
    <div class="plot">
      <div
        ref={place}
        class="canvas"
        data-testid="plot"
        role="img"
        aria-label="price line; the line above says it in words"
      />
    </div>
  );
}

/** Where to begin so that a gap before the newest points is still seen as one. */
function lastPricedBefore(past: Second[], time: number): number {
  let index = past.length - 1;
  while (index > 0 && (past[index]!.time >= time || past[index]!.price === null)) index--;
  return index;
}

function toLine(seconds: Second[]): LineData[] {
  const points: LineData[] = [];
  let before: Second | null = null;
  for (const second of seconds) {
    if (second.price !== null) {
      // A line drawn across seconds in which nobody knew the price would be a claim: it is left unpainted.
      const gap = before !== null && second.time - before.time > 3;
      const point: LineData = { time: second.time as UTCTimestamp, value: second.price };
      points.push(gap ? { ...point, color: "transparent" } : point);
      before = second;
    }
  }
  return points;
}

function evenSeconds(past: Second[]): WhitespaceData[] {
  const last = past.at(-1)?.time;
  return last === undefined ? [] : evenTimes(Math.min(past[0]!.time, last - LEAD_SECONDS), last, 1);
}

/** Makes room for the strike above and the one below, since between them lies what the line is watched for. */
function withNearestStrikes(own: Range | null, strikes: number[]): Range | null {
  if (own?.priceRange == null) return own;
  const { minValue, maxValue } = own.priceRange;
  const middle = (minValue + maxValue) / 2;
  const below = Math.max(...strikes.filter((strike) => strike <= middle), Number.NEGATIVE_INFINITY);
  const above = Math.min(...strikes.filter((strike) => strike > middle), Number.POSITIVE_INFINITY);
  return {
    ...own,
    priceRange: {
      minValue: Number.isFinite(below) ? Math.min(minValue, below) : minValue,
      maxValue: Number.isFinite(above) ? Math.max(maxValue, above) : maxValue,
    },
  };
}
