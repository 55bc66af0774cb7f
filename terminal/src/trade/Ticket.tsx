import { createUniqueId, For, type JSX, Match, onCleanup, onMount, Show, Switch } from "solid-js";
import { desk } from "../desk/desk";
import { zone } from "../desk/settings";
import { Failed } from "../parts/Blanks";
import { Panel } from "../parts/Panel";
import { ofSteps, plus, quotient, stepsIn, textOf, times, unitsOf } from "../text/amount";
import { grouped } from "../text/decimal";
import { age, clock, offset } from "../text/format";
import {
  around,
  becameOf,
  change,
  checked,
  disarm,
  draft,
  edit,
  press,
  reasonNot,
  release,
  settle,
  turn,
  way,
  wordsOf,
} from "./order";
import { session } from "./session";
import {
  availableOf,
  type Field,
  fieldsOf,
  mostOf,
  rests,
  SELF_TRADES,
  type SelfTrade,
  stepped,
  type Tif,
  TYPES,
  tifOf,
  tifsOf,
} from "./ticket";

const LABEL: Record<Field, string> = {
  price: "price",
  stop_price: "stop price",
  quantity: "quantity",
  quote_quantity: "amount",
  display_quantity: "display",
  minutes: "ends after",
  client_id: "client id",
};

const EMPTY: Partial<Record<Field, string>> = { display_quantity: "all of it", client_id: "made here" };

const MEETS: Record<SelfTrade, string> = {
  cancel_newest: "cancel this order",
  cancel_oldest: "cancel the older one",
  cancel_both: "cancel both",
  decrement: "take it off both",
};

const SHARES = [25, 50, 100];

/** Order entry: what is typed is checked at once, the first Enter arms, the second sends. */
export function Ticket() {
  const terms = () => session.market()!;
  const unit = (field: Field) =>
    ({
      price: terms().quote,
      stop_price: terms().quote,
      quote_quantity: terms().quote,
      minutes: "minutes",
      client_id: "",
    })[field as "price"] ?? terms().base;
  const available = () => {
    const known = around();
    if (known?.balances == null) return null;
    const asset = draft().side === "buy" ? terms().quote : terms().base;
    return `${grouped(availableOf(known.balances, asset))} ${asset}`;
  };
  const further = () => {
    const parts = [draft().stp === "cancel_newest" ? "" : wordsOf(draft().stp), draft().fields.client_id];
    return parts.filter(Boolean).join(" · ");
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const input = event.target as HTMLElement;
    if (event.key === "Escape" && way().at === "armed") disarm();
    else if (event.key === "Enter" && !input.matches("select, summary, button:not([data-send]), a"))
      press(event.repeat);
    else if (input.matches("[data-field=client_id]")) return;
    else if (input.matches("[data-field]") && (event.key === "b" || event.key === "s")) {
      turn(event.key === "b" ? "buy" : "sell");
    } else if (input.matches("[data-field]") && (event.key === "p" || event.key === "q")) {
      const other = event.key === "p" ? "price" : "quantity";
      document.getElementById(`ticket-${other}`)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const keyUp = (event: KeyboardEvent) => event.key === "Enter" && release();
  onMount(() => addEventListener("keyup", keyUp));
  onCleanup(() => removeEventListener("keyup", keyUp));
  onCleanup(disarm);
  return (
    <Panel
      title="Order"
      testid="ticket"
      class="ticket"
      aside={
        <span class="soft" data-testid="available">
          {available() === null ? "" : `${available()} available`}
        </span>
      }
    >
      <div class="ticket-body" role="group" aria-label="order" onKeyDown={keyDown} data-side={draft().side}>
        <div class="sides" role="radiogroup" aria-label="side">
          <For each={["buy", "sell"] as const}>
            {(side) => (
              <button
                type="button"
                role="radio"
                class="side"
                data-side={side}
                data-testid={`side-${side}`}
                aria-checked={draft().side === side}
                aria-keyshortcuts={side[0]!}
                onClick={() => turn(side)}
              >
                {draft().side === side ? "● " : ""}
                {side.toUpperCase()} <kbd>{side[0]}</kbd>
              </button>
            )}
          </For>
        </div>
        <div class="choices">
          <label>
            type{" "}
            <select
              data-testid="type"
              value={draft().type}
              onChange={(event) => change({ type: event.currentTarget.value as "limit" })}
            >
              <For each={TYPES}>{(type) => <option value={type}>{wordsOf(type)}</option>}</For>
            </select>
          </label>
          <label>
            in force{" "}
            <select data-testid="tif" onChange={(event) => change({ tif: event.currentTarget.value as Tif })}>
              <For each={tifsOf(draft())}>
                {(tif) => (
                  <option value={tif} selected={tif === tifOf(draft())}>
                    {tif}
                  </option>
                )}
              </For>
            </select>
          </label>
          <Show when={rests(draft())}>
            <label class="tick">
              <input
                type="checkbox"
                data-testid="post-only"
                checked={draft().postOnly}
                onChange={(event) => change({ postOnly: event.currentTarget.checked })}
              />{" "}
              post-only
            </label>
          </Show>
          <Show when={draft().type === "market"}>
            <label class="tick">
              <input
                type="checkbox"
                data-testid="by-amount"
                checked={draft().byAmount}
                onChange={(event) => change({ byAmount: event.currentTarget.checked })}
              />{" "}
              as an amount of {terms().quote}
            </label>
          </Show>
        </div>
        <For each={fieldsOf(draft())}>{(field) => <Entry field={field} unit={unit(field)} />}</For>
        <div class="shares">
          <For each={SHARES}>
            {(share) => (
              <button type="button" class="act" data-testid={`share-${share}`} onClick={() => takeShare(share)}>
                {share} %
              </button>
            )}
          </For>
        </div>
        <details class="further" data-testid="further">
          <summary>
            further <span class="soft">{further()}</span>
          </summary>
          <label>
            meets own order{" "}
            <select
              data-testid="stp"
              value={draft().stp}
              onChange={(event) => change({ stp: event.currentTarget.value as SelfTrade })}
            >
              <For each={SELF_TRADES}>{(stp) => <option value={stp}>{MEETS[stp]}</option>}</For>
            </select>
          </label>
          <Entry field="client_id" unit="" />
        </details>
        <Sums />
        <button
          type="button"
          class="send"
          data-send
          data-testid="send"
          data-armed={way().at === "armed"}
          aria-disabled={reasonNot() !== null}
          aria-describedby="ticket-why"
          onClick={(event) => {
            // A second click of a double click is no press of its own.
            release();
            press(event.detail > 1);
          }}
        >
          {way().at === "armed" ? "SEND: " : ""}
          {draft().side.toUpperCase()} {terms().base}
          <kbd> Enter</kbd>
        </button>
        <p class="why-not" id="ticket-why" data-testid="why-not">
          {reasonNot() ??
            (way().at === "armed" ? "Enter again sends; Esc takes it back" : "Enter arms, nothing is sent yet")}
        </p>
        <Outcome />
      </div>
    </Panel>
  );
}

function Entry(props: { field: Field; unit: string }) {
  const id = () => `ticket-${props.field}`;
  const why = createUniqueId();
  const fault = () => checked()?.faults[props.field];
  const note = () => checked()?.notes[props.field];
  const step = () => {
    const terms = session.market()!;
    if (props.field === "price" || props.field === "stop_price") return terms.tick_size;
    return props.field === "minutes" || props.field === "quote_quantity" ? "1" : terms.lot_size;
  };
  const keyDown = (event: KeyboardEvent) => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (direction === undefined || props.field === "client_id") return;
    event.preventDefault();
    const known = around();
    const empty = draft().fields[props.field] === "";
    // The first step from nothing takes the best price that is there.
    const best = draft().side === "buy" ? known?.bestBid : known?.bestAsk;
    const from = empty && step() === known?.terms.tick_size ? best : null;
    const next = from ?? stepped(draft().fields[props.field], step(), direction * (event.shiftKey ? 10 : 1));
    if (next !== null) edit(props.field, next);
  };
  return (
    <div class="entry" data-testid={`entry-${props.field}`}>
      <label for={id()}>{LABEL[props.field]}</label>
      <input
        id={id()}
        data-field={props.field}
        data-testid={`field-${props.field}`}
        type="text"
        inputmode={props.field === "client_id" ? "text" : "decimal"}
        autocomplete="off"
        spellcheck={false}
        placeholder={EMPTY[props.field] ?? ""}
        aria-invalid={fault() !== undefined}
        aria-describedby={why}
        aria-keyshortcuts={{ price: "p", quantity: "q" }[props.field as "price"]}
        value={draft().fields[props.field]}
        onInput={(event) => edit(props.field, event.currentTarget.value)}
        onKeyDown={keyDown}
      />
      <span class="unit soft">{props.unit}</span>
      <p class="field-why" id={why} data-fault={fault() !== undefined} data-testid={`why-${props.field}`}>
        <Show when={fault()} fallback={note() ?? hint(props.field)}>
          {(text) => <>✗ {text()}</>}
        </Show>
      </p>
    </div>
  );
}

function Sums() {
  const now = () => checked();
  const line = (name: string, value: string | undefined): JSX.Element => (
    <>
      <dt>{name}</dt>
      <dd>{value ?? "—"}</dd>
    </>
  );
  const about = () => (draft().type === "market" && !draft().byAmount ? "about " : "");
  return (
    <dl class="sums" data-testid="sums">
      {line(
        draft().side === "buy" ? "costs" : "brings",
        now()?.value == null ? undefined : `${about()}${grouped(now()!.value!)} ${session.market()!.quote}`,
      )}
      {line("fee at most", now()?.fee == null ? undefined : `${now()!.fee!.amount} ${now()!.fee!.asset}`)}
      {line("then left", now()?.after == null ? undefined : `${grouped(now()!.after!.amount)} ${now()!.after!.asset}`)}
    </dl>
  );
}

/** What has become of the order: in words, and said aloud where something is wrong. */
function Outcome() {
  const at = <K extends string>(kind: K) => {
    const now = way();
    return now.at === kind ? (now as Extract<typeof now, { at: K }>) : null;
  };
  return (
    <div class="outcome" data-testid="outcome" data-at={way().at}>
      <Switch>
        <Match when={at("armed")}>
          {(armed) => (
            <p class="armed" data-testid="armed">
              <b>ARMED</b> {armed().what}
            </p>
          )}
        </Match>
        <Match when={at("sending")}>
          {(sending) => <p>sent {age(desk.now() - sending().since)} ago, no answer yet</p>}
        </Match>
        <Match when={at("unknown")}>
          {(unknown) => (
            <div role="alert">
              <p>
                <b class="unknown-order">UNKNOWN</b> {age(desk.now() - unknown().since)} · {unknown().why.detail}. It
                may have arrived; it is looked for as {unknown().clientId}.
              </p>
              <button type="button" class="act edged" onClick={() => void settle()}>
                cancel it, to be sure
              </button>
            </div>
          )}
        </Match>
        <Match when={at("answered")}>
          {(answered) => (
            <p data-testid="answered">
              ✓ last order: {answered().text}
              <Show when={becameOf()}>{(now) => <> · now {now()}</>}</Show>
            </p>
          )}
        </Match>
        <Match when={at("refused")}>
          {(refused) => (
            <div role="alert">
              <Failed fault={refused().fault} />
            </div>
          )}
        </Match>
      </Switch>
    </div>
  );
}

function hint(field: Field): string {
  const terms = session.market()!;
  switch (field) {
    case "price":
    case "stop_price":
      return `step ${terms.tick_size}`;
    case "quantity":
      return `step ${terms.lot_size}`;
    case "client_id":
      return "your own name for the order: used again, it places nothing new";
    case "display_quantity":
      return "what the book shows at a time";
    case "quote_quantity":
      return draft().side === "buy" ? "to spend" : "to bring";
    case "minutes": {
      const now = desk.serverNow();
      const minutes = Number(draft().fields.minutes);
      if (now === null || !Number.isInteger(minutes)) return "";
      const end = now + minutes * 60_000;
      return `until ${clock(end, zone())} ${offset(end, zone())}`;
    }
  }
}

/** So much of what the account has, on the grid. */
function takeShare(percent: number): void {
  const known = around();
  if (known === null) return;
  const share = textOf(BigInt(percent), 2);
  if (fieldsOf(draft()).includes("quote_quantity")) {
    const { balances, terms } = known;
    if (balances === null) return;
    const worth =
      draft().side === "buy"
        ? availableOf(balances, terms.quote)
        : times(availableOf(balances, terms.base), known.bestBid ?? "0");
    edit("quote_quantity", textOf(unitsOf(cut(times(worth, share), 6), 6)!, 6));
    return;
  }
  const most = mostOf(draft(), known);
  if (most === null) return;
  const lot = known.terms.lot_size;
  edit("quantity", ofSteps(stepsIn(times(most, share), lot), lot));
}

function cut(value: string, decimals: number): string {
  return quotient(plus(value, "0"), "1", decimals)!;
}
