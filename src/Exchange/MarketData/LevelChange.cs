using System.Runtime.InteropServices;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>What a price level of a book shows now.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct LevelChange
{
    /// <summary>Lots that are shown; 0 where nobody is there.</summary>
    public long Lots;

    /// <summary>Ticks.</summary>
    public int Price;

    /// <summary>The instrument, by its number.</summary>
    public short Instrument;

    /// <summary>Whose orders stand there; of an empty level without meaning.</summary>
    public Side Side;
}
