using Strikeline.Host.Composition;
using Strikeline.Prices;
using Strikeline.Unit.Strikes;

namespace Strikeline.Unit.Host;

public sealed class PriceHistoryTests
{
    private const long Start = 1_700_000_000_000;

    private readonly PriceHistory _history = new();

    [Fact]
    public void A_second_holds_the_last_price_that_was_seen_in_it()
    {
        Note(0, 100);
        Note(400, 101);
        Note(900, null);
        Note(1_000, null);
        Note(2_999, 103);
        Assert.Equal([(0, 101_00000000), (1, null), (2, 103_00000000)], Last(10));
        Assert.Equal([(1, null), (2, 103_00000000L)], Last(2));
        Assert.Equal([(2, 103_00000000L)], Last(1));
    }

    [Fact]
    public void Seconds_in_which_nothing_was_noted_are_left_out_and_count_as_time()
    {
        Note(0, 100);
        Note(5_000, 105);
        Assert.Equal([(0, 100_00000000L), (5, 105_00000000L)], Last(6));
        Assert.Equal([(5, 105_00000000L)], Last(5));
    }

    [Fact]
    public void A_clock_that_is_set_back_changes_no_second_that_is_over()
    {
        Note(0, 100);
        Note(5_000, 105);
        Note(4_000, 99);
        Note(0, 98);
        Assert.Equal([(0, 100_00000000L), (5, 105_00000000L)], Last(10));
    }

    [Fact]
    public void An_hour_is_kept_and_no_more_however_time_runs()
    {
        for (var second = 0; second < 3 * PriceHistory.MaxSeconds; second++)
        {
            Note(second * 1_000L, second + 1);
        }

        var kept = Last(int.MaxValue);
        Assert.Equal(PriceHistory.MaxSeconds, kept.Count);
        Assert.Equal(2 * PriceHistory.MaxSeconds, kept[0].Second);
        Note(10_000_000_000, 7);
        Assert.Equal([(10_000_000, 7_00000000L)], Last(int.MaxValue));
    }

    [Fact]
    public void What_was_never_noted_has_no_history() => Assert.Empty(Last(10));

    private void Note(long ms, long? price) => _history.Note(new AggregatedSnapshot(
        [StrikeBench.Price(price, 0)], (Start + ms) * Stamps.NanosPerMilli));

    private List<(long Second, long? PriceE8)> Last(int seconds) =>
        [.. _history.Last(StrikeBench.Btc, seconds).Select(one => (one.Second - (Start / 1_000), one.PriceE8))];
}
