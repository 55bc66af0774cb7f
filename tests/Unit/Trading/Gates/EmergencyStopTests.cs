using System.Text;
using Strikeline.Journal;
using Strikeline.Trading;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Trading.Gates;

/// <summary>The persisted stop: over restarts, beside other programs, and on disks that fail.</summary>
public sealed class EmergencyStopTests
{
    private readonly VirtualTime _time = new();
    private readonly MemoryDisk _disk = new();

    [Fact]
    public void A_stop_outlives_the_program_and_ends_only_by_an_explicit_act()
    {
        using (var first = Open(isFirstStart: true))
        {
            Assert.True(first.MayIncrease);
            Assert.True(first.Set(StopScope.NewExposure, "api", "looks\todd\n"));
            Assert.False(first.MayIncrease);
            Assert.True(first.MayReduce);
        }

        for (var start = 0; start < 3; start++)
        {
            using var again = Open();
            Assert.False(again.MayIncrease);
            Assert.True(again.State is { IsStopped: true, By: "api", Reason: "looks odd ", ScopeName: "new_exposure" });
            again.Watch(TimeSpan.FromMilliseconds(20));
            _time.Pass(TimeSpan.FromMinutes(5));
            Assert.False(again.MayIncrease);
        }

        using var last = Open();
        Assert.Null(last.Clear("api"));
        Assert.True(last.MayIncrease);
        using var after = Open();
        Assert.True(after.MayIncrease);
    }

    [Fact]
    public void A_wider_stop_is_not_made_narrower_and_a_newer_one_not_cleared_by_who_has_not_seen_it()
    {
        using var stop = Open(isFirstStart: true);
        stop.Set(StopScope.HaltAll, "signal", "SIGUSR1");
        var seen = stop.State.Count;
        stop.Set(StopScope.NewExposure, "risk", "loss");
        Assert.False(stop.MayReduce);
        Assert.Contains("newer stop", stop.Clear("api", seen)!.Text);
        Assert.False(stop.MayIncrease);
        Assert.Null(stop.Clear("api", stop.State.Count));
        Assert.True(stop.MayReduce && stop.MayIncrease);
    }

    [Fact]
    public void Whatever_is_wrong_with_the_file_is_a_stop()
    {
        using (Open(isFirstStart: true))
        {
        }

        var sound = _disk.Get(EmergencyStop.FileName);
        var cases = new List<byte[]> { Array.Empty<byte>(), Encoding.UTF8.GetBytes("running\n"), new byte[5_000] };
        for (var at = 0; at < sound.Length; at++)
        {
            // Every shorter file, and every flipped bit that leaves it a text of the same length.
            cases.Add(sound[..at]);
            var flipped = sound.ToArray();
            flipped[at] ^= (byte)(1 << (at % 7));
            cases.Add(flipped);
        }

        foreach (var bytes in cases)
        {
            _disk.Put(EmergencyStop.FileName, bytes);
            using var stop = Open();
            Assert.False(stop.MayIncrease, Encoding.UTF8.GetString(bytes));
            Assert.Equal("file", stop.State.By);
        }

        _disk.Put(EmergencyStop.FileName, sound);
        using var whole = Open();
        Assert.True(whole.MayIncrease);
    }

    [Fact]
    public void A_file_that_is_gone_is_a_stop_before_and_while_the_program_runs()
    {
        using var stop = Open(isFirstStart: true);
        _disk.Remove(EmergencyStop.FileName);
        _time.Pass(EmergencyStop.LookEvery);
        Assert.False(stop.MayIncrease);
        using var again = Open();
        Assert.False(again.MayIncrease);
        Assert.Contains("missing", again.State.Reason);
        Assert.Null(again.Clear("cli"));
        Assert.True(again.MayIncrease);
    }

    [Fact]
    public void What_another_program_writes_is_seen_in_time_and_a_disk_that_cannot_be_read_stops()
    {
        using var stop = Open(isFirstStart: true);
        var changes = new List<bool>();
        stop.Changed += state => changes.Add(state.IsStopped);
        stop.Watch(TimeSpan.FromMilliseconds(20));
        for (var round = 0; round < 20; round++)
        {
            using (var other = Open())
            {
                other.Set(StopScope.NewExposure, "cli", "down");
            }

            _time.Pass(TimeSpan.FromMilliseconds(20));
            Assert.False(stop.State.IsStopped == false);
            Assert.False(stop.MayIncrease);
            using (var other = Open())
            {
                Assert.Null(other.Clear("cli"));
            }

            _time.Pass(TimeSpan.FromMilliseconds(20));
            Assert.True(stop.MayIncrease);
        }

        Assert.Equal(40, changes.Count);
        var life = new Life();
        using var blind = new EmergencyStop(_disk.For(life), _time, isFirstStart: false);
        Assert.True(blind.MayIncrease);
        life.IsDiskBroken = true;
        _time.Pass(EmergencyStop.LookEvery);
        Assert.False(blind.MayIncrease);
    }

    [Fact]
    public void A_disk_that_fails_anywhere_never_leaves_less_than_a_stop_and_never_a_half_one()
    {
        for (var at = 0; at < 12; at++)
        {
            var disk = new MemoryDisk();
            using (new EmergencyStop(disk.For(new Life()), _time, isFirstStart: true))
            {
            }

            var life = new Life { DiskFailsIn = at };
            using (var stop = new EmergencyStop(disk.For(life), _time, isFirstStart: false))
            {
                stop.Set(StopScope.NewExposure, "api", "x");
                Assert.False(stop.MayIncrease);
            }

            disk.CutPower();
            using (var again = new EmergencyStop(disk.For(new Life()), _time, isFirstStart: false))
            {
                // The old state or the new one, whole.
                Assert.NotEqual("file", again.State.By);
            }
        }

        var broken = new Life();
        using var clears = new EmergencyStop(_disk.For(broken), _time, isFirstStart: true);
        clears.Set(StopScope.NewExposure, "api", "x");
        broken.IsDiskBroken = true;
        Assert.Contains("the stop stays", clears.Clear("api")!.Text);
        Assert.False(clears.MayIncrease);
    }

    [Fact]
    public void A_stop_that_could_not_be_saved_is_saved_when_the_disk_is_back()
    {
        var life = new Life();
        using var stop = new EmergencyStop(_disk.For(life), _time, isFirstStart: true);
        life.IsDiskBroken = true;
        Assert.False(stop.Set(StopScope.NewExposure, "api", "x"));
        Assert.NotNull(stop.Trouble);
        life.IsDiskBroken = false;
        stop.Look();
        Assert.Null(stop.Trouble);
        using var again = Open();
        Assert.False(again.MayIncrease);
    }

    [Fact]
    public void It_works_on_a_real_folder_between_two_writers()
    {
        var folder = Directory.CreateTempSubdirectory("strikeline-stop-").FullName;
        try
        {
            using var one = new EmergencyStop(FolderJournalDisk.ToWrite(folder), _time, isFirstStart: true);
            using var other = new EmergencyStop(FolderJournalDisk.ToWrite(folder), _time, isFirstStart: false);
            Parallel.For(0, 20, round => (round % 2 == 0 ? one : other).Set(StopScope.NewExposure, "cli", $"round {round}"));
            one.Look();
            other.Look();
            Assert.True(one.State.IsStopped && other.State.IsStopped);
            Assert.Null(other.Clear("cli"));
            one.Look();
            Assert.True(one.MayIncrease);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private EmergencyStop Open(bool isFirstStart = false) => new(_disk.For(new Life()), _time, isFirstStart);
}
