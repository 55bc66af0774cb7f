import { createEffect, For, onCleanup, onMount, Show } from "solid-js";
import { ASSETS } from "../desk/assets";
import { desk } from "../desk/desk";
import { letters, setLetters, setZone, zone } from "../desk/settings";
import { freeze, stepWindow } from "../markets/choices";
import { keysShown, showKeys } from "./helpBox";
import { KeyReader } from "./keys";
import { go, PAGES } from "./pages";

const LIST: [string, string][] = [
  ["1 2 3 4 or Alt+1 to Alt+4", "pages"],
  ["g then b, e, s", "BTC, ETH, SOL"],
  ["[ ]", "earlier, later window"],
  ["t", "UTC or local time"],
  ["f", "freeze the tapes"],
  ["↑ ↓ Home End", "strikes, with the focus in the ladder"],
  ["r", "read the focused strike aloud"],
  ["p q b s", "Trade: price, quantity, buy, sell"],
  ["l then ↑ ↓ Enter", "Trade: levels of the book; Enter takes a price into the order"],
  ["o then ↑ ↓", "Trade: open orders"],
  ["↑ ↓ and Shift", "Trade: a step, ten steps, with the focus in a field"],
  ["Enter, Enter, Esc", "Trade: arm, send, disarm"],
  ["e, x Enter", "Trade: amend, cancel the order in focus"],
  ["Shift+X Enter", "Trade: cancel all orders"],
  ["Ctrl+. or ⌘.", "STOP the bots, on every page, also in a field"],
  ["?", "this list"],
];

/** Listens for keys on every page, and lists them on `?`. */
export function Keys() {
  const reader = new KeyReader();
  let box: HTMLDialogElement | undefined;

  createEffect(() => {
    if (keysShown()) box?.showModal();
    else box?.close();
  });

  const press = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (target.matches("input:not([type=checkbox]), textarea, select")) return;
    const command = reader.read(event, performance.now(), letters() === "on");
    if (command === null) return;
    switch (command.do) {
      case "page": {
        const page = PAGES[command.index];
        if (page !== undefined) go(page.id);
        break;
      }
      case "asset": {
        const asset = ASSETS.find(({ key }) => key === command.key);
        if (asset !== undefined) desk.choose(asset);
        break;
      }
      case "window":
        stepWindow(command.step);
        break;
      case "zone":
        setZone(zone() === "utc" ? "local" : "utc");
        break;
      case "freeze":
        freeze();
        break;
      case "help":
        showKeys(!keysShown());
        break;
      case "close":
        if (!keysShown()) return;
        showKeys(false);
        break;
    }
    event.preventDefault();
  };

  onMount(() => addEventListener("keydown", press));
  onCleanup(() => removeEventListener("keydown", press));

  return (
    <dialog ref={box} class="keys" data-testid="keys" onClose={() => showKeys(false)} aria-label="keys">
      <Show when={keysShown()}>
        <h2>Keys</h2>
        <dl>
          <For each={LIST}>
            {([keys, meaning]) => (
              <>
                <dt>{keys}</dt>
                <dd>{meaning}</dd>
              </>
            )}
          </For>
        </dl>
        <label>
          <input
            type="checkbox"
            checked={letters() === "on"}
            onChange={(event) => setLetters(event.currentTarget.checked ? "on" : "off")}
          />{" "}
          single keys (Alt+1 to Alt+4 always work)
        </label>
        <p class="next">
          <a href="./THIRD-PARTY-NOTICES.txt">Third-party notices</a>
        </p>
        <button type="button" class="act" onClick={() => showKeys(false)}>
          close
        </button>
      </Show>
    </dialog>
  );
}
