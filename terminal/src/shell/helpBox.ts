import { createSignal } from "solid-js";

/** Whether the list of keys is open. */
export const [keysShown, showKeys] = createSignal(false);
