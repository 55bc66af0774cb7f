/**
 * Amounts on their way to an order: whole numbers of the smallest unit, never floating point. `decimals` says how many
 * of the digits stand behind the point.
 */

const DECIMAL = /^(\d+)(?:\.(\d*))?$|^\.(\d+)$/;

/** What a person has typed as a plain decimal ("1.5", ".5" and "2." are allowed), or null where it is none. */
export function typed(text: string): string | null {
  const match = DECIMAL.exec(text.trim());
  if (match === null) return null;
  const whole = (match[1] ?? "0").replace(/^0+(?=\d)/, "");
  const fraction = match[2] ?? match[3] ?? "";
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** A plain decimal in units of 10^-decimals, or null where it has more decimals than that. */
export function unitsOf(text: string, decimals: number): bigint | null {
  const [whole = "0", fraction = ""] = text.split(".");
  const spare = fraction.slice(decimals);
  if (/[^0]/.test(spare)) return null;
  return BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, "0"));
}

/** Units of 10^-decimals as the shortest plain decimal. */
export function textOf(units: bigint, decimals: number): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  const fraction = digits.slice(cut).replace(/0+$/, "");
  const shown = fraction === "" ? digits.slice(0, cut) : `${digits.slice(0, cut)}.${fraction}`;
  return negative ? `-${shown}` : shown;
}

/** The product of two plain decimals, exactly. */
export function times(a: string, b: string): string {
  const [left, right] = [decimalsIn(a), decimalsIn(b)];
  return textOf(unitsOf(a, left)! * unitsOf(b, right)!, left + right);
}

/** The sum of two plain decimals, exactly. */
export function plus(a: string, b: string): string {
  return combine(a, b, (left, right) => left + right);
}

/** The difference of two plain decimals, exactly; below zero with a minus. */
export function minus(a: string, b: string): string {
  return combine(a, b, (left, right) => left - right);
}

/** Below zero where a < b; both plain decimals that are not negative. */
export function compare(a: string, b: string): number {
  const decimals = Math.max(decimalsIn(a), decimalsIn(b));
  const difference = unitsOf(a, decimals)! - unitsOf(b, decimals)!;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** How many whole steps go into a value: floor(value / step). */
export function stepsIn(value: string, step: string): bigint {
  const decimals = Math.max(decimalsIn(value), decimalsIn(step));
  return unitsOf(value, decimals)! / unitsOf(step, decimals)!;
}

/** So many steps as a plain decimal. */
export function ofSteps(steps: bigint, step: string): string {
  const decimals = decimalsIn(step);
  return textOf(steps * unitsOf(step, decimals)!, decimals);
}

/** True for a whole number of steps. */
export function isOnGrid(value: string, step: string): boolean {
  return compare(ofSteps(stepsIn(value, step), step), value) === 0;
}

/** value / by, cut off after so many decimals; null where by is zero. */
export function quotient(value: string, by: string, decimals: number): string | null {
  const common = Math.max(decimalsIn(value), decimalsIn(by));
  const divisor = unitsOf(by, common)!;
  if (divisor === 0n) return null;
  return textOf((unitsOf(value, common)! * 10n ** BigInt(decimals)) / divisor, decimals);
}

/** The share of a value, rounded up to so many decimals: fees are rounded up. */
export function feeOf(value: string, share: string, decimals: number): string {
  const exact = times(value, share);
  const spare = decimalsIn(exact) - decimals;
  if (spare <= 0) return exact;
  const cut = 10n ** BigInt(spare);
  const units = unitsOf(exact, decimals + spare)!;
  return textOf((units + cut - 1n) / cut, decimals);
}

/** Decimals that a plain decimal carries. */
export function decimalsIn(text: string): number {
  const point = text.indexOf(".");
  return point < 0 ? 0 : text.length - point - 1;
}

function combine(a: string, b: string, how: (a: bigint, b: bigint) => bigint): string {
  const decimals = Math.max(decimalsIn(a), decimalsIn(b));
  return textOf(how(unitsOf(a, decimals)!, unitsOf(b, decimals)!), decimals);
}
