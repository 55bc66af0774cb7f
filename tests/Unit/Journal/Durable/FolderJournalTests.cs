using System.Runtime.Versioning;
using Strikeline.Journal;

namespace Strikeline.Unit.Journal;

/// <summary>The journal on the file system, with its own thread.</summary>
[SupportedOSPlatform("linux")]
public sealed class FolderJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-journal-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Records_go_through_the_thread_and_come_back_over_several_openings()
    {
        var settings = new JournalSettings { SegmentBytes = 64 * 1024, BufferBytes = 32 * 1024 };
        for (var life = 0UL; life < 3; life++)
        {
            var log = new ReplayLog();
            using var journal = DurableJournal.Open(FolderJournalDisk.ToWrite(_folder), settings, log);
            Assert.Equal(life * 2_000, log.Last);
            journal.Start();
            while (journal.LastSequence < (life + 1) * 2_000)
            {
                if (JournalSamples.TryAppend(journal) == JournalAppend.Full)
                {
                    Assert.True(journal.Wait(journal.DurableSequence + 1));
                }
            }

            Assert.True(journal.Wait(journal.LastSequence), journal.Failure);
            if (life == 1)
            {
                JournalSamples.Snapshot(journal);
            }
        }

        var last = new ReplayLog();
        JournalReader.Read(FolderJournalDisk.ToRead(_folder), last);
        Assert.Equal((4_000UL, 6_000UL), (last.Snapshot, last.Last));
        Assert.All(
            Directory.GetFiles(_folder),
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void A_second_writer_is_refused_in_one_line()
    {
        using var journal = DurableJournal.Open(FolderJournalDisk.ToWrite(_folder), JournalSamples.Small, new ReplayLog());
        var refusal = Assert.Throws<JournalException>(
            () => DurableJournal.Open(FolderJournalDisk.ToWrite(_folder), JournalSamples.Small, new ReplayLog()));
        Assert.Equal(JournalReasons.Locked, refusal.Reason);
        Assert.Equal(
            $"journal {_folder}: another program writes it (it holds journal.lock); end that one, or choose another folder",
            refusal.Message);
    }

    [Fact]
    public void A_machine_that_hides_a_failing_sync_is_refused()
    {
        var refusal = Assert.Throws<JournalException>(() => FolderJournalDisk.ProveSync(_ => 0));
        Assert.Equal(JournalReasons.SyncUnproven, refusal.Reason);
        Assert.Contains("syncing a pipe returned 0 instead of -1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_without_room_stops_the_write_with_its_error_number()
    {
        // A device that is always full and cannot be synced.
        File.CreateSymbolicLink(Path.Combine(_folder, "full"), "/dev/full");
        using var file = FolderJournalDisk.ToWrite(_folder).Open("full");
        var failure = Assert.Throws<JournalDiskException>(() => file.Write(new byte[10], 0));
        Assert.Equal(28, failure.Number);
        Assert.Contains("pwrite of full at byte 0: No space left on device (errno 28)", failure.Message, StringComparison.Ordinal);
        Assert.Equal(22, Assert.Throws<JournalDiskException>(file.Sync).Number);
    }

    [Fact]
    public void A_folder_that_cannot_be_used_is_refused_in_one_line()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Assert.Equal(
            JournalReasons.Disk, Assert.Throws<JournalException>(() => FolderJournalDisk.ToWrite(file)).Reason);
        Assert.Equal(
            JournalReasons.Disk, Assert.Throws<JournalException>(() => FolderJournalDisk.ToRead(_folder + "/no")).Reason);
    }

    [Fact]
    public void A_million_records_are_read_back()
    {
        var settings = new JournalSettings();
        var payload = new byte[32];
        using (var journal = DurableJournal.Open(FolderJournalDisk.ToWrite(_folder), settings, new ReplayLog()))
        {
            journal.Start();
            while (journal.LastSequence < 1_000_000)
            {
                if (journal.Append(1, payload, out _) == JournalAppend.Full)
                {
                    Assert.True(journal.Wait(journal.DurableSequence + 1), journal.Failure);
                }
            }
        }

        var reading = JournalReader.Read(FolderJournalDisk.ToRead(_folder));
        Assert.Equal((1_000_000UL, 1_000_000UL), (reading.Records, reading.LastSequence));
        Assert.Empty(reading.Notes);
    }
}
