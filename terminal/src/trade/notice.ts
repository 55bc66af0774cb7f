import { createSignal } from "solid-js";
import type { Fault } from "../link/link";

/** What came of the last thing that was done to an open order: what went wrong, or a line that says it went well. */
export const [notice, setNotice] = createSignal<Fault | string | null>(null);
