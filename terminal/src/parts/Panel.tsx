import { createUniqueId, type JSX, Match, Show, Switch } from "solid-js";
import { type Channel, desk } from "../desk/desk";
import { type Held, sinceSent } from "../desk/held";
import { age } from "../text/format";
import { Failed, Loading } from "./Blanks";

const SILENT_MS = 3_000;

/** One question, answered: a titled area. */
export function Panel(props: {
  title: string;
  testid: string;
  class?: string;
  aside?: JSX.Element;
  children: JSX.Element;
}) {
  const id = createUniqueId();
  return (
    <section class={`panel ${props.class ?? ""}`} data-testid={props.testid} aria-labelledby={id}>
      <header class="panel-head">
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  );
}

/** Shows a channel's newest state, or which kind of nothing there is; what is old stays, dimmed, with its age. */
export function Fed<T extends object>(props: {
  channel: Channel<T>;
  what: string;
  children: (held: () => Held<T>) => JSX.Element;
}) {
  const silentMs = () => {
    const held = props.channel.held();
    return held === null ? 0 : sinceSent(held, desk.now());
  };
  const silent = () => silentMs() > SILENT_MS;
  return (
    <div class="fed-frame">
      <Show when={props.channel.fault()}>{(fault) => <Failed fault={fault()} />}</Show>
      <Show when={silent()}>
        <p class="silent" data-testid="silent">
          NO UPDATE {age(silentMs())}
        </p>
      </Show>
      <Switch>
        <Match when={props.channel.held()}>
          {(held) => (
            <div class="fed" classList={{ dim: silent() || props.channel.fault() !== null }}>
              {props.children(held)}
            </div>
          )}
        </Match>
        <Match when={props.channel.fault() === null}>
          <Loading what={props.what} since={props.channel.asked()} />
        </Match>
      </Switch>
    </div>
  );
}
