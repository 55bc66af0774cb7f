namespace Strikeline.Journal;

/// <summary>A whole copy of a journal, taken while its writer goes on, or back from such a copy.</summary>
/// <remarks>
/// The newest sound snapshot, the segments that go on behind it, and a mark: what a crash of the writer would have left
/// at some moment of the copying, with everything in it that was durable at the beginning. It is made in a folder
/// beside the one that is asked for, synced, read back whole, and only then given its name: a half-made copy never has
/// it.
/// </remarks>
public static class JournalCopy
{
    /// <summary>How often it begins again where newer snapshots take away what is being copied.</summary>
    public const int Tries = 5;

    private const string DraftExtension = ".new";

    /// <summary>Copies.</summary>
    /// <param name="from">The folder of a journal.</param>
    /// <param name="to">The folder to make: absent, or empty.</param>
    /// <param name="progress">Told of bytes that are done and, as far as known, of all.</param>
    /// <param name="stop">Ends it; nothing is left behind.</param>
    /// <returns>What the finished copy was found to hold.</returns>
    /// <exception cref="JournalException">
    /// The journal is damaged, or a disk refuses; <see cref="JournalReasons.Retired"/> where snapshots came faster than
    /// the copying for all <see cref="Tries"/>; <see cref="JournalReasons.Occupied"/> where the target holds anything.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static JournalReading Run(string from, string to, Action<long, long> progress, CancellationToken stop)
    {
        var source = FolderJournalDisk.ToRead(from);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(to));
        RefuseOccupied(target);
        var draft = FolderJournalDisk.ToWrite(target + DraftExtension);
        using var held = Take(draft);
        try
        {
            var reading = CopyAndProve(source, draft, progress, stop);
            RefuseOccupied(target);
            FolderJournalDisk.RenameFolder(draft.Place, target);
            return reading;
        }
        catch (JournalDiskException failure)
        {
            Abandon(draft);
            throw Refused(draft, failure);
        }
        catch
        {
            Abandon(draft);
            throw;
        }
    }

    /// <summary>Copies, again where it must, and proves the copy; for disks of any kind.</summary>
    internal static JournalReading CopyAndProve(
        IJournalDisk source, IJournalDisk target, Action<long, long> progress, CancellationToken stop)
    {
        for (var left = Tries; ; left--)
        {
            try
            {
                Clear(target);
                return Prove(target, CopyOnce(source, target, progress, stop));
            }
            catch (JournalException retired) when (retired.Reason == JournalReasons.Retired && left > 1)
            {
                // From the newer snapshot, then.
            }
        }
    }

    private static JournalReading CopyOnce(
        IJournalDisk source, IJournalDisk target, Action<long, long> progress, CancellationToken stop)
    {
        var names = source.List();
        var newest = JournalSnapshots.Newest(names) is [var first, ..] ? first : 0;
        var expected = 1 + JournalSnapshots.Segments(names).Count(one => one > newest + 1);
        var done = 0L;
        var reading = JournalReader.ReadBesideWriter(source, (name, sound, size) =>
        {
            stop.ThrowIfCancellationRequested();
            WriteSegment(target, name, sound, size);
            done += size;
            progress(done, Math.Max(done, (long)expected * size));
        });
        stop.ThrowIfCancellationRequested();
        if (reading.SnapshotSequence > 0)
        {
            CopySnapshot(source, target, reading.SnapshotSequence);
        }

        JournalMark.Begin(target, null, reading.Epoch, reading.LastSequence).Dispose();
        target.Sync();
        return reading;
    }

    // What is on the disk now is read like any journal, and must be what was read.
    private static JournalReading Prove(IJournalDisk target, JournalReading reading)
    {
        var proof = JournalReader.Read(target);
        if (proof.LastSequence != reading.LastSequence || proof.SnapshotSequence != reading.SnapshotSequence
            || proof.Epoch != reading.Epoch || proof.Chain != reading.Chain || proof.Notes.Count > 0)
        {
            throw new JournalException(
                $"journal {target.Place}: the copy ends with {proof.LastSequence} on snapshot "
                + $"{proof.SnapshotSequence}, and {reading.LastSequence} on {reading.SnapshotSequence} was copied; "
                + "check the disk")
            { Reason = JournalReasons.Disk };
        }

        proof.NoteList.AddRange(reading.NoteList);
        return proof;
    }

    private static void WriteSegment(IJournalDisk target, string name, ReadOnlySpan<byte> sound, int size)
    {
        try
        {
            WriteWhole(target, name, sound, size);
        }
        catch (JournalDiskException failure)
        {
            // Not the journal that is being read.
            throw Refused(target, failure);
        }
    }

    private static void WriteWhole(IJournalDisk target, string name, ReadOnlySpan<byte> sound, int size)
    {
        using var file = target.Create(name);
        file.WriteAll(sound, 0);
        var zeroes = new byte[Math.Min(size - sound.Length, 1024 * 1024)];
        for (var at = sound.Length; at < size;)
        {
            var length = Math.Min(zeroes.Length, size - at);
            file.WriteAll(zeroes.AsSpan(0, length), at);
            at += length;
        }

        file.Sync();
    }

    private static void CopySnapshot(IJournalDisk source, IJournalDisk target, ulong sequence)
    {
        var name = JournalSnapshots.Name(sequence);
        byte[] bytes;
        try
        {
            if (JournalSnapshots.Load(source, sequence, out bytes) is { } flaw)
            {
                throw JournalException.Damage(source.Place, JournalReasons.Snapshot, name, 0, sequence, flaw);
            }
        }
        catch (JournalDiskException failure) when (failure.Number == JournalDiskException.NoSuchFile)
        {
            throw new JournalException(
                $"journal {source.Place}: {name} is gone behind newer snapshots ({JournalReasons.Retired}); try again",
                failure)
            { Reason = JournalReasons.Retired, File = name };
        }

        using var file = target.Create(name);
        file.WriteAll(bytes, 0);
        file.Sync();
    }

    private static void RefuseOccupied(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new JournalException(
                $"journal {folder}: something is there already; name a folder that is empty or not there yet")
            { Reason = JournalReasons.Occupied };
        }
    }

    // Two copies to one place would delete each other's files.
    private static IDisposable Take(FolderJournalDisk draft)
    {
        try
        {
            return draft.Lock(JournalFormat.LockName);
        }
        catch (JournalDiskException failure)
        {
            throw Refused(draft, failure);
        }
    }

    // What an earlier try has left; anything that is no part of a journal is somebody else's.
    private static void Clear(IJournalDisk draft)
    {
        var names = draft.List();
        if (names.FirstOrDefault(name => !IsPart(name)) is { } stray)
        {
            throw new JournalException(
                $"journal {draft.Place}: {stray} is in the way of the copy; move it away, or choose another folder")
            { Reason = JournalReasons.Occupied, File = stray };
        }

        foreach (var name in names.Where(name => name != JournalFormat.LockName))
        {
            draft.Delete(name);
        }
    }

    private static bool IsPart(string name) => name is JournalFormat.LockName or JournalMark.Name or JournalMark.Draft
        || JournalFormat.TrySegment(name, out _) || JournalSnapshots.IsName(name);

    private static JournalException Refused(IJournalDisk target, JournalDiskException failure) => new(
        $"journal {target.Place}: cannot be written ({failure.Message}); free some space or correct the folder's "
        + "rights, or choose another folder", failure)
    { Reason = JournalReasons.Disk };

    private static void Abandon(FolderJournalDisk draft)
    {
        try
        {
            Clear(draft);
            draft.Delete(JournalFormat.LockName);
            Directory.Delete(draft.Place);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JournalException)
        {
            // Left as it is: it does not have the name of a copy, and the next one clears it.
        }
    }
}
