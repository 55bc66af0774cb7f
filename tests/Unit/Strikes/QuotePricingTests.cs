using Strikeline.Strikes;

namespace Strikeline.Unit.Strikes;

public sealed class QuotePricingTests
{
    [Fact]
    public void Half_of_the_spread_lies_on_each_side() =>
        Assert.Equal(new QuotePricing(556_100, 566_100, 453_900), QuotePricing.Around(556_100, 20_000, 0));

    [Fact]
    public void An_inventory_raises_one_ask_and_lowers_the_other_and_leaves_the_fair_value_alone()
    {
        Assert.Equal(new QuotePricing(556_100, 570_100, 449_900), QuotePricing.Around(556_100, 20_000, 4_000));
        Assert.Equal(new QuotePricing(556_100, 562_100, 457_900), QuotePricing.Around(556_100, 20_000, -4_000));
    }

    [Fact]
    public void Any_probability_and_spread_gives_executable_prices_that_sum_to_one_plus_the_spread()
    {
        var random = new Random(29);
        foreach (var spread in (int[])[200, 400, 20_000, 500_000])
        {
            for (var fair = 0; fair <= 1_000_000; fair += 7)
            {
                var shift = random.Next(3) * (random.Next(5_001) - 2_500) * 100;
                var pricing = QuotePricing.Around(fair, spread, shift);
                Assert.Equal(1_000_000 + spread, pricing.UpPpm + pricing.DownPpm);
                Assert.InRange(pricing.UpPpm, 100, 999_900);
                Assert.InRange(pricing.DownPpm, 100, 999_900);
                Assert.Equal(0, pricing.UpPpm % 100);
                Assert.True(Math.Abs(pricing.FairPpm - fair) <= 50);

                // Without an inventory, or with one that pays for itself, the maker sells nothing below fair value by
                // more than the rounding of the probability itself.
                if (Math.Abs(shift) <= spread / 2)
                {
                    Assert.True(pricing.UpPpm >= pricing.FairPpm || pricing.UpPpm == 999_900);
                    Assert.True(pricing.DownPpm >= 1_000_000 - pricing.FairPpm || pricing.DownPpm == 999_900);
                }
            }
        }
    }
}
