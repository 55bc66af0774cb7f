// An account: its orders, fills and balances as they change, and orders that are done once, whatever is lost.
//
//   STRIKELINE_KEY=slk_… node dist/trader.js --market SOL/USDC --kind buy --price 10 --quantity 0.5 --count 3
//
// places so many orders, takes each back, and prints what came of them.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Signer } from "./signing.ts";
import { exit, type Message, OutcomeUnknown, Refused, Stream, type StreamOptions } from "./stream.ts";

const PASSING = new Set(["outcome_unknown", "rate_limited", "exchange_busy"]); // the same request may be sent again

export interface Order {
  market: string;
  kind: "buy" | "sell";
  type?: "limit" | "market" | "stop" | "stop_limit";
  price?: string;
  quantity?: string;
  client_id?: string;
  [further: string]: unknown;
}

export interface OrderAnswer {
  order_id: string;
  client_id: string;
  status: string;
  executed_quantity: string;
  fills: { trade_id: string; price: string; quantity: string; fee: string }[];
  /** Position behind it, in every stream. */
  sequence: number;
  /** True where an earlier attempt had done it. */
  duplicate: true | null;
}

export interface Account {
  orders: { order_id: string; client_id?: string; status: string; remaining_quantity: string }[];
  balances: { asset: string; available: string; held: string }[];
  fills?: { trade_id: string; order_id: string; price: string; quantity: string; fee: string }[];
}

export class Trader {
  /** Open orders by order_id, and balances by asset. */
  readonly orders = new Map<string, Account["orders"][number]>();
  readonly balances = new Map<string, Account["balances"][number]>();
  /** Those seen here; see `missedFills`. */
  readonly fills: NonNullable<Account["fills"]> = [];
  missedFills = false;
  sequence = -1;
  readonly stream: Stream<Account>;

  #waiting: { sequence: number; resolve: () => void }[] = [];

  constructor(options: Omit<StreamOptions, "channels">) {
    this.stream = new Stream<Account>({ ...options, channels: ["orders"] }, (message) => this.#take(message));
  }

  /** Places an order once. `duplicate` in the answer says that an earlier attempt had done it. */
  place(order: Order): Promise<OrderAnswer> {
    // The name is ours and chosen first: whatever gets lost, asking again with it does nothing twice.
    return this.#insist("order.place", { client_id: randomUUID(), ...order });
  }

  /** Takes an order back whose placing was answered; null where it was over already: filled, expired, or cancelled
   * by an attempt whose answer was lost. Placing it again with its client id tells which. */
  async cancel(market: string, clientId: string): Promise<OrderAnswer | null> {
    try {
      return await this.#insist("order.cancel", { market, client_id: clientId });
    } catch (failure) {
      if (failure instanceof Refused && failure.code === "unknown_order") {
        return null;
      }

      throw failure;
    }
  }

  /** Waits until `orders` and `balances` hold everything up to an answer's `sequence`. */
  seen(sequence: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ sequence, resolve });
      this.#wake();
    });
  }

  async #insist(op: string, order: object): Promise<OrderAnswer> {
    // No order before the account is known: what came of it would be in no update.
    await this.seen(0);
    for (;;) {
      try {
        return await this.stream.request<OrderAnswer>(op, order);
      } catch (failure) {
        const isLost = failure instanceof OutcomeUnknown;
        if (!isLost && !(failure instanceof Refused && PASSING.has(failure.code))) {
          throw failure;
        }

        // A moment for the lost connection to be noticed: then the next request waits for the next one.
        await sleep(isLost ? 10 : 1_000);
      }
    }
  }

  #take({ type, sequence, data }: Message<Account>): void {
    if (type === "snapshot") {
      // Orders and balances are whole again. Fills of a hole are in GET /api/v1/fills, some milliseconds later.
      this.missedFills ||= this.sequence >= 0;
      this.orders.clear();
    }

    for (const order of data.orders) {
      if (order.status === "open" || order.status === "partially_filled") {
        this.orders.set(order.order_id, order);
      } else {
        this.orders.delete(order.order_id);
      }
    }

    for (const balance of data.balances) {
      this.balances.set(balance.asset, balance);
    }

    this.fills.push(...(data.fills ?? []));
    this.sequence = sequence;
    this.#wake();
  }

  #wake(): void {
    for (const { resolve } of this.#waiting.filter((one) => one.sequence <= this.sequence)) {
      resolve();
    }

    this.#waiting = this.#waiting.filter((one) => one.sequence > this.sequence);
  }
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const { values } = parseArgs({
    options: {
      url: { type: "string", default: "ws://127.0.0.1:8080/ws" },
      market: { type: "string", default: "SOL/USDC" },
      kind: { type: "string", default: "buy" },
      price: { type: "string", default: "1" },
      quantity: { type: "string", default: "1" },
      count: { type: "string", default: "1" },
      "key-file": { type: "string" }, // private key (PEM) of an API key that must sign
      silence: { type: "string", default: "10" }, // seconds after which a mute connection is given up
    },
  });
  const { market, price, quantity } = values;
  const kind = values.kind === "sell" ? "sell" : "buy";
  const keyFile = values["key-file"];
  const trader = new Trader({
    url: values.url,
    key: process.env["STRIKELINE_KEY"], // on the command line everybody on the machine would see it
    signer: keyFile === undefined ? undefined : Signer.ofFile(keyFile),
    silenceMs: 1_000 * Number(values.silence),
  });
  const trade = async (): Promise<void> => {
    let last = 0;
    for (let i = 0; i < Number(values.count); i++) {
      const placed = await trader.place({ market, kind, price, quantity });
      console.log(JSON.stringify({ placed }));
      const cancelled = await trader.cancel(market, placed.client_id);
      console.log(JSON.stringify({ cancelled }));
      last = Math.max(last, placed.sequence, cancelled?.sequence ?? 0);
    }

    await trader.seen(last);
    console.log(JSON.stringify({
      sequence: trader.sequence, connections: trader.stream.connections,
      orders: [...trader.orders.values()], balances: [...trader.balances.values()],
      fills: trader.fills, missed_fills: trader.missedFills,
    }));
    trader.stream.stop();
  };
  await Promise.all([trader.stream.run(), trade()]).catch(exit);
}
