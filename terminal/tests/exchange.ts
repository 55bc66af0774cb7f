import type { Listener } from "../src/link/link";
import type { DepthMessage, Instrument, Level, Order, OrdersMessage } from "../src/trade/wire";

/** A market of the exchange's contract in small: a book that changes, and the messages that tell of it. */
export class FakeMarket {
  readonly bids = new Map<number, number>();
  readonly asks = new Map<number, number>();
  sequence = 100;
  #seed = 7;

  /** A number from 0 to below `below`, the same in each run. */
  random(below: number): number {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((this.#seed / 2_147_483_648) * below);
  }

  /** Changes up to four levels; a price moves from side to side now and then, as books do. */
  change(): DepthMessage {
    const previous = this.sequence;
    this.sequence += 1 + this.random(3);
    const bids: Level[] = [];
    const asks: Level[] = [];
    for (let n = 0; n <= this.random(4); n++) {
      const tick = 10_000 + this.random(40);
      const quantity = this.random(3) === 0 ? 0 : 1 + this.random(500_000);
      const [side, other, said] = this.random(2) === 0 ? [this.bids, this.asks, bids] : [this.asks, this.bids, asks];
      if (said.concat(said === bids ? asks : bids).some(([price]) => price === priceOf(tick))) continue;
      other.delete(tick);
      if (quantity > 0) side.set(tick, quantity);
      else side.delete(tick);
      said.push([priceOf(tick), quantityOf(quantity)]);
      // Of a level where nobody is any more nobody knows the side: it is taken from both.
      if (quantity === 0) (said === bids ? asks : bids).push([priceOf(tick), "0"]);
    }
    return { type: "update", previous, sequence: this.sequence, at: 1, data: { bids, asks } };
  }

  snapshot(): DepthMessage {
    return {
      type: "snapshot",
      previous: null,
      sequence: this.sequence,
      at: 1,
      data: { bids: this.levels("buy"), asks: this.levels("sell") },
    };
  }

  levels(side: "buy" | "sell"): Level[] {
    const all = [...(side === "buy" ? this.bids : this.asks)];
    all.sort(([a], [b]) => (side === "buy" ? b - a : a - b));
    return all.map(([tick, quantity]) => [priceOf(tick), quantityOf(quantity)]);
  }
}

export const sol: Instrument = {
  market: "SOL/USDC",
  base: "SOL",
  quote: "USDC",
  tick_size: "0.01",
  lot_size: "0.001",
  min_quantity: "0.001",
  max_quantity: "100000",
  max_price: "1000000",
  maker_fee: "0.0002",
  taker_fee: "0.0005",
  band: "0.1",
  status: "open",
};

export function order(part: Partial<Order>): Order {
  return {
    order_id: "1",
    client_id: null,
    market: "SOL/USDC",
    kind: "buy",
    type: "limit",
    tif: "gtc",
    post_only: false,
    price: "100",
    stop_price: null,
    triggered: null,
    quantity: "1",
    quote_quantity: null,
    display_quantity: null,
    executed_quantity: "0",
    average_price: null,
    remaining_quantity: "1",
    status: "open",
    reason: null,
    expires_at: null,
    created_at: 1,
    updated_at: 1,
    sequence: 1,
    ...part,
  };
}

export function news(part: Partial<OrdersMessage> & { data: OrdersMessage["data"] }): OrdersMessage {
  return { type: "update", previous: null, sequence: 1, at: 1, ...part };
}

/** Notes what a channel has heard. */
export class Heard implements Listener {
  messages: unknown[] = [];
  faults: string[] = [];

  constructor(readonly since: () => number | null = () => null) {}

  message(message: unknown): void {
    this.messages.push(message);
  }

  fault(fault: { code: string }): void {
    this.faults.push(fault.code);
  }
}

function priceOf(tick: number): string {
  return (tick / 100).toFixed(2).replace(/\.?0+$/, "");
}

function quantityOf(lots: number): string {
  return (lots / 1000).toFixed(3).replace(/\.?0+$/, "");
}
