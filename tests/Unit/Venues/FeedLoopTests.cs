using Strikeline.Venues;

namespace Strikeline.Unit.Venues;

/// <summary>The feed loop over a venue that misbehaves, in virtual time.</summary>
public sealed class FeedLoopTests
{
    [Theory]
    [InlineData(Venue.Binance)]
    [InlineData(Venue.Bybit)]
    public void A_feed_is_live_within_two_seconds_and_ends_when_asked(Venue venue)
    {
        using var stage = new FeedStage(venue, seed: 1);
        Assert.InRange(stage.Until(() => stage.IsLive, 2).TotalSeconds, 0, 2);
        stage.Pass(60);
        Assert.True(stage.IsLive);
        Assert.Empty(stage.Replaced);
        Assert.Single(stage.Venue.TimesOf("open"));
        stage.Stop();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Reconnections_wait_twice_as_long_each_time_with_jitter_up_to_the_longest(int seed)
    {
        using var stage = new FeedStage(Venue.Bybit, seed);
        stage.Venue.Refuses = true;
        stage.Pass(400);
        AssertBackOff([.. stage.Venue.TimesOf("connect")], atLeast: 12);

        // A minute of health forgives: the next loss starts from the first wait again.
        stage.Venue.Refuses = false;
        stage.Until(() => stage.IsLive, 40);
        stage.Pass(90);
        stage.Venue.Cut();
        var from = stage.Now;
        stage.Venue.Refuses = true;
        stage.Pass(30);
        AssertBackOff([from, .. stage.Venue.TimesOf("connect").Where(at => at > from)], atLeast: 5);
        Assert.Equal(FeedState.Down, stage.StateOf());
        stage.Stop();
    }

    [Theory]
    [InlineData(Venue.Bybit, 0.1, 3)]
    [InlineData(Venue.Binance, 0.1, 3)]
    [InlineData(Venue.Bybit, 2, 10)]
    public void A_freeze_behind_living_pings_is_found_within_the_rule_and_the_connection_replaced(
        Venue venue, double gapSeconds, double limitSeconds)
    {
        using var stage = new FeedStage(venue, seed: 4, TimeSpan.FromSeconds(gapSeconds));
        stage.Until(() => stage.IsLive, 10);
        stage.Pass(120);
        stage.Venue.IsFrozen = true;
        var found = stage.Until(() => stage.StateOf() == FeedState.Stale, limitSeconds + 0.5);
        Assert.InRange(found.TotalSeconds, limitSeconds - gapSeconds, limitSeconds + 0.5);
        Assert.Contains("FEED_STALE", stage.Desk.Report(stage.Time.UnixNanos())[0].Reason, StringComparison.Ordinal);
        stage.Until(() => stage.Replaced.Count > 0, 4);
        stage.Venue.IsFrozen = false;
        stage.Until(() => stage.IsLive, 20);
        stage.Stop();
    }

    [Theory]
    [InlineData(Venue.Binance, "get")]
    [InlineData(Venue.Bybit, "sent {\"op\":\"unsubscribe\"")]
    public void A_gap_costs_one_book_one_request_and_less_than_two_seconds(Venue venue, string request)
    {
        using var stage = new FeedStage(venue, seed: 5);
        stage.Until(() => stage.IsLive, 5);
        stage.Pass(10);
        var requests = stage.Venue.TimesOf(request).Count();
        stage.Venue.Loses = stage.Symbols[1];
        stage.Until(() => stage.Desk.Report(stage.Time.UnixNanos())[1].Gaps == 1, 1);
        Assert.Equal(FeedState.Live, stage.StateOf(0));
        Assert.Contains(stage.Proofs, p => p.Symbol == stage.Symbols[1] && p.Proof == BookProof.Gap);
        stage.Until(() => stage.IsLive, 2);
        Assert.Equal(requests + 1, stage.Venue.TimesOf(request).Count());
        Assert.Single(stage.Venue.TimesOf("open"));
        Assert.DoesNotContain(stage.Proofs, p => p.Symbol == stage.Symbols[0] && p.Proof == BookProof.Gap);
        stage.Stop();
    }

    [Theory]
    [InlineData(Venue.Binance)]
    [InlineData(Venue.Bybit)]
    public void Before_a_day_is_over_a_new_connection_takes_over_without_an_unproven_moment(Venue venue)
    {
        using var stage = new FeedStage(venue, seed: 6, TimeSpan.FromSeconds(1));
        stage.Until(() => stage.IsLive, 10);
        var settled = stage.Proofs.Count;
        stage.Time.Pass(TimeSpan.FromHours(Counts.Of(120, 25)));
        Assert.True(stage.IsLive);
        Assert.NotEmpty(stage.ChangedOver);
        Assert.Empty(stage.Replaced);
        Assert.All(stage.Proofs.Skip(settled), p => Assert.Equal(BookProof.Proven, p.Proof));

        var opened = stage.Venue.TimesOf("open").ToArray();
        var closed = stage.Venue.TimesOf("close").ToArray();
        Assert.Equal(opened.Length, closed.Length + 1);
        for (var i = 0; i < closed.Length; i++)
        {
            Assert.InRange((opened[i + 1] - opened[i]).TotalHours, 22.9, 24);
            Assert.InRange((closed[i] - opened[i + 1]).TotalSeconds, 0.001, 10);
            Assert.InRange((closed[i] - opened[i]).TotalHours, 22.9, 24);
        }

        Assert.Equal(0, stage.Desk.Report(stage.Time.UnixNanos()).Sum(report => report.Gaps));
        stage.Stop();
    }

    [Fact]
    public void An_announced_shutdown_brings_the_new_connection_first()
    {
        using var stage = new FeedStage(Venue.Binance, seed: 7);
        stage.Until(() => stage.IsLive, 5);
        var settled = stage.Proofs.Count;
        stage.Venue.AnnounceShutdown();
        stage.Until(() => stage.Venue.TimesOf("close 1").Any(), 5);
        Assert.True(stage.Venue.TimesOf("open 2").Single() < stage.Venue.TimesOf("close 1").Single());
        Assert.All(stage.Proofs.Skip(settled), p => Assert.Equal(BookProof.Proven, p.Proof));
        stage.Pass(10);
        Assert.Equal(2, stage.Venue.TimesOf("open").Count());
        stage.Stop();
    }

    [Fact]
    public void A_connection_that_takes_over_and_is_lost_at_once_leaves_no_feed_that_nobody_hears()
    {
        using var stage = new FeedStage(Venue.Bybit, seed: 8, TimeSpan.FromSeconds(1));
        stage.Until(() => stage.IsLive, 10);
        stage.Venue.CutsNewest = true;
        stage.Time.Pass(TimeSpan.FromHours(22.99));
        stage.Until(() => stage.ChangedOver.Count > 0, 120);
        stage.Until(() => !stage.Venue.CutsNewest, 5);
        stage.Pass(0.5);
        Assert.Contains(stage.Replaced, reason => reason.Contains("took over", StringComparison.Ordinal));
        stage.Until(() => stage.IsLive, 10);
        stage.Pass(600);
        Assert.True(stage.IsLive);
        stage.Stop();
    }

    [Fact]
    public void A_venue_that_says_429_is_left_alone_for_as_long_as_it_asked()
    {
        using var stage = new FeedStage(Venue.Binance, seed: 9);
        stage.Venue.RetryAfter = TimeSpan.FromSeconds(40);
        stage.Pass(35);
        Assert.InRange(stage.Venue.TimesOf("get").Count(), 1, stage.Symbols.Count);
        Assert.Empty(stage.Replaced);
        stage.Venue.RetryAfter = null;
        stage.Until(() => stage.IsLive, 10);
        var times = stage.Venue.TimesOf("get").ToArray();
        Assert.DoesNotContain(times, at => (at - times[0]).TotalSeconds is > 0.5 and < 40);
        stage.Stop();
    }

    [Theory]
    [InlineData(Venue.Binance)]
    [InlineData(Venue.Bybit)]
    public void Garbage_on_the_wire_is_refused_and_healed_within_two_seconds(Venue venue)
    {
        using var stage = new FeedStage(venue, seed: 10);
        stage.Until(() => stage.IsLive, 5);
        foreach (var garbage in new[] { "", "{", "\0\0\0", "[[[[", "{\"stream\":\"x@depth\",\"data\":{\"e\":\"depthUpdate\"}}" })
        {
            stage.Venue.Garbage = garbage;
            stage.Pass(0.2);
            stage.Until(() => stage.IsLive, 2);
        }

        Assert.Single(stage.Venue.TimesOf("open"));
        stage.Stop();
    }

    [Fact]
    public void Days_of_random_faults_leave_a_live_feed_and_the_same_log_for_the_same_seed()
    {
        var first = DaysOfFaults(seed: 11);
        Assert.Equal(first, DaysOfFaults(seed: 11));
        Assert.NotEqual(first, DaysOfFaults(seed: 12));
    }

    private static List<(TimeSpan At, string What)> DaysOfFaults(int seed)
    {
        var random = new Random(seed);
        using var stage = new FeedStage(Venue.Binance, seed, TimeSpan.FromSeconds(1));
        var end = stage.Now + TimeSpan.FromHours(Counts.Of(240, 48));
        while (stage.Now < end)
        {
            stage.Pass(random.Next(1, 7_200));
            switch (random.Next(6))
            {
                case 0:
                    stage.Venue.Cut();
                    break;
                case 1:
                    stage.Venue.Loses = stage.Symbols[random.Next(2)];
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
                    stage.Venue.AnnounceShutdown();
                    break;
            }

            // The longest wait for a connection, the longest for a snapshot, and a margin.
            stage.Until(() => stage.IsLive, 60);
        }

        stage.Stop();
        return stage.Venue.Log;
    }

    // A try fails at once, is noticed at the loop's next step (100 ms) and repeated at the first step after its wait.
    private static void AssertBackOff(TimeSpan[] attempts, int atLeast)
    {
        Assert.InRange(attempts.Length, atLeast, 40);
        for (var i = 0; i + 1 < attempts.Length; i++)
        {
            var full = Math.Min(250 * Math.Pow(2, i), 30_000);
            Assert.InRange((attempts[i + 1] - attempts[i]).TotalMilliseconds, full / 2, full + 210);
        }
    }
}
