using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>Tokens that come back at a steady rate up to a most. Under the floor's lock.</summary>
internal sealed class TokenBucket(int burst, int perSecond)
{
    private readonly long _nanosPerToken = Stamps.NanosPerSecond / perSecond;
    private long _fullNanos;

    /// <summary>Takes tokens; false where there are too few, and none is taken.</summary>
    public bool TryTake(int tokens, long nowNanos)
    {
        var full = Math.Max(_fullNanos, nowNanos) + (tokens * _nanosPerToken);
        if (full - nowNanos > burst * _nanosPerToken)
        {
            return false;
        }

        _fullNanos = full;
        return true;
    }

    /// <summary>Tokens that are there now.</summary>
    public long Left(long nowNanos) =>
        Math.Clamp(((burst * _nanosPerToken) + nowNanos - _fullNanos) / _nanosPerToken, 0, burst);

    /// <summary>When so many will be there, Unix seconds rounded up.</summary>
    public long ResetSeconds(int tokens, long nowNanos)
    {
        var at = Math.Max(nowNanos, _fullNanos - ((burst - tokens) * _nanosPerToken));
        return (at + Stamps.NanosPerSecond - 1) / Stamps.NanosPerSecond;
    }
}
