using System.Runtime.InteropServices;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>One order in half a cache line: what matching touches.</summary>
/// <remarks>Links are slots of the <see cref="OrderPool"/>; 0 is none.</remarks>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct Order
{
    /// <summary>Lots that are left; 0 for a free slot.</summary>
    public long Remaining;

    /// <summary>Ticks.</summary>
    public int Price;

    /// <summary>The owner.</summary>
    public int Account;

    /// <summary>The next younger order of the level; of a free slot the next free one.</summary>
    public int Next;

    /// <summary>The next older order of the level.</summary>
    public int Previous;

    /// <summary>How often the slot was used: an id of an earlier order finds nothing.</summary>
    public int Generation;

    /// <summary>The instrument's number.</summary>
    public short Instrument;

    /// <summary>Buy or sell.</summary>
    public Side Side;

    /// <summary>It may not trade at once with another price either.</summary>
    public bool IsPostOnly;
}
