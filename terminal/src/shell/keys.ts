/** What a key press means; `null` where it means nothing here. */
export type Command =
  | { do: "page"; index: number }
  | { do: "asset"; key: string }
  | { do: "window"; step: 1 | -1 }
  | { do: "zone" | "freeze" | "help" | "close" };

interface Press {
  key: string;
  code: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

const SEQUENCE_MS = 1_500;

/** Reads keys into commands, `g` then a letter included. Single letters can be switched off; Alt+digit stays. */
export class KeyReader {
  #gAt = Number.NEGATIVE_INFINITY;

  read(press: Press, now: number, lettersOn: boolean): Command | null {
    const afterG = now - this.#gAt < SEQUENCE_MS;
    this.#gAt = Number.NEGATIVE_INFINITY;
    if (press.ctrlKey || press.metaKey) return null;
    if (press.altKey) {
      const digit = /^Digit([1-9])$/.exec(press.code);
      return digit === null ? null : { do: "page", index: Number(digit[1]) - 1 };
    }
    if (press.key === "Escape") return { do: "close" };
    if (!lettersOn) return null;
    if (afterG && /^[bes]$/.test(press.key)) return { do: "asset", key: press.key };
    switch (press.key) {
      case "g":
        this.#gAt = now;
        return null;
      case "1":
      case "2":
      case "3":
      case "4":
        return { do: "page", index: Number(press.key) - 1 };
      case "[":
        return { do: "window", step: -1 };
      case "]":
        return { do: "window", step: 1 };
      case "t":
        return { do: "zone" };
      case "f":
        return { do: "freeze" };
      case "?":
        return { do: "help" };
      default:
        return null;
    }
  }
}
