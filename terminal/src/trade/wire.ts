import { decimal, flag, list, number, object, oneOf, optional, pair, type Read, ShapeError, text } from "../decode";

/** Messages and answers of the exchange. Ids are text: they have more digits than a JavaScript number. */

const side = oneOf("buy", "sell");
const level = pair(decimal, decimal);

export const INTERVALS = ["1s", "1m", "5m", "15m", "1h", "4h", "1d"] as const;
export type Interval = (typeof INTERVALS)[number];

const instrument = object({
  market: text,
  base: text,
  quote: text,
  tick_size: decimal,
  lot_size: decimal,
  min_quantity: decimal,
  max_quantity: decimal,
  max_price: decimal,
  maker_fee: decimal,
  taker_fee: decimal,
  band: optional(decimal),
  status: text,
});

/** `GET /api/v1/instruments`. */
export const instruments = list(instrument);

/** `depth@`: a whole book, or what has changed since `previous`; quantity "0" removes a level. */
export const depthMessage = object({
  type: oneOf("snapshot", "update"),
  previous: optional(number),
  sequence: number,
  at: number,
  data: object({ bids: list(level), asks: list(level) }),
});

const print = object({
  trade_id: text,
  at: number,
  price: decimal,
  quantity: decimal,
  kind: side,
  sequence: number,
});

/** `trade@`: oldest first. */
export const tradeMessage = object({
  type: oneOf("snapshot", "update"),
  sequence: number,
  at: optional(number),
  data: list(print),
});

/** `GET /api/v1/trades`: newest first. */
export const prints = list(print);

const ticker = object({
  market: text,
  last: optional(decimal),
  open: optional(decimal),
  high: optional(decimal),
  low: optional(decimal),
  volume: decimal,
  quote_volume: decimal,
  trades: number,
  bid: optional(decimal),
  ask: optional(decimal),
  at: number,
});

/** `ticker@`: the last 24 hours, newest state. */
export const tickerMessage = object({ sequence: number, at: optional(number), data: ticker });

/** A candle: open time in Unix milliseconds, open, high, low, close, volume, trades. */
export const candle = (value: unknown): Candle => {
  if (!Array.isArray(value) || value.length !== 7) throw new ShapeError("", "a candle of seven", typeof value);
  const [time, open, high, low, close, volume, trades] = value;
  return {
    time: number(time),
    open: decimal(open),
    high: decimal(high),
    low: decimal(low),
    close: decimal(close),
    volume: decimal(volume),
    trades: number(trades),
  };
};

/** `kline_<interval>@`: the newest candle, again and again until it is over. */
export const candleMessage = object({ sequence: number, at: optional(number), data: candle });

/** `GET /api/v1/klines`: oldest first. */
export const candles = list(candle);

const order = object({
  order_id: text,
  client_id: optional(text),
  market: text,
  kind: side,
  type: oneOf("limit", "market", "stop", "stop_limit"),
  tif: text,
  post_only: optional(flag),
  price: optional(decimal),
  stop_price: optional(decimal),
  triggered: optional(flag),
  quantity: optional(decimal),
  quote_quantity: optional(decimal),
  display_quantity: optional(decimal),
  executed_quantity: decimal,
  average_price: optional(decimal),
  remaining_quantity: decimal,
  status: text,
  reason: optional(text),
  expires_at: optional(number),
  created_at: number,
  updated_at: number,
  sequence: number,
});

const balance = object({ asset: text, available: decimal, held: decimal });

const fill = object({
  trade_id: text,
  order_id: text,
  market: text,
  kind: side,
  price: decimal,
  quantity: decimal,
  fee: decimal,
  fee_asset: text,
  liquidity: oneOf("maker", "taker"),
  at: number,
});

/** `orders`: first everything that is open and owned, then what changes. */
export const ordersMessage = object({
  type: oneOf("snapshot", "update"),
  previous: optional(number),
  sequence: number,
  at: optional(number),
  data: object({
    orders: list(order),
    fills: optional(list(fill)),
    balances: optional(list(balance)),
    /** What the account may be used for: in a snapshot, and where it changes. */
    status: optional(text),
  }),
});

/** `GET /api/v1/orders`, and a page of `GET /api/v1/orders/history`: newest first. */
export const ordersAnswer = object({ orders: list(order), next: optional(text) });

/** A page of `GET /api/v1/fills`: newest first. */
export const fillsAnswer = object({ fills: list(fill), next: optional(text) });

/** Whose key it is. */
export const authMessage = object({ account: number, name: optional(text), scopes: optional(list(text)) });

/** Answer to an order, an amendment or a cancellation. */
export const orderAnswer = object({
  order_id: text,
  client_id: optional(text),
  status: text,
  executed_quantity: decimal,
  fills: list(object({ trade_id: text, price: decimal, quantity: decimal, fee: decimal })),
  sequence: number,
  reason: optional(text),
  duplicate: optional(flag),
});

export const cancelledAnswer = object({ cancelled: number, sequence: number });

/** A problem of RFC 9457 with the server's stable code. */
export const problem = object({ code: text, detail: text });

export interface Candle {
  time: number;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
  trades: number;
}

export type Side = Read<typeof side>;
export type Level = Read<typeof level>;
export type Instrument = Read<typeof instrument>;
export type DepthMessage = Read<typeof depthMessage>;
export type Print = Read<typeof print>;
export type Ticker = Read<typeof ticker>;
export type Order = Read<typeof order>;
export type Balance = Read<typeof balance>;
export type Fill = Read<typeof fill>;
export type OrdersMessage = Read<typeof ordersMessage>;
export type OrderAnswer = Read<typeof orderAnswer>;
export type Auth = Read<typeof authMessage>;
