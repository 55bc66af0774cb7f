using System.Collections.Concurrent;
using System.Net;
using Strikeline.Kernel;

namespace Strikeline.Host.Web.Trading;

/// <summary>How much of what each key may do in a second, with a reserve for cancellations.</summary>
/// <remarks>Any thread. A bucket for each account and key name; as many as there are keys.</remarks>
/// <param name="changesPerSecond">Requests that change something.</param>
/// <param name="cancelsPerSecond">Cancellations beside them.</param>
/// <param name="clock">The time.</param>
internal sealed class RateLimits(int changesPerSecond, int cancelsPerSecond, TimeProvider clock)
{
    private const int MostFailing = 10_000;
    private const int NetworkBytes = 8;

    private readonly ConcurrentDictionary<string, Buckets> _buckets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Key, string From), Bucket> _failures = new();
    private long _sweptNanos;
    private int _places;

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

    /// <summary>False where too many requests of a key came from an address without the signature that they need: they
    /// are counted on their own, as many in a second as the key may do changes, so that they cost the key's owner
    /// nothing who is elsewhere.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="from">Where it comes from; of an IPv6 address the network.</param>
    public bool MayFail(string key, IPAddress? from)
    {
        var isKnown = _failures.TryGetValue((key, Network(from)), out var bucket)
            || (Volatile.Read(ref _places) >= MostFailing && _failures.TryGetValue((key, string.Empty), out bucket));
        return !isKnown || bucket!.HasOne(clock.UnixNanos());
    }

    /// <summary>Counts a request without the signature that it needs.</summary>
    public void Fail(string key, IPAddress? from)
    {
        var now = clock.UnixNanos();
        var swept = Volatile.Read(ref _sweptNanos);
        if (Volatile.Read(ref _places) >= MostFailing && now - swept > Stamps.NanosPerSecond
            && Interlocked.CompareExchange(ref _sweptNanos, now, swept) == swept)
        {
            foreach (var (place, bucket) in _failures)
            {
                if (bucket.IsFull(now))
                {
                    _failures.TryRemove(place, out _);
                }
            }

            Volatile.Write(ref _places, _failures.Count);
        }

        // With so many addresses at it at once, new ones share what is left.
        var network = Network(from);
        if (!_failures.ContainsKey((key, network)) && Volatile.Read(ref _places) >= MostFailing)
        {
            network = string.Empty;
        }

        _failures.GetOrAdd((key, network), _ => Counted(now)).TryTake(now);
    }

    private Bucket Counted(long now)
    {
        Interlocked.Increment(ref _places);
        return new Bucket(changesPerSecond, now);
    }

    private static string Network(IPAddress? from) => from is null ? string.Empty
        : from.IsIPv4MappedToIPv6 || from.GetAddressBytes() is not { Length: > NetworkBytes } bytes
            ? from.MapToIPv4().ToString()
            : Convert.ToHexString(bytes, 0, NetworkBytes);

    private sealed record Buckets(Bucket Changes, Bucket Cancels);

    /// <summary>Fills by so many a second, up to what two seconds bring.</summary>
    private sealed class Bucket(int perSecond, long startNanos)
    {
        private readonly Lock _gate = new();
        private readonly long _each = Stamps.NanosPerSecond / perSecond;
        private long _emptyAt = startNanos - (2 * Stamps.NanosPerSecond);

        public bool HasOne(long now)
        {
            lock (_gate)
            {
                return From(now) + _each <= now;
            }
        }

        public bool IsFull(long now)
        {
            lock (_gate)
            {
                return From(now) == now - (2 * Stamps.NanosPerSecond);
            }
        }

        public bool TryTake(long now)
        {
            lock (_gate)
            {
                // Level by the time at which it would have been empty: one number, nothing to refill.
                var from = From(now);
                if (from + _each > now)
                {
                    return false;
                }

                _emptyAt = from + _each;
                return true;
            }
        }

        private long From(long now) => Math.Max(_emptyAt, now - (2 * Stamps.NanosPerSecond));
    }
}
