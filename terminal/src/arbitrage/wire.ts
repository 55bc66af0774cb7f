import { decimal, flag, list, nullable, number, object, oneOf, type Read, text } from "../decode";

/** Messages of the bots. Amounts are decimals as text; probabilities and prices of outcomes lie between 0 and 1. */

const side = oneOf("buy", "sell");

const leg = object({ token_id: text, side, price: decimal, size: decimal });

/** One look at an edge: taken, or refused with the reason. */
export const opportunity = object({
  at: number,
  strategy: text,
  venue: text,
  market: text,
  legs: list(leg),
  edge: decimal,
  edge_after_fees: decimal,
  taken: flag,
  reason: text,
});

/** `opportunities`: the newest rows, newest first, and what was counted since the start. */
export const opportunities = object({
  at: number,
  seen: number,
  taken: number,
  refused: number,
  reasons: list(object({ reason: text, count: number })),
  rows: list(opportunity),
});

const quote = object({
  token_id: text,
  outcome: text,
  bid: nullable(decimal),
  bid_size: nullable(decimal),
  ask: nullable(decimal),
  ask_size: nullable(decimal),
  state: oneOf("proven", "unproven", "stale", "waiting"),
  reason: nullable(text),
  age_ms: nullable(number),
});

const market = object({
  venue: text,
  market: text,
  question: text,
  phase: text,
  closes_at: nullable(number),
  strike: nullable(decimal),
  alert: nullable(text),
  yes: quote,
  no: quote,
  ask_sum: nullable(decimal),
  bid_sum: nullable(decimal),
});

const venue = object({
  venue: text,
  state: text,
  reason: nullable(text),
  next_step: nullable(text),
  markets: number,
  tokens: number,
  proven: number,
  age_ms: nullable(number),
  reconnects: number,
});

/** `predictions`: the venues of outcome tokens and their nearest markets. */
export const predictions = object({
  at: number,
  source: text,
  venues: list(venue),
  markets: list(market),
  alerts: list(object({ venue: text, market: text, code: text, detail: text })),
});

const blocker = object({ code: text, detail: text, since: nullable(number), fix: nullable(text) });

const limit = object({ name: text, value: decimal, limit: decimal, unit: text });

const planLeg = object({ token_id: text, side, price: decimal, size: decimal, filled: decimal, state: text });

const plan = object({
  plan_id: text,
  at: number,
  strategy: text,
  market: text,
  state: text,
  worst_loss: decimal,
  result: nullable(decimal),
  legs: list(planLeg),
});

const position = object({
  venue: text,
  market: text,
  question: text,
  token_id: text,
  outcome: text,
  size: decimal,
  pending: decimal,
  average_price: decimal,
  mark: nullable(decimal),
  worth: nullable(decimal),
  unrealised: nullable(decimal),
  mergeable: decimal,
  set_profit: decimal,
  realised: decimal,
  fees: decimal,
});

/** `portfolio`: may the bots trade, what they hold, what they do. */
export const portfolio = object({
  at: number,
  executor: oneOf("paper", "live"),
  may_trade: flag,
  blocked_by: list(blocker),
  stop: object({
    stopped: flag,
    count: number,
    scope: nullable(text),
    since: nullable(number),
    by: nullable(text),
    reason: nullable(text),
  }),
  limits: list(limit),
  realised: decimal,
  unrealised: decimal,
  unmarked: number,
  fees: decimal,
  at_risk: decimal,
  positions: list(position),
  plans: list(plan),
});

/** The answer to a forced exit. */
export const exitAnswer = object({ plans: number });

/** The answer to a stop and to its end. */
export const stopAnswer = object({ stopped: flag, count: number, since: nullable(number), scope: nullable(text) });

export type Opportunity = Read<typeof opportunity>;
export type Opportunities = Read<typeof opportunities>;
export type Predictions = Read<typeof predictions>;
export type Market = Read<typeof market>;
export type Quote = Read<typeof quote>;
export type Portfolio = Read<typeof portfolio>;
export type Plan = Read<typeof plan>;
