import { createEffect, lazy, Match, Suspense, Switch } from "solid-js";
import { desk } from "../desk/desk";
import { Markets } from "../markets/Markets";
import { price } from "../text/decimal";
import { Bands } from "./Bands";
import { Header } from "./Header";
import { Keys } from "./Keys";
import { page } from "./pages";
import { Voice } from "./Voice";

const Feeds = lazy(() => import("../feeds/Feeds"));
const Trade = lazy(() => import("../trade/Trade"));
const Arbitrage = lazy(() => import("../arbitrage/Arbitrage"));

export function App() {
  createEffect(() => {
    document.title = title();
  });
  return (
    <div class="desk" data-link={desk.link().phase} data-source={desk.status.held()?.data.data}>
      <Header />
      <Bands />
      <main>
        <Switch>
          <Match when={page() === "markets"}>
            <Markets />
          </Match>
          <Match when={page() === "feeds"}>
            <Suspense>
              <Feeds />
            </Suspense>
          </Match>
          <Match when={page() === "trade"}>
            <Suspense>
              <Trade />
            </Suspense>
          </Match>
          <Match when={page() === "arbitrage"}>
            <Suspense>
              <Arbitrage />
            </Suspense>
          </Match>
        </Switch>
      </main>
      <Keys />
      <Voice />
    </div>
  );
}

/** A tab in the background is read by its title: trouble first. */
function title(): string {
  const { name, symbol, priceDecimals } = desk.asset();
  if (desk.link().phase === "lost") return "! SOCKET LOST · Strikeline";
  const status = desk.status.held()?.data;
  const composite = desk.prices.held()?.data.markets.find((market) => market.symbol === symbol);
  const shown = composite?.price == null ? name : `${name} ${price(composite.price.toFixed(8), priceDecimals)}`;
  return status?.may_quote === false ? `! NOT QUOTING · ${shown}` : `${shown} · Strikeline`;
}
