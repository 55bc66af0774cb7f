using System.Runtime.InteropServices;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>What is special about an order.</summary>
[Flags]
internal enum OrderFlags : byte
{
    None = 0,

    /// <summary>It may not trade at once with another price either.</summary>
    PostOnly = 1,

    /// <summary>It shows a part of itself; see <see cref="OrderTraits.Hidden"/>.</summary>
    Iceberg = 2,

    /// <summary>It ends by itself; see <see cref="OrderTraits.ExpiresAt"/>.</summary>
    Expires = 4,

    /// <summary>It stands in no book until a trade sets it off; see <see cref="OrderTraits.StopPrice"/>.</summary>
    Waits = 8,

    /// <summary>All that have something in <see cref="OrderTraits"/>.</summary>
    Special = Iceberg | Expires | Waits,
}

/// <summary>One order in half a cache line: what matching touches.</summary>
/// <remarks>Links are slots of the <see cref="OrderPool"/>; 0 is none.</remarks>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct Order
{
    /// <summary>Lots that are left and shown, of a waiting order all of them; 0 for a free slot.</summary>
    public long Remaining;

    /// <summary>Ticks; 0 for a waiting market order.</summary>
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

    /// <summary>What is special about it.</summary>
    public OrderFlags Flags;

    /// <summary>True where it has any of the flags.</summary>
    public readonly bool Is(OrderFlags flags) => (Flags & flags) != OrderFlags.None;
}

/// <summary>What only special orders have; beside the order, so that plain ones never touch it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OrderTraits
{
    /// <summary>Lots that an iceberg does not show now.</summary>
    public long Hidden;

    /// <summary>Most lots that it shows; 0 for all.</summary>
    public long Display;

    /// <summary>When it ends, in nanoseconds since the Unix epoch; 0 for never.</summary>
    public long ExpiresAt;

    /// <summary>The number of the event that accepted it: the older of two has the smaller one.</summary>
    public long Arrived;

    /// <summary>The price that sets a waiting order off, in ticks.</summary>
    public int StopPrice;

    /// <summary>Where it stands in the heap of waiting orders.</summary>
    public int StopPlace;

    /// <summary>Where it stands in the heap of expiries.</summary>
    public int ExpiryPlace;

    /// <summary>What a waiting order becomes.</summary>
    public TimeInForce TimeInForce;

    /// <summary>Self-trade prevention of a waiting order.</summary>
    public SelfTrade SelfTrade;
}
