import { createMemo, createRoot, createSignal } from "solid-js";
import { desk } from "../desk/desk";
import { chooseExpiry, expiriesOf, stepExpiry } from "./slots";

/** What the user has picked on the Markets page: a window and whether the tapes stand still. */
const choices = createRoot(() => {
  const [wanted, setWanted] = createSignal<number | null>(null);
  const [frozen, setFrozen] = createSignal(false);
  const expiries = createMemo(() => expiriesOf(desk.markets().held()?.data.markets ?? []), [], {
    equals: (a, b) => a.length === b.length && a.every((expiry, i) => expiry === b[i]),
  });
  const expiry = createMemo(() => chooseExpiry(expiries(), wanted()));
  return { expiries, expiry, setWanted, frozen, setFrozen };
});

export const { expiries, expiry, frozen } = choices;

export function pickWindow(chosen: number): void {
  choices.setWanted(chosen);
}

export function stepWindow(step: 1 | -1): void {
  choices.setWanted(stepExpiry(expiries(), expiry(), step));
}

export function freeze(): void {
  choices.setFrozen((before) => !before);
}
