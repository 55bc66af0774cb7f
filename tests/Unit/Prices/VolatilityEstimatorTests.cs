using Strikeline.Prices;

namespace Strikeline.Unit.Prices;

public sealed class VolatilityEstimatorTests
{
    private const long Second = Stamps.NanosPerSecond;

    [Fact]
    public void It_finds_the_volatility_of_a_seeded_walk()
    {
        var random = new Random(5);
        var estimator = new VolatilityEstimator(new VolatilityOptions { HalfLifeSeconds = 1_000 });
        var price = 76_300e8;
        for (var second = 1L; second <= 20_000; second++)
        {
            var normal = random.Normal();
            price *= Math.Exp(3e-4 * normal);
            estimator.Offer((long)price, second * Second);
        }

        Assert.InRange(estimator.PerSqrtSecond, 2.8e-4, 3.2e-4);
        Assert.Equal(19_999, estimator.Returns);
    }

    [Fact]
    public void It_begins_at_the_start_value_and_never_falls_below_the_floor()
    {
        var estimator = new VolatilityEstimator(new VolatilityOptions());
        Assert.Equal(1e-4, estimator.PerSqrtSecond, 1e-12);
        for (var second = 1L; second < 10_000; second++)
        {
            estimator.Offer(100, second * Second);
        }

        Assert.Equal(2e-5, estimator.PerSqrtSecond);
    }

    [Fact]
    public void It_samples_once_a_second_and_takes_no_return_over_a_gap()
    {
        var estimator = new VolatilityEstimator(new VolatilityOptions());
        Assert.True(estimator.Offer(100, 10 * Second));
        Assert.False(estimator.Offer(200, (10 * Second) + 999_999_999));
        Assert.False(estimator.Offer(200, 9 * Second));
        Assert.False(estimator.Offer(0, 11 * Second));
        Assert.True(estimator.Offer(100, 11 * Second));
        Assert.Equal(1, estimator.Returns);
        Assert.True(estimator.Offer(200, 22 * Second));
        Assert.Equal(1, estimator.Returns);
    }
}
