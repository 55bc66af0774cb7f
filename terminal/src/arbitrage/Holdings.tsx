import { createSignal, Index, Show } from "solid-js";
import { desk } from "../desk/desk";
import type { Fault } from "../link/link";
import { Empty, Failed, Unknown } from "../parts/Blanks";
import { Fed, Panel } from "../parts/Panel";
import { grouped } from "../text/decimal";
import { saveFile } from "../trade/save";
import { bots } from "./bots";
import { shortId } from "./names";
import { Typed } from "./Typed";

/** What the bots hold and have earned: paper money while the executor is paper. */
export function Holdings() {
  const [fault, setFault] = createSignal<Fault | null>(null);
  return (
    <Panel
      title="Positions and profit"
      testid="holdings"
      class="holdings"
      aside={
        <button
          type="button"
          class="act"
          data-testid="portfolio-csv"
          onClick={() => void saveFile("portfolio").then(setFault)}
        >
          CSV
        </button>
      }
    >
      <Show when={fault()}>{(said) => <Failed fault={said()} dismiss={() => setFault(null)} />}</Show>
      <Fed channel={desk.portfolio} what="positions">
        {(held) => (
          <>
            <dl class="facts" data-testid="profit">
              <dt>realised</dt>
              <dd data-testid="realised">{grouped(held().data.realised)} USD</dd>
              <dt>unrealised</dt>
              <dd>
                {grouped(held().data.unrealised)} USD
                <Show when={held().data.unmarked > 0}>
                  <span class="soft"> without {held().data.unmarked} that no proven book shows</span>
                </Show>
              </dd>
              <dt>fees</dt>
              <dd>{grouped(held().data.fees)} USD</dd>
              <dt>at risk</dt>
              <dd>{grouped(held().data.at_risk)} USD</dd>
            </dl>
            <Show when={held().data.positions.length > 0} fallback={<Empty what="No position" />}>
              <div class="scroll tall">
                <table class="rows">
                  <thead>
                    <tr>
                      <th>market</th>
                      <th>outcome</th>
                      <th class="num">size</th>
                      <th class="num">pending</th>
                      <th class="num">average</th>
                      <th class="num">mark</th>
                      <th class="num">worth</th>
                      <th class="num">unrealised</th>
                      <th class="num">sets</th>
                      <th class="num">set profit</th>
                      <th class="num">realised</th>
                      <th class="num">fees</th>
                    </tr>
                  </thead>
                  <tbody>
                    <Index each={held().data.positions}>
                      {(position) => (
                        <tr data-testid="position">
                          <td title={position().question}>
                            {position().venue} {shortId(position().market)}
                          </td>
                          <td>{position().outcome}</td>
                          <td class="num">{grouped(position().size)}</td>
                          <td class="num">{grouped(position().pending)}</td>
                          <td class="num">{position().average_price}</td>
                          <td class="num">{position().mark ?? <Unknown why="no proven book" />}</td>
                          <td class="num">{shown(position().worth)}</td>
                          <td class="num">{shown(position().unrealised)}</td>
                          <td class="num">{grouped(position().mergeable)}</td>
                          <td class="num">{grouped(position().set_profit)}</td>
                          <td class="num">{grouped(position().realised)}</td>
                          <td class="num">{grouped(position().fees)}</td>
                        </tr>
                      )}
                    </Index>
                  </tbody>
                </table>
              </div>
              <Typed word="exit" act="sell everything that plans hold" send={() => bots.exit()} />
            </Show>
          </>
        )}
      </Fed>
    </Panel>
  );
}

const shown = (dollars: string | null) => (dollars === null ? <Unknown why="no proven book" /> : grouped(dollars));
