import { createSignal, Show } from "solid-js";
import type { Fault } from "../link/link";
import { Failed } from "../parts/Blanks";

/** An act that is not done by accident: its word must be typed. Stopping is cheap, this is dear. */
export function Typed(props: { word: string; act: string; send: () => Promise<Fault | null> }) {
  const [typed, setTyped] = createSignal("");
  const [fault, setFault] = createSignal<Fault | null>(null);
  const ready = () => typed().trim().toLowerCase() === props.word;
  const send = async () => {
    if (!ready()) return;
    setFault(await props.send());
    setTyped("");
  };
  return (
    <p class="acts">
      <input
        aria-label={`type ${props.word} to ${props.act}`}
        placeholder={`type ${props.word}`}
        data-testid={`${props.word}-word`}
        value={typed()}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && void send()}
      />
      <button type="button" class="act edged" data-testid={props.word} disabled={!ready()} onClick={() => void send()}>
        {props.act}
      </button>
      <Show when={fault()}>{(said) => <Failed fault={said()} />}</Show>
    </p>
  );
}
