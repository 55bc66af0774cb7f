using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading;

/// <summary>The hand-over from feeds to strategies: newest states, bounded, in turn.</summary>
public sealed class StrategyLoopTests : IDisposable
{
    private readonly StageClock _clock = new();
    private readonly MarketCache _cache = new(TimeSpan.FromSeconds(3));
    private readonly NotificationInbox _inbox = new();
    private readonly OutcomeMeter _outcomes = new();
    private readonly StrategyMeter _strategies = new();
    private readonly MarketSink _feed;

    public StrategyLoopTests() => _feed = new MarketSink(new MarketRouter(_cache, _inbox, [Venue.Polymarket]), _outcomes, _clock);

    [Fact]
    public void A_slow_strategy_sees_the_newest_state_once_and_memory_is_bounded()
    {
        var books = Books(50);
        var strategy = new Watching();
        using var loop = Loop(strategy);
        loop.RunOnce();
        strategy.Clear();
        var first = _clock.Now;
        var conflated = _inbox.Conflated;
        for (var round = 1; round <= 1_000; round++)
        {
            foreach (var book in books)
            {
                book.Levels.Load([], [new Level(500_000, round)]);
                _feed.OnBooks([book], _clock.Now);
            }

            _clock.PassMillis(1);
            Assert.Equal(books.Count, _inbox.Count);
        }

        Assert.Equal(books.Count, loop.RunOnce());
        Assert.Equal(books.Select(book => book.Key), strategy.Seen.Select(seen => seen.Key));
        Assert.All(strategy.Seen, seen => Assert.Equal((1_000L, first), (seen.Size, seen.ReceivedNanos)));
        Assert.Equal(0, _inbox.Count);
        Assert.Equal(0, loop.RunOnce());
        Assert.Equal(999L * books.Count, _inbox.Conflated - conflated);
    }

    [Fact]
    public void A_token_that_changes_while_it_is_looked_at_is_looked_at_again()
    {
        var book = Books(1)[0];
        var strategy = new Watching();
        strategy.During = () =>
        {
            strategy.During = null;
            book.Levels.Load([], [new Level(500_000, 77)]);
            _feed.OnBooks([book], _clock.Now);
        };
        using var loop = Loop(strategy);
        loop.RunOnce();
        Assert.Equal(77, strategy.Seen[^1].Size);
    }

    [Fact]
    public void Markets_come_before_their_tokens_and_only_in_their_newest_form()
    {
        var market = Scenes.Market(Venue.Polymarket, "m");
        _feed.OnMarket(market with { Phase = MarketPhase.Hydrating }, 1);
        _feed.OnMarket(market, 1);
        _feed.OnMarket(Scenes.Market(Venue.Polymarket, "gone"), 1);
        _feed.OnGone(Venue.Polymarket, "gone", 1);
        _feed.OnMarket(Scenes.Market(Venue.Kalshi, "not ours"), 1);
        var strategy = new Watching();
        using var loop = Loop(strategy);
        loop.RunOnce();
        Assert.Equal(["market m Open", "gone gone", "m:yes", "m:no", "gone:yes", "gone:no"], strategy.Said);
    }

    [Fact]
    public void The_thread_runs_what_is_posted_and_ends_when_asked()
    {
        var strategy = new Watching();
        using var signalled = new ManualResetEventSlim();
        strategy.During = signalled.Set;
        using (var loop = Loop(strategy))
        {
            loop.Start();
            Books(1);
            Assert.True(signalled.Wait(TimeSpan.FromSeconds(30)));
        }

        var seen = strategy.Seen.Count;
        Books(1);
        Assert.Equal(seen, strategy.Seen.Count);
    }

    [Fact]
    public void Who_brings_a_change_looks_at_it_before_he_goes_on()
    {
        var book = Books(1)[0];
        var strategy = new Watching();
        using var loop = Loop(strategy);
        loop.RunOnce();
        loop.Start();
        var own = 0;
        for (var i = 1; i <= 1_000; i++)
        {
            book.Levels.Load([], [new Level(500_000, i)]);
            _feed.OnBooks([book], _clock.Now);

            // The loop's thread may be at it in the moment in which it starts.
            own += strategy.Thread == Environment.CurrentManagedThreadId ? 1 : 0;
        }

        Assert.InRange(own, 900, 1_000);
    }

    [Fact]
    public void What_is_too_much_for_a_feed_is_looked_at_by_the_loops_thread()
    {
        var books = Books(50);
        var strategy = new Watching();
        using var loop = Loop(strategy);
        loop.RunOnce();
        strategy.Clear();
        loop.Start();
        _feed.OnBooks(books.ToArray(), _clock.Now);
        Assert.True(SpinWait.SpinUntil(() => loop.Evaluated == 150, TimeSpan.FromSeconds(30)));
        Assert.NotEqual(Environment.CurrentManagedThreadId, strategy.Thread);
        loop.Dispose();
        Assert.Equal(books.Select(book => book.Key), strategy.Seen.Select(seen => seen.Key));
    }

    [Fact]
    public void A_strategy_that_throws_ends_the_loop_and_is_told()
    {
        Exception? told = null;
        using var done = new ManualResetEventSlim();
        var strategy = new Watching { During = () => throw new InvalidOperationException("mistake") };
        using var loop = new StrategyLoop(_inbox, _cache, [strategy], new Nobody(), _strategies, _clock, e =>
        {
            told = e;
            done.Set();
        });
        loop.Start();
        Books(1);
        Assert.True(done.Wait(TimeSpan.FromSeconds(30)));
        Assert.Equal("mistake", told!.Message);
        Books(1);
        Assert.Equal(1, strategy.Said.Count(said => said == "m0:yes"));
    }

    [Fact]
    public void Several_feeds_post_while_the_loop_takes_and_the_last_state_is_always_seen()
    {
        var feed = new MarketSink(new MarketRouter(_cache, _inbox, VenueNames.Prediction), _outcomes, _clock);
        var strategy = new Watching();
        using (var loop = Loop(strategy))
        {
            loop.Start();
            var feeds = VenueNames.Prediction.Select(venue => new Thread(() =>
            {
                var market = Scenes.Market(venue, "m");
                feed.OnMarket(market, 1);
                var book = new OutcomeBook(market.Yes, "m");
                for (var i = 1; i <= Counts.Of(1_000_000, 10_000); i++)
                {
                    book.Levels.Load([], [new Level(500_000, i)]);
                    feed.OnBooks([book], 1);
                }
            })).ToList();
            feeds.ForEach(thread => thread.Start());
            feeds.ForEach(thread => thread.Join());
            Assert.True(SpinWait.SpinUntil(() => _inbox.Count == 0, TimeSpan.FromSeconds(30)));
        }

        foreach (var venue in VenueNames.Prediction)
        {
            var sizes = strategy.Seen.Where(seen => seen.Key == Scenes.Market(venue, "m").Yes).Select(seen => seen.Size).ToList();
            Assert.Equal(Counts.Of(1_000_000, 10_000), sizes[^1]);
            Assert.Equal(sizes.Order(), sizes);
        }
    }

    public void Dispose()
    {
        _inbox.Dispose();
        _outcomes.Dispose();
        _strategies.Dispose();
    }

    private StrategyLoop Loop(Watching strategy) =>
        new(_inbox, _cache, [strategy], new Nobody(), _strategies, _clock, e => Assert.Fail(e.ToString()));

    private List<OutcomeBook> Books(int count)
    {
        var books = new List<OutcomeBook>();
        for (var i = 0; i < count; i++)
        {
            var market = Scenes.Market(Venue.Polymarket, $"m{i}");
            _feed.OnMarket(market, _clock.Now);
            var book = new OutcomeBook(market.Yes, market.MarketId) { Proof = BookProof.Proven };
            book.Levels.Load([], [new Level(500_000, 1)]);
            _feed.OnBooks([book], _clock.Now);
            books.Add(book);
        }

        return books;
    }

    private sealed class Nobody : ISignalSink
    {
        public void OnSignal(TradeSignal signal)
        {
            // Not looked at here.
        }

        public void OnRefused(TradeSignal signal, string reason)
        {
            // Not looked at here.
        }
    }

    private sealed class Watching : IStrategy
    {
        private readonly BookCopy _copy = new();

        public string Name => "watching";

        public List<(MarketKey Key, long Size, long ReceivedNanos)> Seen { get; } = [];

        public List<string> Said { get; } = [];

        public Action? During { get; set; }

        /// <summary>Who looked last.</summary>
        public int Thread { get; private set; }

        public void Clear()
        {
            Seen.Clear();
            Said.Clear();
        }

        public void OnMarket(OutcomeMarket market) => Said.Add($"market {market.MarketId} {market.Phase}");

        public void OnGone(Venue venue, string marketId) => Said.Add($"gone {marketId}");

        public void Evaluate(in StrategyContext context)
        {
            Thread = Environment.CurrentManagedThreadId;
            Said.Add(context.Updated.TokenId);
            if (context.Markets.TryRead(context.Updated, _copy, context.NowNanos))
            {
                Seen.Add((context.Updated, _copy.Asks.IsEmpty ? 0 : _copy.Asks[0].Quantity, context.ReceivedNanos));
            }

            During?.Invoke();
        }
    }
}
