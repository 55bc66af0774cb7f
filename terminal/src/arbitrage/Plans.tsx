import { For, Show } from "solid-js";
import { desk } from "../desk/desk";
import { serverTime } from "../desk/held";
import { Empty } from "../parts/Blanks";
import { Fed, Panel } from "../parts/Panel";
import { grouped } from "../text/decimal";
import { age, NOTHING } from "../text/format";
import { shortId } from "./names";

/** What is being done: each plan with its legs, and the most that it can cost. */
export function Plans() {
  return (
    <Panel title="Plans" testid="plans" class="plans">
      <Fed channel={desk.portfolio} what="plans">
        {(held) => (
          <Show when={held().data.plans.length > 0} fallback={<Empty what="Nothing was executed yet" />}>
            <div class="scroll tall">
              <table class="rows">
                <thead>
                  <tr>
                    <th>began</th>
                    <th>market</th>
                    <th>state</th>
                    <th>legs: filled of size</th>
                    <th class="num">worst loss</th>
                    <th class="num">result</th>
                  </tr>
                </thead>
                <tbody>
                  <For each={held().data.plans}>
                    {(plan) => (
                      <tr data-testid="plan" data-state={plan.state}>
                        <td>{age(serverTime(held(), desk.now()) - plan.at)} ago</td>
                        <td title={plan.market}>{shortId(plan.market)}</td>
                        <td>
                          <b>{plan.state.replaceAll("_", " ")}</b>
                        </td>
                        <td class="legs">
                          <For each={plan.legs}>
                            {(leg) => (
                              <span title={leg.token_id}>
                                {leg.side} {leg.filled}/{leg.size} @ {leg.price} {leg.state}
                              </span>
                            )}
                          </For>
                        </td>
                        <td class="num">{grouped(plan.worst_loss)}</td>
                        <td class="num">{plan.result === null ? NOTHING : grouped(plan.result)}</td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            </div>
          </Show>
        )}
      </Fed>
    </Panel>
  );
}
