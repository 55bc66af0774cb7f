/** One second of an asset's price; null where there was none. */
export interface Second {
  time: number;
  price: number | null;
}

const LONGEST = 3_600;

/** The last hour of a price by the data's own clock, one value a second: the last one that was seen in it. */
export class History {
  readonly seconds: Second[] = [];

  /** Notes a price at the server's time, in Unix milliseconds; older seconds are never changed. */
  note(atMs: number, price: number | null): void {
    const time = Math.floor(atMs / 1000);
    const last = this.seconds.at(-1);
    if (last !== undefined && time < last.time) return;
    if (last !== undefined && time === last.time) {
      if (price !== null) last.price = price;
      return;
    }
    this.seconds.push({ time, price });
    // A tape may leap over hours, or begin at 1970: what is kept is short in time, not only in number.
    const kept = this.seconds.findIndex((second) => second.time > time - LONGEST);
    if (kept > 0) this.seconds.splice(0, kept);
  }

  /** Fills in what the server saw before this page did, or while it was not connected; what was seen here stays. */
  fill(past: Second[]): void {
    const seen = new Map(past.map((second) => [second.time, second.price]));
    for (const { time, price } of this.seconds) seen.set(time, price ?? seen.get(time) ?? null);
    const all = [...seen].map(([time, price]) => ({ time, price })).sort((a, b) => a.time - b.time);
    const newest = all.at(-1)?.time ?? 0;
    this.seconds.splice(0, this.seconds.length, ...all.filter(({ time }) => time > newest - LONGEST));
  }

  clear(): void {
    this.seconds.length = 0;
  }

  /** Lowest, highest and last price, or null where nothing was seen. */
  summary(): { low: number; high: number; last: number; since: number } | null {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let last: number | null = null;
    let since: number | null = null;
    for (const { time, price } of this.seconds) {
      if (price === null) continue;
      low = Math.min(low, price);
      high = Math.max(high, price);
      last = price;
      since ??= time * 1000;
    }
    return last === null || since === null ? null : { low, high, last, since };
  }
}
