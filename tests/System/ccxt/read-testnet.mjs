// Reads all four venues of a running testnet with ccxt, which is unchanged but for its base addresses.
// usage: node read-testnet.mjs '<the ready line of strikeline testnet>' [--seconds N] [--venue NAME]
// Prints one JSON line per check; the exit code is 1 where any check failed, 2 where the call was wrong.
import { readFileSync } from "node:fs";
import ccxt from "ccxt";
import WebSocket from "ws";

const MAX_SECONDS = 120;
const FIRST_WITHIN_SECONDS = 25;

const venues = {
  binance: {
    symbols: ["BTC/USDT", "ETH/USDT", "SOL/USDT", "USDC/USDT"],
    options: { defaultType: "spot", fetchMarkets: { types: ["spot"] } },
    address(client, at) {
      client.urls.api.public = `${at.rest}/api/v3`;
      client.urls.api.ws.spot = `${at.ws}/ws`;
      client.has.fetchCurrencies = false;
    },
  },
  coinbase: {
    symbols: ["BTC/USD", "ETH/USD", "SOL/USD", "USDT/USD", "BTC/USDT", "ETH/USDT"],
    options: {},
    address(client, at) {
      client.urls.api.rest = at.rest;
      client.urls.api.ws = at.ws;
    },
  },
  kraken: {
    symbols: ["BTC/USD", "ETH/USD", "SOL/USD", "USDT/USD", "USDC/USD", "BTC/USDT", "ETH/USDT"],
    options: {},
    address(client, at) {
      client.urls.api.public = at.rest;
      client.urls.api.ws.publicV2 = `${at.ws}/v2`;
    },
  },
  bybit: {
    symbols: ["BTC/USDT", "ETH/USDT", "SOL/USDT", "USDC/USDT"],
    options: { defaultType: "spot", fetchMarkets: { types: ["spot"] } },
    address(client, at) {
      client.urls.api.public = at.rest;
      client.urls.api.ws.public.spot = `${at.ws}/v5/public/spot`;
    },
  },
};

function usage(why) {
  console.error(`${why}\nusage: node read-testnet.mjs '<ready line>' [--seconds N] [--venue NAME]`);
  process.exit(2);
}

function readArguments(list) {
  const found = { seconds: 6, venue: null, endpoints: null };
  for (let i = 0; i < list.length; i++) {
    if (list[i] === "--seconds") {
      found.seconds = Number(list[++i]);
    } else if (list[i] === "--venue") {
      found.venue = list[++i];
    } else {
      try {
        found.endpoints = JSON.parse(list[i]);
      } catch {
        usage(`not JSON: ${list[i]}`);
      }
    }
  }
  if (found.endpoints === null) usage("the endpoints are missing");
  if (!(found.seconds > 0 && found.seconds <= MAX_SECONDS)) usage(`--seconds must be 1 to ${MAX_SECONDS}`);
  if (found.venue !== null && !(found.venue in venues)) usage(`unknown venue ${found.venue}`);
  return found;
}

let failures = 0;

async function check(venue, what, symbol, run) {
  const line = { venue, check: what, symbol, ok: true };
  try {
    Object.assign(line, await run());
  } catch (error) {
    line.ok = false;
    line.error = `${error.constructor.name}: ${error.message}`.slice(0, 400);
    failures++;
  }
  console.log(JSON.stringify(line));
}

function demand(condition, what) {
  if (!condition) throw new Error(what);
}

function demandBook(book) {
  demand(book.bids.length >= 10 && book.asks.length >= 10, `thin book: ${book.bids.length}/${book.asks.length}`);
  demand(book.bids[0][0] < book.asks[0][0], `crossed: ${book.bids[0][0]} >= ${book.asks[0][0]}`);
  for (const [side, sign] of [[book.bids, -1], [book.asks, 1]]) {
    for (let i = 1; i < side.length; i++) {
      demand(sign * (side[i][0] - side[i - 1][0]) > 0, "levels out of order");
      demand(side[i][1] > 0, "level without quantity");
    }
  }
  return { bid: book.bids[0][0], ask: book.asks[0][0], levels: [book.bids.length, book.asks.length] };
}

function demandTrades(trades, symbol) {
  demand(trades.length > 0, "no trades");
  for (const trade of trades) {
    demand(trade.symbol === symbol, `trade of ${trade.symbol}`);
    demand(trade.price > 0 && trade.amount > 0, "trade without price or amount");
    demand(trade.side === "buy" || trade.side === "sell", `side ${trade.side}`);
    demand(Math.abs(Date.now() - trade.timestamp) < 3_600_000, `time ${trade.timestamp}`);
  }
  return { trades: trades.length, last: trades[trades.length - 1].price };
}

function demandTicker(ticker, symbol, wantsQuote) {
  demand(ticker.symbol === symbol, `ticker of ${ticker.symbol}`);
  demand(ticker.last > 0, `last ${ticker.last}`);
  if (wantsQuote) demand(ticker.bid > 0 && ticker.bid < ticker.ask, `quote ${ticker.bid}/${ticker.ask}`);
  return { last: ticker.last, bid: ticker.bid, ask: ticker.ask };
}

async function readRest(name, client, symbols) {
  await check(name, "markets", null, async () => {
    await client.loadMarkets();
    for (const symbol of symbols) demand(symbol in client.markets, `${symbol} is not listed`);
    return { markets: client.symbols.length };
  });
  await check(name, "time", null, async () => {
    const time = await client.fetchTime();
    demand(Math.abs(Date.now() - time) < 5_000, `time ${time}`);
    return { offsetMs: Date.now() - time };
  });
  for (const symbol of symbols) {
    await check(name, "rest ticker", symbol, async () => demandTicker(await client.fetchTicker(symbol), symbol, true));
    await check(name, "rest trades", symbol, async () => demandTrades(await client.fetchTrades(symbol), symbol));
    await check(name, "rest book", symbol, async () => demandBook(await client.fetchOrderBook(symbol, 100)));
  }
  await check(name, "rest candles", symbols[0], async () => {
    const bars = await client.fetchOHLCV(symbols[0], "1m", undefined, 50);
    demand(bars.length >= 20, `${bars.length} bars`);
    for (const [, open, high, low, close] of bars) {
      demand(low <= Math.min(open, close) && high >= Math.max(open, close) && low > 0, "bar out of range");
    }
    return { bars: bars.length };
  });
}

// The first value may be late: the client holds its own subscriptions back by its rate limit.
async function watch(seconds, next, judge) {
  let until = Date.now() + FIRST_WITHIN_SECONDS * 1000;
  let updates = 0;
  let last = null;
  while (Date.now() < until) {
    const left = until - Date.now();
    const value = await Promise.race([next(), new Promise((done) => setTimeout(done, left + 1, null))]);
    if (value === null) break;
    last = judge(value);
    updates++;
    if (updates === 1) until = Date.now() + seconds * 1000;
  }
  demand(updates > 0, `nothing came within ${FIRST_WITHIN_SECONDS} s`);
  return { updates, ...last };
}

async function readStreams(name, client, symbols, seconds) {
  const busy = symbols.slice(0, 2);
  const runs = [];
  for (const symbol of busy) {
    runs.push(
      check(name, "watch book", symbol, async () => {
        const result = await watch(seconds, () => client.watchOrderBook(symbol), demandBook);
        demand(result.updates >= seconds, `only ${result.updates} updates`);
        return result;
      }),
      check(name, "watch trades", symbol, () =>
        watch(seconds, () => client.watchTrades(symbol), (trades) => demandTrades(trades, symbol))),
      check(name, "watch ticker", symbol, () =>
        watch(seconds, () => client.watchTicker(symbol), (ticker) => demandTicker(ticker, symbol, false))),
    );
  }
  await Promise.all(runs);
}

// ccxt leaves Kraken's checksum alone by default, and numbers that went through JSON.parse have lost the zeros that it
// is made of. So it is checked here over the text of the frames, by the documented rule, with ccxt's own CRC-32.
function checksumOf(client, book) {
  const digits = (text) => text.replace(".", "").replace(/^0+/, "");
  const top = (side, sign) =>
    [...book[side].entries()].sort((a, b) => sign * (Number(a[0]) - Number(b[0]))).slice(0, 10);
  const payload = [...top("asks", 1), ...top("bids", -1)].map(([price, qty]) => digits(price) + digits(qty)).join("");
  return client.crc32(payload, false);
}

function applyKraken(book, data, depth) {
  for (const [side, sign] of [["asks", 1], ["bids", -1]]) {
    for (const { price, qty } of data[side]) {
      if (Number(qty) === 0) book[side].delete(price);
      else book[side].set(price, qty);
    }
    const sorted = [...book[side].keys()].sort((a, b) => sign * (Number(a) - Number(b)));
    for (const price of sorted.slice(depth)) book[side].delete(price);
  }
}

function watchChecksums(client, at, symbol, depth, seconds) {
  return new Promise((resolve, reject) => {
    const book = { asks: new Map(), bids: new Map() };
    let checked = 0;
    const socket = new WebSocket(`${at.ws}/v2`);
    const end = (error) => {
      socket.terminate();
      if (error !== null) reject(error);
      else if (checked < 2) reject(new Error(`only ${checked} checksums within ${seconds} s`));
      else resolve({ depth, checked });
    };
    setTimeout(end, seconds * 1000, null);
    socket.on("error", end);
    socket.on("open", () =>
      socket.send(JSON.stringify({ method: "subscribe", params: { channel: "book", symbol: [symbol], depth } })));
    socket.on("message", (bytes) => {
      const message = JSON.parse(String(bytes).replace(/"(price|qty)":([0-9.]+)/g, '"$1":"$2"'));
      if (message.channel !== "book") return;
      const [data] = message.data;
      if (message.type === "snapshot") {
        book.asks.clear();
        book.bids.clear();
      }
      applyKraken(book, data, depth);
      const found = checksumOf(client, book);
      if (found !== data.checksum) end(new Error(`checksum ${data.checksum}, computed ${found} at frame ${checked}`));
      checked++;
    });
  });
}

async function readVenue(name, venue, at, seconds) {
  const client = new ccxt.pro[name]({ newUpdates: true, options: venue.options });
  venue.address(client, at);
  // Part of ccxt's own set-up for ws:// addresses without TLS.
  await client.loadHttpProxyAgent();
  await readRest(name, client, venue.symbols);
  await readStreams(name, client, venue.symbols, seconds);
  if (name === "kraken") {
    await Promise.all([10, 25, 100].map((depth) =>
      check(name, "checksums", "BTC/USD", () => watchChecksums(client, at, "BTC/USD", depth, seconds))));
  }
  await client.close();
}

const { endpoints, seconds, venue: only } = readArguments(process.argv.slice(2));
const chosen = Object.entries(venues).filter(([name]) => only === null || only === name);
for (const [name] of chosen) {
  if (!endpoints[name]?.ws || !endpoints[name]?.rest) usage(`the endpoints have no ${name}`);
}
// Side by side: the client's own rate limits make most of the time.
await Promise.all(chosen.map(([name, venue]) => readVenue(name, venue, endpoints[name], seconds)));
const installed = JSON.parse(readFileSync(new URL("node_modules/ccxt/package.json", import.meta.url), "utf8"));
console.log(JSON.stringify({ ccxt: installed.version, venues: chosen.length, failures }));
process.exit(failures === 0 ? 0 : 1);
