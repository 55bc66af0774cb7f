import { createEffect, createSignal, For, type JSX, on, onMount, Show } from "solid-js";
import { desk } from "../desk/desk";
import { zone } from "../desk/settings";
import { typed } from "../text/amount";
import { grouped } from "../text/decimal";
import { offset } from "../text/format";
import { limitOf, MarketCell, priceIn, SideCell, stateOf, termsOf, waits } from "./cells";
import { stamp } from "./moment";
import { setNotice } from "./notice";
import { amend, type Changes, cancel } from "./order";
import { session } from "./session";
import { priceFault, quantityFault } from "./ticket";
import type { Instrument, Order } from "./wire";

/** The open orders, newest first: one tab stop, arrows between rows, `e` amends in the row, `x` cancels. */
export function OpenOrders(props: { open: Order[] }) {
  const [focused, setFocused] = createSignal<string | null>(null);
  const ids = () => props.open.map((order) => order.order_id);
  const stop = () => (ids().includes(focused() ?? "") ? focused() : (ids()[0] ?? null));
  let body: HTMLTableSectionElement | undefined;
  const move = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined || (event.target as HTMLElement).matches("input")) return;
    const all = ids();
    const at = Math.min(Math.max(all.indexOf(stop() ?? "") + step, 0), all.length - 1);
    (body?.querySelectorAll("tr")[at] as HTMLElement | undefined)?.focus();
    event.preventDefault();
  };
  const byId = (id: string) => props.open.find((order) => order.order_id === id);
  return (
    <div class="scroll">
      <table class="rows own" data-testid="open-orders" aria-label="open orders; e amends, x cancels">
        <thead>
          <tr>
            <th>placed {offset(props.open[0]?.created_at ?? 0, zone())}</th>
            <th>market</th>
            <th>order</th>
            <th class="num">price</th>
            <th class="num">left</th>
            <th class="num">executed</th>
            <th>state</th>
            <th class="num">
              <span class="unseen">actions</span>
            </th>
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={move}>
          <For each={ids()}>
            {(id) => (
              <Show when={byId(id)}>
                {(order) => <OpenOrder order={order()} isStop={stop() === id} focus={() => setFocused(id)} />}
              </Show>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function OpenOrder(props: { order: Order; isStop: boolean; focus: () => void }) {
  const [amends, setAmends] = createSignal(false);
  const [asks, setAsks] = createSignal(false);
  const [isBusy, setIsBusy] = createSignal(false);
  const terms = () => session.termsOf(props.order.market);
  let row: HTMLTableRowElement | undefined;
  const takeBack = async () => {
    setAsks(false);
    setIsBusy(true);
    setNotice(null);
    const fault = await cancel(props.order);
    setIsBusy(false);
    if (fault !== null) setNotice(fault);
  };
  const keyDown = (event: KeyboardEvent) => {
    if ((event.target as HTMLElement).matches("input, button")) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.key === "e") setAmends(true);
    else if (event.key === "x") setAsks(true);
    else if (event.key === "Enter" && asks()) void takeBack();
    else if (event.key === "Escape" && asks()) setAsks(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const kind = () => `${props.order.kind.toUpperCase()} ${termsOf(props.order)}`;
  return (
    <tr
      ref={row}
      tabindex={props.isStop ? 0 : -1}
      aria-keyshortcuts="e x"
      data-testid="open-order"
      data-order={props.order.order_id}
      data-side={props.order.kind}
      onFocus={() => props.focus()}
      onKeyDown={keyDown}
    >
      <td class="soft" data-head="placed">
        {stamp(props.order.created_at, zone())}
      </td>
      <MarketCell market={props.order.market} />
      <SideCell side={props.order.kind} more={termsOf(props.order)} />
      <Show
        when={amends() && terms()}
        fallback={
          <>
            <td class="num" data-head="price" data-testid="order-price">
              {limitOf(props.order)}
            </td>
            <td class="num" data-head="left" data-testid="order-left">
              {grouped(props.order.remaining_quantity)}
              <Show when={props.order.display_quantity}>{(shown) => <span class="soft"> shows {shown()}</span>}</Show>
            </td>
            <td class="num" data-head="executed">
              {grouped(props.order.executed_quantity)}
              <Show when={props.order.average_price}>
                {(mean) => <span class="soft"> at {priceIn(props.order.market, mean())}</span>}
              </Show>
            </td>
            <td>
              {stateOf(props.order)}
              <Show when={props.order.expires_at}>
                {(end) => <span class="soft"> until {stamp(end(), zone())}</span>}
              </Show>
            </td>
            <td class="num acts-cell">
              <Show
                when={asks()}
                fallback={
                  <>
                    <Show when={props.order.price !== null || waits(props.order)}>
                      <button type="button" class="act edged" data-testid="amend" onClick={() => setAmends(true)}>
                        amend
                      </button>
                    </Show>
                    <button
                      type="button"
                      class="act edged"
                      data-testid="cancel"
                      aria-label={`cancel ${kind()} at ${props.order.price ?? "market"}`}
                      onClick={() => void takeBack()}
                    >
                      {isBusy() ? "cancelling" : "cancel"}
                    </button>
                  </>
                }
              >
                <b class="warned">Enter cancels, Esc keeps</b>
              </Show>
            </td>
          </>
        }
      >
        {(known) => (
          <Amendment
            order={props.order}
            terms={known()}
            close={() => {
              setAmends(false);
              row?.focus();
            }}
          />
        )}
      </Show>
    </tr>
  );
}

/** Prices and what shall be left, in the row itself: the first Enter arms, the second sends. */
function Amendment(props: { order: Order; terms: Instrument; close: () => void }) {
  const [worth, setWorth] = createSignal(props.order.price ?? "");
  const [stop, setStop] = createSignal(props.order.stop_price ?? "");
  const [left, setLeft] = createSignal(props.order.remaining_quantity);
  const [armedAt, setArmedAt] = createSignal<number | null>(null);
  const [isBusy, setIsBusy] = createSignal(false);
  let first: HTMLInputElement | undefined;
  onMount(() => {
    first?.focus();
    first?.select();
  });
  createEffect(on([worth, stop, left], () => setArmedAt(null), { defer: true }));
  const hasPrice = () => props.order.price !== null;
  const why = () => {
    const fault =
      (hasPrice() && faultOf("price", worth(), priceFault, props.terms)) ||
      (waits(props.order) && faultOf("stop", stop(), priceFault, props.terms)) ||
      faultOf("left", left(), quantityFault, props.terms);
    if (fault) return fault;
    if (!hasPrice() && !waits(props.order)) return "it was set off: nothing of it can be amended";
    return desk.link().phase === "lost" ? "socket lost" : null;
  };
  const changes = (): Changes => {
    const { price, stop_price: waitsFor, remaining_quantity: remaining } = props.order;
    const [one, other, size] = [typed(worth()), typed(stop()), typed(left())];
    return {
      ...(hasPrice() && one !== null && one !== price ? { price: one } : {}),
      ...(waits(props.order) && other !== null && other !== waitsFor ? { stop_price: other } : {}),
      ...(size !== null && size !== remaining ? { quantity: size } : {}),
    };
  };
  const isSame = () => Object.keys(changes()).length === 0;
  const said = () => {
    if (isSame()) return "nothing is changed yet";
    const prices = [hasPrice() ? worth() : "", waits(props.order) ? `stop ${stop()}` : ""].filter(Boolean).join(", ");
    return armedAt() === null ? "Enter arms" : `ARMED: ${prices} for ${left()}; Enter sends, Esc keeps it as it is`;
  };
  const go = async (held: boolean) => {
    if (held || isBusy() || isSame() || why() !== null) return;
    const now = performance.now();
    const armed = armedAt();
    if (armed === null || now - armed > 5_000) {
      setArmedAt(now);
      return;
    }
    if (now - armed < 150) return;
    setIsBusy(true);
    setNotice(null);
    const fault = await amend(props.order, changes());
    setIsBusy(false);
    setArmedAt(null);
    if (fault === null) props.close();
    else setNotice(fault);
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") props.close();
    else if (event.key === "Enter" && (event.target as HTMLElement).matches("input")) void go(event.repeat);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const cell = (
    name: string,
    value: () => string,
    set: (text: string) => void,
    ref?: (input: HTMLInputElement) => void,
  ): JSX.Element => (
    <input
      ref={ref}
      class="amend-input"
      type="text"
      inputmode="decimal"
      autocomplete="off"
      aria-label={name}
      aria-describedby="amend-why"
      data-testid={`amend-${name}`}
      value={value()}
      onInput={(event) => set(event.currentTarget.value)}
      onKeyDown={keyDown}
    />
  );
  return (
    <>
      <td class="num" data-head="price">
        <Show when={hasPrice()}>
          {cell("price", worth, setWorth, (input) => {
            first = input;
          })}
        </Show>
        <Show when={waits(props.order)}>
          <span class="soft"> stop </span>
          {cell("stop", stop, setStop, (input) => {
            first ??= input;
          })}
        </Show>
      </td>
      <td class="num" data-head="left">
        {cell("left", left, setLeft)}
      </td>
      <td colspan="2" class="field-why" id="amend-why" data-fault={why() !== null} data-testid="amend-why">
        {why() ?? said()}
      </td>
      <td class="num acts-cell">
        <button type="button" class="act edged" data-testid="amend-send" onClick={(event) => void go(event.detail > 1)}>
          {armedAt() === null ? "amend" : "SEND"}
        </button>
        <button type="button" class="act" onClick={() => props.close()}>
          keep
        </button>
      </td>
    </>
  );
}

function faultOf(
  name: string,
  text: string,
  check: (value: string, terms: Instrument) => string | null,
  terms: Instrument,
): string | null {
  const value = typed(text);
  const fault = value === null ? "digits and one point" : check(value, terms);
  return fault === null ? null : `${name}: ${fault}`;
}
