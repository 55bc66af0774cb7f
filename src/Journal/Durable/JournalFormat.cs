using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Strikeline.Crypto;

namespace Strikeline.Journal;

/// <summary>The bytes of records and segments, as docs/journal-format.md sets them out; all numbers
/// little-endian.</summary>
internal static class JournalFormat
{
    public const ushort Version = 1;
    public const int HeaderSize = 64;
    public const int RecordHeadSize = 24;
    public const int RecordTailSize = 8;
    public const int RecordSize = RecordHeadSize + RecordTailSize;
    public const int MaxPayloadBytes = 64 * 1024;

    /// <summary>The chain before the first record of a journal: the digits of pi, which nobody chose.</summary>
    public const ulong ChainStart = 0x243F6A8885A308D3;

    /// <summary>In place of a length: the rest of the buffer is empty, go on at its start. Never on disk.</summary>
    public const uint Skip = uint.MaxValue;

    public const string LockName = "journal.lock";
    public const string SpareName = "spare.new";

    private const ulong ChainFactor = 0x9E3779B97F4A7C15;
    private const string Prefix = "journal-";
    private const string Extension = ".sljournal";

    /// <summary>The first eight bytes of a segment; the line ends betray a transfer that rewrites them.</summary>
    public static ReadOnlySpan<byte> Magic => "SLJRNL\r\n"u8;

    public static string SegmentName(ulong firstSequence) => Named(Prefix, firstSequence, Extension);

    public static bool TrySegment(string name, out ulong firstSequence) =>
        TryNumber(name, Prefix, Extension, out firstSequence);

    public static string Named(string prefix, ulong number, string extension) => $"{prefix}{number:D20}{extension}";

    public static bool TryNumber(string name, string prefix, string extension, out ulong number)
    {
        number = 0;
        return name.Length == prefix.Length + 20 + extension.Length
            && name.StartsWith(prefix, StringComparison.Ordinal)
            && name.EndsWith(extension, StringComparison.Ordinal)
            && ulong.TryParse(
                name.AsSpan(prefix.Length, 20), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Bytes that a record of a payload takes.</summary>
    public static int SizeOf(int payloadLength) => RecordSize + Padded(payloadLength);

    /// <summary>Writes all of a record but what <see cref="Seal"/> adds.</summary>
    public static void WriteRecord(
        Span<byte> to, ushort type, ulong sequence, ulong epoch, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)payload.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(to[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(to[6..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(to[16..], epoch);
        payload.CopyTo(to[RecordHeadSize..]);
        to[(RecordHeadSize + payload.Length)..(RecordHeadSize + Padded(payload.Length))].Clear();
    }

    /// <summary>Adds the place in the batch, the chain and the checksum; returns the chain behind the record.</summary>
    public static ulong Seal(Span<byte> record, ushort place, ulong chain)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(record[6..], place);

        // Chain and checksum side by side: each waits for its own last step, and the processor does both at once.
        var register = uint.MaxValue;
        foreach (var raw in MemoryMarshal.Cast<byte, ulong>(record[..^RecordTailSize]))
        {
            var word = BitConverter.IsLittleEndian ? raw : BinaryPrimitives.ReverseEndianness(raw);
            chain = Step(chain, word);
            register = BitOperations.Crc32C(register, word);
        }

        var tail = record[^RecordTailSize..];
        BinaryPrimitives.WriteUInt32LittleEndian(tail, Fold(chain));
        BinaryPrimitives.WriteUInt32LittleEndian(tail[4..], ~BitOperations.Crc32C(register, Fold(chain)));
        return chain;
    }

    /// <summary>The record at the start of the bytes, without its tail, where its checksum holds; else empty.</summary>
    public static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> from)
    {
        if (from.Length < RecordSize)
        {
            return [];
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(from);
        if (length > MaxPayloadBytes || SizeOf((int)length) > from.Length)
        {
            return [];
        }

        var record = from[..SizeOf((int)length)];
        return HasChecksum(record) ? record[..^RecordTailSize] : [];
    }

    public static uint Length(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32LittleEndian(record);

    public static ushort Type(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt16LittleEndian(record[4..]);

    public static ushort Place(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt16LittleEndian(record[6..]);

    public static ulong Sequence(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt64LittleEndian(record[8..]);

    public static ulong Epoch(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt64LittleEndian(record[16..]);

    public static uint StoredChain(ReadOnlySpan<byte> tail) => BinaryPrimitives.ReadUInt32LittleEndian(tail);

    /// <summary>The chain behind a body: a product and a fold per word, both reversible, so that a change within one
    /// word always changes the chain; the CRC beside it is of another kind.</summary>
    public static ulong Chain(ulong chain, ReadOnlySpan<byte> body)
    {
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(body))
        {
            chain = Step(chain, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        return chain;
    }

    public static uint Fold(ulong chain) => (uint)((chain ^ (chain >> 32)) & uint.MaxValue);

    public static void WriteHeader(Span<byte> header, ulong firstSequence, ulong chain, long size, ulong epoch)
    {
        header = header[..HeaderSize];
        Begin(header, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], firstSequence);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], chain);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], size);
        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], epoch);
        Finish(header);
    }

    /// <summary>Clears a header and writes magic, version and length.</summary>
    public static void Begin(Span<byte> header, ReadOnlySpan<byte> magic)
    {
        header.Clear();
        magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[10..], (ushort)header.Length);
    }

    /// <summary>Writes the checksum of a header or record into its last four bytes.</summary>
    public static void Finish(Span<byte> bytes) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[^4..], Crc32C.Of(bytes[..^4]));

    /// <summary>True where a header has its magic and its checksum holds.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> header, ReadOnlySpan<byte> magic) =>
        header.StartsWith(magic) && HasChecksum(header);

    public static ushort HeaderVersion(ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);

    /// <summary>A header of a newer format: the magic, the version and the refusal; a damaged one is none.</summary>
    public static void RefuseNewer(ReadOnlySpan<byte> header, string place, string file)
    {
        if (HeaderVersion(header) > Version)
        {
            throw new JournalException(
                $"journal {place}: {file}: byte 8: format version {HeaderVersion(header)}, and this program reads up "
                + $"to {Version} ({JournalReasons.Newer}); nothing was changed; update the program")
            {
                Reason = JournalReasons.Newer,
                File = file,
                Offset = 8,
            };
        }
    }

    private static ulong Step(ulong chain, ulong word)
    {
        chain = unchecked((chain ^ word) * ChainFactor);
        return chain ^ (chain >> 32);
    }

    private static bool HasChecksum(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) == Crc32C.Of(bytes[..^4]);

    private static int Padded(int length) => (length + 7) & ~7;
}
