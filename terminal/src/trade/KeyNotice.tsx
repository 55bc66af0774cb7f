import { createSignal, Show } from "solid-js";
import { isKey } from "../link/key";
import { Failed } from "../parts/Blanks";
import { session } from "./session";

/** Why nothing private is here, and how to get a key: an account's, or the one that may see the bots. */
export function KeyNotice(props: { bots?: boolean }) {
  const [given, setGiven] = createSignal("");
  const use = () => isKey(given().trim()) && session.useKey(given().trim());
  return (
    <div class="key-notice" data-testid="key-notice">
      <Show
        when={session.account().fault}
        fallback={
          <p>VIEW ONLY: {props.bots ? "the bots and their stop" : "orders, fills and balances"} need an API key.</p>
        }
      >
        {(fault) => <Failed fault={fault()} />}
      </Show>
      <p class="next">
        <Show
          when={props.bots}
          fallback={
            <>
              <code>./strikeline exchange account create --name NAME --deposit USDC=10000 --url {location.origin}</code>{" "}
              prints one, with the control token of the data folder.
            </>
          }
        >
          <code>./strikeline token</code> prints the data folder's control token, which may; an account's key may not.
        </Show>{" "}
        Open this page with <code>#token=KEY</code> behind its address, or put it here; it stays in this tab.
      </p>
      <p class="acts">
        <input
          type="password"
          autocomplete="off"
          aria-label="API key"
          data-testid="key-input"
          value={given()}
          onInput={(event) => setGiven(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && use()}
        />
        <button type="button" class="act edged" data-testid="key-use" disabled={!isKey(given().trim())} onClick={use}>
          use
        </button>
      </p>
    </div>
  );
}
