import { For } from "solid-js";

/** One of several, side by side: a choice, or which part of a panel is shown. Arrows move between them. */
export function Choices<T extends string>(props: {
  label: string;
  role: "radio" | "tab";
  all: readonly T[];
  chosen: T;
  choose: (one: T) => void;
  /** Beginning of each one's test id. */
  testid: string;
  shown?: (one: T) => string;
}) {
  let place: HTMLSpanElement | undefined;
  const move = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = (props.all.indexOf(props.chosen) + step + props.all.length) % props.all.length;
    props.choose(props.all[at]!);
    (place?.children[at] as HTMLElement | undefined)?.focus();
  };
  const state = (one: T) => {
    const isChosen = props.chosen === one;
    return props.role === "tab" ? { "aria-selected": isChosen } : { "aria-checked": isChosen };
  };
  return (
    <span
      class="choice"
      {...{ role: props.role === "tab" ? "tablist" : "radiogroup", "aria-label": props.label }}
      ref={place}
    >
      <For each={props.all}>
        {(one) => (
          <button
            type="button"
            role={props.role}
            class="window"
            {...state(one)}
            tabindex={props.chosen === one ? 0 : -1}
            data-testid={`${props.testid}-${one}`}
            onClick={() => props.choose(one)}
            onKeyDown={move}
          >
            {props.shown?.(one) ?? one}
          </button>
        )}
      </For>
    </span>
  );
}
