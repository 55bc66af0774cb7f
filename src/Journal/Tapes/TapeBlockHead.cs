using System.Buffers.Binary;
using Strikeline.Crypto;

namespace Strikeline.Journal;

/// <summary>The 48 bytes in front of a block's payload.</summary>
internal readonly record struct TapeBlockHead(
    int StoredLength, int RawLength, int Frames, long FirstAt, long LastAt, ushort Flags, int Index, uint PayloadCrc)
{
    /// <summary>Flag: the payload is Brotli; without it the payload is stored as it is.</summary>
    public const ushort Brotli = 1;

    /// <summary>Flag: the end mark, the last block of a tape that was closed.</summary>
    public const ushort End = 0x8000;

    private const int Checked = TapeFormat.BlockHeadSize - sizeof(uint);

    /// <summary>The first four bytes of a block.</summary>
    public static ReadOnlySpan<byte> Magic => "SLBK"u8;

    public bool IsEnd => (Flags & End) != 0;

    public void Write(Span<byte> to)
    {
        Magic.CopyTo(to);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], StoredLength);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], RawLength);
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], Frames);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], FirstAt);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], LastAt);
        BinaryPrimitives.WriteUInt16LittleEndian(to[32..], Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(to[34..], 0);
        BinaryPrimitives.WriteInt32LittleEndian(to[36..], Index);
        BinaryPrimitives.WriteUInt32LittleEndian(to[40..], PayloadCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(to[Checked..], Crc32C.Of(to[..Checked]));
    }

    /// <summary>Reads a head; false where magic, checksum or limits do not hold.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, out TapeBlockHead head)
    {
        head = default;
        if (!from.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(from[Checked..]) != Crc32C.Of(from[..Checked]))
        {
            return false;
        }

        head = new TapeBlockHead(
            StoredLength: BinaryPrimitives.ReadInt32LittleEndian(from[4..]),
            RawLength: BinaryPrimitives.ReadInt32LittleEndian(from[8..]),
            Frames: BinaryPrimitives.ReadInt32LittleEndian(from[12..]),
            FirstAt: BinaryPrimitives.ReadInt64LittleEndian(from[16..]),
            LastAt: BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            Flags: BinaryPrimitives.ReadUInt16LittleEndian(from[32..]),
            Index: BinaryPrimitives.ReadInt32LittleEndian(from[36..]),
            PayloadCrc: BinaryPrimitives.ReadUInt32LittleEndian(from[40..]));
        return head.IsPlausible();
    }

    private bool IsPlausible() =>
        (Flags & ~(Brotli | End)) == 0
        && Index >= 0
        && (IsEnd
            ? StoredLength == 0 && RawLength == 0 && Frames == 0
            : StoredLength > 0
                && StoredLength <= RawLength
                && RawLength <= TapeLimits.MaxBlockRawBytes
                && Frames > 0
                && Frames <= RawLength / TapeFormat.RecordHeadSize);
}
