const NARROW_SPACE = " ";
const MINUS = "−";

/** Decimals that a text carries: 2 for "1.50". */
export function decimalsOf(text: string): number {
  const point = text.indexOf(".");
  return point < 0 ? 0 : text.length - point - 1;
}

/** A number of the contract as text, never with an exponent: as many decimals as it was sent with, up to eight. */
export function plain(value: number): string {
  return value.toFixed(8).replace(/\.?0+$/, "");
}

/** Exactly this many decimals, rounded half away from zero, without leaving text for floating point. */
export function toDecimals(text: string, decimals: number): string {
  const negative = text.startsWith("-");
  const [whole = "0", fraction = ""] = (negative ? text.slice(1) : text).split(".");
  const kept = fraction.slice(0, decimals).padEnd(decimals, "0");
  let units = BigInt(whole + kept);
  if ((fraction[decimals] ?? "0") >= "5") units += 1n;
  const digits = units.toString().padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  const shown = decimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return negative && units !== 0n ? `-${shown}` : shown;
}

/** Groups of three before the point, and a true minus. */
export function grouped(text: string): string {
  const negative = text.startsWith("-");
  const body = negative ? text.slice(1) : text;
  const point = body.indexOf(".");
  const whole = point < 0 ? body : body.slice(0, point);
  let shown = "";
  for (let i = 0; i < whole.length; i++) {
    if (i > 0 && (whole.length - i) % 3 === 0) shown += NARROW_SPACE;
    shown += whole[i];
  }
  if (point >= 0) shown += body.slice(point);
  return negative ? MINUS + shown : shown;
}

/** A price with fixed decimals, grouped. */
export function price(text: string, decimals: number): string {
  return grouped(toDecimals(text, decimals));
}

/** A size: fixed decimals (one at least), and never a zero where there is something. */
export function size(text: string, decimals: number): string {
  const shown = toDecimals(text, decimals);
  if (Number(shown) !== 0 || Number(text) === 0) return grouped(shown);
  return `<${toDecimals(`0.${"0".repeat(decimals - 1)}1`, decimals)}`;
}

/** A limit: as written but for trailing zeros, cut to two decimals, since rounding up would promise too much. */
export function quantity(text: string): string {
  const point = text.indexOf(".");
  if (point < 0) return grouped(text);
  return grouped(text.slice(0, point + 3).replace(/\.?0*$/, ""));
}

/** Compares two decimals exactly: below zero where a < b. */
export function compareDecimals(a: string, b: string): number {
  const decimals = Math.max(decimalsOf(a), decimalsOf(b));
  const difference = BigInt(scaled(a, decimals)) - BigInt(scaled(b, decimals));
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function scaled(text: string, decimals: number): string {
  return toDecimals(text, decimals).replace(".", "");
}
