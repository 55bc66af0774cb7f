using Strikeline.Journal;

namespace Strikeline.Unit.Journal;

/// <summary>The next segment, made on a thread of its own; the disk is used by that thread alone until it is taken.</summary>
public sealed class SegmentMakerTests
{
    private const int Size = 9 * 1024 * 1024;

    [Fact]
    public void One_segment_after_another_is_made_whole_synced_and_zero()
    {
        var disk = new SimulatedJournalDisk();
        using var maker = new SegmentMaker(disk, Size);
        maker.Start();
        for (var i = 0; i < 3; i++)
        {
            maker.Prepare(1);
            maker.Prepare(Size / 3);
            using (var file = maker.Take())
            {
                Assert.Equal((JournalFormat.SpareName, (long)Size), (file.Name, file.Length));
            }

            // What the power would leave is the whole of it: three pieces were synced.
            disk.Sync();
            var left = disk.Crash(new Random(i)).Files[JournalFormat.SpareName];
            Assert.Equal(Size, left.Length);
            Assert.False(left.AsSpan().ContainsAnyExcept((byte)0));
            disk.Delete(JournalFormat.SpareName);
        }
    }

    [Theory]
    [InlineData("pwrite", 3)]
    [InlineData("fdatasync", 2)]
    [InlineData("open", 1)]
    public void What_fails_on_its_thread_is_thrown_to_the_owner_from_then_on(string call, int at)
    {
        var disk = new SimulatedJournalDisk { Fault = DiskFault.NoSpace, FaultCall = call, FaultAt = at };
        using var maker = new SegmentMaker(disk, Size);
        maker.Start();
        Assert.Contains(call, Assert.Throws<JournalDiskException>(() => maker.Take()).Message, StringComparison.Ordinal);
        Assert.Throws<JournalDiskException>(() => maker.Prepare(1));
        Assert.Throws<JournalDiskException>(() => maker.Take());
        Assert.Equal(at, disk.Calls);
    }

    [Fact]
    public void It_ends_in_the_middle_of_its_work()
    {
        var disk = new SimulatedJournalDisk();
        var maker = new SegmentMaker(disk, Size);
        maker.Start();
        maker.Prepare(Size);
        maker.Dispose();
        Assert.True(disk.Files.Count <= 1);
    }
}
