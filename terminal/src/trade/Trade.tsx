import { onCleanup, onMount, Show } from "solid-js";
import { desk } from "../desk/desk";
import { letters } from "../desk/settings";
import { Failed, Loading } from "../parts/Blanks";
import { keysShown } from "../shell/helpBox";
import { AccountPanel, askCancelAll, showOpen } from "./AccountPanel";
import { BookPanel } from "./BookPanel";
import { CandlePanel } from "./CandlePanel";
import { MarketBar } from "./MarketBar";
import { turn } from "./order";
import { session } from "./session";
import { TapePanel } from "./TapePanel";
import { Ticket } from "./Ticket";
import "../style/trade.css";

/** Page 3: our own exchange, one market at a time, and what the account has there. */
export default function Trade() {
  onMount(session.open);
  onCleanup(session.close);
  const press = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || keysShown()) return;
    if (letters() === "off" || target.matches("input:not([type=checkbox]), textarea, select")) return;
    if (!act(event.key)) return;
    event.preventDefault();
  };
  onMount(() => addEventListener("keydown", press));
  onCleanup(() => removeEventListener("keydown", press));
  return (
    <div class="trade" data-testid="page-trade">
      <Show
        when={session.market()}
        fallback={
          <Show
            when={session.instrumentsFault()}
            fallback={
              <Show
                when={session.instruments()}
                fallback={<Loading what="the exchange's markets" since={session.instrumentsAsked()} />}
              >
                <p class="blank empty">The exchange lists no market</p>
              </Show>
            }
          >
            {(fault) => <Failed fault={fault()} />}
          </Show>
        }
      >
        <MarketBar />
        <CandlePanel />
        <BookPanel />
        <TapePanel />
        <Ticket />
        <AccountPanel />
      </Show>
      <p class="unseen" data-testid="trade-health">
        {session.resyncs()} resynchronisations, {desk.connections()} connections
      </p>
    </div>
  );
}

/** True where the key means something on this page. */
function act(key: string): boolean {
  switch (key) {
    case "p":
      return focus("price") || focus("stop_price");
    case "q":
      return focus("quantity") || focus("quote_quantity");
    case "l":
      return focusOn("[data-testid=book] [role=row][tabindex='0']");
    case "o":
      showOpen();
      return focusOn("[data-testid=open-orders] tbody tr[tabindex='0']");
    case "b":
      turn("buy");
      return true;
    case "s":
      turn("sell");
      return true;
    case "X":
      askCancelAll();
      return true;
    default:
      return false;
  }
}

function focus(field: string): boolean {
  return focusOn(`#ticket-${field}`);
}

function focusOn(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  found?.focus();
  return found !== null;
}
