using System.Globalization;
using System.Numerics;

namespace Strikeline.Venues.Polymarket;

/// <summary>The bit layout of position ids, which markets of version <c>v2</c> trade instead of tokens.</summary>
internal static class PositionIds
{
    private const int Bits = 256;
    private const int FirstZeroBit = 40;
    private const int ZeroBits = 64;

    private static readonly BigInteger ZeroMask = ((BigInteger.One << ZeroBits) - 1) << FirstZeroBit;

    /// <summary>True where both ids are of one question, one for each outcome.</summary>
    public static bool ArePair(string first, string second) =>
        TryRead(first, out var one, out var outcome) && TryRead(second, out var two, out var other)
        && outcome != other && (one >> 8) == (two >> 8);

    /// <summary>True where an id has the layout: bits 40 to 103 zero, top byte a module, low byte an outcome.</summary>
    public static bool IsPosition(string id) => TryRead(id, out _, out _);

    private static bool TryRead(string id, out BigInteger value, out int outcome)
    {
        outcome = -1;
        if (!BigInteger.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            || value.GetBitLength() > Bits || !(value & ZeroMask).IsZero)
        {
            return false;
        }

        var module = (int)(value >> (Bits - 8));
        outcome = (int)(value & 0xFF);
        return module is >= 1 and <= 3 && outcome is 0 or 1;
    }
}
