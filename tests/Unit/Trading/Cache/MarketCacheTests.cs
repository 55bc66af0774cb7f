using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading;

/// <summary>The cache of the newest states: what may be traded on, and nothing torn.</summary>
[Collection(Alone.Name)]
public sealed class MarketCacheTests : IDisposable
{
    private const long Dollar = Micros.One;

    private static readonly Level[] s_bids = [new(470_000, 10 * Dollar), new(460_000, 20 * Dollar)];
    private static readonly Level[] s_asks = [new(480_000, 5 * Dollar)];

    private readonly StrategyStage _stage = new(new CrossOutcomeArbitrage(new CrossOutcomeOptions()));
    private readonly OutcomeMarket _market = Scenes.Market(Venue.Polymarket, "m");
    private readonly BookCopy _copy = new();

    [Fact]
    public void A_token_nobody_has_described_is_unknown()
    {
        Assert.False(_stage.Cache.TryRead(_market.Yes, _copy, _stage.Clock.Now));
        _stage.Book(_market, _market.Yes, s_bids, s_asks);
        Assert.Equal(BookRefusal.Unknown, Read());
        _stage.Describe(_market);
        Assert.Equal(BookRefusal.None, Read());
        Assert.Same(_market, _copy.Market);
        Assert.Same(_market, _stage.Cache.Market(Venue.Polymarket, "m"));
        Assert.Null(_stage.Cache.Market(Venue.Kalshi, "m"));
    }

    [Fact]
    public void What_is_read_is_the_newest_book_best_first()
    {
        Prepare();
        Assert.Equal(s_bids, _copy.Bids.ToArray());
        Assert.Equal(s_asks, _copy.Against(Side.Buy).ToArray());
        Assert.Equal((_stage.Clock.Now, 1L, _market.Yes), (_copy.ReceivedNanos, _copy.Version, _copy.Token));
        _stage.Book(_market, _market.Yes, [], s_asks);
        Assert.Equal(BookRefusal.None, Read());
        Assert.Equal(0, _copy.Bids.Length);
        Assert.Equal(2, _copy.Version);
    }

    [Fact]
    public void Only_the_best_levels_of_a_deep_book_are_kept()
    {
        _stage.Describe(_market);
        Level[] asks = [.. Enumerable.Range(0, 100).Select(i => new Level(200_000 + (i * 1_000), Dollar))];
        _stage.Book(_market, _market.Yes, [], asks);
        Read();
        Assert.Equal(asks[..BookCopy.MaxLevels], _copy.Asks.ToArray());
    }

    [Theory]
    [InlineData(BookProof.Waiting)]
    [InlineData(BookProof.AwaitingSnapshot)]
    [InlineData(BookProof.Gap)]
    [InlineData(BookProof.ChecksumFailed)]
    [InlineData(BookProof.FrameRejected)]
    [InlineData(BookProof.Crossed)]
    [InlineData(BookProof.CrossCheckFailed)]
    [InlineData(BookProof.Disconnected)]
    public void A_book_that_is_not_proven_is_refused(BookProof proof)
    {
        Prepare();
        _stage.Book(_market, _market.Yes, s_bids, s_asks, proof);
        Assert.Equal(BookRefusal.Unproven, Read());
    }

    [Fact]
    public void A_crossed_book_is_refused_whatever_the_feed_says()
    {
        Prepare();
        _stage.Book(_market, _market.Yes, [new(480_000, Dollar)], s_asks);
        Assert.Equal(BookRefusal.Unproven, Read());
    }

    [Theory]
    [InlineData(MarketPhase.Hydrating)]
    [InlineData(MarketPhase.PostOnly)]
    [InlineData(MarketPhase.CancelOnly)]
    [InlineData(MarketPhase.Paused)]
    [InlineData(MarketPhase.Closed)]
    [InlineData(MarketPhase.Resolved)]
    public void A_market_that_takes_no_orders_is_refused(MarketPhase phase)
    {
        Prepare();
        _stage.Describe(_market with { Phase = phase });
        Assert.Equal(BookRefusal.NotOpen, Read());

        // Whether its book is proven is another question.
        Assert.True(_copy.IsProven);
        _stage.Book(_market, _market.Yes, s_bids, s_asks, BookProof.Gap);
        Assert.Equal((BookRefusal.NotOpen, false), (Read(), _copy.IsProven));
        _stage.Book(_market, _market.Yes, s_bids, s_asks);
        _stage.Describe(_market);
        Assert.Equal(BookRefusal.None, Read());
    }

    [Fact]
    public void A_market_is_over_at_its_closing_time_before_anybody_says_so()
    {
        Prepare();
        _stage.Describe(_market with { ClosesNanos = _stage.Clock.Now + 1 });
        Assert.Equal(BookRefusal.None, Read());
        _stage.Clock.Now++;
        Assert.Equal(BookRefusal.NotOpen, Read());
    }

    [Fact]
    public void A_market_with_an_alert_is_refused_until_it_is_described_again()
    {
        Prepare();
        _stage.Feed.OnAlert(new MarketAlert(Venue.Polymarket, "other", "UNKNOWN_TICK", "t"), _stage.Clock.Now);
        Assert.Equal(BookRefusal.None, Read());
        _stage.Feed.OnAlert(new MarketAlert(Venue.Polymarket, "m", "UNKNOWN_TICK", "t"), _stage.Clock.Now);
        Assert.Equal(BookRefusal.Alerted, Read());
        Assert.Equal(["m", "other"], _stage.Cache.Alerts().Select(alert => alert.MarketId));
        _stage.Book(_market, _market.Yes, s_bids, s_asks);
        Assert.Equal(BookRefusal.Alerted, Read());
        _stage.Describe(_market);
        Assert.Equal(BookRefusal.None, Read());
        Assert.Equal("other", Assert.Single(_stage.Cache.Alerts()).MarketId);
    }

    [Fact]
    public void An_alert_about_a_venue_counts_for_each_of_its_markets_until_that_is_described_again()
    {
        Prepare();
        var other = Scenes.Market(Venue.Polymarket, "n");
        var elsewhere = Scenes.Market(Venue.Kalshi, "k");
        foreach (var market in new[] { other, elsewhere })
        {
            _stage.Describe(market);
            _stage.Book(market, market.Yes, s_bids, s_asks);
        }

        _stage.Feed.OnAlert(new MarketAlert(Venue.Polymarket, string.Empty, "UNKNOWN_ENUM", "e"), _stage.Clock.Now);
        Assert.Equal((BookRefusal.Alerted, BookRefusal.Alerted, BookRefusal.None), (Read(), Read(other.Yes), Read(elsewhere.Yes)));
        Assert.Equal(["m", "n"], _stage.Cache.Alerts().Select(alert => alert.MarketId).Order(StringComparer.Ordinal));
        _stage.Describe(_market);
        Assert.Equal((BookRefusal.None, BookRefusal.Alerted), (Read(), Read(other.Yes)));
    }

    [Fact]
    public void A_market_that_is_gone_is_not_read_any_more()
    {
        Prepare();
        _stage.Feed.OnGone(Venue.Polymarket, "m", _stage.Clock.Now);
        Assert.False(_stage.Cache.TryRead(_market.Yes, _copy, _stage.Clock.Now));
        Assert.Null(_stage.Cache.Market(Venue.Polymarket, "m"));
        Assert.Equal(0, _stage.Cache.Tokens);
    }

    [Fact]
    public void Tokens_that_nobody_describes_are_bounded()
    {
        var cache = new MarketCache(TimeSpan.FromSeconds(3));
        for (var i = 0; i < MarketCache.MostOrphans + 10; i++)
        {
            cache.Write(new OutcomeBook(new MarketKey(Venue.Polymarket, $"t{i}"), "m"), 1);
        }

        Assert.Equal((MarketCache.MostOrphans, 10L), (cache.Tokens, cache.Dropped));
        cache.Describe(Scenes.Market(Venue.Polymarket, "m") with { Yes = new MarketKey(Venue.Polymarket, "t0") });
        Assert.NotNull(cache.Write(new OutcomeBook(new MarketKey(Venue.Polymarket, "new"), "m"), 1));
    }

    [Fact]
    public void A_book_that_only_repeats_itself_grows_stale()
    {
        Prepare();
        for (var i = 0; i < 6; i++)
        {
            _stage.Clock.PassMillis(500);
            _stage.Repeat(_market.Yes);
        }

        Assert.Equal(BookRefusal.None, Read());
        _stage.Clock.Now++;
        _stage.Repeat(_market.Yes);
        Assert.Equal(BookRefusal.Stale, Read());
        _stage.Book(_market, _market.Yes, s_bids, [new(490_000, Dollar)]);
        Assert.Equal(BookRefusal.None, Read());
    }

    [Fact]
    public void Staleness_is_the_rule_of_the_feeds_watch()
    {
        var random = new Random(5);
        _stage.Describe(_market);
        var watch = new DataWatch(TimeSpan.FromSeconds(3));
        var (stale, live) = (0, 0);
        for (var i = 0; i < 2_000; i++)
        {
            _stage.Clock.PassMillis(random.Next(i % 400 < 200 ? 200 : 9_000));
            if (i > 0)
            {
                var isStale = watch.IsStale(_stage.Clock.Now);
                Assert.Equal(isStale ? BookRefusal.Stale : BookRefusal.None, Read());
                (stale, live) = isStale ? (stale + 1, live) : (stale, live + 1);
            }

            if (i == 0 || random.Next(3) == 0)
            {
                _stage.Book(_market, _market.Yes, s_bids, [new Level(480_000 + (i % 7 * 10_000), Dollar)]);
                if (i == 0 || _copy.Asks[0].Price != 480_000 + (i % 7 * 10_000))
                {
                    watch.Changed(_stage.Clock.Now);

                    // The limit of the moment at which silence begins is the one that judges it.
                    _ = watch.LimitNanos(_stage.Clock.Now);
                }
            }
        }

        Assert.True(stale > 100 && live > 100, $"{stale} stale, {live} live");
    }

    [Fact]
    public void Nobody_reads_half_of_one_book_and_half_of_another()
    {
        var cache = new MarketCache(TimeSpan.FromDays(1));
        cache.Describe(_market);
        var book = new OutcomeBook(_market.Yes, "m") { Proof = BookProof.Proven };
        var isOver = false;
        long torn = 0;
        long reads = 0;
        var readers = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            var copy = new BookCopy();
            long last = 0;
            while (!Volatile.Read(ref isOver))
            {
                cache.TryRead(_market.Yes, copy, 1);
                torn += IsTorn(copy, last) ? 1 : 0;
                last = copy.Version;
                Interlocked.Increment(ref reads);
            }
        })).ToList();
        readers.ForEach(reader => reader.Start());
        var levels = new Level[BookCopy.MaxLevels];
        for (var version = 1; version <= Counts.Of(5_000_000, 60_000) || Volatile.Read(ref reads) < 2_000; version++)
        {
            // Every number of a version follows from the version.
            var count = 1 + (version % BookCopy.MaxLevels);
            for (var i = 0; i < count; i++)
            {
                levels[i] = new Level(500_000 + i, version);
            }

            book.Levels.Load([], levels.AsSpan(0, count));
            cache.Write(book, version);
        }

        Volatile.Write(ref isOver, true);
        readers.ForEach(reader => reader.Join());
        Assert.Equal(0, torn);
    }

    [Fact]
    public void An_alert_about_a_market_that_nobody_has_described_is_seen_until_somebody_does()
    {
        var alert = new MarketAlert(_market.Venue, _market.MarketId, "UNKNOWN_MARKET_VERSION", "version 7");
        _stage.Feed.OnAlert(alert, 1);
        Assert.Equal(alert, Assert.Single(_stage.Cache.Alerts()));
        for (var i = 0; i < MarketCache.MostStrangers; i++)
        {
            _stage.Feed.OnAlert(alert with { MarketId = $"stranger-{i}" }, 1);
        }

        Assert.Equal(MarketCache.MostStrangers, _stage.Cache.Alerts().Count);
        Prepare();
        Assert.DoesNotContain(alert, _stage.Cache.Alerts());
    }

    [Fact]
    public void Copies_of_one_market_fit_together_only_where_no_frame_came_between_them()
    {
        Prepare();
        var yes = _stage.Book(_market, _market.Yes, s_bids, s_asks);
        var no = _stage.Book(_market, _market.No, s_bids, s_asks);
        var (first, second) = (new BookCopy(), new BookCopy());
        bool Fit() => Copied(_market.Yes, first).FitsTo(Copied(_market.No, second));

        Assert.True(Fit());
        _stage.Feed.OnBooks([yes], _stage.Clock.Now);
        Assert.True(second.FitsTo(Copied(_market.Yes, first)));
        _stage.Feed.OnBooks([yes, no], _stage.Clock.Now);
        Assert.False(second.FitsTo(Copied(_market.Yes, first)));
        Assert.True(Fit());

        var market = _stage.Cache.Token(_market.Yes)!.Market!;
        market.BeginMoment();
        Assert.False(Fit());
        market.EndMoment();
        Assert.True(Fit());
    }

    [Fact]
    public void No_reader_believes_one_token_of_a_frame_and_not_the_other()
    {
        // The two tokens of a market always ask for a dollar together: whatever is cheaper was never there.
        Prepare();
        Level[] low = [new(300_000, Dollar)];
        Level[] high = [new(700_000, Dollar)];
        var yes = _stage.Book(_market, _market.Yes, [], low);
        var no = _stage.Book(_market, _market.No, [], high);
        var (isOver, phantoms, fitting) = (false, 0L, 0L);
        var readers = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            var (first, second) = (new BookCopy(), new BookCopy());
            while (!Volatile.Read(ref isOver))
            {
                if (Copied(_market.Yes, first).FitsTo(Copied(_market.No, second)))
                {
                    Interlocked.Increment(ref fitting);
                    if (first.Asks[0].Price + second.Asks[0].Price != Micros.One)
                    {
                        Interlocked.Increment(ref phantoms);
                    }
                }
            }
        })).ToList();
        readers.ForEach(reader => reader.Start());
        for (var i = 0; i < Counts.Of(2_000_000, 60_000) || Volatile.Read(ref fitting) < 2_000; i++)
        {
            yes.Levels.Load([], i % 2 == 0 ? high : low);
            no.Levels.Load([], i % 2 == 0 ? low : high);
            _stage.Feed.OnBooks([yes, no], _stage.Clock.Now);
        }

        Volatile.Write(ref isOver, true);
        readers.ForEach(reader => reader.Join());
        Assert.Equal(0, phantoms);
    }

    [Fact]
    public void A_book_and_a_look_at_it_allocate_nothing()
    {
        Prepare();
        _stage.Describe(_market with { Rules = _market.Rules with { MayMerge = true } });
        var no = _stage.Book(_market, _market.No, s_bids, [new(530_000, Dollar)]);
        var yes = _stage.Book(_market, _market.Yes, s_bids, s_asks);
        Level[] other = [new(490_000, 7 * Dollar), new(500_000, Dollar)];
        var i = 0;
        void Pass()
        {
            for (var n = 0; n < 2_000; n++)
            {
                _stage.Clock.PassMillis(1);
                yes.Levels.Load(s_bids, ++i % 2 == 0 ? s_asks : other);
                _stage.Feed.OnBooks([yes, no], _stage.Clock.Now);
                _stage.Feed.OnBooks([no], _stage.Clock.Now);
                _stage.Run();
            }
        }

        Pass();
        Assert.Equal(0, Allocated.By(Pass));
        Assert.Empty(_stage.Signals);
        Assert.Empty(_stage.Refused);
    }

    public void Dispose() => _stage.Dispose();

    private static bool IsTorn(BookCopy copy, long last)
    {
        if (copy.Version < last || (copy.Version > 0 && copy.ReceivedNanos != copy.Version)
            || copy.Asks.Length != (copy.Version == 0 ? 0 : 1 + (int)(copy.Version % BookCopy.MaxLevels)))
        {
            return true;
        }

        for (var i = 0; i < copy.Asks.Length; i++)
        {
            if (copy.Asks[i] != new Level(500_000 + i, copy.Version))
            {
                return true;
            }
        }

        return false;
    }

    private BookCopy Copied(MarketKey token, BookCopy into)
    {
        Assert.True(_stage.Cache.TryRead(token, into, _stage.Clock.Now));
        return into;
    }

    private void Prepare()
    {
        _stage.Describe(_market);
        _stage.Book(_market, _market.Yes, s_bids, s_asks);
        Assert.Equal(BookRefusal.None, Read());
    }

    private BookRefusal Read() => Read(_market.Yes);

    private BookRefusal Read(MarketKey token)
    {
        Assert.True(_stage.Cache.TryRead(token, _copy, _stage.Clock.Now));
        return _copy.Refusal;
    }
}
