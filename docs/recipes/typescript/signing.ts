// Requests signed with Ed25519: whoever reads the API key alone can do nothing with it.
//
//   node dist/signing.js new key.pem     # makes a key; its public half goes to the exchange with an API key
//   STRIKELINE_KEY=slk_… node dist/signing.js --key-file key.pem GET /api/v1/balances
//   STRIKELINE_KEY=slk_… node dist/signing.js --key-file key.pem POST /api/v1/order \
//     '{"market":"SOL/USDC","kind":"buy","price":"10","quantity":"0.5","client_id":"mine-1"}'

import {
  createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign,
} from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { exit, Refused } from "./stream.ts";

const TRIES = 4;

/** What proves that a request is its sender's. */
export interface Proof {
  timestamp: string;
  nonce: string;
  signature: string;
}

/** Signs requests: each once, for a few seconds, with the exchange's time. */
export class Signer {
  readonly #key: KeyObject;
  #offsetMs = 0; // the exchange's clock less ours

  constructor(key: KeyObject) {
    this.#key = key;
  }

  static ofFile(file: string): Signer {
    return new Signer(createPrivateKey(readFileSync(file)));
  }

  /** 32 bytes in base64, as the exchange takes them. */
  get publicKey(): string {
    return createPublicKey(this.#key).export({ format: "der", type: "spki" }).subarray(-32).toString("base64");
  }

  /** Time, nonce and signature of one request; `target` is path and query, to the letter as they are sent. */
  proof(method: string, target: string, body = ""): Proof {
    const [timestamp, nonce] = [String(Date.now() + this.#offsetMs), randomBytes(16).toString("hex")];
    const hash = createHash("sha256").update(body).digest("hex");
    const text = [method, target, hash, timestamp, nonce].join("\n");
    return { timestamp, nonce, signature: sign(null, Buffer.from(text), this.#key).toString("base64") };
  }

  /** Takes over the exchange's time from a `Date` header, which has whole seconds and may be a second old: at most half
   * a second ahead, which is taken, and at most one and a half behind. */
  setClock(date: string): void {
    this.#offsetMs = Date.parse(date) + 500 - Date.now();
  }
}

/** One signed request. Sent again only where it was refused for its time; fails with `Refused` for any other no.
 * An order whose answer is lost is safe to send again with the same client_id: as a new request. */
export async function call(
  url: string, key: string, signer: Signer, method: string, target: string, body = "",
): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    const { timestamp, nonce, signature } = signer.proof(method, target, body);
    const response = await fetch(url + target, {
      method,
      headers: {
        Authorization: `Bearer ${key}`,
        "Content-Type": "application/json",
        "X-Strikeline-Timestamp": timestamp,
        "X-Strikeline-Nonce": nonce,
        "X-Strikeline-Signature": signature,
      },
      ...(body === "" ? {} : { body }),
      signal: AbortSignal.timeout(10_000),
    });
    const answer: unknown = await response.json();
    if (response.ok) {
      return answer;
    }

    const { code, detail } = answer as { code: string; detail: string };
    if (code !== "signature_too_old" || attempt === TRIES) {
      throw new Refused(code, detail);
    }

    // Our clock is wrong, or the server is in its first second, in which it takes none: by a clock that is behind that
    // lasts up to two and a half.
    signer.setClock(response.headers.get("Date") ?? "");
    await sleep(1_000 * (attempt - 1));
  }
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: "string", default: "http://127.0.0.1:8080" },
      "key-file": { type: "string", default: "key.pem" },
    },
  });
  const [method = "GET", target = "/api/v1/balances", body = ""] = positionals;
  if (method === "new") {
    const { privateKey } = generateKeyPairSync("ed25519");
    writeFileSync(target, privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600, flag: "wx" });
    console.log(new Signer(privateKey).publicKey);
  } else {
    const signer = Signer.ofFile(values["key-file"]);
    const key = process.env["STRIKELINE_KEY"] ?? "";
    console.log(JSON.stringify(await call(values.url, key, signer, method, target, body).catch(exit)));
  }
}
