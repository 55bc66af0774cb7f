import { For, Index, Show } from "solid-js";
import { desk } from "../desk/desk";
import { serverTime } from "../desk/held";
import { zone } from "../desk/settings";
import { Fed, Panel } from "../parts/Panel";
import { grouped } from "../text/decimal";
import { age, clock } from "../text/format";
import { bots } from "./bots";
import { Typed } from "./Typed";

/** May the bots trade, and if not: who says so, for how long, and what mends it. */
export function Standing() {
  return (
    <Panel title="May the bots trade?" testid="standing" class="standing">
      <Fed channel={desk.portfolio} what="the bots">
        {(held) => {
          const now = () => serverTime(held(), desk.now());
          const data = () => held().data;
          return (
            <>
              <p class="answer" data-testid="may-trade" data-answer={data().may_trade ? "YES" : "NO"}>
                <b>{data().may_trade ? "YES" : "NO"}</b> <span class="soft">on {data().executor}</span>
              </p>
              <Show when={data().stop.stopped}>
                <div class="stopped" data-testid="stopped">
                  <p>
                    <b>■ STOPPED</b> {clock(data().stop.since ?? 0, zone())} by {data().stop.by ?? "?"}
                    <Show when={data().stop.reason}>{(reason) => <>: {reason()}</>}</Show>
                  </p>
                  <Typed word="resume" act="let the bots trade again" send={() => bots.resume(data().stop.count)} />
                </div>
              </Show>
              <ul class="blockers">
                <For each={data().blocked_by}>
                  {(blocker) => (
                    <li>
                      <b>{blocker.code}</b> {blocker.detail}{" "}
                      <Show when={blocker.since !== null}>
                        <span class="soft">{age(now() - blocker.since!)}</span>
                      </Show>
                      <Show when={blocker.fix}>{(fix) => <p class="next">→ {fix()}</p>}</Show>
                    </li>
                  )}
                </For>
              </ul>
              <table class="rows limits" data-testid="limits">
                <thead>
                  <tr>
                    <th>limit</th>
                    <th class="num">now</th>
                    <th class="num">at most</th>
                    <th>unit</th>
                  </tr>
                </thead>
                <tbody>
                  <Index each={data().limits}>
                    {(limit) => (
                      <tr>
                        <td>{limit().name.replaceAll("_", " ")}</td>
                        <td class="num">{grouped(limit().value)}</td>
                        <td class="num">{grouped(limit().limit)}</td>
                        <td class="soft">{limit().unit}</td>
                      </tr>
                    )}
                  </Index>
                </tbody>
              </table>
            </>
          );
        }}
      </Fed>
    </Panel>
  );
}
