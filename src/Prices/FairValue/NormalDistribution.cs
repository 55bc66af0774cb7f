namespace Strikeline.Prices;

/// <summary>The standard normal distribution.</summary>
internal static class NormalDistribution
{
    // Beyond this the series loses digits to cancellation, and the continued fraction converges in a few dozen steps.
    private const double SeriesLimit = 3.0;
    private const int FractionSteps = 60;

    // The smallest normal double is about e^-708: farther out the tail is zero in any arithmetic that we use.
    private const double Farthest = 37.5;

    private static readonly double InverseRootTwoPi = 1 / Math.Sqrt(2 * Math.PI);

    /// <summary>Probability that a standard normal variable is at most <paramref name="x"/>; absolute error below
    /// 1e-14.</summary>
    /// <remarks>Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.11 (series) and 26.2.14
    /// (continued fraction).</remarks>
    public static double Cumulative(double x)
    {
        var distance = Math.Abs(x);
        if (distance > Farthest)
        {
            return x > 0 ? 1 : 0;
        }

        var density = InverseRootTwoPi * Math.Exp(-0.5 * x * x);
        if (distance <= SeriesLimit)
        {
            var term = x;
            var sum = x;
            for (var n = 3; Math.Abs(term) > 1e-17; n += 2)
            {
                term *= x * x / n;
                sum += term;
            }

            return 0.5 + (density * sum);
        }

        var fraction = distance;
        for (var step = FractionSteps; step > 0; step--)
        {
            fraction = distance + (step / fraction);
        }

        var tail = density / fraction;
        return x > 0 ? 1 - tail : tail;
    }
}
