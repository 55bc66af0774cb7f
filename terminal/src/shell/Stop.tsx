import { createMemo, onCleanup, onMount, Show } from "solid-js";
import { bots } from "../arbitrage/bots";
import { desk } from "../desk/desk";
import { zone } from "../desk/settings";
import { clock } from "../text/format";

/** Stops the bots: one key or one click, no question. What it says comes from the server, never from the click. */
export function Stop() {
  const stopped = createMemo(() => {
    const stop = desk.status.held()?.data.stop;
    return stop?.stopped === true ? stop : null;
  });
  const word = () => {
    const state = bots.stopState();
    const since = stopped();
    if (since !== null) return `STOPPED ${since.since === null ? "" : clock(since.since, zone())}`;
    if (state.phase === "asking") return `STOP REQUESTED${state.tries > 1 ? ` (${state.tries})` : ""}`;
    return "STOP";
  };
  const failed = () => {
    const state = bots.stopState();
    return state.phase === "failed" && stopped() === null ? state.fault : null;
  };
  const press = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || (event.key !== "." && event.code !== "Period")) return;
    event.preventDefault();
    void bots.stop();
  };
  onMount(() => addEventListener("keydown", press));
  onCleanup(() => removeEventListener("keydown", press));
  return (
    <span class="stop-place">
      <button
        type="button"
        class="stop"
        data-testid="stop"
        data-state={stopped() !== null ? "stopped" : bots.stopState().phase}
        aria-keyshortcuts="Control+. Meta+."
        title="no order that adds exposure is sent any more; it survives restarts"
        onClick={() => void bots.stop()}
      >
        ■ {word()} <kbd class="wide">Ctrl+.</kbd>
      </button>
      <Show when={failed()}>
        {(fault) => (
          <span class="stop-failed" role="alert" data-testid="stop-failed">
            {fault().code === "key_required" ? "a key is needed to stop: " : `${fault().code}: `}
            run <code>strikeline stop</code>
          </span>
        )}
      </Show>
    </span>
  );
}
