import { createSignal } from "solid-js";

/** The pages that exist, in the order of their keys. */
export const PAGES = [
  { id: "markets", title: "Markets" },
  { id: "feeds", title: "Feeds" },
  { id: "trade", title: "Trade" },
  { id: "arbitrage", title: "Arbitrage" },
] as const;

export type PageId = (typeof PAGES)[number]["id"];

const [page, setPage] = createSignal<PageId>(fromAddress());

export { page };

export function go(id: PageId): void {
  location.hash = id;
}

addEventListener("hashchange", () => setPage(fromAddress()));

function fromAddress(): PageId {
  const wanted = location.hash.slice(1);
  return PAGES.find(({ id }) => id === wanted)?.id ?? "markets";
}
