using Strikeline.Journal;

namespace Strikeline.Unit.Journal;

/// <summary>What is acknowledged survives, and after a failure nothing is acknowledged.</summary>
public sealed class JournalFaultTests
{
    private const int Points = 200;

    public static TheoryData<int, string> Faults
    {
        get
        {
            var rows = new TheoryData<int, string>();
            foreach (var fault in new[] { DiskFault.InputOutput, DiskFault.NoSpace, DiskFault.PowerCut })
            {
                foreach (var call in new[] { "", "pwrite", "fdatasync" })
                {
                    rows.Add((int)fault, call);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_failure_at_any_of_the_first_200_calls_loses_nothing_and_acknowledges_nothing_after(int fault, string call)
    {
        var hits = 0;
        for (var point = 1; point <= Points; point++)
        {
            var disk = new SimulatedJournalDisk { Fault = (DiskFault)fault, FaultAt = point, FaultCall = call };
            var dice = new Random(point);
            var acknowledged = Drive(disk, dice, out var failed);
            hits += failed ? 1 : 0;
            for (var i = 0; i < Counts.Of(20, 3); i++)
            {
                Reopens(disk.Crash(new Random((point * 100) + i)), acknowledged, $"power cut, point {point}, dice {i}");
            }

            Reopens(disk.Killed(), acknowledged, $"kill, point {point}");
        }

        Assert.Equal(Points, hits);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void Partial_writes_are_completed(int most)
    {
        var disk = new SimulatedJournalDisk { WriteAtMost = most };
        using (var journal = DurableJournal.Open(disk, JournalSamples.Small, new ReplayLog()))
        {
            JournalSamples.Append(journal, 40);
            Assert.True(journal.Step());
            Assert.Equal(40UL, journal.DurableSequence);
        }

        Reopens(disk, 40, "partial writes");
    }

    [Fact]
    public void Crashes_in_sequence_never_lose_what_was_acknowledged()
    {
        for (var seed = 0; seed < Counts.Of(2_000, 100); seed++)
        {
            var dice = new Random(seed);
            var disk = new SimulatedJournalDisk();
            var acknowledged = 0UL;
            for (var life = 0; life < 6; life++)
            {
                disk.Fault = DiskFault.PowerCut;
                disk.FaultAt = dice.Next(1, 150);
                acknowledged = Math.Max(acknowledged, Drive(disk, dice, out _));
                disk = dice.Next(2) == 0 ? disk.Crash(dice) : disk.Killed();
                var log = new ReplayLog();
                JournalReader.Read(disk, log);
                Assert.True(log.Last >= acknowledged, $"seed {seed} life {life}: {log.Last} of {acknowledged}");
            }
        }
    }

    [Fact]
    public void The_first_failure_is_told_in_one_line_and_is_final()
    {
        var disk = new SimulatedJournalDisk { FaultCall = "fdatasync", Fault = DiskFault.InputOutput };
        using var journal = DurableJournal.Open(disk, JournalSamples.Small, new ReplayLog());
        JournalSamples.Append(journal, 1);
        Assert.True(journal.Step());
        disk.FaultAt = disk.Calls + 1;
        JournalSamples.Append(journal, 1);
        Assert.False(journal.Step());
        Assert.Equal(1UL, journal.DurableSequence);
        Assert.Contains("fdatasync of journal-00000000000000000001.sljournal: Input/output error (errno 5)", journal.Failure,
            StringComparison.Ordinal);
        Assert.DoesNotContain("\n", journal.Failure, StringComparison.Ordinal);

        // The disk works again, and still nothing is tried a second time.
        var calls = disk.Calls;
        Assert.Equal(JournalAppend.Closed, JournalSamples.TryAppend(journal));
        Assert.False(journal.Step());
        Assert.False(journal.Wait(2));
        Assert.Equal(calls, disk.Calls);
        Assert.Equal(1UL, journal.DurableSequence);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whoever_waits_is_let_go_when_the_disk_fails_or_the_journal_ends(bool fails)
    {
        var disk = new SimulatedJournalDisk { FaultCall = "fdatasync", Fault = DiskFault.InputOutput };
        using var syncing = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var journal = DurableJournal.Open(disk, JournalSamples.Small, new ReplayLog());
        disk.FaultAt = fails ? disk.Calls + 1 : 0;
        disk.DuringSync = () =>
        {
            syncing.Set();
            go.Wait();
        };
        journal.Start();
        JournalSamples.Append(journal, 1);
        syncing.Wait();
        var outcome = false;
        var waiter = new Thread(() => outcome = journal.Wait(1));
        waiter.Start();
        go.Set();
        waiter.Join();
        Assert.Equal(!fails, outcome);
        Assert.Equal(fails, journal.Failure is not null);
        journal.Dispose();
        Assert.False(journal.Wait(2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20_000)]
    [InlineData(1_000_000)]
    public void A_crash_at_every_call_of_a_snapshot_leaves_a_state_that_starts(long keepBytes)
    {
        for (var point = 1; ; point++)
        {
            var settings = JournalSamples.Small with { KeepBytes = keepBytes };
            var disk = JournalSamples.Written(300, 3, snapshotEvery: 60, settings with { KeepBytes = 1_000_000 });
            var journal = DurableJournal.Open(disk, settings, new ReplayLog());
            JournalSamples.Append(journal, 30);
            while (journal.Step())
            {
            }

            disk.Fault = DiskFault.PowerCut;
            disk.FaultAt = disk.Calls + point;
            try
            {
                JournalSamples.Snapshot(journal);
                Assert.True(point > 6, $"{point} calls make no snapshot");
                return;
            }
            catch (JournalException failure)
            {
                Assert.Contains("snapshot at 330: ", failure.Message, StringComparison.Ordinal);
                Reopens(disk.Killed(), 330, $"kill at call {point}");
                for (var i = 0; i < Counts.Of(200, 20); i++)
                {
                    Reopens(disk.Crash(new Random(i)), 330, $"power cut at call {point}, dice {i}");
                }
            }
        }
    }

    // A life of a journal under a scheduler of dice: what it acknowledged.
    private static ulong Drive(SimulatedJournalDisk disk, Random dice, out bool failed)
    {
        var told = 0UL;
        DurableJournal journal;
        try
        {
            journal = DurableJournal.Open(disk, JournalSamples.Small, new ReplayLog(), durable => told = durable);
        }
        catch (JournalException failure)
        {
            Assert.Equal(JournalReasons.Disk, failure.Reason);
            failed = true;
            return 0;
        }

        var acknowledged = journal.DurableSequence;
        for (var turn = 0; turn < 2_000 && journal.Failure is null; turn++)
        {
            var appended = dice.Next(1, 8);
            for (var i = 0; i < appended; i++)
            {
                JournalSamples.TryAppend(journal);
            }

            journal.Step();
            acknowledged = journal.DurableSequence;
        }

        failed = journal.Failure is not null;
        JournalSamples.TryAppend(journal);
        Assert.False(failed && journal.Step());
        journal.Dispose();
        if (failed)
        {
            Assert.Equal(acknowledged, journal.DurableSequence);
        }

        Assert.True(told <= journal.DurableSequence);
        return journal.DurableSequence;
    }

    private static void Reopens(SimulatedJournalDisk disk, ulong acknowledged, string what)
    {
        var log = new ReplayLog();
        using (var journal = DurableJournal.Open(disk, JournalSamples.Small, log))
        {
            Assert.True(log.Last >= acknowledged, $"{what}: {log.Last} of {acknowledged}");
            JournalSamples.Append(journal, 3);
            Assert.True(journal.Step(), what);
        }

        var second = new ReplayLog();
        JournalReader.Read(disk, second);
        Assert.Equal(log.Last + 3, second.Last);
    }
}
