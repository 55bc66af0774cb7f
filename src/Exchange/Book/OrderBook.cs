using System.Runtime.CompilerServices;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>The resting orders of one instrument in price-time order.</summary>
/// <remarks>
/// Which side an order is on and where it stands comes at random: a processor that guesses wrong loses as much time as
/// all the rest takes. So the common ways choose values, not branches.
/// </remarks>
internal sealed class OrderBook
{
    private const long Million = 1_000_000;

    private readonly PriceLadder _ladder;
    private readonly OrderPool _orders;

    // Of the instrument, at hand: which asset pays, and how much of it.
    private int _baseAsset;
    private int _quoteAsset;
    private long _baseAtomsPerLot;
    private long _quoteAtomsPerTickLot;

    public OrderBook(SpotInstrument instrument, OrderPool orders, LadderPages pages)
    {
        (_ladder, _orders) = (new PriceLadder(instrument.MaxPrice, pages), orders);
        Stops = new StopBook(orders);
        Instrument = instrument;
    }

    public SpotInstrument Instrument
    {
        get;
        set
        {
            field = value;
            (_baseAsset, _quoteAsset) = (value.BaseAsset, value.QuoteAsset);
            (_baseAtomsPerLot, _quoteAtomsPerTickLot) = (value.BaseAtomsPerLot, value.QuoteAtomsPerTickLot);
            MaxPrice = value.MaxPrice;
            MaxQuantity = value.MaxQuantity;
            BandPpm = value.BandPpm;
        }
    }

    /// <summary>The instrument's.</summary>
    public int MaxPrice { get; private set; }

    /// <summary>The instrument's.</summary>
    public long MaxQuantity { get; private set; }

    /// <summary>The instrument's.</summary>
    public int BandPpm { get; private set; }

    public ListingName Name { get; init; }

    public TradingStatus Status { get; set; }

    /// <summary>The price of the newest trade; 0 before the first.</summary>
    public int LastPrice { get; set; }

    /// <summary>The price that an operator has set to measure the band from; 0 for the last trade.</summary>
    public int SetReference { get; set; }

    /// <summary>Orders that wait for a price.</summary>
    public StopBook Stops { get; }

    /// <summary>Set for good where bid and ask ever met at rest.</summary>
    public bool WasCrossed { get; private set; }

    /// <summary>The highest bid; 0 where there is none.</summary>
    public int BestBid { get; private set; }

    /// <summary>The lowest ask; <see cref="int.MaxValue"/> where there is none.</summary>
    public int BestAsk { get; private set; } = int.MaxValue;

    /// <summary>True where an order of the side at the price would trade.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Crosses(Side side, int price)
    {
        // Prices are at most 2^30, a missing ask the largest int: no difference overflows.
        var beyond = unchecked(price - BestAsk);
        var other = unchecked(BestBid - price);
        beyond = side == Side.Buy ? beyond : other;
        return beyond >= 0;
    }

    /// <summary>The asset that pays for an order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Paid(Side side)
    {
        var (paid, other) = (_quoteAsset, _baseAsset);
        return side == Side.Buy ? paid : other;
    }

    /// <summary>The asset that an order brings.</summary>
    public int Received(Side side) => side == Side.Buy ? _baseAsset : _quoteAsset;

    /// <summary>What lots bind at a price of the grid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Bound(Side side, int price, long lots)
    {
        var each = price * _quoteAtomsPerTickLot;
        var other = _baseAtomsPerLot;
        each = side == Side.Buy ? each : other;
        return each * lots;
    }

    /// <summary>The best price against which an order of the side trades; 0 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Opposite(Side side) => side == Side.Sell ? BestBid : BestAsk == int.MaxValue ? 0 : BestAsk;

    /// <summary>An occupied level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref PriceLevel Level(int price) => ref _ladder.At(price);

    /// <summary>A level, occupied or not, or another one where the price is none: only to be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref PriceLevel Glance(int price) =>
        ref _ladder.At(unchecked((uint)price <= (uint)MaxPrice) ? price : 0);

    /// <summary>The next price that an order of the side meets behind this one; 0 where there is none.</summary>
    public int Behind(Side side, int price) => side == Side.Buy ? _ladder.Above(price) : _ladder.Below(price);

    /// <summary>The lowest and the highest price that the band allows now, in ticks.</summary>
    public (int Low, int High) Band()
    {
        var reference = SetReference != 0 ? SetReference : LastPrice;
        if (BandPpm == 0 || reference == 0)
        {
            return (1, MaxPrice);
        }

        // Rounded to the inside.
        var width = reference * (long)BandPpm / Million;
        return ((int)Math.Max(1, reference - width), (int)Math.Min(MaxPrice, reference + width));
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
        ref var level = ref _ladder.At(order.Price);
        if (level.Head == 0)
        {
            level = ref Occupy(slot, order.Side, order.Price);
        }

        order.Next = 0;
        _orders.Link(level.Tail, slot);
        level.Tail = slot;
        level.Lots += order.Remaining;
    }

    /// <summary>Takes an order out of its level; the order itself stays as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Remove(ref Order order)
    {
        ref var level = ref _ladder.At(order.Price);
        level.Lots -= order.Remaining;
        var (older, younger) = (order.Previous, order.Next);
        _orders.Link(older, younger);
        var (head, tail) = (level.Head, level.Tail);
        head = older == 0 ? younger : head;
        tail = younger == 0 ? older : tail;
        (level.Head, level.Tail) = (head, tail);
        if (head == 0)
        {
            Vacate(order.Side, order.Price);
        }
    }

    /// <summary>A level of the side has lost its last order.</summary>
    public void Vacate(Side side, int price)
    {
        if (price == BestBid && side == Side.Buy)
        {
            BestBid = _ladder.Below(price);
        }
        else if (price == BestAsk)
        {
            var next = _ladder.Above(price);
            BestAsk = next == 0 ? int.MaxValue : next;
        }

        _ladder.Vacate(price);
    }

    private ref PriceLevel Occupy(int slot, Side side, int price)
    {
        ref var level = ref _ladder.Occupy(price);
        level.Head = slot;
        var (bid, ask) = (price, price);
        bid = side == Side.Buy ? bid : 0;
        ask = side == Side.Buy ? int.MaxValue : ask;
        BestBid = Math.Max(BestBid, bid);
        BestAsk = Math.Min(BestAsk, ask);
        WasCrossed |= BestBid >= BestAsk;
        return ref level;
    }
}
