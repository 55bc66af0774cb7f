/** What the terminal knows of an asset beforehand: how its figures are printed and which key picks it. */
export interface Asset {
  name: string;
  symbol: string;
  market: string;
  key: string;
  priceDecimals: number;
  sizeDecimals: number;
}

const BTC: Asset = asset("BTC", "b", 2, 4);

export const ASSETS: Asset[] = [BTC, asset("ETH", "e", 2, 3), asset("SOL", "s", 3, 2)];

export function assetNamed(name: string | null): Asset {
  return ASSETS.find((candidate) => candidate.name === name) ?? BTC;
}

function asset(name: string, key: string, priceDecimals: number, sizeDecimals: number): Asset {
  return { name, symbol: `${name}/USDT`, market: `${name}USDT`, key, priceDecimals, sizeDecimals };
}
