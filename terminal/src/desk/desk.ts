import { type Accessor, batch, createEffect, createMemo, createRoot, createSignal, on } from "solid-js";
import { opportunities, portfolio, predictions } from "../arbitrage/wire";
import { type Reader, ShapeError } from "../decode";
import { type Fault, Link, type LinkState, type Socket, shapeFault } from "../link/link";
import { EpochGate } from "../link/sequence";
import { books, type Envelope, feeds, markets, priceHistory, prices, status } from "../wire";
import { ASSETS, type Asset, assetNamed } from "./assets";
import { type Held, serverTime } from "./held";
import { History } from "./history";
import { Painter, screenFrames } from "./painter";
import { assetName, setAssetName } from "./settings";

/** One subscribed channel as the page sees it. */
export interface Channel<T> {
  /** The newest state, or null before the first one. */
  held: Accessor<Held<T> | null>;
  /** Why the newest message could not be used; the state before it stays. */
  fault: Accessor<Fault | null>;
  /** Since when an answer is awaited, by the steady clock. */
  asked: Accessor<number>;
}

interface OpenChannel extends Channel<unknown> {
  read: Reader<unknown>;
  apply(held: Held<unknown>): void;
  fail(fault: Fault): void;
  drop(beforeConnection: number): void;
  ask(): void;
}

const SLOW_HZ = 1;
const FULL_HZ = 20;
const PAST_SECONDS = 900;

/** Everything that the pages show, kept newest-only; one per page. */
export const desk = createRoot(() => {
  const painter = new Painter(screenFrames, batch);
  const channels = new Map<string, OpenChannel>();
  const epochs = new EpochGate();
  const histories = new Map(ASSETS.map(({ symbol }) => [symbol, new History()]));

  const [now, setNow] = createSignal(performance.now());
  setInterval(() => setNow(performance.now()), 200);

  const [linkState, setLinkState] = createSignal<LinkState>({ phase: "connecting", since: 0, attempt: 0, why: null });
  const [roundTrip, setRoundTrip] = createSignal<number | null>(null);
  const [notice, setNotice] = createSignal<Fault | null>(null);
  const [restarts, setRestarts] = createSignal(0);
  const [filled, setFilled] = createSignal(0);

  const link = new Link(
    { open: () => new WebSocket(socketAddress()) as Socket, now: () => performance.now(), random: Math.random },
    {
      message: receive,
      state: (state) => {
        setLinkState(state);
        if (state.phase === "lost") setRoundTrip(null);
      },
      roundTrip: (ms) => setRoundTrip(ms),
      fault: (channel, fault) => {
        const target = channel === null ? undefined : channels.get(channel);
        if (target === undefined) setNotice(fault);
        else target.fail(fault);
      },
    },
  );

  const asset = createMemo(() => assetNamed(assetName()));
  const statusChannel = channel("status", status);
  const feedsChannel = channel("feeds", feeds);
  const pricesChannel = channel("prices", prices);
  const marketsChannels = ASSETS.map(({ market }) => channel(`markets@${market}`, markets));
  const predictionsChannel = channel("predictions", predictions);
  const opportunitiesChannel = channel("opportunities", opportunities);
  const portfolioChannel = channel("portfolio", portfolio);
  const booksChannels = ASSETS.map(({ name }) => channel(`books@${name}`, books));

  link.subscribe("status", "feeds", "prices");
  createEffect(
    on(asset, (chosen, before) => {
      if (before !== undefined) {
        for (const name of detailOf(before)) {
          link.unsubscribe(name);
          painter.forget(name);
          channels.get(name)?.drop(Number.POSITIVE_INFINITY);
        }
      }
      for (const name of detailOf(chosen)) channels.get(name)?.ask();
      link.subscribe(...detailOf(chosen));
    }),
  );

  // At the start, for each asset that is picked, and after each loss: a line with a hole in it would be taken for quiet.
  const isLive = createMemo(() => linkState().phase === "live");
  createEffect(on([asset, isLive, restarts], ([chosen, live]) => live && void fillPast(chosen)));

  for (const event of ["online", "pageshow"]) window.addEventListener(event, () => link.wake());
  document.addEventListener("resume", () => link.wake());
  if (document.hidden) link.pace(SLOW_HZ);
  document.addEventListener("visibilitychange", () => {
    link.pace(document.hidden ? SLOW_HZ : FULL_HZ);
    if (!document.hidden) link.wake();
  });
  link.start();

  return {
    /** The steady clock, five times a second: ages follow it. */
    now,
    link: linkState,
    /** The socket itself, for channels that keep an order of their own. */
    socket: link,
    roundTrip,
    notice,
    dismissNotice: () => setNotice(null),
    restarts,
    /** States that the server sent and this page never saw; harmless, since each is whole. */
    missed: () => {
      now();
      return link.sequences.missed;
    },
    connections: () => {
      linkState();
      return link.connections;
    },
    asset,
    choose: (chosen: Asset) => setAssetName(chosen.name as "BTC"),
    status: statusChannel,
    feeds: feedsChannel,
    prices: pricesChannel,
    predictions: predictionsChannel,
    opportunities: opportunitiesChannel,
    portfolio: portfolioChannel,
    markets: () => marketsChannels[ASSETS.indexOf(asset())]!,
    books: () => booksChannels[ASSETS.indexOf(asset())]!,
    history: (symbol: string) => histories.get(symbol)!,
    /** Goes up when the past of a price has come in. */
    filled,
    /** The server's clock, or null before it has said anything. */
    serverNow: () => {
      const held = statusChannel.held();
      return held === null ? null : serverTime(held, now());
    },
  };

  function receive(message: Envelope, received: number, connection: number): void {
    const target = channels.get(message.channel);
    if (target === undefined) return;
    let data: unknown;
    try {
      data = target.read(message.data);
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      error.path = `${message.channel} data${error.path}`;
      target.fail(shapeFault(error.message));
      return;
    }
    if (message.channel === "status" && epochs.changes((data as { epoch: string }).epoch)) startOver(connection);
    const travelMs = (roundTrip() ?? 0) / 2;
    const held: Held<unknown> = { data, sentAt: message.at, received, travelMs, connection };
    if (message.channel === "prices") noteHistory(held as NonNullable<ReturnType<typeof pricesChannel.held>>);
    painter.mark(message.channel, () => target.apply(held));
  }

  /** Another run of the server: what was held from the one before is gone, the price line included. */
  function startOver(connection: number): void {
    for (const history of histories.values()) history.clear();
    batch(() => {
      for (const [name, each] of channels) {
        painter.forget(name);
        each.drop(connection);
      }
      setRestarts((n) => n + 1);
    });
  }

  async function fillPast(chosen: Asset): Promise<void> {
    const run = restarts();
    let points: { at: number; price: number | null }[];
    try {
      const answer = await fetch(`api/v1/prices/history?symbol=${chosen.market}&seconds=${PAST_SECONDS}`);
      // A server that does not make this asset says so with 404, and the panels say it already.
      if (!answer.ok) return;
      points = priceHistory(await answer.json()).points;
    } catch (error) {
      // Without a server the socket's state says it; the line begins with what this page sees itself.
      if (error instanceof ShapeError) setNotice(shapeFault(`price history: ${error.message}`));
      return;
    }
    if (run !== restarts()) return;
    histories.get(chosen.symbol)!.fill(points.map(({ at, price }) => ({ time: Math.floor(at / 1000), price })));
    setFilled((n) => n + 1);
  }

  function noteHistory(held: NonNullable<ReturnType<typeof pricesChannel.held>>): void {
    for (const { symbol, price } of held.data.markets) histories.get(symbol)?.note(held.sentAt, price);
  }

  function channel<T>(name: string, read: Reader<T>): Channel<T> {
    const [held, setHeld] = createSignal<Held<T> | null>(null);
    const [fault, setFault] = createSignal<Fault | null>(null);
    const [asked, setAsked] = createSignal(performance.now());
    channels.set(name, {
      held,
      fault,
      asked,
      read,
      apply: (next) => {
        setHeld(() => next as Held<T>);
        setFault(null);
      },
      fail: (next) => setFault(next),
      drop: (before) => {
        if ((held()?.connection ?? 0) < before) setHeld(null);
        setFault(null);
        setAsked(performance.now());
      },
      ask: () => setAsked(performance.now()),
    });
    return { held, fault, asked };
  }
});

function detailOf(asset: Asset): string[] {
  return [`markets@${asset.market}`, `books@${asset.name}`];
}

function socketAddress(): string {
  const address = new URL("ws", document.baseURI);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  address.hash = "";
  return address.href;
}
