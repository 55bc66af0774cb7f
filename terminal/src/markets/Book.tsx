import { createMemo, Index, Show } from "solid-js";
import { desk } from "../desk/desk";
import { ageOf, type Held } from "../desk/held";
import { StateWord } from "../parts/StateWord";
import { decimalsOf, price, size, toDecimals } from "../text/decimal";
import { age, NOTHING } from "../text/format";
import type { Book as BookState, Books, Level } from "../wire";
import { depths, spreadOf } from "./depth";
import { Tape } from "./Tape";

const LEVELS = [...Array(10).keys()];

/** One venue: ten levels a side, best on top, bars of the depth summed up from the best. */
export function Book(props: { book: BookState; held: Held<Books> }) {
  const ageMs = () => ageOf(props.held, props.held.data.at, props.book.age_ms, desk.now());
  const decimals = createMemo(
    (most: number) =>
      [...props.book.bids, ...props.book.asks]
        .map(([text]) => text)
        .concat(props.book.trades.map((trade) => trade.price))
        .reduce((n, text) => Math.max(n, Math.min(decimalsOf(text), 8)), most),
    0,
  );
  const bars = createMemo(() => depths(props.book.bids, props.book.asks));
  const spread = () => spreadOf(props.book.bids, props.book.asks);
  return (
    <section class="venue" data-testid={`book-${props.book.venue}`} data-state={bookState(props.book)}>
      <header class="venue-head">
        <h3>{props.book.venue}</h3> <span class="soft">{props.book.symbol}</span>
        <span class="soft">
          spread <span data-testid="spread">{spread() === null ? NOTHING : toDecimals(spread()!, decimals())}</span>
        </span>
        <span class="gap" />
        <span class="soft num" data-testid="book-age">
          {ageMs() === null ? NOTHING : age(ageMs()!)}
        </span>
        <StateWord state={props.book.state} />
      </header>
      <p class="reason" data-testid="book-reason" title={props.book.reason ?? undefined}>
        <Show when={!props.book.proven && props.book.state === "live"}>
          <b>UNPROVEN </b>
        </Show>
        {props.book.reason ?? ""}
      </p>
      <table
        class="levels"
        aria-label={`${props.book.venue} book, ${ageMs() === null ? "age unknown" : age(ageMs()!)} old`}
      >
        <thead>
          <tr>
            <th class="num">size</th>
            <th class="num">bid</th>
            <th>ask</th>
            <th>size</th>
          </tr>
        </thead>
        <tbody>
          <Index each={LEVELS}>
            {(i) => (
              <tr>
                <Side level={props.book.bids[i()]} depth={bars().bids[i()]} decimals={decimals()} side="bid" />
                <Side level={props.book.asks[i()]} depth={bars().asks[i()]} decimals={decimals()} side="ask" />
              </tr>
            )}
          </Index>
        </tbody>
      </table>
      <Tape trades={props.book.trades} held={props.held} decimals={decimals()} venue={props.book.venue} />
    </section>
  );
}

function Side(props: { level: Level | undefined; depth: number | undefined; decimals: number; side: "bid" | "ask" }) {
  const shownPrice = () => (props.level === undefined ? "" : price(props.level[0], props.decimals));
  const shownSize = () => (props.level === undefined ? "" : size(props.level[1], desk.asset().sizeDecimals));
  const width = () => `${((props.depth ?? 0) * 100).toFixed(1)}%`;
  return (
    <Show
      when={props.side === "bid"}
      fallback={
        <>
          <td class="ask price" data-testid="ask">
            {shownPrice()}
          </td>
          <td class="size ask" style={{ "--depth": width() }}>
            {shownSize()}
          </td>
        </>
      }
    >
      <td class="size bid num" style={{ "--depth": width() }}>
        {shownSize()}
      </td>
      <td class="bid price num" data-testid="bid">
        {shownPrice()}
      </td>
    </Show>
  );
}

/** What the cell is hatched or dimmed for: proof and freshness are two facts. */
function bookState(book: BookState): string {
  if (book.state === "stale" || book.state === "down") return "stale";
  return book.proven ? "proven" : "unproven";
}
