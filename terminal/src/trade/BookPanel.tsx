import { createMemo, createSignal, For, Index, Show } from "solid-js";
import { desk } from "../desk/desk";
import { Empty } from "../parts/Blanks";
import { Panel } from "../parts/Panel";
import { ofSteps, plus, stepsIn } from "../text/amount";
import { decimalsOf, price, size, toDecimals } from "../text/decimal";
import { age, count, NOTHING } from "../text/format";
import type { BookView, Row } from "./book";
import { takePrice } from "./order";
import { Streamed } from "./Streamed";
import { session } from "./session";
import type { Side } from "./wire";

const GROUPS = [1, 5, 10, 50, 100, 1_000];

/** The book: what stands at which price, summed up from the best, and where the account's own orders are. */
export function BookPanel() {
  const rows = matchMedia("(max-width: 640px)").matches ? 8 : 12;
  const tick = () => session.market()!.tick_size;
  return (
    <Panel
      title="Book"
      testid="book"
      class="trade-book"
      aside={
        <>
          <span class="soft" data-testid="book-sequence">
            <Show when={session.depth.value()}>
              {(of) => (
                <>
                  seq {count(of().sequence)} · <span>{age(desk.now() - session.depth.received())}</span>
                </>
              )}
            </Show>
          </span>
          <label class="soft">
            step{" "}
            <select
              data-testid="step"
              value={session.steps()}
              onChange={(event) => session.chooseSteps(Number(event.currentTarget.value))}
            >
              <For each={GROUPS}>{(steps) => <option value={steps}>{ofSteps(BigInt(steps), tick())}</option>}</For>
            </select>
          </label>
        </>
      }
    >
      <Streamed stream={session.depth} what={`the book of ${session.market()!.market}`}>
        {(view) => (
          <Show
            when={view().bids.length + view().asks.length > 0}
            fallback={<Empty what="Nobody is in the book" next="An order of yours would be the first." />}
          >
            <Grid view={view()} rows={rows} />
          </Show>
        )}
      </Streamed>
    </Panel>
  );
}

function Grid(props: { view: BookView; rows: number }) {
  const [focused, setFocused] = createSignal(props.rows);
  let grid: HTMLDivElement | undefined;
  const decimals = () => decimalsOf(session.step());
  const slots = [...Array(props.rows).keys()];
  const row = (index: number): Row | undefined =>
    index < props.rows ? props.view.asks[props.rows - 1 - index] : props.view.bids[index - props.rows];
  const mine = createMemo(() => {
    const sums = new Map<string, string>();
    const name = session.market()?.market;
    for (const order of session.orders.value()?.open ?? []) {
      if (order.market !== name || order.price === null || (order.stop_price !== null && !order.triggered)) continue;
      const place = `${order.kind} ${stepOf(order.price, order.kind)}`;
      sums.set(place, plus(sums.get(place) ?? "0", order.remaining_quantity));
    }
    return sums;
  });
  const move = (event: KeyboardEvent) => {
    const last = 2 * props.rows - 1;
    const to = { ArrowUp: focused() - 1, ArrowDown: focused() + 1, Home: 0, End: last }[event.key];
    if (to !== undefined) {
      setFocused(Math.min(Math.max(to, 0), last));
      (grid?.querySelector(`[data-row="${focused()}"]`) as HTMLElement | null)?.focus();
    } else if (event.key === "Enter") {
      const chosen = row(focused());
      if (chosen === undefined) return;
      takePrice(chosen.price);
    } else return;
    event.preventDefault();
  };
  const line = (index: number, side: Side) => (
    <BookRow
      row={row(index)}
      side={side}
      index={index}
      decimals={decimals()}
      mine={mine().get(`${side} ${row(index)?.price}`)}
      isFocused={focused() === index}
      focus={() => setFocused(index)}
    />
  );
  return (
    <div
      class="book-grid"
      role="grid"
      aria-label={`book of ${session.market()!.market}; Enter takes a price into the ticket`}
      ref={grid}
      onKeyDown={move}
    >
      <div class="book-row head" role="row">
        <span role="columnheader">price {session.market()!.quote}</span>
        <span role="columnheader">size {session.market()!.base}</span>
        <span role="columnheader">sum</span>
      </div>
      <Index each={slots}>{(index) => line(index(), "sell")}</Index>
      <div class="book-spread" role="row">
        <span role="gridcell" data-testid="spread">
          spread{" "}
          {props.view.spread === null
            ? NOTHING
            : toDecimals(props.view.spread, decimalsOf(session.market()!.tick_size))}
        </span>
      </div>
      <Index each={slots}>{(index) => line(index() + props.rows, "buy")}</Index>
    </div>
  );
}

function BookRow(props: {
  row: Row | undefined;
  side: Side;
  index: number;
  decimals: number;
  mine: string | undefined;
  isFocused: boolean;
  focus: () => void;
}) {
  const lots = () => Math.min(decimalsOf(session.market()!.lot_size), 5);
  return (
    <div
      class="book-row"
      role="row"
      data-side={props.side}
      data-row={props.index}
      data-testid={props.row === undefined ? undefined : props.side === "buy" ? "level-bid" : "level-ask"}
      data-price={props.row?.price}
      tabindex={props.isFocused ? 0 : -1}
      style={{ "--depth": `${((props.row?.depth ?? 0) * 100).toFixed(1)}%` }}
      onFocus={() => props.focus()}
      onClick={() => props.row !== undefined && takePrice(props.row.price)}
    >
      <span role="gridcell" class="price">
        {props.row === undefined ? "" : price(props.row.price, props.decimals)}
      </span>
      <span role="gridcell">
        <Show when={props.mine}>
          {(own) => (
            <b class="mine" data-testid="mine" title={`your orders here: ${own()}`}>
              <span aria-hidden="true">◆</span>
              <span class="unseen">yours {own()}, of </span>
            </b>
          )}
        </Show>
        {props.row === undefined ? "" : size(props.row.quantity, lots())}
      </span>
      <span role="gridcell" class="soft">
        {props.row === undefined ? "" : size(props.row.total, Math.min(lots(), 3))}
      </span>
    </div>
  );
}

function stepOf(price: string, side: Side): string {
  const step = session.step();
  const below = stepsIn(price, step);
  const isWhole =
    ofSteps(below, step) === ofSteps(stepsIn(price, session.market()!.tick_size), session.market()!.tick_size);
  return ofSteps(side === "buy" || isWhole ? below : below + 1n, step);
}
