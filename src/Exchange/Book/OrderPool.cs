using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strikeline.Exchange;

/// <summary>All orders of a shard in one array, by slot. An order's id is its slot and how often that was
/// used.</summary>
internal sealed class OrderPool
{
    private const int SlotBits = 32;

    private readonly int _most;
    private Order[] _orders;
    private int _used;
    private int _free;

    /// <param name="expected">Orders for which there is room from the start.</param>
    /// <param name="most">Orders that may live at a time.</param>
    public OrderPool(int expected, int most)
    {
        _most = most;
        _orders = new Order[Math.Min(expected, most) + 1];
    }

    /// <summary>Orders that live now.</summary>
    public int Count { get; private set; }

    public ref Order this[int slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_orders), slot);
    }

    /// <summary>Takes a slot; 0 where as many orders live as may.</summary>
    public int Take()
    {
        if (Count == _most)
        {
            return 0;
        }

        Count++;
        var slot = _free;
        if (slot != 0)
        {
            _free = this[slot].Next;
        }
        else
        {
            slot = ++_used;
            if (slot == _orders.Length)
            {
                Array.Resize(ref _orders, (int)Math.Min((long)_orders.Length * 2, _most + 1L));
            }
        }

        this[slot].Generation = unchecked(this[slot].Generation + 1);
        return slot;
    }

    /// <summary>Gives a slot back.</summary>
    public void Give(int slot)
    {
        ref var order = ref this[slot];
        order.Remaining = 0;
        order.Next = _free;
        _free = slot;
        Count--;
    }

    /// <summary>The id of the order in a slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long IdOf(int slot) => unchecked(((long)this[slot].Generation << SlotBits) | (uint)slot);

    /// <summary>The slot of a living order; 0 for any other id.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(long id)
    {
        var slot = unchecked((uint)id);
        if (slot == 0 || slot > (uint)_used)
        {
            return 0;
        }

        ref var order = ref this[unchecked((int)slot)];
        return order.Generation == unchecked((int)(id >> SlotBits)) && order.Remaining > 0 ? unchecked((int)slot) : 0;
    }
}
