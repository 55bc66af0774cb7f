using System.Runtime.Versioning;
using Strikeline.Journal;

namespace Strikeline.Unit.Journal;

/// <summary>Readings up to a record, and to the end, of a folder that is written at the same time.</summary>
[SupportedOSPlatform("linux")]
public sealed class JournalBesideWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-journal-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_reading_ends_at_its_record_and_begins_at_the_newest_snapshot_below_it()
    {
        var disk = JournalSamples.Written(300, seed: 1, snapshotEvery: 120);
        var snapshots = Snapshots(disk);
        Assert.Equal(2, snapshots.Length);
        for (var upTo = snapshots[0] + 1; upTo <= 300; upTo++)
        {
            var log = new ReplayLog();
            var reading = JournalReader.ReadUpTo(disk, log, upTo);
            Assert.Equal((upTo, upTo), (log.Last, reading.LastSequence));
            Assert.Equal(snapshots.Last(one => one < upTo), log.Snapshot);
            Assert.Equal(log.Last - log.Snapshot, log.Applied);
            Assert.Equal(log.Snapshot, reading.SnapshotSequence);
            Assert.True(reading.FirstSequence <= log.Snapshot + 1);
            Assert.Equal(1UL, reading.Epoch);
        }
    }

    [Fact]
    public void What_is_behind_the_record_is_not_judged_and_what_leads_to_it_is()
    {
        var whole = JournalSamples.Written(200, seed: 2, snapshotEvery: 90);
        var from = Snapshots(whole).Last(one => one < 150);
        var wrong = 0;
        var unread = 0;
        foreach (var (name, bytes) in whole.Files.Where(file => file.Key.StartsWith("journal-", StringComparison.Ordinal)))
        {
            for (var at = 64; at < bytes.Length; at += 40)
            {
                var files = whole.Files.ToDictionary(one => one.Key, one => (byte[])one.Value.Clone());
                files[name][at] ^= 4;
                var log = new ReplayLog();
                try
                {
                    JournalReader.ReadUpTo(SimulatedJournalDisk.Of(files), log, 150);
                    Assert.Equal((150UL, from), (log.Last, log.Snapshot));
                    unread++;
                }
                catch (JournalException refusal)
                {
                    Assert.Equal(name, refusal.File);
                    Assert.InRange(refusal.Sequence, 1UL, 150UL);
                    Assert.True(refusal.Offset <= at);
                    wrong++;
                }
            }
        }

        Assert.True(wrong > 50 && unread > 50);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_record_that_is_not_there_is_a_loss_and_one_behind_the_snapshots_is_retired(bool toTheEnd)
    {
        var disk = JournalSamples.Written(300, seed: 3, snapshotEvery: 120);
        Assert.Equal(JournalReasons.AcknowledgedLost, Refused(disk, 301));
        Assert.Equal(JournalReasons.Retired, Refused(disk, 20));
        Assert.Equal(JournalReasons.Retired, Refused(disk, Snapshots(disk)[0]));

        // Taken away by somebody else.
        disk = JournalSamples.Written(460, seed: 3, snapshotEvery: 120);
        var files = disk.Files.ToDictionary();
        var middle = Segments(disk).First(one => one > Snapshots(disk)[1] + 1);
        Assert.NotEqual(Segments(disk)[^1], middle);
        files.Remove($"journal-{middle:D20}.sljournal");
        disk = SimulatedJournalDisk.Of(files);
        Assert.Equal(
            JournalReasons.SegmentMissing,
            toTheEnd ? Assert.Throws<JournalException>(() => ToTheEnd(disk)).Reason : Refused(disk, 460));
        Assert.Throws<ArgumentOutOfRangeException>(() => JournalReader.ReadUpTo(disk, null, 0));
    }

    [Fact]
    public void Without_a_sound_snapshot_below_it_and_without_its_records_it_is_damage()
    {
        var disk = JournalSamples.Written(300, seed: 3, snapshotEvery: 120);
        var files = disk.Files.ToDictionary();
        files[$"snapshot-{Snapshots(disk)[0]:D20}.slsnapshot"][120] ^= 1;
        Assert.Equal(JournalReasons.Snapshot, Refused(SimulatedJournalDisk.Of(files), Snapshots(disk)[1]));
    }

    // Between any two calls of the reader the writer makes any number of calls: it may stand in the middle of a batch, of a
    // rolled segment, of a snapshot, of retention.
    [Fact]
    public void Whatever_a_writer_does_meanwhile_a_reading_is_whole_or_retired()
    {
        var (whole, retired, grown) = (0, 0, 0);
        for (var seed = 0; seed < Counts.Of(20_000, 1_000); seed++)
        {
            var dice = new Random(seed);
            var batch = dice.Next(1, 40);
            var disk = new SimulatedJournalDisk();
            using var journal = DurableJournal.Open(disk, JournalSamples.Small, new ReplayLog());
            while (journal.DurableSequence < 60)
            {
                JournalSamples.Act(journal, dice, batch);
            }

            using var writer = new Turns(disk, () => JournalSamples.Act(journal, dice, batch));
            var most = dice.Next(1, dice.Next(2) == 0 ? 10 : 300);
            disk.BeforeRead = _ => writer.Let(dice.Next(most));
            writer.Let(dice.Next(100));
            var durable = journal.DurableSequence;
            try
            {
                if (dice.Next(2) == 0)
                {
                    var upTo = durable - (ulong)dice.Next(0, 60);
                    var log = new ReplayLog();
                    JournalReader.ReadUpTo(disk, log, upTo);
                    Assert.Equal(upTo, log.Last);
                }
                else
                {
                    var reading = ToTheEnd(disk);
                    Assert.InRange(reading.LastSequence, durable, journal.LastSequence);
                    grown += reading.LastSequence > durable ? 1 : 0;
                }

                whole++;
            }
            catch (JournalException outcome)
            {
                Assert.True(outcome.Reason == JournalReasons.Retired, $"seed {seed}: {outcome.Message}");
                retired++;
            }
        }

        Assert.True(whole > 100 && retired > 20 && grown > 20, $"{whole} {retired} {grown}");
    }

    [Fact]
    public void A_reading_to_the_end_judges_a_folder_that_nobody_writes_as_the_reader_does()
    {
        var whole = JournalSamples.Written(120, seed: 4, snapshotEvery: 50);
        var dice = new Random(5);
        var (sound, refused) = (0, 0);
        for (var i = 0; i < Counts.Of(20_000, 2_000); i++)
        {
            var files = whole.Files.ToDictionary(one => one.Key, one => (byte[])one.Value.Clone());

            // From the segment on that goes on behind the snapshot: what is before it such a reading does not touch.
            var from = Segments(whole).Last(one => one <= Snapshots(whole)[^1] + 1);
            var names = Segments(whole).Where(one => one >= from).Select(one => $"journal-{one:D20}.sljournal").ToArray();
            var name = names[dice.Next(names.Length)];
            var at = dice.Next(files[name].Length);
            files[name].AsSpan(at, Math.Min(dice.Next(1, 64), files[name].Length - at)).Fill((byte)dice.Next(256));
            if (dice.Next(3) == 0)
            {
                // As after a power cut.
                files.Remove("journal.mark");
            }

            var disk = SimulatedJournalDisk.Of(files);
            var (expected, seen) = (Outcome(() => JournalReader.Read(disk)), Outcome(() => ToTheEnd(disk)));
            Assert.Equal(expected, seen);
            sound += expected.Reason.Length == 0 ? 1 : 0;
            refused += expected.Reason.Length > 0 ? 1 : 0;
        }

        Assert.True(sound > 100 && refused > 100);
    }

    [Fact]
    public async Task Beside_a_live_writer_of_a_folder_every_reading_is_whole_or_retired()
    {
        var settings = new JournalSettings { SegmentBytes = 64 * 1024, BufferBytes = 32 * 1024 };
        using var journal = DurableJournal.Open(FolderJournalDisk.ToWrite(_folder), settings, new ReplayLog());
        journal.Start();
        using var stop = new CancellationTokenSource();
        var writing = JournalSamples.WriteUntil(journal, 3_000, stop.Token);
        var disk = FolderJournalDisk.ToRead(_folder);
        try
        {
            for (var whole = 0; whole < Counts.Of(500, 50);)
            {
                Assert.False(writing.IsFaulted, writing.Exception?.ToString());
                var upTo = journal.DurableSequence;
                if (upTo == 0)
                {
                    continue;
                }

                var log = new ReplayLog();
                try
                {
                    JournalReader.ReadUpTo(disk, log, upTo);
                    Assert.Equal(upTo, log.Last);
                    Assert.True(JournalReader.ReadBesideWriter(disk, (_, _, _) => { }).LastSequence >= upTo);
                    whole++;
                }
                catch (JournalException outcome) when (outcome.Reason == JournalReasons.Retired)
                {
                    // Tried again, as the watch would.
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
        }
    }

    private static JournalReading ToTheEnd(IJournalDisk disk) => JournalReader.ReadBesideWriter(disk, (_, _, _) => { });

    private static (ulong Last, bool Torn, string Reason, string File, long Offset) Outcome(Func<JournalReading> read)
    {
        try
        {
            var reading = read();
            return (reading.LastSequence, reading.IsTorn, "", reading.LastSegment, reading.EndOffset);
        }
        catch (JournalException refusal)
        {
            return (0, false, refusal.Reason, refusal.File, refusal.Offset);
        }
    }

    private static string Refused(IJournalDisk disk, ulong upTo) =>
        Assert.Throws<JournalException>(() => JournalReader.ReadUpTo(disk, new ReplayLog(), upTo)).Reason;

    private static ulong[] Snapshots(SimulatedJournalDisk disk) => Numbers(disk, "snapshot-");

    private static ulong[] Segments(SimulatedJournalDisk disk) => Numbers(disk, "journal-");

    private static ulong[] Numbers(SimulatedJournalDisk disk, string prefix) => [.. disk.Files.Keys
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
        .Select(name => ulong.Parse(name.AsSpan(prefix.Length, 20))).Order()];
}
