import { onCleanup, onMount, Show } from "solid-js";
import { KeyNotice } from "../trade/KeyNotice";
import { bots } from "./bots";
import { Holdings } from "./Holdings";
import { Opportunities } from "./Opportunities";
import { Plans } from "./Plans";
import { Predictions } from "./Predictions";
import { Standing } from "./Standing";
import "../style/arbitrage.css";

/** Page 4: which edges were seen, which were taken, why the others were not, and what became of the money. */
export default function Arbitrage() {
  onMount(bots.open);
  onCleanup(bots.close);
  return (
    <div class="arbitrage" data-testid="page-arbitrage">
      <Show when={bots.mayAsk()} fallback={<KeyNotice bots />}>
        <Standing />
        <Opportunities />
        <Plans />
        <Holdings />
      </Show>
      <Predictions />
    </div>
  );
}
