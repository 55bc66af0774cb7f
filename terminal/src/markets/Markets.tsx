import { AssetStrip } from "./AssetStrip";
import { Books } from "./Books";
import { Ladder } from "./Ladder";
import { PricePanel } from "./PricePanel";
import { VenuePrices } from "./VenuePrices";

/** Page 1: what is it worth, what do we quote on it, and what do the venues say. */
export function Markets() {
  return (
    <div class="markets" data-testid="page-markets">
      <AssetStrip />
      <PricePanel />
      <Ladder />
      <VenuePrices />
      <Books />
    </div>
  );
}
