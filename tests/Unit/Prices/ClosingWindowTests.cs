using Strikeline.Prices;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Prices;

/// <summary>The probability that the mean of the closing window's samples ends at or above a strike.</summary>
public sealed class ClosingWindowTests
{
    private const long Second = Stamps.NanosPerSecond;
    private const long Expiry = 1_700_000_400;
    private const long Spot = 7_630_000_000_000;
    private const int Samples = 60;

    // What the simulation may differ by: one error of the formula, aimed at, and four of the simulation's own.
    private const double FormulaError = 0.002;
    private const double Errors = 4;

    [Theory]
    [InlineData(900, 0)]
    [InlineData(240.3, 0)]
    [InlineData(61, 0)]
    [InlineData(59.5, 0)]
    [InlineData(45.25, 5e-4)]
    [InlineData(30, -1e-3)]
    [InlineData(10.75, 3e-4)]
    [InlineData(2.5, -2e-4)]
    [InlineData(1.9, 1e-4)]
    public void It_agrees_with_a_seeded_simulation(double secondsToExpiry, double pastMove)
    {
        var now = (Expiry * Second) - (long)(secondsToExpiry * Second);
        var window = new ClosingWindow(Expiry * Second, Samples);
        var past = 0.0;
        var known = 0;
        for (var second = Expiry - Samples; second <= now / Second; second++)
        {
            // Samples around a level away from spot, so that the known part matters.
            var price = (long)(Spot * (1 + pastMove + (1e-4 * Math.Sin(second))));
            Assert.True(window.Offer(price, second * Second));
            past += price;
            known++;
        }

        var random = new Random(41);
        var paths = Counts.Of(1_000_000, 20_000);
        double[] vols = [2e-5, 1e-4, 5e-4];
        double[] widths = [-1.5, -0.7, -0.25, 0, 0.25, 0.7, 1.5];
        var first = Math.Max(Expiry - Samples, (now / Second) + 1);
        var coming = (int)(Expiry - first);
        var wait = ((first * Second) - now) / (double)Second;

        // Strikes in deviations around the mean that is expected, so that no case is decided in advance.
        var centre = (past + ((double)coming * Spot)) / Samples;
        var strikes = vols.Select(vol => widths.Select(width =>
            (long)(centre + (width * Spot * vol * Math.Sqrt(wait + (coming / 3.0)) * coming / Samples))).ToArray()).ToArray();
        var paid = new int[vols.Length, widths.Length];
        var logs = new double[coming];
        for (var path = 0; path < paths; path++)
        {
            var walk = 0.0;
            for (var i = 0; i < coming; i++)
            {
                walk += random.Normal() * (i == 0 ? Math.Sqrt(wait) : 1);
                logs[i] = walk;
            }

            for (var v = 0; v < vols.Length; v++)
            {
                var sum = past;
                for (var i = 0; i < coming; i++)
                {
                    sum += Spot * Math.Exp((vols[v] * logs[i]) - (vols[v] * vols[v] * (wait + i) / 2));
                }

                for (var w = 0; w < widths.Length; w++)
                {
                    paid[v, w] += sum / Samples >= strikes[v][w] ? 1 : 0;
                }
            }
        }

        Assert.Equal(Samples, known + coming);
        for (var v = 0; v < vols.Length; v++)
        {
            for (var w = 0; w < widths.Length; w++)
            {
                var up = (double)paid[v, w] / paths;
                var fair = window.UpProbability(Spot, strikes[v][w], vols[v], now);
                var limit = FormulaError + (Errors * Math.Sqrt(fair * (1 - fair) / paths));
                Assert.True(Math.Abs(fair - up) < limit, $"vol {vols[v]} width {widths[w]}: {fair} against {up}");
            }
        }
    }

    // With two samples to come the second can be integrated out exactly: the formula without the noise of a simulation.
    [Fact]
    public void It_agrees_with_an_integral_over_two_samples_to_a_hundredth_of_a_point()
    {
        const double Step = 1e-3;
        foreach (var vol in (double[])[2e-5, 1e-4, 5e-4])
        {
            foreach (var width in (double[])[-2, -0.5, 0, 0.5, 2])
            {
                var strike = (long)(Spot * (1 + (width * vol)));
                var sum = 0.0;
                for (var z = -8.0; z <= 8.0; z += Step)
                {
                    var one = Spot * Math.Exp((vol * z) - (vol * vol / 2));
                    var rest = DigitalOption.UpProbability(one, (2.0 * strike) - one, vol);
                    sum += rest * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * Step;
                }

                var window = new ClosingWindow(Expiry * Second, 2);
                Assert.Equal(sum, window.UpProbability(Spot, strike, vol, (Expiry - 3) * Second), 1e-4);
            }
        }
    }

    [Fact]
    public void One_sample_is_the_price_one_second_before_the_expiry()
    {
        var window = new ClosingWindow(Expiry * Second, 1);
        Assert.Equal(
            DigitalOption.UpProbability(Spot, Spot + 1_000_000_000, 1e-4 * Math.Sqrt(299)),
            window.UpProbability(Spot, Spot + 1_000_000_000, 1e-4, (Expiry - 300) * Second));
    }

    [Fact]
    public void Samples_are_the_first_price_of_each_second_of_the_window_alone()
    {
        var window = new ClosingWindow(Expiry * Second, Samples);
        Assert.False(window.Offer(100, ((Expiry - Samples) * Second) - 1));
        Assert.False(window.Offer(0, (Expiry - Samples) * Second));
        Assert.True(window.Offer(100, ((Expiry - Samples) * Second) + 999_999_999));
        Assert.False(window.Offer(200, (Expiry - Samples) * Second));
        Assert.True(window.Offer(200, (Expiry - 1) * Second));
        Assert.False(window.Offer(300, (Expiry * Second) - 1));
        Assert.False(window.Offer(300, Expiry * Second));
        Assert.Equal(2, window.Taken);
    }

    [Fact]
    public void A_known_mean_is_decided_exactly_and_UP_wins_at_the_strike()
    {
        var window = Filled(Expiry - Samples, Samples, Spot);
        foreach (var now in (long[])[(Expiry - 1) * Second, (Expiry * Second) - 1, (Expiry + 9) * Second])
        {
            Assert.Equal(1, window.UpProbability(Spot / 2, Spot, 1e-4, now));
            Assert.Equal(0, window.UpProbability(Spot * 2, Spot + 1, 1e-4, now));
        }

        // One atom less in one sample of sixty: the mean is below the strike by a sixtieth of an atom, and DOWN wins.
        var below = Filled(Expiry - Samples, Samples - 1, Spot);
        Assert.True(below.Offer(Spot - 1, (Expiry - 1) * Second));
        Assert.Equal(0, below.UpProbability(Spot, Spot, 1e-4, Expiry * Second));
    }

    [Fact]
    public void A_strike_that_no_price_can_miss_any_more_is_certain()
    {
        var window = Filled(Expiry - Samples, 31, Spot);
        Assert.Equal(1, window.UpProbability(1, Spot / 2, 1e-4, (Expiry - 30) * Second));
        Assert.True(window.UpProbability(1, (Spot / 2) + Spot, 1e-4, (Expiry - 30) * Second) < 1e-9);
    }

    [Fact]
    public void A_second_without_a_price_drops_out_of_the_mean()
    {
        // Ten seconds at one level, twenty missing, then a second: what is left counts for 1 + 10 + 29 samples, not 60.
        var window = Filled(Expiry - 60, 10, Spot - 40);
        Assert.True(window.Offer(Spot, (Expiry - 30) * Second));
        var short40 = new ClosingWindow(Expiry * Second, 40);
        for (var second = Expiry - 40; second < Expiry - 30; second++)
        {
            Assert.True(short40.Offer(Spot - 40, second * Second));
        }

        Assert.True(short40.Offer(Spot, (Expiry - 30) * Second));
        var now = ((Expiry - 30) * Second) + (Second / 2);
        Assert.Equal(
            short40.UpProbability(Spot, Spot - 12, 1e-4, now), window.UpProbability(Spot, Spot - 12, 1e-4, now));

        // Of all known samples the mean is Spot - 36.36…: the missing ones are not zeros.
        Assert.Equal(1, window.UpProbability(Spot, Spot - 37, 1e-4, Expiry * Second));
        Assert.Equal(0, window.UpProbability(Spot, Spot - 36, 1e-4, Expiry * Second));
    }

    [Fact]
    public void The_price_stands_for_the_second_that_is_running_until_it_has_a_sample()
    {
        var window = Filled(Expiry - Samples, 30, Spot);
        var now = ((Expiry - 30) * Second) + (Second / 4);
        var before = window.UpProbability(Spot + 5_000_000_000, Spot + 1_000_000_000, 1e-4, now);
        Assert.True(window.Offer(Spot + 5_000_000_000, now));
        Assert.Equal(before, window.UpProbability(Spot + 5_000_000_000, Spot + 1_000_000_000, 1e-4, now));
        Assert.Equal(1, Filled(Expiry - Samples, 59, Spot).UpProbability(Spot, Spot, 1e-4, (Expiry - 1) * Second));
    }

    [Fact]
    public void It_never_falls_as_spot_rises_nor_rises_with_the_strike()
    {
        foreach (var left in (long[])[600, 61, 60, 45, 10, 2, 1])
        {
            var window = Filled(Expiry - Samples, (int)Math.Max(0, Samples - left), Spot);
            var now = ((Expiry - left) * Second) + (Second / 3);
            var last = 0.0;
            for (var spot = Spot - 40_000_000_000; spot <= Spot + 40_000_000_000; spot += 100_000_000)
            {
                var fair = window.UpProbability(spot, Spot, 1e-4, now);
                Assert.True(fair >= last, $"{left} s, spot {spot}: {fair} after {last}");
                last = fair;
            }

            last = 1;
            for (var strike = Spot - 40_000_000_000; strike <= Spot + 40_000_000_000; strike += 100_000_000)
            {
                var fair = window.UpProbability(Spot, strike, 1e-4, now);
                Assert.True(fair <= last, $"{left} s, strike {strike}: {fair} after {last}");
                last = fair;
            }
        }
    }

    [Fact]
    public void It_converges_to_the_outcome()
    {
        var random = new Random(43);
        for (var trial = 0; trial < 200; trial++)
        {
            var window = new ClosingWindow(Expiry * Second, Samples);
            var spot = (double)Spot;
            Int128 sum = 0;
            var fair = 0.0;
            for (var second = Expiry - 200; second < Expiry; second++)
            {
                spot *= Math.Exp(1e-4 * random.Normal());
                sum += window.Offer((long)spot, second * Second) ? (long)spot : 0;
                fair = window.UpProbability((long)spot, Spot, 1e-4, second * Second);
                if (second == Expiry - 200)
                {
                    Assert.InRange(fair, 0.3, 0.7);
                }
            }

            Assert.Equal(sum >= (Int128)Samples * Spot ? 1 : 0, fair);
        }
    }

    [Fact]
    public void Longest_window_and_largest_prices_fit()
    {
        const int Week = 604_800;
        const long Largest = 100_000_000_000_000_000;
        var window = Filled(Expiry - Week, Week, Largest);
        Assert.Equal(1, window.UpProbability(Largest, Largest, 1e-4, Expiry * Second));
        Assert.Equal(0, window.UpProbability(Largest, Largest + 1, 1e-4, Expiry * Second));
        var fresh = new ClosingWindow(Expiry * Second, Week);
        Assert.InRange(fresh.UpProbability(Largest, Largest, 1e-4, (Expiry - Week) * Second), 0.4, 0.5);
    }

    [Fact]
    public void Impossible_arguments_are_refused()
    {
        var window = new ClosingWindow(Expiry * Second, Samples);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClosingWindow(Expiry * Second, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClosingWindow((Expiry * Second) + 1, Samples));
        Assert.Throws<ArgumentOutOfRangeException>(() => window.UpProbability(Spot, 0, 1e-4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => window.UpProbability(-1, Spot, 1e-4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => window.UpProbability(Spot, Spot, double.NaN, 0));

        // An expiry without a single sample is for the rule of settlement to decide, not for a guess.
        Assert.Throws<InvalidOperationException>(() => window.UpProbability(Spot, Spot, 1e-4, Expiry * Second));
    }

    [Fact]
    public void A_probability_allocates_nothing()
    {
        var window = Filled(Expiry - Samples, 20, Spot);
        var total = 0.0;
        void Pass()
        {
            for (var i = 0; i < 10_000; i++)
            {
                total += window.UpProbability(Spot, Spot + i, 1e-4, (Expiry - 40) * Second);
            }
        }

        Pass();
        Assert.Equal(0, Allocated.By(Pass));
        Assert.True(total > 0);
    }

    private static ClosingWindow Filled(long firstSecond, int seconds, long price)
    {
        var window = new ClosingWindow(Expiry * Second, (int)Math.Max(Samples, Expiry - firstSecond));
        for (var second = firstSecond; second < firstSecond + seconds; second++)
        {
            Assert.True(window.Offer(price, second * Second));
        }

        return window;
    }
}
