using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>How each venue spells a pair.</summary>
internal static class WireNames
{
    private const int MaxLength = 40;

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-"u8);

    public static string Of(Venue venue, Symbol symbol) => venue switch
    {
        Venue.Coinbase => $"{symbol.Base}-{symbol.Quote}",
        Venue.Kraken => symbol.ToString(),
        _ => symbol.Compact,
    };

    public static bool TryRead(Venue venue, ReadOnlySpan<byte> name, [NotNullWhen(true)] out Symbol? symbol)
    {
        symbol = null;
        if (!IsSpelling(venue, name) || !Symbol.TryParse(Encoding.ASCII.GetString(name), out symbol))
        {
            return false;
        }

        if (venue == Venue.Kraken)
        {
            // The v1 dialect keeps Kraken's old asset codes; v2 and everybody else say BTC and DOGE.
            symbol = new Symbol(Modern(symbol.Base), Modern(symbol.Quote));
        }

        return true;
    }

    /// <summary>True where the venue could have written this name; a garbled one is nobody's.</summary>
    public static bool IsSpelling(Venue venue, ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > MaxLength || name.ContainsAnyExcept(NameBytes))
        {
            return false;
        }

        var separator = venue switch { Venue.Coinbase => (byte)'-', Venue.Kraken => (byte)'/', _ => (byte)0 };
        return separator != 0 ? name.Count(separator) == 1 : !name.ContainsAny((byte)'-', (byte)'/');
    }

    private static string Modern(string asset) => asset switch { "XBT" => "BTC", "XDG" => "DOGE", _ => asset };
}
