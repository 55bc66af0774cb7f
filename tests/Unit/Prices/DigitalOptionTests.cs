using Strikeline.Prices;

namespace Strikeline.Unit.Prices;

public sealed class DigitalOptionTests
{
    [Fact]
    public void The_probability_agrees_with_a_seeded_simulation_within_half_a_point()
    {
        var random = new Random(3);
        var normals = new double[Counts.Of(1_000_000, 200_000)];
        for (var i = 0; i < normals.Length; i++)
        {
            normals[i] = random.Normal();
        }

        foreach (var moneyness in (double[])[0.99, 0.998, 1.0, 1.001, 1.01])
        {
            foreach (var vol in (double[])[2e-5, 1e-4, 5e-4])
            {
                foreach (var seconds in (double[])[1, 60, 300, 900])
                {
                    var strike = 76_300 * moneyness;
                    var deviation = vol * Math.Sqrt(seconds);
                    var drift = -deviation * deviation / 2;
                    var paid = normals.Count(z => 76_300 * Math.Exp(drift + (deviation * z)) >= strike);
                    var up = (double)paid / normals.Length;
                    var fair = DigitalOption.UpProbability(76_300, strike, deviation);
                    Assert.True(
                        Math.Abs(fair - up) < 0.005,
                        $"moneyness {moneyness} vol {vol} seconds {seconds}: {fair} against {up}");
                }
            }
        }
    }

    [Theory]
    [InlineData(100, 100, 0, 1)]
    [InlineData(100, 100.01, 0, 0)]
    [InlineData(99.99, 100, 0, 0)]
    [InlineData(1e-8, 1e9, 1e-3, 0)]
    [InlineData(1e9, 1e-8, 1e-3, 1)]
    [InlineData(100, 0, 1e-3, 1)]
    [InlineData(100, -5, 0, 1)]
    public void Limits_are_exact(double expected, double bound, double deviation, double probability) =>
        Assert.Equal(probability, DigitalOption.UpProbability(expected, bound, deviation));

    // Reference values of the normal distribution to 15 digits, from mathematical tables.
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.841344746068543)]
    [InlineData(-1, 0.158655253931457)]
    [InlineData(2, 0.977249868051821)]
    [InlineData(-3, 0.00134989803163009)]
    [InlineData(-4, 3.16712418331199e-5)]
    [InlineData(5, 0.999999713348428)]
    public void The_normal_distribution_is_right_to_many_digits(double x, double expected)
    {
        // With a deviation of d and no drift correction left, the argument of the distribution is exactly x.
        const double Deviation = 0.01;
        var spot = Math.Exp((x * Deviation) + (Deviation * Deviation / 2));
        Assert.Equal(expected, DigitalOption.UpProbability(spot, 1, Deviation), 1e-12);
    }

    [Fact]
    public void The_probability_never_falls_as_spot_rises()
    {
        var last = 0.0;
        for (var spot = 90_000; spot <= 110_000; spot++)
        {
            var now = DigitalOption.UpProbability(spot, 100_000, 1e-3);
            Assert.True(now >= last, $"{spot}: {now} after {last}");
            last = now;
        }
    }

    [Fact]
    public void Impossible_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => DigitalOption.UpProbability(0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => DigitalOption.UpProbability(1, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => DigitalOption.UpProbability(1, 1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => DigitalOption.UpProbability(1, double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => DigitalOption.UpProbability(double.PositiveInfinity, 1, 1));
    }

    [Fact]
    public void Parts_per_million_are_rounded_to_the_nearest()
    {
        Assert.Equal(0, DigitalOption.ToPpm(0));
        Assert.Equal(556_101, DigitalOption.ToPpm(0.5561006));
        Assert.Equal(1_000_000, DigitalOption.ToPpm(1));
    }
}
