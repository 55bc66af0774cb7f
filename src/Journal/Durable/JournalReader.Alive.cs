namespace Strikeline.Journal;

/// <summary>What a reading of a journal that is written meanwhile hands over of each segment.</summary>
/// <param name="name">The segment's name.</param>
/// <param name="sound">Its header and the proven records.</param>
/// <param name="size">Bytes of the whole segment: zeroes follow.</param>
internal delegate void JournalSegmentRead(string name, ReadOnlySpan<byte> sound, int size);

/// <content>
/// Readings beside a writer. Files come and go meanwhile and bytes follow on; nothing that was durable before it was
/// loaded may be missing or fail.
/// </content>
public sealed partial class JournalReader
{
    // A place of the mark that is being written right now may be read half old and half new.
    private const int MarkTries = 16;

    private bool _isAlive;
    private ulong _upTo;
    private JournalMarkReading? _firstMark;
    private int _loadedAgainAt;

    private enum End
    {
        OfReading,
        OfSegment,
        None,
    }

    private bool IsToTheEnd => _upTo == ulong.MaxValue;

    // Everything up to here was durable before now.
    private ulong Promised => Math.Max(
        IsToTheEnd ? 0 : _upTo, Math.Max(_reading.Mark?.Sequence ?? 0, _reading.SnapshotSequence));

    /// <summary>Reads the journal up to a record and judges nothing behind it; a writer may go on meanwhile.</summary>
    /// <remarks>
    /// It starts from the newest sound snapshot below the record and applies everything behind that one, so that the
    /// state at a snapshot is computed again rather than loaded.
    /// </remarks>
    /// <param name="disk">The folder.</param>
    /// <param name="replay">What it is read into; null to prove it only.</param>
    /// <param name="upTo">The last record to read, at least 1; durable, which the caller vouches for.</param>
    /// <exception cref="JournalException">
    /// As of <see cref="Read"/>; and <see cref="JournalReasons.Retired"/> where newer snapshots have taken away what
    /// leads to the record, before or meanwhile: no damage, but that state can be computed no more.
    /// </exception>
    public static JournalReading ReadUpTo(IJournalDisk disk, IJournalReplay? replay, ulong upTo) =>
        ReadUpTo(disk, replay, upTo, upTo);

    /// <summary>As above, from the newest sound snapshot below another record.</summary>
    /// <param name="disk">The folder.</param>
    /// <param name="replay">What it is read into; null to prove it only.</param>
    /// <param name="upTo">The last record to read, as above.</param>
    /// <param name="snapshotBelow">Only a snapshot below this record is taken; 0 for none at all: from the journal's
    /// first record on.</param>
    /// <exception cref="JournalException">As above.</exception>
    public static JournalReading ReadUpTo(IJournalDisk disk, IJournalReplay? replay, ulong upTo, ulong snapshotBelow)
    {
        ArgumentOutOfRangeException.ThrowIfZero(upTo);
        ArgumentOutOfRangeException.ThrowIfEqual(upTo, ulong.MaxValue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(snapshotBelow, upTo + 1);
        return Reading(disk, () => new JournalReader(disk, replay).RunBesideWriter(upTo, null, snapshotBelow));
    }

    /// <summary>The first record of the oldest segment of a folder; 0 where there is none.</summary>
    public static ulong OldestRecord(IJournalDisk disk) =>
        Reading(disk, () => JournalSnapshots.Segments(disk.List()).FirstOrDefault());

    /// <summary>The oldest state behind which all records are there: the last record that it contains; 0 for the
    /// journal's beginning.</summary>
    public static ulong OldestBase(IJournalDisk disk) => Reading(disk, () =>
    {
        var names = disk.List();
        var first = JournalSnapshots.Segments(names).FirstOrDefault();
        return first <= 1 ? 0 : JournalSnapshots.Newest(names).LastOrDefault(one => one + 1 >= first);
    });

    /// <summary>Reads from the newest sound snapshot on, as far as there are sound records, and at least everything
    /// that was durable when it began; a writer may go on meanwhile.</summary>
    /// <remarks>What is read is what a crash of the writer would have left at some moment of the reading.</remarks>
    internal static JournalReading ReadBesideWriter(IJournalDisk disk, JournalSegmentRead segment) =>
        Reading(
            disk, () => new JournalReader(disk, null).RunBesideWriter(ulong.MaxValue, segment, ulong.MaxValue));

    private JournalReading RunBesideWriter(ulong upTo, JournalSegmentRead? segment, ulong snapshotBelow)
    {
        (_isAlive, _upTo) = (true, upTo);
        ReadMark();
        _firstMark = _reading.Mark;
        var names = _disk.List();
        RestoreBelow(names, snapshotBelow);
        var segments = JournalSnapshots.Segments(names);
        var first = segments.LastOrDefault(one => one <= _reading.SnapshotSequence + 1);
        if (segments.Count == 0 && IsToTheEnd && Promised == 0 && _reading.DamagedSnapshots.Count == 0)
        {
            return _reading;
        }

        if (first == 0)
        {
            throw Absent(_reading.SnapshotSequence + 1);
        }

        _reading.LastSequence = first - 1;
        while (ReadSegmentBesideWriter(first, segment) == End.OfSegment)
        {
            // A segment is named after its first record.
            first = Next;
        }

        _reading.Epoch = Math.Max(_reading.Mark?.Epoch ?? 0, _recordEpoch);
        return _reading;
    }

    private void RestoreBelow(IReadOnlyList<string> names, ulong below)
    {
        try
        {
            _reading.SnapshotSequence = JournalSnapshots.Restore(_disk, names, _replay, _reading, below);
        }
        catch (JournalDiskException failure) when (failure.Number == JournalDiskException.NoSuchFile)
        {
            throw Retired("a snapshot");
        }
    }

    private End ReadSegmentBesideWriter(ulong first, JournalSegmentRead? segment)
    {
        var name = JournalFormat.SegmentName(first);
        var size = LoadBesideWriter(name, first);
        var at = JournalFormat.HeaderSize;
        var end = End.None;
        _loadedAgainAt = -1;
        while (end == End.None)
        {
            var body = JournalFormat.Body(_bytes.AsSpan(at, size - at));
            if (_reading.LastSequence >= _upTo)
            {
                end = End.OfReading;
            }
            else if (!body.IsEmpty)
            {
                Take(name, at, body);
                at += body.Length + JournalFormat.RecordTailSize;
            }
            else
            {
                end = IsToTheEnd ? MeetTheEnd(name, first, at, size) : MeetEndBefore(name, at, size);
            }
        }

        segment?.Invoke(name, _bytes.AsSpan(0, at), size);
        _reading.LastSegment = name;
        _reading.LastSegmentSize = size;
        _reading.EndOffset = at;
        return end;
    }

    // All that is wanted was durable before anything was loaded.
    private End MeetEndBefore(string name, int at, int size) => IsZero(at, size)
        ? End.OfSegment
        : throw Damage(
            JournalReasons.RecordChecksum, name, at, Next,
            $"damaged bytes, and everything up to {_upTo} was acknowledged");

    // What shows that the next record is durable is newer than what was loaded: loaded again it must be there.
    private End MeetTheEnd(string name, ulong first, int at, int size)
    {
        ReadMark();
        var isWriterAtWork = _reading.Mark?.Count != _firstMark?.Count;
        if (isWriterAtWork && _reading.LastSequence >= (_firstMark?.Sequence ?? 0)
            && _reading.LastSequence >= _reading.SnapshotSequence)
        {
            return End.OfReading;
        }

        var isZero = IsZero(at, size);
        var later = isZero ? 0 : FindLater(_bytes.AsSpan(at, size - at));
        var hasLaterSegment = HasSegmentBehind(first);
        if (!hasLaterSegment && later == 0 && Promised < Next)
        {
            if (!isZero)
            {
                NoteTorn(name, at);
            }

            return End.OfReading;
        }

        if (_loadedAgainAt != at)
        {
            _loadedAgainAt = at;
            LoadAgain(name, size);
            return End.None;
        }

        return isZero
            ? End.OfSegment
            : throw Damage(
                JournalReasons.RecordChecksum, name, at, Next,
                hasLaterSegment ? "damaged bytes, and sound segments follow"
                : later > 0 ? $"damaged bytes, and the sound record {later} of a later batch follows"
                : $"damaged bytes, and everything up to {Promised} was acknowledged");
    }

    private int LoadBesideWriter(string name, ulong first)
    {
        try
        {
            return Load(name, first, isLast: !HasSegmentBehind(first));
        }
        catch (JournalDiskException failure) when (failure.Number == JournalDiskException.NoSuchFile)
        {
            throw Absent(first);
        }
    }

    private void LoadAgain(string name, int size)
    {
        try
        {
            using var file = _disk.OpenToRead(name);
            file.ReadAll(_bytes.AsSpan(0, size), 0);
        }
        catch (JournalDiskException failure) when (failure.Number == JournalDiskException.NoSuchFile)
        {
            throw Absent(_reading.LastSequence);
        }
    }

    private void ReadMark()
    {
        for (var left = MarkTries; left > 0; left--)
        {
            try
            {
                _reading.Mark = JournalMark.Read(_disk, _disk.List(), []);
                return;
            }
            catch (JournalException e) when (e.Reason == JournalReasons.Mark && left > 1)
            {
            }
        }
    }

    private bool IsZero(int at, int size) => !_bytes.AsSpan(at, size - at).ContainsAnyExcept((byte)0);

    private bool HasSegmentBehind(ulong first) => JournalSnapshots.Segments(_disk.List()).Exists(one => one > first);

    // Why the segment is not there that a record is in, or should begin.
    private JournalException Absent(ulong sequence)
    {
        var names = _disk.List();
        var segments = JournalSnapshots.Segments(names);
        var snapshots = JournalSnapshots.Newest(names);

        // Two snapshots are kept, and every segment that the older one needs.
        var older = snapshots.Count == 0 ? 0 : snapshots[Math.Min(1, snapshots.Count - 1)];
        if (segments.Count > 0 && segments[0] > sequence && segments[0] <= older + 1
            && _reading.DamagedSnapshots.Count == 0)
        {
            return Retired(JournalFormat.SegmentName(sequence));
        }

        var isEnd = segments.Count > 0 && segments[^1] <= sequence;
        var reason = isEnd ? JournalReasons.AcknowledgedLost
            : _reading.DamagedSnapshots.Count > 0 ? JournalReasons.Snapshot
            : JournalReasons.SegmentMissing;
        return Damage(
            reason, JournalFormat.SegmentName(sequence), 0, sequence,
            isEnd
                ? $"the journal ends before it, and everything up to {Promised} was acknowledged"
                : "the records from here on are missing, and no sound snapshot contains them");
    }

    private JournalException Retired(string what) => new(
        $"journal {_disk.Place}: {what} is gone behind newer snapshots ({JournalReasons.Retired}); begin at a newer "
        + "one")
    { Reason = JournalReasons.Retired };
}
