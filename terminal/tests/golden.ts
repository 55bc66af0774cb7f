import { readFileSync } from "node:fs";
import type { Opportunities, Portfolio, Predictions } from "../src/arbitrage/wire";
import type { Books, Feeds, Markets, PriceHistory, Prices, Status } from "../src/wire";

/** A message of contracts/messages, which the server's own tests write and hold to. */
export function message(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../contracts/messages/${name}.json`, import.meta.url), "utf8"));
}

/** What stands in a message of `/ws`. */
function dataOf<T>(name: string): T {
  return (message(name) as { data: T }).data;
}

export const status = dataOf<Status>("status");
export const feeds = dataOf<Feeds>("feeds");
export const prices = dataOf<Prices>("prices");
export const markets = dataOf<Markets>("markets");
export const books = dataOf<Books>("books");
export const predictions = dataOf<Predictions>("predictions");
export const opportunities = dataOf<Opportunities>("opportunities");
export const portfolio = dataOf<Portfolio>("portfolio");
export const priceHistory = message("price-history") as PriceHistory;
