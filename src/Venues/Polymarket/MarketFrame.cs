using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>What one event of the market channel says.</summary>
internal enum MarketEventKind : byte
{
    /// <summary>Nothing that concerns a book; the default value.</summary>
    None = 0,

    /// <summary>A whole book.</summary>
    Book = 1,

    /// <summary>One level's new total; zero removes it.</summary>
    Change = 2,

    /// <summary>Best bid and ask.</summary>
    BestPrices = 3,

    /// <summary>An execution.</summary>
    Trade = 4,

    /// <summary>Another tick: a new epoch of the book.</summary>
    Tick = 5,

    /// <summary>A market was made.</summary>
    NewMarket = 6,

    /// <summary>A market's outcome is known.</summary>
    Resolved = 7,
}

/// <summary>One event of the market channel in parts per million and millionths. <c>default</c> is none.</summary>
internal struct MarketEvent
{
    /// <summary>A price that the venue did not say.</summary>
    public const long Unsaid = -1;

    public MarketEventKind Kind;

    /// <summary>Changes: the side of the level. Trades: the side that took.</summary>
    public Side Side;

    /// <summary>Index in the token table; -1 where the event is about a market.</summary>
    public int Token;

    /// <summary>The venue's time; zero where it gave none.</summary>
    public long VenueNanos;

    /// <summary>Price of a level or trade; the new tick.</summary>
    public long Price;

    /// <summary>Total size of a level, size of a trade.</summary>
    public long Size;

    /// <summary>The venue's best bid after this; zero for an empty side, <see cref="Unsaid"/> where it did not
    /// say.</summary>
    public long BestBid;

    /// <summary>The venue's best ask after this; <see cref="Micros.One"/> for an empty side, <see cref="Unsaid"/> where
    /// it did not say.</summary>
    public long BestAsk;

    /// <summary>Books: the tick that they name; zero where they name none.</summary>
    public long Tick;

    public int BidStart;
    public int BidCount;
    public int AskStart;
    public int AskCount;

    /// <summary>Markets: index in <see cref="MarketFrame.Notices"/>.</summary>
    public int Notice;
}

/// <summary>Words of the events that come once in a market's life.</summary>
/// <param name="MarketId">The condition id.</param>
/// <param name="Slug">Its slug; empty where not said.</param>
/// <param name="WinningToken">The token that pays; empty where not said.</param>
internal sealed record MarketNotice(string MarketId, string Slug, string WinningToken);

/// <summary>The events of one frame, parsed whole before any of them takes effect: a frame counts entirely or not at
/// all.</summary>
/// <remarks>Reused for every frame; grows to the largest frame seen and then allocates nothing.</remarks>
internal sealed class MarketFrame
{
    private MarketEvent[] _events = new MarketEvent[16];
    private Level[] _levels = new Level[512];
    private int _levelCount;

    /// <summary>Number of events.</summary>
    public int Count { get; private set; }

    /// <summary>True where the frame tells of trades.</summary>
    public bool IsTradeMessage { get; set; }

    /// <summary>Events and items about tokens that are not ours.</summary>
    public int Foreign { get; set; }

    public List<MarketNotice> Notices { get; } = [];

    public ref MarketEvent this[int index] => ref _events[index];

    public void Clear()
    {
        Count = 0;
        _levelCount = 0;
        IsTradeMessage = false;
        Foreign = 0;
        Notices.Clear();
    }

    public ref MarketEvent Add(MarketEventKind kind, int token)
    {
        if (Count == _events.Length)
        {
            Array.Resize(ref _events, Count * 2);
        }

        ref var e = ref _events[Count++];
        e = default;
        e.Kind = kind;
        e.Token = token;
        e.BestBid = MarketEvent.Unsaid;
        e.BestAsk = MarketEvent.Unsaid;
        return ref e;
    }

    /// <summary>Forgets the newest event.</summary>
    public void TakeBack() => Count--;

    /// <summary>Where the next level will stand.</summary>
    public int LevelsSoFar => _levelCount;

    /// <summary>Keeps a level; false beyond the limit.</summary>
    public bool AddLevel(long price, long size)
    {
        if (_levelCount == _levels.Length)
        {
            if (_levels.Length >= VenuesLimits.MaxLevelsPerSide)
            {
                return false;
            }

            Array.Resize(ref _levels, _levels.Length * 2);
        }

        _levels[_levelCount++] = new Level(price, size);
        return true;
    }

    public ReadOnlySpan<Level> Bids(in MarketEvent e) => _levels.AsSpan(e.BidStart, e.BidCount);

    public ReadOnlySpan<Level> Asks(in MarketEvent e) => _levels.AsSpan(e.AskStart, e.AskCount);
}
