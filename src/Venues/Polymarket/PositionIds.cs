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

    /// <summary>True where both ids have the layout, one for each outcome.</summary>
    public static bool ArePair(string first, string second) =>
        TryRead(first, out var one) && TryRead(second, out var other) && one != other;

    /// <summary>True where an id has the layout: bits 40 to 103 zero, top byte a module, low byte an outcome.</summary>
    public static bool IsPosition(string id) => TryRead(id, out _);

    private static bool TryRead(string id, out int outcome)
    {
        outcome = -1;
        if (!BigInteger.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            || value.GetBitLength() > Bits || !(value & ZeroMask).IsZero)
        {
            return false;
        }

        var module = (int)(value >> (Bits - 8));
        outcome = (int)(value & 0xFF);
        return module is >= 1 and <= 3 && outcome is 0 or 1;
    }
}
