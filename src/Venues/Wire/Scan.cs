using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Strikeline.Kernel;

namespace Strikeline.Venues.Wire;

/// <summary>
/// Reads a frame whose exact shape is expected, byte by byte. What it accepts is valid JSON by construction; at the
/// first
/// byte that differs the caller gives up and the full reader takes the frame from its start.
/// </summary>
internal ref struct Scan(ReadOnlySpan<byte> frame)
{
    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789."u8);

    private readonly ReadOnlySpan<byte> _frame = frame;
    private int _at;

    public readonly bool AtEnd => _at == _frame.Length;

    public readonly byte Peek => _at < _frame.Length ? _frame[_at] : (byte)0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Take(ReadOnlySpan<byte> literal)
    {
        if (!_frame[_at..].StartsWith(literal))
        {
            return false;
        }

        _at += literal.Length;
        return true;
    }

    /// <summary>Skips plain text up to <paramref name="end"/>, which is taken too; refuses escapes and control
    /// characters.</summary>
    public bool TakeTextUntil(byte end, out ReadOnlySpan<byte> text)
    {
        var rest = _frame[_at..];
        for (var i = 0; i < rest.Length && i < 64; i++)
        {
            var c = rest[i];
            if (c == end)
            {
                text = rest[..i];
                _at += i + 1;
                return true;
            }

            if (c is (byte)'"' or (byte)'\\' or < 0x20 or > 0x7e)
            {
                break;
            }
        }

        text = default;
        return false;
    }

    /// <summary>An unsigned JSON integer of at most 18 digits.</summary>
    public bool TakeInteger(out long value)
    {
        ulong sum = 0;
        var start = _at;
        while (_at < _frame.Length)
        {
            var digit = unchecked((uint)(_frame[_at] - '0'));
            if (digit > 9)
            {
                break;
            }

            sum = unchecked((sum * 10) + digit);
            _at++;
        }

        var length = _at - start;
        value = unchecked((long)sum);
        return length is > 0 and <= 18 && (length == 1 || _frame[start] != '0');
    }

    /// <summary>A decimal inside quotes, the opening quote already taken; the closing one is taken too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TakeDecimal(int decimals, out long value)
    {
        var rest = _frame[_at..];
        ulong whole = 0;
        var i = 0;
        while (i < rest.Length && i < 12)
        {
            var digit = unchecked((uint)(rest[i] - '0'));
            if (digit > 9)
            {
                break;
            }

            whole = unchecked((whole * 10) + digit);
            i++;
        }

        // Most venues write eight decimals, always: those are read at one go.
        if (decimals == 8 && i is > 0 and < 11 && rest.Length > i + 9 && rest[i] == '.' && rest[i + 9] == '"'
            && TryEightDigits(BinaryPrimitives.ReadUInt64LittleEndian(rest[(i + 1)..]), out var fraction))
        {
            value = unchecked((long)((whole * 100_000_000) + fraction));
            _at += i + 10;
            return true;
        }

        // Other decimals in one pass, as long as no sum of digits can overflow.
        if (i is > 0 and < 12 && i + decimals <= 18)
        {
            return TakeShortDecimal(rest, i, whole, decimals, out value);
        }

        var end = rest.IndexOf((byte)'"');
        if (end <= 0 || !DecimalText.TryParse(rest[..end], decimals, out value))
        {
            value = 0;
            return false;
        }

        _at += end + 1;
        return true;
    }

    private bool TakeShortDecimal(ReadOnlySpan<byte> rest, int i, ulong digits, int decimals, out long value)
    {
        value = 0;
        var missing = decimals;
        if (i < rest.Length && rest[i] == '.')
        {
            var first = ++i;
            for (; i < rest.Length; i++)
            {
                var digit = unchecked((uint)(rest[i] - '0'));
                if (digit > 9)
                {
                    break;
                }

                if (missing > 0)
                {
                    digits = unchecked((digits * 10) + digit);
                    missing--;
                }
                else if (digit != 0)
                {
                    return false;
                }
            }

            if (i == first)
            {
                return false;
            }
        }

        if (i >= rest.Length || rest[i] != '"')
        {
            return false;
        }

        value = unchecked((long)digits * DecimalText.Scale(missing));
        _at += i + 1;
        return true;
    }

    /// <summary>A JSON number without sign or exponent.</summary>
    public bool TakeNumber(int decimals, out long value)
    {
        var rest = _frame[_at..];
        var end = rest.IndexOfAnyExcept(NumberBytes);
        value = 0;
        if (end <= 0 || (end > 1 && rest[0] == '0' && rest[1] != '.') || rest[end] is (byte)'e' or (byte)'E'
            || !DecimalText.TryParse(rest[..end], decimals, out value))
        {
            return false;
        }

        _at += end;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryEightDigits(ulong text, out ulong value)
    {
        unchecked
        {
            var digits = text - 0x3030303030303030;
            var tooLarge = (digits + 0x7676767676767676) | digits;
            if ((tooLarge & 0x8080808080808080) != 0)
            {
                value = 0;
                return false;
            }

            // Neighbours are joined pairwise: 8 digits, 4 pairs, 2 fours, 1 eight.
            digits = (digits * 10) + (digits >> 8);
            value = (((digits & 0x000000FF000000FF) * 0x000F424000000064)
                + (((digits >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32;
            value &= 0xFFFFFFFF;
            return true;
        }
    }
}
