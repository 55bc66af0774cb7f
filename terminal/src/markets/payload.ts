import { toDecimals } from "../text/decimal";
import type { Quote } from "../wire";

const SIZE = 168;
const DOMAIN = "STRIKELINE-QUOTE";
const VERSION = 1;
const PRICE_DECIMALS = 8;
const PROBABILITY_DECIMALS = 6;
const QUANTITY_DECIMALS = 6;

/** What the signed bytes say (docs/quote-format.md), in the units in which they say it. */
export interface SignedTerms {
  symbol: string;
  strikeE8: bigint;
  upPricePpm: number;
  downPricePpm: number;
  upProbabilityPpm: number;
  expiryMs: bigint;
  generatedAtMs: bigint;
  validUntilMs: bigint;
  maxQuantityE6: bigint;
}

/** Reads the canonical bytes of a quote, or null where they are of another format. */
export function termsOf(payload: Uint8Array): SignedTerms | null {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (payload.length !== SIZE || name(payload, 0, 16) !== DOMAIN || view.getUint16(16, true) !== VERSION) return null;
  const scales = [PRICE_DECIMALS, PROBABILITY_DECIMALS, QUANTITY_DECIMALS];
  if (scales.some((decimals, i) => payload[20 + i] !== decimals)) return null;
  return {
    symbol: name(payload, 40, 16),
    strikeE8: view.getBigInt64(104, true),
    upPricePpm: view.getInt32(120, true),
    downPricePpm: view.getInt32(124, true),
    upProbabilityPpm: view.getInt32(128, true),
    expiryMs: view.getBigInt64(136, true),
    generatedAtMs: view.getBigInt64(144, true),
    validUntilMs: view.getBigInt64(152, true),
    maxQuantityE6: view.getBigInt64(160, true),
  };
}

/** True where the signed bytes say what the ladder shows. */
export function agree(terms: SignedTerms, quote: Quote): boolean {
  return (
    terms.symbol === quote.symbol &&
    numberOf(terms.strikeE8, PRICE_DECIMALS) === quote.strike &&
    terms.upPricePpm === ppm(quote.up_price) &&
    terms.downPricePpm === ppm(quote.down_price) &&
    terms.upProbabilityPpm === ppm(quote.up_probability) &&
    terms.expiryMs === BigInt(quote.expiry_ts) &&
    terms.generatedAtMs === BigInt(quote.generated_at) &&
    terms.validUntilMs === BigInt(quote.valid_until) &&
    terms.maxQuantityE6 === units(quote.max_quantity, QUANTITY_DECIMALS)
  );
}

function name(payload: Uint8Array, at: number, size: number): string {
  let text = "";
  for (const code of payload.subarray(at, at + size)) if (code !== 0) text += String.fromCharCode(code);
  return text;
}

function units(text: string, decimals: number): bigint {
  return BigInt(toDecimals(text, decimals).replace(".", ""));
}

/** What a reader of JSON makes of the exact decimal: where it has too many digits, the same rounding on both sides. */
function numberOf(units: bigint, decimals: number): number {
  const digits = units.toString().padStart(decimals + 1, "0");
  return Number(`${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`);
}

function ppm(value: number): number {
  return Math.round(value * 10 ** PROBABILITY_DECIMALS);
}
