using System.Buffers.Binary;
using Strikeline.Kernel;

namespace Strikeline.Venues.Wire;

/// <summary>Reads RFC 3339 UTC times as venues write them: <c>2024-10-04T07:13:31.088388Z</c>, up to
/// nanoseconds.</summary>
/// <remarks>Remembers the minute it read last, as the next time is nearly always in the same one. One parser
/// only.</remarks>
internal sealed class IsoTime
{
    /// <summary>The longest text of a time, in bytes.</summary>
    public const int MaxLength = 30;

    private const long SecondsPerDay = 86_400;

    // The first 16 bytes of the last time, down to the minute, and the nanoseconds of that minute's start.
    private ulong _day = BinaryPrimitives.ReadUInt64LittleEndian("1970-01-"u8);
    private ulong _minute = BinaryPrimitives.ReadUInt64LittleEndian("01T00:00"u8);
    private long _minuteNanos;

    /// <summary>Nanoseconds since the Unix epoch; false where the text is no such time.</summary>
    public bool TryParse(ReadOnlySpan<byte> text, out long unixNanos)
    {
        if (text.Length is < 20 or > MaxLength)
        {
            unixNanos = 0;
            return false;
        }

        var day = BinaryPrimitives.ReadUInt64LittleEndian(text);
        var minute = BinaryPrimitives.ReadUInt64LittleEndian(text[8..]);
        if (day == _day && minute == _minute && text[16] == ':' && text[^1] == 'Z'
            && Digits(text[17..19], out var second) && second <= 60 && TryFraction(text[19..^1], out var nanos))
        {
            unixNanos = _minuteNanos + (second * Stamps.NanosPerSecond) + nanos;
            return true;
        }

        if (!TryParseAll(text, out unixNanos, out var intoMinute))
        {
            return false;
        }

        (_day, _minute, _minuteNanos) = (day, minute, unixNanos - intoMinute);
        return true;
    }

    private static bool TryParseAll(ReadOnlySpan<byte> text, out long unixNanos, out long intoMinute)
    {
        intoMinute = 0;
        unixNanos = 0;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ')
            || text[13] != ':' || text[16] != ':' || text[^1] != 'Z'
            || !Digits(text[..4], out var year) || !Digits(text[5..7], out var month)
            || !Digits(text[8..10], out var day)
            || !Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute)
            || !Digits(text[17..19], out var second)
            || year is < 1970 or > 2200 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        if (!TryFraction(text[19..^1], out var nanos))
        {
            return false;
        }

        var days = DaysFromEpoch(year, month, day);
        intoMinute = (second * Stamps.NanosPerSecond) + nanos;
        unixNanos = (((days * SecondsPerDay) + (hour * 3_600) + (minute * 60)) * Stamps.NanosPerSecond) + intoMinute;
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> fraction, out long nanos)
    {
        nanos = 0;
        if (fraction.Length == 0)
        {
            return true;
        }

        if (fraction[0] != '.' || fraction.Length is 1 or > 10 || !Digits(fraction[1..], out var digits))
        {
            return false;
        }

        nanos = digits * DecimalText.Scale(10 - fraction.Length);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            var digit = unchecked((uint)(c - '0'));
            if (digit > 9)
            {
                return false;
            }

            value = (value * 10) + (int)digit;
        }

        return true;
    }

    // Days of the proleptic Gregorian calendar with the year starting in March, so that the leap day comes last.
    private static long DaysFromEpoch(int year, int month, int day)
    {
        var shifted = month <= 2 ? year - 1 : year;
        var era = shifted / 400;
        var yearOfEra = shifted - (era * 400);
        var dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097L) + dayOfEra - 719_468;
    }
}
