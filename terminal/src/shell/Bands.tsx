import { Show } from "solid-js";
import { desk } from "../desk/desk";
import { Failed } from "../parts/Blanks";
import { age } from "../text/format";

/** What concerns the whole page: a lost socket, and messages that could not be understood. */
export function Bands() {
  const lost = () => (desk.link().phase === "lost" ? desk.link() : null);
  return (
    <>
      <Show when={lost()}>
        {(link) => (
          <div class="band lost" data-testid="socket-lost">
            <b>SOCKET LOST</b> {age(desk.now() - link().since)} · {link().why} · trying again (attempt{" "}
            {link().attempt + 1}) · figures below are from before
          </div>
        )}
      </Show>
      <Show when={desk.notice()}>{(fault) => <Failed fault={fault()} dismiss={desk.dismissNotice} />}</Show>
    </>
  );
}
