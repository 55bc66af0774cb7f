using System.Collections.Immutable;
using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Gates;

/// <summary>An edge must have stood for a while, in the depth that a plan needs, before anything is planned.</summary>
public sealed class PreflightTests : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly VirtualTime _time = new();
    private readonly OutcomeMarket _market = Scenes.Market(Venue.Polymarket, "m");
    private readonly MarketCache _cache = new(TimeSpan.FromSeconds(3));
    private readonly NotificationInbox _inbox = new();
    private readonly OutcomeMeter _meter = new();
    private readonly MarketSink _feed;
    private readonly List<TradeSignal> _passed = [];
    private readonly List<Opportunity> _refused = [];
    private readonly List<Exception> _failed = [];
    private long _stake = 1_000 * Micros.One;
    private Exception? _thrown;

    public PreflightTests()
    {
        _feed = new MarketSink(new MarketRouter(_cache, _inbox, VenueNames.Prediction), _meter, _time);
        _feed.OnMarket(_market, _time.UnixNanos());
    }

    [Fact]
    public void What_still_stands_passes_after_the_wait_and_not_sooner()
    {
        Offer((42, 40), (50, 40));
        var signal = Signal();
        Send(Preflight(Wait), signal);
        _time.Pass(Wait - Moment);
        Assert.Empty(_passed);
        _time.Pass(Moment);
        Assert.Same(signal, Assert.Single(_passed));
        Assert.Empty(_refused);
    }

    [Fact]
    public void Without_a_wait_a_signal_passes_at_once_and_unlooked_at()
    {
        // No book at all: what the strategy has just seen is taken as it is.
        Preflight(TimeSpan.Zero).OnSignal(Signal());
        Assert.Single(_passed);
        Assert.Empty(_refused);
    }

    [Theory]
    [InlineData("worse")]
    [InlineData("thinner")]
    [InlineData("empty")]
    [InlineData("unproven")]
    [InlineData("stale")]
    [InlineData("closed")]
    [InlineData("alerted")]
    public void What_no_longer_stands_is_gone(string how)
    {
        Offer((42, 40), (50, 40));
        Send(Preflight(Wait), Signal());
        _time.Pass(Moment);
        switch (how)
        {
            case "worse":
                Book(_market.No, Scenes.At((51, 4_000)));
                break;
            case "thinner":
                Book(_market.No, Scenes.At((50, 39), (51, 4_000)));
                break;
            case "empty":
                Book(_market.No, []);
                break;
            case "unproven":
                Book(_market.No, Scenes.At((50, 40)), BookProof.Gap);
                break;
            case "stale":
                // The wait alone is no reason: this is a wait that is longer than books live.
                _time.Pass(Wait);
                Assert.Single(_passed);
                _passed.Clear();
                Send(Preflight(TimeSpan.FromSeconds(4)), Signal());
                _time.Pass(TimeSpan.FromSeconds(4));
                break;
            case "closed":
                _feed.OnMarket(_market with { Phase = MarketPhase.Closed }, _time.UnixNanos());
                break;
            case "alerted":
                _feed.OnAlert(new MarketAlert(Venue.Polymarket, "m", "UNKNOWN_RULE", "x"), _time.UnixNanos());
                break;
        }

        _time.Pass(Wait);
        Assert.Empty(_passed);
        var gone = Assert.Single(_refused);
        Assert.Equal((Strikeline.Trading.Preflight.Gone, false), (gone.Reason, gone.Taken));
        Assert.True(gone.AtNanos > VirtualTimeStart());
    }

    [Fact]
    public void Depth_may_be_at_several_prices_that_are_no_worse()
    {
        Book(_market.Yes, Scenes.At((40, 15), (41, 15), (42, 10)));
        Book(_market.No, Scenes.At((50, 40)));
        Send(Preflight(Wait), Signal());
        _time.Pass(Wait);
        Assert.Single(_passed);
    }

    [Fact]
    public void No_more_depth_is_needed_than_the_stake_buys()
    {
        // 5 dollars buy 11.9 shares at 0.42 and 10 at 0.50.
        _stake = 5 * Micros.One;
        Offer((42, 12), (50, 10));
        Send(Preflight(Wait), Signal());
        _time.Pass(Wait);
        Assert.Single(_passed);
        Offer((42, 11), (50, 10));
        Send(Preflight(Wait), Signal());
        _time.Pass(Wait);
        Assert.Single(_passed);
        Assert.Single(_refused);
    }

    [Fact]
    public void Sales_are_looked_at_on_the_bid()
    {
        Book(_market.Yes, [], bids: Scenes.At((60, 40)));
        Book(_market.No, [], bids: Scenes.At((50, 40)));
        Send(Preflight(Wait), Sale());
        _time.Pass(Wait);
        Assert.Single(_passed);
        Book(_market.Yes, [], bids: Scenes.At((59, 400)));
        Send(Preflight(Wait), Sale());
        _time.Pass(Wait);
        Assert.Single(_passed);
        Assert.Single(_refused);
    }

    [Fact]
    public void So_many_may_wait_and_one_more_is_refused_until_some_are_through()
    {
        Offer((42, 40), (50, 40));
        var preflight = Preflight(Wait);
        for (var i = 0; i <= Strikeline.Trading.Preflight.MostWaiting; i++)
        {
            Send(preflight, Signal());
        }

        Assert.Equal(Strikeline.Trading.Preflight.Busy, Assert.Single(_refused).Reason);
        _time.Pass(Wait);
        Assert.Equal(Strikeline.Trading.Preflight.MostWaiting, _passed.Count);
        Send(preflight, Signal());
        _time.Pass(Wait);
        Assert.Equal(Strikeline.Trading.Preflight.MostWaiting + 1, _passed.Count);
        Assert.Single(_refused);
    }

    [Fact]
    public void Who_throws_behind_it_is_told_of_and_gives_its_place_back()
    {
        Offer((42, 40), (50, 40));
        var preflight = Preflight(Wait);
        _thrown = new InvalidOperationException("behind");
        for (var i = 0; i < Strikeline.Trading.Preflight.MostWaiting; i++)
        {
            Send(preflight, Signal());
        }

        _time.Pass(Wait);
        Assert.Equal(Strikeline.Trading.Preflight.MostWaiting, _failed.Count);
        Assert.All(_failed, failure => Assert.Same(_thrown, failure));
        _thrown = null;
        Send(preflight, Signal());
        _time.Pass(Wait);
        Assert.Single(_passed);
        Assert.Empty(_refused);
    }

    public void Dispose()
    {
        _inbox.Dispose();
        _meter.Dispose();
    }

    private static long VirtualTimeStart() => new VirtualTime().UnixNanos();

    private Preflight Preflight(TimeSpan wait) =>
        new(new Behind(this), _cache, wait, () => _stake, _time, _refused.Add, _failed.Add);

    private void Send(Preflight preflight, TradeSignal signal) => _ = _time.Start(() =>
    {
        preflight.OnSignal(signal);
        return Task.CompletedTask;
    });

    private void Offer((int Cents, int Shares) yes, (int Cents, int Shares) no)
    {
        Book(_market.Yes, Scenes.At(yes));
        Book(_market.No, Scenes.At(no));
    }

    private void Book(MarketKey token, Level[] asks, BookProof proof = BookProof.Proven, Level[]? bids = null)
    {
        var book = new OutcomeBook(token, _market.MarketId) { Proof = proof };
        book.Levels.Load(bids ?? [], asks);
        _feed.OnBooks([book], _time.UnixNanos());
    }

    private TradeSignal Signal() => new()
    {
        Strategy = "s", Kind = SignalKind.BuySet, PayoutPpm = Micros.One, EdgePpm = 80_000, EdgeAfterFeesPpm = 42_500,
        ProfitMicros = 1_700_000, ReceivedNanos = _time.UnixNanos(),
        Legs = ImmutableArray.Create(
            new SignalLeg(_market, _market.Yes, Side.Buy, 420_000, 40 * Micros.One, 420_000, 1),
            new SignalLeg(_market, _market.No, Side.Buy, 500_000, 40 * Micros.One, 500_000, 1)),
    };

    private TradeSignal Sale() => Signal() with
    {
        Kind = SignalKind.SellSet,
        Legs = ImmutableArray.Create(
            new SignalLeg(_market, _market.Yes, Side.Sell, 600_000, 40 * Micros.One, 600_000, 1),
            new SignalLeg(_market, _market.No, Side.Sell, 500_000, 40 * Micros.One, 500_000, 1)),
    };

    private sealed class Behind(PreflightTests tests) : ISignalSink
    {
        public void OnSignal(TradeSignal signal)
        {
            if (tests._thrown is { } thrown)
            {
                throw thrown;
            }

            tests._passed.Add(signal);
        }

        public void OnRefused(TradeSignal signal, string reason) =>
            Assert.Fail("what is refused stands in the log already");
    }
}
