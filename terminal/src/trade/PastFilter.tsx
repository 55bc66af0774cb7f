import { createMemo, createSignal, Show } from "solid-js";
import { desk } from "../desk/desk";
import { zone } from "../desk/settings";
import { Choices } from "../parts/Choices";
import { offset } from "../text/format";
import type { Filter } from "./filter";
import { fieldOf, momentOf } from "./moment";
import { session } from "./session";

const SPANS = ["all", "1h", "24h", "7d", "from–to"] as const;
type Span = (typeof SPANS)[number];

const HOUR_MS = 3_600_000;
const LENGTH: Partial<Record<Span, number>> = { "1h": HOUR_MS, "24h": 24 * HOUR_MS, "7d": 168 * HOUR_MS };

const [span, setSpan] = createSignal<Span>("all");
const [from, setFrom] = createSignal<number | null>(null);
const [to, setTo] = createSignal<number | null>(null);
const [isOne, setIsOne] = createSignal(false);

/** What of the record is shown: one choice for orders and fills. */
export function createFilter(): () => Filter {
  return createMemo((): Filter => {
    const market = isOne() ? (session.market()?.market ?? null) : null;
    const length = LENGTH[span()];
    if (length !== undefined) return { market, from: Math.round((desk.serverNow() ?? Date.now()) - length), to: null };
    return span() === "all" ? { market, from: null, to: null } : { market, from: from(), to: to() };
  });
}

/** The choice of market and time; times are typed as they are shown. */
export function PastFilter() {
  const field = (name: "from" | "to", value: () => number | null, set: (ms: number | null) => void) => (
    <label>
      {name}{" "}
      <input
        type="datetime-local"
        data-testid={`past-${name}`}
        value={value() === null ? "" : fieldOf(value()!, zone())}
        onChange={(event) => set(momentOf(event.currentTarget.value, zone()))}
      />
    </label>
  );
  return (
    <div class="past-filter" role="group" aria-label="what is shown">
      <Choices label="time" role="radio" all={SPANS} chosen={span()} choose={setSpan} testid="span" />
      <Show when={span() === "from–to"}>
        {field("from", from, setFrom)}
        {field("to", to, setTo)}
        <span class="soft">{offset(from() ?? to() ?? Date.now(), zone())}</span>
      </Show>
      <label class="tick">
        <input
          type="checkbox"
          data-testid="past-one"
          checked={isOne()}
          onChange={(event) => setIsOne(event.currentTarget.checked)}
        />{" "}
        {session.market()?.market} only
      </label>
    </div>
  );
}
