import type { Balance, Fill, Order, OrdersMessage } from "./wire";

const MOST_FILLS = 500;
const MOST_SEEN = 500;

/** An account's open orders, fills and balances, made of a snapshot and every change after it. */
export class Own {
  readonly #open = new Map<string, Order>();
  readonly #seen = new Map<string, Order>();
  readonly #balances = new Map<string, Balance>();
  #fills: Fill[] = [];
  #status: string | null = null;
  #sequence: number | null = null;

  /** The position of the last message, to resume behind; null where only a snapshot will do. */
  get sequence(): number | null {
    return this.#sequence;
  }

  /** Newest first. */
  get open(): Order[] {
    return [...this.#open.values()].sort(newestOrder);
  }

  /** Every order that the stream has told of as it is now, whatever has become of it; the last ones only. */
  get seen(): Order[] {
    return [...this.#seen.values()];
  }

  /** Newest first. */
  get fills(): Fill[] {
    return this.#fills;
  }

  get balances(): Balance[] {
    return [...this.#balances.values()];
  }

  /** What the account may be used for: `open`, `cancel_only`, `halted`; null where nobody has said it. */
  get status(): string | null {
    return this.#status;
  }

  /** Applies a message; a gap leaves everything as it was, to be shown as old. */
  take(message: OrdersMessage): "applied" | "old" | "gap" {
    if (message.type === "snapshot") {
      this.#open.clear();
      this.#balances.clear();
    } else {
      if (this.#sequence === null) return "gap";
      if (message.sequence <= this.#sequence) return "old";
      if (message.previous !== null && message.previous !== this.#sequence) {
        this.#sequence = null;
        return "gap";
      }
    }
    for (const order of message.data.orders) {
      if (isOpen(order)) this.#open.set(order.order_id, order);
      else this.#open.delete(order.order_id);
      this.#seen.delete(order.order_id);
      this.#seen.set(order.order_id, order);
      for (const oldest of this.#seen.keys()) {
        if (this.#seen.size <= MOST_SEEN) break;
        this.#seen.delete(oldest);
      }
    }
    for (const balance of message.data.balances ?? []) this.#balances.set(balance.asset, balance);
    this.addFills(message.data.fills ?? []);
    this.#status = message.data.status ?? this.#status;
    this.#sequence = message.sequence;
    return "applied";
  }

  /** Fills from the stream or from the record; each is kept once. */
  addFills(fills: Fill[]): void {
    this.#fills = mergeFills(this.#fills, fills).slice(0, MOST_FILLS);
  }

  /** What was missed cannot be had any more: only a snapshot can follow. */
  interrupt(): void {
    this.#sequence = null;
  }

  clear(): void {
    this.#open.clear();
    this.#seen.clear();
    this.#balances.clear();
    this.#fills = [];
    this.#status = null;
    this.#sequence = null;
  }
}

export function isOpen(order: Order): boolean {
  return order.status === "open" || order.status === "partially_filled";
}

/** Fills of two sources, each once, newest first. */
export function mergeFills(some: Fill[], others: Fill[]): Fill[] {
  const all = new Map([...some, ...others].map((fill) => [keyOf(fill), fill]));
  return [...all.values()].sort((a, b) => b.at - a.at || (BigInt(b.trade_id) > BigInt(a.trade_id) ? 1 : -1));
}

/**
 * The record's pages and what the stream has told since, each order once as it is now, newest first. An order that is
 * older than the pages reach comes with a later page: shown before, it would hide that others are missing.
 */
export function mergeOrders(pages: Order[], seen: Order[], isWhole: boolean): Order[] {
  const all = new Map(pages.map((order) => [order.order_id, order]));
  const oldest = pages.at(-1)?.created_at ?? 0;
  for (const order of seen) {
    const known = all.get(order.order_id);
    const isNewer = known === undefined ? isWhole || order.created_at >= oldest : order.sequence > known.sequence;
    if (isNewer) all.set(order.order_id, order);
  }
  return [...all.values()].sort(newestOrder);
}

function newestOrder(a: Order, b: Order): number {
  return b.created_at - a.created_at || (BigInt(b.order_id) > BigInt(a.order_id) ? 1 : -1);
}

function keyOf(fill: Fill): string {
  return `${fill.trade_id}/${fill.order_id}`;
}
