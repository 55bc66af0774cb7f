using Strikeline.Kernel;

namespace Strikeline.Prices;

/// <summary>The parameters of a <see cref="VolatilityEstimator"/>; volatilities are per square root of a
/// second.</summary>
/// <remarks>A volatility of 1e-4 is about 56 % a year.</remarks>
public sealed record VolatilityOptions
{
    /// <summary>After this many seconds a return weighs half; 120.</summary>
    public double HalfLifeSeconds { get; init; } = 120;

    /// <summary>The smallest estimate given out; 2e-5. A quiet minute does not make the next one certain.</summary>
    public double Floor { get; init; } = 2e-5;

    /// <summary>The estimate before the first return, which later returns displace by the half-life; 1e-4.</summary>
    public double Start { get; init; } = 1e-4;

    /// <summary>A gap longer than this many seconds gives no return: the price on its other side only starts anew;
    /// 10.</summary>
    public double MaxGapSeconds { get; init; } = 10;
}

/// <summary>Exponentially weighted volatility of one price, sampled once a second. Owned by one loop.</summary>
/// <remarks>Derivation: docs/fair-value.md. No allocation.</remarks>
public sealed class VolatilityEstimator(VolatilityOptions options)
{
    private double _variance = options.Start * options.Start;
    private double _lastPrice;
    private long _lastNanos;

    /// <summary>Standard deviation of the log price over one second, at least the floor.</summary>
    public double PerSqrtSecond => Math.Max(options.Floor, Math.Sqrt(_variance));

    /// <summary>The number of returns taken so far.</summary>
    public long Returns { get; private set; }

    /// <summary>Offers a price; the first of each second of the Unix clock is taken.</summary>
    /// <param name="priceE8">The composite in 10^-8; zero and less are ignored.</param>
    /// <param name="atNanos">Its time in nanoseconds since the Unix epoch; an earlier one than before is
    /// ignored.</param>
    /// <returns>True where the price was taken.</returns>
    public bool Offer(long priceE8, long atNanos)
    {
        if (priceE8 <= 0 || atNanos / Stamps.NanosPerSecond <= _lastNanos / Stamps.NanosPerSecond)
        {
            return false;
        }

        var seconds = (atNanos - _lastNanos) / (double)Stamps.NanosPerSecond;
        if (_lastPrice > 0 && seconds <= options.MaxGapSeconds)
        {
            var change = Math.Log(priceE8 / _lastPrice);
            var keep = Math.Pow(0.5, seconds / options.HalfLifeSeconds);
            _variance = (keep * _variance) + ((1 - keep) * change * change / seconds);
            Returns++;
        }

        (_lastPrice, _lastNanos) = (priceE8, atNanos);
        return true;
    }
}
