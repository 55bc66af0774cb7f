using Strikeline.Kernel;

namespace Strikeline.Prices;

/// <summary>The closing window of one expiry: the samples that are known, and the probability that the mean of all
/// ends at or above a strike.</summary>
/// <remarks>
/// Owned by one loop. The window is the whole seconds before the expiry; the sample of a second is the first price that
/// is offered in it, and a second without a price drops out of the mean. Samples are summed as integers. No
/// allocation. Derivation: docs/fair-value.md.
/// </remarks>
public sealed class ClosingWindow
{
    private readonly long _firstSecond;
    private readonly long _expirySecond;
    private Int128 _sumE8;
    private long _lastSecond;

    /// <summary>Makes a window without samples.</summary>
    /// <param name="expiryNanos">The expiry in nanoseconds since the Unix epoch, on a whole second.</param>
    /// <param name="seconds">Length of the window, which is also the number of its samples; more than zero.</param>
    public ClosingWindow(long expiryNanos, int seconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds);
        if (expiryNanos % Stamps.NanosPerSecond != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(expiryNanos), expiryNanos, "an expiry is a whole second");
        }

        ExpiryNanos = expiryNanos;
        _expirySecond = expiryNanos / Stamps.NanosPerSecond;
        _firstSecond = _expirySecond - seconds;
        _lastSecond = _firstSecond - 1;
    }

    /// <summary>The expiry in nanoseconds since the Unix epoch.</summary>
    public long ExpiryNanos { get; }

    /// <summary>The number of samples taken so far.</summary>
    public int Taken { get; private set; }

    /// <summary>Offers a price; the first of each second of the window is taken.</summary>
    /// <param name="priceE8">The composite in 10^-8; zero and less are ignored.</param>
    /// <param name="atNanos">Its time in nanoseconds since the Unix epoch; one outside of the window, or in a second
    /// not after the newest sample's, is ignored.</param>
    /// <returns>True where the price was taken.</returns>
    public bool Offer(long priceE8, long atNanos)
    {
        var second = atNanos / Stamps.NanosPerSecond;
        if (priceE8 <= 0 || second <= _lastSecond || second >= _expirySecond)
        {
            return false;
        }

        _sumE8 += priceE8;
        _lastSecond = second;
        Taken++;
        return true;
    }

    /// <summary>Probability that the mean of the samples known and to come is at or above a strike.</summary>
    /// <param name="spotE8">The price now in 10^-8; more than zero. It stands for the sample of the second that is
    /// running where that has none yet.</param>
    /// <param name="strikeE8">The strike in 10^-8; more than zero.</param>
    /// <param name="volPerSqrtSecond">Standard deviation of the log price over one second; zero or more.</param>
    /// <param name="nowNanos">Nanoseconds since the Unix epoch.</param>
    /// <returns>A probability; exactly 0 or 1 where no sample is to come, and 1 where the mean is the
    /// strike.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A price is not positive, or the volatility is no such
    /// number.</exception>
    /// <exception cref="InvalidOperationException">The expiry is over and no sample was taken: there is no
    /// mean.</exception>
    public double UpProbability(long spotE8, long strikeE8, double volPerSqrtSecond, long nowNanos)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(spotE8);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(strikeE8);
        var (sum, known, last) = (_sumE8, Taken, _lastSecond);
        var second = nowNanos / Stamps.NanosPerSecond;
        if (second > last && second < _expirySecond)
        {
            (sum, known, last) = (sum + spotE8, known + 1, second);
        }

        // A second that is over without a sample is neither known nor to come.
        var next = Math.Max(last, second) + 1;
        var coming = Math.Max(0, _expirySecond - next);
        if (known + coming == 0)
        {
            throw new InvalidOperationException("an expiry that is over without a sample has no mean");
        }

        var needed = ((Int128)strikeE8 * (known + coming)) - sum;
        if (coming == 0)
        {
            return needed <= 0 ? 1 : 0;
        }

        var wait = ((next * Stamps.NanosPerSecond) - nowNanos) / (double)Stamps.NanosPerSecond;
        var seconds = wait + ((coming - 1) * ((2 * coming) - 1) / (6.0 * coming));
        return DigitalOption.UpProbability(
            spotE8, (double)needed / coming, volPerSqrtSecond * Math.Sqrt(seconds));
    }
}
