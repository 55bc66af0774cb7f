using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading;

/// <summary>Feeds, cache, hand-over and strategies on the test's thread: what a venue says goes in, signals come
/// out.</summary>
internal sealed class StrategyStage : ISignalSink, IDisposable
{
    private readonly Dictionary<MarketKey, OutcomeBook> _books = [];
    private readonly OutcomeMeter _outcomes = new();
    private readonly StrategyMeter _strategies = new();
    private readonly NotificationInbox _inbox = new();
    private readonly StrategyLoop _loop;
    private readonly PlantedBug? _bug;

    public StrategyStage(IStrategy strategy, PlantedBug? bug = null)
    {
        _bug = bug;
        Cache = new MarketCache(TimeSpan.FromSeconds(3));
        Feed = new MarketSink(new MarketRouter(Cache, _inbox, VenueNames.Prediction), _outcomes, Clock);
        IMarketReader reader = bug?.Reader is { } wrap ? wrap(Cache) : Cache;
        _loop = new StrategyLoop(_inbox, reader, [strategy], this, _strategies, Clock, e => throw e);
    }

    public StageClock Clock { get; } = new();

    public MarketCache Cache { get; }

    public MarketSink Feed { get; }

    public List<TradeSignal> Signals { get; } = [];

    public List<(TradeSignal Signal, string Reason)> Refused { get; } = [];

    public void Describe(OutcomeMarket market) =>
        Feed.OnMarket(_bug?.Market is { } change ? change(market) : market, Clock.Now);

    public OutcomeBook Book(OutcomeMarket market, MarketKey token, Level[] bids, Level[] asks, BookProof proof = BookProof.Proven)
    {
        if (!_books.TryGetValue(token, out var book))
        {
            _books.Add(token, book = new OutcomeBook(token, market.MarketId));
        }

        book.Levels.Load(bids, asks);
        book.Proof = proof;
        Feed.OnBooks([book], Clock.Now);
        return book;
    }

    /// <summary>The venue repeats a book: nothing has changed, the strategies look again.</summary>
    public void Repeat(MarketKey token) => Feed.OnBooks([_books[token]], Clock.Now);

    public void Run() => _loop.RunOnce();

    public void Clear()
    {
        Signals.Clear();
        Refused.Clear();
    }

    public void OnSignal(TradeSignal signal)
    {
        if (_bug?.Signal is not { } change)
        {
            Signals.Add(signal);
        }
        else if (change(signal) is { } changed)
        {
            Signals.Add(changed);
        }
    }

    public void OnRefused(TradeSignal signal, string reason) => Refused.Add((signal, reason));

    public void Dispose()
    {
        _loop.Dispose();
        _inbox.Dispose();
        _outcomes.Dispose();
        _strategies.Dispose();
    }
}

/// <summary>A mistake that the oracle must find: in how markets are described, in how books are read, or in the
/// signal.</summary>
internal sealed record PlantedBug(
    string Name,
    Func<OutcomeMarket, OutcomeMarket>? Market = null,
    Func<IMarketReader, IMarketReader>? Reader = null,
    Func<TradeSignal, TradeSignal?>? Signal = null)
{
    public override string ToString() => Name;
}

/// <summary>Changes what is read.</summary>
internal sealed class ReaderWithABug(IMarketReader inner, Action<BookCopy> change) : IMarketReader
{
    public OutcomeMarket? Market(Venue venue, string marketId) => inner.Market(venue, marketId);

    public bool TryRead(MarketKey token, BookCopy into, long nowNanos)
    {
        var known = inner.TryRead(token, into, nowNanos);
        if (known)
        {
            change(into);
        }

        return known;
    }
}
