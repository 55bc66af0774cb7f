using System.Buffers.Binary;
using Strikeline.Crypto;

namespace Strikeline.Journal;

/// <summary>Snapshot files: written so that a crash leaves the old ones or the new one, read back newest
/// first.</summary>
internal static class JournalSnapshots
{
    public const int HashSize = 32;
    private const string Draft = "snapshot.new";
    private const string Prefix = "snapshot-";
    private const string Extension = ".slsnapshot";
    private const string DamagedExtension = ".damaged";
    private const int HeaderSize = 96;

    private static ReadOnlySpan<byte> Magic => "SLSNAP\r\n"u8;

    /// <summary>Hands the newest sound snapshot below a sequence over and says which one it is; 0 where there is
    /// none.</summary>
    public static ulong Restore(
        IJournalDisk disk, IReadOnlyList<string> names, IJournalReplay? replay, JournalReading reading,
        ulong below = ulong.MaxValue)
    {
        foreach (var sequence in Newest(names).Where(one => one < below))
        {
            var name = Name(sequence);
            if (Load(disk, sequence, out var bytes) is { } flaw)
            {
                reading.DamagedSnapshots.Add(name);
                reading.NoteList.Add($"{name}: {flaw}; the snapshot before it is used");
                continue;
            }

            replay?.Restore(new JournalSnapshot(sequence, bytes.AsSpan(40, HashSize), bytes.AsSpan(HeaderSize)));
            return sequence;
        }

        return 0;
    }

    /// <summary>Reads a whole snapshot; what is wrong with it, or null.</summary>
    public static string? Load(IJournalDisk disk, ulong sequence, out byte[] bytes)
    {
        using var file = disk.OpenToRead(Name(sequence));
        bytes = new byte[file.Length];
        file.ReadAll(bytes, 0);
        return Flaw(disk, Name(sequence), bytes, sequence);
    }

    /// <summary>Writes a snapshot durably under its name.</summary>
    public static void Write(
        IJournalDisk disk, ulong sequence, ulong epoch, ReadOnlySpan<byte> stateHash, ReadOnlySpan<byte> state)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        JournalFormat.Begin(header, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], epoch);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], state.Length);
        stateHash.CopyTo(header[40..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[72..], Crc32C.Of(state));
        JournalFormat.Finish(header);
        if (disk.List().Contains(Draft))
        {
            disk.Delete(Draft);
        }

        using (var file = disk.Create(Draft))
        {
            file.WriteAll(header, 0);
            file.WriteAll(state, HeaderSize);
            file.Sync();
        }

        disk.Rename(Draft, Name(sequence));
        disk.Sync();
    }

    /// <summary>Deletes what is not needed any more: snapshots before the newest two, and the segments that only those
    /// needed, oldest first, until all that is left fits.</summary>
    /// <param name="disk">The folder.</param>
    /// <param name="before">The snapshot before the newest; 0 where there is none.</param>
    /// <param name="keepBytes">Bytes of snapshots and segments together that may stay.</param>
    public static void Retire(IJournalDisk disk, ulong before, long keepBytes)
    {
        var names = disk.List();
        var segments = Segments(names);
        var snapshots = Newest(names).Reverse().ToList();
        var from = OldestToKeep(disk, segments, snapshots, before, keepBytes);
        foreach (var sequence in snapshots.Where(one => one < from))
        {
            disk.Delete(Name(sequence));
            disk.Sync();
        }

        foreach (var first in segments.Take(Retired(segments, from)))
        {
            // One by one and oldest first, so that a crash never leaves a hole.
            disk.Delete(JournalFormat.SegmentName(first));
            disk.Sync();
        }
    }

    /// <summary>Sets a damaged snapshot aside, for whoever wants to look at it.</summary>
    public static void SetAside(IJournalDisk disk, string name) => disk.Rename(name, name + DamagedExtension);

    public static List<ulong> Segments(IReadOnlyList<string> names)
    {
        var segments = new List<ulong>();
        foreach (var name in names)
        {
            if (JournalFormat.TrySegment(name, out var first))
            {
                segments.Add(first);
            }
        }

        segments.Sort();
        return segments;
    }

    /// <summary>The sequences of all snapshots, newest first.</summary>
    public static IReadOnlyList<ulong> Newest(IReadOnlyList<string> names) => [.. Sequences(names).OrderDescending()];

    /// <summary>True for the name of a snapshot.</summary>
    public static bool IsName(string name) => JournalFormat.TryNumber(name, Prefix, Extension, out _);

    public static string Name(ulong sequence) => JournalFormat.Named(Prefix, sequence, Extension);

    // How many segments lie wholly before the record behind a snapshot.
    private static int Retired(List<ulong> segments, ulong from) =>
        Math.Max(0, segments.FindLastIndex(first => first <= from + 1));

    // The oldest state that the journal still leads from, where all behind it fits.
    private static ulong OldestToKeep(
        IJournalDisk disk, List<ulong> segments, List<ulong> snapshots, ulong before, long keepBytes)
    {
        if (keepBytes == 0 || before == 0)
        {
            return before;
        }

        var sizes = segments.ConvertAll(first => Size(disk, JournalFormat.SegmentName(first)));
        var states = snapshots.ConvertAll(sequence => Size(disk, Name(sequence)));
        for (var i = -1; i < snapshots.Count && (i < 0 || snapshots[i] < before); i++)
        {
            var from = i < 0 ? 0 : snapshots[i];
            if (segments.Count > 0 && segments[0] <= from + 1
                && sizes.Skip(Retired(segments, from)).Sum() + states.Skip(Math.Max(0, i)).Sum() <= keepBytes)
            {
                return from;
            }
        }

        return before;
    }

    private static long Size(IJournalDisk disk, string name)
    {
        using var file = disk.OpenToRead(name);
        return file.Length;
    }

    private static IEnumerable<ulong> Sequences(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (JournalFormat.TryNumber(name, Prefix, Extension, out var sequence))
            {
                yield return sequence;
            }
        }
    }

    private static string? Flaw(IJournalDisk disk, string name, byte[] bytes, ulong sequence)
    {
        if (bytes.Length < HeaderSize || !JournalFormat.IsIntact(bytes.AsSpan(0, HeaderSize), Magic))
        {
            return "byte 0: its header is damaged";
        }

        JournalFormat.RefuseNewer(bytes, disk.Place, name);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(16)) != sequence
            ? "byte 16: its sequence is not that of its name"
            : BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(32)) != bytes.Length - HeaderSize
                ? $"byte {bytes.Length}: its length is not that of its header"
                : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(72)) != Crc32C.Of(bytes.AsSpan(HeaderSize))
                    ? $"byte {HeaderSize}: the checksum of its state does not hold"
                    : null;
    }
}
