import {
  compare,
  decimalsIn,
  feeOf,
  isOnGrid,
  minus,
  ofSteps,
  plus,
  quotient,
  stepsIn,
  times,
  typed,
} from "../text/amount";
import type { Balance, Instrument, Side } from "./wire";

export const TYPES = ["limit", "market", "stop", "stop_limit"] as const;
export type OrderType = (typeof TYPES)[number];
export type Tif = "gtc" | "ioc" | "fok" | "gtd";
export const SELF_TRADES = ["cancel_newest", "cancel_oldest", "cancel_both", "decrement"] as const;
export type SelfTrade = (typeof SELF_TRADES)[number];
export type Field =
  | "price"
  | "stop_price"
  | "quantity"
  | "quote_quantity"
  | "display_quantity"
  | "minutes"
  | "client_id";

const CLIENT_ID = /^([\w-]{1,21}|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/i;

export type Amount = Exclude<Field, "client_id">;

/** What a person has put into the ticket so far, as it was typed. */
export interface Draft {
  side: Side;
  type: OrderType;
  tif: Tif;
  postOnly: boolean;
  /** What happens where the order meets another one of the account's. */
  stp: SelfTrade;
  /** Whether a market order is given as an amount of the quote asset. */
  byAmount: boolean;
  fields: Record<Field, string>;
}

/** What the ticket is checked against. */
export interface Around {
  terms: Instrument;
  balances: Balance[] | null;
  /** The price of the last trade, which the band is measured from. */
  last: string | null;
  bestBid: string | null;
  bestAsk: string | null;
  /** What trading a quantity at once would cost or bring now. */
  walk(side: Side, quantity: string): { value: string; worst: string; filled: string } | null;
  /** The server's clock. */
  nowMs: number | null;
}

/** What is to be said of a draft. */
export interface Checked {
  /** Why a field cannot be sent; no entry where it can. */
  faults: Partial<Record<Field, string>>;
  /** What is worth knowing of a field that can be sent. */
  notes: Partial<Record<Field, string>>;
  /** The first field that is still empty. */
  missing: Field | null;
  /** What would be sent, without its client id; null while anything is wrong. */
  body: Record<string, string | number | boolean> | null;
  /** What it costs (buy) or brings (sell), in the quote asset. */
  value: string | null;
  /** The most that is taken of what is received, and which asset that is. */
  fee: { amount: string; asset: string } | null;
  /** What is left available of the asset that is given. */
  after: { amount: string; asset: string } | null;
}

export function emptyDraft(): Draft {
  return {
    side: "buy",
    type: "limit",
    tif: "gtc",
    postOnly: false,
    stp: "cancel_newest",
    byAmount: false,
    fields: {
      price: "",
      stop_price: "",
      quantity: "",
      quote_quantity: "",
      display_quantity: "",
      minutes: "60",
      client_id: "",
    },
  };
}

/** Which times in force go with a type. */
export function tifsOf(draft: Draft): Tif[] {
  if (draft.type === "market" && draft.byAmount) return ["ioc"];
  return draft.type === "market" || draft.type === "stop" ? ["ioc", "fok"] : ["gtc", "ioc", "fok", "gtd"];
}

/** The time in force that is meant: what was chosen where it goes with the type, else the type's first. */
export function tifOf(draft: Draft): Tif {
  const all = tifsOf(draft);
  return all.includes(draft.tif) ? draft.tif : all[0]!;
}

/** The fields of numbers that a draft has, in the order in which they are filled in. */
export function fieldsOf(draft: Draft): Amount[] {
  const fields: Amount[] = [];
  if (draft.type === "stop" || draft.type === "stop_limit") fields.push("stop_price");
  if (hasPrice(draft)) fields.push("price");
  fields.push(isByAmount(draft) ? "quote_quantity" : "quantity");
  if (rests(draft)) fields.push("display_quantity");
  if (tifOf(draft) === "gtd") fields.push("minutes");
  return fields;
}

/** Whether the order may wait in the book: only such a one can be post-only, or show a part of itself. */
export function rests(draft: Draft): boolean {
  return hasPrice(draft) && (tifOf(draft) === "gtc" || tifOf(draft) === "gtd");
}

/** The prices that the band allows, as the exchange reckons them; null where there is none. */
export function bandOf(terms: Instrument, last: string | null): { low: string; high: string } | null {
  if (terms.band === null || last === null) return null;
  const reference = stepsIn(last, terms.tick_size);
  const width = stepsIn(times(reference.toString(), terms.band), "1");
  const least = reference - width < 1n ? 1n : reference - width;
  const high = ofSteps(reference + width, terms.tick_size);
  return {
    low: ofSteps(least, terms.tick_size),
    high: compare(high, terms.max_price) > 0 ? terms.max_price : high,
  };
}

/** Checks everything that can be known here; the exchange has the last word. */
export function check(draft: Draft, around: Around): Checked {
  const { terms } = around;
  const result: Checked = { faults: {}, notes: {}, missing: null, body: null, value: null, fee: null, after: null };
  const read = {} as Partial<Record<Field, string>>;
  for (const field of fieldsOf(draft)) {
    const raw = draft.fields[field].trim();
    if (raw === "") {
      if (field !== "display_quantity") result.missing ??= field;
      continue;
    }
    const value = typed(raw);
    const fault = value === null ? "digits and one point" : faultOf(field, value, terms);
    if (fault !== null) result.faults[field] = fault;
    else read[field] = value!;
  }
  const name = draft.fields.client_id.trim();
  if (CLIENT_ID.test(name)) read.client_id = name;
  else if (name !== "") result.faults.client_id = "1 to 21 letters, digits, - or _, or a UUID";
  checkPrices(draft, around, read, result);
  checkMoney(draft, around, read, result);
  const shown = read.display_quantity;
  if (shown !== undefined && read.quantity !== undefined && compare(shown, read.quantity) > 0) {
    result.faults.display_quantity = "more than the order";
  }
  if (result.missing === null && Object.keys(result.faults).length === 0) {
    const body = bodyOf(draft, read, around);
    if (body !== null) result.body = body;
  }
  return result;
}

/** The largest quantity that the account can pay for, on the grid; null where that cannot be known. */
export function mostOf(draft: Draft, around: Around): string | null {
  const { terms, balances } = around;
  if (balances === null) return null;
  const lots = (amount: string) => {
    const fitting = ofSteps(stepsIn(amount, terms.lot_size), terms.lot_size);
    return compare(fitting, terms.max_quantity) > 0 ? terms.max_quantity : fitting;
  };
  if (draft.side === "sell") return lots(availableOf(balances, terms.base));
  const worth = priceThatBinds(draft) ?? around.bestAsk;
  if (worth === null || typed(worth) === null) return null;
  const affordable = quotient(availableOf(balances, terms.quote), typed(worth)!, 18);
  return affordable === null ? null : lots(affordable);
}

export function availableOf(balances: Balance[], asset: string): string {
  return balances.find((balance) => balance.asset === asset)?.available ?? "0";
}

/** A value moved by so many steps of the grid, never below one step. */
export function stepped(text: string, step: string, by: number): string | null {
  const value = typed(text === "" ? "0" : text);
  if (value === null) return null;
  const onGrid = isOnGrid(value, step);
  const steps = stepsIn(value, step) + BigInt(by) + (by < 0 && !onGrid ? 1n : 0n);
  return ofSteps(steps < 1n ? 1n : steps, step);
}

/** What is about to be sent, in one sentence. */
export function sentence(draft: Draft, checked: Checked, terms: Instrument): string {
  const { side, fields } = draft;
  const size = isByAmount(draft)
    ? `for ${typed(fields.quote_quantity)} ${terms.quote} of ${terms.base}`
    : `${typed(fields.quantity)} ${terms.base}`;
  const worst = side === "buy" ? "at most" : "at least";
  const parts = [`${side.toUpperCase()} ${size}`];
  if (hasPrice(draft)) parts.push(`${worst} ${typed(fields.price)} ${terms.quote}`);
  else parts.push("at the market");
  if (draft.type === "stop" || draft.type === "stop_limit")
    parts.push(`once a trade is at ${typed(fields.stop_price)}`);
  const life = hasPrice(draft) ? tifOf(draft) : null;
  if (life === "gtd") parts.push(`for ${typed(fields.minutes)} minutes`);
  else if (life !== null && life !== "gtc") parts.push(life);
  if (draft.postOnly && rests(draft)) parts.push("post-only");
  const shown = rests(draft) ? typed(fields.display_quantity) : null;
  if (shown !== null) parts.push(`shows ${shown} at a time`);
  if (checked.value !== null) {
    parts.push(
      `${side === "buy" ? "costs" : "brings"} ${hasPrice(draft) ? "" : "about "}${checked.value} ${terms.quote}`,
    );
  }
  if (checked.fee !== null) parts.push(`fee at most ${checked.fee.amount} ${checked.fee.asset}`);
  return parts.join(" · ");
}

/** Why a price cannot be sent to this market. */
export function priceFault(value: string, terms: Instrument): string | null {
  if (compare(value, "0") === 0) return "above zero";
  if (!isOnGrid(value, terms.tick_size)) return `a multiple of ${terms.tick_size}`;
  return compare(value, terms.max_price) > 0 ? `at most ${terms.max_price}` : null;
}

/** Why a quantity cannot be sent to this market. */
export function quantityFault(value: string, terms: Instrument): string | null {
  if (compare(value, "0") === 0) return "above zero";
  if (!isOnGrid(value, terms.lot_size)) return `a multiple of ${terms.lot_size}`;
  if (compare(value, terms.min_quantity) < 0) return `at least ${terms.min_quantity}`;
  return compare(value, terms.max_quantity) > 0 ? `at most ${terms.max_quantity}` : null;
}

function faultOf(field: Amount, value: string, terms: Instrument): string | null {
  switch (field) {
    case "price":
    case "stop_price":
      return priceFault(value, terms);
    case "quantity":
    case "display_quantity":
      return quantityFault(value, terms);
    case "quote_quantity":
      return compare(value, "0") === 0 ? "above zero" : null;
    case "minutes":
      return isOnGrid(value, "1") && compare(value, "0") > 0 && compare(value, "525600") <= 0
        ? null
        : "whole minutes, up to a year";
  }
}

function checkPrices(draft: Draft, around: Around, read: Partial<Record<Field, string>>, result: Checked): void {
  const { price, stop_price: stop } = read;
  const band = bandOf(around.terms, around.last);
  if (price !== undefined && band !== null && (compare(price, band.low) < 0 || compare(price, band.high) > 0)) {
    result.faults.price = `outside the band, ${band.low} to ${band.high}`;
  }
  const best = draft.side === "buy" ? around.bestAsk : around.bestBid;
  if (price !== undefined && best !== null && draft.type === "limit") {
    const crosses = draft.side === "buy" ? compare(price, best) >= 0 : compare(price, best) <= 0;
    if (crosses) {
      const isRefused = draft.postOnly && rests(draft);
      result.notes.price = isRefused ? `would trade at ${best}: post-only is refused` : `trades at once, from ${best}`;
    }
  }
  if (stop !== undefined && around.last !== null) {
    const passed = draft.side === "buy" ? compare(stop, around.last) <= 0 : compare(stop, around.last) >= 0;
    if (passed) result.notes.stop_price = `passed already: the last trade was at ${around.last}`;
  }
}

function checkMoney(draft: Draft, around: Around, read: Partial<Record<Field, string>>, result: Checked): void {
  const { terms, balances } = around;
  const size: Field = isByAmount(draft) ? "quote_quantity" : "quantity";
  const given = read[size];
  if (given === undefined) return;
  let quantity: string | null = isByAmount(draft) ? null : given;
  let isExact = true;
  if (isByAmount(draft)) result.value = given;
  else {
    const bound = hasPrice(draft) ? read.price : draft.type === "stop" ? read.stop_price : undefined;
    if (bound !== undefined) result.value = times(bound, given);
    else if (draft.type === "market") {
      const now = around.walk(draft.side, given);
      isExact = false;
      if (now === null) result.notes.quantity = "nobody offers anything now";
      else {
        result.value = now.value;
        quantity = now.filled;
        if (compare(now.filled, given) < 0) result.notes.quantity = `only ${now.filled} is offered now`;
        else result.notes.quantity = `${draft.side === "buy" ? "up" : "down"} to ${now.worst} now`;
      }
    } else return;
  }
  const isBuy = draft.side === "buy";
  if (result.value !== null) {
    if (!isBuy) {
      const amount = feeOf(result.value, terms.taker_fee, Math.max(decimalsIn(result.value), 6));
      result.fee = { amount, asset: terms.quote };
    } else if (quantity !== null) {
      const amount = feeOf(quantity, terms.taker_fee, Math.max(decimalsIn(quantity), 8));
      result.fee = { amount, asset: terms.base };
    }
  }
  if (balances === null) return;
  const asset = isBuy ? terms.quote : terms.base;
  const taken = isBuy ? result.value : quantity;
  if (taken === null) return;
  const available = availableOf(balances, asset);
  if (compare(taken, available) > 0) {
    // A market buy by quantity trades as long as the account can pay: what it costs is only known afterwards.
    if (isBuy && !isExact) result.notes.quantity = `more than ${available} ${asset} can pay for`;
    else result.faults[size] = `only ${available} ${asset} available`;
  } else result.after = { amount: minus(available, taken), asset };
}

function bodyOf(draft: Draft, read: Partial<Record<Field, string>>, around: Around): Checked["body"] {
  const tif = tifOf(draft);
  const body: Record<string, string | number | boolean> = {
    market: around.terms.market,
    kind: draft.side,
    type: draft.type,
    tif,
  };
  for (const field of ["price", "stop_price", "quantity", "quote_quantity", "display_quantity", "client_id"] as const) {
    if (read[field] !== undefined) body[field] = read[field];
  }
  if (draft.postOnly && rests(draft)) body.post_only = true;
  if (draft.stp !== "cancel_newest") body.stp = draft.stp;
  if (tif === "gtd") {
    if (around.nowMs === null) return null;
    body.expires_at = Math.round(around.nowMs) + Number(read.minutes) * 60_000;
  }
  return body;
}

function hasPrice(draft: Draft): boolean {
  return draft.type === "limit" || draft.type === "stop_limit";
}

function isByAmount(draft: Draft): boolean {
  return draft.type === "market" && draft.byAmount;
}

function priceThatBinds(draft: Draft): string | null {
  const text = hasPrice(draft) ? draft.fields.price : draft.type === "stop" ? draft.fields.stop_price : "";
  return text === "" ? null : text;
}

/** The sum of what is available and held. */
export function allOf(balance: Balance): string {
  return plus(balance.available, balance.held);
}
