namespace Strikeline.Prices;

/// <summary>The fair value of a contract that pays one unit when a value ends at or above a bound.</summary>
/// <remarks>Any thread. Derivation: docs/fair-value.md.</remarks>
public static class DigitalOption
{
    private const int Million = 1_000_000;

    /// <summary>Probability that a lognormal value ends at or above <paramref name="bound"/>.</summary>
    /// <param name="expected">The value's mean, for a price without drift the price now; more than zero, in any
    /// unit.</param>
    /// <param name="bound">The bound in the unit of <paramref name="expected"/>; a bound of zero or less is always
    /// reached.</param>
    /// <param name="deviation">Standard deviation of the value's logarithm; zero or more.</param>
    /// <returns>A probability; exactly 0 or 1 where no variance is left, and 1 at the bound.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The mean is not positive, the deviation negative, or an argument
    /// not finite.</exception>
    public static double UpProbability(double expected, double bound, double deviation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(expected);
        ArgumentOutOfRangeException.ThrowIfNegative(deviation);
        if (!double.IsFinite(expected) || !double.IsFinite(bound) || !double.IsFinite(deviation))
        {
            throw new ArgumentOutOfRangeException(nameof(expected), "the arguments of a probability must be finite");
        }

        return bound <= 0 ? 1
            : deviation == 0 ? (expected >= bound ? 1 : 0)
            : NormalDistribution.Cumulative((Math.Log(expected / bound) / deviation) - (0.5 * deviation));
    }

    /// <summary>A probability in parts per million, rounded to the nearest, within 0 to 1,000,000.</summary>
    public static int ToPpm(double probability) =>
        (int)Math.Clamp(Math.Round(probability * Million, MidpointRounding.AwayFromZero), 0, Million);
}
