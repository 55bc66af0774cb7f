namespace Strikeline.Prices;

/// <summary>The fair value of a contract that pays one unit when the price ends at or above a strike.</summary>
/// <remarks>Any thread. Derivation: docs/fair-value.md.</remarks>
public static class DigitalOption
{
    private const int Million = 1_000_000;

    /// <summary>Probability that a driftless lognormal price ends at or above <paramref name="strike"/>.</summary>
    /// <param name="spot">The price now; more than zero, in any unit.</param>
    /// <param name="strike">The strike in the unit of <paramref name="spot"/>; more than zero.</param>
    /// <param name="volPerSqrtSecond">Standard deviation of the log price over one second; zero or more.</param>
    /// <param name="seconds">Time to expiry in seconds; zero and less mean that the price is final.</param>
    /// <returns>A probability; exactly 0 or 1 where no variance is left, and 1 at the strike.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A price is not positive, or an argument is not finite.</exception>
    public static double UpProbability(double spot, double strike, double volPerSqrtSecond, double seconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(spot);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(strike);
        ArgumentOutOfRangeException.ThrowIfNegative(volPerSqrtSecond);
        if (!double.IsFinite(spot) || !double.IsFinite(strike) || !double.IsFinite(volPerSqrtSecond)
            || double.IsNaN(seconds))
        {
            throw new ArgumentOutOfRangeException(nameof(spot), "the arguments of a probability must be finite");
        }

        var deviation = seconds <= 0 ? 0 : volPerSqrtSecond * Math.Sqrt(seconds);
        return deviation == 0
            ? (spot >= strike ? 1 : 0)
            : NormalDistribution.Cumulative((Math.Log(spot / strike) / deviation) - (0.5 * deviation));
    }

    /// <summary>A probability in parts per million, rounded to the nearest, within 0 to 1,000,000.</summary>
    public static int ToPpm(double probability) =>
        (int)Math.Clamp(Math.Round(probability * Million, MidpointRounding.AwayFromZero), 0, Million);
}
