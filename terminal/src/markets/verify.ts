import { type Accessor, createEffect, createSignal, on } from "solid-js";
import type { SignedMarket } from "../wire";
import { fromBase58 } from "./base58";
import { agree, termsOf } from "./payload";

/**
 * What this browser found out by itself: `valid` where the signature is good and the signed bytes say what is shown,
 * `differs` where they say something else, `unreadable` where they are of a format that this page does not know.
 */
export type Check = "valid" | "differs" | "invalid" | "unreadable" | "unsupported" | "checking";

/** Checks the newest quote; one that stays is checked once. */
export function signatureOf(signed: Accessor<SignedMarket | null>): Accessor<Check> {
  const [check, setCheck] = createSignal<Check>("checking");
  createEffect(
    on(
      () => signed()?.signature,
      () => {
        const one = signed();
        if (one === null) return;
        verify(one).then((found) => {
          if (signed()?.signature === one.signature) setCheck(found);
        });
      },
    ),
  );
  return check;
}

/** Needs a browser with Ed25519 in WebCrypto; elsewhere `strikeline verify quote` does the same. */
export async function verify({ market, signature, signer, payload }: SignedMarket): Promise<Check> {
  const made = fromBase58(signature);
  const key = fromBase58(signer);
  if (made === null || key === null || made.length !== 64 || key.length !== 32) return "invalid";
  try {
    const bytes = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
    const imported = await keyOf(signer, key);
    if (!(await crypto.subtle.verify("Ed25519", imported, made, bytes))) return "invalid";
    const terms = termsOf(bytes);
    if (terms === null) return "unreadable";
    return agree(terms, market) ? "valid" : "differs";
  } catch (error) {
    return error instanceof DOMException && error.name === "InvalidCharacterError" ? "invalid" : "unsupported";
  }
}

let known: { signer: string; key: Promise<CryptoKey> } | null = null;

function keyOf(signer: string, raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  if (known?.signer !== signer) {
    known = { signer, key: crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]) };
  }
  return known.key;
}
