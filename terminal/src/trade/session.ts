import { batch, createEffect, createMemo, createRoot, createSignal, on } from "solid-js";
import { type Reader, ShapeError } from "../decode";
import { desk } from "../desk/desk";
import { Painter, screenFrames } from "../desk/painter";
import { tradeMarket as chosen, setTradeMarket as setChosen } from "../desk/settings";
import { key as place } from "../link/key";
import { type Fault, type Listener, shapeFault } from "../link/link";
import { ofSteps } from "../text/amount";
import { BookBuilder, type BookView } from "./book";
import { Candles } from "./candles";
import { Own } from "./own";
import { ask } from "./rest";
import * as wire from "./wire";

/** What a panel shows, and what is to be said of it. */
export interface Stream<T> {
  value: () => T | null;
  /** waiting: nothing yet; live; catching: old, until the next snapshot. */
  phase: () => "waiting" | "live" | "catching";
  fault: () => Fault | null;
  /** Since when an answer is awaited, by the steady clock. */
  asked: () => number;
  /** When the last message came, by the steady clock. */
  received: () => number;
}

/** A stream whatever it carries. */
interface Target {
  name: string;
  value: () => unknown;
  phase: () => "waiting" | "live" | "catching";
  fail(fault: Fault | null): void;
  wait(phase: "waiting" | "catching"): void;
  drop(): void;
}

interface OpenStream<T> extends Target, Stream<T> {
  value: () => T | null;
  show(make: () => T): void;
}

export interface Account {
  state: "none" | "asking" | "open" | "refused";
  number: number | null;
  name: string | null;
  mayTrade: boolean;
  fault: Fault | null;
}

export interface OwnView {
  open: wire.Order[];
  /** Every order that the stream has told of, whatever has become of it. */
  seen: wire.Order[];
  fills: wire.Fill[];
  balances: wire.Balance[];
  /** What the account may be used for; null where nobody has said it. */
  status: string | null;
}

export interface CandleView {
  all: wire.Candle[];
  interval: wire.Interval;
  /** Where they are from: the server's record, or the trades that this page could see. */
  source: "klines" | "trades";
}

const TAPE = 200;
const ROWS = 24;
const PAST = 500;
const ROWS_KEPT = 500;
const FILLS = 200;
const RECHECK_MS = 5_000;
const SNAPSHOT_MS = 2_000;
const NO_ACCOUNT: Account = { state: "none", number: null, name: null, mayTrade: false, fault: null };

/** The exchange as the Trade page sees it: one market's streams while the page is open, the account's for good. */
export const session = createRoot(() => {
  const painter = new Painter(screenFrames, batch);
  const book = new BookBuilder();
  const own = new Own();
  const names = new Set<Target>();
  let tape: wire.Print[] = [];
  let candles = new Candles("1m");
  let source: CandleView["source"] = "klines";
  let isOpen = false;
  let watched: string | null = null;
  let watchedCandles: string | null = null;

  const [instruments, setInstruments] = createSignal<wire.Instrument[] | null>(null);
  const [instrumentsFault, setInstrumentsFault] = createSignal<Fault | null>(null);
  const [instrumentsAsked, setInstrumentsAsked] = createSignal(performance.now());
  const [interval, setChosenInterval] = createSignal<wire.Interval>("1m");
  const [steps, setSteps] = createSignal(1);
  const [key, setKey] = createSignal(place.get());
  const [account, setAccount] = createSignal<Account>(NO_ACCOUNT);
  const [resyncs, setResyncs] = createSignal(0);
  /** The newest row of each order that has a client id, for whoever waits for one; the last ones only. */
  const rows = new Map<string, wire.Order>();
  const [arrived, setArrived] = createSignal(0);

  const market = createMemo(() => {
    const all = instruments();
    return all?.find((one) => one.market === chosen()) ?? all?.[0] ?? null;
  });
  const step = () => ofSteps(BigInt(steps()), market()?.tick_size ?? "1");

  const depth = stream<BookView>("depth");
  const trades = stream<wire.Print[]>("trades");
  const ticker = stream<wire.Ticker>("ticker");
  const chart = stream<CandleView>("candles");
  const orders = stream<OwnView>("orders");

  const phase = createMemo(() => desk.link().phase);
  const isLive = () => phase() === "live";

  createEffect(
    on(market, (now, before) => {
      if (now?.market !== before?.market && isOpen) watch();
    }),
  );
  createEffect(on(interval, () => isOpen && watchCandles(), { defer: true }));
  createEffect(on([step], () => book.sequence !== null && showBook(), { defer: true }));
  createEffect(
    on(
      phase,
      (now) => {
        if (now === "live") {
          void loadInstruments();
          if (isOpen && watched !== null) void loadCandles();
        } else if (now === "lost") {
          // Also where the connection never got so far as to be live: streams may have come before.
          book.interrupt();
          for (const each of names) if (each.phase() === "live") each.wait("catching");
        }
      },
      { defer: true },
    ),
  );
  createEffect(on(desk.restarts, () => own.interrupt(), { defer: true }));
  createEffect(on(key, enter));
  addEventListener("strikeline-key", () => setKey(place.get()));
  setInterval(() => isOpen && void loadInstruments(), RECHECK_MS);
  setInterval(() => {
    // A snapshot that does not come is asked for again.
    const waits = book.sequence === null && depth.fault() === null && performance.now() - depth.asked() > SNAPSHOT_MS;
    if (isOpen && isLive() && waits && watched !== null) again(depth, `depth@${watched}`);
  }, 500);

  return {
    instruments,
    instrumentsFault,
    instrumentsAsked,
    market,
    choose: (name: string) => setChosen(name),
    interval,
    chooseInterval: setChosenInterval,
    steps,
    chooseSteps: setSteps,
    step,
    depth,
    trades,
    ticker,
    chart,
    orders,
    /** The newest row of the order with this client id, as far as one was seen. */
    rowOf: (clientId: string): wire.Order | null => {
      arrived();
      return rows.get(clientId) ?? null;
    },
    resyncs,
    key,
    account,
    /** The terms of a market by its name. */
    termsOf: (name: string): wire.Instrument | null => instruments()?.find((one) => one.market === name) ?? null,
    /** Reads the markets again, such as after a refusal that says that one is closed. */
    recheck: () => void loadInstruments(),
    /** What trading a quantity at once would cost or bring now. */
    walk: (side: wire.Side, quantity: string) => book.walk(side, quantity),
    useKey: (text: string | null) => {
      place.set(text);
      setKey(text);
    },
    /** The page is on screen. */
    open: () => {
      isOpen = true;
      void loadInstruments();
      watch();
    },
    /** The page is gone: the market's streams end, the account's go on. */
    close: () => {
      isOpen = false;
      unwatch();
    },
    /** Reads the open orders once more, for the answer to an order that did not come. */
    findOrder: async (clientId: string): Promise<wire.Order | null> => {
      const answer = await ask("api/v1/orders", wire.ordersAnswer, { key: key() });
      return answer.ok ? (answer.data.orders.find((order) => order.client_id === clientId) ?? null) : null;
    },
  };

  async function loadInstruments(): Promise<void> {
    if (instruments() === null) setInstrumentsAsked(performance.now());
    const answer = await ask("api/v1/instruments", wire.instruments);
    batch(() => {
      setInstrumentsFault(answer.ok ? null : answer.fault);
      if (answer.ok && JSON.stringify(answer.data) !== JSON.stringify(instruments())) setInstruments(answer.data);
    });
  }

  function watch(): void {
    unwatch();
    const name = market()?.market;
    if (name === undefined) return;
    watched = name;
    batch(() => {
      for (const each of [depth, trades, ticker]) each.drop();
    });
    book.clear();
    tape = [];
    listen(`depth@${name}`, depth, wire.depthMessage, (message) => {
      const taken = book.take(message);
      if (taken === "gap") {
        depth.wait("catching");
        setResyncs((n) => n + 1);
        again(depth, `depth@${name}`);
      } else if (taken === "applied") showBook();
    });
    listen(`trade@${name}`, trades, wire.tradeMessage, (message) => {
      const last = message.type === "snapshot" ? -1 : (tape[0]?.sequence ?? -1);
      const fresh = message.data.filter((print) => print.sequence > last);
      if (source === "trades" && chart.value() !== null) {
        for (const print of fresh) candles.trade(print);
        showCandles();
      }
      tape = [...fresh.reverse(), ...(message.type === "snapshot" ? [] : tape)].slice(0, TAPE);
      trades.show(() => tape);
    });
    listen(`ticker@${name}`, ticker, wire.tickerMessage, (message) => ticker.show(() => message.data));
    desk.socket.subscribe(`depth@${name}`, `trade@${name}`, `ticker@${name}`);
    watchCandles();
  }

  function unwatch(): void {
    if (watched !== null) leave(`depth@${watched}`, `trade@${watched}`, `ticker@${watched}`);
    if (watchedCandles !== null) leave(watchedCandles);
    watched = null;
    watchedCandles = null;
    for (const each of [depth, trades, ticker, chart]) painter.forget(each.name);
  }

  function watchCandles(): void {
    if (watchedCandles !== null) leave(watchedCandles);
    const name = `kline_${interval()}@${watched}`;
    watchedCandles = name;
    candles = new Candles(interval());
    source = "klines";
    chart.drop();
    desk.socket.listen(name, {
      message: (raw) => {
        const message = read(chart, name, wire.candleMessage, raw);
        if (message === null || source !== "klines") return;
        candles.put(message.data);
        if (chart.value() !== null) showCandles();
      },
      // Without the stream the candles are made of the trades.
      fault: (fault) => (fault.code === "unknown_channel" ? void loadTrades(name) : chart.fail(fault)),
    });
    desk.socket.subscribe(name);
    void loadCandles();
  }

  async function loadCandles(): Promise<void> {
    const wanted = watchedCandles;
    const [name, length] = [encodeURIComponent(watched ?? ""), interval()];
    const answer = await ask(`api/v1/klines?market=${name}&interval=${length}&limit=${PAST}`, wire.candles);
    if (wanted !== watchedCandles) return;
    if (answer.ok) {
      if (source === "trades") return;
      candles.fill(answer.data);
      chart.fail(null);
      showCandles();
    } else if (answer.fault.code === "unknown_route") void loadTrades(wanted);
    else chart.fail(answer.fault);
  }

  async function loadTrades(wanted: string | null): Promise<void> {
    if (source === "trades" && chart.value() !== null && chart.phase() === "live") return;
    source = "trades";
    const answer = await ask(`api/v1/trades?market=${encodeURIComponent(watched ?? "")}&limit=1000`, wire.prints);
    if (wanted !== watchedCandles) return;
    if (!answer.ok) {
      chart.fail(answer.fault);
      return;
    }
    const seen = new Map([...answer.data, ...tape].map((print) => [print.sequence, print]));
    candles = new Candles(interval());
    for (const print of [...seen.values()].sort((a, b) => a.sequence - b.sequence)) candles.trade(print);
    chart.fail(null);
    showCandles();
  }

  function showBook(): void {
    depth.show(() => book.view(step(), ROWS));
  }

  function showCandles(): void {
    const [shown, from] = [candles, source];
    chart.show(() => ({ all: shown.all, interval: shown.interval, source: from }));
  }

  function showOwn(): void {
    orders.show(() => ({
      open: own.open,
      seen: own.seen,
      fills: own.fills,
      balances: own.balances,
      status: own.status,
    }));
  }

  /** What traded before this page was open, or while it was not connected. */
  async function loadFills(secret: string): Promise<void> {
    const answer = await ask(`api/v1/fills?limit=${FILLS}`, wire.fillsAnswer, { key: secret });
    if (!answer.ok || secret !== key()) return;
    own.addFills(answer.data.fills);
    if (orders.value() !== null) showOwn();
  }

  function noteRow(row: wire.Order): void {
    if (row.client_id === null) return;
    rows.delete(row.client_id);
    rows.set(row.client_id, row);
    for (const oldest of rows.keys()) {
      if (rows.size <= ROWS_KEPT) break;
      rows.delete(oldest);
    }
  }

  /** Says to the socket whose key this is, or takes everything private off the page. */
  function enter(secret: string | null): void {
    desk.socket.unsubscribe("orders");
    own.clear();
    orders.drop();
    if (secret === null) {
      desk.socket.greet(null);
      setAccount(NO_ACCOUNT);
      return;
    }
    setAccount({ ...NO_ACCOUNT, state: "asking" });
    desk.socket.listen("auth", {
      message: (raw) => {
        const message = read(null, "auth", wire.authMessage, raw);
        if (message === null) return;
        const mayTrade = message.scopes === null || message.scopes.includes("trade");
        setAccount({ state: "open", number: message.account, name: message.name, mayTrade, fault: null });
        desk.socket.subscribe("orders");
        void loadFills(secret);
      },
      fault: (fault) => {
        desk.socket.greet(null);
        desk.socket.unsubscribe("orders");
        orders.drop();
        setAccount({ ...NO_ACCOUNT, state: "refused", fault: { ...fault, next: "Give another API key." } });
      },
    });
    desk.socket.listen("orders", {
      since: () => own.sequence,
      message: (raw) => {
        const message = read(orders, "orders", wire.ordersMessage, raw);
        if (message === null) return;
        const taken = own.take(message);
        if (taken === "gap") {
          orders.wait("catching");
          setResyncs((n) => n + 1);
          again(orders, "orders");
        } else if (taken === "applied") {
          for (const row of message.data.orders) noteRow(row);
          setArrived((n) => n + 1);
          showOwn();
        }
      },
      // A stream that is lost ends with the connection; the next one begins behind the last position.
      fault: (fault) => fault.code !== "stream_lost" && orders.fail(fault),
    });
    desk.socket.greet({ op: "auth", key: secret });
  }

  function again(each: Target, channel: string): void {
    each.wait(each.value() === null ? "waiting" : "catching");
    desk.socket.unsubscribe(channel);
    desk.socket.subscribe(channel);
  }

  function leave(...channels: string[]): void {
    desk.socket.unsubscribe(...channels);
    for (const channel of channels) desk.socket.listen(channel, null);
  }

  function listen<T>(channel: string, target: Target, reader: Reader<T>, take: (message: T) => void): void {
    const listener: Listener = {
      message: (raw) => {
        const message = read(target, channel, reader, raw);
        if (message !== null) take(message);
      },
      fault: (fault) => target.fail(fault),
    };
    desk.socket.listen(channel, listener);
  }

  function read<T>(target: Target | null, channel: string, reader: Reader<T>, raw: unknown) {
    try {
      return reader(raw);
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      const fault = shapeFault(`${channel}${error.path}: expected ${error.expected}, got ${error.got}`);
      if (target === null) setAccount({ ...NO_ACCOUNT, state: "refused", fault });
      else target.fail(fault);
      return null;
    }
  }

  function stream<T>(name: string): OpenStream<T> {
    const [value, setValue] = createSignal<T | null>(null, { equals: false });
    const [phase, setPhase] = createSignal<"waiting" | "live" | "catching">("waiting");
    const [fault, setFault] = createSignal<Fault | null>(null);
    const [asked, setAsked] = createSignal(performance.now());
    const [received, setReceived] = createSignal(0);
    const made: OpenStream<T> = {
      name,
      value,
      phase,
      fault,
      asked,
      received,
      show: (make) => {
        const now = performance.now();
        painter.mark(name, () => {
          setValue(() => make());
          setPhase("live");
          setReceived(now);
          setFault(null);
        });
      },
      fail: (next) => setFault(next),
      wait: (next) => {
        painter.forget(name);
        setPhase(next);
        setAsked(performance.now());
      },
      drop: () => {
        painter.forget(name);
        setValue(null);
        setFault(null);
        setPhase("waiting");
        setAsked(performance.now());
      },
    };
    names.add(made);
    return made;
  }
});
