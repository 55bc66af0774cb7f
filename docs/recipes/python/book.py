#!/usr/bin/env python3
"""Follows one market's book: a snapshot, then every difference; exact at every sequence.

    python3 book.py --market SOL/USDC            # the best five levels whenever something changes
    python3 book.py --market SOL/USDC --json     # the whole book, one line of JSON each time
"""

import argparse
import asyncio
import json
import sys
from decimal import Decimal

from stream import Refused, Stream


class Book:
    """Price levels by side. Prices and quantities are decimals, exactly as they were sent."""

    def __init__(self) -> None:
        self.sequence = 0
        self.bids: dict[Decimal, Decimal] = {}
        self.asks: dict[Decimal, Decimal] = {}

    def apply(self, message: dict) -> None:
        """Takes a snapshot or a difference; the stream has seen to it that it follows."""
        for name, levels in (("bids", self.bids), ("asks", self.asks)):
            if message["type"] == "snapshot":
                levels.clear()
            for price, quantity in message["data"][name]:
                if quantity == "0":
                    levels.pop(Decimal(price), None)
                else:
                    levels[Decimal(price)] = Decimal(quantity)
        self.sequence = message["sequence"]

    def best(self, count: int | None = None) -> tuple[list, list]:
        """Bids and asks as (price, quantity), best first."""
        return sorted(self.bids.items(), reverse=True)[:count], sorted(self.asks.items())[:count]


async def main() -> None:
    parser = argparse.ArgumentParser(description="Follows one market's book.")
    parser.add_argument("--url", default="ws://127.0.0.1:8080/ws")
    parser.add_argument("--market", default="SOL/USDC")
    parser.add_argument("--silence", type=float, default=10, help="seconds after which a mute connection is given up")
    parser.add_argument("--json", action="store_true", help="print the whole book as JSON")
    parser.add_argument("--every", type=int, default=1, help="print every so many messages, and each snapshot")
    options = parser.parse_args()

    book, seen = Book(), 0
    stream = Stream(options.url, [f"depth@{options.market}"], silence=options.silence)
    async for message in stream.messages():
        book.apply(message)
        seen += 1
        if seen % options.every != 0 and message["type"] != "snapshot":
            continue
        if options.json:
            bids, asks = ([[str(price), str(quantity)] for price, quantity in side] for side in book.best())
            print(json.dumps({
                "sequence": book.sequence, "type": message["type"], "connection": stream.connections,
                "messages": seen, "bids": bids, "asks": asks,
            }), flush=True)
        else:
            bids, asks = book.best(5)
            bids, asks = ([f"{quantity}@{price}" for price, quantity in side] for side in (reversed(bids), asks))
            print(book.sequence, *bids, "|", *asks, flush=True)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
    except Refused as refused:
        sys.exit(f"refused: {refused}")
