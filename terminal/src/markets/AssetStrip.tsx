import { For, Show } from "solid-js";
import { ASSETS, type Asset } from "../desk/assets";
import { desk } from "../desk/desk";
import { Failed } from "../parts/Blanks";
import { Figure } from "../parts/Figure";
import { age, NOTHING, share } from "../text/format";
import { compositeOf, compositePrice } from "./composite";

/** All assets with their composite price; the picked one large. */
export function AssetStrip() {
  return (
    <>
      <div class="strip" role="radiogroup" aria-label="asset" data-testid="assets">
        <For each={ASSETS}>{(asset) => <Pick asset={asset} />}</For>
      </div>
      <Show when={desk.prices.fault()}>{(fault) => <Failed fault={fault()} />}</Show>
    </>
  );
}

function Pick(props: { asset: Asset }) {
  const picked = () => desk.asset() === props.asset;
  const shown = () => compositePrice(props.asset);
  const composite = () => compositeOf(props.asset);
  const venues = () => {
    const one = composite();
    return one === null ? NOTHING : `${one.provider_count}/${one.venues.length}`;
  };
  return (
    <button
      type="button"
      role="radio"
      class="pick"
      aria-checked={picked()}
      aria-keyshortcuts={`g ${props.asset.key}`}
      data-testid={`asset-${props.asset.name}`}
      onClick={() => desk.choose(props.asset)}
    >
      <b>{props.asset.name}</b>
      <Figure of={shown()} arrow testid={`price-${props.asset.name}`} />
      <span class="soft">
        conf {composite()?.confidence == null ? NOTHING : share(composite()?.confidence ?? 0)} · {venues()}
        <span class="wide"> venues</span> · {shown().ageMs === null ? NOTHING : age(shown().ageMs ?? 0)}
        <Show when={shown().state === "stale" && shown().text !== null}> STALE</Show>
      </span>
    </button>
  );
}
