const FIRST_MS = 250;
const LONGEST_MS = 5_000;

/** How long to wait before attempt n (0 is the first after a loss): doubling, half of it random, for ever. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return full / 2 + (full / 2) * random;
}
