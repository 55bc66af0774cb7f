using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>Tokens that come back at a steady rate up to a most. Under the floor's lock.</summary>
internal sealed class TokenBucket(int burst, int perSecond)
{
    private readonly long _nanosPerToken = Stamps.NanosPerSecond / perSecond;
    private long _emptyNanos;

    /// <summary>Takes tokens; false where there are too few, and none is taken.</summary>
    public bool TryTake(int tokens, long nowNanos)
    {
        var full = Math.Max(_emptyNanos, nowNanos - (burst * _nanosPerToken));
        if (full + (tokens * _nanosPerToken) > nowNanos)
        {
            return false;
        }

        _emptyNanos = full + (tokens * _nanosPerToken);
        return true;
    }

    /// <summary>Tokens that are there now.</summary>
    public long Left(long nowNanos) => Math.Min(burst, Math.Max(0, (nowNanos - _emptyNanos) / _nanosPerToken));

    /// <summary>When so many will be there, Unix seconds rounded up.</summary>
    public long ResetSeconds(int tokens, long nowNanos)
    {
        var at = Math.Max(nowNanos, _emptyNanos + (tokens * _nanosPerToken));
        return (at + Stamps.NanosPerSecond - 1) / Stamps.NanosPerSecond;
    }
}
