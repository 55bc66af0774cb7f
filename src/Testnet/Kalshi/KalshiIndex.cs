using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>An average over one-second values of an index.</summary>
/// <param name="Value">In hundred-millionths of a dollar.</param>
/// <param name="Size">How many values.</param>
/// <param name="StartMillis">Start of its window.</param>
/// <param name="EndMillis">End of its window.</param>
internal readonly record struct IndexAverage(long Value, int Size, long StartMillis, long EndMillis);

/// <summary>The values of one index, one a second, in cents, with the averages that the venue makes of them.</summary>
/// <remarks>Under the floor's lock. docs.kalshi.com "CF Benchmarks Value Feed", read in October 2026.</remarks>
internal sealed class KalshiIndex(string asset)
{
    private const int Kept = 3_700;
    private const long MinuteNanos = 60 * Stamps.NanosPerSecond;
    private const long QuarterNanos = 15 * MinuteNanos;
    private const long CentDecimals = 1_000_000;

    private readonly List<(long AtNanos, long Cents)> _values = new(Kept);

    public string Asset { get; } = asset;

    public string Id { get; } = KalshiSeries.IndexOf(asset);

    /// <summary>The newest value; zero before the first.</summary>
    public long Cents => _values.Count == 0 ? 0 : _values[^1].Cents;

    public void Add(long atNanos, long cents)
    {
        if (_values.Count == Kept)
        {
            _values.RemoveRange(0, 60);
        }

        _values.Add((atNanos, cents));
    }

    /// <summary>The trailing minute before the newest value, which is not part of it unless it is alone.</summary>
    public IndexAverage Trailing()
    {
        var at = _values[^1].AtNanos;
        var (sum, size) = Sum(at - MinuteNanos, at - 1);
        var value = size == 0 ? Cents * CentDecimals : sum * CentDecimals / size;
        return new IndexAverage(value, size, Stamps.ToMillis(at - MinuteNanos), Stamps.ToMillis(at));
    }

    /// <summary>What the last minute of a quarter of an hour has gathered; null outside of that minute.</summary>
    public IndexAverage? Quarter()
    {
        var at = _values[^1].AtNanos;
        var close = ((at - 1) / QuarterNanos * QuarterNanos) + QuarterNanos;
        var (sum, size) = Sum(close - MinuteNanos + 1, at);
        return at <= close - MinuteNanos || size == 0
            ? null
            : new IndexAverage(
                sum * CentDecimals / size, size, Stamps.ToMillis(close - MinuteNanos), Stamps.ToMillis(at));
    }

    /// <summary>The simple average of the sixty values up to a time, in cents rounded half up; null where none is
    /// there.</summary>
    public long? Settlement(long closeNanos)
    {
        var (sum, size) = Sum(closeNanos - MinuteNanos + 1, closeNanos);
        return size == 0 ? null : ((2 * sum) + size) / (2 * size);
    }

    /// <summary>What the last minute before a time has gathered: sum in cents, and how many values.</summary>
    public (long Sum, int Size) Gathered(long closeNanos) => Sum(closeNanos - MinuteNanos + 1, closeNanos);

    // Values from one time to another, both included.
    private (long Sum, int Size) Sum(long from, long to)
    {
        var (sum, size) = (0L, 0);
        for (var i = _values.Count - 1; i >= 0 && _values[i].AtNanos >= from; i--)
        {
            if (_values[i].AtNanos <= to)
            {
                sum += _values[i].Cents;
                size++;
            }
        }

        return (sum, size);
    }
}
