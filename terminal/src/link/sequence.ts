/** What to do with a message: show it, or drop it because something newer is already held. */
export type Verdict = "apply" | "old";

/**
 * The last sequence of each channel on one connection. Every message is a whole state, so a gap costs nothing that
 * anyone could still see: it is counted, not repaired.
 */
export class Sequences {
  #last = new Map<string, number>();
  missed = 0;

  admit(channel: string, from: number, sequence: number): Verdict {
    const last = this.#last.get(channel);
    if (last !== undefined) {
      if (sequence <= last) return "old";
      if (from > last + 1) this.missed += from - last - 1;
    }
    this.#last.set(channel, sequence);
    return "apply";
  }

  /** A channel that was left and joined again may begin anywhere. */
  forget(channel: string): void {
    this.#last.delete(channel);
  }

  /** A new connection begins anywhere, too. */
  restart(): void {
    this.#last.clear();
  }
}

/** Notices that the server was started anew, after which nothing held from before is true any more. */
export class EpochGate {
  #epoch: string | null = null;

  /** True where this epoch follows a different one. */
  changes(epoch: string): boolean {
    const changed = this.#epoch !== null && this.#epoch !== epoch;
    this.#epoch = epoch;
    return changed;
  }
}
