using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>The orders of one instrument that wait for a trade at their stop price.</summary>
internal sealed class StopBook(OrderPool orders)
{
    private readonly SlotHeap<StopPlace> _buys = new(orders);
    private readonly SlotHeap<StopPlace> _sells = new(orders);

    /// <summary>Orders that wait.</summary>
    public int Count { get; private set; }

    /// <summary>True where an order with the stop price goes at once.</summary>
    public static bool IsPassed(Side side, int stopPrice, int lastPrice) =>
        lastPrice != 0 && (side == Side.Buy ? lastPrice >= stopPrice : lastPrice <= stopPrice);

    public void Add(int slot)
    {
        Count++;
        var stopPrice = orders.Traits(slot).StopPrice;
        if (orders[slot].Side == Side.Buy)
        {
            _buys.Add(slot, stopPrice);
        }
        else
        {
            _sells.Add(slot, -stopPrice);
        }
    }

    public void Remove(int slot)
    {
        Count--;
        (orders[slot].Side == Side.Buy ? _buys : _sells).Remove(slot);
    }

    /// <summary>True where a trade at the price sets an order off; 0 is the price before the first one.</summary>
    public bool IsPassedBy(int price) =>
        Count != 0 && price != 0 && (price >= _buys.FirstKey || -price >= _sells.FirstKey);

    /// <summary>Takes the next order that a trade at the price sets off: buys before sells, in the order in which the
    /// price came by them.</summary>
    public int Take(int price)
    {
        var heap = price >= _buys.FirstKey ? _buys : _sells;
        var slot = heap.First;
        Count--;
        heap.Remove(slot);
        return slot;
    }

    /// <summary>All of them, buys first; allocates.</summary>
    public IEnumerable<int> All() => _buys.InOrder().Concat(_sells.InOrder());
}
