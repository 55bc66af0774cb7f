using System.Globalization;
using System.Text;
using Strikeline.Venues;
using Strikeline.Venues.Kalshi;

namespace Strikeline.Unit.Venues.Kalshi;

/// <summary>Messages as the venue writes them, and decoders to give them to.</summary>
internal static class KalshiTexts
{
    public const string Ticker = "KXBTC15M-26NOV210015-15";

    public const string Event = "KXBTC15M-26NOV210015";

    public static string Snapshot(string ticker, long sid, long seq, string yes, string no) =>
        $"{{\"type\":\"orderbook_snapshot\",\"sid\":{sid},\"seq\":{seq},\"msg\":{{\"market_ticker\":\"{ticker}\","
        + $"\"market_id\":\"m\",\"yes_dollars_fp\":{yes},\"no_dollars_fp\":{no}}}}}";

    public static string Delta(string ticker, long sid, long seq, string side, string price, string delta) =>
        $"{{\"type\":\"orderbook_delta\",\"sid\":{sid},\"seq\":{seq},\"msg\":{{\"market_ticker\":\"{ticker}\","
        + $"\"market_id\":\"m\",\"price_dollars\":\"{price}\",\"delta_fp\":\"{delta}\",\"side\":\"{side}\","
        + "\"ts_ms\":1795212000123}}";

    public static string Books(string ticker, string yes, string no) =>
        $"{{\"orderbooks\":[{{\"ticker\":\"{ticker}\",\"orderbook_fp\":{{\"yes_dollars\":{yes},\"no_dollars\":{no}}}}}]}}";

    public static string Series(string ticker, string feeType = "quadratic", string multiplier = "1") =>
        $"{{\"series\":{{\"ticker\":\"{ticker}\",\"fee_type\":\"{feeType}\",\"fee_multiplier\":{multiplier},"
        + "\"settlement_sources\":[{\"name\":\"CF Benchmarks\",\"url\":\"x\"}]}}";

    public static string EventOf(string ticker, string series, bool exclusive = false, string more = "") =>
        $"{{\"event\":{{\"event_ticker\":\"{ticker}\",\"series_ticker\":\"{series}\",\"mutually_exclusive\":"
        + $"{(exclusive ? "true" : "false")}{more}}},\"markets\":[]}}";

    /// <summary>A market of the 15-minute series; fields can be replaced or added.</summary>
    public static string Market(string ticker, string eventTicker, params (string Name, string Json)[] fields)
    {
        var all = new Dictionary<string, string>
        {
            ["ticker"] = $"\"{ticker}\"",
            ["event_ticker"] = $"\"{eventTicker}\"",
            ["market_type"] = "\"binary\"",
            ["title"] = "\"BTC price up in next 15 mins?\"",
            ["open_time"] = "\"2026-11-21T00:00:00Z\"",
            ["close_time"] = "\"2026-11-21T00:15:00Z\"",
            ["status"] = "\"active\"",
            ["result"] = "\"\"",
            ["strike_type"] = "\"greater_or_equal\"",
            ["floor_strike"] = "63193.52",
            ["notional_value_dollars"] = "\"1.0000\"",
            ["price_ranges"] = Tapered,
        };
        foreach (var (name, json) in fields)
        {
            all[name] = json;
        }

        return $"{{{string.Join(',', all.Where(field => field.Value.Length > 0).Select(field => $"\"{field.Key}\":{field.Value}"))}}}";
    }

    public const string Tapered =
        "[{\"start\":\"0.0000\",\"end\":\"0.1000\",\"step\":\"0.0010\"},{\"start\":\"0.1000\",\"end\":\"0.9000\","
        + "\"step\":\"0.0100\"},{\"start\":\"0.9000\",\"end\":\"1.0000\",\"step\":\"0.0010\"}]";

    /// <summary>Midnight of the virtual day.</summary>
    public static long Midnight { get; } = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000_000;

    public static KalshiOptions Options { get; } = KalshiOptions.Production;

    /// <summary>A decoder that takes all markets, on an open connection.</summary>
    public static KalshiDecoder Decoder(IOutcomeSink sink, bool discover = true)
    {
        var decoder = new KalshiDecoder(Options, discover, sink);
        decoder.Connected(1, 1);
        return decoder;
    }

    public static RejectReason Say(this KalshiDecoder decoder, string text, long nanos = 2, string context = "") =>
        decoder.Accept(context.Length > 0 ? 0 : 1, Encoding.UTF8.GetBytes(text), context, nanos);

    /// <summary>A book's levels, best first, as one line: <c>0.47x50 0.46x10 | 0.5x3</c>.</summary>
    public static string Line(OutcomeBook book)
    {
        var text = new StringBuilder();
        for (var i = 0; i < book.Levels.Bids.Count; i++)
        {
            Append(text, book.Levels.Bids.FromBest(i));
        }

        text.Append("| ");
        for (var i = 0; i < book.Levels.Asks.Count; i++)
        {
            Append(text, book.Levels.Asks.FromBest(i));
        }

        return text.ToString().TrimEnd();
    }

    private static void Append(StringBuilder text, Level level) =>
        text.Append(CultureInfo.InvariantCulture, $"{Micros.ToText(level.Price)}x{Micros.ToText(level.Quantity)} ");
}
