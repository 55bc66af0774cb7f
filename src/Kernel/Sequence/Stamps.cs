namespace Strikeline.Kernel;

/// <summary>Conversions of points in time. Inside the program a point in time is nanoseconds since the Unix epoch,
/// UTC.</summary>
public static class Stamps
{
    /// <summary>Nanoseconds in a millisecond.</summary>
    public const long NanosPerMilli = 1_000_000;

    /// <summary>Nanoseconds in a second.</summary>
    public const long NanosPerSecond = 1_000_000_000;

    private const long NanosPerTick = 100;

    /// <summary>The clock's time in nanoseconds since the Unix epoch.</summary>
    public static long UnixNanos(this TimeProvider clock) =>
        (clock.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * NanosPerTick;

    /// <summary>A length of time in nanoseconds.</summary>
    public static long Nanos(this TimeSpan span) => span.Ticks * NanosPerTick;

    /// <summary>Whole milliseconds since the Unix epoch, rounded down.</summary>
    public static long ToMillis(long unixNanos) => unixNanos / NanosPerMilli;
}
