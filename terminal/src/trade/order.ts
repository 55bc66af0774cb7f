import { createEffect, createMemo, createRoot, createSignal, on, untrack } from "solid-js";
import { desk } from "../desk/desk";
import type { Fault } from "../link/link";
import { say } from "../shell/Voice";
import { LONGEST_MS, TwoPress } from "./arm";
import { setNotice } from "./notice";
import { type Answer, ask } from "./rest";
import { session } from "./session";
import { type Around, check, type Draft, emptyDraft, type Field, sentence } from "./ticket";
import { cancelledAnswer, type Order, type OrderAnswer, orderAnswer, type Side } from "./wire";

/** Where the order in the ticket is on its way. */
export type Way =
  | { at: "idle" }
  | { at: "armed"; what: string; body: object; clientId: string; since: number }
  | { at: "sending"; clientId: string; market: string; since: number }
  | { at: "unknown"; clientId: string; market: string; since: number; why: Fault }
  | { at: "answered"; text: string; order?: { id: string; status: string } }
  | { at: "refused"; fault: Fault };

const LOOK_MS = 1_000;

const state = createRoot(() => {
  const [draft, setDraft] = createSignal<Draft>(emptyDraft());
  const [way, setWay] = createSignal<Way>({ at: "idle" });
  const presses = new TwoPress();

  const around = createMemo((): Around | null => {
    const terms = session.market();
    if (terms === null) return null;
    const depth = session.depth.value();
    return {
      terms,
      balances: session.account().state === "open" ? (session.orders.value()?.balances ?? null) : null,
      last: session.ticker.value()?.last ?? session.trades.value()?.[0]?.price ?? null,
      bestBid: depth?.bestBid ?? null,
      bestAsk: depth?.bestAsk ?? null,
      walk: session.walk,
      nowMs: untrack(desk.serverNow),
    };
  });
  const checked = createMemo(() => {
    const known = around();
    return known === null ? null : check(draft(), known);
  });

  // An armed order is the one that was read: whatever changes it takes it back.
  createEffect(on([draft, () => session.market()?.market], disarm, { defer: true }));
  // What was said to the account before is nobody's any more.
  const forget = () => {
    disarm();
    if (["answered", "refused"].includes(untrack(way).at)) setWay({ at: "idle" });
    setNotice(null);
  };
  createEffect(on(session.key, forget, { defer: true }));
  createEffect(() => {
    const now = way();
    if (now.at === "armed" && desk.now() - now.since > LONGEST_MS) disarm();
  });
  // What became of an order whose answer is missing: its row says it, wherever it comes from.
  createEffect(() => {
    const now = way();
    if (now.at !== "unknown") return;
    const row = session.rowOf(now.clientId);
    if (row !== null) found(row);
  });
  setInterval(async () => {
    const now = way();
    if (now.at !== "unknown") return;
    const row = await session.findOrder(now.clientId);
    if (row !== null && way() === now) found(row);
  }, LOOK_MS);

  return { draft, setDraft, way, setWay, presses, around, checked, disarm };

  function disarm(): void {
    presses.disarm();
    if (untrack(way).at === "armed") setWay({ at: "idle" });
  }

  function found(row: Order): void {
    const text = `found: ${wordsOf(row.status)}, ${row.executed_quantity} executed`;
    setWay({ at: "answered", text, order: { id: row.order_id, status: row.status } });
  }
});

export const { draft, way, around, checked, disarm } = state;

/** What has become of the last order since it was answered; null where nothing has, or nobody has said it. */
export const becameOf = createRoot(() =>
  createMemo((): string | null => {
    const now = way();
    if (now.at !== "answered" || now.order === undefined) return null;
    const { id, status } = now.order;
    const row = session.orders.value()?.seen.find((one) => one.order_id === id);
    return row === undefined || row.status === status ? null : wordsOf(row.status);
  }),
);

export function edit(field: Field, text: string): void {
  state.setDraft((before) => ({ ...before, fields: { ...before.fields, [field]: text } }));
}

export function change(part: Partial<Draft>): void {
  state.setDraft((before) => ({ ...before, ...part }));
}

export function turn(side: Side): void {
  change({ side });
}

/** Takes a price of the book into the ticket; never sends. */
export function takePrice(price: string): void {
  const { type } = draft();
  // A level is a price to trade at: an order without one becomes one that has it.
  if (type === "market") change({ type: "limit" });
  edit(type === "stop" ? "stop_price" : "price", price);
}

/** Why nothing can be sent now, in words; null where it can. */
export const reasonNot = createRoot(() =>
  createMemo((): string | null => {
    const terms = session.market();
    const account = session.account();
    const now = checked();
    if (desk.link().phase === "lost") return "socket lost";
    if (way().at === "unknown") return "the last order's fate is not known yet";
    if (way().at === "sending") return "waiting for the answer";
    if (terms === null || now === null) return "no market";
    if (terms.status !== "open") return `the market is ${wordsOf(terms.status)}`;
    if (account.state === "none") return "no API key: see Account";
    if (account.state === "refused") return "the API key was refused";
    if (account.state === "asking" || session.orders.phase() === "waiting") return "waiting for the account";
    if (!account.mayTrade) return "the API key may not trade";
    if (session.orders.phase() === "catching") return "the account is catching up";
    const status = session.orders.value()?.status ?? "open";
    if (status !== "open") return `the account is ${wordsOf(status)}`;
    const [field, fault] = Object.entries(now.faults)[0] ?? [];
    if (field !== undefined) return `${wordsOf(field)}: ${fault}`;
    if (now.missing !== null) return `${wordsOf(now.missing)} is missing`;
    return now.body === null ? "the server's clock is not known yet" : null;
  }),
);

/** A press on Enter or the button: the first arms, a second one sends. */
export function press(held: boolean): void {
  const known = around();
  const now = checked();
  if (reasonNot() !== null || known === null || now === null || now.body === null) return;
  switch (state.presses.press(performance.now(), held)) {
    case "arm": {
      // Made here, so that sending twice is still one order.
      const clientId = typeof now.body.client_id === "string" ? now.body.client_id : newClientId();
      const account = session.account().name ?? `account ${session.account().number}`;
      const what = `${sentence(draft(), now, known.terms)} · ${account}`;
      state.setWay({
        at: "armed",
        what,
        body: { ...now.body, client_id: clientId },
        clientId,
        since: performance.now(),
      });
      say(`Armed: ${what}. Enter sends, Escape takes it back.`);
      break;
    }
    case "send": {
      const armed = way();
      if (armed.at === "armed") void send(armed.body, armed.clientId, known.terms.market);
      break;
    }
  }
}

export function release(): void {
  state.presses.release();
}

/** Takes back an order that may or may not have arrived: after that it is certain that nothing of it is in the book. */
export async function settle(): Promise<void> {
  const now = way();
  if (now.at !== "unknown") return;
  const answer = await request("DELETE", { market: now.market, client_id: now.clientId });
  if (way() !== now) return;
  if (answer.ok) state.setWay({ at: "answered", text: `cancelled, ${answer.data.executed_quantity} executed` });
  else if (!answer.unknown && answer.fault.code === "unknown_order") {
    state.setWay({ at: "answered", text: "nothing of it is open; fills and balances say whether it has traded" });
  }
}

export async function cancel(order: Order): Promise<Fault | null> {
  const answer = await request("DELETE", { market: order.market, order_id: order.order_id });
  return answer.ok ? null : answer.fault;
}

/** What an order shall have from now on; what is left out stays. */
export interface Changes {
  price?: string;
  /** What shall be left to trade. */
  quantity?: string;
  /** Of a stop that waits. */
  stop_price?: string;
}

/** Another price, or another quantity that shall be left. */
export async function amend(order: Order, changes: Changes): Promise<Fault | null> {
  const body = { market: order.market, order_id: order.order_id, ...changes };
  const answer = await request("PATCH", body);
  return answer.ok ? null : answer.fault;
}

/** Cancels all orders, in one market or in all; how many, or what went wrong. */
export async function cancelAll(market: string | null): Promise<number | Fault> {
  const query = market === null ? "" : `?market=${encodeURIComponent(market)}`;
  const asked = { method: "DELETE", key: session.key() } as const;
  const answer = await ask(`api/v1/orders${query}`, cancelledAnswer, asked);
  return answer.ok ? answer.data.cancelled : answer.fault;
}

export function wordsOf(code: string): string {
  return code.replaceAll("_", " ");
}

async function send(body: object, clientId: string, market: string): Promise<void> {
  const since = performance.now();
  state.setWay({ at: "sending", clientId, market, since });
  const answer = await request("POST", body);
  const now = way();
  if (now.at !== "sending" || now.clientId !== clientId) return;
  if (answer.ok) {
    const order = { id: answer.data.order_id, status: answer.data.status };
    state.setWay({ at: "answered", text: outcome(answer.data), order });
    say(outcome(answer.data));
    const done = { quantity: "", quote_quantity: "", client_id: "" };
    state.setDraft((before) => ({ ...before, fields: { ...before.fields, ...done } }));
  } else if (answer.unknown) state.setWay({ at: "unknown", clientId, market, since, why: answer.fault });
  else if (answer.fault.code === "would_not_fill") {
    state.setWay({ at: "answered", text: "not filled: less than the whole of it was offered" });
  } else {
    state.setWay({ at: "refused", fault: answer.fault });
    session.recheck();
  }
}

function outcome(answer: OrderAnswer): string {
  const { status, reason, executed_quantity: executed } = answer;
  const nothing = Number(executed) === 0;
  // Found nothing to trade with: that is what was asked for, not a refusal.
  if (status === "cancelled" && nothing && reason === "not_taken") return "not filled: nothing was offered";
  const parts = [wordsOf(status)];
  if (answer.duplicate) parts[0] = `nothing new: the client id is of an order that is ${parts[0]}`;
  if (!nothing) parts.push(`${executed} executed`);
  if (reason !== null) parts.push(wordsOf(reason));
  return parts.join(" · ");
}

function request(method: "POST" | "PATCH" | "DELETE", body: object): Promise<Answer<OrderAnswer>> {
  return ask("api/v1/order", orderAnswer, { method, key: session.key(), body });
}

function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(15));
  const text = btoa(String.fromCharCode(...bytes));
  return `t${text.replaceAll("+", "-").replaceAll("/", "_")}`;
}
