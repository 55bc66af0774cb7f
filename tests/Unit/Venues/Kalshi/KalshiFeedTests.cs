using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Kalshi;

/// <summary>The feed over a venue that misbehaves, in virtual time, with a key and without one.</summary>
public sealed class KalshiFeedTests
{
    private const string Books = "get /trade-api/v2/markets/orderbooks";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_feed_is_live_within_seconds_agrees_with_the_venue_and_ends_when_asked(bool hasKey)
    {
        using var stage = new KalshiStage(hasKey);
        stage.Until(() => stage.IsLive, 10);
        for (var i = 0; i < 5; i++)
        {
            stage.Pass(20);
            Assert.True(stage.IsLive);
            stage.Compare();
        }

        Assert.Empty(stage.Replaced);
        Assert.Empty(stage.Notes.Alerts);
        var market = stage.Notes.Newest(stage.Venue.Ticker());
        Assert.Equal((MarketPhase.Open, 6_319_352_000_000), (market.Phase, market.Price!.StrikeE8));
        Assert.Equal(hasKey ? 1 : 0, stage.Venue.TimesOf("open").Count());
        Assert.Equal(hasKey, stage.Notes.References.Exists(one => one.Statistic == "mean60" && one.Asset == "BTC"));
        Assert.All(stage.Notes.ProofChanges.Where(one => one.Token == market.MarketId).Skip(1), one => Assert.Equal(BookProof.Proven, one.Proof));
        stage.Stop();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Windows_roll_on_and_the_next_one_is_armed_ahead(bool hasKey)
    {
        using var stage = new KalshiStage(hasKey);
        stage.Until(() => stage.IsLive, 10);
        for (var window = 0; window < Counts.Of(96, 2); window++)
        {
            var now = stage.Venue.Ticker();
            stage.Time.Pass(TimeSpan.FromSeconds(898) - TimeSpan.FromSeconds(stage.Now.TotalSeconds % 900));
            var next = stage.Venue.Ticker(ahead: 1);
            Assert.Equal(MarketPhase.Open, stage.Notes.Newest(now).Phase);
            Assert.True(stage.IsProven(now, next), "the book of the next window stands before it opens");
            stage.Pass(2.2);
            Assert.Equal(MarketPhase.Closed, stage.Notes.Newest(now).Phase);
            Assert.False(stage.IsProven(now));
            stage.Until(() => stage.Notes.Newest(now) is { Phase: MarketPhase.Resolved, YesPaysPpm: 1_000_000 }, 15);
            stage.Until(() => stage.Notes.Newest(next).Phase == MarketPhase.Open && stage.IsLive, 15);
            stage.Pass(150);
            Assert.Contains(now, stage.Notes.Gone);
        }

        // What is gone does not come back, and nothing piles up.
        Assert.Equal(stage.Notes.Gone.Count, stage.Notes.Gone.Distinct().Count());
        Assert.InRange(stage.Feed.Report().Count, 4, 16);
        Assert.Empty(stage.Replaced);
        Assert.Empty(stage.Notes.Alerts);
        stage.Stop();
    }

    [Theory]
    [InlineData(false, null, 3)]
    [InlineData(false, 2, 2)]
    [InlineData(true, 5, 5)]
    public void No_second_holds_more_requests_than_are_allowed(bool hasKey, int? perSecond, int most)
    {
        using var stage = new KalshiStage(hasKey, change: options => options with
        {
            RequestsPerSecond = perSecond, MostMarkets = 200,
        }, series: ["KXBTCD", "KXETHD"]);
        stage.Venue.Strikes = 120;
        stage.Venue.PageSize = 50;
        stage.Venue.IsQuiet = true;
        stage.Time.Pass(TimeSpan.FromMinutes(Counts.Of(122, 2)));
        Assert.True(stage.IsLive, "two minutes after a window began");
        var times = stage.Venue.TimesOf("get").ToArray();
        Assert.InRange(times.Length, 60, int.MaxValue);
        for (var i = most; i < times.Length; i++)
        {
            Assert.True(times[i] - times[i - most] >= TimeSpan.FromSeconds(1), $"{most + 1} requests within a second at {times[i]}");
        }

        // Every page of the ladder was read, and no more books are asked for than is allowed.
        Assert.Contains(stage.Venue.Log, entry => entry.What.Contains("cursor=100", StringComparison.Ordinal));
        Assert.Equal(200, stage.Feed.Report().Count(one => one.Proven) / 2);
        stage.Stop();
    }

    [Fact]
    public void Too_many_requests_bring_rest_and_polled_books_are_not_believed_meanwhile()
    {
        using var stage = new KalshiStage(hasKey: false);
        stage.Until(() => stage.IsLive, 10);
        stage.Venue.SaysTooMany = true;
        var from = stage.Now;
        stage.Until(() => stage.ReportOf(stage.Venue.Ticker()).State == FeedState.Stale, 4.2);
        Assert.Contains("FEED_STALE", stage.ReportOf(stage.Venue.Ticker()).Reason, StringComparison.Ordinal);
        stage.Pass(120);
        var times = stage.Venue.TimesOf("get").Where(at => at > from).ToArray();
        Assert.InRange(times.Length, 4, 12);
        for (var i = 2; i + 1 < times.Length; i++)
        {
            Assert.True(times[i + 1] - times[i] >= TimeSpan.FromSeconds(2), "it rests longer each time");
        }

        stage.Venue.SaysTooMany = false;
        stage.Until(() => stage.IsLive, 65);
        stage.Stop();
    }

    [Fact]
    public void Answers_that_take_too_long_are_not_believed()
    {
        using var stage = new KalshiStage(hasKey: false);
        stage.Until(() => stage.IsLive, 10);
        stage.Venue.Latency = TimeSpan.FromSeconds(1);
        stage.Pass(30);
        Assert.True(stage.IsLive);
        stage.Venue.Latency = TimeSpan.FromSeconds(20);
        stage.Until(() => stage.Feed.Trouble?.Contains("too old", StringComparison.Ordinal) == true, 65);
        Assert.False(stage.IsLive);
        stage.Venue.Latency = TimeSpan.FromMilliseconds(80);
        stage.Until(() => stage.IsLive, 40);
        stage.Stop();
    }

    [Fact]
    public void A_hole_costs_one_request_and_less_than_two_seconds()
    {
        using var stage = new KalshiStage(hasKey: true);
        stage.Until(() => stage.IsLive, 10);
        stage.Pass(10);
        var asked = stage.Venue.Log.Count(entry => entry.What.Contains("get_snapshot", StringComparison.Ordinal));
        stage.Venue.Loses = stage.Venue.Ticker();
        stage.Until(() => stage.Notes.ProofChanges.Exists(one => one.Proof == BookProof.Gap), 1);
        stage.Until(() => stage.IsLive, 2);
        Assert.Equal(asked + 1, stage.Venue.Log.Count(entry => entry.What.Contains("get_snapshot", StringComparison.Ordinal)));
        Assert.Equal(1, stage.ReportOf(stage.Venue.Ticker()).Gaps);
        Assert.Single(stage.Venue.TimesOf("open"));
        stage.Compare();
        stage.Stop();
    }

    [Theory]
    [InlineData(false, 6)]
    [InlineData(true, 8)]
    public void A_freeze_behind_living_pings_is_found_and_the_socket_replaced(bool booksOnly, double mostSeconds)
    {
        using var stage = new KalshiStage(hasKey: true);
        stage.Until(() => stage.IsLive, 10);
        stage.Pass(60);
        if (booksOnly)
        {
            stage.Venue.AreBooksFrozen = true;
        }
        else
        {
            stage.Venue.IsFrozen = true;
        }

        stage.Until(() => stage.Replaced.Count > 0, mostSeconds);
        stage.Pass(0.1);
        Assert.All(stage.Feed.Report(), report => Assert.False(report.Proven && stage.Venue.OpenSockets > 0 && report.ConfirmedNanos == 0));
        stage.Venue.IsFrozen = false;
        stage.Venue.AreBooksFrozen = false;
        stage.Until(() => stage.IsLive, 20);
        stage.Until(() => stage.Venue.OpenSockets == 1, 20);
        stage.Pass(10);
        stage.Compare();
        stage.Stop();
    }

    [Fact]
    public void A_market_that_dies_alone_is_found_by_comparing_it_over_REST()
    {
        using var stage = new KalshiStage(hasKey: true);
        stage.Until(() => stage.IsLive, 10);
        stage.Pass(10);
        var dead = stage.Venue.Ticker();
        stage.Venue.Dead = dead;
        stage.Until(() => stage.Notes.ProofChanges.Exists(one => one.Proof == BookProof.CrossCheckFailed), 40);
        Assert.All(
            stage.Notes.ProofChanges.Where(one => one.Proof == BookProof.CrossCheckFailed),
            one => Assert.StartsWith(dead, one.Token, StringComparison.Ordinal));
        stage.Venue.Dead = null;
        stage.Until(() => stage.IsLive, 2);
        Assert.Empty(stage.Replaced);
        stage.Compare();

        // Books that stand still for good reason are confirmed and stay.
        var before = stage.Notes.ProofChanges.Count;
        stage.Venue.IsQuiet = true;
        stage.Pass(90);
        Assert.True(stage.IsLive);
        Assert.Equal(before, stage.Notes.ProofChanges.Count);
        Assert.InRange(stage.ReportOf(dead).ConfirmedNanos, stage.Time.UnixNanos() - 40_000_000_000, long.MaxValue);
        stage.Stop();
    }

    [Fact]
    public void Markets_beyond_the_most_are_given_up_with_their_proof()
    {
        using var stage = new KalshiStage(hasKey: true, change: options => options with { MostMarkets = 2 });
        stage.Until(() => stage.IsLive, 10);
        stage.Time.Pass(TimeSpan.FromSeconds(890));
        Assert.InRange(stage.Feed.Report().Count(report => report.Proven), 2, 4);
        stage.Time.Pass(TimeSpan.FromSeconds(30));
        Assert.True(stage.IsLive);
        Assert.Equal(4, stage.Feed.Report().Count(report => report.Proven));
        stage.Stop();
    }

    [Fact]
    public void A_lost_socket_is_signed_anew_and_its_books_are_polled_meanwhile()
    {
        using var stage = new KalshiStage(hasKey: true);
        stage.Until(() => stage.IsLive, 10);
        stage.Pass(5);
        Assert.DoesNotContain(stage.Venue.TimesOf(Books), at => at > stage.Now - TimeSpan.FromSeconds(4));
        stage.Venue.Refuses = true;
        stage.Venue.Cut();
        stage.Pass(0.3);
        Assert.Contains(stage.Notes.ProofChanges, one => one.Proof == BookProof.Disconnected);
        stage.Until(() => stage.IsLive, 5);
        stage.Compare();
        stage.Pass(200);
        Assert.True(stage.IsLive);
        Assert.InRange(stage.Venue.TimesOf("connect").Count(), 8, 25);
        for (var i = 2; i < stage.Lost.Count; i++)
        {
            var full = Math.Min(500 * Math.Pow(2, i), 30_000);
            Assert.InRange(stage.Lost[i].Wait.TotalMilliseconds, full / 2, full);
        }

        stage.Venue.Refuses = false;
        stage.Until(() => stage.Venue.OpenSockets == 1, 31);
        stage.Pass(3);
        Assert.True(stage.IsLive);
        var polls = stage.Venue.TimesOf(Books).Count();
        stage.Pass(20);
        Assert.Equal(polls, stage.Venue.TimesOf(Books).Count());
        stage.Compare();
        Assert.Equal(1, stage.ReportOf(stage.Venue.Ticker()).Reconnects);
        stage.Stop();
    }

    [Fact]
    public void A_pause_of_the_exchange_is_no_freeze()
    {
        using var stage = new KalshiStage(hasKey: true);
        stage.Until(() => stage.IsLive, 10);
        stage.Pass(30);
        stage.Venue.IsPaused = true;
        stage.Until(() => stage.Notes.Newest(stage.Venue.Ticker()).Phase == MarketPhase.CancelOnly, 16);
        stage.Venue.IsFrozen = true;
        stage.Pass(300);
        Assert.Empty(stage.Replaced);
        stage.Venue.IsPaused = false;
        stage.Venue.IsFrozen = false;
        stage.Until(() => stage.Notes.Newest(stage.Venue.Ticker()).Phase == MarketPhase.Open && stage.IsLive, 60);
        stage.Stop();
    }

    [Fact]
    public void Another_tick_during_a_market_s_life_brings_new_rules_and_a_new_book()
    {
        using var stage = new KalshiStage(hasKey: true);
        stage.Until(() => stage.IsLive, 10);
        var ticker = stage.Venue.Ticker();
        stage.Venue.Bands = "[{\"start\":\"0\",\"end\":\"1\",\"step\":\"0.001\"}]";
        stage.Venue.Tell($"{{\"type\":\"market_lifecycle_v2\",\"sid\":10,\"msg\":{{\"event_type\":\"price_level_structure_updated\","
            + $"\"market_ticker\":\"{ticker}\",\"price_ranges\":{stage.Venue.Bands}}}}}");
        stage.Until(() => stage.Notes.Proofs[ticker] == BookProof.AwaitingSnapshot, 1);
        Assert.Equal([new PriceBand(1_000, 999_000, 1_000)], stage.Notes.Newest(ticker).Rules.Bands);
        stage.Until(() => stage.IsLive, 2);
        stage.Stop();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[[[[")]
    [InlineData("{\"type\":\"orderbook_delta\",\"sid\":1}")]
    [InlineData("{\"type\":\"error\",\"msg\":{\"code\":25,\"msg\":\"buffer overflow\"}}")]
    public void Garbage_on_the_wire_is_healed_within_two_seconds(string garbage)
    {
        using var stage = new KalshiStage(hasKey: true);
        stage.Until(() => stage.IsLive, 10);
        stage.Venue.Garbage = garbage;
        stage.Pass(0.3);
        stage.Until(() => stage.IsLive, 2);
        Assert.Single(stage.Venue.TimesOf("open"));
        stage.Compare();
        stage.Stop();
    }

    [Fact]
    public void Hours_of_random_faults_leave_a_live_feed_and_the_same_log_for_the_same_seed()
    {
        var first = HoursOfFaults(seed: 11);
        Assert.Equal(first, HoursOfFaults(seed: 11));
        Assert.NotEqual(first, HoursOfFaults(seed: 12));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tape_of_the_feed_says_again_what_the_feed_said(bool hasKey)
    {
        using var stage = new KalshiStage(hasKey);
        stage.Until(() => stage.IsLive, 10);
        stage.Pass(20);
        stage.Venue.Loses = stage.Venue.Ticker();
        stage.Pass(5);
        stage.Venue.Cut();
        stage.Pass(20);
        stage.Stop();
        var notes = new OutcomeNotes();
        var decoder = OutcomeDecoders.Of(Venue.Kalshi, notes);
        foreach (var (connection, what, payload, nanos) in stage.Tape)
        {
            switch (what)
            {
                case "+":
                    decoder.Connected(connection, nanos);
                    break;
                case "-":
                    decoder.Disconnected(connection, nanos);
                    break;
                default:
                    decoder.Accept(connection, payload, what == "=" ? string.Empty : what, nanos);
                    break;
            }
        }

        Assert.Equal(stage.Notes.BookEvents, notes.BookEvents);
        Assert.Equal(stage.Notes.ProofChanges, notes.ProofChanges);
        Assert.Equal(stage.Notes.Markets.Count, notes.Markets.Count);
        Assert.Equal(stage.Notes.References, notes.References);
        Assert.Equal(0, decoder.Tally.Rejected);
    }

    private static List<(TimeSpan At, string What)> HoursOfFaults(int seed)
    {
        var random = new Random(seed);
        using var stage = new KalshiStage(hasKey: true, seed);
        var end = stage.Now + TimeSpan.FromMinutes(Counts.Of(1_440, 20));
        while (stage.Now < end)
        {
            stage.Pass(random.Next(1, 600));
            switch (random.Next(6))
            {
                case 0:
                    stage.Venue.Cut();
                    break;
                case 1:
                    stage.Venue.Loses = stage.Venue.Ticker(random.Next(2));
                    break;
                case 2:
                    stage.Venue.Garbage = "{\"garbage\":";
                    break;
                case 3:
                    stage.Venue.IsFrozen = true;
                    stage.Pass(random.Next(1, 120));
                    stage.Venue.IsFrozen = false;
                    break;
                case 4:
                    stage.Venue.Refuses = true;
                    stage.Venue.Cut();
                    stage.Pass(random.Next(1, 300));
                    stage.Venue.Refuses = false;
                    break;
                default:
                    stage.Venue.SaysTooMany = true;
                    stage.Pass(random.Next(1, 60));
                    stage.Venue.SaysTooMany = false;
                    break;
            }

            stage.Until(() => stage.IsLive, 95);
            stage.Compare();
        }

        stage.Stop();
        return [.. stage.Venue.Log.Where(entry => !entry.What.StartsWith("sent", StringComparison.Ordinal))];
    }
}
