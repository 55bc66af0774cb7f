// Follows one market's book: a snapshot, then every difference; exact at every sequence.
//
//   node dist/book.js --market SOL/USDC            # the best five levels whenever something changes
//   node dist/book.js --market SOL/USDC --json     # the whole book, one line of JSON each time

import { parseArgs } from "node:util";
import { exit, type Message, Stream } from "./stream.ts";

/** Price and quantity as they were sent: decimal text, one spelling for each number. */
export type Level = [price: string, quantity: string];

export interface Depth {
  bids: Level[];
  asks: Level[];
}

/** Price levels by side. */
export class Book {
  sequence = 0;
  readonly bids = new Map<string, string>();
  readonly asks = new Map<string, string>();

  /** Takes a snapshot or a difference; the stream has seen to it that it follows. */
  apply(message: Message<Depth>): void {
    for (const side of ["bids", "asks"] as const) {
      const levels = this[side];
      if (message.type === "snapshot") {
        levels.clear();
      }

      for (const [price, quantity] of message.data[side]) {
        if (quantity === "0") {
          levels.delete(price);
        } else {
          levels.set(price, quantity);
        }
      }
    }

    this.sequence = message.sequence;
  }

  /** Both sides, best first. */
  best(count?: number): Depth {
    const sorted = (levels: Map<string, string>, sign: 1 | -1): Level[] =>
      [...levels].sort(([one], [other]) => sign * (Number(one) - Number(other))).slice(0, count);
    return { bids: sorted(this.bids, -1), asks: sorted(this.asks, 1) };
  }
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const { values } = parseArgs({
    options: {
      url: { type: "string", default: "ws://127.0.0.1:8080/ws" },
      market: { type: "string", default: "SOL/USDC" },
      silence: { type: "string", default: "10" }, // seconds after which a mute connection is given up
      json: { type: "boolean", default: false },
      every: { type: "string", default: "1" }, // print every so many messages, and each snapshot
    },
  });
  const book = new Book();
  const options = { url: values.url, channels: [`depth@${values.market}`], silenceMs: 1_000 * Number(values.silence) };
  let seen = 0;
  const stream = new Stream<Depth>(options, (message) => {
    book.apply(message);
    seen++;
    if (seen % Number(values.every) !== 0 && message.type !== "snapshot") {
      return;
    }

    if (values.json) {
      const head = { sequence: book.sequence, type: message.type, connection: stream.connections, messages: seen };
      console.log(JSON.stringify({ ...head, ...book.best() }));
    } else {
      const { bids, asks } = book.best(5);
      const text = (levels: Level[]): string => levels.map(([price, quantity]) => `${quantity}@${price}`).join(" ");
      console.log(`${book.sequence} ${text(bids.reverse())} | ${text(asks)}`);
    }
  });
  await stream.run().catch(exit);
}
