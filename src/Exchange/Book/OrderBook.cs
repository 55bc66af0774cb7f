using System.Runtime.CompilerServices;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>The resting orders of one instrument in price-time order.</summary>
internal sealed class OrderBook(SpotInstrument instrument, OrderPool orders, Stack<PriceLadder.Page> pages)
{
    private readonly PriceLadder _ladder = new(instrument.MaxPrice, pages);

    public SpotInstrument Instrument => instrument;

    /// <summary>The highest bid; 0 where there is none.</summary>
    public int BestBid { get; private set; }

    /// <summary>The lowest ask; <see cref="int.MaxValue"/> where there is none.</summary>
    public int BestAsk { get; private set; } = int.MaxValue;

    /// <summary>True where an order of the side at the price would trade.</summary>
    public bool Crosses(Side side, int price) => side == Side.Buy ? price >= BestAsk : price <= BestBid;

    /// <summary>The best price against which an order of the side trades; 0 where there is none.</summary>
    public int Opposite(Side side) => side == Side.Sell ? BestBid : BestAsk == int.MaxValue ? 0 : BestAsk;

    /// <summary>An occupied level.</summary>
    public ref PriceLevel Level(int price) => ref _ladder.At(price);

    /// <summary>The next price that an order of the side meets behind this one; 0 where there is none.</summary>
    public int Behind(Side side, int price) => side == Side.Buy ? _ladder.Above(price) : _ladder.Below(price);

    /// <summary>Adds an order as the youngest of its level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Rest(int slot, ref Order order)
    {
        ref var level = ref _ladder.Occupy(order.Price);
        order.Next = 0;
        order.Previous = level.Tail;
        if (level.Tail == 0)
        {
            level.Head = slot;
            if (order.Side == Side.Buy)
            {
                BestBid = Math.Max(BestBid, order.Price);
            }
            else
            {
                BestAsk = Math.Min(BestAsk, order.Price);
            }
        }
        else
        {
            orders[level.Tail].Next = slot;
        }

        level.Tail = slot;
        level.Lots += order.Remaining;
    }

    /// <summary>Takes an order out of its level; the order itself stays as it is.</summary>
    public void Remove(ref Order order)
    {
        ref var level = ref _ladder.At(order.Price);
        level.Lots -= order.Remaining;
        if (order.Previous == 0)
        {
            level.Head = order.Next;
        }
        else
        {
            orders[order.Previous].Next = order.Next;
        }

        if (order.Next == 0)
        {
            level.Tail = order.Previous;
        }
        else
        {
            orders[order.Next].Previous = order.Previous;
        }

        if (level.Head == 0)
        {
            Vacate(order.Side, order.Price);
        }
    }

    /// <summary>A level of the side has lost its last order.</summary>
    public void Vacate(Side side, int price)
    {
        if (side == Side.Buy)
        {
            if (price == BestBid)
            {
                BestBid = _ladder.Below(price);
            }
        }
        else if (price == BestAsk)
        {
            var next = _ladder.Above(price);
            BestAsk = next == 0 ? int.MaxValue : next;
        }

        _ladder.Vacate(price);
    }
}
