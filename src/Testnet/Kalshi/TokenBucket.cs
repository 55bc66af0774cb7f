using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>Tokens that come back at a steady rate up to a most. Under the floor's lock.</summary>
internal sealed class TokenBucket(long capacity, long perSecond)
{
    private readonly long _capacityNanos = capacity * (Stamps.NanosPerSecond / perSecond);
    private readonly long _nanosPerToken = Stamps.NanosPerSecond / perSecond;
    private long _fullAtNanos;

    /// <summary>Takes tokens; false where there are too few, and none is taken.</summary>
    public bool TryTake(long tokens, long nowNanos)
    {
        var full = Math.Max(_fullAtNanos, nowNanos) + (tokens * _nanosPerToken);
        if (full - nowNanos > _capacityNanos)
        {
            return false;
        }

        _fullAtNanos = full;
        return true;
    }
}
