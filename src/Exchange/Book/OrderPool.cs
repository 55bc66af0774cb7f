using System.Runtime.CompilerServices;

namespace Strikeline.Exchange;

/// <summary>All orders of a shard in one row, by slot. An order's id is its slot and how often that was
/// used.</summary>
/// <remarks>References to orders are void after <see cref="Take"/>, which may move them.</remarks>
internal sealed class OrderPool
{
    private const int SlotBits = 32;

    private Slab<Order> _orders;
    private Slab<OrderTraits> _traits;
    private int _used;
    private int _free;

    /// <param name="expected">Orders for which there is room from the start.</param>
    public OrderPool(int expected)
    {
        _orders = new Slab<Order>(expected + 1);
        _traits = new Slab<OrderTraits>(expected + 1);
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
        get => ref _orders[slot];
    }

    /// <summary>What a special order has besides; of a plain one without meaning.</summary>
    public ref OrderTraits Traits(int slot) => ref _traits[slot];

    /// <summary>Takes a slot; 0 where as many orders live as may.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Take()
    {
        if (Count >= Most)
        {
            return 0;
        }

        Count++;
        var slot = _free;
        if (slot == 0)
        {
            return Unused();
        }

        ref var order = ref this[slot];
        _free = order.Next;
        order.Generation = unchecked(order.Generation + 1);
        return slot;
    }

    /// <summary>Gives a slot back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
        if (slot == 0 || slot > unchecked((uint)_used))
        {
            return 0;
        }

        ref var order = ref this[unchecked((int)slot)];
        return order.Generation == unchecked((int)(id >> SlotBits)) && order.Remaining > 0 ? unchecked((int)slot) : 0;
    }

    /// <summary>The slot that an id names, whether or not it is that of a living order; 0 where there is no such
    /// slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int SlotOf(long id)
    {
        var slot = unchecked((uint)id);
        return unchecked(slot <= (uint)_used ? (int)slot : 0);
    }

    /// <summary>Links two orders of a level, the older one first. Slot 0 stands for none, may be written, and is never
    /// read: so nothing here branches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Link(int older, int younger)
    {
        this[older].Next = younger;
        this[younger].Previous = older;
    }

    /// <summary>Asks the memory for an order, whether or not there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(long id) => CacheLine.Prefetch(ref this[unchecked((int)id)]);

    /// <summary>All slots as they are, the free ones and their order with them.</summary>
    public void Save(StateWriter state)
    {
        state.Write(_used);
        state.Write(_free);
        state.Write(Count);
        state.Write(Most);
        state.Write<Order>(_orders.First(_used + 1)[1..]);
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
            _orders.Grow(_used + 1);
            _traits.Grow(_used + 1);
        }

        state.Read<Order>(_used).CopyTo(_orders.First(_used + 1)[1..]);
    }

    // A slot that no order had before.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Unused()
    {
        var slot = ++_used;
        if (slot == _orders.Length)
        {
            _orders.Grow((int)Math.Min((long)_orders.Length * 2, Pipeline.MostOrders + 1L));
            _traits.Grow(_orders.Length);
        }

        this[slot].Generation = 1;
        return slot;
    }
}
