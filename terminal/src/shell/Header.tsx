import { createMemo, createSignal, For, Show } from "solid-js";
import { desk } from "../desk/desk";
import { ageOf, serverTime } from "../desk/held";
import { setZone, zone } from "../desk/settings";
import { liveCount } from "../feeds/order";
import { age, clock, NOTHING, offset } from "../text/format";
import { session } from "../trade/session";
import { showKeys } from "./helpBox";
import { PAGES, page } from "./pages";
import { Stop } from "./Stop";

/** The two lines that never leave the screen: where we are, whose data these are, and whether anyone may quote. */
export function Header() {
  return (
    <header class="top">
      <div class="line">
        <h1>STRIKELINE</h1>
        <Tabs />
        <span class="gap" />
        <DataBadge />
        <OrdersBadge />
        <Clock />
        <Stop />
      </div>
      <div class="line second">
        <Quoting />
        <Show when={desk.status.held()?.data.note}>
          {(note) => (
            <span class="soft wide" data-testid="note">
              {note()}
            </span>
          )}
        </Show>
        <FeedCount />
        <SocketState />
        <button
          type="button"
          class="act wide"
          aria-keyshortcuts="?"
          title="keys and notices"
          onClick={() => showKeys(true)}
        >
          ?
        </button>
      </div>
    </header>
  );
}

function Tabs() {
  return (
    <nav class="tabs" aria-label="pages">
      <For each={PAGES}>
        {({ id, title }, index) => (
          <a
            href={`#${id}`}
            class="tab"
            aria-current={page() === id ? "page" : undefined}
            aria-keyshortcuts={`Alt+${index() + 1}`}
            data-testid={`tab-${id}`}
          >
            <kbd>{index() + 1}</kbd> {title}
          </a>
        )}
      </For>
    </nav>
  );
}

function DataBadge() {
  const status = () => desk.status.held()?.data;
  return (
    <span class="badge" data-testid="badge-data" data-source={status()?.data} title={status()?.note ?? undefined}>
      <i>DATA</i> {[status()?.data ?? NOTHING, status()?.speed].filter(Boolean).join(" ")}
    </span>
  );
}

/** The account's own orders on this exchange, and whether they are known at the moment. */
function OrdersBadge() {
  const said = (): [string, string] => {
    const account = session.account();
    const open = session.orders.value()?.open.length;
    switch (account.state) {
      case "none":
        return ["view only", "No API key in this tab: nothing can be sent. The page Trade says how to get one."];
      case "refused":
        return ["key refused", account.fault?.detail ?? "The server does not take the API key."];
      case "asking":
        return ["…", "Waiting for the server to take the API key."];
    }
    const whose = `${account.name ?? ""} · account ${account.number}`;
    if (open === undefined) return ["…", `Waiting for the orders of ${whose}.`];
    if (session.orders.phase() !== "live") return [`${open} open?`, `As last seen of ${whose}: catching up.`];
    return [`${open} open`, `Open orders of ${whose}.`];
  };
  return (
    <a class="badge" href="#trade" data-testid="badge-orders" data-phase={session.orders.phase()} title={said()[1]}>
      <i>ORDERS</i> {said()[0]}
    </a>
  );
}

function Clock() {
  const shown = () => {
    const ms = desk.serverNow();
    return ms === null ? NOTHING : `${clock(ms, zone())} ${offset(ms, zone())}`;
  };
  return (
    <button
      type="button"
      class="clock"
      data-testid="clock"
      title="the server's clock; click for UTC or local time (t)"
      aria-keyshortcuts="t"
      onClick={() => setZone(zone() === "utc" ? "local" : "utc")}
    >
      {shown()} ⇄
    </button>
  );
}

function Quoting() {
  const [open, setOpen] = createSignal(false);
  const answer = createMemo(() => {
    const held = desk.status.held();
    const link = desk.link();
    if (link.phase === "lost") return { word: "UNKNOWN", first: `SOCKET_LOST ${link.why ?? ""}`, since: null, more: 0 };
    if (held === null) return { word: NOTHING, first: "waiting for the server", since: null, more: 0 };
    const [first] = held.data.blocked_by;
    return {
      word: held.data.may_quote ? "YES" : "NO",
      first:
        first !== undefined ? `${first.code} ${first.detail}` : held.data.may_quote ? "" : "the server gave no reason",
      since: first?.since ?? null,
      more: Math.max(0, held.data.blocked_by.length - 1),
    };
  });
  const blockers = () => desk.status.held()?.data.blocked_by ?? [];
  const lasting = (since: number | null) => {
    const held = desk.status.held();
    return since === null || held === null ? "" : age(serverTime(held, desk.now()) - since);
  };
  return (
    <div class="quoting">
      <button
        type="button"
        class="quoting-line"
        data-testid="quoting"
        data-answer={answer().word}
        aria-expanded={open()}
        disabled={blockers().length === 0}
        onClick={() => setOpen(!open())}
      >
        <b>QUOTING: {answer().word}</b> <span class="why">{answer().first}</span> <span>{lasting(answer().since)}</span>
        <Show when={answer().more > 0}>
          <span>
            +{answer().more}
            <span class="wide"> more</span>
          </span>
        </Show>
        <Show when={blockers().length > 0}>
          <i aria-hidden="true">{open() ? " ▾" : " ▸"}</i>
        </Show>
      </button>
      <Show when={open() && blockers().length > 0}>
        <ul class="blockers" data-testid="blockers">
          <For each={blockers()}>
            {(blocker) => (
              <li>
                <b>{blocker.code}</b> {blocker.detail} <span class="soft">{lasting(blocker.since)}</span>
                <Show when={blocker.fix}>{(fix) => <p class="next">→ {fix()}</p>}</Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  );
}

function FeedCount() {
  const held = desk.feeds.held;
  const shown = () => {
    const feeds = held()?.data.feeds;
    return feeds === undefined ? NOTHING : `${liveCount(feeds)}/${feeds.length}`;
  };
  const worst = () => {
    const state = held();
    if (state === null) return undefined;
    const ages = state.data.feeds.map(({ age_ms }) => ageOf(state, state.data.at, age_ms, desk.now()) ?? 0);
    return `oldest ${age(Math.max(0, ...ages))}`;
  };
  return (
    <a class="soft" href="#feeds" data-testid="feed-count" title={worst()}>
      <span class="wide">feeds </span>
      <b>{shown()}</b>
    </a>
  );
}

function SocketState() {
  const phase = () => desk.link().phase;
  const glyph = () => (phase() === "live" ? "●" : phase() === "lost" ? "✗" : "○");
  const trip = () => desk.roundTrip();
  return (
    <span class="soft socket" data-testid="socket" data-phase={phase()}>
      <span class="wide">socket </span>
      <i aria-hidden="true">{glyph()}</i> {phase() === "live" ? "" : phase()}
      <Show when={phase() === "live" && trip() !== null}>{(trip() ?? 0).toFixed(0)} ms</Show>
    </span>
  );
}
