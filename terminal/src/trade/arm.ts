/**
 * Money moves in two distinct presses: the first arms, the second sends. The second counts only where the key was let go
 * of in between, not before 150 ms (a double click is one press) and not after 5 s.
 */
export class TwoPress {
  #armedAt: number | null = null;
  #released = true;

  /** What a press does; `held` for a key's repetition. */
  press(now: number, held: boolean): "arm" | "send" | "nothing" {
    if (held) return "nothing";
    if (this.#armedAt === null || now - this.#armedAt > LONGEST_MS) {
      this.#armedAt = now;
      this.#released = false;
      return "arm";
    }
    if (!this.#released || now - this.#armedAt < SHORTEST_MS) return "nothing";
    this.#armedAt = null;
    return "send";
  }

  release(): void {
    this.#released = true;
  }

  disarm(): void {
    this.#armedAt = null;
  }
}

export const SHORTEST_MS = 150;
export const LONGEST_MS = 5_000;
