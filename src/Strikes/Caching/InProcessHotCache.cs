using System.Collections.Concurrent;

namespace Strikeline.Strikes;

/// <summary>The hot cache of a program on its own. A value that is over is never given out, and leaves without being
/// asked for.</summary>
public sealed class InProcessHotCache : IHotCache, IDisposable
{
    /// <summary>The most keys by default.</summary>
    public const int DefaultMaxEntries = 65_536;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, Held> _held = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private readonly int _maxEntries;
    private readonly ITimer _sweeper;
    private int _entries;
    private long _writes;
    private long _dropped;

    /// <summary>Makes it, empty.</summary>
    /// <param name="clock">The clock by which values expire.</param>
    /// <param name="maxEntries">The most keys: a further one is dropped and counted until others have expired.</param>
    public InProcessHotCache(TimeProvider clock, int maxEntries = DefaultMaxEntries)
    {
        (_clock, _maxEntries) = (clock, maxEntries);
        _sweeper = clock.CreateTimer(_ => Sweep(), null, SweepEvery, SweepEvery);
    }

    /// <inheritdoc/>
    public HotCacheCounts Counts => new(
        Interlocked.Read(ref _writes), 0, Interlocked.Read(ref _dropped), Volatile.Read(ref _entries), true);

    private long NowMs => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public void Set(string key, ReadOnlyMemory<byte> value, long expiryMs)
    {
        if (expiryMs <= NowMs)
        {
            Delete(key);
            return;
        }

        var held = new Held(value, expiryMs);
        while (!_held.TryGetValue(key, out var before) || !_held.TryUpdate(key, held, before))
        {
            if (Interlocked.Increment(ref _entries) > _maxEntries)
            {
                Interlocked.Decrement(ref _entries);
                Interlocked.Increment(ref _dropped);
                return;
            }

            if (_held.TryAdd(key, held))
            {
                break;
            }

            Interlocked.Decrement(ref _entries);
        }

        Interlocked.Increment(ref _writes);
    }

    /// <inheritdoc/>
    public void Delete(string key)
    {
        if (_held.TryRemove(key, out _))
        {
            Interlocked.Decrement(ref _entries);
            Interlocked.Increment(ref _writes);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancel) =>
        ValueTask.FromResult(_held.TryGetValue(key, out var held) && held.ExpiryMs > NowMs
            ? held.Value
            : default(ReadOnlyMemory<byte>?));

    /// <inheritdoc/>
    public void Dispose() => _sweeper.Dispose();

    private void Sweep()
    {
        var now = NowMs;
        foreach (var pair in _held)
        {
            // The pair, not the key: a value that was set meanwhile stays.
            if (pair.Value.ExpiryMs <= now && _held.TryRemove(pair))
            {
                Interlocked.Decrement(ref _entries);
            }
        }
    }

    /// <summary>A class and no record: replaced and removed by identity.</summary>
    private sealed class Held(ReadOnlyMemory<byte> value, long expiryMs)
    {
        public ReadOnlyMemory<byte> Value => value;

        public long ExpiryMs => expiryMs;
    }
}
