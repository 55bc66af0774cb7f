using Strikeline.Host.Composition;

namespace Strikeline.Unit.Host;

/// <summary>The clock of live runs under a system clock that jumps.</summary>
public sealed class SteadyClockTests
{
    private long _system = TimeSpan.FromDays(700_000).Ticks;
    private long _monotonic;

    [Fact]
    public void Time_follows_a_system_clock_that_runs_well()
    {
        var clock = Make();
        Pass(TimeSpan.FromHours(5));
        Assert.Equal(_system, clock.GetUtcNow().UtcTicks);
    }

    [Fact]
    public void A_jump_ahead_is_followed_at_once()
    {
        var clock = Make();
        _system += TimeSpan.FromHours(1).Ticks;
        Assert.Equal(_system, clock.GetUtcNow().UtcTicks);
    }

    [Fact]
    public void A_step_back_never_takes_time_back_and_is_made_good_at_half_speed()
    {
        var clock = Make();
        var before = clock.GetUtcNow();
        _system -= TimeSpan.FromSeconds(10).Ticks;
        for (var i = 0; i < 19; i++)
        {
            Pass(TimeSpan.FromSeconds(1));
            var now = clock.GetUtcNow();
            Assert.Equal(TimeSpan.FromMilliseconds(500), now - before);
            before = now;
        }

        Pass(TimeSpan.FromSeconds(1));
        clock.GetUtcNow();
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(_system, clock.GetUtcNow().UtcTicks);
    }

    private SteadyClock Make() => new(() => _system, () => _monotonic);

    private void Pass(TimeSpan time)
    {
        _system += time.Ticks;
        _monotonic += time.Ticks;
    }
}
