import { type JSX, Show } from "solid-js";
import { desk } from "../desk/desk";
import { Empty, Failed, Loading } from "../parts/Blanks";
import { PastFilter } from "./PastFilter";
import type { Past } from "./past";

/** Rows of the record under their filter: or which kind of nothing there is, and a way to the page before. */
export function PastPages(props: { past: Past<unknown>; count: number; what: string; children: JSX.Element }) {
  return (
    <>
      <PastFilter />
      <Show when={props.past.fault()}>{(fault) => <Failed fault={fault()} retry={props.past.again} />}</Show>
      <Show
        when={props.count > 0}
        fallback={
          <Show
            when={props.past.asked()}
            fallback={
              <Show when={props.past.fault() === null}>
                <Empty what={`No ${props.what} here`} />
              </Show>
            }
          >
            {(since) => <Loading what={props.what} since={since()} />}
          </Show>
        }
      >
        <div class="scroll past" role="region" aria-label={props.what} tabindex="0">
          {props.children}
          <Show when={props.past.hasMore()}>
            <p class="more">
              <button type="button" class="act edged" data-testid="past-more" onClick={props.past.more}>
                {props.past.asked() === null
                  ? "older"
                  : `waiting ${((desk.now() - (props.past.asked() ?? 0)) / 1000).toFixed(0)} s`}
              </button>
            </p>
          </Show>
        </div>
      </Show>
    </>
  );
}
