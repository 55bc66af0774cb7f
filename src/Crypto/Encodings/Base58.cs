namespace Strikeline.Crypto;

/// <summary>
/// Base58 in Bitcoin's alphabet, as Solana prints keys and signatures: no checksum, leading zeros as '1'.
/// </summary>
public static class Base58
{
    /// <summary>The most bytes that are encoded or decoded; the work grows with the square of the length.</summary>
    public const int MaxBytes = 1024;

    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int MaxDigits = 1400;

    private static readonly sbyte[] Digits = Invert();

    /// <summary>The text of the bytes.</summary>
    /// <exception cref="ArgumentException">More than <see cref="MaxBytes"/> bytes.</exception>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
        {
            throw new ArgumentException($"base58 takes at most {MaxBytes} bytes, not {bytes.Length}", nameof(bytes));
        }

        var zeros = bytes.IndexOfAnyExcept((byte)0);
        zeros = zeros < 0 ? bytes.Length : zeros;
        Span<byte> digits = stackalloc byte[MaxDigits];
        var count = 0;
        foreach (var value in bytes[zeros..])
        {
            int carry = value;
            for (var i = 0; i < count; i++)
            {
                carry += digits[i] << 8;
                digits[i] = (byte)(carry % 58);
                carry /= 58;
            }

            for (; carry > 0; carry /= 58)
            {
                digits[count++] = (byte)(carry % 58);
            }
        }

        Span<char> text = stackalloc char[zeros + count];
        text[..zeros].Fill(Alphabet[0]);
        for (var i = 0; i < count; i++)
        {
            text[zeros + i] = Alphabet[digits[count - 1 - i]];
        }

        return new string(text);
    }

    /// <summary>Reads text; false for a character outside the alphabet or where the bytes do not fit.</summary>
    /// <param name="text">The text, without spaces.</param>
    /// <param name="bytes">Takes the bytes; its contents are undefined after a refusal.</param>
    /// <param name="written">How many bytes were written; 0 after a refusal.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes, out int written)
    {
        written = 0;
        var zeros = text.IndexOfAnyExcept(Alphabet[0]);
        zeros = zeros < 0 ? text.Length : zeros;
        if (text.Length > MaxDigits || zeros > bytes.Length)
        {
            return false;
        }

        var room = bytes[zeros..];
        var count = 0;
        foreach (var letter in text[zeros..])
        {
            int carry = letter < Digits.Length ? Digits[letter] : -1;
            if (carry < 0)
            {
                return false;
            }

            for (var i = 0; i < count; i++)
            {
                carry += room[i] * 58;
                room[i] = (byte)(carry & 0xff);
                carry >>= 8;
            }

            if (carry > 0)
            {
                if (count == room.Length)
                {
                    return false;
                }

                room[count++] = (byte)carry;
            }
        }

        bytes[..zeros].Clear();
        room[..count].Reverse();
        written = zeros + count;
        return true;
    }

    private static sbyte[] Invert()
    {
        var digits = new sbyte[128];
        Array.Fill(digits, (sbyte)-1);
        for (var i = 0; i < Alphabet.Length; i++)
        {
            digits[Alphabet[i]] = (sbyte)i;
        }

        return digits;
    }
}
