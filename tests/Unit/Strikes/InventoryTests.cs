using Strikeline.Prices;
using Strikeline.Strikes;

namespace Strikeline.Unit.Strikes;

/// <summary>What the maker's inventory does to prices and quantities.</summary>
public sealed class InventoryTests
{
    private const long ExpiryMs = 1_700_000_400_000;
    private const long StrikeE8 = 7_630_000_000_000;
    private const long Limit = 2_500_000_000;

    private static readonly SeriesOptions OneStrike =
        StrikeBench.Series with { OpenExpiries = 1, StrikesEachSide = 0, MaxSkewPpm = 8_000 };

    [Fact]
    public void The_shift_is_proportional_and_full_at_the_limit()
    {
        Assert.Equal(new InventorySkew(0, 250_000_000), InventorySkew.Of(0, OneStrike));
        Assert.Equal(new InventorySkew(4_000, 250_000_000), InventorySkew.Of(-Limit / 2, OneStrike));
        Assert.Equal(new InventorySkew(-4_000, 250_000_000), InventorySkew.Of(Limit / 2, OneStrike));
        Assert.Equal(new InventorySkew(7_900, 1), InventorySkew.Of(1 - Limit, OneStrike));
        Assert.Equal(new InventorySkew(8_000, 0), InventorySkew.Of(-Limit, OneStrike));
        Assert.Equal(new InventorySkew(-8_000, 0), InventorySkew.Of(long.MaxValue, OneStrike));
        Assert.Equal(new InventorySkew(8_000, 0), InventorySkew.Of(long.MinValue, OneStrike));
    }

    [Fact]
    public void No_execution_of_any_quote_carries_any_inventory_beyond_the_limit()
    {
        var random = new Random(31);
        for (var trial = 0; trial < Counts.Of(1_000_000, 20_000); trial++)
        {
            var largest = random.NextInt64(1, 1_000_000_000_000_000);
            var series = OneStrike with
            {
                MaxQuantityAtoms = largest,
                InventoryLimitAtoms = random.NextInt64(largest, 1_000_000_000_000_001),
                MaxSkewPpm = random.Next(2_501) * 100,
            };
            Assert.Null(series.Problem());
            var limit = series.InventoryLimitAtoms;
            var net = random.NextInt64(-limit - (limit / 4), limit + (limit / 4));
            var skew = InventorySkew.Of(net, series);
            Assert.InRange(skew.LeftAtoms, 0, largest);
            Assert.True(skew.LeftAtoms == 0 || (net - skew.LeftAtoms >= -limit && net + skew.LeftAtoms <= limit));
            Assert.InRange(skew.ShiftPpm, -series.MaxSkewPpm, series.MaxSkewPpm);
            Assert.Equal(0, skew.ShiftPpm % 100);
            Assert.True(Math.Sign(skew.ShiftPpm) * Math.Sign(net) <= 0, "who is short of UP sells it dearer");

            var more = InventorySkew.Of(Math.Max(net, -limit) - random.NextInt64(limit), series);
            Assert.True(more.ShiftPpm >= skew.ShiftPpm, $"{more} after {skew}");
        }
    }

    [Fact]
    public void UP_sold_makes_UP_dearer_and_DOWN_cheaper_by_the_same_amount()
    {
        var bench = new StrikeBench(OneStrike).At(76_315m);
        bench.Loop.SetInventory(StrikeBench.Btc, ExpiryMs, StrikeE8, -Limit / 4);
        bench.At(76_315m, 100);
        var (before, after) = (bench.Issued[0].Market, bench.Issued[1].Market);
        Assert.Equal(2_000 + after.UpProbabilityPpm - before.UpProbabilityPpm, after.UpPricePpm - before.UpPricePpm);
        Assert.Equal(1_020_000, after.UpPricePpm + after.DownPricePpm);
        Assert.Equal(250_000_000, after.MaxQuantityAtoms);

        // UP bought back and more: the other way round.
        bench.Loop.SetInventory(StrikeBench.Btc, ExpiryMs, StrikeE8, Limit / 4);
        bench.At(76_315m, 100);
        var last = bench.Issued[2].Market;
        Assert.Equal(last.UpProbabilityPpm + 10_000 - 2_000, last.UpPricePpm);
    }

    [Fact]
    public void The_quantity_shrinks_to_what_is_left_and_a_full_inventory_is_not_quoted_until_it_is_not()
    {
        var bench = new StrikeBench(OneStrike).At(76_315m);
        bench.Loop.SetInventory(StrikeBench.Btc, ExpiryMs, StrikeE8, 7 - Limit);
        bench.At(76_315m, 100);
        Assert.Equal(7, bench.Issued[1].Market.MaxQuantityAtoms);
        Assert.True(QuotePayload.TryRead(bench.Issued[1].Payload.Span, out _));

        // At once, although the quote is younger than the shortest renewal.
        bench.Loop.SetInventory(StrikeBench.Btc, ExpiryMs, StrikeE8, -Limit);
        bench.At(76_315m, 1);
        Assert.Empty(bench.Current.Markets);
        Assert.Equal(PriceReason.None, bench.Current.Reason);
        Assert.Equal(3, bench.Emitted.Count);
        bench.At(76_315m, 5_000);
        Assert.Equal(2, bench.Issued.Count);
        bench.Loop.SetInventory(StrikeBench.Btc, ExpiryMs, StrikeE8, 0);
        bench.At(76_315m, 1);
        Assert.Equal(250_000_000, bench.Current.Markets.Single().Market.MaxQuantityAtoms);
    }

    [Fact]
    public void An_inventory_is_of_one_market_survives_moves_of_the_ladder_and_ends_with_the_expiry()
    {
        var bench = new StrikeBench().At(76_315m);
        bench.Loop.SetInventory(StrikeBench.Btc, ExpiryMs, StrikeE8, -Limit);
        bench.Loop.SetInventory(new Symbol("SOL", "USDT"), ExpiryMs, StrikeE8, -Limit);
        bench.At(76_315m, 1);
        Assert.Equal(14, bench.Current.Markets.Length);
        bench.At(70_000m, 100);
        Assert.Equal(15, bench.Current.Markets.Length);
        bench.At(76_315m, 100);
        Assert.Equal(14, bench.Current.Markets.Length);
        Assert.DoesNotContain(
            bench.Current.Markets, signed => signed.Market is { ExpiryMs: ExpiryMs, StrikeE8: StrikeE8 });
        bench.At(76_315m, 240_000);
        Assert.Equal(15, bench.Current.Markets.Length);
    }
}
