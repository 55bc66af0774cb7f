using Strikeline.Kernel;

namespace Strikeline.Venues.Kalshi;

/// <summary>Keeps requests below a venue's rate: a bucket of one token that fills at four fifths of it.</summary>
/// <param name="perSecond">The venue's rate.</param>
/// <remarks>
/// Feed loop only. As no more than one token is ever saved, no second holds more requests than the venue allows,
/// wherever
/// it begins.
/// </remarks>
internal sealed class KalshiBucket(int perSecond)
{
    private readonly long _spacingNanos = Stamps.NanosPerSecond * 5 / (4 * Math.Max(1, perSecond));
    private long _nextNanos;

    /// <summary>Takes the token; false where there is none yet.</summary>
    public bool TryTake(long nanos)
    {
        if (nanos < _nextNanos)
        {
            return false;
        }

        _nextNanos = nanos + _spacingNanos;
        return true;
    }

    /// <summary>The venue said that it was too much: nothing for a while.</summary>
    public void Rest(long nanos, TimeSpan wait) => _nextNanos = Math.Max(_nextNanos, nanos + wait.Nanos());
}
