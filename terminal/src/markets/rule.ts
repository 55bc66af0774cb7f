/** A settlement rule, as far as its name tells. */
export interface Rule {
  /** How long before the expiry the price counts, in seconds. */
  seconds: number;
  words: string;
}

/** Reads the name of a rule (`MEAN60S-GE`), or null where this page does not know it. */
export function ruleOf(id: string | undefined): Rule | null {
  const seconds = Number(/^MEAN(\d{1,5})S-GE$/.exec(id ?? "")?.[1] ?? 0);
  return seconds === 0
    ? null
    : { seconds, words: `mean of the last ${seconds} one-second prices; at or above pays UP` };
}

/** How many of the closing window's seconds are over, or null before it begins; all of them once it has ended. */
export function closingSeconds(rule: Rule | null, leftMs: number | null): number | null {
  if (rule === null || leftMs === null || leftMs > rule.seconds * 1000) return null;
  return Math.min(rule.seconds, Math.floor(rule.seconds - leftMs / 1000));
}
