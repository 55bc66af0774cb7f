const SHORTEST_MS = 125;

/** The clocks of the page that the painter needs; a test hands in its own. */
export interface Frames {
  now(): number;
  next(callback: () => void): void;
}

/**
 * Newest state in, paint when the screen is ready: each key is painted at most eight times a second, at once when it has
 * been quiet, and whatever came in between is never seen nor kept.
 */
export class Painter {
  #waiting = new Map<string, () => void>();
  #painted = new Map<string, number>();
  #asked = false;

  constructor(
    private readonly frames: Frames,
    private readonly batch: (paint: () => void) => void,
  ) {}

  mark(key: string, paint: () => void): void {
    this.#waiting.set(key, paint);
    this.#ask();
  }

  /** Drops what waits for a key that is not looked at any more. */
  forget(key: string): void {
    this.#waiting.delete(key);
    this.#painted.delete(key);
  }

  #ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.frames.next(() => this.#flush());
  }

  #flush(): void {
    this.#asked = false;
    const now = this.frames.now();
    this.batch(() => {
      for (const [key, paint] of this.#waiting) {
        if (now - (this.#painted.get(key) ?? Number.NEGATIVE_INFINITY) < SHORTEST_MS) continue;
        this.#waiting.delete(key);
        this.#painted.set(key, now);
        paint();
      }
    });
    if (this.#waiting.size > 0) this.#ask();
  }
}

/** Animation frames while the page is seen; a slow timer while it is not, because frames stop then. */
export const screenFrames: Frames = {
  now: () => performance.now(),
  next: (callback) => {
    if (document.hidden) setTimeout(callback, 250);
    else requestAnimationFrame(callback);
  },
};
