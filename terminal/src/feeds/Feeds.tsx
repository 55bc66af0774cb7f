import { createMemo, For, Show } from "solid-js";
import { desk } from "../desk/desk";
import { ageOf, type Held } from "../desk/held";
import { Empty, Unknown } from "../parts/Blanks";
import { Fed, Panel } from "../parts/Panel";
import { StateWord } from "../parts/StateWord";
import { decimalsOf, price } from "../text/decimal";
import { age, count, NOTHING } from "../text/format";
import type { Feeds as FeedsState } from "../wire";
import { liveCount, worstFirst } from "./order";
import "../style/feeds.css";

/** Page 2: which feed is in which state, why, and what happens next. */
export default function Feeds() {
  const source = () => desk.feeds.held()?.data.source;
  return (
    <div class="feeds-page" data-testid="page-feeds">
      <Panel title="Feeds" testid="feeds" aside={<span class="soft">{source() ?? ""} · worst first</span>}>
        <Fed channel={desk.feeds} what="feeds">
          {(held) => (
            <Show when={held().data.feeds.length > 0} fallback={<Empty what="No feed is configured" />}>
              <Table held={held()} />
            </Show>
          )}
        </Fed>
      </Panel>
      <ThisTerminal />
    </div>
  );
}

function Table(props: { held: Held<FeedsState> }) {
  const byName = createMemo(() => new Map(props.held.data.feeds.map((feed) => [`${feed.venue} ${feed.symbol}`, feed])));
  const names = createMemo(() => worstFirst(props.held.data.feeds).map((feed) => `${feed.venue} ${feed.symbol}`), [], {
    equals: (a, b) => a.length === b.length && a.every((name, i) => name === b[i]),
  });
  return (
    <div class="scroll">
      <table class="rows feeds">
        <thead>
          <tr>
            <th>venue</th>
            <th>pair</th>
            <th>state</th>
            <th class="num">age</th>
            <th class="num">bid</th>
            <th class="num">ask</th>
            <th class="num">spread</th>
            <th class="num">bp</th>
            <th class="num">msg/s</th>
            <th class="num">messages</th>
            <th class="num">trades</th>
            <th class="num">gaps</th>
            <th class="num">reconnects</th>
            <th class="why">reason → next step</th>
          </tr>
        </thead>
        <tbody>
          <For each={names()}>
            {(name) => (
              <Show when={byName().get(name)}>
                {(feed) => {
                  const ageMs = () => ageOf(props.held, props.held.data.at, feed().age_ms, desk.now());
                  const why = () => feed().reason;
                  const decimals = createMemo(
                    (most: number) => Math.max(most, decimalsOf(feed().bid ?? ""), decimalsOf(feed().ask ?? "")),
                    0,
                  );
                  const padded = (text: string | null) => (text === null ? null : price(text, decimals()));
                  return (
                    <tr
                      data-testid="feed"
                      data-feed={name}
                      data-state={feed().state}
                      classList={{ out: feed().state !== "live" }}
                    >
                      <td>{feed().venue}</td>
                      <td>{feed().symbol}</td>
                      <td>
                        <StateWord state={feed().state} />
                      </td>
                      <td class="num">{ageMs() === null ? <Unknown why={why()} /> : age(ageMs()!)}</td>
                      <td class="num" data-head="bid">
                        {padded(feed().bid) ?? <Unknown why={why()} />}
                      </td>
                      <td class="num" data-head="ask">
                        {padded(feed().ask) ?? <Unknown why={why()} />}
                      </td>
                      <td class="num" data-head="spread">
                        {padded(feed().spread) ?? <Unknown why={why()} />}
                      </td>
                      <td class="num" data-head="bp">
                        {feed().spread_bps?.toFixed(2) ?? NOTHING}
                      </td>
                      <td class="num" data-head="msg/s">
                        {feed().messages_per_second.toFixed(1)}
                      </td>
                      <td class="num" data-head="msgs">
                        {count(feed().messages)}
                      </td>
                      <td class="num" data-head="trades">
                        {count(feed().trades)}
                      </td>
                      <td class="num" data-head="gaps" classList={{ bad: feed().gaps > 0 }}>
                        {count(feed().gaps)}
                      </td>
                      <td class="num" data-head="reconn." classList={{ bad: feed().reconnects > 0 }}>
                        {count(feed().reconnects)}
                      </td>
                      <td class="why">
                        {why() ?? ""}
                        <Show when={feed().next_step}>{(next) => <span class="soft"> → {next()}</span>}</Show>
                      </td>
                    </tr>
                  );
                }}
              </Show>
            )}
          </For>
        </tbody>
      </table>
      <p class="soft foot">
        {liveCount(props.held.data.feeds)} of {props.held.data.feeds.length} live
      </p>
    </div>
  );
}

/** A slow tab lies, too: the page's own health. */
function ThisTerminal() {
  const trip = () => desk.roundTrip();
  return (
    <Panel title="This terminal" testid="this-terminal">
      <dl class="facts">
        <dt>socket</dt>
        <dd>{desk.link().phase}</dd>
        <dt>round trip</dt>
        <dd>{trip() === null ? NOTHING : `${trip()!.toFixed(1)} ms`}</dd>
        <dt>connections</dt>
        <dd>{count(desk.connections())}</dd>
        <dt>states skipped</dt>
        <dd>{count(desk.missed())}</dd>
        <dt>server restarts</dt>
        <dd>{count(desk.restarts())}</dd>
      </dl>
    </Panel>
  );
}
