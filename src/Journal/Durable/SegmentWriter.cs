namespace Strikeline.Journal;

/// <summary>Seals records and writes them to segments, and makes the next segment while this one fills.</summary>
/// <remarks>Owned by the thread that syncs. Any failure is final for the journal.</remarks>
internal sealed class SegmentWriter : IDisposable
{
    private static readonly byte[] Zeroes = new byte[256 * 1024];

    private readonly IJournalDisk _disk;
    private readonly int _segmentBytes;
    private readonly ulong _epoch;
    private readonly SegmentMaker _maker;

    private IJournalFile _file;
    private long _at;
    private long _size;
    private ulong _chain;

    /// <summary>Goes on behind the last record that was read.</summary>
    public SegmentWriter(IJournalDisk disk, JournalSettings settings, ulong epoch, JournalReading reading)
    {
        _disk = disk;
        _segmentBytes = settings.SegmentBytes;
        _maker = new SegmentMaker(disk, _segmentBytes);
        _epoch = epoch;
        _chain = reading.Chain;
        if (disk.List().Contains(JournalFormat.SpareName))
        {
            // A crash left it half made.
            disk.Delete(JournalFormat.SpareName);
        }

        if (reading.LastSegment.Length == 0)
        {
            _file = Begin(reading.LastSequence + 1);
            return;
        }

        _file = disk.Open(reading.LastSegment);
        _at = reading.EndOffset;
        _size = reading.LastSegmentSize;
        Mend(reading);
    }

    /// <summary>How messages name the place that is written next.</summary>
    public string Where => $"at byte {_at} of {_file.Name}";

    /// <summary>Lets the next segment be made on a thread of its own.</summary>
    public void Start() => _maker.Start();

    /// <summary>Writes a run of records and syncs it; returns the last sequence in it.</summary>
    public ulong Write(Span<byte> records)
    {
        var last = 0UL;
        var from = 0;
        var at = 0;
        var place = (ushort)0;
        while (at < records.Length && JournalFormat.Length(records[at..]) != JournalFormat.Skip)
        {
            var size = JournalFormat.SizeOf((int)JournalFormat.Length(records[at..]));
            var sequence = JournalFormat.Sequence(records[at..]);
            if (_at + (at - from) + size > _size)
            {
                Store(records[from..at]);
                from = at;
                Roll(sequence);
            }
            else if (place == ushort.MaxValue)
            {
                // The place of a record in its batch has 16 bits: a longer batch is two.
                Store(records[from..at]);
                _file.Sync();
                from = at;
                place = 0;
            }

            _chain = JournalFormat.Seal(records.Slice(at, size), place, _chain);
            place++;
            at += size;
            last = sequence;
        }

        Store(records[from..at]);
        _file.Sync();
        return last;
    }

    /// <summary>Fills the next segment with zeroes in step with this one.</summary>
    public void Prepare() => _maker.Prepare(Math.Min(_segmentBytes, _at * _segmentBytes / _size * 5 / 4));

    /// <summary>Closes the files; no byte is written.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _maker.Dispose();
    }

    private void Store(ReadOnlySpan<byte> bytes)
    {
        _file.WriteAll(bytes, _at);
        _at += bytes.Length;
    }

    // The old segment is synced before the new one gets its name: whoever finds a segment knows that all before it
    // are whole.
    private void Roll(ulong firstSequence)
    {
        _file.Sync();
        var next = Begin(firstSequence);
        _file.Dispose();
        _file = next;
    }

    private IJournalFile Begin(ulong firstSequence)
    {
        using var spare = _maker.Take();
        Span<byte> header = stackalloc byte[JournalFormat.HeaderSize];
        JournalFormat.WriteHeader(header, firstSequence, _chain, _segmentBytes, _epoch);
        spare.WriteAll(header, 0);
        spare.Sync();
        var name = JournalFormat.SegmentName(firstSequence);
        _disk.Rename(JournalFormat.SpareName, name);
        _disk.Sync();
        _at = JournalFormat.HeaderSize;
        _size = _segmentBytes;
        return _disk.Open(name);
    }

    // Zeroes over a torn tail, and to the full size where the file was cut short.
    private void Mend(JournalReading reading)
    {
        if (reading.IsTorn)
        {
            for (var at = _at; at < _size; at += Zeroes.Length)
            {
                _file.WriteAll(Zeroes.AsSpan(0, (int)Math.Min(Zeroes.Length, _size - at)), at);
            }
        }

        // What was read may have come from memory: it is built upon only when it is on the disk.
        _file.Sync();
        _disk.Sync();
    }
}
