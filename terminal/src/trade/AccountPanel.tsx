import { createSignal, For, Match, onCleanup, onMount, Show, Switch } from "solid-js";
import type { Fault } from "../link/link";
import { Empty, Failed } from "../parts/Blanks";
import { Choices } from "../parts/Choices";
import { Panel } from "../parts/Panel";
import { grouped } from "../text/decimal";
import { NOTHING } from "../text/format";
import { Fills } from "./Fills";
import { KeyNotice } from "./KeyNotice";
import { notice, setNotice } from "./notice";
import { OpenOrders } from "./OpenOrders";
import { OrderHistory } from "./OrderHistory";
import { cancelAll, wordsOf } from "./order";
import { Streamed } from "./Streamed";
import { save } from "./save";
import { session } from "./session";
import { allOf } from "./ticket";

const TABS = ["orders", "history", "fills", "balances"] as const;
type Tab = (typeof TABS)[number];

const [asksAll, setAsksAll] = createSignal(false);
const [tab, setTab] = createSignal<Tab>("orders");

/** Which file holds what a tab shows. */
const FILE = { orders: "orders", history: "orders", fills: "fills", balances: "balances" } as const;

/** Opens the question whether everything shall be cancelled. */
export function askCancelAll(): void {
  if (session.account().state !== "open") return;
  setTab("orders");
  setAsksAll(true);
}

/** Shows the open orders. */
export function showOpen(): void {
  setTab("orders");
}

/** What the account has: open orders, fills, balances. */
export function AccountPanel() {
  onCleanup(() => setAsksAll(false));
  const own = session.orders.value;
  const title = (which: Tab) => (which === "orders" ? `open ${own()?.open.length ?? ""}` : which);
  return (
    <Panel
      title="Account"
      testid="account"
      class="account"
      aside={
        <>
          <Choices
            label="account"
            role="tab"
            all={TABS}
            chosen={tab()}
            choose={setTab}
            testid="account"
            shown={title}
          />
          <WhoseKey />
          <Show when={session.account().state === "open"}>
            <Download file={FILE[tab()]} />
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
              <Match when={tab() === "history"}>
                <OrderHistory />
              </Match>
              <Match when={tab() === "fills"}>
                <Fills />
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

/** What a restricted account cannot do, in words. */
const RESTRICTED: Record<string, string> = {
  cancel_only: "an operator lets this account only cancel: nothing is placed, amended or set off",
  halted: "an operator has halted this account: only operators place and cancel",
};

function WhoseKey() {
  const account = session.account;
  const restriction = () => {
    const status = session.orders.value()?.status ?? "open";
    return status === "open" ? null : status;
  };
  return (
    <Show when={account().state === "open"}>
      <span class="soft" data-testid="whose">
        {account().name ?? ""} · account {account().number}
        {account().mayTrade ? "" : " · read only"}
      </span>
      <Show when={restriction()}>
        {(word) => (
          <b class="halt" data-testid="account-status" title={RESTRICTED[word()] ?? "an operator has restricted it"}>
            {wordsOf(word()).toUpperCase()}
          </b>
        )}
      </Show>
      <button type="button" class="act" data-testid="forget-key" onClick={() => session.useKey(null)}>
        forget key
      </button>
    </Show>
  );
}

function Download(props: { file: "orders" | "fills" | "balances" }) {
  const [isBusy, setIsBusy] = createSignal(false);
  const run = async () => {
    if (isBusy()) return;
    setIsBusy(true);
    const fault = await save(props.file);
    setIsBusy(false);
    setNotice(fault ?? `saved: ${props.file} as CSV`);
  };
  return (
    <button
      type="button"
      class="act edged"
      data-testid="csv"
      title={`all ${props.file} of the account as a CSV file`}
      onClick={() => void run()}
    >
      {isBusy() ? "saving" : "CSV"}
    </button>
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
