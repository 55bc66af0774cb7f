using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>
/// Judges whether an instrument is alive by its content: stale when nothing has changed for max(3 s, 5 × the median gap
/// between changes in the last 5 minutes). Heartbeats and pongs never reach it.
/// </summary>
/// <remarks>Feed loop only. Memory is bounded: of a fast feed the newest gaps are enough for its median.</remarks>
public sealed class DataWatch
{
    private const int MaxGaps = 256;
    private const int MedianFactor = 5;
    private const long WindowNanos = 300 * Stamps.NanosPerSecond;

    private readonly long _floorNanos;
    private readonly (long AtNanos, long GapNanos)[] _gaps = new (long, long)[MaxGaps];
    private readonly long[] _sorted = new long[MaxGaps];
    private int _next;
    private int _count;
    private int _short;
    private bool _limitIsOld = true;
    private long _limitNanos;

    /// <summary>Makes a watch.</summary>
    /// <param name="floor">The shortest silence that counts as stale; 3 s by default.</param>
    public DataWatch(TimeSpan floor)
    {
        _floorNanos = (long)(floor.TotalMilliseconds * Stamps.NanosPerMilli);
        _limitNanos = _floorNanos;
    }

    /// <summary>When the content last changed; zero where it never did.</summary>
    public long LastChangeNanos { get; private set; }

    /// <summary>The content changed.</summary>
    public void Changed(long nowNanos)
    {
        if (LastChangeNanos != 0)
        {
            _short -= _count == MaxGaps && IsShort(_gaps[_next].GapNanos) ? 1 : 0;
            _gaps[_next] = (nowNanos, nowNanos - LastChangeNanos);
            _short += IsShort(_gaps[_next].GapNanos) ? 1 : 0;
            _next = (_next + 1) % MaxGaps;
            _count = Math.Min(_count + 1, MaxGaps);
        }

        LastChangeNanos = nowNanos;
        _limitIsOld = true;
    }

    /// <summary>True where the silence is longer than the rule allows. A feed that never spoke is not stale but
    /// waiting.</summary>
    public bool IsStale(long nowNanos) => LastChangeNanos != 0 && nowNanos - LastChangeNanos > LimitNanos(nowNanos);

    /// <summary>The silence that the rule allows now.</summary>
    public long LimitNanos(long nowNanos)
    {
        // While nothing changes the gaps only age, so the limit of the moment silence began is the one that judges it.
        if (_limitIsOld)
        {
            _limitIsOld = false;
            _limitNanos = IsFast(nowNanos)
                ? _floorNanos
                : Math.Max(_floorNanos, MedianFactor * MedianGap(nowNanos));
        }

        return _limitNanos;
    }

    // A gap that as the median would leave the limit at its floor.
    private bool IsShort(long gapNanos) => gapNanos <= _floorNanos / MedianFactor;

    // Where more than half of the gaps are short, so is their median, and nothing needs to be sorted for it: the usual
    // case, on the path of every frame.
    private bool IsFast(long nowNanos) =>
        _short > _count / 2 && nowNanos - _gaps[_count == MaxGaps ? _next : 0].AtNanos <= WindowNanos;

    private long MedianGap(long nowNanos)
    {
        var used = 0;
        for (var i = 0; i < _count; i++)
        {
            if (nowNanos - _gaps[i].AtNanos <= WindowNanos)
            {
                _sorted[used++] = _gaps[i].GapNanos;
            }
        }

        if (used == 0)
        {
            return 0;
        }

        Array.Sort(_sorted, 0, used);
        return _sorted[used / 2];
    }
}
