import { createMemo, createSignal, For, Show } from "solid-js";
import { desk } from "../desk/desk";
import { zone } from "../desk/settings";
import type { Fault } from "../link/link";
import { Empty, Failed } from "../parts/Blanks";
import { Choices } from "../parts/Choices";
import { Fed, Panel } from "../parts/Panel";
import { grouped } from "../text/decimal";
import { clock, count } from "../text/format";
import { saveFile } from "../trade/save";
import { shortId } from "./names";
import type { Opportunity } from "./wire";

const SHOWN = ["all", "taken", "refused"] as const;
type Shown = (typeof SHOWN)[number];

/** What was seen, newest first; above it the reasons, since most edges are none. */
export function Opportunities() {
  const [shown, setShown] = createSignal<Shown>("all");
  const [fault, setFault] = createSignal<Fault | null>(null);
  const wanted = (row: Opportunity) => shown() === "all" || row.taken === (shown() === "taken");
  return (
    <Panel
      title="Opportunities"
      testid="opportunities"
      class="opportunities"
      aside={
        <>
          <Choices label="which" role="radio" all={SHOWN} chosen={shown()} choose={setShown} testid="shown" />
          <button
            type="button"
            class="act"
            data-testid="opportunities-csv"
            onClick={() => void saveFile("opportunities").then(setFault)}
          >
            CSV
          </button>
        </>
      }
    >
      <Show when={fault()}>{(said) => <Failed fault={said()} dismiss={() => setFault(null)} />}</Show>
      <Fed channel={desk.opportunities} what="opportunities">
        {(held) => {
          const rows = createMemo(() => held().data.rows.filter(wanted));
          return (
            <>
              <p class="tally" data-testid="tally">
                <span>
                  seen <b>{count(held().data.seen)}</b> · taken <b>{count(held().data.taken)}</b> · refused{" "}
                  <b>{count(held().data.refused)}</b>
                </span>
                <For each={held().data.reasons}>
                  {({ reason, count: times }) => (
                    <span class="reason">
                      {reason} <b>{count(times)}</b>
                    </span>
                  )}
                </For>
              </p>
              <Show when={rows().length > 0} fallback={<Empty what="No opportunity yet" />}>
                <div class="scroll tall">
                  <table class="rows" data-testid="opportunity-rows">
                    <thead>
                      <tr>
                        <th>time</th>
                        <th>strategy</th>
                        <th>market</th>
                        <th>legs: side, price, size</th>
                        <th class="num">edge</th>
                        <th class="num">after fees</th>
                        <th>result</th>
                      </tr>
                    </thead>
                    <tbody>
                      <For each={rows()}>{(row) => <Row row={row} />}</For>
                    </tbody>
                  </table>
                </div>
              </Show>
            </>
          );
        }}
      </Fed>
    </Panel>
  );
}

function Row(props: { row: Opportunity }) {
  return (
    <tr data-testid="opportunity" data-taken={props.row.taken} classList={{ out: !props.row.taken }}>
      <td>{clock(props.row.at, zone())}</td>
      <td class="strategy">{props.row.strategy.replaceAll("_", " ")}</td>
      <td title={props.row.market}>
        {props.row.venue} {shortId(props.row.market)}
      </td>
      <td class="legs">
        <For each={props.row.legs}>
          {(leg) => (
            <span title={leg.token_id}>
              {leg.side} {shortId(leg.token_id)} {leg.price} × {leg.size}
            </span>
          )}
        </For>
      </td>
      <td class="num">{grouped(props.row.edge)}</td>
      <td class="num">{grouped(props.row.edge_after_fees)}</td>
      <td class="outcome">
        <b>{props.row.taken ? "TAKEN" : "refused"}</b> <span>{props.row.reason}</span>
      </td>
    </tr>
  );
}
