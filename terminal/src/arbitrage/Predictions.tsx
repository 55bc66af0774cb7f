import { For, Index, Show } from "solid-js";
import { desk } from "../desk/desk";
import { ageOf, type Held, serverTime } from "../desk/held";
import { Empty, Unknown } from "../parts/Blanks";
import { Fed, Panel } from "../parts/Panel";
import { age, countdown, NOTHING } from "../text/format";
import { shortId } from "./names";
import type { Quote, Predictions as State } from "./wire";

/** The prediction markets that are watched: best prices of each outcome, proven or not, and what a set costs. */
export function Predictions() {
  return (
    <Panel title="Prediction markets" testid="predictions" class="predictions">
      <Fed channel={desk.predictions} what="prediction markets">
        {(held) => (
          <>
            <ul class="venues">
              <For each={held().data.venues}>
                {(venue) => (
                  <li data-testid="prediction-venue" data-venue={venue.venue} data-state={venue.state}>
                    <b>{venue.venue}</b> {venue.state} · {venue.markets} markets · {venue.proven}/{venue.tokens} books
                    proven
                    <Show when={venue.reconnects > 0}> · {venue.reconnects} reconnects</Show>
                    <Show when={venue.reason}>
                      {(reason) => (
                        <span class="soft">
                          {" "}
                          {reason()}
                          <Show when={venue.next_step}>{(next) => <> → {next()}</>}</Show>
                        </span>
                      )}
                    </Show>
                  </li>
                )}
              </For>
            </ul>
            <Show when={held().data.alerts.length > 0}>
              <ul class="blockers" data-testid="prediction-alerts">
                <For each={held().data.alerts}>
                  {(alert) => (
                    <li>
                      <b class="warned">{alert.code}</b> {alert.venue} {shortId(alert.market)}{" "}
                      <span class="soft">{alert.detail}</span>
                    </li>
                  )}
                </For>
              </ul>
            </Show>
            <Show when={held().data.markets.length > 0} fallback={<Empty what="No market is watched yet" />}>
              <Table held={held()} />
            </Show>
          </>
        )}
      </Fed>
    </Panel>
  );
}

function Table(props: { held: Held<State> }) {
  const left = (closes: number | null) =>
    closes === null ? NOTHING : countdown(closes - serverTime(props.held, desk.now()));
  return (
    <div class="scroll tall">
      <table class="rows">
        <thead>
          <tr>
            <th>venue</th>
            <th>market</th>
            <th>phase</th>
            <th class="num">closes in</th>
            <th class="num">strike</th>
            <th class="num">YES bid</th>
            <th class="num">YES ask</th>
            <th class="num">NO bid</th>
            <th class="num">NO ask</th>
            <th class="num">Σ bid</th>
            <th class="num">Σ ask</th>
            <th>books</th>
          </tr>
        </thead>
        <tbody>
          <Index each={props.held.data.markets}>
            {(market) => (
              <tr data-testid="prediction" data-market={market().market}>
                <td>{market().venue}</td>
                <td class="question" title={market().market}>
                  {market().question}
                </td>
                <td>
                  {market().phase}
                  <Show when={market().alert}>{(alert) => <b class="warned"> {alert()}</b>}</Show>
                </td>
                <td class="num">{left(market().closes_at)}</td>
                <td class="num">{market().strike ?? NOTHING}</td>
                <Prices quote={market().yes} />
                <Prices quote={market().no} />
                <td class="num">{market().bid_sum ?? NOTHING}</td>
                <td class="num">{market().ask_sum ?? NOTHING}</td>
                <td>
                  <Proof quote={market().yes} held={props.held} /> <Proof quote={market().no} held={props.held} />
                </td>
              </tr>
            )}
          </Index>
        </tbody>
      </table>
    </div>
  );
}

function Prices(props: { quote: Quote }) {
  const why = () => props.quote.reason ?? "nobody offers";
  return (
    <>
      <td class="num" title={props.quote.bid_size ?? undefined}>
        {props.quote.bid ?? <Unknown why={why()} />}
      </td>
      <td class="num" title={props.quote.ask_size ?? undefined}>
        {props.quote.ask ?? <Unknown why={why()} />}
      </td>
    </>
  );
}

const GLYPH = { proven: "●", unproven: "▨", stale: "◌", waiting: "○" } as const;

function Proof(props: { quote: Quote; held: Held<State> }) {
  const old = () => ageOf(props.held, props.held.data.at, props.quote.age_ms, desk.now());
  return (
    <span
      class="state"
      data-state={props.quote.state === "proven" ? "live" : props.quote.state}
      title={props.quote.reason ?? undefined}
    >
      <i aria-hidden="true">{GLYPH[props.quote.state]}</i>{" "}
      {props.quote.state === "proven" ? "" : props.quote.state.toUpperCase()} {old() === null ? NOTHING : age(old()!)}
    </span>
  );
}
