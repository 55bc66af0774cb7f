using System.Text.Json;

namespace Strikeline.Venues.Polymarket;

/// <summary>
/// What is known of the objects and words that money depends on: a field or a word beside these may change what a trade
/// costs or who is paid, so that its market is not traded. Everything else in a description may grow.
/// </summary>
internal static class FieldRules
{
    private static readonly HashSet<string> Schedule = ["rate", "exponent", "takerOnly", "rebateRate"];
    private static readonly HashSet<string> Curve = ["r", "e", "to"];
    private static readonly HashSet<string> Token = ["t", "o"];

    // Rewards, game start, request for quote, address check, age of orders, book's clearing, time of opening, delay and
    // version are not used.
    private static readonly HashSet<string> Terms =
    [
        "c", "t", "mos", "mts", "mbf", "tbf", "fd", "nr", "ao", "itode", "r", "gst", "rfqe", "ibce", "oas", "cbos",
        "aot", "sd", "v",
    ];

    private static readonly HashSet<string> FeeTypes =
    [
        "", "crypto_fees", "crypto_fees_v2", "sports_fees", "sports_fees_v2", "sports_fees_v3", "politics_fees",
        "finance_fees", "finance_prices_fees", "economics_fees", "culture_fees", "weather_fees", "tech_fees",
        "mentions_fees", "general_fees",
    ];

    private static readonly HashSet<string> Resolutions =
        ["", "requested", "proposed", "disputed", "resolved", "settled"];

    /// <summary>What is not known of a market as Gamma describes it; null where all is.</summary>
    public static (string Code, string Detail)? OfMarket(JsonElement json) =>
        Word(json, "feeType", FeeTypes) ?? Word(json, "umaResolutionStatus", Resolutions)
        ?? Field(json, "feeSchedule", Schedule);

    /// <summary>What is not known of the CLOB's terms; null where all is.</summary>
    public static (string Code, string Detail)? OfTerms(JsonElement json)
    {
        var found = Field(json, Terms, "the terms") ?? Field(json, "fd", Curve);
        foreach (var token in json.Items("t"))
        {
            found ??= Field(token, Token, "t");
        }

        return found;
    }

    private static (string Code, string Detail)? Word(JsonElement json, string name, HashSet<string> known)
    {
        var word = json.Text(name);
        return known.Contains(word) ? null : ("UNKNOWN_ENUM", $"{name} {MarketCatalog.Short(word)}");
    }

    private static (string Code, string Detail)? Field(JsonElement json, string name, HashSet<string> known) =>
        json.TryGetProperty(name, out var inner) ? Field(inner, known, name) : null;

    private static (string Code, string Detail)? Field(JsonElement json, HashSet<string> known, string where)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in json.EnumerateObject())
            {
                if (!known.Contains(field.Name))
                {
                    return ("UNKNOWN_FIELD", $"{MarketCatalog.Short(field.Name)} in {where}");
                }
            }
        }

        return null;
    }
}
