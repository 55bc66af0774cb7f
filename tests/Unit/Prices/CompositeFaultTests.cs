using Strikeline.Prices;

namespace Strikeline.Unit.Prices;

/// <summary>Wrong venues against the composite, over seeded markets.</summary>
public sealed class CompositeFaultTests
{
    private const int Seed = 20_261_121;

    private enum Fault
    {
        Zero,
        TenTimes,
        Tenth,
        FrozenSilent,
        FrozenChatty,
        UnitError,
        Oscillating,
    }

    [Fact]
    public void One_wrong_venue_of_four_never_moves_the_price_beyond_the_honest_range()
    {
        var random = new Random(Seed);
        var priced = 0;
        var trials = Counts.Of(1_000_000, 20_000);
        for (var trial = 0; trial < trials; trial++)
        {
            var market = Run(random, [random.Next(4)], 0.2, out var low, out var high);
            if (market.PriceE8 is { } price)
            {
                priced++;
                Assert.True(
                    price >= low - (low / 10_000) && price <= high + (high / 10_000),
                    $"seed {Seed} trial {trial}: {price} is outside of {low} to {high}");
            }
        }

        // A wrong venue may cost the price now and then, but not as a rule: else nothing was tested.
        Assert.True(priced > trials * 9 / 10, $"only {priced} of {trials} trials made a price");
    }

    [Fact]
    public void Two_wrong_venues_of_four_leave_no_price()
    {
        var random = new Random(Seed + 1);
        for (var trial = 0; trial < Counts.Of(1_000_000, 20_000); trial++)
        {
            var first = random.Next(4);
            var market = Run(random, [first, (first + 1 + random.Next(3)) % 4], 0.05, out _, out _);
            Assert.True(market.PriceE8 is null, $"seed {Seed + 1} trial {trial}: {market.PriceE8}");
            Assert.Equal(PriceReason.NoQuorum, market.Reason);
        }
    }

    // One second of an honest market, then the next one with some venues wrong in everything they say, basis included.
    private static AggregatedMarket Run(Random random, int[] wrong, double leastSwing, out long low, out long high)
    {
        var bench = new CompositeBench();
        var before = (decimal)Math.Exp(random.NextDouble() * 12);
        var basis = 0.99m + (0.02m * (decimal)random.NextDouble());
        for (var venue = 0; venue < 4; venue++)
        {
            Say(bench, random, venue, before, basis, 1m);
        }

        bench.Wait(1_000);
        var step = (0.003m + (0.003m * (decimal)random.NextDouble())) * (random.Next(2) == 0 ? 1 : -1);
        var after = before * (1 + step);
        (low, high) = (long.MaxValue, 0);
        var together = (Fault)random.Next(7);
        var apart = random.Next(2) == 0;
        for (var venue = 0; venue < 4; venue++)
        {
            if (!wrong.Contains(venue))
            {
                var mid = Say(bench, random, venue, after, basis, 1m);
                (low, high) = (Math.Min(low, mid), Math.Max(high, mid));
                continue;
            }

            var provider = CompositeBench.Providers[venue];
            var swing = (leastSwing * random.NextDouble()) + (wrong.Length > 1 ? 0.03 : 0);
            var factor = (apart ? (Fault)random.Next(7) : together) switch
            {
                Fault.Zero => 0m,
                Fault.TenTimes => 10m,
                Fault.Tenth => 0.1m,
                Fault.UnitError => 0.00000001m,
                Fault.Oscillating => 1m + ((decimal)swing * (random.Next(2) == 0 ? 1 : -1)),
                Fault.FrozenChatty => -1m,
                _ => -2m,
            };
            if (factor >= 0)
            {
                var spoil = wrong.Length > 1 ? 0 : 0.02m * ((decimal)random.NextDouble() - 0.5m);
                var spoiled = random.Next(2) == 0 ? basis : basis * (1 + spoil);
                Say(bench, random, venue, after, spoiled, factor);
            }
            else if (factor == -1m)
            {
                var mid = bench.Of(provider.Venue).MidE8!.Value;
                bench.Composite.Update(provider.Venue, provider.Symbol, mid, mid, 8, true, true, bench.Now);
            }
        }

        return bench.Evaluate();
    }

    // The honest converted mid, worked out here in decimals from what the venue is told to say.
    private static long Say(
        CompositeBench bench, Random random, int venue, decimal price, decimal basis, decimal factor)
    {
        var provider = CompositeBench.Providers[venue];
        var usdt = price * (1 + (0.001m * ((decimal)random.NextDouble() - 0.5m)));
        var dollars = provider.Symbol.Quote == "USD";
        var said = Truncate((dollars ? usdt * basis : usdt) * factor);
        var pair = Truncate(basis);
        if (dollars)
        {
            bench.Set(provider.Venue, CompositeBench.UsdtUsd, pair);
        }

        bench.Set(provider.Venue, provider.Symbol, said);
        return (long)(dollars ? said / pair * 100_000_000m : said * 100_000_000m);
    }

    private static decimal Truncate(decimal value) => decimal.Truncate(value * 100_000_000m) / 100_000_000m;
}
