import { createMemo, Index } from "solid-js";
import { desk } from "../desk/desk";
import { Empty } from "../parts/Blanks";
import { Fed, Panel } from "../parts/Panel";
import type { Book as BookState } from "../wire";
import { Book } from "./Book";
import { freeze, frozen } from "./choices";

/** The venues' own books and trades, side by side. */
export function Books() {
  return (
    <Panel
      title={`${desk.asset().name} at the venues`}
      testid="books"
      class="books"
      aside={
        <button type="button" class="act" aria-pressed={frozen()} aria-keyshortcuts="f" onClick={freeze}>
          {frozen() ? "TAPES FROZEN: let run (f)" : "freeze tapes (f)"}
        </button>
      }
    >
      <Fed channel={desk.books()} what={`${desk.asset().name} books`}>
        {(held) => {
          const books = createMemo((): BookState[] => held().data.books);
          return (
            <div class="venue-books">
              <Index each={books()} fallback={<Empty what="No venue is configured" />}>
                {(book) => <Book book={book()} held={held()} />}
              </Index>
            </div>
          );
        }}
      </Fed>
    </Panel>
  );
}
