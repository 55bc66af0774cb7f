// Checks signed markets by docs/quote-format.md with Node's own crypto.
// usage: node verify-markets.mjs < markets.json (an array of ladders); prints one JSON line; exit code 1 on a failure.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const KEY_HEAD = Buffer.from("302a300506032b6570032100", "hex");
const COLLATERAL = "USDC";

function base58(text, length) {
  let number = 0n;
  for (const digit of text) number = number * 58n + BigInt(ALPHABET.indexOf(digit));
  return Buffer.from(number.toString(16).padStart(length * 2, "0"), "hex");
}

function decimal(units, decimals) {
  const digits = String(units).padStart(decimals + 1, "0");
  const fraction = digits.slice(-decimals).replace(/0+$/, "");
  return digits.slice(0, -decimals) + (fraction === "" ? "" : `.${fraction}`);
}

function read(bytes) {
  const name = (at, size) => bytes.toString("ascii", at, at + size).replace(/\0+$/, "");
  return {
    domain: name(0, 16),
    shape: [bytes.readUInt16LE(16), bytes.readUInt16LE(18), bytes[20], bytes[21], bytes[22], bytes[23]].join(),
    environment: name(24, 16),
    symbol: name(40, 16),
    collateral: name(56, 8),
    rule_id: name(64, 24),
    key_id: bytes.toString("hex", 88, 96),
    nonce: bytes.readBigUInt64LE(96),
    strike: Number(decimal(bytes.readBigInt64LE(104), 8)),
    spot: bytes.readBigInt64LE(112),
    up_price: bytes.readInt32LE(120) / 1e6,
    down_price: bytes.readInt32LE(124) / 1e6,
    up_probability: bytes.readInt32LE(128) / 1e6,
    window: bytes.readInt32LE(132),
    expiry_ts: Number(bytes.readBigInt64LE(136)),
    generated_at: Number(bytes.readBigInt64LE(144)),
    valid_until: Number(bytes.readBigInt64LE(152)),
    max_quantity: decimal(bytes.readBigInt64LE(160), 6),
  };
}

function complaints({ market, signature, signer, payload }) {
  const bytes = Buffer.from(payload, "base64");
  const key = base58(signer, 32);
  const signed = read(bytes);
  const found = [];
  const equal = (what, left, right) => {
    if (left !== right) found.push(`${what}: ${left} is not ${right}`);
  };
  const publicKey = createPublicKey({ key: Buffer.concat([KEY_HEAD, key]), format: "der", type: "spki" });
  const made = base58(signature, 64);
  equal("signature", verify(null, bytes, publicKey, made), true);
  equal("signature over other bytes", verify(null, Buffer.concat([bytes, bytes]), publicKey, made), false);
  equal("length", bytes.length, 168);
  equal("domain", signed.domain, "STRIKELINE-QUOTE");
  equal("shape", signed.shape, "1,168,8,6,6,0");
  equal("collateral", signed.collateral, COLLATERAL);
  equal("key id", signed.key_id, createHash("sha256").update(key).digest("hex").slice(0, 16));
  equal("quote id", market.quote_id, `${signed.key_id}-${signed.nonce.toString(16).padStart(16, "0")}`);
  equal("nonce", market.nonce, String(signed.nonce));
  for (const field of ["environment", "symbol", "collateral", "rule_id", "key_id", "strike", "up_price", "down_price",
    "up_probability", "expiry_ts", "generated_at", "valid_until", "max_quantity"]) {
    equal(field, market[field], signed[field]);
  }
  if (!(signed.up_price + signed.down_price > 1)) found.push("UP and DOWN are not above 1 together");
  if (!(signed.valid_until <= signed.expiry_ts && signed.generated_at < signed.valid_until)) found.push("times");
  const fields = 15;
  equal("number of fields", Object.keys(market).length, fields);
  return found;
}

const rows = JSON.parse(readFileSync(0, "utf8")).flatMap((ladder) => ladder.markets);
const found = rows.flatMap((row) => complaints(row).map((what) => `${row.market.quote_id} ${what}`));
const distinct = (of) => [...new Set(rows.map(of))];
const environments = distinct((row) => row.market.environment);
const signers = distinct((row) => row.signer);
const key_ids = distinct((row) => row.market.key_id);
console.log(JSON.stringify({ checked: rows.length, environments, signers, key_ids, complaints: found.slice(0, 20) }));
process.exit(found.length === 0 ? 0 : 1);
