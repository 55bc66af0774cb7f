using System.Runtime.Versioning;
using Strikeline.Journal;

namespace Strikeline.Unit.Journal;

/// <summary>Copies of a journal: whole or not there, beside a writer and on failing disks.</summary>
[SupportedOSPlatform("linux")]
public sealed class JournalCopyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-copy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Whatever_a_writer_does_meanwhile_the_copy_is_whole_and_goes_on()
    {
        var (copied, grown, gaveUp) = (0, 0, 0);
        for (var seed = 0; seed < Counts.Of(5_000, 400); seed++)
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
            var most = dice.Next(1, dice.Next(2) == 0 ? 10 : 200);
            disk.BeforeRead = _ => writer.Let(dice.Next(most));
            writer.Let(dice.Next(100));
            var durable = journal.DurableSequence;
            var target = new SimulatedJournalDisk();
            try
            {
                var reading = Copy(disk, target);
                Assert.InRange(reading.LastSequence, durable, journal.LastSequence);
                grown += reading.LastSequence > durable ? 1 : 0;
                copied++;
                GoesOn(target.Crash(dice), reading.LastSequence);
            }
            catch (JournalException outcome)
            {
                Assert.True(outcome.Reason == JournalReasons.Retired, $"seed {seed}: {outcome.Message}");
                gaveUp++;
            }
        }

        Assert.True(copied > 200 && grown > 20, $"{copied} {grown} {gaveUp}");
    }

    [Fact]
    public void It_begins_again_where_its_snapshot_has_been_taken_away_and_gives_up_after_its_tries()
    {
        foreach (var times in new[] { 1, JournalCopy.Tries - 1, JournalCopy.Tries })
        {
            var disk = JournalSamples.Written(200, seed: 1, snapshotEvery: 80);
            using var journal = DurableJournal.Open(disk, JournalSamples.Small, new ReplayLog());
            var left = times;
            disk.BeforeRead = name =>
            {
                // Two newer snapshots between the choice of one and its reading.
                if (name.StartsWith("snapshot-", StringComparison.Ordinal) && left > 0)
                {
                    left--;
                    for (var i = 0; i < 2; i++)
                    {
                        JournalSamples.Write(journal, 60);
                        JournalSamples.Snapshot(journal);
                    }
                }
            };
            var target = new SimulatedJournalDisk();
            if (times < JournalCopy.Tries)
            {
                Assert.Equal(journal.DurableSequence + ((ulong)times * 120), Copy(disk, target).LastSequence);
                GoesOn(target, journal.DurableSequence);
            }
            else
            {
                Assert.Equal(JournalReasons.Retired, Assert.Throws<JournalException>(() => Copy(disk, target)).Reason);
            }
        }
    }

    [Fact]
    public void Any_call_of_the_target_that_fails_ends_it_with_the_disks_words()
    {
        var disk = JournalSamples.Written(200, seed: 2, snapshotEvery: 80);
        var whole = new SimulatedJournalDisk();
        Copy(disk, whole);
        Assert.True(whole.Calls > 15);
        for (var at = 1; at <= whole.Calls; at++)
        {
            var target = new SimulatedJournalDisk { FaultAt = at, Fault = DiskFault.NoSpace };
            var failure = Record.Exception(() => Copy(disk, target));
            Assert.True(failure is JournalException { Reason: JournalReasons.Disk } or JournalDiskException, failure?.ToString());
            Assert.Contains("errno 28", failure!.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("restore it from a copy", failure!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_target_that_keeps_other_bytes_than_it_was_given_is_found_out()
    {
        var disk = JournalSamples.Written(200, seed: 2, snapshotEvery: 80);
        var whole = new SimulatedJournalDisk();
        Copy(disk, whole);
        var segment = whole.Files.Keys.Last(name => name.StartsWith("journal-", StringComparison.Ordinal));
        var target = new SimulatedJournalDisk();
        var spoilt = false;
        target.BeforeRead = name =>
        {
            if (name == segment && !spoilt)
            {
                spoilt = true;
                target.Open(segment).Write([0xFF], 64 + 30);
            }
        };
        Assert.Equal(JournalReasons.RecordChecksum, Assert.Throws<JournalException>(() => Copy(disk, target)).Reason);
    }

    [Fact]
    public void A_torn_tail_is_left_out_and_told_and_damage_is_refused_with_its_place()
    {
        var disk = JournalSamples.Written(100, seed: 3, snapshotEvery: 40);
        var files = disk.Files.ToDictionary(one => one.Key, one => (byte[])one.Value.Clone());
        var name = files.Keys.Order().Last(one => one.StartsWith("journal-", StringComparison.Ordinal));
        var end = (int)JournalReader.Read(disk).EndOffset;
        files[name][end + 30] = 7;
        var target = new SimulatedJournalDisk();
        var reading = Copy(SimulatedJournalDisk.Of(files), target);
        Assert.Contains($"byte {end}: a torn tail", Assert.Single(reading.Notes), StringComparison.Ordinal);
        GoesOn(target, 100);
        files[name][end - 3] ^= 1;
        var refusal = Assert.Throws<JournalException>(
            () => Copy(SimulatedJournalDisk.Of(files), new SimulatedJournalDisk()));
        Assert.Equal((JournalReasons.RecordChecksum, name, 100UL), (refusal.Reason, refusal.File, refusal.Sequence));
    }

    [Fact]
    public void What_a_broken_off_copy_left_is_replaced_and_what_is_no_part_of_one_is_kept()
    {
        var from = Path.Combine(_folder, "data");
        using (var journal = DurableJournal.Open(FolderJournalDisk.ToWrite(from), JournalSamples.Small, new ReplayLog()))
        {
            JournalSamples.Write(journal, 100);
        }

        var to = Path.Combine(_folder, "copy");
        Directory.CreateDirectory(to + ".new");
        File.WriteAllText(Path.Combine(to + ".new", "journal-00000000000000000001.sljournal"), "half");
        File.WriteAllText(Path.Combine(to + ".new", "mark.new"), "half");
        Assert.Equal(100UL, Run(from, to).LastSequence);
        Assert.Equal(["copy", "data"], Names());
        Assert.Equal(JournalReasons.Occupied, Assert.Throws<JournalException>(() => Run(from, to)).Reason);

        var other = Path.Combine(_folder, "other");
        Directory.CreateDirectory(other + ".new");
        File.WriteAllText(Path.Combine(other + ".new", "letter.txt"), "mine");
        var refusal = Assert.Throws<JournalException>(() => Run(from, other));
        Assert.Equal((JournalReasons.Occupied, "letter.txt"), (refusal.Reason, refusal.File));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(other + ".new", "letter.txt")));
        Directory.Delete(other + ".new", recursive: true);

        using (FolderJournalDisk.ToWrite(other + ".new").Lock("journal.lock"))
        {
            Assert.Equal(JournalReasons.Locked, Assert.Throws<JournalException>(() => Run(from, other)).Reason);
        }

        // An empty folder may have the name already; a stopped copy leaves nothing.
        Directory.CreateDirectory(other);
        using var stopped = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(
            () => JournalCopy.Run(from, other, (_, _) => stopped.Cancel(), stopped.Token));
        Assert.Equal(["copy", "data", "other"], Names());
        Assert.Equal(100UL, Run(from, other).LastSequence);
        Assert.Equal(["copy", "data", "other"], Names());

        string[] Names() => [.. Directory.GetFileSystemEntries(_folder).Select(one => Path.GetFileName(one)!).Order()];
    }

    [Fact]
    public async Task A_folder_is_copied_while_its_exchange_runs()
    {
        var from = Path.Combine(_folder, "data");
        var settings = new JournalSettings { SegmentBytes = 64 * 1024, BufferBytes = 32 * 1024 };
        using var journal = DurableJournal.Open(FolderJournalDisk.ToWrite(from), settings, new ReplayLog());
        journal.Start();
        using var stop = new CancellationTokenSource();
        var writing = JournalSamples.WriteUntil(journal, 20_000, stop.Token);
        try
        {
            for (var copies = 0; copies < Counts.Of(30, 4);)
            {
                Assert.False(writing.IsFaulted, writing.Exception?.ToString());
                var to = Path.Combine(_folder, "copy");
                var durable = journal.DurableSequence;
                try
                {
                    var reading = Run(from, to);
                    Assert.InRange(reading.LastSequence, durable, journal.LastSequence);
                    GoesOn(FolderJournalDisk.ToWrite(to), reading.LastSequence);
                    Directory.Delete(to, recursive: true);
                    copies++;
                }
                catch (JournalException outcome) when (outcome.Reason == JournalReasons.Retired)
                {
                    // Snapshots come faster here than they ever should.
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
        }
    }

    private static JournalReading Copy(IJournalDisk from, IJournalDisk to) =>
        JournalCopy.CopyAndProve(from, to, (_, _) => { }, CancellationToken.None);

    private static JournalReading Run(string from, string to) =>
        JournalCopy.Run(from, to, (_, _) => { }, CancellationToken.None);

    // It opens as a journal with every record in its place, under the next epoch, and takes more.
    private static void GoesOn(IJournalDisk disk, ulong last)
    {
        var epoch = JournalReader.Read(disk).Epoch;
        var log = new ReplayLog();
        using (var journal = DurableJournal.Open(disk, JournalSamples.Small, log))
        {
            Assert.Equal((last, last, epoch + 1), (log.Last, journal.LastSequence, journal.Epoch));
            Assert.Empty(journal.Recovered.Notes);
            JournalSamples.Write(journal, 50);
        }

        log = new ReplayLog();
        Assert.Equal((last + 50, epoch + 1), (JournalReader.Read(disk, log).LastSequence, JournalReader.Read(disk).Epoch));
        Assert.Equal(last + 50, log.Last);
    }
}
