using Strikeline.Kernel;

namespace Strikeline.Lab.Recordings;

/// <summary>Tells whose message a frame is by fields that only one venue uses.</summary>
internal static class VenueSniffer
{
    public static Venue Of(ReadOnlySpan<byte> payload)
    {
        var head = payload.Length > 4_096 ? payload[..4_096] : payload;
        if (Has(head, "\"asset_id\""u8) || Has(head, "\"price_changes\""u8) || Has(head, "\"conditionId\""u8)
            || Has(head, "\"condition_id\""u8) || Has(head, "\"topic\":\"crypto_prices"u8)
            || Has(head, "\"channel\":\"price."u8))
        {
            return Venue.Polymarket;
        }

        if (Has(head, "\"market_ticker\""u8) || Has(head, "\"orderbook_fp\""u8) || Has(head, "\"event_ticker\""u8))
        {
            return Venue.Kalshi;
        }

        if (Has(head, "\"topic\""u8))
        {
            return Venue.Bybit;
        }

        if (Has(head, "\"product_id\""u8) || Has(head, "\"sequence_num\""u8) || Has(head, "\"product_ids\""u8))
        {
            return Venue.Coinbase;
        }

        if (Has(head, "\"stream\""u8) || Has(head, "\"lastUpdateId\""u8)
            || (Has(head, "\"e\""u8) && Has(head, "\"s\""u8)))
        {
            return Venue.Binance;
        }

        return Has(head, "\"channel\""u8) || Has(head, "\"channelID\""u8) || Has(head, "\"connectionID\""u8)
            || (head.Length > 0 && head[0] == '[')
                ? Venue.Kraken
                : Venue.None;
    }

    private static bool Has(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part) => text.IndexOf(part) >= 0;
}
