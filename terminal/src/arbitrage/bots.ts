import { createEffect, createMemo, createRoot, createSignal, on } from "solid-js";
import { desk } from "../desk/desk";
import type { Fault } from "../link/link";
import { ask } from "../trade/rest";
import { session } from "../trade/session";
import { exitAnswer, stopAnswer } from "./wire";

/** Where a stop stands: nobody asked, asked and not yet answered, or what the server has said. */
export type StopState =
  | { phase: "idle" }
  | { phase: "asking"; since: number; tries: number }
  | { phase: "failed"; fault: Fault };

const AGAIN_MS = 500;
const MOST_TRIES = 20;

/** The bots as this page sees them: their channels need a key that may see them. */
export const bots = createRoot(() => {
  const [stopState, setStopState] = createSignal<StopState>({ phase: "idle" });
  const [isOpen, setIsOpen] = createSignal(false);
  const mayAsk = createMemo(() => session.account().state === "open");

  createEffect(
    on([isOpen, mayAsk], ([open, may]) => {
      if (open) desk.socket.subscribe("predictions");
      else desk.socket.unsubscribe("predictions");
      if (open && may) desk.socket.subscribe("opportunities", "portfolio");
      else desk.socket.unsubscribe("opportunities", "portfolio");
    }),
  );

  return {
    stopState,
    mayAsk,
    open: () => setIsOpen(true),
    close: () => setIsOpen(false),
    /** Stops the bots: asked again until the server has answered, since a stop that is lost is none. */
    stop,
    /** Sells what every plan holds; only where the word was typed. */
    exit: async (): Promise<Fault | null> => {
      const answer = await ask("api/force-exit", exitAnswer, { method: "POST", key: session.key(), body: {} });
      return answer.ok ? null : answer.fault;
    },
    /** Ends the stop that is shown; only where the word was typed. One that came meanwhile stays. */
    resume: async (count: number): Promise<Fault | null> => {
      const answer = await ask("api/emergency-stop/clear", stopAnswer, {
        method: "POST",
        key: session.key(),
        body: { count },
      });
      return answer.ok ? null : answer.fault;
    },
  };

  async function stop(): Promise<void> {
    if (stopState().phase === "asking") return;
    const since = performance.now();
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      setStopState({ phase: "asking", since, tries });
      const answer = await ask("api/emergency-stop", stopAnswer, {
        method: "POST",
        key: session.key(),
        body: { reason: "terminal" },
        timeoutMs: 2_000,
      });
      if (answer.ok) {
        setStopState({ phase: "idle" });
        return;
      }
      if (!answer.unknown) {
        setStopState({ phase: "failed", fault: answer.fault });
        return;
      }
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
    setStopState({
      phase: "failed",
      fault: { code: "NO_ANSWER", detail: "the server does not answer", next: "Run `strikeline stop` on its machine." },
    });
  }
});
