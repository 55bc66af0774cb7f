import { For, Show } from "solid-js";
import { desk } from "../desk/desk";
import { Failed, Unknown } from "../parts/Blanks";
import { type Aged, Figure, freshness } from "../parts/Figure";
import { minus, quotient, times } from "../text/amount";
import { decimalsOf, grouped, price, toDecimals } from "../text/decimal";
import { age, count } from "../text/format";
import { wordsOf } from "./order";
import { session } from "./session";

/** Which market, and its last 24 hours in a line. */
export function MarketBar() {
  const market = () => session.market()!;
  const ticker = session.ticker.value;
  const ageMs = () => (ticker() === null ? null : desk.now() - session.ticker.received());
  const decimals = () => decimalsOf(market().tick_size);
  const figure = (text: string | null | undefined): Aged => ({
    text: text == null ? null : price(text, decimals()),
    plain: text ?? null,
    ageMs: ageMs(),
    state: freshness(ageMs()),
    why: ticker() === null ? "no ticker yet" : "nothing has traded in 24 hours",
  });
  return (
    <section class="market-bar" aria-label="market" data-testid="market-bar">
      <select
        aria-label="market"
        data-testid="market"
        value={market().market}
        onChange={(event) => session.choose(event.currentTarget.value)}
      >
        <For each={session.instruments()}>
          {(one) => (
            <option value={one.market}>
              {one.status === "open" ? one.market : `${one.market}: ${wordsOf(one.status)}`}
            </option>
          )}
        </For>
      </select>
      <Show when={market().status !== "open"}>
        <b class="halt" data-testid="market-status">
          {wordsOf(market().status).toUpperCase()}
        </b>
      </Show>
      <span class="last">
        <Figure of={figure(ticker()?.last)} arrow testid="last" />
      </span>
      <dl>
        <dt>24 h</dt>
        <dd data-testid="change">{changeOf(ticker()?.open, ticker()?.last) ?? <Unknown why={figure(null).why} />}</dd>
        <dt>high</dt>
        <dd>
          <Figure of={figure(ticker()?.high)} quiet />
        </dd>
        <dt>low</dt>
        <dd>
          <Figure of={figure(ticker()?.low)} quiet />
        </dd>
        <dt>volume</dt>
        <dd>
          <Show when={ticker()} fallback={<Unknown why="no ticker yet" />}>
            {(of) => (
              <>
                {grouped(toDecimals(of().volume, 2))} {market().base} · {grouped(toDecimals(of().quote_volume, 0))}{" "}
                {market().quote} · {count(of().trades)} trades
              </>
            )}
          </Show>
        </dd>
        <dt class="wide">fees</dt>
        <dd class="wide">
          {percent(market().maker_fee)} maker, {percent(market().taker_fee)} taker
        </dd>
      </dl>
      <span class="gap" />
      <span class="soft" data-testid="ticker-age">
        {ageMs() === null ? "" : `${age(ageMs()!)} old`}
      </span>
      <Show when={session.ticker.fault()}>{(fault) => <Failed fault={fault()} />}</Show>
    </section>
  );
}

function percent(share: string): string {
  return `${times(share, "100")} %`;
}

function changeOf(open: string | null | undefined, last: string | null | undefined): string | null {
  if (open == null || last == null) return null;
  const difference = minus(last, open);
  const share = quotient(difference.replace("-", ""), open, 6);
  if (share === null) return null;
  const shown = toDecimals(times(share, "100"), 2);
  return difference.startsWith("-") ? `▼ −${shown} %` : `▲ +${shown} %`;
}
