using System.Buffers;
using Strikeline.Kernel;

namespace Strikeline.Venues.Kalshi;

/// <summary>How the venue and this program write a market and its two tokens.</summary>
internal static class KalshiNames
{
    /// <summary>The longest ticker, in letters.</summary>
    public const int MaxLength = 96;

    private const string NoSuffix = ":no";

    private static readonly SearchValues<byte> TickerBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"u8);

    public static MarketKey Yes(string ticker) => new(Venue.Kalshi, ticker);

    public static MarketKey No(string ticker) => new(Venue.Kalshi, ticker + NoSuffix);

    /// <summary>The market of a token.</summary>
    public static string TickerOf(MarketKey key) =>
        key.TokenId.EndsWith(NoSuffix, StringComparison.Ordinal) ? key.TokenId[..^NoSuffix.Length] : key.TokenId;

    /// <summary>True where the venue could have written this; a garbled name is nobody's.</summary>
    public static bool IsTicker(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= MaxLength && !name.ContainsAnyExcept(TickerBytes);

    /// <summary>The series that a ticker of a market or event belongs to.</summary>
    public static string SeriesOf(string ticker)
    {
        var dash = ticker.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 ? ticker : ticker[..dash];
    }
}
