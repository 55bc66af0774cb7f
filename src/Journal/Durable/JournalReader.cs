using System.Buffers.Binary;

namespace Strikeline.Journal;

/// <summary>Reads a whole journal in order, proves every byte on the way, and changes nothing.</summary>
/// <remarks>
/// Read out of order, twice, from another journal or with a hole, a record is refused: checksum, sequence, epoch and
/// chain must all follow on what came before. Only at the end of the last segment may bytes fail: a crash tears what
/// was written and not yet synced, and nobody was told of that. Two things show that the failing record was more: the
/// mark, which says what was acknowledged, and a sound record of a later batch, since a batch begins only when the one
/// before it is durable.
/// </remarks>
public sealed partial class JournalReader
{
    private const long MaxSegmentBytes = 1 << 30;

    // How far ahead of the failing record a later one is looked for; garbage rarely has so small a number.
    private const ulong SearchAhead = uint.MaxValue;

    private readonly IJournalDisk _disk;
    private readonly IJournalReplay? _replay;
    private readonly JournalReading _reading = new();
    private byte[] _bytes = [];
    private ulong _recordEpoch;
    private bool _isForStart;

    private JournalReader(IJournalDisk disk, IJournalReplay? replay)
    {
        _disk = disk;
        _replay = replay;
    }

    private ulong Next => _reading.LastSequence + 1;

    /// <summary>Reads the journal of a folder that nobody writes meanwhile.</summary>
    /// <param name="disk">The folder.</param>
    /// <param name="replay">What it is read into; null to prove it only.</param>
    /// <exception cref="JournalException">
    /// Damage, a newer format, or a disk that refuses. What was handed over until then is sound and no whole state.
    /// </exception>
    public static JournalReading Read(IJournalDisk disk, IJournalReplay? replay = null) =>
        Reading(disk, () => new JournalReader(disk, replay).Run());

    /// <summary>As above, without the records that only older states than the last two snapshots need: they may be
    /// many, and a start is to be quick.</summary>
    internal static JournalReading ReadForStart(IJournalDisk disk, IJournalReplay replay) =>
        Reading(disk, () => new JournalReader(disk, replay) { _isForStart = true }.Run());

    /// <summary>True where a folder holds anything of a journal.</summary>
    public static bool IsJournal(IJournalDisk disk) => disk.List().Any(
        name => name == JournalMark.Name || JournalFormat.TrySegment(name, out _));

    private static T Reading<T>(IJournalDisk disk, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (JournalDiskException failure)
        {
            throw new JournalException(
                $"journal {disk.Place}: cannot be read ({failure.Message}); check the folder's rights and the disk, or "
                + "restore it from a copy", failure)
            { Reason = JournalReasons.Disk };
        }
    }

    private JournalReading Run()
    {
        var names = _disk.List();
        _reading.Mark = JournalMark.Read(_disk, names, _reading.NoteList);
        _reading.SnapshotSequence = JournalSnapshots.Restore(_disk, names, _replay, _reading);
        var segments = JournalSnapshots.Segments(names);
        if (_isForStart)
        {
            // The state before the newest one must still be to be had.
            var before = JournalSnapshots.Newest(names).FirstOrDefault(one => one < _reading.SnapshotSequence);
            segments.RemoveRange(0, Math.Max(0, segments.FindLastIndex(first => first <= before + 1)));
        }

        if (segments.Count > 0)
        {
            Start(segments[0]);
        }

        for (var i = 0; i < segments.Count; i++)
        {
            ReadSegment(segments[i], isLast: i == segments.Count - 1);
        }

        Finish(segments.Count > 0);
        return _reading;
    }

    private void Start(ulong first)
    {
        if (first == 0 || first > _reading.SnapshotSequence + 1)
        {
            var reason = _reading.DamagedSnapshots.Count > 0 ? JournalReasons.Snapshot : JournalReasons.SegmentMissing;
            throw Damage(
                reason, JournalFormat.SegmentName(first), 0, _reading.SnapshotSequence + 1,
                "the records before this segment are missing, and no sound snapshot contains them");
        }

        _reading.LastSequence = first - 1;
    }

    private void ReadSegment(ulong first, bool isLast)
    {
        var name = JournalFormat.SegmentName(first);
        var size = Load(name, first, isLast);
        var at = JournalFormat.HeaderSize;
        while (true)
        {
            var body = JournalFormat.Body(_bytes.AsSpan(at, size - at));
            if (body.IsEmpty)
            {
                MeetEnd(name, at, size, isLast);
                break;
            }

            Take(name, at, body);
            at += body.Length + JournalFormat.RecordTailSize;
        }

        _reading.LastSegment = name;
        _reading.LastSegmentSize = size;
        _reading.EndOffset = at;
    }

    private int Load(string name, ulong first, bool isLast)
    {
        using var file = _disk.OpenToRead(name);
        Span<byte> header = stackalloc byte[JournalFormat.HeaderSize];
        if (file.ReadAll(header, 0) < header.Length || !JournalFormat.IsIntact(header, JournalFormat.Magic))
        {
            throw Damage(JournalReasons.SegmentHeader, name, 0, first, "the segment's header is damaged");
        }

        JournalFormat.RefuseNewer(header, _disk.Place, name);
        var size = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        var chain = BinaryPrimitives.ReadUInt64LittleEndian(header[24..]);
        var epoch = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]);
        if (BinaryPrimitives.ReadUInt64LittleEndian(header[16..]) != first
            || size is < JournalFormat.HeaderSize or > MaxSegmentBytes || size % 8 != 0)
        {
            throw Damage(
                JournalReasons.SegmentHeader, name, 16, first, "the segment's header contradicts its name or itself");
        }

        if (first != Next)
        {
            throw Damage(
                JournalReasons.SegmentMissing, name, 16, Next,
                $"the segment before it ended with {_reading.LastSequence}, and this one begins with {first}");
        }

        // The chain of the oldest segment kept is taken from its header, unless it is the journal's first.
        if (chain != _reading.Chain && (_reading.LastSegment.Length > 0 || first == 1))
        {
            throw Damage(
                JournalReasons.RecordChain, name, 24, first, "the segment does not follow on the one before it");
        }

        _reading.Chain = chain;
        CheckEpoch(name, 40, epoch);
        var length = file.Length;
        if (length > size || (length < size && !isLast))
        {
            throw Damage(
                JournalReasons.SegmentSize, name, Math.Min(length, size), Next,
                $"the segment has {length} bytes instead of {size}");
        }

        if (_bytes.Length < size)
        {
            _bytes = new byte[size];
        }

        var read = file.ReadAll(_bytes.AsSpan(0, (int)size), 0);
        if (read < size)
        {
            _bytes.AsSpan(read, (int)size - read).Clear();
            _reading.IsTorn = true;
            _reading.NoteList.Add($"{name}: byte {read}: the file was cut short by {size - read} bytes");
        }

        return (int)size;
    }

    private void Take(string name, int at, ReadOnlySpan<byte> body)
    {
        var sequence = JournalFormat.Sequence(body);
        if (sequence != Next)
        {
            throw Damage(JournalReasons.RecordSequence, name, at, Next, $"the record here is {sequence}");
        }

        CheckEpoch(name, at, JournalFormat.Epoch(body));
        var chain = JournalFormat.Chain(_reading.Chain, body);
        if (JournalFormat.Fold(chain) != JournalFormat.StoredChain(_bytes.AsSpan(at + body.Length)))
        {
            throw Damage(
                JournalReasons.RecordChain, name, at, Next, "the record does not follow on the one before it");
        }

        _reading.Chain = chain;
        _reading.LastSequence = sequence;
        _reading.Records++;
        if (_reading.FirstSequence == 0)
        {
            _reading.FirstSequence = sequence;
        }

        if (sequence > _reading.SnapshotSequence)
        {
            _replay?.Apply(new JournalRecord(
                sequence, JournalFormat.Epoch(body), JournalFormat.Type(body),
                body.Slice(JournalFormat.RecordHeadSize, (int)JournalFormat.Length(body))));
        }
    }

    private void CheckEpoch(string name, int at, ulong epoch)
    {
        if (_isAlive && epoch > _reading.Mark?.Epoch)
        {
            // A writer began meanwhile.
            ReadMark();
        }

        if (epoch < _recordEpoch || epoch > (_reading.Mark?.Epoch ?? ulong.MaxValue))
        {
            throw Damage(
                JournalReasons.RecordEpoch, name, at, Next,
                $"epoch {epoch} cannot follow on {_recordEpoch} in a journal whose newest is {_reading.Mark?.Epoch}");
        }

        _recordEpoch = epoch;
    }

    // Nothing but zeroes is the end. Anything else is a torn tail or damage.
    private void MeetEnd(string name, int at, int size, bool isLast)
    {
        var rest = _bytes.AsSpan(at, size - at);
        if (!rest.ContainsAnyExcept((byte)0))
        {
            return;
        }

        if (!isLast)
        {
            throw Damage(
                JournalReasons.RecordChecksum, name, at, Next, "damaged bytes, and sound segments follow");
        }

        if (_reading.Mark is { } mark && mark.Sequence >= Next)
        {
            throw Damage(
                JournalReasons.RecordChecksum, name, at, Next,
                $"damaged bytes, and everything up to {mark.Sequence} was acknowledged");
        }

        if (FindLater(rest) is var later and > 0)
        {
            throw Damage(
                JournalReasons.RecordChecksum, name, at, Next,
                $"damaged bytes, and the sound record {later} of a later batch follows");
        }

        NoteTorn(name, at);
    }

    private void NoteTorn(string name, int at)
    {
        _reading.IsTorn = true;
        _reading.NoteList.Add(
            $"{name}: byte {at}: a torn tail behind sequence {_reading.LastSequence}, from a crash before it was "
            + "synced; nobody was told of what it held");
    }

    private ulong FindLater(ReadOnlySpan<byte> rest)
    {
        var next = Next;
        for (var at = 8; at + JournalFormat.RecordSize <= rest.Length; at += 8)
        {
            var sequence = JournalFormat.Sequence(rest[at..]);
            var place = JournalFormat.Place(rest[at..]);
            if (sequence > next && sequence - next <= SearchAhead && sequence - next > place
                && !JournalFormat.Body(rest[at..]).IsEmpty)
            {
                return sequence;
            }
        }

        return 0;
    }

    private void Finish(bool hasSegments)
    {
        var promised = Math.Max(_reading.Mark?.Sequence ?? 0, _reading.SnapshotSequence);
        if (!hasSegments && (promised > 0 || _reading.DamagedSnapshots.Count > 0))
        {
            throw Damage(
                JournalReasons.SegmentMissing, JournalFormat.SegmentName(promised + 1), 0, promised + 1,
                $"all segments are missing, and everything up to {promised} was acknowledged");
        }

        if (promised > _reading.LastSequence)
        {
            throw Damage(
                JournalReasons.AcknowledgedLost, _reading.LastSegment, _reading.EndOffset, Next,
                $"the journal ends here, and everything up to {promised} was acknowledged");
        }

        if (_reading.Mark is null && _reading.LastSequence > 0)
        {
            _reading.NoteList.Add(
                $"{JournalMark.Name}: it is missing; records acknowledged and lost at the end would not show");
        }

        _reading.Epoch = Math.Max(_reading.Mark?.Epoch ?? 0, _recordEpoch);
    }

    private JournalException Damage(string reason, string file, long offset, ulong sequence, string found) =>
        JournalException.Damage(_disk.Place, reason, file, offset, sequence, found);
}
