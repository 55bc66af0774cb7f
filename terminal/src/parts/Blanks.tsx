import { createSignal, Show } from "solid-js";
import { desk } from "../desk/desk";
import type { Fault } from "../link/link";
import { age, NOTHING } from "../text/format";

/** Nothing yet: the room is kept, and after a moment it says what it waits for. */
export function Loading(props: { what: string; since: number }) {
  const waited = () => desk.now() - props.since;
  return (
    <div class="blank loading" data-testid="loading">
      <Show when={waited() > 300}>
        waiting for {props.what} {age(waited())}
      </Show>
    </div>
  );
}

/** There is nothing, and that is known. */
export function Empty(props: { what: string; next?: string | null }) {
  return (
    <div class="blank empty" data-testid="empty">
      <p>{props.what}</p>
      <Show when={props.next}>{(next) => <p class="next">{next()}</p>}</Show>
    </div>
  );
}

/** A value that nobody knows at the moment, with the reason. */
export function Unknown(props: { why: string | null }) {
  return (
    <span class="unknown" title={props.why ?? "the server gave no reason"}>
      {NOTHING}
    </span>
  );
}

/** Something broke: a code that stays the same, one sentence, the next step. */
export function Failed(props: { fault: Fault; dismiss?: () => void; retry?: () => void }) {
  const [copied, setCopied] = createSignal(false);
  const copy = () => {
    navigator.clipboard?.writeText(`${props.fault.code}: ${props.fault.detail}`).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <div class="failed" data-testid="failed">
      <p>
        <b>✗ {props.fault.code}</b> {props.fault.detail}
      </p>
      <p class="next">{props.fault.next}</p>
      <p class="acts">
        <button type="button" class="act" onClick={copy}>
          {copied() ? "copied" : "copy"}
        </button>
        <Show when={props.retry}>
          {(retry) => (
            <button type="button" class="act" onClick={() => retry()()}>
              try again
            </button>
          )}
        </Show>
        <Show when={props.dismiss}>
          {(dismiss) => (
            <button type="button" class="act" onClick={() => dismiss()()}>
              dismiss
            </button>
          )}
        </Show>
      </p>
    </div>
  );
}
