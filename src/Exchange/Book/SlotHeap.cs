namespace Strikeline.Exchange;

/// <summary>Says where in its traits an order notes its place in a heap.</summary>
internal interface IHeapPlace
{
    static abstract ref int Of(ref OrderTraits traits);
}

/// <summary>The place in a heap of waiting orders.</summary>
internal readonly struct StopPlace : IHeapPlace
{
    public static ref int Of(ref OrderTraits traits) => ref traits.StopPlace;
}

/// <summary>The place in the heap of expiries.</summary>
internal readonly struct ExpiryPlace : IHeapPlace
{
    public static ref int Of(ref OrderTraits traits) => ref traits.ExpiryPlace;
}

/// <summary>
/// Orders by a key, the smallest first, of equal ones the older. A binary heap whose orders know their places, so that
/// any of them can leave.
/// </summary>
internal sealed class SlotHeap<TPlace>(OrderPool orders)
    where TPlace : struct, IHeapPlace
{
    private Entry[] _entries = new Entry[16];

    public int Count { get; private set; }

    /// <summary>The smallest key; <see cref="long.MaxValue"/> where there is none.</summary>
    public long FirstKey { get; private set; } = long.MaxValue;

    /// <summary>The order with the smallest key.</summary>
    public int First => _entries[0].Slot;

    public void Add(int slot, long key)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        Up(Count++, new Entry(key, orders.Traits(slot).Arrived, slot));
        FirstKey = _entries[0].Key;
    }

    public void Remove(int slot)
    {
        var place = TPlace.Of(ref orders.Traits(slot));
        var last = _entries[--Count];
        if (place != Count)
        {
            if (place > 0 && last.IsBefore(_entries[(place - 1) / 2]))
            {
                Up(place, last);
            }
            else
            {
                Down(place, last);
            }
        }

        FirstKey = Count == 0 ? long.MaxValue : _entries[0].Key;
    }

    /// <summary>All orders in the order in which they would leave; allocates.</summary>
    public IEnumerable<int> InOrder() =>
        _entries.Take(Count).OrderBy(entry => entry.Key).ThenBy(entry => entry.Arrived).Select(entry => entry.Slot);

    private void Up(int place, Entry entry)
    {
        while (place > 0 && entry.IsBefore(_entries[(place - 1) / 2]))
        {
            Put(place, _entries[(place - 1) / 2]);
            place = (place - 1) / 2;
        }

        Put(place, entry);
    }

    private void Down(int place, Entry entry)
    {
        while (true)
        {
            var child = (2 * place) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && _entries[child + 1].IsBefore(_entries[child]))
            {
                child++;
            }

            if (!_entries[child].IsBefore(entry))
            {
                break;
            }

            Put(place, _entries[child]);
            place = child;
        }

        Put(place, entry);
    }

    private void Put(int place, Entry entry)
    {
        _entries[place] = entry;
        TPlace.Of(ref orders.Traits(entry.Slot)) = place;
    }

    private readonly record struct Entry(long Key, long Arrived, int Slot)
    {
        public bool IsBefore(Entry other) => Key != other.Key ? Key < other.Key : Arrived < other.Arrived;
    }
}
