using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Kalshi;

/// <summary>The venue's numbers, which may stand as JSON numbers or as texts, as integers of this program.</summary>
/// <remarks>Any thread, no allocation. Nothing is rounded: what does not fit the unit is refused.</remarks>
internal static class KalshiNumbers
{
    /// <summary>The largest size that is believed, in millionths of a share; sums of two still fit.</summary>
    public const long MostMicro = 1_000_000_000_000_000_000;

    private const long PpmPerCent = 10_000;

    /// <summary>A price in dollars, 0 to 1, in parts per million.</summary>
    public static bool TryPpm(ReadOnlySpan<byte> json, JsonSlice slice, out long ppm) =>
        JsonFields.TryDecimal(json, slice, Micros.Decimals, out ppm) && ppm <= Micros.One;

    /// <summary>A price in whole cents, as the venue wrote it before it had dollars.</summary>
    public static bool TryCents(ReadOnlySpan<byte> json, JsonSlice slice, out long ppm)
    {
        var isRead = JsonFields.TryInteger(json, slice, out var cents) && cents <= 100;
        ppm = isRead ? cents * PpmPerCent : 0;
        return isRead;
    }

    /// <summary>A size, not negative, in millionths of a share.</summary>
    public static bool TryMicro(ReadOnlySpan<byte> json, JsonSlice slice, out long micro) =>
        JsonFields.TryDecimal(json, slice, Micros.Decimals, out micro) && micro <= MostMicro;

    /// <summary>A change of a size, with its sign, in millionths of a share.</summary>
    public static bool TrySignedMicro(ReadOnlySpan<byte> json, JsonSlice slice, out long micro)
    {
        micro = 0;
        if (!slice.Exists)
        {
            return false;
        }

        var first = slice.Type == JsonTokenType.String ? slice.Start + 1 : slice.Start;
        if (slice.Length < 3 || json[first] != '-')
        {
            return TryMicro(json, slice, out micro);
        }

        var isText = slice.Type == JsonTokenType.String;
        var text = json.Slice(first + 1, slice.Length - (isText ? 3 : 1));
        var isRead = slice.Type is JsonTokenType.String or JsonTokenType.Number && (isText
            ? DecimalText.TryParse(text, Micros.Decimals, out micro)
            : DecimalText.TryParseJsonNumber(text, Micros.Decimals, out micro));
        micro = isRead ? -micro : 0;
        return isRead && micro >= -MostMicro;
    }

    /// <summary>A price in dollars, of a reader's current token.</summary>
    public static bool TryPpm(ref Utf8JsonReader reader, out long ppm) =>
        JsonFields.TryDecimal(ref reader, Micros.Decimals, out ppm) && ppm <= Micros.One;

    /// <summary>A price in whole cents, of a reader's current token.</summary>
    public static bool TryCents(ref Utf8JsonReader reader, out long ppm)
    {
        var isRead = JsonFields.TryDecimal(ref reader, 0, out var cents) && cents <= 100;
        ppm = isRead ? cents * PpmPerCent : 0;
        return isRead;
    }

    /// <summary>A size, of a reader's current token.</summary>
    public static bool TryMicro(ref Utf8JsonReader reader, out long micro) =>
        JsonFields.TryDecimal(ref reader, Micros.Decimals, out micro) && micro <= MostMicro;
}
