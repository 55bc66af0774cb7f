using System.Buffers.Binary;

namespace Strikeline.Journal;

/// <summary>The small file beside the segments that says how far the journal has been acknowledged, and its
/// epoch.</summary>
/// <remarks>
/// Two places in blocks of their own are written in turn, so that one is whole whatever a crash does to the other. The
/// mark of a batch is written after the batch is durable and before it is acknowledged, and is not synced itself: it
/// outlives the program, and after a power cut it is older than the truth but never ahead of it. With it a reader tells
/// a torn tail, which nobody was promised, from the loss of records that somebody was.
/// </remarks>
internal sealed class JournalMark : IDisposable
{
    public const string Name = "journal.mark";
    public const string Draft = "mark.new";
    private const int Size = 64;
    private const int SecondPlace = 4096;
    private const int FileSize = 2 * SecondPlace;

    private readonly IJournalFile _file;
    private readonly byte[] _bytes = new byte[Size];
    private ulong _count;

    private JournalMark(IJournalFile file, ulong count, ulong epoch)
    {
        _file = file;
        _count = count;
        Epoch = epoch;
    }

    public ulong Epoch { get; }

    private static ReadOnlySpan<byte> Magic => "SLMARK\r\n"u8;

    /// <summary>Begins an epoch, durably.</summary>
    public static JournalMark Begin(IJournalDisk disk, JournalMarkReading? read, ulong epoch, ulong sequence)
    {
        JournalMark mark;
        if (read is null)
        {
            using (var draft = disk.List().Contains(Draft) ? disk.Open(Draft) : disk.Create(Draft))
            {
                draft.WriteAll(new byte[FileSize], 0);
                mark = new JournalMark(draft, 0, epoch);
                mark.WriteBoth(sequence);
            }

            disk.Rename(Draft, Name);
            disk.Sync();
            return new JournalMark(disk.Open(Name), mark._count, epoch);
        }

        mark = new JournalMark(disk.Open(Name), read.Value.Count, epoch);
        try
        {
            mark.WriteBoth(sequence);
            return mark;
        }
        catch
        {
            mark.Dispose();
            throw;
        }
    }

    /// <summary>The newer sound place of a file; null where there is no file.</summary>
    public static JournalMarkReading? Read(IJournalDisk disk, IReadOnlyList<string> names, List<string> notes)
    {
        if (!names.Contains(Name))
        {
            return null;
        }

        using var file = disk.OpenToRead(Name);
        var first = Place(disk, file, 0);
        var second = Place(disk, file, SecondPlace);
        if (first is null && second is null)
        {
            throw JournalException.Damage(
                disk.Place, JournalReasons.Mark, Name, 0, 0, "both places of the mark are damaged");
        }

        if (first is null || second is null)
        {
            notes.Add($"{Name}: byte {(first is null ? 0 : SecondPlace)}: this place of the mark is damaged; the other "
                + "one is used");
        }

        return first is null || second?.Count > first.Value.Count ? second : first;
    }

    /// <summary>Notes that everything up to a sequence is durable.</summary>
    public void Write(ulong sequence)
    {
        _count++;
        var bytes = _bytes.AsSpan();
        JournalFormat.Begin(bytes, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], _count);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], sequence);
        JournalFormat.Finish(bytes);
        _file.WriteAll(bytes, _count % 2 == 0 ? 0 : SecondPlace);
    }

    /// <summary>The same in both places, one synced after the other.</summary>
    public void WriteBoth(ulong sequence)
    {
        for (var i = 0; i < 2; i++)
        {
            Write(sequence);
            _file.Sync();
        }
    }

    public void Dispose() => _file.Dispose();

    private static JournalMarkReading? Place(IJournalDisk disk, IJournalFile file, long offset)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (file.ReadAll(bytes, offset) < Size || !JournalFormat.IsIntact(bytes, Magic))
        {
            return null;
        }

        JournalFormat.RefuseNewer(bytes, disk.Place, Name);
        return new JournalMarkReading(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]));
    }
}

/// <summary>What a mark says.</summary>
/// <param name="Count">Number of marks written so far.</param>
/// <param name="Epoch">The epoch that wrote it.</param>
/// <param name="Sequence">Everything up to here was durable.</param>
internal readonly record struct JournalMarkReading(ulong Count, ulong Epoch, ulong Sequence);
