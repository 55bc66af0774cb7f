import type { Books, Feeds, Markets, Prices, Status } from "../src/wire";

/** One message of each channel, as the server's contract shows it. */
export const status: Status = {
  epoch: "01JD8",
  at: 1_795_248_000_000,
  may_quote: false,
  may_trade: false,
  blocked_by: [{ code: "FEED_UNPROVEN", detail: "kraken BTC/USD", since: 1_795_247_995_800, fix: "resync running" }],
  data: "replay",
  speed: "×10",
  orders: "none",
  note: "tape ends in 3 s",
};

export const feeds: Feeds = {
  at: 1_795_248_000_000,
  source: "simulated",
  feeds: [
    {
      venue: "kraken",
      symbol: "BTC/USD",
      state: "stale",
      reason: "no change for 4.2 s while 3 venues moved",
      next_step: "resync running",
      age_ms: 4_200,
      bid: "76300.1",
      bid_quantity: "0.52",
      ask: "76300.2",
      ask_quantity: "1.1",
      spread: "0.1",
      spread_bps: 0.013,
      last_price: "76300.1",
      messages: 123,
      messages_per_second: 12.5,
      trades: 9,
      gaps: 1,
      reconnects: 0,
      proven: false,
    },
  ],
};

export const prices: Prices = {
  at: 1_795_248_000_000,
  markets: [
    {
      symbol: "BTC/USDT",
      price: 76315.99,
      provider_count: 3,
      confidence: 0.93,
      age_ms: 20,
      reason: "nothing to say",
      inputs: { coverage: 0.75, agreement: 0.97, freshness: 0.96 },
      venues: [
        {
          venue: "kraken",
          symbol: "BTC/USD",
          mid: "76301.5",
          converted: "76315.9",
          age_ms: 12,
          used: false,
          reason: "STALE",
        },
      ],
    },
  ],
};

export const markets: Markets = {
  symbol: "BTC/USDT",
  at: 1_795_248_000_000,
  spot: 76315.99,
  reason: "nothing to say",
  markets: [
    {
      market: {
        quote_id: "0198a2",
        symbol: "BTC/USDT",
        strike: "76300",
        up_price: 0.5661,
        down_price: 0.4539,
        up_probability: 0.5561,
        expiry_ts: 1_795_248_300_000,
        generated_at: 1_795_247_999_500,
        valid_until: 1_795_248_001_500,
        max_quantity: "250",
      },
      signature: "5sig",
      signer: "7key",
      payload: "AAAA",
    },
  ],
};

export const books: Books = {
  asset: "BTC",
  at: 1_795_248_000_000,
  books: [
    {
      venue: "kraken",
      symbol: "BTC/USD",
      state: "live",
      proven: true,
      reason: "nothing to say",
      age_ms: 3,
      bids: [
        ["76300.1", "0.52"],
        ["76299.9", "1"],
      ],
      asks: [["76300.2", "0.1"]],
      trades: [{ at: 1_795_247_999_990, price: "76300.1", quantity: "0.0004", side: "buy" }],
    },
  ],
};
