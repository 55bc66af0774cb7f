#!/usr/bin/env python3
"""Requests signed with Ed25519: whoever reads the API key alone can do nothing with it.

    python3 signing.py new key.pem               # makes a key; its public half goes to the exchange with an API key
    STRIKELINE_KEY=slk_… python3 signing.py --key-file key.pem GET /api/v1/balances
    STRIKELINE_KEY=slk_… python3 signing.py --key-file key.pem POST /api/v1/order \\
        '{"market":"SOL/USDC","kind":"buy","price":"10","quantity":"0.5","client_id":"mine-1"}'
"""

import argparse
import base64
import hashlib
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key)

from stream import Refused

TRIES = 4


class Signer:
    """Signs requests: each once, for a few seconds, with the exchange's time."""

    def __init__(self, key: Ed25519PrivateKey):
        self.key = key
        self.offset_ms = 0  # the exchange's clock less ours

    @classmethod
    def of_file(cls, path: Path) -> "Signer":
        return cls(load_pem_private_key(path.read_bytes(), None))

    @property
    def public_key(self) -> str:
        """32 bytes in base64, as the exchange takes them."""
        return base64.b64encode(self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()

    def proof(self, method: str, target: str, body: bytes = b"") -> dict[str, str]:
        """Time, nonce and signature of one request; `target` is path and query, to the letter as they are sent."""
        timestamp, nonce = str(time.time_ns() // 1_000_000 + self.offset_ms), secrets.token_hex(16)
        text = "\n".join((method, target, hashlib.sha256(body).hexdigest(), timestamp, nonce))
        signature = base64.b64encode(self.key.sign(text.encode())).decode()
        return {"timestamp": timestamp, "nonce": nonce, "signature": signature}

    def set_clock(self, date: str) -> None:
        """Takes over the exchange's time from a `Date` header, which has whole seconds and may be a second old: at most
        half a second ahead, which is taken, and at most one and a half behind."""
        self.offset_ms = int(parsedate_to_datetime(date).timestamp()) * 1_000 + 500 - time.time_ns() // 1_000_000


def call(url: str, key: str, signer: Signer, method: str, target: str, body: bytes = b"") -> object:
    """One signed request. Sent again only where it was refused for its time; raises `Refused` for any other no.
    An order whose answer is lost (`OSError`) is safe to send again with the same client_id: as a new request."""
    for attempt in range(TRIES):
        proof = {f"X-Strikeline-{name.title()}": value for name, value in signer.proof(method, target, body).items()}
        request = urllib.request.Request(url + target, body or None, method=method, headers={
            "Authorization": f"Bearer {key}", "Content-Type": "application/json", **proof})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            problem = json.load(refusal)
            if problem["code"] != "signature_too_old" or attempt == TRIES - 1:
                raise Refused(problem["code"], problem["detail"]) from None
            # Our clock is wrong, or the server is in its first second, in which it takes none: by a clock that is behind
            # that lasts up to two and a half.
            signer.set_clock(refusal.headers["Date"])
            time.sleep(attempt)
    raise AssertionError


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes a key, or sends one signed request.")
    parser.add_argument("method", help="GET, POST, PATCH, DELETE; or new")
    parser.add_argument("target", help="path and query; or the file for a new key")
    parser.add_argument("body", nargs="?", default="")
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--key-file", type=Path, default="key.pem")
    options = parser.parse_args()
    if options.method == "new":
        signer = Signer(Ed25519PrivateKey.generate())
        pem = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with open(os.open(options.target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        print(signer.public_key)
        return
    signer = Signer.of_file(options.key_file)
    answer = call(
        options.url, os.environ["STRIKELINE_KEY"], signer, options.method, options.target, options.body.encode())
    print(json.dumps(answer))


if __name__ == "__main__":
    try:
        main()
    except Refused as refused:
        sys.exit(f"refused: {refused}")
