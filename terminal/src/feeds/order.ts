import type { Feed, FeedState } from "../wire";

const WORST_FIRST: FeedState[] = ["down", "stale", "unproven", "syncing", "connecting", "live"];

/** Worst first; among equals by venue and symbol, so that rows hold still. */
export function worstFirst(feeds: Feed[]): Feed[] {
  return [...feeds].sort(
    (a, b) =>
      WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state) ||
      a.venue.localeCompare(b.venue) ||
      a.symbol.localeCompare(b.symbol),
  );
}

export function liveCount(feeds: Feed[]): number {
  return feeds.filter((feed) => feed.state === "live").length;
}
