using Strikeline.Journal;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Journal;

[Collection(Alone.Name)]
public sealed class JournalAllocationTests
{
    [Fact]
    public void An_append_allocates_nothing()
    {
        var disk = new SimulatedJournalDisk();
        using var journal = DurableJournal.Open(disk, new JournalSettings { SegmentBytes = 1 << 20 }, new ReplayLog());
        var payload = new byte[40];
        var appended = 0UL;
        Assert.Equal(0, Allocated.By(Fill, () => journal.Step()));
        Assert.Equal(journal.LastSequence, appended);
        Assert.True(appended >= 2_000);

        void Fill()
        {
            for (var i = 0; i < 2_000; i++)
            {
                appended += journal.Append(3, payload, out _) == JournalAppend.Appended ? 1UL : 0;
            }
        }
    }
}

public sealed class DurableJournalTests
{
    private readonly SimulatedJournalDisk _disk = new();

    [Fact]
    public void Nothing_is_durable_before_its_sync_and_what_comes_meanwhile_is_the_next_batch()
    {
        var told = new List<ulong>();
        using var journal = DurableJournal.Open(_disk, JournalSamples.Small, new ReplayLog(), told.Add);
        JournalSamples.Append(journal, 3);
        Assert.Equal(0UL, journal.DurableSequence);
        _disk.DuringSync = () =>
        {
            Assert.Equal(0UL, journal.DurableSequence);
            JournalSamples.Append(journal, 2);
        };
        Assert.True(journal.Step());
        _disk.DuringSync = null;
        Assert.Equal(3UL, journal.DurableSequence);
        Assert.True(journal.Step());
        Assert.Equal(5UL, journal.DurableSequence);
        Assert.False(journal.Step());
        Assert.Equal([3UL, 5UL], told);
    }

    [Fact]
    public void A_full_buffer_is_told_and_takes_again_when_the_disk_has_caught_up()
    {
        using var journal = DurableJournal.Open(_disk, JournalSamples.Small, new ReplayLog());
        while (JournalSamples.TryAppend(journal) == JournalAppend.Appended)
        {
        }

        var last = journal.LastSequence;
        Assert.Equal(JournalAppend.Full, JournalSamples.TryAppend(journal));
        Assert.Equal(2, journal.Refusals);
        Assert.Equal(last, journal.LastSequence);
        Assert.InRange(journal.WaitingBytes, 7000, 8192);
        Assert.True(journal.Step());
        Assert.Equal(last, journal.DurableSequence);
        Assert.Equal(JournalAppend.Appended, JournalSamples.TryAppend(journal));
    }

    [Fact]
    public void The_largest_payload_fits_and_a_larger_one_is_refused()
    {
        var most = JournalSamples.Small.MaxPayloadBytes;
        using var journal = DurableJournal.Open(_disk, JournalSamples.Small, new ReplayLog());
        for (var i = 0UL; i < 20; i++)
        {
            Assert.Equal(JournalAppend.Appended, journal.Append(1, new byte[most], out var sequence));
            Assert.Equal(i + 1, sequence);
            Assert.True(journal.Step());
        }

        Assert.Throws<ArgumentException>(() => journal.Append(1, new byte[most + 1], out _));
    }

    [Theory]
    [InlineData(4095, 8192)]
    [InlineData(4100, 8192)]
    [InlineData(4096, 5000)]
    public void Settings_that_do_not_go_together_are_refused(int segment, int buffer) =>
        Assert.Throws<ArgumentException>(() => DurableJournal.Open(
            _disk, new JournalSettings { SegmentBytes = segment, BufferBytes = buffer }, new ReplayLog()));

    [Fact]
    public void The_epoch_rises_with_each_opening_and_stands_in_every_record()
    {
        for (var life = 1UL; life <= 5; life++)
        {
            using var journal = DurableJournal.Open(_disk, JournalSamples.Small, new ReplayLog());
            Assert.Equal(life, journal.Epoch);
            JournalSamples.Append(journal, life == 3 ? 0 : 2);
        }

        var epochs = new EpochLog();
        JournalReader.Read(_disk, epochs);
        Assert.Equal([1UL, 1, 2, 2, 4, 4, 5, 5], epochs.Seen);
    }

    [Fact]
    public void A_second_writer_is_refused()
    {
        using (DurableJournal.Open(_disk, JournalSamples.Small, new ReplayLog()))
        {
            var refusal = Assert.Throws<JournalException>(
                () => DurableJournal.Open(_disk, JournalSamples.Small, new ReplayLog()));
            Assert.Equal(JournalReasons.Locked, refusal.Reason);
        }

        DurableJournal.Open(_disk, JournalSamples.Small, new ReplayLog()).Dispose();
    }

    [Fact]
    public void Two_snapshots_are_kept_and_segments_that_only_older_ones_needed_are_deleted()
    {
        using var journal = DurableJournal.Open(_disk, JournalSamples.Small, new ReplayLog());
        ulong[] taken = [0, 0];
        for (var i = 0; i < 8; i++)
        {
            JournalSamples.Append(journal, 40);
            while (journal.Step())
            {
            }

            var firstSegments = FirstSequences();
            if (i < 2)
            {
                Assert.Equal(1UL, firstSegments[0]);
            }
            else
            {
                // The oldest segment kept holds the record behind the older snapshot.
                Assert.True(firstSegments[0] <= taken[0] + 1 && firstSegments[1] > taken[0] + 1);
            }

            JournalSamples.Snapshot(journal);
            taken = [taken[1], journal.DurableSequence];
        }

        Assert.Equal(2, _disk.Files.Keys.Count(name => name.StartsWith("snapshot-", StringComparison.Ordinal)));
        var log = new ReplayLog();
        var reading = JournalReader.Read(_disk, log);
        Assert.Equal((320UL, 320UL, 0UL), (log.Snapshot, reading.LastSequence, log.Applied));
        Assert.True(reading.Records < 100);

        List<ulong> FirstSequences() => [.. _disk.Files.Keys
            .Where(name => name.EndsWith(".sljournal", StringComparison.Ordinal))
            .Select(name => ulong.Parse(name.AsSpan(8, 20))).Order()];
    }

    [Fact]
    public void History_is_kept_as_far_as_it_fits_and_is_read_from_its_oldest_state_on()
    {
        var wholly = 0;
        for (var seed = 1; seed <= Counts.Of(200, 30); seed++)
        {
            var dice = new Random(seed);
            var (disk, plain) = (new SimulatedJournalDisk(), new SimulatedJournalDisk());
            var keep = dice.Next(4_000, 120_000);
            for (var life = 0; life < 3; life++)
            {
                // Records and snapshots are the same on both.
                using var journal = DurableJournal.Open(disk, JournalSamples.Small with { KeepBytes = keep }, new ReplayLog());
                using var bare = DurableJournal.Open(plain, JournalSamples.Small, new ReplayLog());
                for (var i = dice.Next(1, 6); i > 0; i--)
                {
                    var records = dice.Next(1, 120);
                    JournalSamples.Write(journal, records);
                    JournalSamples.Write(bare, records);
                    JournalSamples.Snapshot(journal);
                    JournalSamples.Snapshot(bare);
                    AssertKept(disk, plain, keep, journal.DurableSequence);
                }
            }

            wholly += JournalReader.OldestBase(disk) == 0 ? 1 : 0;
        }

        Assert.InRange(wholly, 1, Counts.Of(200, 30) - 1);
    }

    [Fact]
    public void A_snapshot_ahead_of_the_disk_or_behind_the_last_one_is_refused()
    {
        using var journal = DurableJournal.Open(_disk, JournalSamples.Small, new ReplayLog());
        JournalSamples.Append(journal, 2);
        Assert.Throws<ArgumentException>(() => journal.WriteSnapshot(2, new byte[32], []));
        Assert.True(journal.Step());
        Assert.Throws<ArgumentException>(() => journal.WriteSnapshot(2, new byte[31], []));
        journal.WriteSnapshot(2, new byte[32], []);
        Assert.Throws<ArgumentException>(() => journal.WriteSnapshot(2, new byte[32], []));
    }

    private static void AssertKept(SimulatedJournalDisk disk, SimulatedJournalDisk plain, long keep, ulong last)
    {
        static long Bytes(SimulatedJournalDisk one) => one.Files.Where(file => file.Key.Contains('-')).Sum(file => file.Value.LongLength);
        Assert.True(Bytes(disk) <= Math.Max(keep, Bytes(plain)), $"{Bytes(disk)} of {keep}, {Bytes(plain)} needed");
        Assert.Superset(plain.Files.Keys.Where(name => name.Contains('-')).ToHashSet(), disk.Files.Keys.ToHashSet());
        var oldest = JournalReader.OldestBase(disk);
        var log = new ReplayLog();
        JournalReader.ReadUpTo(disk, log, last, oldest == 0 ? 0 : Math.Min(oldest + 1, last));
        Assert.Equal((oldest, last - oldest), (log.Snapshot, log.Applied));

        // What a start reads, and what proves all of it, come to the same.
        Assert.Equal(last, JournalReader.Read(disk, new ReplayLog()).LastSequence);
        Assert.Equal(last, JournalReader.ReadForStart(disk, new ReplayLog()).LastSequence);
    }

    [Fact]
    public void A_batch_of_more_records_than_its_places_count_is_read_back()
    {
        var settings = new JournalSettings { SegmentBytes = 8 << 20, BufferBytes = 8 << 20 };
        using (var journal = DurableJournal.Open(_disk, settings, new EpochLog()))
        {
            for (var i = 0; i < 70_000; i++)
            {
                Assert.Equal(JournalAppend.Appended, journal.Append(1, [], out _));
            }

            Assert.True(journal.Step());
            Assert.Equal(70_000UL, journal.DurableSequence);
        }

        Assert.Equal(70_000UL, JournalReader.Read(_disk).Records);
    }

    private sealed class EpochLog : IJournalReplay
    {
        public List<ulong> Seen { get; } = [];

        public void Restore(in JournalSnapshot snapshot) => Assert.Fail("no snapshot was made");

        public void Apply(in JournalRecord record) => Seen.Add(record.Epoch);
    }
}
