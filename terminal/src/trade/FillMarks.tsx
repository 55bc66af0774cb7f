import type { IChartApi, ISeriesApi, UTCTimestamp } from "lightweight-charts";
import { createMemo, createSignal, Index, onCleanup } from "solid-js";
import { zone } from "../desk/settings";
import { decimalsOf, grouped } from "../text/decimal";
import { offset } from "../text/format";
import { priceIn } from "./cells";
import { type Mark, marksOf } from "./marks";
import { stamp } from "./moment";
import { session } from "./session";

const MOST = 100;

interface Placed extends Mark {
  x: number;
  y: number;
}

/**
 * The account's own fills on the candles, as buttons over the picture: what was traded shows on hover and on focus. One
 * tab stop, arrows between them.
 */
export function FillMarks(props: { chart: IChartApi; series: ISeriesApi<"Candlestick">; place: HTMLElement }) {
  const marks = createMemo(() => {
    const market = session.market();
    if (market === null) return [];
    const fills = session.orders.value()?.fills ?? [];
    return marksOf(fills, market.market, session.interval(), decimalsOf(market.tick_size)).slice(-MOST);
  });
  const [moves, setMoves] = createSignal(0);
  const [focused, setFocused] = createSignal<string | null>(null);
  let frame = 0;
  let list: HTMLDivElement | undefined;
  // The chart says when it paints; where its prices are then is read once, in the frame after.
  const painted = {
    updateAllViews: () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setMoves((n) => n + 1));
    },
  };
  props.series.attachPrimitive(painted);
  onCleanup(() => cancelAnimationFrame(frame));

  const placed = createMemo((): Placed[] => {
    moves();
    const [width, height] = [
      props.chart.timeScale().width(),
      props.place.clientHeight - props.chart.timeScale().height(),
    ];
    return marks().flatMap((mark) => {
      const x = props.chart.timeScale().timeToCoordinate((mark.time / 1000) as UTCTimestamp);
      const y = props.series.priceToCoordinate(Number(mark.price));
      return x === null || y === null || x < 0 || x > width || y < 0 || y > height ? [] : [{ ...mark, x, y }];
    });
  });
  const idOf = (mark: Mark) => `${mark.time} ${mark.side}`;
  const stop = () => (placed().some((one) => idOf(one) === focused()) ? focused() : idOf(placed().at(-1)!));
  const words = (mark: Mark) => {
    const { base, market } = session.market()!;
    const at =
      mark.from === mark.to ? stamp(mark.to, zone()) : `${stamp(mark.from, zone())} to ${stamp(mark.to, zone())}`;
    const did = mark.side === "buy" ? "bought" : "sold";
    const many = mark.fills === 1 ? "" : ` in ${mark.fills} fills`;
    return `${did} ${grouped(mark.quantity)} ${base} at ${priceIn(market, mark.price)}${many} · ${at} ${offset(mark.to, zone())}`;
  };
  const move = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined || list === undefined) return;
    const at = placed().findIndex((one) => idOf(one) === stop()) + step;
    (list.children[Math.min(Math.max(at, 0), placed().length - 1)] as HTMLElement | undefined)?.focus();
    event.preventDefault();
  };
  return (
    <div class="fill-marks" role="group" aria-label="your fills on the candles" ref={list} onKeyDown={move}>
      <Index each={placed()}>
        {(mark) => (
          <button
            type="button"
            class="fill-mark"
            data-side={mark().side}
            data-testid="fill-mark"
            data-edge={mark().x < 160 ? "left" : "right"}
            aria-label={words(mark())}
            tabindex={idOf(mark()) === stop() ? 0 : -1}
            style={{ left: `${mark().x}px`, top: `${mark().y}px` }}
            onFocus={() => setFocused(idOf(mark()))}
          >
            <i aria-hidden="true">{mark().side === "buy" ? "▲" : "▼"}</i>
            <span class="mark-words" aria-hidden="true">
              {words(mark())}
            </span>
          </button>
        )}
      </Index>
    </div>
  );
}
