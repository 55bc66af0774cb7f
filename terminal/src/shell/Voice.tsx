import { createEffect, createSignal, on, onCleanup } from "solid-js";
import { desk } from "../desk/desk";

const QUIET_MS = 5_000;

const [said, setSaid] = createSignal("");
let waiting: string | null = null;
let spokenAt = Number.NEGATIVE_INFINITY;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says something to a screen reader, politely: at most one message in five seconds, the newest. */
export function say(text: string): void {
  waiting = text;
  if (timer !== undefined) return;
  timer = setTimeout(speak, Math.max(0, spokenAt + QUIET_MS - performance.now()));
}

function speak(): void {
  timer = undefined;
  spokenAt = performance.now();
  if (waiting !== null) setSaid(waiting);
  waiting = null;
}

/** The page's two live regions; figures themselves are never one. */
export function Voice() {
  const alert = () => (desk.link().phase === "lost" ? "Socket lost. Figures are old." : "");
  createEffect(
    on(
      () => desk.status.held()?.data.may_quote,
      (may, before) => {
        if (before !== undefined && may !== undefined) say(may ? "Quoting." : "Not quoting.");
      },
    ),
  );
  onCleanup(() => clearTimeout(timer));
  return (
    <>
      <div class="unseen" role="status" data-testid="voice">
        {said()}
      </div>
      <div class="unseen" role="alert">
        {alert()}
      </div>
    </>
  );
}
