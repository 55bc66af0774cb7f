using System.Runtime.InteropServices;

namespace Strikeline.Exchange;

/// <summary>The orders at one price, oldest first.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct PriceLevel
{
    /// <summary>The oldest order; 0 for an empty level.</summary>
    public int Head;

    /// <summary>The youngest order.</summary>
    public int Tail;

    /// <summary>The lots of all of them.</summary>
    public long Lots;
}
