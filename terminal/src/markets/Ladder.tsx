import { createEffect, createMemo, createSignal, For, Index, on, Show } from "solid-js";
import { desk } from "../desk/desk";
import { type Held, serverTime } from "../desk/held";
import { zone } from "../desk/settings";
import { Empty } from "../parts/Blanks";
import { Figure } from "../parts/Figure";
import { Fed, Panel } from "../parts/Panel";
import { say } from "../shell/Voice";
import { grouped, plain, price, quantity } from "../text/decimal";
import { age, countdown, minute, NOTHING, probability, shortKey } from "../text/format";
import type { Markets, SignedMarket } from "../wire";
import { expiries, expiry, pickWindow } from "./choices";
import { openStrikes, quotes } from "./ladderRows";
import { closingSeconds, type Rule, ruleOf } from "./rule";
import { placeStrikes, rowsAbove } from "./slots";
import { type Check, signatureOf } from "./verify";

/** What we quote on the chosen window: fair value and executable asks, strike by strike. */
export function Ladder() {
  const [held, setHeld] = createSignal(false);
  const [picked, setPicked] = createSignal<string | null>(null);
  const slots = createMemo(
    (before: { strikes: string[]; waiting: string[]; expiry: number | null }) => {
      const same = before.expiry === expiry();
      return { ...placeStrikes(same ? before.strikes : [], openStrikes(), same && held()), expiry: expiry() };
    },
    { strikes: [] as string[], waiting: [] as string[], expiry: null as number | null },
  );
  const strikes = createMemo(() => slots().strikes);
  const spot = () => desk.markets().held()?.data.spot ?? null;
  const above = () => (spot() === null ? null : rowsAbove(strikes(), spot()!.toFixed(8)));
  const left = () => {
    const now = desk.serverNow();
    const end = expiry();
    return now === null || end === null ? null : end - now;
  };

  const rule = createMemo(() => ruleOf(quotes().values().next().value?.market.rule_id), null, {
    equals: (a, b) => a?.seconds === b?.seconds,
  });
  const over = () => closingSeconds(rule(), left());

  createEffect(
    on(
      () => (over() === null ? null : expiry()),
      (closing) => closing !== null && say(`${desk.asset().name} ${minute(closing, zone())} is closing`),
    ),
  );
  createEffect(
    on(openStrikes, (now, before) => {
      const added = now.filter((strike) => before !== undefined && !before.includes(strike));
      if (before !== undefined && before.length > 0 && added.length > 0) say(`New strike ${added.join(", ")}`);
    }),
  );

  return (
    <Panel
      title={`${desk.asset().name} ${expiry() === null ? "ladder" : minute(expiry()!, zone())}`}
      testid="ladder"
      class="ladder"
      aside={<Windows left={left()} closing={over() !== null} />}
    >
      <Fed channel={desk.markets()} what={`${desk.asset().symbol} markets`}>
        {(state) => (
          <Show when={strikes().length > 0} fallback={<NoMarkets state={state()} />}>
            <Grid
              state={state}
              strikes={strikes()}
              above={above()}
              spot={spot()}
              picked={picked()}
              pick={setPicked}
              hold={setHeld}
            />
            <Show when={slots().waiting.length > 0}>
              <p class="waiting" data-testid="new-strikes">
                new: {slots().waiting.map(grouped).join(", ")} (move the pointer away to place)
              </p>
            </Show>
            <Show when={rule()}>{(known) => <Closing rule={known()} over={over()} left={left() ?? 0} />}</Show>
            <Signed strike={picked() ?? strikes()[Math.min(above() ?? 0, strikes().length - 1)] ?? null} />
          </Show>
        )}
      </Fed>
    </Panel>
  );
}

/** When the price begins to count, and how much of it has been counted. */
function Closing(props: { rule: Rule; over: number | null; left: number }) {
  return (
    <div class="closing" data-testid="closing" data-closing={props.over !== null}>
      <Show
        when={props.over !== null}
        fallback={
          <span class="soft">
            counts in {countdown(props.left - props.rule.seconds * 1000)} · {props.rule.words}
          </span>
        }
      >
        <b>
          CLOSING {props.over}/{props.rule.seconds}
        </b>
        <i class="closing-bar" aria-hidden="true">
          <i style={{ width: `${(100 * props.over!) / props.rule.seconds}%` }} />
        </i>
        <span class="soft">{props.rule.words}</span>
      </Show>
    </div>
  );
}

function Windows(props: { left: number | null; closing: boolean }) {
  return (
    <div class="windows" role="radiogroup" aria-label="window, by its expiry">
      <For each={expiries()}>
        {(each) => (
          <button
            type="button"
            role="radio"
            class="window"
            aria-checked={expiry() === each}
            data-testid="window"
            onClick={() => pickWindow(each)}
          >
            {minute(each, zone())}
            <Show when={expiry() === each && props.left !== null}>
              {" "}
              <b data-testid="countdown" classList={{ closing: props.closing }}>
                {countdown(props.left!)}
              </b>
            </Show>
          </button>
        )}
      </For>
    </div>
  );
}

function NoMarkets(props: { state: Held<Markets> }) {
  return (
    <Empty
      what={`No open ${desk.asset().name} market`}
      next={props.state.data.reason ?? "the server gave no reason; see QUOTING above"}
    />
  );
}

interface GridProps {
  state: () => Held<Markets>;
  strikes: string[];
  above: number | null;
  spot: number | null;
  picked: string | null;
  pick(strike: string): void;
  hold(held: boolean): void;
}

const COLUMNS = ["strike", "fair UP", "UP ask", "DOWN ask", "max", "age", "signed"];

function Grid(props: GridProps) {
  const rows: HTMLElement[] = [];
  let focused = 0;
  const move = (event: KeyboardEvent) => {
    const last = props.strikes.length - 1;
    const to = { ArrowUp: focused - 1, ArrowDown: focused + 1, Home: 0, End: last }[event.key];
    if (to !== undefined) {
      rows[Math.min(Math.max(to, 0), last)]?.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      props.pick(props.strikes[focused]!);
    } else if (event.key === "r") {
      say(rows[focused]?.dataset.spoken ?? "");
    } else return;
    event.preventDefault();
  };
  return (
    <div
      class="grid"
      role="grid"
      tabindex={-1}
      aria-label={`${desk.asset().name} strikes`}
      aria-rowcount={props.strikes.length + 1}
      onKeyDown={move}
      onPointerEnter={() => props.hold(true)}
      onPointerLeave={() => props.hold(false)}
    >
      <div class="grid-row head" role="row">
        <For each={COLUMNS}>{(column) => <span role="columnheader">{column}</span>}</For>
      </div>
      <div class="grid-body">
        <Index each={props.strikes}>
          {(strike, index) => (
            <Row
              ref={(row) => {
                rows[index] = row;
              }}
              first={index === 0}
              index={index}
              strike={strike()}
              signed={quotes().get(strike()) ?? null}
              state={props.state()}
              picked={props.picked === strike()}
              onFocus={() => {
                focused = index;
              }}
              onPick={() => props.pick(strike())}
            />
          )}
        </Index>
        <Show when={props.above !== null}>
          <div class="spot" data-testid="spot" data-after={props.above} style={{ "--above": `${props.above}` }}>
            <span>spot {price(props.spot!.toFixed(8), desk.asset().priceDecimals)}</span>
          </div>
        </Show>
      </div>
    </div>
  );
}

interface RowProps {
  ref(row: HTMLElement): void;
  first: boolean;
  index: number;
  strike: string;
  signed: SignedMarket | null;
  state: Held<Markets>;
  picked: boolean;
  onFocus(): void;
  onPick(): void;
}

function Row(props: RowProps) {
  const now = () => serverTime(props.state, desk.now());
  const quoteAge = () => (props.signed === null ? null : Math.max(0, now() - props.signed.market.generated_at));
  const over = () => props.signed !== null && now() > props.signed.market.valid_until;
  const state = () => (props.signed === null || over() ? "stale" : "fresh");
  const figure = (value: number | undefined) => ({
    text: value === undefined ? null : probability(value),
    plain: value === undefined ? null : value.toFixed(4),
    ageMs: quoteAge(),
    state: state() as "stale" | "fresh",
    why: "this strike was withdrawn",
  });
  const spoken = () => {
    const market = props.signed?.market;
    return market === undefined
      ? `strike ${props.strike}, withdrawn`
      : `strike ${props.strike}, fair ${market.up_probability}, up ${market.up_price}, down ${market.down_price}, ` +
          `at most ${market.max_quantity}, ${age(quoteAge() ?? 0)} old`;
  };
  return (
    <div
      ref={(row) => props.ref(row)}
      class="grid-row"
      classList={{ gone: props.signed === null, over: over(), picked: props.picked }}
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={props.picked}
      tabindex={props.first ? 0 : -1}
      data-testid="strike"
      data-strike={props.strike}
      data-spoken={spoken()}
      onFocus={() => props.onFocus()}
      onClick={() => props.onPick()}
    >
      <span role="gridcell" class="strike">
        {grouped(props.strike)}
      </span>
      <span role="gridcell">
        <Figure of={figure(props.signed?.market.up_probability)} quiet testid="fair" />
      </span>
      <span role="gridcell" class="up">
        <Figure of={figure(props.signed?.market.up_price)} arrow testid="up-ask" />
      </span>
      <span role="gridcell" class="dn">
        <Figure of={figure(props.signed?.market.down_price)} arrow testid="down-ask" />
      </span>
      <span role="gridcell">{props.signed === null ? NOTHING : quantity(props.signed.market.max_quantity)}</span>
      <span role="gridcell" class="soft">
        <Show when={quoteAge() !== null} fallback="gone">
          <Show when={over()}>EXPIRED </Show>
          <span classList={{ wide: over() }}>{age(quoteAge()!)}</span>
        </Show>
      </span>
      <span role="gridcell" class="soft">
        <SignatureMark signed={props.signed} />
      </span>
    </div>
  );
}

const MARKS: Record<Check, string> = {
  valid: "✓ valid",
  differs: "✗ DIFFERS",
  invalid: "✗ INVALID",
  unreadable: "? format",
  checking: "…",
  unsupported: "signed",
};

function SignatureMark(props: { signed: SignedMarket | null }) {
  const check = signatureOf(() => props.signed);
  return (
    <Show when={props.signed !== null} fallback={NOTHING}>
      <span data-testid="signature" data-check={check()}>
        {MARKS[check()]}
      </span>
    </Show>
  );
}

function Signed(props: { strike: string | null }) {
  const signed = () => (props.strike === null ? null : (quotes().get(props.strike) ?? null));
  return (
    <Show when={signed()}>
      {(one) => (
        <dl class="signed soft" data-testid="signed">
          <dt>signer</dt>
          <dd title={one().signer} data-testid="signer">
            {shortKey(one().signer)}
          </dd>
          <dt>quote</dt>
          <dd title={one().market.quote_id}>{shortKey(one().market.quote_id)}</dd>
          <dt class="unseen">payoff</dt>
          <dd>
            UP pays 1 USDC at or above {grouped(plain(one().market.strike))} at {minute(one().market.expiry_ts, zone())}
            , else DOWN does
          </dd>
        </dl>
      )}
    </Show>
  );
}
