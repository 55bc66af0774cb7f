// Trades on the testnet's Polymarket with the venue's own client, which knows nothing of this program: only the address
// is another. One line of JSON for each check.
//
//   node trade-testnet.mjs READY

import { AssetType, ClobClient, OrderType, Side, SignatureTypeV2 } from "@polymarket/clob-client-v2";
import { createWalletClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { polygon } from "viem/chains";

const endpoints = JSON.parse(process.argv[2]).polymarket;
const control = JSON.parse(process.argv[2]).control;
const key = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const account = privateKeyToAccount(key);
const signer = createWalletClient({ account, chain: polygon, transport: http(endpoints.clob) });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let failed = false;

async function check(name, act) {
  try {
    const detail = await act();
    console.log(JSON.stringify({ check: name, ok: true, detail }));
  } catch (error) {
    failed = true;
    console.log(JSON.stringify({ check: name, ok: false, detail: String(error?.message ?? error) }));
  }
}

function must(condition, what) {
  if (!condition) throw new Error(typeof what === "string" ? what : JSON.stringify(what));
}

async function gamma(path) {
  const answer = await fetch(endpoints.gamma + path);
  must(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

function open(signatureType, funderAddress, creds) {
  return new ClobClient({ host: endpoints.clob, chain: 137, signer, creds, signatureType, funderAddress });
}

async function tokens(slug) {
  const market = await gamma(`/markets/slug/${slug}`);
  return { market, ids: JSON.parse(market.clobTokenIds) };
}

// A book is empty for moments only: wait until both sides stand.
async function liveBook(client, token) {
  for (let tries = 0; tries < 100; tries++) {
    const book = await client.getOrderBook(token);
    if (book.bids?.length && book.asks?.length) return book;
    await pause(100);
  }
  throw new Error("no book");
}

const client = open(SignatureTypeV2.EOA, undefined, undefined);
const plain = await tokens("will-the-testnet-fork-this-month");
const coin = await tokens("will-bitcoin-gain-most-this-month");
const position = await tokens("will-position-tokens-be-used");
let trader;

await check("public answers", async () => {
  must((await client.getOk()) === "OK", "ok");
  must(Math.abs((await client.getServerTime()) - Date.now() / 1000) < 5, "time");
  must((await client.getVersion()) === 2, "version");
  const page = await client.getMarkets();
  must(page.data.length === page.count && page.count > 10, page);
  must((await client.getMarket(plain.market.conditionId)).condition_id === plain.market.conditionId, "market");
});

await check("books", async () => {
  const book = await liveBook(client, plain.ids[0]);
  const hash = book.hash;
  must((await client.getOrderBookHash(book)) === hash, "hash");
  must(Number(book.bids.at(-1).price) < Number(book.asks.at(-1).price), "best levels are not last");
  const both = await client.getOrderBooks([{ token_id: plain.ids[0] }, { token_id: plain.ids[1] }]);
  must(both.length === 2 && both[0].asset_id === plain.ids[0], "books");
  must(Number((await client.getMidpoint(plain.ids[0])).mid) > 0, "midpoint");
  must(Number((await client.getPrice(plain.ids[0], Side.BUY)).price) > 0, "price");
  must(Number((await client.getSpread(plain.ids[0])).spread) > 0, "spread");
  must((await client.getTickSize(plain.ids[0])) === "0.01", "tick");
  must((await client.getNegRisk(plain.ids[0])) === false, "neg risk");
  must((await client.getClobMarketInfo(plain.market.conditionId)).fd.r === 0.04, "fee");
});

await check("key", async () => {
  const creds = await client.createOrDeriveApiKey();
  const again = await client.deriveApiKey();
  must(creds.key && creds.key === again.key && creds.secret === again.secret, "key");
  trader = open(SignatureTypeV2.EOA, undefined, creds);
  must((await trader.getApiKeys()).apiKeys.includes(creds.key), "keys");
});

await check("limit order", async () => {
  const placed = await trader.createAndPostOrder(
    { tokenID: plain.ids[0], price: 0.02, size: 10, side: Side.BUY }, {}, OrderType.GTC);
  must(placed.success && placed.status === "live", placed);
  const [order] = await trader.getOpenOrders({ id: placed.orderID });
  must(order.original_size === "10" && order.price === "0.02" && order.status === "LIVE", order);
  must((await trader.getOrder(placed.orderID)).id === placed.orderID, "order");
  const done = await trader.cancelOrder({ orderID: placed.orderID });
  must(done.canceled[0] === placed.orderID, done);
});

await check("market orders", async () => {
  await liveBook(trader, plain.ids[0]);
  const bought = await trader.createAndPostMarketOrder(
    { tokenID: plain.ids[0], amount: 5, side: Side.BUY, price: 0.98 }, {}, OrderType.FAK);
  must(bought.status === "matched" && Number(bought.takingAmount) > 5, bought);
  must(bought.transactionsHashes?.[0]?.startsWith("0x"), bought);
  const [trade] = await trader.getTrades({ id: bought.tradeIDs[0] });
  must(trade.status === "MINED" || trade.status === "CONFIRMED", trade);
  const { balance } = await trader.getBalanceAllowance({ asset_type: AssetType.CONDITIONAL, token_id: plain.ids[0] });
  must(Number(balance) / 1e6 === Number(bought.takingAmount), { balance, bought });
  const size = Math.floor(Number(balance) / 1e4) / 100;
  const sold = await trader.createAndPostMarketOrder(
    { tokenID: plain.ids[0], amount: size, side: Side.SELL, price: 0.02 }, {}, OrderType.FAK);
  must(sold.status === "matched", sold);
  const money = await trader.getBalanceAllowance({ asset_type: AssetType.COLLATERAL });
  must(Number(money.balance) < 10_000e6 && Number(money.balance) > 9_990e6, money);
});

await check("negative risk", async () => {
  must((await trader.getNegRisk(coin.ids[0])) === true, "neg risk");
  const placed = await trader.createAndPostOrder(
    { tokenID: coin.ids[1], price: 0.02, size: 7.5, side: Side.BUY }, {}, OrderType.GTC, true);
  must(placed.status === "live", placed);
  const done = await trader.cancelMarketOrders({ market: coin.market.conditionId });
  must(done.canceled.length === 1, done);
});

await check("third exchange", async () => {
  const placed = await trader.createAndPostOrder(
    { tokenID: position.ids[0], price: 0.02, size: 10, side: Side.BUY }, { version: 3 }, OrderType.GTC);
  must(placed.status === "live", placed);
  const wrong = await trader.createAndPostOrder(
    { tokenID: position.ids[0], price: 0.02, size: 10, side: Side.BUY }, { version: 2 }, OrderType.GTC);
  must(wrong.error === "order_version_mismatch", wrong);
});

for (const [name, type] of [["proxy", 1], ["safe", 2], ["deposit wallet", 3]]) {
  await check(name, async () => {
    const wallet = open(type, `0x${String(type).repeat(40)}`, trader.creds);
    const placed = await wallet.createAndPostOrder(
      { tokenID: plain.ids[1], price: 0.03, size: 5, side: Side.BUY }, {}, OrderType.GTC);
    must(placed.status === "live", placed);
  });
}

await check("batch and cancel", async () => {
  const make = (price) => trader.createOrder({ tokenID: plain.ids[0], price, size: 6, side: Side.BUY });
  const placed = await trader.postOrders(
    [{ order: await make(0.01), orderType: OrderType.GTC }, { order: await make(0.02), orderType: OrderType.GTC }]);
  must(placed.length === 2 && placed.every((one) => one.status === "live"), placed);
  const done = await trader.cancelOrders(placed.map((one) => one.orderID));
  must(done.canceled.length === 2, done);
  const rest = await trader.cancelAll();
  must(rest.canceled.length === 4, rest);
  must((await trader.getOpenOrders()).length === 0, "orders are left");
});

await check("refusals", async () => {
  const crossing = await trader.createAndPostOrder(
    { tokenID: plain.ids[0], price: 0.99, size: 5, side: Side.BUY }, {}, OrderType.GTC, true);
  must(crossing.error === "invalid post-only order: order crosses book", crossing);
  const poor = await trader.createAndPostOrder(
    { tokenID: plain.ids[0], price: 0.02, size: 900_000, side: Side.BUY }, {}, OrderType.GTC);
  must(poor.error.startsWith("not enough balance / allowance"), poor);
});

await check("taker delay", async () => {
  const start = Math.floor(Date.now() / 300_000) * 300;
  const left = start + 300 - Date.now() / 1000;
  const { ids } = await tokens(`btc-updown-5m-${left > 20 ? start : start + 300}`);
  await liveBook(trader, ids[0]);
  const placed = await trader.createAndPostOrder(
    { tokenID: ids[0], price: 0.99, size: 5, side: Side.BUY }, {}, OrderType.GTC);
  must(placed.status === "delayed", placed);
  for (let tries = 0; tries < 50; tries++) {
    const mine = (await trader.getTrades()).filter((trade) => trade.taker_order_id === placed.orderID);
    if (mine.length > 0) return mine.length;
    await pause(100);
  }
  throw new Error("the held order never traded");
});

await check("heartbeat", async () => {
  const first = await trader.postHeartbeat("");
  const second = await trader.postHeartbeat(first.heartbeat_id);
  must(second.heartbeat_id && second.heartbeat_id !== first.heartbeat_id, second);
  const wrong = await trader.postHeartbeat("else");
  must(wrong.status === 400 && wrong.heartbeat_id === second.heartbeat_id, wrong);
});

await check("ghost", async () => {
  const fault = await fetch(`${control}/control/faults`, {
    method: "POST", body: JSON.stringify({ venue: "polymarket", fault: "ghost", symbol: plain.market.slug, seconds: 5 }),
  });
  must(fault.ok, await fault.text());
  await liveBook(trader, plain.ids[0]);
  const order = await trader.createMarketOrder({ tokenID: plain.ids[0], amount: 3, side: Side.BUY, price: 0.98 });
  const bought = await trader.postOrder(order, OrderType.FAK);
  must(bought.status === "matched" && bought.transactionsHashes.length === 0, bought);
  const [trade] = await trader.getTrades({ id: bought.tradeIDs[0] });
  must(trade.status === "FAILED", trade);
});

process.exitCode = failed ? 1 : 0;
