#!/usr/bin/env python3
"""An account: its orders, fills and balances as they change, and orders that are done once, whatever is lost.

    STRIKELINE_KEY=slk_… python3 trader.py --market SOL/USDC --kind buy --price 10 --quantity 0.5 --count 3

places so many orders, takes each back, and prints what came of them.
"""

import argparse
import asyncio
import json
import os
import sys
import uuid
from contextlib import suppress
from pathlib import Path

from signing import Signer
from stream import OutcomeUnknown, Refused, Stream

CHANNEL = "orders"
OPEN = ("open", "partially_filled")
PASSING = ("outcome_unknown", "rate_limited", "exchange_busy")  # the same request may be sent again


class Trader:
    """`async with Trader(url, key) as trader:`; inside, `orders` and `balances` follow the exchange."""

    def __init__(self, url: str, key: str, signer: Signer | None = None, silence: float = 10.0):
        self.stream = Stream(url, [CHANNEL], key, signer, silence)
        self.orders: dict[str, dict] = {}  # open orders by order_id
        self.balances: dict[str, dict] = {}  # by asset
        self.fills: list[dict] = []  # those seen here; see missed_fills
        self.missed_fills = False
        self.sequence = -1
        self._news = asyncio.Condition()

    async def __aenter__(self) -> "Trader":
        self._task = asyncio.create_task(self._follow())
        # No order before the account is known: what came of it would be in no update.
        await self.seen(0)
        return self

    async def __aexit__(self, *_) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError, Refused):
            await self._task

    async def place(self, **order) -> dict:
        """Places an order once. Returns what came of it; `duplicate` says that an earlier attempt had done it."""
        # The name is ours and chosen first: whatever gets lost, asking again with it does nothing twice.
        order.setdefault("client_id", str(uuid.uuid4()))
        return await self._insist("order.place", order)

    async def cancel(self, market: str, client_id: str) -> dict | None:
        """Takes an order back whose placing was answered; None where it was over already: filled, expired, or
        cancelled by an attempt whose answer was lost. Placing it again with its client id tells which."""
        try:
            return await self._insist("order.cancel", {"market": market, "client_id": client_id})
        except Refused as refused:
            if refused.code == "unknown_order":
                return None
            raise

    async def seen(self, sequence: int) -> None:
        """Waits until `orders` and `balances` hold everything up to an answer's `sequence`."""
        async with self._news:
            await self._news.wait_for(lambda: self._task.done() or self.sequence >= sequence)
        if self._task.done():
            await self._task

    async def _insist(self, op: str, order: dict) -> dict:
        while True:
            try:
                return await self.stream.request(op, order)
            except OutcomeUnknown:
                # A moment for the lost connection to be noticed: then the next request waits for the next one.
                await asyncio.sleep(0.01)
            except Refused as refused:
                if refused.code not in PASSING:
                    raise
                await asyncio.sleep(1)

    async def _follow(self) -> None:
        try:
            async for message in self.stream.messages():
                self._take(message)
                async with self._news:
                    self._news.notify_all()
        finally:
            async with self._news:
                self._news.notify_all()

    def _take(self, message: dict) -> None:
        data = message["data"]
        if message["type"] == "snapshot":
            # Orders and balances are whole again. Fills of a hole are in GET /api/v1/fills, some milliseconds later.
            self.missed_fills |= self.sequence >= 0
            self.orders.clear()
        for order in data["orders"]:
            if order["status"] in OPEN:
                self.orders[order["order_id"]] = order
            else:
                self.orders.pop(order["order_id"], None)
        for balance in data["balances"]:
            self.balances[balance["asset"]] = balance
        self.fills += data.get("fills", [])
        self.sequence = message["sequence"]


async def main() -> None:
    parser = argparse.ArgumentParser(description="Places orders and takes them back, each exactly once.")
    parser.add_argument("--url", default="ws://127.0.0.1:8080/ws")
    parser.add_argument("--market", default="SOL/USDC")
    parser.add_argument("--kind", choices=("buy", "sell"), default="buy")
    parser.add_argument("--price", required=True)
    parser.add_argument("--quantity", required=True)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--key-file", type=Path, help="private key (PEM) of an API key that must sign")
    parser.add_argument("--silence", type=float, default=10, help="seconds after which a mute connection is given up")
    options = parser.parse_args()

    # A secret on the command line would be seen by everybody on the machine.
    key, signer = os.environ["STRIKELINE_KEY"], options.key_file and Signer.of_file(options.key_file)
    async with Trader(options.url, key, signer, options.silence) as trader:
        last = 0
        for _ in range(options.count):
            placed = await trader.place(
                market=options.market, kind=options.kind, price=options.price, quantity=options.quantity)
            print(json.dumps({"placed": placed}), flush=True)
            cancelled = await trader.cancel(options.market, placed["client_id"])
            print(json.dumps({"cancelled": cancelled}), flush=True)
            last = max(last, placed["sequence"], cancelled["sequence"] if cancelled else 0)
        await trader.seen(last)
        print(json.dumps({
            "sequence": trader.sequence, "connections": trader.stream.connections,
            "orders": list(trader.orders.values()), "balances": list(trader.balances.values()),
            "fills": trader.fills, "missed_fills": trader.missed_fills,
        }), flush=True)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
    except Refused as refused:
        sys.exit(f"refused: {refused}")
