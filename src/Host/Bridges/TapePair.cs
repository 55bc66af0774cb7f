using Strikeline.Kernel;
using Strikeline.Testnet;
using Strikeline.Venues;

namespace Strikeline.Host.Bridges;

/// <summary>
/// One pair of a tape as the testnet holds it, and the differences that lead it to the recorded book.
/// </summary>
/// <param name="index">Its place in the script's list.</param>
/// <param name="pair">The pair as the testnet lists it.</param>
/// <param name="wire">Grid of the first book.</param>
/// <param name="firstBids">Buyers of the first whole book on the tape.</param>
/// <param name="firstAsks">Sellers of the same.</param>
/// <remarks>
/// The recorded book may be lost for a while (a gap, a lost connection) or crossed: the testnet's then stands still,
/// and is led to the recorded one by differences once that is whole again.
/// </remarks>
internal sealed class TapePair(int index, MarketPair pair, Grid wire, Level[] firstBids, Level[] firstAsks)
{
    private readonly Dictionary<long, long>[] _held = [[], []];
    private readonly HashSet<long> _wanted = [];
    private bool _behind;

    /// <summary>The pair as the testnet lists it.</summary>
    public MarketPair Pair { get; } = pair;

    /// <summary>Leads the book to the first whole one of the tape.</summary>
    public void Rewind(long atNanos, IMarketSink sink)
    {
        _behind = false;
        Replace(firstBids, firstAsks, wire, atNanos, sink);
    }

    /// <summary>Follows a recorded book event that is in the instrument's book already.</summary>
    public void Follow(
        FeedInstrument instrument,
        bool isSnapshot,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long atNanos,
        IMarketSink sink)
    {
        var book = instrument.Book;
        if (book.IsCrossed)
        {
            _behind = true;
            return;
        }

        if (!isSnapshot && !_behind)
        {
            Set(Side.Buy, bids, instrument.Grid, atNanos, sink);
            Set(Side.Sell, asks, instrument.Grid, atNanos, sink);
        }

        // Some venues cut their books to a depth without a word for the levels that fall out.
        if (isSnapshot || _behind || Count(Side.Buy) != book.Bids.Count || Count(Side.Sell) != book.Asks.Count)
        {
            Replace(Levels(book.Bids), Levels(book.Asks), instrument.Grid, atNanos, sink);
        }

        _behind = false;
    }

    /// <summary>Passes a recorded trade on.</summary>
    public void Trade(Side taker, Level fill, Grid grid, long atNanos, IMarketSink sink)
    {
        if (fill.Quantity > 0 && TapeGrid.TryMove(fill, grid, Pair.Grid, out var moved))
        {
            sink.Trade(index, taker, moved, atNanos);
        }
    }

    /// <summary>All levels of a side, best first.</summary>
    public static Level[] Levels(BookSide side)
    {
        var levels = new Level[side.Count];
        for (var i = 0; i < levels.Length; i++)
        {
            levels[i] = side.FromBest(i);
        }

        return levels;
    }

    private int Count(Side side) => _held[(int)side].Count;

    private void Set(Side side, ReadOnlySpan<Level> levels, Grid grid, long atNanos, IMarketSink sink)
    {
        foreach (var level in levels)
        {
            if (TapeGrid.TryMove(level, grid, Pair.Grid, out var moved))
            {
                Set(side, moved, atNanos, sink);
            }
        }
    }

    // What goes is taken away first, so that the two sides never meet half-way.
    private void Replace(Level[] bids, Level[] asks, Grid grid, long atNanos, IMarketSink sink)
    {
        RemoveOthers(Side.Buy, bids, grid, atNanos, sink);
        RemoveOthers(Side.Sell, asks, grid, atNanos, sink);
        Set(Side.Buy, bids, grid, atNanos, sink);
        Set(Side.Sell, asks, grid, atNanos, sink);
    }

    private void RemoveOthers(Side side, Level[] levels, Grid grid, long atNanos, IMarketSink sink)
    {
        _wanted.Clear();
        foreach (var level in levels)
        {
            if (TapeGrid.TryMove(level, grid, Pair.Grid, out var moved))
            {
                _wanted.Add(moved.Price);
            }
        }

        foreach (var price in _held[(int)side].Keys.Where(price => !_wanted.Contains(price)).ToArray())
        {
            Set(side, new Level(price, 0), atNanos, sink);
        }
    }

    private void Set(Side side, Level level, long atNanos, IMarketSink sink)
    {
        var held = _held[(int)side];
        var before = held.GetValueOrDefault(level.Price);
        if (before == level.Quantity)
        {
            return;
        }

        if (level.Quantity == 0)
        {
            held.Remove(level.Price);
        }
        else
        {
            held[level.Price] = level.Quantity;
        }

        sink.SetLevel(index, side, level, atNanos);
    }
}
