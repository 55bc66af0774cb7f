/** What of the record is asked for: one market or all, and from when to when, both in Unix milliseconds. */
export interface Filter {
  market: string | null;
  from: number | null;
  to: number | null;
}

const PAGE = 100;

/** True where a row falls into the filter. */
export function fits(filter: Filter, market: string, at: number): boolean {
  return (
    (filter.market === null || filter.market === market) &&
    (filter.from === null || at >= filter.from) &&
    (filter.to === null || at < filter.to)
  );
}

/** The address of a page. */
export function addressOf(route: string, filter: Filter, before: string | null): string {
  const query = new URLSearchParams({ limit: `${PAGE}` });
  if (filter.market !== null) query.set("market", filter.market);
  if (filter.from !== null) query.set("from", `${filter.from}`);
  if (filter.to !== null) query.set("to", `${filter.to}`);
  if (before !== null) query.set("before", before);
  return `api/v1/${route}?${query}`;
}
