import { batch, createEffect, createSignal, on } from "solid-js";
import type { Reader } from "../decode";
import { desk } from "../desk/desk";
import type { Fault } from "../link/link";
import { addressOf, type Filter } from "./filter";
import { ask } from "./rest";
import { session } from "./session";

/** Pages of the account's record, newest first. */
export interface Past<T> {
  rows: () => T[];
  /** Whether the record goes on behind the last row. */
  hasMore: () => boolean;
  /** Since when a page is awaited; null while none is. */
  asked: () => number | null;
  fault: () => Fault | null;
  more: () => void;
  again: () => void;
}

/** Reads the record as long as its owner lives: anew for another filter, key, or connection. */
export function createPast<T, A extends { next: string | null }>(
  route: string,
  reader: Reader<A>,
  rowsOf: (answer: A) => T[],
  filter: () => Filter,
): Past<T> {
  const [rows, setRows] = createSignal<T[]>([]);
  const [next, setNext] = createSignal<string | null>(null);
  const [asked, setAsked] = createSignal<number | null>(null);
  const [fault, setFault] = createSignal<Fault | null>(null);
  let newest = 0;

  createEffect(
    on([filter, session.key], () => {
      setRows([]);
      setNext(null);
      void load(null);
    }),
  );
  createEffect(
    on(
      () => desk.link().phase === "live",
      (isLive) => isLive && void load(null),
      { defer: true },
    ),
  );
  return {
    rows,
    hasMore: () => next() !== null,
    asked,
    fault,
    more: () => asked() === null && next() !== null && void load(next()),
    again: () => void load(null),
  };

  async function load(before: string | null): Promise<void> {
    const mine = ++newest;
    setAsked(performance.now());
    const answer = await ask(addressOf(route, filter(), before), reader, { key: session.key() });
    // Another page was asked for meanwhile.
    if (mine !== newest) return;
    batch(() => {
      setAsked(null);
      setFault(answer.ok ? null : answer.fault);
      if (!answer.ok) return;
      setRows((known) => (before === null ? rowsOf(answer.data) : [...known, ...rowsOf(answer.data)]));
      setNext(answer.data.next);
    });
  }
}
