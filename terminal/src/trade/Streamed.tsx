import { type JSX, Match, Show, Switch } from "solid-js";
import { desk } from "../desk/desk";
import { Failed, Loading } from "../parts/Blanks";
import { age } from "../text/format";
import type { Stream } from "./session";

/** Shows a stream's newest state, or which kind of nothing there is; what is old stays, dimmed, and says so. */
export function Streamed<T extends object>(props: {
  stream: Stream<T>;
  what: string;
  children: (value: () => T) => JSX.Element;
}) {
  const catching = () => props.stream.phase() === "catching";
  return (
    <div class="fed-frame">
      <Show when={props.stream.fault()}>{(fault) => <Failed fault={fault()} />}</Show>
      <Show when={catching()}>
        <p class="silent" data-testid="catching">
          CATCHING UP {age(desk.now() - props.stream.asked())}
        </p>
      </Show>
      <Switch>
        <Match when={props.stream.value()}>
          {(value) => (
            <div class="fed" classList={{ dim: catching() || props.stream.fault() !== null }}>
              {props.children(value)}
            </div>
          )}
        </Match>
        <Match when={props.stream.fault() === null}>
          <Loading what={props.what} since={props.stream.asked()} />
        </Match>
      </Switch>
    </div>
  );
}
