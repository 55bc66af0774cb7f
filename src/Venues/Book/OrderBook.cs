using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>A venue's book by price level (L2), on the instrument's integer grid.</summary>
/// <remarks>Feed loop only. It holds what the venue said; whether that may be believed is <see
/// cref="FeedInstrument.Proof"/>.</remarks>
public sealed class OrderBook
{
    /// <summary>Buyers, best is the highest price.</summary>
    public BookSide Bids { get; } = new(Side.Buy);

    /// <summary>Sellers, best is the lowest price.</summary>
    public BookSide Asks { get; } = new(Side.Sell);

    /// <summary>True where both sides exist and the best bid is at or above the best ask.</summary>
    public bool IsCrossed => Bids.Count > 0 && Asks.Count > 0 && Bids.Best.Price >= Asks.Best.Price;

    internal void Clear()
    {
        Bids.Clear();
        Asks.Clear();
    }

    /// <summary>Counts the events that changed the book: a venue that repeats itself does not move it.</summary>
    public long Changes { get; private set; }

    internal void Load(ReadOnlySpan<Level> bids, ReadOnlySpan<Level> asks)
    {
        var before = (Bids.Best, Asks.Best, Bids.Count, Asks.Count);
        Bids.Load(bids);
        Asks.Load(asks);
        Changes += before == (Bids.Best, Asks.Best, Bids.Count, Asks.Count) ? 0 : 1;
    }

    internal void Apply(ReadOnlySpan<Level> bids, ReadOnlySpan<Level> asks)
    {
        var changed = false;
        foreach (var level in bids)
        {
            changed |= Bids.Set(level.Price, level.Quantity);
        }

        foreach (var level in asks)
        {
            changed |= Asks.Set(level.Price, level.Quantity);
        }

        Changes += changed ? 1 : 0;
    }

    internal void Truncate(int depth)
    {
        Bids.Truncate(depth);
        Asks.Truncate(depth);
    }
}
