import type { Balance, Fill, Order, OrdersMessage } from "./wire";

const MOST_FILLS = 500;

/** An account's open orders, fills and balances, made of a snapshot and every change after it. */
export class Own {
  readonly #open = new Map<string, Order>();
  readonly #balances = new Map<string, Balance>();
  #fills: Fill[] = [];
  #sequence: number | null = null;

  /** The position of the last message, to resume behind; null where only a snapshot will do. */
  get sequence(): number | null {
    return this.#sequence;
  }

  /** Newest first. */
  get open(): Order[] {
    return [...this.#open.values()].sort((a, b) => b.created_at - a.created_at || (a.order_id < b.order_id ? 1 : -1));
  }

  /** Newest first; those that were seen since the page was opened. */
  get fills(): Fill[] {
    return this.#fills;
  }

  get balances(): Balance[] {
    return [...this.#balances.values()];
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
    }
    for (const balance of message.data.balances ?? []) this.#balances.set(balance.asset, balance);
    const known = new Set(this.#fills.map(keyOf));
    const fresh = (message.data.fills ?? []).filter((fill) => !known.has(keyOf(fill)));
    this.#fills = [...fresh.reverse(), ...this.#fills].slice(0, MOST_FILLS);
    this.#sequence = message.sequence;
    return "applied";
  }

  /** What was missed cannot be had any more: only a snapshot can follow. */
  interrupt(): void {
    this.#sequence = null;
  }

  clear(): void {
    this.#open.clear();
    this.#balances.clear();
    this.#fills = [];
    this.#sequence = null;
  }
}

export function isOpen(order: Order): boolean {
  return order.status === "open" || order.status === "partially_filled";
}

function keyOf(fill: Fill): string {
  return `${fill.trade_id}/${fill.order_id}`;
}
