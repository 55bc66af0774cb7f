import { createSignal, type JSX, Show, Suspense } from "solid-js";
import { Panel } from "./Panel";

/** A picture that can be folded away or read as a table, with its credit and a line that says it in words. */
export function ChartPanel(props: {
  title: string;
  testid: string;
  class: string;
  summary: JSX.Element;
  aside?: JSX.Element;
  chart: () => JSX.Element;
  /** Head and body of the table. */
  table: () => JSX.Element;
  /** What stands between the panel and its picture, such as what is shown while there is none. */
  frame?: (picture: () => JSX.Element) => JSX.Element;
}) {
  const [asTable, setAsTable] = createSignal(false);
  const [unfolded, setUnfolded] = createSignal(!matchMedia("(max-width: 640px)").matches);
  const picture = () => (
    <>
      <Show when={unfolded() && !asTable()}>
        <Suspense fallback={<div class="plot" />}>{props.chart()}</Suspense>
        <p class="credit">
          <a
            href="https://www.tradingview.com/"
            target="_blank"
            rel="noopener noreferrer"
            data-testid={`${props.testid}-credit`}
          >
            Charts by TradingView
          </a>
        </p>
      </Show>
      <Show when={asTable()}>
        <div class="plot scroll">
          <table class="rows" data-testid={`${props.testid}-table`}>
            {props.table()}
          </table>
        </div>
      </Show>
    </>
  );
  return (
    <Panel
      title={props.title}
      testid={props.testid}
      class={props.class}
      aside={
        <>
          {props.aside}
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
      <p class="summary soft" data-testid={`${props.testid}-summary`}>
        {props.summary}
      </p>
      {props.frame === undefined ? picture() : props.frame(picture)}
    </Panel>
  );
}
