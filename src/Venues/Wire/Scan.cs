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
    private const int MaxText = 128;

    private static readonly SearchValues<byte> QuoteOrUnplain = Stops((byte)'"');
    private static readonly SearchValues<byte> AtOrUnplain = Stops((byte)'@');

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

    /// <summary>Plain text up to the closing quote, which is taken too; refuses escapes, control characters, and
    /// anything but ASCII.</summary>
    public bool TakeText(out ReadOnlySpan<byte> text) => TakeUntil(QuoteOrUnplain, (byte)'"', out text);

    /// <summary>As <see cref="TakeText"/>, up to an at sign.</summary>
    public bool SkipToAt() => TakeUntil(AtOrUnplain, (byte)'@', out _);

    /// <summary>A time, the opening quote already taken; the closing one is taken too.</summary>
    public bool TakeTime(IsoTime clock, out long unixNanos)
    {
        var rest = _frame[_at..];
        var end = rest[..Math.Min(rest.Length, IsoTime.MaxLength + 1)].IndexOf((byte)'"');
        if (end < 0 || !clock.TryParse(rest[..end], out unixNanos))
        {
            unixNanos = 0;
            return false;
        }

        _at += end + 1;
        return true;
    }

    /// <summary>An unsigned JSON integer of at most 18 digits.</summary>
    public bool TakeInteger(out long value)
    {
        var rest = _frame[_at..];
        ulong sum = 0;
        var i = 0;

        // Ids and times have ten to thirteen digits: the first eight, then four, are read at one go.
        if (rest.Length >= 8 && TryEightDigits(BinaryPrimitives.ReadUInt64LittleEndian(rest), out sum))
        {
            i = 8;
            if (rest.Length >= 12 && TryFourDigits(BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]), out var four))
            {
                sum = unchecked((sum * 10_000) + four);
                i = 12;
            }
        }

        for (; i < rest.Length; i++)
        {
            var digit = unchecked((uint)(rest[i] - '0'));
            if (digit > 9)
            {
                break;
            }

            sum = unchecked((sum * 10) + digit);
        }

        _at += i;
        value = unchecked((long)sum);
        return i is > 0 and <= 18 && (i == 1 || rest[0] != '0');
    }

    /// <summary>A decimal inside quotes, the opening quote already taken; the closing one is taken too.</summary>
    public bool TakeDecimal(int decimals, out long value)
    {
        var rest = _frame[_at..];
        var end = ReadDecimal(rest, decimals, out value);
        if (end < rest.Length && rest[end] == '"' && end > 0)
        {
            _at += end + 1;
            return true;
        }

        // Longer, or with more digits than the grid has: the exact reader decides.
        end = rest.IndexOf((byte)'"');
        if (end <= 0 || !DecimalText.TryParse(rest[..end], decimals, out value))
        {
            value = 0;
            return false;
        }

        _at += end + 1;
        return true;
    }

    /// <summary>A JSON number without sign or exponent.</summary>
    public bool TakeNumber(int decimals, out long value)
    {
        var rest = _frame[_at..];
        var end = ReadDecimal(rest, decimals, out value);
        if (end == 0 || end == rest.Length || rest[end] is (byte)'e' or (byte)'E' or (>= (byte)'0' and <= (byte)'9')
            || (rest[0] == '0' && end > 1 && rest[1] != '.'))
        {
            return false;
        }

        _at += end;
        return true;
    }

    /// <summary>
    /// Reads digits, and a point with more digits behind it, as long as no sum of them can overflow; returns where they
    /// end, 0 where there is no such decimal on the grid.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ReadDecimal(ReadOnlySpan<byte> rest, int decimals, out long value)
    {
        value = 0;
        ulong digits = 0;
        var i = 0;
        for (; i < rest.Length && i < 12; i++)
        {
            var digit = unchecked((uint)(rest[i] - '0'));
            if (digit > 9)
            {
                break;
            }

            digits = unchecked((digits * 10) + digit);
        }

        if (i is 0 or 12 || i + decimals > 18)
        {
            return 0;
        }

        var missing = decimals;
        if (i < rest.Length && rest[i] == '.')
        {
            var first = ++i;

            // Many venues write eight decimals, always: those are read at one go.
            if (decimals == 8 && rest.Length - i > 8
                && TryEightDigits(BinaryPrimitives.ReadUInt64LittleEndian(rest[i..]), out var eight))
            {
                digits = unchecked((digits * 100_000_000) + eight);
                missing = 0;
                i += 8;
            }

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
                    return 0;
                }
            }

            if (i == first)
            {
                return 0;
            }
        }

        value = unchecked((long)digits * DecimalText.Scale(missing));
        return i;
    }

    private bool TakeUntil(SearchValues<byte> stops, byte end, out ReadOnlySpan<byte> text)
    {
        var rest = _frame[_at..];
        var stop = rest[..Math.Min(rest.Length, MaxText)].IndexOfAny(stops);
        if (stop < 0 || rest[stop] != end)
        {
            text = default;
            return false;
        }

        text = rest[..stop];
        _at += stop + 1;
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryFourDigits(uint text, out uint value)
    {
        unchecked
        {
            var digits = text - 0x30303030;
            if ((((digits + 0x76767676) | digits) & 0x80808080) != 0)
            {
                value = 0;
                return false;
            }

            digits = (digits * 10) + (digits >> 8);
            value = ((digits & 0xFF) * 100) + ((digits >> 16) & 0xFF);
            return true;
        }
    }

    private static SearchValues<byte> Stops(byte end)
    {
        Span<byte> stops = stackalloc byte[256];
        var count = 0;
        for (var c = 0; c < 256; c++)
        {
            if (c == end || c is '"' or '\\' or < 0x20 or > 0x7e)
            {
                stops[count++] = (byte)c;
            }
        }

        return SearchValues.Create(stops[..count]);
    }
}
