using Strikeline.Prices;
using Strikeline.Strikes;

namespace Strikeline.Unit.Strikes;

public sealed class StrikeLoopTests
{
    [Fact]
    public void A_first_price_makes_five_strikes_at_three_expiries()
    {
        var bench = new StrikeBench().At(76_315.99m);
        Assert.Equal(15, bench.Issued.Count);
        Assert.Equal(bench.Issued, bench.Current.Markets);
        Assert.Equal(7_631_599_000_000, bench.Current.SpotE8);
        Assert.Equal(
            [7_610_000_000_000, 7_620_000_000_000, 7_630_000_000_000, 7_640_000_000_000, 7_650_000_000_000],
            bench.Issued.Take(5).Select(signed => signed.Market.StrikeE8));
        Assert.Equal(
            [1_700_000_400_000, 1_700_000_700_000, 1_700_001_000_000],
            bench.Issued.Select(signed => signed.Market.ExpiryMs).Distinct());
        var market = bench.Issued[2].Market;
        Assert.InRange(market.UpProbabilityPpm, 500_000, 650_000);
        Assert.Equal(1_020_000, market.UpPricePpm + market.DownPricePpm);
        Assert.Equal(market.GeneratedAtMs + 2_000, market.ValidUntilMs);
    }

    [Fact]
    public void Every_quote_of_a_seeded_hour_is_sound_verified_and_numbered_upwards()
    {
        var random = new Random(17);
        var bench = new StrikeBench();
        var spot = 76_315m;
        var last = 0UL;
        for (var i = 0; i < Counts.Of(36_000, 3_000); i++)
        {
            spot += (decimal)((random.NextDouble() - 0.5) * 8);
            bench.At(random.Next(50) == 0 ? null : spot, 20 + random.Next(160));
            foreach (var signed in bench.Issued)
            {
                Assert.True(QuoteVerification.TryVerify(
                    signed.Payload.Span, signed.Signature.Span, signed.Signer.Span, out var read));
                Assert.Equal(signed.Market, read);
                Assert.True(read.Nonce > last, $"{read.Nonce} after {last}");
                Assert.Equal(1_020_000, read.UpPricePpm + read.DownPricePpm);
                Assert.True(read.ValidUntilMs <= read.ExpiryMs && read.ValidUntilMs > Stamps.ToMillis(bench.Now));
                last = read.Nonce;
            }

            bench.Issued.Clear();
        }
    }

    [Fact]
    public void No_quote_is_made_on_a_price_older_than_three_seconds()
    {
        var bench = new StrikeBench();
        bench.Loop.OnPrice(StrikeBench.Price(76_315m, bench.Now, 3_000 * Stamps.NanosPerMilli), bench.Now);
        Assert.Equal(15, bench.Issued.Count);
        bench.Now++;
        bench.Loop.OnTime(bench.Now);
        Assert.Equal(PriceReason.Stale, bench.Current.Reason);
        Assert.Null(bench.Current.SpotE8);
        Assert.Empty(bench.Current.Markets);
        for (var i = 0; i < 100; i++)
        {
            bench.Now += 100 * Stamps.NanosPerMilli;
            bench.Loop.OnTime(bench.Now);
        }

        Assert.Equal(15, bench.Issued.Count);
        Assert.Equal(2, bench.Emitted.Count);
    }

    [Fact]
    public void No_quote_is_made_without_a_quorum_and_quoting_returns_with_it()
    {
        var bench = new StrikeBench().At(null);
        Assert.Equal(PriceReason.NoQuorum, bench.Current.Reason);
        Assert.Empty(bench.Issued);
        bench.At(76_315m, 200).At(null, 200);
        Assert.Empty(bench.Current.Markets);
        bench.At(76_315m, 200);
        Assert.Equal(15, bench.Current.Markets.Length);
        Assert.Equal(30, bench.Issued.Count);
    }

    [Fact]
    public void A_clock_that_was_set_back_stops_quoting_until_it_agrees_with_the_prices()
    {
        var bench = new StrikeBench().At(76_315m);
        bench.Now -= 3_600 * Stamps.NanosPerSecond;
        bench.Loop.OnTime(bench.Now);
        Assert.Equal(PriceReason.Clock, bench.Current.Reason);
        Assert.Equal(15, bench.Issued.Count);
        bench.At(76_315m);
        Assert.Equal(30, bench.Issued.Count);
        Assert.True(bench.Issued[15].Market.Nonce > bench.Issued[14].Market.Nonce);
    }

    [Fact]
    public void A_quote_is_renewed_when_half_of_its_life_is_over_and_not_before()
    {
        var bench = new StrikeBench(StrikeBench.Series with { OpenExpiries = 1, StrikesEachSide = 0 }).At(100_000m);
        bench.At(100_000m, 999);
        Assert.Single(bench.Issued);
        bench.At(100_000m, 1);
        Assert.Equal(2, bench.Issued.Count);
    }

    [Fact]
    public void A_move_of_the_probability_renews_at_a_bounded_rate_per_strike()
    {
        var bench = new StrikeBench(StrikeBench.Series with { OpenExpiries = 1, StrikesEachSide = 0 });
        bench.At(76_300m).At(76_310m, 99);
        Assert.Single(bench.Issued);
        bench.At(76_310m, 1);
        Assert.Equal(2, bench.Issued.Count);
        for (var i = 0; i < 1_000; i++)
        {
            bench.At(76_300m + (i % 2 * 20), 1);
        }

        Assert.InRange(bench.Issued.Count, 8, 13);
    }

    [Fact]
    public void Expiries_roll_and_the_standing_quotes_of_the_others_stay()
    {
        var bench = new StrikeBench().At(76_315m);
        bench.At(76_315m, 239_999);
        foreach (var signed in bench.Current.Markets.Take(5))
        {
            Assert.Equal(1_700_000_400_000, signed.Market.ExpiryMs);
            Assert.Equal(1_700_000_400_000, signed.Market.ValidUntilMs);
        }

        var kept = bench.Current.Markets[14];
        bench.At(76_315m, 1);
        Assert.Equal(
            [1_700_000_700_000, 1_700_001_000_000, 1_700_001_300_000],
            bench.Current.Markets.Select(signed => signed.Market.ExpiryMs).Distinct());
        Assert.Same(kept, bench.Current.Markets[9]);
    }

    [Fact]
    public void Inside_the_closing_window_the_quotes_reflect_the_samples()
    {
        // One strike below the first spot and above the later one; the window opens 180 s after the start.
        var bench = new StrikeBench(StrikeBench.Series with { OpenExpiries = 2, StrikesEachSide = 1 });
        for (var second = 0; second < 225; second++)
        {
            bench.At(76_330m, 1_000);
        }

        // 45 samples at 76,330 are known: the other 15 cannot bring the mean below 76,300 unless they fall below 76,210.
        bench.At(76_260m, 1_000).At(76_260m, 1_000);
        var (now, next) = (Up(0), Up(1));
        Assert.True(now > 990_000, $"{now}");
        Assert.True(next < 450_000, $"{next}");
        for (var second = 0; second < 11; second++)
        {
            bench.At(76_260m, 1_000);
        }

        // The last second is sampled: the outcome is known, and offered at the bounds of a price.
        bench.At(76_260m, 1_000);
        Assert.Equal(1_700_000_399L * Stamps.NanosPerSecond, bench.Now);
        Assert.Equal(1_000_000, Up(0));
        Assert.Equal(999_900, Of(0).UpPricePpm);
        Assert.Equal(20_100, Of(0).DownPricePpm);

        int Up(int window) => Of(window).UpProbabilityPpm;

        LiveMarket Of(int window) => bench.Current.Markets.Single(signed =>
            signed.Market.StrikeE8 == 7_630_000_000_000
            && signed.Market.ExpiryMs == 1_700_000_400_000 + (window * 300_000)).Market;
    }

    [Fact]
    public void The_rule_is_named_by_the_series()
    {
        var bench = new StrikeBench().At(76_315m);
        Assert.Equal("MEAN60S-GE", bench.Issued[0].Market.RuleId);
        bench = new StrikeBench(StrikeBench.Series with { ClosingSeconds = 300 }).At(76_315m);
        Assert.Equal("MEAN300S-GE", bench.Issued[0].Market.RuleId);
        var longest = StrikeBench.Series with { WindowSeconds = 604_800, ClosingSeconds = 604_800 };
        Assert.Null(longest.Problem());
        Assert.True(QuotePayload.IsName(longest.RuleId, QuotePayload.RuleSize));
    }

    [Fact]
    public void A_closing_window_as_long_as_the_window_is_sampled_from_its_first_second()
    {
        var series = StrikeBench.Series with { OpenExpiries = 1, StrikesEachSide = 0, ClosingSeconds = 300 };
        var bench = new StrikeBench(series) { Now = StrikeBench.Start + (240 * Stamps.NanosPerSecond) };
        bench.At(76_600m);
        for (var second = 1; second < 300; second++)
        {
            bench.At(76_299m, 1_000);
        }

        // 299 samples are one dollar below the strike, and the first one is 300 above it.
        var market = bench.Current.Markets.Single().Market;
        Assert.Equal((7_630_000_000_000, 1_000_000), (market.StrikeE8, market.UpProbabilityPpm));
    }

    [Fact]
    public void A_price_of_another_symbol_is_ignored()
    {
        var bench = new StrikeBench();
        var other = StrikeBench.Price(100m, bench.Now) with { Symbol = new Symbol("SOL", "USDT") };
        bench.Loop.OnPrice(other, bench.Now);
        Assert.Empty(bench.Emitted);
        Assert.Null(bench.Loop.Current(other.Symbol));
        Assert.Equal(PriceReason.Waiting, bench.Current.Reason);
    }
}
