using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Polymarket;

/// <summary>The feed, the cache and the paper venue on the testnet's Polymarket, in virtual time.</summary>
public sealed class FloorFeedTests : IFeedListener, IDisposable
{
    private readonly VirtualTime _time = new();
    private readonly FloorTransport _floor;
    private readonly OutcomeMeter _meter = new();
    private readonly NotificationInbox _inbox = new();
    private readonly MarketCache _cache = new(TimeSpan.FromSeconds(3));
    private readonly Listener _sink;
    private readonly PaperOrders _paper;
    private readonly CancellationTokenSource _stop = new();

    public FloorFeedTests()
    {
        _floor = new FloorTransport(_time, seed: 5, rate: 0.02);
        _sink = new Listener(new MarketSink(new MarketRouter(_cache, _inbox, VenueNames.Prediction), _meter, _time));
        _paper = new PaperOrders(
            Venue.Polymarket, _cache, new PaperSettings { CashMicros = 100_000 * Micros.One }, new Random(1), _time);
        var feed = new PolymarketFeed(
            _floor.Polymarket with { Events = [], Assets = ["btc"], Windows = [UpDownWindow.All[0]], WindowsAhead = 1 },
            _floor, _sink, new NoTape(), this, new NothingHeld(), _time, new Random(3));
        _ = _time.Start(() => feed.RunAsync(_stop.Token));
    }

    private string Slug
    {
        get
        {
            var seconds = _time.UnixNanos() / Stamps.NanosPerSecond;
            return $"btc-updown-5m-{seconds - (seconds % 300)}";
        }
    }

    private OutcomeMarket? Running => _sink.Record.Markets.Values.FirstOrDefault(market => market.Slug == Slug);

    [Fact]
    public void Nothing_is_taken_on_paper_while_the_engine_restarts_nor_while_it_is_post_only()
    {
        // Past the window in whose first moment everything began: nobody has seen its price to beat.
        var taken = new List<(MarketPhase Phase, bool Filled)>();
        Pass(310, () => { });
        Pass(20, () => taken.Add(Take()));
        Assert.Contains((MarketPhase.Open, true), taken);
        taken.Clear();
        _floor.Fault("{\"venue\":\"polymarket\",\"fault\":\"restart\",\"seconds\":40}");

        // A data-only bot hears of it with the next answer of the CLOB.
        Pass(7, () => { });
        Assert.Equal(MarketPhase.Paused, Running!.Phase);
        Pass(140, () => taken.Add(Take()));
        Assert.Equal([MarketPhase.Paused, MarketPhase.PostOnly, MarketPhase.Open], taken.Select(one => one.Phase).Distinct());
        Assert.All(taken.Where(one => one.Phase != MarketPhase.Open), one => Assert.False(one.Filled));
        // One look takes 1.4 s: 33 s of the fault and up to 8 s until it is asked again, then two minutes.
        Assert.InRange(taken.Count(one => one.Phase == MarketPhase.Paused), 23, 31);
        Assert.InRange(taken.Count(one => one.Phase == MarketPhase.PostOnly), 84, 87);
        Assert.True(taken[^1].Filled);
    }

    [Fact]
    public void A_field_that_nobody_knows_in_its_terms_takes_one_market_out_and_it_pays_all_the_same()
    {
        var slug = Slug;
        _floor.Fault($"{{\"venue\":\"polymarket\",\"fault\":\"unknown_field\",\"symbol\":\"{slug}\",\"seconds\":900}}");
        Pass(30, () => { });
        var market = Running!;
        Assert.Equal([(market.MarketId, "UNKNOWN_FIELD")], _sink.Record.Alerts.Select(alert => (alert.MarketId, alert.Code)));
        Assert.Equal(BookRefusal.Alerted, Read(market).Refusal);
        Pass(310, () => { });
        var over = _sink.Record.Markets[market.MarketId];
        Assert.Equal((slug, MarketPhase.Resolved), (over.Slug, over.Phase));
        Assert.NotNull(over.YesPaysPpm);
        Assert.Single(_sink.Record.Alerts);

        // The others have no such field.
        Assert.Equal(MarketPhase.Open, Running!.Phase);
        Assert.Equal(BookRefusal.None, Read(Running).Refusal);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _time.Pass(TimeSpan.FromSeconds(1));
        _stop.Dispose();
        _floor.Dispose();
        _meter.Dispose();
        _inbox.Dispose();
    }

    void IFeedListener.OnLost(Venue venue, int connection, string reason, TimeSpan wait)
    {
    }

    void IFeedListener.OnReplaced(Venue venue, int connection, string reason) => Assert.Fail(reason);

    void IFeedListener.OnChangeOver(Venue venue, int connection, string reason)
    {
    }

    private void Pass(int seconds, Action eachSecond)
    {
        for (var i = 0; i < seconds; i++)
        {
            _time.Pass(TimeSpan.FromSeconds(1));
            eachSecond();
        }
    }

    // Tries to buy five shares of whatever is dearest on the book, at once.
    private (MarketPhase Phase, bool Filled) Take()
    {
        var market = Running!;
        var asks = Read(market).Against(Side.Buy);
        var limit = asks.Length == 0 ? 990_000 : asks[^1].Price;
        VenueReply? reply = null;
        _ = _time.Start(async () => reply = await _paper.PlaceAsync(
            new VenueOrder($"o{_time.UnixNanos()}", market, market.Yes, Side.Buy, limit, 5 * Micros.One, OrderLife.FillAndKill),
            CancellationToken.None));
        _time.Pass(TimeSpan.FromMilliseconds(400));
        return (market.Phase, reply!.Fills.Count > 0);
    }

    private BookCopy Read(OutcomeMarket market)
    {
        var book = new BookCopy();
        _cache.TryRead(market.Yes, book, _time.UnixNanos());
        return book;
    }

    /// <summary>Remembers, and passes on to the cache.</summary>
    private sealed class Listener(MarketSink cache) : IOutcomeSink
    {
        public OutcomeRecord Record { get; } = new();

        public void OnMarket(OutcomeMarket market, long receivedNanos)
        {
            Record.OnMarket(market, receivedNanos);
            cache.OnMarket(market, receivedNanos);
        }

        public void OnGone(Venue venue, string marketId, long receivedNanos) => cache.OnGone(venue, marketId, receivedNanos);

        public void OnBooks(ReadOnlySpan<OutcomeBook> books, long receivedNanos) => cache.OnBooks(books, receivedNanos);

        public void OnTrade(in OutcomeTrade trade, long receivedNanos) => cache.OnTrade(trade, receivedNanos);

        public void OnReference(in ReferencePrice price, long receivedNanos) => cache.OnReference(price, receivedNanos);

        public void OnAlert(in MarketAlert alert, long receivedNanos)
        {
            Record.OnAlert(alert, receivedNanos);
            cache.OnAlert(alert, receivedNanos);
        }
    }

    private sealed class NoTape : IFeedRecorder
    {
        public void Connected(Venue venue, int connection, long nowNanos)
        {
        }

        public void Frame(Venue venue, int connection, string context, ReadOnlySpan<byte> payload, long receivedNanos)
        {
        }

        public void Disconnected(Venue venue, int connection, long nowNanos)
        {
        }
    }
}
