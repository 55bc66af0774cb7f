using Strikeline.Strikes;

namespace Strikeline.Unit.Strikes;

public sealed class LadderTests
{
    private const long E8 = 100_000_000;

    [Fact]
    public void Spot_must_leave_half_a_spacing_by_the_margin_before_the_centre_moves()
    {
        var ladder = new StrikeLadder(StrikeBench.Series with { HysteresisPercent = 10 });
        Assert.True(ladder.Follow(76_315 * E8));
        Assert.Equal(76_300 * E8, ladder.CentreE8);
        Assert.False(ladder.Follow(76_360 * E8));
        Assert.True(ladder.Follow((76_360 * E8) + 1));
        Assert.Equal(76_400 * E8, ladder.CentreE8);
        Assert.False(ladder.Follow(76_340 * E8));
        Assert.True(ladder.Follow((76_340 * E8) - 1));
        Assert.Equal(76_300 * E8, ladder.CentreE8);
    }

    [Fact]
    public void Spot_that_trembles_between_two_strikes_moves_the_centre_once_at_most()
    {
        var random = new Random(11);
        var ladder = new StrikeLadder(StrikeBench.Series);
        ladder.Follow(76_300 * E8);
        var moves = 0;
        var without = 0;
        var last = 76_300L;
        for (var i = 0; i < 10_000; i++)
        {
            var spot = 76_350 + random.Next(-9, 10);
            moves += ladder.Follow(spot * E8) ? 1 : 0;
            var nearest = (spot + 50) / 100 * 100;
            without += nearest == last ? 0 : 1;
            last = nearest;
        }

        Assert.Equal(0, moves);
        Assert.True(without > 1_000, $"{without}");
    }

    [Fact]
    public void A_jump_goes_to_the_nearest_strike_and_no_strike_reaches_zero()
    {
        var ladder = new StrikeLadder(StrikeBench.Series);
        ladder.Follow(76_300 * E8);
        ladder.Follow(70_049 * E8);
        Assert.Equal(70_000 * E8, ladder.CentreE8);
        Assert.Equal(69_800 * E8, ladder.StrikeE8(-2));
        ladder.Follow(5 * E8);
        Assert.Equal(100 * E8, ladder.StrikeE8(-2));
    }

    [Fact]
    public void Expiries_lie_on_the_window_and_roll_at_the_expiry_itself()
    {
        const long Second = Stamps.NanosPerSecond;
        Assert.Equal(600 * Second, Expiries.First((600 * Second) - 1, 300));
        Assert.Equal(900 * Second, Expiries.First(600 * Second, 300));
    }

    [Fact]
    public void Impossible_series_are_named_in_one_line()
    {
        Assert.Null(StrikeBench.Series.Problem());
        Check(StrikeBench.Series with { SpacingE8 = 0 }, "spacing");
        Check(StrikeBench.Series with { WindowSeconds = 1 }, "window");
        Check(StrikeBench.Series with { ClosingSeconds = 0 }, "closing window");
        Check(StrikeBench.Series with { ClosingSeconds = 301 }, "whole window of 300 seconds");
        Check(StrikeBench.Series with { StrikesEachSide = -1 }, "strikes");
        Check(StrikeBench.Series with { OpenExpiries = 0 }, "expiries");
        Check(StrikeBench.Series with { HysteresisPercent = 101 }, "hysteresis");
        Check(StrikeBench.Series with { QuoteLifetimeMs = 1 }, "lifetime");
        Check(StrikeBench.Series with { MinRenewMs = 1_001 }, "renewal");
        Check(StrikeBench.Series with { SpreadPpm = 300 }, "spread");
        Check(StrikeBench.Series with { MaxQuantityAtoms = 0 }, "quantity");
        Check(StrikeBench.Series with { Symbol = new Symbol("ABCDEFGHIJKLM", "USDT") }, "longer");
        Check(StrikeBench.Series with { MaxSkewPpm = 50 }, "skew");
        Check(StrikeBench.Series with { MaxSkewPpm = 250_100 }, "skew");
        Check(StrikeBench.Series with { InventoryLimitAtoms = 249_999_999 }, "inventory limit");
        Check(StrikeBench.Series with { InventoryLimitAtoms = long.MaxValue }, "inventory limit");
        Check(StrikeBench.Series with { Volatility = new() { HalfLifeSeconds = double.NaN } }, "half-life");
        Check(StrikeBench.Series with { Volatility = new() { Floor = 0 } }, "floor");
        Check(StrikeBench.Series with { Volatility = new() { Start = 1e-5 } }, "floor");
        Check(StrikeBench.Series with { Volatility = new() { Start = double.PositiveInfinity } }, "floor");

        static void Check(SeriesOptions series, string word)
        {
            Assert.Contains(word, series.Problem()!, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => new StrikeBench(series));
        }
    }
}
