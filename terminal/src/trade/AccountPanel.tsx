import { createSignal, For, Match, onCleanup, onMount, Show, Switch } from "solid-js";
import { zone } from "../desk/settings";
import type { Fault } from "../link/link";
import { Empty, Failed } from "../parts/Blanks";
import { Panel } from "../parts/Panel";
import { decimalsOf, grouped, price } from "../text/decimal";
import { clock, NOTHING, offset } from "../text/format";
import { KeyNotice } from "./KeyNotice";
import { notice, setNotice } from "./notice";
import { OpenOrders } from "./OpenOrders";
import { cancelAll } from "./order";
import { Streamed } from "./Streamed";
import { session } from "./session";
import { allOf } from "./ticket";

const TABS = ["orders", "fills", "balances"] as const;
type Tab = (typeof TABS)[number];

const [asksAll, setAsksAll] = createSignal(false);
const [tab, setTab] = createSignal<Tab>("orders");

/** Opens the question whether everything shall be cancelled. */
export function askCancelAll(): void {
  if (session.account().state !== "open") return;
  setTab("orders");
  setAsksAll(true);
}

/** What the account has: open orders, fills, balances. */
export function AccountPanel() {
  onCleanup(() => setAsksAll(false));
  const own = session.orders.value;
  const title = (which: Tab) => {
    const counted = { orders: own()?.open.length, fills: own()?.fills.length, balances: undefined }[which];
    return counted === undefined ? which : `${which} ${counted}`;
  };
  return (
    <Panel
      title="Account"
      testid="account"
      class="account"
      aside={
        <>
          <span class="intervals" role="tablist" aria-label="account">
            <For each={TABS}>
              {(which) => (
                <button
                  type="button"
                  role="tab"
                  class="window"
                  aria-selected={tab() === which}
                  data-testid={`account-${which}`}
                  onClick={() => setTab(which)}
                >
                  {title(which)}
                </button>
              )}
            </For>
          </span>
          <WhoseKey />
          <Show when={session.account().state === "open"}>
            <button
              type="button"
              class="act edged"
              data-testid="cancel-all"
              aria-keyshortcuts="Shift+X"
              onClick={askCancelAll}
            >
              cancel all <kbd>X</kbd>
            </button>
          </Show>
        </>
      }
    >
      <Show when={asksAll()}>
        <CancelAll />
      </Show>
      <div role="alert">
        <Show when={notice()}>
          {(said) => (
            <Show
              when={typeof said() === "string"}
              fallback={<Failed fault={said() as Fault} dismiss={() => setNotice(null)} />}
            >
              <p class="said" data-testid="account-notice">
                {said() as string}
              </p>
            </Show>
          )}
        </Show>
      </div>
      <Show when={session.account().state !== "none" && session.account().state !== "refused"} fallback={<KeyNotice />}>
        <Streamed stream={session.orders} what="the account">
          {(view) => (
            <Switch>
              <Match when={tab() === "orders"}>
                <Show when={view().open.length > 0} fallback={<Empty what="No open orders" />}>
                  <OpenOrders open={view().open} />
                </Show>
              </Match>
              <Match when={tab() === "fills"}>
                <Show when={view().fills.length > 0} fallback={<Empty what="No fills since this page was opened" />}>
                  <Fills />
                </Show>
              </Match>
              <Match when={tab() === "balances"}>
                <Balances />
              </Match>
            </Switch>
          )}
        </Streamed>
      </Show>
    </Panel>
  );
}

function WhoseKey() {
  const account = session.account;
  return (
    <Show when={account().state === "open"}>
      <span class="soft" data-testid="whose">
        {account().name ?? ""} · account {account().number}
        {account().mayTrade ? "" : " · read only"}
      </span>
      <button type="button" class="act" data-testid="forget-key" onClick={() => session.useKey(null)}>
        forget key
      </button>
    </Show>
  );
}

function CancelAll() {
  const [isBusy, setIsBusy] = createSignal(false);
  let yes: HTMLButtonElement | undefined;
  onMount(() => yes?.focus());
  const close = () => setAsksAll(false);
  const run = async (market: string | null) => {
    if (isBusy()) return;
    setIsBusy(true);
    const answer = await cancelAll(market);
    setNotice(typeof answer === "number" ? `cancelled: ${answer}` : answer);
    close();
  };
  return (
    <div
      class="question"
      role="alertdialog"
      aria-label="cancel all orders"
      data-testid="cancel-all-question"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        close();
      }}
    >
      <b>Cancel all orders?</b>
      <button type="button" class="act edged" ref={yes} data-testid="cancel-all-yes" onClick={() => void run(null)}>
        {isBusy() ? "cancelling" : "all markets"} <kbd>Enter</kbd>
      </button>
      <button type="button" class="act edged" onClick={() => void run(session.market()?.market ?? null)}>
        {session.market()?.market} only
      </button>
      <button type="button" class="act" onClick={close}>
        keep them <kbd>Esc</kbd>
      </button>
    </div>
  );
}

function Fills() {
  const fills = () => session.orders.value()?.fills ?? [];
  return (
    <div class="scroll">
      <table class="rows own" data-testid="fills" aria-label="fills, newest first">
        <thead>
          <tr>
            <th>time {offset(fills()[0]?.at ?? 0, zone())}</th>
            <th>market</th>
            <th>side</th>
            <th class="num">price</th>
            <th class="num">quantity</th>
            <th class="num">fee</th>
            <th>as</th>
          </tr>
        </thead>
        <tbody>
          <For each={fills().slice(0, 100)}>
            {(fill) => (
              <tr data-side={fill.kind} data-testid="fill">
                <td class="soft">{clock(fill.at, zone())}</td>
                <td>{fill.market}</td>
                <td class="kind">
                  <i aria-hidden="true">{fill.kind === "buy" ? "▲" : "▼"}</i> {fill.kind.toUpperCase()}
                </td>
                <td class="num" data-head="price">
                  {price(fill.price, decimalsOf(tickOf(fill.market) ?? fill.price))}
                </td>
                <td class="num" data-head="quantity">
                  {grouped(fill.quantity)}
                </td>
                <td class="num" data-head="fee">
                  {fill.fee} {fill.fee_asset}
                </td>
                <td>{fill.liquidity}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function tickOf(market: string): string | undefined {
  return session.instruments()?.find((one) => one.market === market)?.tick_size;
}

function Balances() {
  const balances = () => session.orders.value()?.balances ?? [];
  return (
    <table class="rows own" data-testid="balances" aria-label="balances">
      <thead>
        <tr>
          <th>asset</th>
          <th class="num">available</th>
          <th class="num">held by orders</th>
          <th class="num">both</th>
        </tr>
      </thead>
      <tbody>
        <For
          each={balances()}
          fallback={
            <tr>
              <td colspan="4">{NOTHING}</td>
            </tr>
          }
        >
          {(balance) => (
            <tr data-testid={`balance-${balance.asset}`}>
              <td>{balance.asset}</td>
              <td class="num" data-head="available">
                {grouped(balance.available)}
              </td>
              <td class="num" data-head="held">
                {grouped(balance.held)}
              </td>
              <td class="num" data-head="both">
                {grouped(allOf(balance))}
              </td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
