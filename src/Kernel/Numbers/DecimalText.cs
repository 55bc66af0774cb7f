using System.Runtime.CompilerServices;

namespace Strikeline.Kernel;

/// <summary>Exact conversion between decimal text and integers of a fixed scale.</summary>
/// <remarks>Any thread. No allocation, except in <see cref="ToText(long, int)"/>. Never rounds: a number that does not
/// fit the scale is refused.</remarks>
public static class DecimalText
{
    /// <summary>Largest number of decimals that a scale may have.</summary>
    public const int MaxDecimals = 18;

    private const int MaxDigits = 19;

    private static ReadOnlySpan<long> PowersOfTen =>
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
    ];

    /// <summary>Ten to the power of <paramref name="decimals"/> (0 to 18).</summary>
    public static long Scale(int decimals) => PowersOfTen[decimals];

    /// <summary>Reads an unsigned decimal such as <c>61837.63000000</c> as an integer in units of
    /// 10^-<paramref name="decimals"/>.</summary>
    /// <param name="text">ASCII digits with at most one point; digits on both sides of the point. No sign, exponent or
    /// space.</param>
    /// <param name="decimals">Decimals of the scale, 0 to 18.</param>
    /// <param name="value">The integer, zero where the result is false.</param>
    /// <returns>False where the text is no such number, has non-zero digits below the scale, or does not fit 64
    /// bits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryParse(ReadOnlySpan<byte> text, int decimals, out long value)
    {
        value = 0;
        ulong digits = 0;
        var seen = 0;
        var i = 0;
        for (; i < text.Length; i++)
        {
            var digit = unchecked((uint)(text[i] - '0'));
            if (digit > 9)
            {
                break;
            }

            digits = unchecked((digits * 10) + digit);
            seen += (digit | (uint)seen) == 0 ? 0 : 1;
        }

        if (i == 0)
        {
            return false;
        }

        var missing = decimals;
        if (i < text.Length)
        {
            if (text[i] != '.' || i + 1 == text.Length)
            {
                return false;
            }

            for (i++; i < text.Length; i++)
            {
                var digit = unchecked((uint)(text[i] - '0'));
                if (digit > 9)
                {
                    return false;
                }

                if (missing > 0)
                {
                    digits = unchecked((digits * 10) + digit);
                    seen += (digit | (uint)seen) == 0 ? 0 : 1;
                    missing--;
                }
                else if (digit != 0)
                {
                    return false;
                }
            }
        }

        // Nineteen digits always fit an unsigned 64-bit number. The digits are counted, because a wrapped sum may be
        // anything.
        if (seen + (seen == 0 ? 0 : missing) > MaxDigits)
        {
            return false;
        }

        if (missing > 0)
        {
            digits = unchecked(digits * (ulong)PowersOfTen[missing]);
        }

        if (digits > long.MaxValue)
        {
            return false;
        }

        value = unchecked((long)digits);
        return true;
    }

    /// <summary>Reads an unsigned JSON number, exponent form included (<c>1.5e-7</c>), with the rules of
    /// <see cref="TryParse"/>.</summary>
    /// <remarks>Kraken v2 sends prices as JSON numbers, and a serialiser may write a small one with an
    /// exponent.</remarks>
    public static bool TryParseJsonNumber(ReadOnlySpan<byte> text, int decimals, out long value)
    {
        var e = text.IndexOfAny((byte)'e', (byte)'E');
        if (e < 0)
        {
            return TryParse(text, decimals, out value);
        }

        value = 0;
        var exponentText = text[(e + 1)..];
        var negative = exponentText.Length > 0 && exponentText[0] == '-';
        if (exponentText.Length > 0 && (negative || exponentText[0] == '+'))
        {
            exponentText = exponentText[1..];
        }

        if (exponentText.Length is 0 or > 3 || !TryParse(exponentText, 0, out var exponent))
        {
            return false;
        }

        // The point moves instead of the number: the mantissa is read on a scale shifted by the exponent.
        var shifted = decimals + (negative ? -(int)exponent : (int)exponent);
        if (shifted is < 0 or > MaxDecimals)
        {
            return TryParse(text[..e], MaxDecimals, out var mantissa) && mantissa == 0;
        }

        return TryParse(text[..e], shifted, out value);
    }

    /// <summary>Number of digits after the point in <paramref name="text"/>; zero where there is no point.</summary>
    public static int DecimalsIn(ReadOnlySpan<byte> text)
    {
        var point = text.IndexOf((byte)'.');
        return point < 0 ? 0 : text.Length - point - 1;
    }

    /// <summary>Writes an integer of the given scale with exactly <paramref name="decimals"/> decimals.</summary>
    /// <returns>Bytes written; at most 21.</returns>
    public static int Format(long value, int decimals, Span<byte> destination)
    {
        Span<byte> reversed = stackalloc byte[24];
        var negative = value < 0;
        var rest = negative ? unchecked((ulong)-value) : (ulong)value;
        var length = 0;
        while (rest != 0 || length <= decimals)
        {
            if (length == decimals && decimals > 0)
            {
                break;
            }

            reversed[length++] = (byte)('0' + (rest % 10));
            rest /= 10;
        }

        var written = 0;
        if (negative)
        {
            destination[written++] = (byte)'-';
        }

        if (decimals == 0)
        {
            for (var i = length - 1; i >= 0; i--)
            {
                destination[written++] = reversed[i];
            }

            return written;
        }

        written += FormatWhole(rest, destination[written..]);
        destination[written++] = (byte)'.';
        for (var i = decimals - 1; i >= 0; i--)
        {
            destination[written++] = reversed[i];
        }

        return written;
    }

    /// <summary>The number as text with exactly <paramref name="decimals"/> decimals.</summary>
    public static string ToText(long value, int decimals)
    {
        Span<byte> buffer = stackalloc byte[32];
        return System.Text.Encoding.ASCII.GetString(buffer[..Format(value, decimals, buffer)]);
    }

    /// <summary>The number as text without trailing zeros: <c>61837.63</c>, <c>0.5</c>, <c>7</c>.</summary>
    public static string ToShortText(long value, int decimals)
    {
        var text = ToText(value, decimals);
        return decimals == 0 ? text : text.TrimEnd('0').TrimEnd('.');
    }

    private static int FormatWhole(ulong value, Span<byte> destination)
    {
        Span<byte> reversed = stackalloc byte[20];
        var length = 0;
        do
        {
            reversed[length++] = (byte)('0' + (value % 10));
            value /= 10;
        }
        while (value != 0);

        for (var i = 0; i < length; i++)
        {
            destination[i] = reversed[length - 1 - i];
        }

        return length;
    }
}
