using System.Text.Json;

namespace Strikeline.Venues.Kalshi;

/// <summary>Which fields of the venue's descriptions say something about money: of those every one must be
/// known.</summary>
/// <remarks>All other fields are descriptive; new ones appear every few weeks and change nothing. Any thread.</remarks>
internal static class KalshiFields
{
    // A field belongs to money where its name has one of these in it.
    private static readonly string[] Families =
        ["fee", "multiplier", "notional", "payout", "price_range", "settlement_value"];

    private static readonly string[] Known =
    [
        "fee_type", "fee_multiplier", "fee_type_override", "fee_multiplier_override", "fee_waiver_expiration_time",
        "notional_value", "notional_value_dollars", "price_ranges", "settlement_value", "settlement_value_dollars",
    ];

    private static readonly string[] OfBand = ["start", "end", "step"];

    /// <summary>The first field of a market, event or series that is about money and not known; null where there is
    /// none.</summary>
    public static string? Strange(JsonElement json)
    {
        foreach (var field in json.EnumerateObject())
        {
            if (Array.Exists(Families, family => field.Name.Contains(family, StringComparison.Ordinal))
                && !Known.Contains(field.Name, StringComparer.Ordinal))
            {
                return Cut(field.Name);
            }
        }

        return json.TryGetProperty("price_ranges", out var ranges) ? StrangeOfBands(ranges) : null;
    }

    // Of a band every field is about money.
    private static string? StrangeOfBands(JsonElement ranges)
    {
        if (ranges.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var band in ranges.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.Object))
        {
            foreach (var field in band.EnumerateObject())
            {
                if (!OfBand.Contains(field.Name, StringComparer.Ordinal))
                {
                    return Cut(field.Name) + " of price_ranges";
                }
            }
        }

        return null;
    }

    private static string Cut(string name) => name.Length > 40 ? name[..40] : name;
}
