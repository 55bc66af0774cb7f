namespace Strikeline.Host.Composition;

/// <summary>A clock that stands where the tape stands; it moves by events alone.</summary>
internal sealed class TapeClock : TimeProvider
{
    private long _nowNanos;

    /// <summary>Moves the clock forward; never back.</summary>
    public void AdvanceTo(long unixNanos)
    {
        if (unixNanos > Volatile.Read(ref _nowNanos))
        {
            Volatile.Write(ref _nowNanos, unixNanos);
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() =>
        DateTimeOffset.UnixEpoch.AddTicks(Volatile.Read(ref _nowNanos) / TimeSpan.NanosecondsPerTick);

    /// <summary>The time in nanoseconds since the Unix epoch.</summary>
    public long NowNanos => Volatile.Read(ref _nowNanos);
}
