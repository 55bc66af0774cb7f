using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>How far the machine's clock is from the venues', by what their messages say of their own time.</summary>
/// <remarks>
/// A message arrives its travel after the venue's time of it, so that the quickest message of a while says most: its
/// age is the clock's offset plus the shortest travel. It is never taken for too small where this clock is ahead, and
/// by the travel at most where it is behind. One writer for each venue, readers on any thread; allocates nothing.
/// </remarks>
public sealed class ClockWatch
{
    /// <summary>How long the quickest message counts: a clock that drifts or jumps is found within twice this
    /// time.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(150);

    private const long Unknown = long.MaxValue;

    private readonly Line[] _lines = [.. Enumerable.Range(0, byte.MaxValue + 1).Select(_ => new Line())];

    /// <summary>A venue's offset: positive where this clock is ahead, travel included; null where it was never
    /// measured.</summary>
    public TimeSpan? Offset(Venue venue) => _lines[(int)venue].Offset;

    /// <summary>The machine has one clock: a venue's own measurement, or, where it states no times, the nearest of
    /// another venue; null where there is none at all.</summary>
    public TimeSpan? OffsetFor(Venue venue) =>
        Offset(venue) ?? _lines.Select(line => line.Offset).OfType<TimeSpan>().Select(one => (TimeSpan?)one)
            .MinBy(one => one!.Value.Duration());

    /// <summary>A message arrived. The venue's loop.</summary>
    /// <param name="venue">Whose.</param>
    /// <param name="venueNanos">The venue's time of it, nanoseconds since the Unix epoch; nothing is measured where it
    /// is zero.</param>
    /// <param name="receivedNanos">When it arrived by this clock.</param>
    public void Take(Venue venue, long venueNanos, long receivedNanos)
    {
        if (venueNanos != 0)
        {
            _lines[(int)venue].Take(receivedNanos - venueNanos, receivedNanos);
        }
    }

    // The quickest of this window and of the one before it.
    private sealed class Line
    {
        private long _since;
        private long _now = Unknown;
        private long _before = Unknown;

        public TimeSpan? Offset
        {
            get
            {
                var (now, before) = (Volatile.Read(ref _now), Volatile.Read(ref _before));
                return Math.Min(now, before) is var nanos and not Unknown
                    ? TimeSpan.FromTicks(nanos / TimeSpan.NanosecondsPerTick)
                    : null;
            }
        }

        public void Take(long ageNanos, long nowNanos)
        {
            // Also where this clock was set back.
            if (Math.Abs(nowNanos - _since) > Window.Ticks * TimeSpan.NanosecondsPerTick)
            {
                _since = nowNanos;
                Volatile.Write(ref _before, _now);
                Volatile.Write(ref _now, ageNanos);
            }
            else if (ageNanos < _now)
            {
                Volatile.Write(ref _now, ageNanos);
            }
        }
    }
}
