using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Kalshi;

/// <summary>Values of CF Benchmarks' indices, which the crypto markets settle on.</summary>
internal sealed partial class KalshiParser
{
    private const int PriceDecimals = 8;
    private const int MostInner = 512;
    private const int WindowSeconds = 60;

    private static readonly byte[][] ReferenceNames =
    [
        "index_id"u8.ToArray(), "data"u8.ToArray(), "value_usd"u8.ToArray(), "source_ts_ms"u8.ToArray(),
        "avg_60s_data"u8.ToArray(),
    ];

    private static readonly byte[][] InnerNames = ["time"u8.ToArray(), "value"u8.ToArray()];

    private static readonly byte[][] MeanNames =
        ["value"u8.ToArray(), "window_size"u8.ToArray(), "window_end_ts_exclusive"u8.ToArray()];

    /// <summary>The newest values of the message that was parsed last.</summary>
    public IndexValues Index { get; private set; }

    /// <summary>The asset that an index prices; null for one that is unknown here.</summary>
    internal static string? AssetOf(ReadOnlySpan<byte> index)
    {
        if (index.SequenceEqual("BRTI"u8))
        {
            return "BTC";
        }

        var suffix = "USD_RTI"u8;
        return index.Length > suffix.Length && index.Length <= 16 && index.EndsWith(suffix)
            && KalshiNames.IsTicker(index[..^suffix.Length])
                ? string.Intern(System.Text.Encoding.ASCII.GetString(index[..^suffix.Length]))
                : null;
    }

    /// <summary>The index of an asset.</summary>
    internal static string IndexOf(string asset) => asset == "BTC" ? "BRTI" : $"{asset}USD_RTI";

    private RejectReason ParseReference(ReadOnlySpan<byte> json, KalshiFrame into)
    {
        Index = default;
        Span<JsonSlice> f = stackalloc JsonSlice[5];
        var reason = JsonFields.Read(json, ReferenceNames, f);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!JsonFields.TryText(json, f[0], out var name))
        {
            return f[0].Exists ? RejectReason.BadField : RejectReason.MissingField;
        }

        if (AssetOf(name) is not { } asset)
        {
            return RejectReason.None;
        }

        reason = ReadLast(json, f, out var last, out var lastNanos);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        long mean = 0;
        long meanNanos = 0;
        if (f[4].Type == JsonTokenType.StartObject && !TryMean(JsonFields.Raw(json, f[4]), out mean, out meanNanos))
        {
            return RejectReason.BadField;
        }

        into.Kind = KalshiKind.Reference;
        Index = new IndexValues(asset, last, lastNanos, mean, meanNanos);
        return RejectReason.None;
    }

    // The fast channel has the value beside the original message; the other only inside of it, as text.
    private static RejectReason ReadLast(
        ReadOnlySpan<byte> json, ReadOnlySpan<JsonSlice> f, out long value, out long nanos)
    {
        value = 0;
        nanos = 0;
        if (f[2].Exists && f[3].Exists)
        {
            return TryE8(json, f[2], out value) && TryMillis(json, f[3], out nanos)
                ? RejectReason.None
                : RejectReason.BadField;
        }

        if (f[1].Type is not (JsonTokenType.String or JsonTokenType.StartObject))
        {
            return f[1].Exists ? RejectReason.BadField : RejectReason.MissingField;
        }

        if (f[1].Length > MostInner)
        {
            return RejectReason.TooLarge;
        }

        var inner = JsonFields.Raw(json, f[1]);
        if (f[1].Type == JsonTokenType.StartObject)
        {
            return ReadInner(inner, out value, out nanos);
        }

        Span<byte> buffer = stackalloc byte[MostInner];
        return TryUnescape(inner, buffer, out var length)
            ? ReadInner(buffer[..length], out value, out nanos)
            : RejectReason.BadField;
    }

    private static RejectReason ReadInner(ReadOnlySpan<byte> inner, out long value, out long nanos)
    {
        value = 0;
        nanos = 0;
        Span<JsonSlice> f = stackalloc JsonSlice[2];
        var reason = JsonFields.Read(inner, InnerNames, f);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        return !f[0].Exists || !f[1].Exists ? RejectReason.MissingField
            : TryE8(inner, f[1], out value) && TryMillis(inner, f[0], out nanos) ? RejectReason.None
            : RejectReason.BadField;
    }

    // A mean over fewer seconds than the window has is on its way to one, and none yet.
    private static bool TryMean(ReadOnlySpan<byte> json, out long value, out long nanos)
    {
        value = 0;
        nanos = 0;
        Span<JsonSlice> f = stackalloc JsonSlice[3];
        if (JsonFields.Read(json, MeanNames, f) != RejectReason.None || !TryE8(json, f[0], out var mean)
            || !TryMillis(json, f[2], out var end) || !JsonFields.TryInteger(json, f[1], out var size))
        {
            return false;
        }

        (value, nanos) = size == WindowSeconds ? (mean, end) : (0, 0);
        return true;
    }

    private static bool TryMillis(ReadOnlySpan<byte> json, JsonSlice slice, out long nanos)
    {
        nanos = 0;
        return JsonFields.TryInteger(json, slice, out var millis) && TryScale(millis, Stamps.NanosPerMilli, out nanos);
    }

    // What stands below 10^-8 dollars is cut off: an index has no such grain.
    private static bool TryE8(ReadOnlySpan<byte> json, JsonSlice slice, out long value)
    {
        value = 0;
        if (!slice.Exists || slice.Type is not (JsonTokenType.String or JsonTokenType.Number))
        {
            return false;
        }

        var text = slice.Type == JsonTokenType.String
            ? json.Slice(slice.Start + 1, slice.Length - 2)
            : JsonFields.Raw(json, slice);
        var point = text.IndexOf((byte)'.');
        if (point >= 0 && text.Length - point - 1 > PriceDecimals)
        {
            if (text[(point + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return false;
            }

            text = text[..(point + 1 + PriceDecimals)];
        }

        return DecimalText.TryParse(text, PriceDecimals, out value) && value > 0;
    }

    private static bool TryUnescape(ReadOnlySpan<byte> quoted, Span<byte> buffer, out int length)
    {
        length = 0;
        var reader = new Utf8JsonReader(quoted);
        try
        {
            reader.Read();
            length = reader.CopyString(buffer);
            return true;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return false;
        }
    }

    /// <summary>What a message says of an index.</summary>
    /// <param name="Asset">The asset.</param>
    /// <param name="LastE8">The value in 10^-8 dollars.</param>
    /// <param name="LastNanos">When it was taken, nanoseconds since the Unix epoch.</param>
    /// <param name="MeanE8">The mean of the 60 seconds up to <paramref name="MeanNanos"/>; zero where there is no whole
    /// one.</param>
    /// <param name="MeanNanos">The end of those seconds.</param>
    public readonly record struct IndexValues(
        string Asset, long LastE8, long LastNanos, long MeanE8, long MeanNanos);
}
