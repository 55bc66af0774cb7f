import { decimal, flag, list, nullable, number, object, oneOf, optional, pair, type Read, text } from "./decode";

/** What stands around the data of each message: `from..sequence` are the changes that this state contains. */
export const envelope = object<{ channel: string; from: number; sequence: number; at: number; data: unknown }>({
  channel: text,
  from: number,
  sequence: number,
  at: number,
  data: (value) => value,
});

/** The answer to `{"op":"ping"}`; `at` is the server's clock. */
export const pong = object({ channel: oneOf("pong"), id: number, at: number });

/** A refusal of something that this client asked for. */
export const refusal = object({ channel: oneOf("error"), code: text, detail: text });

const blocker = object({ code: text, detail: text, since: nullable(number), fix: nullable(text) });

/** `status`, each second: may the server quote and trade, and if not, why. */
export const status = object({
  epoch: text,
  at: number,
  may_quote: flag,
  may_trade: flag,
  blocked_by: list(blocker),
  data: oneOf("live", "simulated", "replay"),
  speed: nullable(text),
  orders: text,
  note: optional(text),
  stop: optional(
    object({
      stopped: flag,
      count: number,
      scope: nullable(text),
      since: nullable(number),
      by: nullable(text),
      reason: nullable(text),
    }),
  ),
});

const feedState = oneOf("connecting", "syncing", "live", "unproven", "stale", "down");

const feed = object({
  venue: text,
  symbol: text,
  state: feedState,
  reason: nullable(text),
  next_step: optional(text),
  age_ms: nullable(number),
  bid: nullable(decimal),
  bid_quantity: nullable(decimal),
  ask: nullable(decimal),
  ask_quantity: nullable(decimal),
  spread: nullable(decimal),
  spread_bps: nullable(number),
  last_price: nullable(decimal),
  messages: number,
  messages_per_second: number,
  trades: number,
  gaps: number,
  reconnects: number,
  proven: flag,
});

/** `feeds`: the health of each venue's instrument. */
export const feeds = object({ at: number, source: text, feeds: list(feed) });

const contribution = object({
  venue: text,
  symbol: text,
  mid: nullable(decimal),
  converted: nullable(decimal),
  age_ms: nullable(number),
  used: flag,
  reason: nullable(text),
});

const composite = object({
  symbol: text,
  price: nullable(number),
  provider_count: number,
  confidence: nullable(number),
  age_ms: nullable(number),
  reason: nullable(text),
  inputs: nullable(object({ coverage: number, agreement: number, freshness: number })),
  venues: list(contribution),
});

/** `prices`: one price per asset, with what it was made of. */
export const prices = object({ at: number, markets: list(composite) });

const quote = object({
  quote_id: text,
  symbol: text,
  strike: number,
  up_price: number,
  down_price: number,
  up_probability: number,
  expiry_ts: number,
  generated_at: number,
  valid_until: number,
  max_quantity: decimal,
  rule_id: text,
});

const signedMarket = object({ market: quote, signature: text, signer: text, payload: text });

/** `markets@BTCUSDT`: every open strike of an asset, signed. */
export const markets = object({
  symbol: text,
  at: number,
  spot: nullable(number),
  reason: nullable(text),
  markets: list(signedMarket),
});

/** The answer of `/api/v1/prices/history`: one point for each second, oldest first. */
export const priceHistory = object({
  symbol: text,
  at: number,
  points: list(object({ at: number, price: nullable(number) })),
});

const level = pair(decimal, decimal);

const trade = object({ at: number, price: decimal, quantity: decimal, side: oneOf("buy", "sell") });

const book = object({
  venue: text,
  symbol: text,
  state: feedState,
  proven: flag,
  reason: nullable(text),
  age_ms: nullable(number),
  bids: list(level),
  asks: list(level),
  trades: list(trade),
});

/** `books@BTC`: the best ten levels of each venue and its newest trades, newest first. */
export const books = object({ asset: text, at: number, books: list(book) });

export type Envelope = Read<typeof envelope>;
export type Status = Read<typeof status>;
export type Blocker = Read<typeof blocker>;
export type FeedState = Read<typeof feedState>;
export type Feed = Read<typeof feed>;
export type Feeds = Read<typeof feeds>;
export type Contribution = Read<typeof contribution>;
export type Composite = Read<typeof composite>;
export type Prices = Read<typeof prices>;
export type PriceHistory = Read<typeof priceHistory>;
export type Quote = Read<typeof quote>;
export type SignedMarket = Read<typeof signedMarket>;
export type Markets = Read<typeof markets>;
export type Level = Read<typeof level>;
export type Trade = Read<typeof trade>;
export type Book = Read<typeof book>;
export type Books = Read<typeof books>;
