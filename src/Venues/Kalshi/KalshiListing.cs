using System.Collections.Immutable;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Venues.Kalshi;

/// <summary>One market as the venue described it last, in its own words.</summary>
/// <remarks>Immutable: any thread.</remarks>
internal sealed record KalshiListing
{
    private const int StrikeDecimals = 8;

    public required string Ticker { get; init; }

    public required string EventTicker { get; init; }

    public string Title { get; init; } = string.Empty;

    public string Kind { get; init; } = string.Empty;

    public string Status { get; init; } = string.Empty;

    public string Result { get; init; } = string.Empty;

    public string StrikeType { get; init; } = string.Empty;

    public string RulesText { get; init; } = string.Empty;

    public long? FloorE8 { get; init; }

    public long? CapE8 { get; init; }

    public long OpensNanos { get; init; }

    public long ClosesNanos { get; init; }

    public long? SettlementPpm { get; init; }

    public bool PaysOneDollar { get; init; }

    /// <summary>Default where the venue's bands are absent or make no sense.</summary>
    public ImmutableArray<PriceBand> Bands { get; init; }

    /// <summary>What is not understood of it, as an alert; null where nothing is. It stays until the market is
    /// described
    /// again.</summary>
    public (string Code, string Detail)? Puzzle { get; init; }

    /// <summary>How final the result is.</summary>
    public KalshiVerdict Verdict => Status switch
    {
        "initialized" or "active" or "inactive" or "closed" => KalshiVerdict.None,
        "determined" or "disputed" or "amended" => KalshiVerdict.Provisional,
        "finalized" or "settled" => KalshiVerdict.Final,
        _ => KalshiVerdict.Unknown,
    };

    /// <summary>What a YES share pays by the result of now, in parts per million; null where that makes no sense. The
    /// value is what is paid; the word must not say otherwise.</summary>
    public long? PaysPpm => (Result, SettlementPpm) switch
    {
        ("scalar", var value) => value,
        ("yes", null or Micros.One) => Micros.One,
        ("no", null or 0) => 0,
        _ => null,
    };

    /// <summary>Reads an object of <c>/markets</c>; null where it names no market.</summary>
    public static KalshiListing? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || KalshiTerms.Text(json, "ticker") is not { } ticker
            || KalshiTerms.Text(json, "event_ticker") is not { } eventTicker
            || !IsTicker(ticker) || !IsTicker(eventTicker))
        {
            return null;
        }

        return new KalshiListing
        {
            Ticker = ticker,
            EventTicker = eventTicker,
            Title = KalshiTerms.Text(json, "title") is { Length: > 0 } title
                ? title
                : KalshiTerms.Text(json, "yes_sub_title") ?? ticker,
            Kind = KalshiTerms.Text(json, "market_type") ?? string.Empty,
            Status = KalshiTerms.Text(json, "status") ?? string.Empty,
            Result = KalshiTerms.Text(json, "result") ?? string.Empty,
            StrikeType = KalshiTerms.Text(json, "strike_type") ?? string.Empty,
            RulesText = KalshiTerms.Text(json, "rules_primary") + " " + KalshiTerms.Text(json, "rules_secondary"),
            FloorE8 = Strike(json, "floor_strike"),
            CapE8 = Strike(json, "cap_strike"),
            OpensNanos = KalshiTerms.Nanos(json, "open_time"),
            ClosesNanos = KalshiTerms.Nanos(json, "close_time"),
            SettlementPpm = KalshiTerms.TryPpm(json, "settlement_value_dollars", out var pays) ? pays : null,
            PaysOneDollar = !json.TryGetProperty("notional_value_dollars", out _)
                || (KalshiTerms.TryPpm(json, "notional_value_dollars", out var notional) && notional == Micros.One),
            Bands = json.TryGetProperty("price_ranges", out var ranges) ? KalshiTerms.Bands(ranges) : default,
            Puzzle = PuzzleOf(json),
        };
    }

    /// <summary>What a message of the lifecycle channel makes of it.</summary>
    /// <returns>Null where the message's type is unknown.</returns>
    /// <remarks>That it was settled does not say at what, and a dispute in between is not told: what is paid is asked
    /// for.</remarks>
    public KalshiListing? After(string type, JsonElement message) => type switch
    {
        "created" or "settled" => this,
        "activated" => this with { Status = "active" },
        "deactivated" => this with { Status = "inactive" },
        "close_date_updated" => this with
        {
            ClosesNanos = KalshiTerms.Nanos(message, "close_ts") is > 0 and var at ? at : ClosesNanos,
        },
        "determined" => this with
        {
            Status = "determined",
            Result = KalshiTerms.Text(message, "result") ?? string.Empty,
            SettlementPpm = KalshiTerms.TryPpm(message, "settlement_value", out var pays) ? pays : null,
        },
        "price_level_structure_updated" => this with
        {
            Bands = message.TryGetProperty("price_ranges", out var ranges) ? KalshiTerms.Bands(ranges) : default,
            Puzzle = PuzzleOf(message),
        },
        "metadata_updated" => this with
        {
            StrikeType = KalshiTerms.Text(message, "strike_type") ?? StrikeType,
            FloorE8 = Strike(message, "floor_strike") ?? FloorE8,
            CapE8 = Strike(message, "cap_strike") ?? CapE8,
        },
        _ => null,
    };

    private static (string Code, string Detail)? PuzzleOf(JsonElement json) =>
        KalshiFields.Strange(json) is { } name ? ("UNKNOWN_FIELD", $"{name} of a market") : null;

    private static bool IsTicker(string text) =>
        text.Length <= KalshiNames.MaxLength && KalshiNames.IsTicker(System.Text.Encoding.UTF8.GetBytes(text));

    private static long? Strike(JsonElement json, string name) =>
        KalshiTerms.TryDecimal(json, name, StrikeDecimals, out var value) ? value : null;
}
