using System.Globalization;
using System.Text;

namespace Strikeline.Host.Gateway;

/// <summary>Client ids between people and the core: 128 bits hold every allowed text, and give it back.</summary>
/// <remarks>
/// A text of 1 to 21 of the 64 letters is a number with these as digits from 1 to 64, below 2^127. A UUID of the usual
/// variant (RFC 9562) is its 126 free bits with the highest bit set.
/// </remarks>
internal static class ClientIdText
{
    /// <summary>The longest text that is no UUID.</summary>
    public const int MaxLength = 21;

    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private const int VariantBits = 62;

    private static readonly UInt128 s_uuid = UInt128.One << 127;
    private static readonly UInt128 s_low = (UInt128.One << VariantBits) - 1;

    /// <summary>Reads an id; false where it is not allowed.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out UInt128 id)
    {
        id = 0;
        if (text.Length == 36)
        {
            return TryParseUuid(text, out id);
        }

        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (var letter in text)
        {
            var digit = Digits.IndexOf(letter, StringComparison.Ordinal);
            if (digit < 0)
            {
                id = 0;
                return false;
            }

            id = (id * 64) + (UInt128)(digit + 1);
        }

        return true;
    }

    /// <summary>The text of an id; null for none.</summary>
    public static string? Text(UInt128 id)
    {
        if (id == 0)
        {
            return null;
        }

        if (id >= s_uuid)
        {
            var bits = id & ~s_uuid;
            var full = ((bits >> VariantBits) << 64) | (UInt128.One << 63) | (bits & s_low);
            var hex = full.ToString("x32", CultureInfo.InvariantCulture);
            return $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
        }

        var text = new StringBuilder();
        for (var left = id; left > 0; left = (left - 1) / 64)
        {
            text.Insert(0, Digits[(int)((left - 1) % 64)]);
        }

        return text.ToString();
    }

    private static bool TryParseUuid(ReadOnlySpan<char> text, out UInt128 id)
    {
        id = 0;
        if (!Guid.TryParseExact(text, "D", out var guid)
            || !UInt128.TryParse(
                guid.ToString("N"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var full)
            || ((ulong)(full & ulong.MaxValue) >> VariantBits) != 0b10)
        {
            return false;
        }

        id = s_uuid | ((full >> 64) << VariantBits) | (full & s_low);
        return true;
    }
}
