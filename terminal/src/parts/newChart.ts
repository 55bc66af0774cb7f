import {
  ColorType,
  createChart,
  type DeepPartial,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type TimeChartOptions,
  type UTCTimestamp,
} from "lightweight-charts";

/** What an own scale of prices is made of. */
export type Range = { priceRange: { minValue: number; maxValue: number } | null };

export interface NewChart {
  chart: IChartApi;
  /** A colour of the page by its name. */
  colour: (name: string) => string;
  /** Times in which nothing happened stand in a series of their own, which keeps the time axis even. */
  slots: ISeriesApi<"Line">;
}

/** A chart in the page's own colours, without what would be loaded or written by itself. */
export function newChart(place: HTMLElement, options: DeepPartial<TimeChartOptions>): NewChart {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const chart = createChart(place, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: colour("--bg1") },
      textColor: colour("--t3"),
      fontSize: 11,
      fontFamily: style.fontFamily,
      attributionLogo: false,
    },
    grid: { vertLines: { color: colour("--bg2") }, horzLines: { color: colour("--bg2") } },
    crosshair: { vertLine: { color: colour("--edge") }, horzLine: { color: colour("--edge") } },
  });
  chart.applyOptions({
    rightPriceScale: { borderColor: colour("--line") },
    timeScale: { borderColor: colour("--line"), timeVisible: true, secondsVisible: true },
  });
  chart.applyOptions(options);
  const slots = chart.addSeries(LineSeries, { visible: false, lastValueVisible: false, priceLineVisible: false });
  return { chart, colour, slots };
}

/** Every slot of so many seconds from one time to another, both of them among them. */
export function evenTimes(from: number, to: number, seconds: number): { time: UTCTimestamp }[] {
  return Array.from({ length: Math.floor((to - from) / seconds) + 1 }, (_, i) => ({
    time: (from + i * seconds) as UTCTimestamp,
  }));
}
