import { Index, Show } from "solid-js";
import { desk } from "../desk/desk";
import { ageOf } from "../desk/held";
import { Empty, Unknown } from "../parts/Blanks";
import { Figure, freshness } from "../parts/Figure";
import { Fed, Panel } from "../parts/Panel";
import { price } from "../text/decimal";
import { age, NOTHING, share } from "../text/format";
import type { Contribution } from "../wire";
import { compositeOf } from "./composite";

/** Which venue says what, and which of them count. */
export function VenuePrices() {
  const composite = () => compositeOf(desk.asset());
  const inputs = () => {
    const read = composite()?.inputs;
    return read == null
      ? ""
      : `coverage ${share(read.coverage)} · agreement ${share(read.agreement)} · freshness ${share(read.freshness)}`;
  };
  const confidence = () => {
    const value = composite()?.confidence;
    return value == null ? NOTHING : share(value);
  };
  return (
    <Panel
      title="Composite"
      testid="venues"
      class="venues"
      aside={
        <span class="soft" data-testid="confidence">
          conf <b>{confidence()}</b> = {inputs() || NOTHING}
        </span>
      }
    >
      <Fed channel={desk.prices} what="prices">
        {(held) => (
          <>
            <Show when={composite()?.reason}>
              {(reason) => (
                <p class="reason" data-testid="price-reason">
                  No price: {reason()}
                </p>
              )}
            </Show>
            <Show when={composite()} fallback={<Empty what={`${desk.asset().symbol} is not made by this server`} />}>
              {(one) => (
                <table class="rows">
                  <thead>
                    <tr>
                      <th>venue</th>
                      <th class="wide">pair</th>
                      <th class="num">mid</th>
                      <th class="num">in USDT</th>
                      <th class="num">age</th>
                      <th>counts</th>
                    </tr>
                  </thead>
                  <tbody>
                    <Index each={one().venues}>
                      {(venue) => (
                        <VenueRow venue={venue()} ageMs={ageOf(held(), held().data.at, venue().age_ms, desk.now())} />
                      )}
                    </Index>
                  </tbody>
                </table>
              )}
            </Show>
          </>
        )}
      </Fed>
    </Panel>
  );
}

function VenueRow(props: { venue: Contribution; ageMs: number | null }) {
  const decimals = () => desk.asset().priceDecimals;
  const why = () => props.venue.reason;
  const shown = (value: string | null, places: number) => ({
    text: value === null ? null : price(value, places),
    plain: value,
    ageMs: props.ageMs,
    state: props.venue.used ? freshness(props.ageMs) : ("stale" as const),
    why: why(),
  });
  return (
    <tr data-testid={`venue-${props.venue.venue}`} classList={{ out: !props.venue.used }}>
      <td>{props.venue.venue}</td>
      <td class="soft wide">{props.venue.symbol}</td>
      <td class="num">
        <Figure of={shown(props.venue.mid, decimals())} quiet />
      </td>
      <td class="num">
        <Figure of={shown(props.venue.converted, decimals())} quiet />
      </td>
      <td class="num soft">{props.ageMs === null ? <Unknown why={why()} /> : age(props.ageMs)}</td>
      <td class="counts">{props.venue.used ? "● in" : `✗ out: ${why() ?? "no reason given"}`}</td>
    </tr>
  );
}
