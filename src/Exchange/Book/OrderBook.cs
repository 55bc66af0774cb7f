using System.Runtime.CompilerServices;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>The resting orders of one instrument in price-time order.</summary>
internal sealed class OrderBook(SpotInstrument instrument, OrderPool orders, LadderPages pages)
{
    private const long Million = 1_000_000;

    private readonly PriceLadder _ladder = new(instrument.MaxPrice, pages);

    public SpotInstrument Instrument { get; set; } = instrument;

    public ListingName Name { get; init; }

    public TradingStatus Status { get; set; }

    /// <summary>The price of the newest trade; 0 before the first.</summary>
    public int LastPrice { get; set; }

    /// <summary>The price that an operator has set to measure the band from; 0 for the last trade.</summary>
    public int SetReference { get; set; }

    /// <summary>Orders that wait for a price.</summary>
    public StopBook Stops { get; } = new(orders);

    /// <summary>Set for good where bid and ask ever met at rest.</summary>
    public bool WasCrossed { get; private set; }

    /// <summary>The highest bid; 0 where there is none.</summary>
    public int BestBid { get; private set; }

    /// <summary>The lowest ask; <see cref="int.MaxValue"/> where there is none.</summary>
    public int BestAsk { get; private set; } = int.MaxValue;

    /// <summary>True where an order of the side at the price would trade.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Crosses(Side side, int price) => side == Side.Buy ? price >= BestAsk : price <= BestBid;

    /// <summary>The best price against which an order of the side trades; 0 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Opposite(Side side) => side == Side.Sell ? BestBid : BestAsk == int.MaxValue ? 0 : BestAsk;

    /// <summary>An occupied level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref PriceLevel Level(int price) => ref _ladder.At(price);

    /// <summary>A level, occupied or not, or another one where the price is none: only to be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref PriceLevel Glance(int price) =>
        ref _ladder.At(unchecked((uint)price) <= (uint)Instrument.MaxPrice ? price : 0);

    /// <summary>The next price that an order of the side meets behind this one; 0 where there is none.</summary>
    public int Behind(Side side, int price) => side == Side.Buy ? _ladder.Above(price) : _ladder.Below(price);

    /// <summary>The lowest and the highest price that the band allows now, in ticks.</summary>
    public (int Low, int High) Band()
    {
        var reference = SetReference != 0 ? SetReference : LastPrice;
        if (Instrument.BandPpm == 0 || reference == 0)
        {
            return (1, Instrument.MaxPrice);
        }

        // Rounded to the inside.
        var width = reference * (long)Instrument.BandPpm / Million;
        return ((int)Math.Max(1, reference - width), (int)Math.Min(Instrument.MaxPrice, reference + width));
    }

    /// <summary>True where the band allows a price now.</summary>
    public bool IsInBand(int price)
    {
        var (low, high) = Band();
        return price >= low && price <= high;
    }

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

            WasCrossed |= BestBid >= BestAsk;
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
