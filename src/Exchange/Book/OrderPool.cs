using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strikeline.Exchange;

/// <summary>All orders of a shard in one array, by slot. An order's id is its slot and how often that was
/// used.</summary>
internal sealed class OrderPool
{
    private const int SlotBits = 32;

    private Order[] _orders;
    private OrderTraits[] _traits;
    private int _used;
    private int _free;

    /// <param name="expected">Orders for which there is room from the start.</param>
    public OrderPool(int expected)
    {
        _orders = new Order[expected + 1];
        _traits = new OrderTraits[expected + 1];
    }

    /// <summary>Orders that live now.</summary>
    public int Count { get; private set; }

    /// <summary>Orders that may live at a time.</summary>
    public int Most { get; set; } = Pipeline.MostOrders;

    /// <summary>Slots are numbered 1 to this.</summary>
    public int Used => _used;

    public ref Order this[int slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_orders), slot);
    }

    /// <summary>What a special order has besides; of a plain one without meaning.</summary>
    public ref OrderTraits Traits(int slot) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_traits), slot);

    /// <summary>Takes a slot; 0 where as many orders live as may.</summary>
    public int Take()
    {
        if (Count >= Most)
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
                Array.Resize(ref _orders, (int)Math.Min((long)_orders.Length * 2, Pipeline.MostOrders + 1L));
                Array.Resize(ref _traits, _orders.Length);
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

    /// <summary>All slots as they are, the free ones and their order with them.</summary>
    public void Save(StateWriter state)
    {
        state.Write(_used);
        state.Write(_free);
        state.Write(Count);
        state.Write(Most);
        state.Write<Order>(_orders.AsSpan(1, _used));
    }

    /// <summary>Takes over what <see cref="Save"/> wrote, into an empty pool.</summary>
    public void Load(ref StateReader state)
    {
        _used = state.ReadCount(Pipeline.MostOrders);
        _free = state.ReadCount(_used);
        Count = state.ReadCount(_used);
        Most = state.ReadCount(Pipeline.MostOrders);
        if (_used >= _orders.Length)
        {
            Array.Resize(ref _orders, _used + 1);
            Array.Resize(ref _traits, _used + 1);
        }

        state.Read<Order>(_used).CopyTo(_orders.AsSpan(1));
    }
}
