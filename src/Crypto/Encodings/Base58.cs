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

    // Five digits at a time: the largest power of 58 that a 32-bit word can be added to 32 bits above.
    private const int DigitsPerLimb = 5;
    private const uint LimbBase = 58 * 58 * 58 * 58 * 58;
    private const int MaxLimbs = MaxDigits / DigitsPerLimb;

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
        Span<uint> limbs = stackalloc uint[MaxLimbs];
        limbs = limbs[..ToLimbs(bytes[zeros..], limbs)];
        Span<char> text = stackalloc char[zeros + (limbs.Length * DigitsPerLimb)];
        text[..zeros].Fill(Alphabet[0]);
        var length = zeros;
        for (var i = limbs.Length - 1; i >= 0; i--)
        {
            var limb = limbs[i];
            for (var power = LimbBase / 58; power > 0; power /= 58)
            {
                var digit = limb / power;
                limb -= digit * power;

                // The highest limb begins with its first digit that is not zero.
                if (digit != 0 || length > zeros)
                {
                    text[length++] = Alphabet[(int)digit];
                }
            }
        }

        return new string(text[..length]);
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

    // The number in base 58^5, lowest limb first; four bytes of it are taken at a time.
    private static int ToLimbs(ReadOnlySpan<byte> number, Span<uint> limbs)
    {
        var count = 0;
        for (var at = 0; at < number.Length;)
        {
            var size = (number.Length - at) % sizeof(uint) is var odd and > 0 ? odd : sizeof(uint);
            ulong carry = 0;
            for (var end = at + size; at < end; at++)
            {
                carry = (carry << 8) | number[at];
            }

            for (var i = 0; i < count; i++)
            {
                carry += (ulong)limbs[i] << 32;
                limbs[i] = (uint)(carry % LimbBase);
                carry /= LimbBase;
            }

            for (; carry > 0; carry /= LimbBase)
            {
                limbs[count++] = (uint)(carry % LimbBase);
            }
        }

        return count;
    }
}
