using Strikeline.Testnet;

namespace Strikeline.Unit.Testnet;

public sealed class SeededMarketTests
{
    [Fact]
    public void Books_are_never_crossed_and_never_thin()
    {
        var floor = FloorClient.NewFloor(seed: 7, rate: 4);
        for (var step = 0; step < Counts.Of(200_000, 6_000); step++)
        {
            floor.StepOnce();
            foreach (var pair in floor.Pairs)
            {
                Assert.False(pair.Book.IsCrossed, $"{pair.Pair.Venue} {pair.Pair.Symbol} at step {step}");
                Assert.True(pair.Book.Count(Side.Buy) > 24 && pair.Book.Count(Side.Sell) > 24, $"{pair.Pair} {step}");
            }
        }
    }

    [Fact]
    public void Venues_agree_on_a_price_within_ten_basis_points()
    {
        var floor = FloorClient.NewFloor(seed: 3);
        var seconds = Counts.Of(3_600, 60);
        var apart = 0;
        for (var second = 0; second < seconds; second++)
        {
            Steps(floor, MarketFloor.StepsPerSecond);
            var mids = floor.Pairs.Where(p => p.Pair.Symbol.Base == "BTC").Select(Mid).ToArray();
            Assert.InRange(mids[0], 20_000, 300_000);
            Assert.InRange(mids.Max() / mids.Min(), 1.0, 1.0025);
            apart += mids.Max() / mids.Min() > 1.001 ? 1 : 0;
        }

        // A jump of the fair price reaches every venue with its next event, not at once.
        Assert.True(apart <= seconds / 50, $"{apart} of {seconds} seconds");
    }

    [Fact]
    public void Volatility_is_near_half_a_year()
    {
        // Ten-second log returns over virtual hours, scaled to a year.
        var latent = new LatentPrices(11);
        latent.Open(0);
        var returns = new List<double>();
        var last = Math.Log(latent.Dollars("BTC"));
        for (var i = 1; i <= Counts.Of(60_000, 6_000); i++)
        {
            latent.Advance(i * 10 * Stamps.NanosPerSecond);
            var now = Math.Log(latent.Dollars("BTC"));
            returns.Add(now - last);
            last = now;
        }

        var yearly = Math.Sqrt(returns.Average(r => r * r) * 365 * 24 * 360);
        Assert.InRange(yearly, 0.25, 0.95);
    }

    [Fact]
    public void Trade_ids_rise_by_one_and_trades_lie_inside_the_book_of_their_time()
    {
        var floor = FloorClient.NewFloor(seed: 5);
        Steps(floor, 2_000);
        foreach (var pair in floor.Pairs)
        {
            var ids = pair.Trades.Select(trade => trade.Id).ToArray();
            Assert.Equal(Enumerable.Range(0, ids.Length).Select(i => ids[0] + i), ids);
            Assert.All(pair.Trades, trade => Assert.True(trade.Quantity > 0 && trade.Price > 0));
        }
    }

    [Fact]
    public void A_jump_moves_every_venue_by_its_percentage()
    {
        var floor = FloorClient.NewFloor();
        Steps(floor, 100);
        var before = floor.Pairs.Where(p => p.Pair.Symbol.Base == "ETH").Select(Mid).ToArray();
        Assert.True(floor.Script.TryJump("eth", 3));
        Steps(floor, 300);
        var after = floor.Pairs.Where(p => p.Pair.Symbol.Base == "ETH").Select(Mid).ToArray();
        Assert.All(before.Zip(after), pair => Assert.InRange(pair.Second / pair.First, 1.02, 1.04));
        Assert.False(floor.Script.TryJump("DOGE", 3));
    }

    [Fact]
    public void Candles_hold_together_and_the_day_is_whole()
    {
        var floor = FloorClient.NewFloor();
        Steps(floor, 7_000);
        foreach (var pair in floor.Pairs)
        {
            var minutes = pair.Bars.Minutes;
            Assert.All(minutes, bar => Assert.True(bar.Low <= Math.Min(bar.Open, bar.Close)
                && bar.High >= Math.Max(bar.Open, bar.Close) && bar.Low > 0));
            var starts = minutes.Select(bar => bar.StartNanos).ToArray();
            Assert.Equal(starts.Order().Distinct(), starts);
            Assert.True(pair.Bars.Day().Count > 1440);
            Assert.All(pair.Bars.Bars(5, 10), bar => Assert.Equal(0, bar.StartNanos % (300 * Stamps.NanosPerSecond)));
        }
    }

    internal static void Steps(MarketFloor floor, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            floor.StepOnce();
        }
    }

    internal static double Mid(PairState pair) =>
        (pair.Book.Best(Side.Buy).Price + pair.Book.Best(Side.Sell).Price) / 2.0
        / DecimalText.Scale(pair.PriceDecimals);
}
