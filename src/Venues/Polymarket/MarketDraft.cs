using System.Text.Json;

namespace Strikeline.Venues.Polymarket;

/// <summary>A fee as a description of a market says it.</summary>
/// <param name="RatePpm">Rate in parts per million; -1 where it is missing or cannot be read.</param>
/// <param name="Exponent">Exponent of the curve; -1 where it is no whole number.</param>
/// <param name="TakerOnly">True where it is said that makers pay nothing.</param>
internal readonly record struct FeeTerms(long RatePpm, int Exponent, bool TakerOnly);

/// <summary>A market as Gamma describes it, before anything of it is believed.</summary>
internal sealed record MarketDraft
{
    public required string ConditionId { get; init; }

    public required string Slug { get; init; }

    public string Question { get; init; } = string.Empty;

    /// <summary>The rules in words, and where the answer comes from.</summary>
    public string Rules { get; init; } = string.Empty;

    /// <summary><c>v1</c> where Gamma does not say.</summary>
    public string Version { get; init; } = "v1";

    public IReadOnlyList<string> Outcomes { get; init; } = [];

    /// <summary>Ids of the version's kind, in the order of the outcomes; empty while they are not there yet.</summary>
    public IReadOnlyList<string> TokenIds { get; init; } = [];

    /// <summary>What each outcome is worth, in parts per million; empty where not said.</summary>
    public IReadOnlyList<long> OutcomePpm { get; init; } = [];

    public bool IsClosed { get; init; }

    public bool IsResolved { get; init; }

    public bool AcceptsOrders { get; init; } = true;

    public bool IsNegRisk { get; init; }

    public bool IsAugmented { get; init; }

    public string EventId { get; init; } = string.Empty;

    public int EventMarkets { get; init; }

    /// <summary>Zero where not said.</summary>
    public long TickPpm { get; init; }

    /// <summary>Zero where not said.</summary>
    public long LeastSizeMicro { get; init; }

    /// <summary>Null where not said.</summary>
    public bool? FeesEnabled { get; init; }

    /// <summary>The most that takers may be charged, in hundredths of a percent; null where not said, -1 where it
    /// cannot
    /// be read.</summary>
    public long? TakerBaseFee { get; init; }

    public string FeeType { get; init; } = string.Empty;

    public FeeTerms? Fee { get; init; }

    /// <summary>A field or word that nobody knows where money depends on it; null where there is none.</summary>
    public (string Code, string Detail)? Stranger { get; init; }

    public int HoldSeconds { get; init; }

    public long StartNanos { get; init; }

    public long EndNanos { get; init; }

    /// <summary>The price to beat in 10^-8 dollars and how exactly Gamma writes it; null while it does not.</summary>
    public (long E8, long GrainE8)? PriceToBeat { get; init; }
}

/// <summary>A market's trading terms as the CLOB says them in one call.</summary>
internal sealed record ClobTerms
{
    public required string ConditionId { get; init; }

    /// <summary>Token and outcome text.</summary>
    public IReadOnlyList<(string Token, string Outcome)> Tokens { get; init; } = [];

    public long TickPpm { get; init; }

    public long LeastSizeMicro { get; init; }

    public bool? IsNegRisk { get; init; }

    public bool? AcceptsOrders { get; init; }

    public bool HoldsTakers { get; init; }

    public FeeTerms? Fee { get; init; }

    /// <summary>As <see cref="MarketDraft.Stranger"/>.</summary>
    public (string Code, string Detail)? Stranger { get; init; }

    /// <summary>As <see cref="MarketDraft.TakerBaseFee"/>.</summary>
    public long? TakerBaseFee { get; init; }
}

/// <summary>Plain access to a description's fields, whose types change from one reply to the next.</summary>
internal static class JsonWords
{
    public static string Text(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!,
                JsonValueKind.Number => value.GetRawText(),
                _ => string.Empty,
            }
            : string.Empty;

    public static bool? Flag(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.ValueKind == JsonValueKind.True
            : null;

    /// <summary>The array under a name, also where it is JSON inside a text.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value))
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            var text = value.GetString()!;
            if (text.Length == 0)
            {
                return [];
            }

            try
            {
                using var inner = JsonDocument.Parse(text);
                return List(inner.RootElement);
            }
            catch (JsonException)
            {
                // One market's garbled list must not cost the page that it stands on.
                return [];
            }
        }

        return List(value);
    }

    /// <summary>The items of an array under a name; none where there is no such array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : [];

    private static string[] List(JsonElement array) => array.ValueKind != JsonValueKind.Array
        ? []
        : [.. array.EnumerateArray().Select(item =>
            item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText())];
}
