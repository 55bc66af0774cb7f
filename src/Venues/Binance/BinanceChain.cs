using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Binance;

/// <summary>Where one instrument's difference chain stands.</summary>
internal sealed class BinanceChain
{
    public long LastId { get; set; }

    public bool AppliedSinceSnapshot { get; set; }

    public int Contradictions { get; set; }

    /// <summary>How far from the touch the last snapshot knew the book.</summary>
    public BookEdge Edge { get; set; }

    /// <summary>Whether the book at <see cref="LastId"/> has been held against the quotes.</summary>
    public bool IsCrossChecked { get; set; }

    public PendingUpdates Pending { get; } = new();

    public RecentRanges Recent { get; } = new();

    public RecentQuotes Quotes { get; } = new();

    public void Reset()
    {
        LastId = 0;
        AppliedSinceSnapshot = false;
        Contradictions = 0;
        IsCrossChecked = false;
        Pending.Clear();
        Recent.Clear();
        Quotes.Clear();
    }
}

/// <summary>The outermost prices of a snapshot, and how far they were from its best.</summary>
internal readonly record struct BookEdge(long WorstBid, long BidWidth, long WorstAsk, long AskWidth)
{
    private const int NearShare = 4;

    public static BookEdge Of(ReadOnlySpan<Level> bids, ReadOnlySpan<Level> asks) =>
        bids.Length == 0 || asks.Length == 0
            ? default
            : new BookEdge(
                bids[^1].Price, bids[0].Price - bids[^1].Price, asks[^1].Price, asks[^1].Price - asks[0].Price);

    /// <summary>True where the best price of a side has come within a quarter of the known width to its edge.</summary>
    public bool IsNear(OrderBook book) =>
        (BidWidth > 0 && book.Bids.Count > 0 && book.Bids.Best.Price - WorstBid < BidWidth / NearShare)
        || (AskWidth > 0 && book.Asks.Count > 0 && WorstAsk - book.Asks.Best.Price < AskWidth / NearShare);
}

/// <summary>Differences that arrived before their snapshot.</summary>
internal sealed class PendingUpdates
{
    private VenueEvent[] _updates = new VenueEvent[16];
    private Level[] _levels = new Level[256];
    private int _levelCount;

    public int Count { get; private set; }

    public ref VenueEvent this[int index] => ref _updates[index];

    public void Clear()
    {
        Count = 0;
        _levelCount = 0;
    }

    public void Add(in VenueEvent e, FrameEvents frame)
    {
        var bids = frame.Bids(e);
        var asks = frame.Asks(e);
        if (Count == VenuesLimits.MaxPendingUpdates
            || _levelCount + bids.Length + asks.Length > VenuesLimits.MaxPendingLevels)
        {
            // The snapshot is long overdue. A chain may start anywhere, so it starts again here.
            Clear();
        }

        if (Count == _updates.Length)
        {
            Array.Resize(ref _updates, Count * 2);
        }

        while (_levelCount + bids.Length + asks.Length > _levels.Length)
        {
            Array.Resize(ref _levels, _levels.Length * 2);
        }

        ref var kept = ref _updates[Count++];
        kept = e;
        kept.BidStart = _levelCount;
        bids.CopyTo(_levels.AsSpan(_levelCount));
        kept.AskStart = _levelCount + bids.Length;
        asks.CopyTo(_levels.AsSpan(kept.AskStart));
        _levelCount = kept.AskStart + asks.Length;
    }

    /// <summary>True where nothing applied up to an id is missing here.</summary>
    public bool EndsAt(long lastId) => Count > 0 && _updates[Count - 1].LastId == lastId;

    public int FirstAfter(long lastId)
    {
        var index = 0;
        while (index < Count && _updates[index].LastId <= lastId)
        {
            index++;
        }

        return index;
    }

    public ReadOnlySpan<Level> Bids(in VenueEvent e) => _levels.AsSpan(e.BidStart, e.BidCount);

    public ReadOnlySpan<Level> Asks(in VenueEvent e) => _levels.AsSpan(e.AskStart, e.AskCount);
}

/// <summary>The ranges applied last, to tell a duplicate from a chain that ran away.</summary>
internal sealed class RecentRanges
{
    private const int Size = 64;

    private readonly (long First, long Last)[] _ranges = new (long, long)[Size];
    private int _next;

    public void Clear()
    {
        Array.Clear(_ranges);
        _next = 0;
    }

    public void Add(long first, long last)
    {
        _ranges[_next] = (first, last);
        _next = (_next + 1) & (Size - 1);
    }

    public bool Contains(long first, long last) => Array.IndexOf(_ranges, (first, last)) >= 0;
}

/// <summary>The best bids and asks seen last, by update id.</summary>
internal sealed class RecentQuotes
{
    private const int Size = 512;

    private readonly VenueEvent[] _quotes = new VenueEvent[Size];
    private int _next;
    private int _count;

    public void Clear()
    {
        _next = 0;
        _count = 0;
    }

    public void Add(in VenueEvent quote)
    {
        _quotes[_next] = quote;
        _next = (_next + 1) & (Size - 1);
        _count = Math.Min(_count + 1, Size);
    }

    /// <summary>Update id of the quote that came last; zero before the first.</summary>
    public long NewestId => _count == 0 ? 0 : _quotes[(_next - 1 + Size) & (Size - 1)].LastId;

    public bool TryNewestUpTo(long id, out VenueEvent quote)
    {
        for (var back = 1; back <= _count; back++)
        {
            ref var candidate = ref _quotes[(_next - back + Size) & (Size - 1)];
            if (candidate.LastId <= id)
            {
                quote = candidate;
                return true;
            }
        }

        quote = default;
        return false;
    }
}
