using System.Diagnostics;

namespace Strikeline.Host.Composition;

/// <summary>
/// The system's time without its steps: it runs with the monotonic clock, follows a system clock that is ahead at once,
/// and one that was set back only by running at half speed. Time-outs, ages and expiries never see time go back.
/// </summary>
/// <remarks>Any thread.</remarks>
internal sealed class SteadyClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly Func<long> _systemTicks;
    private readonly Func<long> _monotonicTicks;
    private long _steadyTicks;
    private long _lastMonotonicTicks;

    public SteadyClock()
        : this(
            () => System.GetUtcNow().UtcTicks,
            () => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / TimeSpan.TicksPerSecond))
    {
    }

    internal SteadyClock(Func<long> systemTicks, Func<long> monotonicTicks)
    {
        _systemTicks = systemTicks;
        _monotonicTicks = monotonicTicks;
        _steadyTicks = systemTicks();
        _lastMonotonicTicks = monotonicTicks();
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            var monotonic = _monotonicTicks();
            var passed = monotonic - _lastMonotonicTicks;
            _lastMonotonicTicks = monotonic;
            var system = _systemTicks();
            var steady = _steadyTicks + passed;
            _steadyTicks = system >= steady ? system : Math.Max(system, _steadyTicks + (passed / 2));
            return new DateTimeOffset(_steadyTicks, TimeSpan.Zero);
        }
    }
}
