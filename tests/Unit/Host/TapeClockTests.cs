using Strikeline.Host.Composition;

namespace Strikeline.Unit.Host;

/// <summary>Time on a tape passes from event to event, and what waits for it goes on in between.</summary>
public sealed class TapeClockTests
{
    private const long Second = Stamps.NanosPerSecond;

    private readonly TapeClock _clock = new();
    private readonly List<(long At, string What)> _log = [];

    public TapeClockTests() => _clock.AdvanceTo(1_000 * Second);

    [Fact]
    public void Timers_ring_at_their_own_time_in_order_and_never_back()
    {
        using var later = Timer("later", 2, Timeout.InfiniteTimeSpan);
        using var sooner = Timer("sooner", 1, Timeout.InfiniteTimeSpan);
        using var also = Timer("also", 1, Timeout.InfiniteTimeSpan);
        var gone = Timer("gone", 1, TimeSpan.FromSeconds(1));
        using var changed = Timer("changed", 1, Timeout.InfiniteTimeSpan);
        changed.Change(TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var often = Timer("often", 2, TimeSpan.FromSeconds(1));
        gone.Dispose();
        _clock.AdvanceTo(900 * Second);
        Assert.Empty(_log);
        _clock.AdvanceTo((1_004 * Second) + 5);
        Assert.Equal(
            [
                (1_001, "sooner"), (1_001, "also"), (1_002, "later"), (1_002, "often"), (1_003, "changed"),
                (1_003, "often"), (1_004, "often"),
            ],
            _log);
        Assert.Equal((1_004 * Second) + 5, _clock.NowNanos);
        Assert.Equal(_clock.NowNanos, _clock.GetTimestamp());
    }

    [Fact]
    public void What_waits_goes_on_in_the_turn_before_the_clock_moves_on()
    {
        Task work;
        using (_clock.Enter())
        {
            work = WorkAsync("a", "b", "c");
            _ = WorkAsync("x", "y");
            Assert.Equal(["a", "x"], _log.Select(one => one.What));
        }

        _clock.AdvanceTo(1_010 * Second);
        Assert.True(work.IsCompletedSuccessfully);
        Assert.Equal([(1_000, "a"), (1_000, "x"), (1_001, "b"), (1_001, "y"), (1_002, "c")], _log);
        Assert.Null(SynchronizationContext.Current as TapeTurn);
    }

    [Fact]
    public async Task Once_the_tape_is_over_what_is_ended_ends_by_itself()
    {
        using var end = new CancellationTokenSource();
        Task waits;
        using (_clock.Enter())
        {
            waits = WaitAsync(end.Token);
        }

        _clock.LetGo();
        await end.CancelAsync();
        await waits.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal("ended", Assert.Single(_log).What);
    }

    private ITimer Timer(string what, int seconds, TimeSpan period) =>
        _clock.CreateTimer(_ => Note(what), null, TimeSpan.FromSeconds(seconds), period);

    private void Note(string what) => _log.Add((_clock.NowNanos / Second, what));

    private async Task WorkAsync(params string[] parts)
    {
        foreach (var part in parts)
        {
            Note(part);
            await Task.Delay(TimeSpan.FromSeconds(1), _clock);
        }
    }

    private async Task WaitAsync(CancellationToken cancel)
    {
        try
        {
            await Task.Delay(TimeSpan.FromDays(1), _clock, cancel);
        }
        catch (OperationCanceledException)
        {
            Note("ended");
        }
    }
}
