using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>Prices that have more digits than this program keeps: floats, and integers of 10^-18.</summary>
internal static class DecimalPrices
{
    private const int E8 = 8;
    private const int MaxLength = 60;

    /// <summary>A decimal of any length in 10^-8, further digits cut off.</summary>
    public static bool TryE8(ReadOnlySpan<byte> text, out long value) => TryScaled(text, E8, out value);

    /// <summary>A decimal of any length on a scale, further digits cut off.</summary>
    public static bool TryScaled(ReadOnlySpan<byte> text, int decimals, out long value)
    {
        value = 0;
        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }

        var point = text.IndexOf((byte)'.');
        if (point >= 0 && text.Length - point - 1 > decimals && text.IndexOfAny((byte)'e', (byte)'E') < 0)
        {
            if (text[(point + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return false;
            }

            text = text[..(point + 1 + decimals)];
        }

        return DecimalText.TryParseJsonNumber(text, decimals, out value);
    }

    /// <summary>An integer of 10^-18 in 10^-8, further digits cut off.</summary>
    public static bool TryE18(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        const int Excess = 18 - E8;
        if (text.Length is 0 or > MaxLength || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        return text.Length <= Excess || DecimalText.TryParse(text[..^Excess], 0, out value);
    }
}
