"""A connection to Strikeline that stays alive: first who you are, then what you want, from where you were.

    stream = Stream("ws://127.0.0.1:8080/ws", ["depth@SOL/USDC"])
    async for message in stream.messages():
        ...
"""

import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator

import websockets

MOST_WAIT = 5.0  # seconds between two attempts to connect


class Refused(Exception):
    """The exchange has said no; nothing was changed. `code` is stable, the words are for people."""

    def __init__(self, code: str, detail: str):
        super().__init__(f"{code}: {detail}")
        self.code = code


class OutcomeUnknown(Exception):
    """The connection was lost before the answer came: it may have been done, or not."""


class Gap(Exception):
    """A message does not follow on the one before it."""


class Stream:
    """Messages of channels, in order and without a hole, over as many connections as it takes."""

    def __init__(self, url: str, channels: list[str], key: str = "", signer=None, silence: float = 10.0):
        """`channels` by their full names (`depth@SOL/USDC`), `key` and `signer` where they are private.
        A connection on which nothing is heard for `silence` seconds, not even a pong, is given up."""
        self.url, self.channels, self.key, self.signer, self.silence = url, channels, key, signer, silence
        self.positions: dict[str, int] = {}  # the last sequence of each channel that was taken in whole
        self.connections = 0
        self._socket = None
        self._ready = asyncio.Event()
        self._failure: Exception | None = None
        self._asked: dict[int, asyncio.Future] = {}
        self._last_id = 0

    async def messages(self) -> AsyncIterator[dict]:
        """Snapshots and updates. Ends only with `Refused`: what is wrong then is not the network."""
        wait = 0.0
        try:
            while True:
                try:
                    async with self._connect() as self._socket:
                        await self._begin()
                        async for text in self._socket:
                            message, wait = json.loads(text), 0.0
                            if self._is_news(message):
                                yield message
                                # Only now: what the caller has not taken in must come again.
                                self.positions[message["channel"]] = message["sequence"]
                    reason = "closed"
                except (OSError, asyncio.TimeoutError, websockets.WebSocketException, Gap) as lost:
                    reason = f"{type(lost).__name__}: {lost}"
                self._let_go(OutcomeUnknown(reason))
                wait = min(MOST_WAIT, max(0.05, 2 * wait))
                print(f"connection {self.connections} lost ({reason}), again in {wait:.2f} s", file=sys.stderr)
                # Not all clients at the same moment.
                await asyncio.sleep(wait * random.uniform(0.5, 1))
        except Refused as refused:
            self._failure = refused
            raise
        finally:
            self._failure = self._failure or RuntimeError("the stream has ended")
            self._let_go(self._failure)
            self._ready.set()

    async def request(self, op: str, order: dict) -> dict:
        """Asks over the same connection while `messages` runs. Raises `Refused`, or `OutcomeUnknown`."""
        await self._ready.wait()
        if self._failure is not None:
            raise self._failure
        self._last_id += 1
        number, answer = self._last_id, asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            await self._socket.send(json.dumps({"op": op, "id": number, "order": order}))
            return await asyncio.wait_for(answer, self.silence)
        except (websockets.ConnectionClosed, asyncio.TimeoutError) as lost:
            raise OutcomeUnknown(f"no answer to {op}") from lost
        finally:
            del self._asked[number]

    def _connect(self):
        self.connections += 1
        return websockets.connect(
            self.url, open_timeout=self.silence, ping_interval=self.silence / 2, ping_timeout=self.silence / 2,
            close_timeout=1, compression=None, max_size=None)  # a snapshot of a deep book is larger than 1 MiB

    async def _begin(self) -> None:
        if self.key:
            proof = self.signer.proof("AUTH", "/ws") if self.signer else {}
            await self._socket.send(json.dumps({"op": "auth", "key": self.key, **proof}))
            answer = json.loads(await asyncio.wait_for(self._socket.recv(), self.silence))
            if answer.get("code") == "signature_too_old":
                # Our clock is wrong, or the server is in its first second, in which it takes none.
                self.signer.set_clock(self._socket.response_headers["Date"])
                raise OSError(answer["detail"])
            if answer["channel"] != "auth":
                raise Refused(answer["code"], answer["detail"])
        await self._socket.send(json.dumps({"op": "subscribe", "channels": self.channels, "since": self.positions}))
        self._ready.set()

    def _is_news(self, message: dict) -> bool:
        channel = message["channel"]
        if channel == "reply":
            answer = self._asked.get(message["id"])
            if answer is not None and not answer.done():
                if message["ok"]:
                    answer.set_result(message["data"])
                else:
                    answer.set_exception(Refused(message["code"], message["detail"]))
        elif channel == "error" and message["code"] != "stream_lost":
            raise Refused(message["code"], message["detail"])
        # After stream_lost the server closes; the next connection goes on from the position, or with a snapshot.
        if channel not in self.channels:
            return False
        known, previous = self.positions.get(channel), message.get("previous")
        if previous is not None and previous != known:
            # Never seen from a sound server: whatever has happened, a snapshot is right again.
            self.positions.pop(channel, None)
            raise Gap(f"{channel}: {previous} follows on {known}")
        return True

    def _let_go(self, why: Exception) -> None:
        self._ready.clear()
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(why)
