using System.Collections.Concurrent;
using Strikeline.Kernel;

namespace Strikeline.Host.Web.Trading;

/// <summary>How much of what each key may do in a second, with a reserve for cancellations.</summary>
/// <remarks>Any thread. A bucket for each account and key name; as many as there are keys.</remarks>
/// <param name="changesPerSecond">Requests that change something.</param>
/// <param name="cancelsPerSecond">Cancellations beside them.</param>
/// <param name="clock">The time.</param>
internal sealed class RateLimits(int changesPerSecond, int cancelsPerSecond, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Buckets> _buckets = new(StringComparer.Ordinal);

    /// <summary>Takes one; false where it must wait.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="isCancel">True for what may use the reserve.</param>
    public bool TryTake(string key, bool isCancel)
    {
        var buckets = _buckets.GetOrAdd(key, _ => new Buckets(
            new Bucket(changesPerSecond, clock.UnixNanos()), new Bucket(cancelsPerSecond, clock.UnixNanos())));
        var now = clock.UnixNanos();
        return buckets.Changes.TryTake(now) || (isCancel && buckets.Cancels.TryTake(now));
    }

    private sealed record Buckets(Bucket Changes, Bucket Cancels);

    /// <summary>Fills by so many a second, up to what two seconds bring.</summary>
    private sealed class Bucket(int perSecond, long startNanos)
    {
        private readonly Lock _gate = new();
        private readonly long _each = Stamps.NanosPerSecond / perSecond;
        private long _emptyAt = startNanos - (2 * Stamps.NanosPerSecond);

        public bool TryTake(long now)
        {
            lock (_gate)
            {
                // Level by the time at which it would have been empty: one number, nothing to refill.
                var from = Math.Max(_emptyAt, now - (2 * Stamps.NanosPerSecond));
                if (from + _each > now)
                {
                    return false;
                }

                _emptyAt = from + _each;
                return true;
            }
        }
    }
}
