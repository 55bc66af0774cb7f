using Strikeline.Kernel;

namespace Strikeline.Host.Composition;

/// <summary>A clock that stands where the tape stands; it moves by events alone, and its timers with it.</summary>
/// <remarks>
/// Any thread reads it and sets timers; the tape's thread alone moves it. What waits for a timer goes on in the clock's
/// turn, at the timer's own time, before the clock moves on.
/// </remarks>
internal sealed class TapeClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(TapeTimer Timer, long Version), (long DueNanos, long Order)> _timers = new();
    private readonly TapeTurn _turn = new();
    private long _nowNanos;
    private long _order;

    /// <summary>The time in nanoseconds since the Unix epoch.</summary>
    public long NowNanos => Volatile.Read(ref _nowNanos);

    /// <inheritdoc/>
    public override long TimestampFrequency => Stamps.NanosPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() =>
        DateTimeOffset.UnixEpoch.AddTicks(NowNanos / TimeSpan.NanosecondsPerTick);

    /// <inheritdoc/>
    public override long GetTimestamp() => NowNanos;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new TapeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Takes the turn: what is awaited in it goes on in turns of this clock, and never beside it.</summary>
    public TapeTurn.Held Enter() => _turn.Enter();

    /// <summary>Moves the clock forward, from timer to timer; never back.</summary>
    public void AdvanceTo(long unixNanos)
    {
        while (TryTakeDue(unixNanos, out var due))
        {
            using (Enter())
            {
                due.Fire();
            }
        }

        Move(unixNanos);
    }

    /// <summary>The tape is over and the clock stands for good: whatever still goes on needs no turn.</summary>
    public void LetGo() => _turn.LetGo();

    private void Move(long unixNanos)
    {
        if (unixNanos > NowNanos)
        {
            Volatile.Write(ref _nowNanos, unixNanos);
        }
    }

    private bool TryTakeDue(long untilNanos, out TapeTimer due)
    {
        lock (_gate)
        {
            while (_timers.TryPeek(out var next, out var key) && key.DueNanos <= untilNanos)
            {
                _timers.Dequeue();
                if (next.Timer.Version == next.Version)
                {
                    due = next.Timer;
                    Move(key.DueNanos);
                    Arm(due, due.Period, due.Period);
                    return true;
                }
            }
        }

        due = null!;
        return false;
    }

    // Under the lock. A zero or endless period rings once.
    private void Arm(TapeTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        timer.Version++;
        timer.Period = period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            var dueNanos = NowNanos + (dueTime.Ticks * TimeSpan.NanosecondsPerTick);
            _timers.Enqueue((timer, timer.Version), (dueNanos, _order++));
        }
    }

    private sealed class TapeTimer(TapeClock clock, TimerCallback callback, object? state) : ITimer
    {
        /// <summary>Tells the newest setting from those before it; under the clock's lock.</summary>
        public long Version { get; set; }

        public TimeSpan Period { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock.Arm(this, dueTime, period);
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
