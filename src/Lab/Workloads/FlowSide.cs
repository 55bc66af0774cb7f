using Strikeline.Kernel;

namespace Strikeline.Lab.Workloads;

/// <summary>An order of the flow.</summary>
internal sealed class FlowOrder
{
    public required ulong Id { get; init; }

    public required uint Uid { get; init; }

    public required int Symbol { get; init; }

    public required Side Side { get; init; }

    public required int Price { get; set; }

    /// <summary>Lots that are still to trade.</summary>
    public required uint Remaining { get; set; }

    /// <summary>Where it stands in the queue of its price; null where it does not rest.</summary>
    public LinkedListNode<FlowOrder>? Place { get; set; }

    /// <summary>Where it stands among its market's resting orders.</summary>
    public int LiveIndex { get; set; }
}

/// <summary>One side of the reference book: prices in order, and a queue of orders at each.</summary>
internal sealed class FlowSide(Side side)
{
    // Worst price first, so that the best one comes and goes at the end of the list.
    private readonly List<(int Key, LinkedList<FlowOrder> Queue)> _levels = [];

    public int? BestPrice => _levels.Count == 0 ? null : PriceOf(_levels[^1].Key);

    /// <summary>The order that trades next; null where the side is empty.</summary>
    public FlowOrder? First => _levels.Count == 0 ? null : _levels[^1].Queue.First!.Value;

    /// <summary>Puts an order behind all others of its price.</summary>
    public void Add(FlowOrder order)
    {
        var at = Find(order.Price);
        if (at < 0)
        {
            at = ~at;
            _levels.Insert(at, (KeyOf(order.Price), new LinkedList<FlowOrder>()));
        }

        order.Place = _levels[at].Queue.AddLast(order);
    }

    /// <summary>Takes a resting order out.</summary>
    public void Remove(FlowOrder order)
    {
        var queue = order.Place!.List!;
        queue.Remove(order.Place);
        order.Place = null;
        if (queue.Count == 0)
        {
            _levels.RemoveAt(Find(order.Price));
        }
    }

    // Higher is better for buyers, lower for sellers.
    private int KeyOf(int price) => side == Side.Buy ? price : -price;

    private int PriceOf(int key) => side == Side.Buy ? key : -key;

    // Index of the price, or the complement of where it belongs.
    private int Find(int price)
    {
        var key = KeyOf(price);
        var from = 0;
        var to = _levels.Count - 1;
        while (from <= to)
        {
            var middle = (from + to) / 2;
            if (_levels[middle].Key == key)
            {
                return middle;
            }

            if (_levels[middle].Key < key)
            {
                from = middle + 1;
            }
            else
            {
                to = middle - 1;
            }
        }

        return ~from;
    }
}
