using Strikeline.Trading;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Trading.Gates;

/// <summary>One predicate, and why it does not hold.</summary>
public sealed class ReadinessTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public void Each_blocker_has_its_code_since_when_and_what_to_do()
    {
        var proven = 0;
        TimeSpan? offset = null;
        TimeSpan? beat = null;
        var hasKey = false;
        var ready = new Readiness(_time).AddFeed(Venue.Polymarket, () => (proven, 8))
            .AddClock(Venue.Polymarket, () => offset, TimeSpan.FromMilliseconds(500))
            .AddHeartbeat(Venue.Polymarket, () => beat, TimeSpan.FromSeconds(7)).AddKey(Venue.Kalshi, () => hasKey)
            .Add("MINE", "me", "Mend it.", () => proven == 0 ? "broken" : throw new InvalidOperationException("worse"));
        var first = ready.Blockers();
        Assert.Equal(["FEED_UNPROVEN", "CLOCK_OFFSET", "HEARTBEAT_LATE", "KEYS", "MINE"], first.Select(one => one.Code));
        Assert.All(first, one => Assert.True(one is { Fix.Length: > 0, Detail.Length: > 0, Who.Length: > 0 } && one.SinceNanos == _time.UnixNanos()));
        var since = first[0].SinceNanos;
        _time.Pass(TimeSpan.FromSeconds(3));
        Assert.All(ready.Blockers(), one => Assert.Equal(since, one.SinceNanos));
        (proven, offset, beat, hasKey) = (1, TimeSpan.FromMilliseconds(-501), TimeSpan.FromSeconds(8), true);
        Assert.Equal(["CLOCK_OFFSET", "HEARTBEAT_LATE", "CHECK_FAILED"], ready.Blockers().Select(one => one.Code));
        (offset, beat) = (TimeSpan.FromMilliseconds(-500), TimeSpan.FromSeconds(7));
        Assert.Equal("CHECK_FAILED", Assert.Single(ready.Blockers()).Code);
        proven = 0;
        Assert.Equal(_time.UnixNanos(), ready.Blockers()[0].SinceNanos);
    }

    [Fact]
    public void A_venue_that_is_blocked_blocks_no_other()
    {
        var (polymarket, kalshi, broken) = (1, 1, false);
        var ready = new Readiness(_time);
        Assert.True(ready.IsReady);
        ready.AddFeed(Venue.Polymarket, () => (polymarket, 8)).AddFeed(Venue.Kalshi, () => (kalshi, 8))
            .Add("MINE", "me", "Mend it.", () => broken ? "broken" : null);
        Assert.True(ready.IsReady);
        kalshi = 0;
        Assert.Equal((Venue.Kalshi, true), (Assert.Single(ready.Blockers()).Venue, ready.IsReady));
        polymarket = 0;
        Assert.False(ready.IsReady);
        polymarket = 1;
        broken = true;
        Assert.False(ready.IsReady);
        Assert.Equal([null, Venue.Kalshi], ready.Blockers().Select(one => one.Venue).Order());
    }

    [Fact]
    public void The_stop_blocks()
    {
        using var stop = new EmergencyStop(new MemoryDisk().For(new Life()), _time, isFirstStart: true);
        var ready = new Readiness(_time).Add(stop);
        Assert.Empty(ready.Blockers());
        stop.Set(StopScope.NewExposure, "api", "why");
        var since = _time.UnixNanos();
        _time.Pass(TimeSpan.FromSeconds(3));
        Assert.Equal(
            ("EMERGENCY_STOP", "new_exposure by api: why", since),
            ready.Blockers() is [var one] ? (one.Code, one.Detail, one.SinceNanos) : default);
    }
}
