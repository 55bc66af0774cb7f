import type { FeedState } from "../wire";

const GLYPH: Record<FeedState, string> = {
  live: "●",
  connecting: "○",
  syncing: "◔",
  unproven: "▨",
  stale: "◌",
  down: "✗",
};

/** A feed's state as a word and a shape, since colour alone says nothing to some. */
export function StateWord(props: { state: FeedState }) {
  return (
    <span class="state" data-state={props.state}>
      <i aria-hidden="true">{GLYPH[props.state]}</i> {props.state === "live" ? "live" : props.state.toUpperCase()}
    </span>
  );
}
