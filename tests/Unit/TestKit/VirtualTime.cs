namespace Strikeline.Unit.TestKit;

/// <summary>
/// A clock whose timers fire when the test says so, and the one thread on which everything runs: days pass in seconds,
/// and
/// the order of events is the same on every run.
/// </summary>
internal sealed class VirtualTime : TimeProvider
{
    private readonly PriorityQueue<(VirtualTimer Timer, long Version), (long Due, long Order)> _timers = new();
    private readonly OneThread _thread = new();
    private long _nowTicks = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero).UtcTicks;
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(_nowTicks, TimeSpan.Zero);

    public override long GetTimestamp() => _nowTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Starts something on the one thread.</summary>
    public Task Start(Func<Task> work)
    {
        Task task;
        using (_thread.Enter())
        {
            task = work();
        }

        return task;
    }

    /// <summary>Lets time pass; everything that falls due runs, in order.</summary>
    public void Pass(TimeSpan time)
    {
        using var _ = _thread.Enter();
        var end = _nowTicks + time.Ticks;
        _thread.RunAll();
        while (_timers.TryPeek(out var next, out var key) && key.Due <= end)
        {
            _timers.Dequeue();
            if (next.Timer.Version == next.Version)
            {
                _nowTicks = Math.Max(_nowTicks, key.Due);
                next.Timer.Fire();
                _thread.RunAll();
            }
        }

        _nowTicks = end;
    }

    private void Arm(VirtualTimer timer, long version, TimeSpan due) =>
        _timers.Enqueue((timer, version), (_nowTicks + due.Ticks, _order++));

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public long Version { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Version++;
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                time.Arm(this, Version, dueTime);
            }

            return true;
        }

        public void Fire()
        {
            if (_period > TimeSpan.Zero)
            {
                time.Arm(this, Version, _period);
            }

            callback(state);
        }

        public void Dispose() => Version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>What would go to the thread pool waits here for its turn.</summary>
    private sealed class OneThread : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Work, object? State)> _queue = new();

        public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;

        public void RunAll()
        {
            while (_queue.TryDequeue(out var next))
            {
                next.Work(next.State);
            }
        }

        public Restore Enter()
        {
            var before = Current;
            SetSynchronizationContext(this);
            return new Restore(before);
        }

        public readonly struct Restore(SynchronizationContext? before) : IDisposable
        {
            public void Dispose() => SetSynchronizationContext(before);
        }
    }
}
