using Strikeline.Venues;

namespace Strikeline.Unit.Venues;

/// <summary>The rule max(3 s, 5 × the median gap of the last 5 minutes), against a list that keeps
/// everything.</summary>
public sealed class DataWatchTests
{
    private const long Second = Stamps.NanosPerSecond;

    [Fact]
    public void A_feed_that_never_spoke_is_waiting_and_not_stale() =>
        Assert.False(new DataWatch(TimeSpan.FromSeconds(3)).IsStale(1_000 * Second));

    [Fact]
    public void A_fast_feed_is_stale_after_three_seconds_and_not_before()
    {
        var watch = new DataWatch(TimeSpan.FromSeconds(3));
        var now = 1_000 * Second;
        for (var i = 0; i < 1_000; i++)
        {
            watch.Changed(now += Second / 10);
        }

        Assert.Equal(now, watch.LastChangeNanos);
        Assert.False(watch.IsStale(now + (3 * Second)));
        Assert.True(watch.IsStale(now + (3 * Second) + 1));
    }

    [Fact]
    public void A_slow_feed_may_be_silent_for_five_of_its_median_gaps()
    {
        var watch = new DataWatch(TimeSpan.FromSeconds(3));
        var now = 1_000 * Second;
        for (var i = 0; i < 20; i++)
        {
            watch.Changed(now += 4 * Second);
        }

        Assert.Equal(20 * Second, watch.LimitNanos(now));
        Assert.False(watch.IsStale(now + (20 * Second)));
        Assert.True(watch.IsStale(now + (20 * Second) + 1));
    }

    [Fact]
    public void Gaps_older_than_five_minutes_count_no_more()
    {
        var watch = new DataWatch(TimeSpan.FromSeconds(3));
        var now = 1_000 * Second;
        for (var i = 0; i < 10; i++)
        {
            watch.Changed(now += 20 * Second);
        }

        for (var i = 0; i < 3_001; i++)
        {
            watch.Changed(now += Second / 10);
        }

        Assert.Equal(3 * Second, watch.LimitNanos(now));
    }

    [Theory]
    [InlineData(4, -2)]
    [InlineData(3, -2.5)]
    [InlineData(2.2, -2)]
    public void The_limit_follows_the_median_of_the_newest_gaps_on_random_traffic(double decades, double lowest)
    {
        var random = new Random(3);
        var watch = new DataWatch(TimeSpan.FromSeconds(3));
        var gaps = new List<(long At, long Gap)>();
        var now = 1_000 * Second;
        watch.Changed(now);
        for (var i = 0; i < Counts.Of(100_000, 5_000); i++)
        {
            var gap = (long)(Math.Pow(10, (random.NextDouble() * decades) + lowest) * Second);
            now += gap;
            watch.Changed(now);
            gaps.Add((now, gap));
            if (gaps.Count > 256)
            {
                gaps.RemoveAt(0);
            }

            var window = gaps.Where(g => now - g.At <= 300 * Second).Select(g => g.Gap).Order().ToArray();
            Assert.Equal(Math.Max(3 * Second, 5 * window[window.Length / 2]), watch.LimitNanos(now));
        }
    }
}
