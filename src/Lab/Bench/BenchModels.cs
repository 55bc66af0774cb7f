using System.Text.Json.Serialization;

namespace Strikeline.Lab;

// The baseline: what one writes first. Names are the wire's own, so that no naming policy costs it anything.
#pragma warning disable SA1300, IDE1006
internal sealed record CombinedQuote([property: JsonPropertyName("data")] QuoteFields Data);

internal sealed class QuoteFields
{
    public long u { get; init; }

    public string s { get; init; } = "";

    [JsonPropertyName("b")]
    public string Bid { get; init; } = "";

    [JsonPropertyName("B")]
    public string BidSize { get; init; } = "";

    [JsonPropertyName("a")]
    public string Ask { get; init; } = "";

    [JsonPropertyName("A")]
    public string AskSize { get; init; } = "";
}

internal sealed record CombinedTrade([property: JsonPropertyName("data")] TradeFields Data);

internal sealed class TradeFields
{
    public string e { get; init; } = "";

    [JsonPropertyName("E")]
    public long EventTime { get; init; }

    public string s { get; init; } = "";

    public long t { get; init; }

    public string p { get; init; } = "";

    public string q { get; init; } = "";

    [JsonPropertyName("T")]
    public long TradeTime { get; init; }

    public bool m { get; init; }
}

internal sealed record BybitBook([property: JsonPropertyName("data")] BybitLevels Data);

internal sealed record BybitLevels(string s, string[][] b, string[][] a, long u, long seq);

internal sealed record KrakenBook(KrakenSides[] data);

internal sealed record KrakenSides(string symbol, KrakenLevel[] bids, KrakenLevel[] asks, uint checksum);

internal sealed record KrakenLevel(decimal price, decimal qty);

internal sealed record CoinbaseBook(long sequence_num, CoinbaseEvent[] events);

internal sealed record CoinbaseEvent(string type, string product_id, CoinbaseUpdate[] updates);

internal sealed record CoinbaseUpdate(string side, string price_level, string new_quantity);
#pragma warning restore SA1300, IDE1006

/// <summary>The baseline's readers, generated at build time.</summary>
[JsonSerializable(typeof(CombinedQuote))]
[JsonSerializable(typeof(CombinedTrade))]
[JsonSerializable(typeof(BybitBook))]
[JsonSerializable(typeof(KrakenBook))]
[JsonSerializable(typeof(CoinbaseBook))]
internal sealed partial class BenchModels : JsonSerializerContext;
