using Strikeline.Prices;

namespace Strikeline.Unit.Prices;

public sealed class CompositePriceTests
{
    [Fact]
    public void Four_agreeing_venues_make_the_mean_of_the_middle_two()
    {
        var bench = new CompositeBench().AllAt(100m);
        bench.Set(Venue.Binance, CompositeBench.Btc, 100.3m);
        bench.Set(Venue.Bybit, CompositeBench.Btc, 100.1m);
        var market = bench.Evaluate();
        Assert.Equal(10_005_000_000, market.PriceE8);
        Assert.Equal(4, market.ProviderCount);
        Assert.Equal(PriceReason.None, market.Reason);
        Assert.All(market.Venues, venue => Assert.True(venue.Used));
    }

    [Fact]
    public void Nothing_received_is_waiting()
    {
        var market = new CompositeBench().Evaluate();
        Assert.Null(market.PriceE8);
        Assert.Equal(PriceReason.Waiting, market.Reason);
        Assert.All(market.Venues, venue => Assert.Equal(PriceReason.Waiting, venue.Reason));
    }

    [Fact]
    public void Each_fault_has_its_reason_and_three_others_still_make_a_price()
    {
        Check(PriceReason.Unproven, bench => bench.Set(Venue.Binance, CompositeBench.Btc, 100m, proven: false));
        Check(PriceReason.Down, bench => bench.Set(Venue.Binance, CompositeBench.Btc, 100m, live: false));
        Check(PriceReason.Empty, bench => bench.Set(Venue.Binance, CompositeBench.Btc, 0m));
        Check(PriceReason.Outlier, bench => bench.Set(Venue.Binance, CompositeBench.Btc, 101.1m));
        Check(PriceReason.Crossed, bench => bench.Composite.Update(
            Venue.Binance, CompositeBench.Btc, 101, 100, 0, proven: true, live: true, bench.Now));
        Check(PriceReason.OutOfRange, bench => bench.Composite.Update(
            Venue.Binance, CompositeBench.Btc, long.MaxValue, long.MaxValue, 0, proven: true, live: true, bench.Now));
        Check(PriceReason.OutOfRange, bench => bench.Composite.Update(
            Venue.Binance, CompositeBench.Btc, 1, 1, 18, proven: true, live: true, bench.Now));
        Check(PriceReason.Clock, bench => bench.Composite.Update(
            Venue.Binance, CompositeBench.Btc, 100, 100, 0, true, true, bench.Now + (2 * Stamps.NanosPerSecond)));

        static void Check(PriceReason expected, Action<CompositeBench> fault)
        {
            var bench = new CompositeBench().AllAt(100m);
            fault(bench);
            Assert.Equal(expected, bench.Of(Venue.Binance).Reason);
            Assert.Equal(10_000_000_000, bench.Evaluate().PriceE8);
            Assert.Equal(3, bench.Evaluate().ProviderCount);
        }
    }

    [Fact]
    public void A_venue_is_stale_right_after_three_seconds()
    {
        var bench = new CompositeBench().AllAt(100m);
        bench.Wait(3_000);
        Assert.NotNull(bench.Evaluate().PriceE8);
        bench.Now++;
        Assert.Null(bench.Evaluate().PriceE8);
        Assert.Equal(PriceReason.Stale, bench.Of(Venue.Kraken).Reason);
        Assert.Equal(PriceReason.NoQuorum, bench.Evaluate().Reason);
    }

    [Fact]
    public void Two_that_disagree_are_both_out()
    {
        var bench = new CompositeBench(CompositeBench.Options with { MajorityPercent = 0 });
        bench.Set(Venue.Binance, CompositeBench.Btc, 100m);
        bench.Set(Venue.Bybit, CompositeBench.Btc, 101.01m);
        Assert.Null(bench.Evaluate().PriceE8);
        Assert.Equal(PriceReason.Outlier, bench.Of(Venue.Binance).Reason);
        Assert.Equal(PriceReason.Outlier, bench.Of(Venue.Bybit).Reason);
        bench.Set(Venue.Bybit, CompositeBench.Btc, 100.9m);
        Assert.Equal(10_045_000_000, bench.Evaluate().PriceE8);
    }

    [Fact]
    public void A_lone_venue_makes_a_price_only_where_the_quorum_is_lowered()
    {
        var strict = new CompositeBench();
        strict.Set(Venue.Binance, CompositeBench.Btc, 100m);
        Assert.Equal(PriceReason.NoQuorum, strict.Evaluate().Reason);
        Assert.Equal(PriceReason.NoQuorum, strict.Of(Venue.Binance).Reason);
        Assert.Equal(1, strict.Evaluate().ProviderCount);

        var lowered = new CompositeBench(CompositeBench.Options with { MinAgreeing = 1, MajorityPercent = 0 });
        lowered.Set(Venue.Binance, CompositeBench.Btc, 100m);
        Assert.Equal(10_000_000_000, lowered.Evaluate().PriceE8);
        Assert.Equal(125_000, lowered.Evaluate().ConfidencePpm);
    }

    [Fact]
    public void Dollars_are_converted_by_the_venues_own_pair()
    {
        var bench = new CompositeBench().AllAt(100m);
        bench.Set(Venue.Kraken, CompositeBench.UsdtUsd, 0.995m);
        Assert.Equal(10_050_251_256, bench.Of(Venue.Kraken).ConvertedE8);
        Assert.Equal(10_000_000_000, bench.Of(Venue.Coinbase).ConvertedE8);
    }

    [Fact]
    public void A_venue_without_its_own_pair_borrows_the_others()
    {
        var bench = new CompositeBench().AllAt(100m);
        bench.Set(Venue.Kraken, CompositeBench.UsdtUsd, 0.995m);
        bench.Set(Venue.Coinbase, CompositeBench.UsdtUsd, 1m, live: false);
        Assert.Equal(10_050_251_256, bench.Of(Venue.Coinbase).ConvertedE8);
    }

    [Fact]
    public void Without_any_tether_pair_the_way_over_usdc_is_taken()
    {
        var bench = new CompositeBench().AllAt(100m);
        bench.Set(Venue.Kraken, CompositeBench.UsdtUsd, 1m, live: false);
        bench.Set(Venue.Coinbase, CompositeBench.UsdtUsd, 1m, live: false);
        bench.Set(Venue.Kraken, new Symbol("USDC", "USD"), 0.5m);
        bench.Set(Venue.Binance, new Symbol("USDC", "USDT"), 0.6m);
        Assert.Equal(12_000_000_000, bench.Of(Venue.Coinbase).ConvertedE8);
    }

    [Fact]
    public void Without_a_basis_a_dollar_venue_is_out()
    {
        var bench = new CompositeBench();
        foreach (var provider in CompositeBench.Providers)
        {
            bench.Set(provider.Venue, provider.Symbol, 100m);
        }

        Assert.Equal(PriceReason.NoBasis, bench.Of(Venue.Kraken).Reason);
        Assert.Equal(PriceReason.NoBasis, bench.Of(Venue.Coinbase).Reason);
        Assert.Null(bench.Evaluate().PriceE8);
    }

    [Fact]
    public void A_venue_that_stands_still_while_two_move_is_frozen_until_it_moves()
    {
        var bench = new CompositeBench().AllAt(100m);
        bench.Wait(300);
        bench.AllAt(100m);
        bench.Set(Venue.Binance, CompositeBench.Btc, 100.06m);
        Assert.Equal(PriceReason.None, bench.Of(Venue.Kraken).Reason);
        bench.Set(Venue.Bybit, CompositeBench.Btc, 99.94m);
        Assert.Equal(PriceReason.None, bench.Of(Venue.Kraken).Reason);
        bench.Set(Venue.Bybit, CompositeBench.Btc, 100.06m);
        Assert.Equal(PriceReason.Frozen, bench.Of(Venue.Kraken).Reason);
        bench.Set(Venue.Kraken, CompositeBench.BtcUsd, 100.01m);
        Assert.Equal(PriceReason.None, bench.Of(Venue.Kraken).Reason);
    }

    [Fact]
    public void Confidence_is_the_product_of_its_published_inputs()
    {
        var bench = new CompositeBench().AllAt(100m);
        bench.Set(Venue.Binance, CompositeBench.Btc, 0m);
        bench.Set(Venue.Bybit, CompositeBench.Btc, 100.1m);
        bench.Wait(600);
        var market = bench.Evaluate();
        Assert.Equal(new ConfidenceInputs(750_000, 900_000, 800_000), market.Inputs);
        Assert.Equal(540_000, market.ConfidencePpm);
        Assert.Equal(600 * Stamps.NanosPerMilli, market.AgeNanos);
    }

    [Fact]
    public void The_age_is_that_of_the_quorum()
    {
        var bench = new CompositeBench().AllAt(100m);
        bench.Wait(1_000);
        bench.Set(Venue.Binance, CompositeBench.Btc, 100m);
        bench.Set(Venue.Bybit, CompositeBench.Btc, 100m);
        Assert.Equal(1_000 * Stamps.NanosPerMilli, bench.Evaluate().AgeNanos);
        bench.Set(Venue.Kraken, CompositeBench.BtcUsd, 100m);
        Assert.Equal(0, bench.Evaluate().AgeNanos);
    }

    [Fact]
    public void An_update_names_the_composites_that_it_touches()
    {
        var composite = new CompositeBench().Composite;
        Assert.Equal([CompositeBench.Btc], Touch(CompositeBench.UsdtUsd));
        Assert.Equal([CompositeBench.Btc], Touch(CompositeBench.BtcUsd));
        Assert.Empty(Touch(new Symbol("DOGE", "USD")));

        IEnumerable<Symbol> Touch(Symbol symbol) => composite.Update(Venue.Kraken, symbol, 1, 1, 0, true, true, 1);
    }

    [Fact]
    public void An_instrument_named_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => new CompositePrice(
            CompositeBench.Options with { Basis = [.. CompositeBench.Basis, CompositeBench.Basis[0]] }));
}
