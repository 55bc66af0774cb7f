import { createEffect, createSignal, on, onCleanup, Show } from "solid-js";
import { compareDecimals } from "../text/decimal";
import { Unknown } from "./Blanks";

/** A market value that may be shown: never without its age, which is null only where the value is, too. */
export interface Aged {
  text: string | null;
  /** The plain decimal behind the text, for telling up from down. */
  plain: string | null;
  ageMs: number | null;
  state: "fresh" | "late" | "stale";
  why: string | null;
}

const SHOWN_MS = 1_000;

/**
 * The one way a price gets on screen: dimmed when stale, "—" when unknown, and, unless it is to be quiet, with its
 * direction for a second after a change.
 */
export function Figure(props: { of: Aged; arrow?: boolean; quiet?: boolean; testid?: string }) {
  const [move, setMove] = createSignal<"up" | "down" | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  createEffect(
    on(
      () => props.of.plain,
      (plain, before) => {
        if (props.quiet || plain === null || before === undefined || before === null) return;
        const difference = compareDecimals(plain, before);
        if (difference === 0) return;
        setMove(difference > 0 ? "up" : "down");
        clearTimeout(timer);
        timer = setTimeout(() => setMove(null), SHOWN_MS);
      },
    ),
  );
  onCleanup(() => clearTimeout(timer));
  return (
    <span class="figure" data-state={props.of.state} data-move={move()} data-testid={props.testid}>
      {props.of.text ?? <Unknown why={props.of.why} />}
      <Show when={props.arrow}>
        <i class="arrow" aria-hidden="true">
          {move() === "up" ? "▲" : move() === "down" ? "▼" : " "}
        </i>
      </Show>
    </span>
  );
}

/** Fresh up to a second, late up to three, stale after: no quote is signed on a price older than that. */
export function freshness(ageMs: number | null): Aged["state"] {
  if (ageMs === null || ageMs > 3_000) return "stale";
  return ageMs > 1_000 ? "late" : "fresh";
}
