using System.Collections.Immutable;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Venues.Kalshi;

/// <summary>Reads the venue's descriptions into this program's rules; what is not understood is said, never
/// guessed.</summary>
/// <remarks>Any thread. Not on the path of prices: allocates.</remarks>
internal static class KalshiTerms
{
    // The taker's rate in the venue's fee table, and what its makers pay of a taker's fee.
    private const long TakerRatePpm = 70_000;
    private const long MakerQuarterPpm = 250_000;
    private const long MakerHalfPpm = 500_000;
    private const long FillGrainMicros = 1;

    /// <summary>Sizes are multiples of a hundredth of a share.</summary>
    private const long SizeStepMicro = 10_000;

    private const int MostBands = 64;

    /// <summary>The curve of a fee type and its multiplier; null where the type is unknown.</summary>
    public static FeeCurve? Fee(string type, long multiplierPpm, long orderGrainMicros)
    {
        long? maker = type switch
        {
            "quadratic" => 0,
            "quadratic_with_maker_fees" => MakerQuarterPpm,
            "quadratic_with_combo_maker_fees" => MakerHalfPpm,
            _ => null,
        };
        var rate = (Int128)TakerRatePpm * multiplierPpm;
        return maker is not { } share || rate % Micros.One != 0 || rate > (Int128)Micros.One * Micros.One
            ? null
            : multiplierPpm == 0
                ? default(FeeCurve)
                : new FeeCurve(
                    FeeKind.Curve, (long)(rate / Micros.One), 1, share, FillGrainMicros, orderGrainMicros);
    }

    /// <summary>Bands of prices from <c>price_ranges</c>; default where they make no sense.</summary>
    /// <remarks>Orders are taken strictly between nothing and one dollar: one tick from each end.</remarks>
    public static ImmutableArray<PriceBand> Bands(JsonElement ranges)
    {
        if (ranges.ValueKind != JsonValueKind.Array || ranges.GetArrayLength() is 0 or > MostBands)
        {
            return default;
        }

        var bands = ImmutableArray.CreateBuilder<PriceBand>();
        var at = 0L;
        foreach (var range in ranges.EnumerateArray())
        {
            if (range.ValueKind != JsonValueKind.Object || !TryPpm(range, "start", out var start)
                || !TryPpm(range, "end", out var end) || !TryPpm(range, "step", out var step) || step == 0
                || end <= start || start < at || (end - start) % step != 0 || start % step != 0)
            {
                return default;
            }

            at = end;
            var band = new PriceBand(Math.Max(start, step), Math.Min(end, Micros.One - step), step);
            if (band.FromPpm <= band.ToPpm)
            {
                bands.Add(band);
            }
        }

        return bands.Count == 0 ? default : bands.ToImmutable();
    }

    /// <summary>Rules that take no order: of a market that is over and whose rules were never understood.</summary>
    public static MarketRules NoOrders { get; } = Rules([], default);

    /// <summary>The rules of a market.</summary>
    public static MarketRules Rules(ImmutableArray<PriceBand> bands, FeeCurve fee) => new()
    {
        Bands = bands,
        SizeStepMicro = SizeStepMicro,
        LeastRestingMicro = SizeStepMicro,
        Fee = fee,
        Nets = true,
    };

    /// <summary>True where two markets say the same: the venue repeats itself all the time.</summary>
    public static bool AreSame(OutcomeMarket one, OutcomeMarket other) =>
        AreSame(one.Rules, other.Rules) && one with { Rules = other.Rules } == other;

    /// <summary>True where two markets take the same orders.</summary>
    public static bool AreSame(MarketRules one, MarketRules other) =>
        one.Bands.AsSpan().SequenceEqual(other.Bands.AsSpan()) && one with { Bands = other.Bands } == other;

    /// <summary>A field's text; null where it is absent, null or no text.</summary>
    public static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A price between nothing and one dollar, in parts per million.</summary>
    public static bool TryPpm(JsonElement json, string name, out long ppm) =>
        TryDecimal(json, name, Micros.Decimals, out ppm) && ppm <= Micros.One;

    /// <summary>A decimal, as text or number, on a scale.</summary>
    public static bool TryDecimal(JsonElement json, string name, int decimals, out long value)
    {
        value = 0;
        if (!json.TryGetProperty(name, out var field))
        {
            return false;
        }

        return field.ValueKind switch
        {
            JsonValueKind.String => field.GetString() is { Length: < 64 } text
                && DecimalText.TryParse(System.Text.Encoding.UTF8.GetBytes(text), decimals, out value),
            JsonValueKind.Number => field.GetRawText() is { Length: < 64 } raw
                && DecimalText.TryParseJsonNumber(System.Text.Encoding.UTF8.GetBytes(raw), decimals, out value),
            _ => false,
        };
    }

    /// <summary>A moment, as RFC 3339 text or as seconds; zero where there is none.</summary>
    public static long Nanos(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var field))
        {
            return 0;
        }

        if (field.ValueKind == JsonValueKind.Number)
        {
            return field.TryGetInt64(out var seconds) && seconds is > 0 and < 100_000_000_000
                ? Math.Min(seconds, long.MaxValue / Stamps.NanosPerSecond) * Stamps.NanosPerSecond
                : 0;
        }

        return field.ValueKind == JsonValueKind.String && field.GetString() is { } text
            && new Wire.IsoTime().TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var nanos)
                ? nanos
                : 0;
    }
}
