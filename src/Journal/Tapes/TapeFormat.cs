using System.Buffers.Binary;
using Strikeline.Crypto;
using Strikeline.Kernel;

namespace Strikeline.Journal;

/// <summary>The bytes of a tape, as docs/tape-format.md sets them out; all numbers little-endian.</summary>
internal static class TapeFormat
{
    public const ushort Version = 1;
    public const int HeaderSize = 32;
    public const int BlockHeadSize = 48;
    public const int RecordHeadSize = 18;
    public const string Extension = ".sltape";

    private const int HeaderChecked = HeaderSize - sizeof(uint);

    /// <summary>The first eight bytes of a tape; the line ends betray a transfer that rewrites them.</summary>
    public static ReadOnlySpan<byte> Magic => "SLTAPE\r\n"u8;

    public static void WriteHeader(Span<byte> header, long createdAt)
    {
        header[..HeaderSize].Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[10..], HeaderSize);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], createdAt);
        BinaryPrimitives.WriteUInt32LittleEndian(header[HeaderChecked..], Crc32C.Of(header[..HeaderChecked]));
    }

    public static bool IsHeaderIntact(ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header[HeaderChecked..]) == Crc32C.Of(header[..HeaderChecked]);

    public static ushort HeaderVersion(ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);

    public static long HeaderCreatedAt(ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadInt64LittleEndian(header[16..]);

    /// <summary>Bytes that a frame takes inside a block.</summary>
    public static int SizeOf(in TapeFrame frame) => RecordHeadSize + frame.Context.Length + frame.Payload.Length;

    /// <summary>True where the frame keeps to the limits and its kind and venue have numbers.</summary>
    public static bool IsWritable(in TapeFrame frame) =>
        frame.ReceivedAt >= 0
        && frame.Payload.Length <= TapeLimits.MaxPayloadBytes
        && frame.Context.Length <= TapeLimits.MaxContextBytes
        && IsKnown((byte)frame.Venue, (byte)frame.Kind);

    public static int WriteFrame(Span<byte> to, in TapeFrame frame)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, frame.ReceivedAt);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], frame.Payload.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(to[12..], (ushort)frame.Context.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(to[14..], frame.Connection);
        to[16] = (byte)frame.Venue;
        to[17] = (byte)frame.Kind;
        frame.Context.CopyTo(to[RecordHeadSize..]);
        frame.Payload.CopyTo(to[(RecordHeadSize + frame.Context.Length)..]);
        return SizeOf(frame);
    }

    /// <summary>The frame at the start of bytes that <see cref="Measure"/> has found sound.</summary>
    public static TapeFrame ReadFrame(ReadOnlySpan<byte> from)
    {
        var payload = BinaryPrimitives.ReadInt32LittleEndian(from[8..]);
        int context = BinaryPrimitives.ReadUInt16LittleEndian(from[12..]);
        return new TapeFrame(
            BinaryPrimitives.ReadInt64LittleEndian(from),
            (Venue)from[16],
            BinaryPrimitives.ReadUInt16LittleEndian(from[14..]),
            (TapeFrameKind)from[17],
            from.Slice(RecordHeadSize, context),
            from.Slice(RecordHeadSize + context, payload));
    }

    /// <summary>
    /// The size of the frame at the start of the bytes; 0 where it does not fit or keep to the limits.
    /// </summary>
    public static int Measure(ReadOnlySpan<byte> from)
    {
        if (from.Length < RecordHeadSize)
        {
            return 0;
        }

        var payload = BinaryPrimitives.ReadInt32LittleEndian(from[8..]);
        int context = BinaryPrimitives.ReadUInt16LittleEndian(from[12..]);
        if (payload is < 0 or > TapeLimits.MaxPayloadBytes
            || context > TapeLimits.MaxContextBytes
            || BinaryPrimitives.ReadInt64LittleEndian(from) < 0)
        {
            return 0;
        }

        var size = RecordHeadSize + context + payload;
        return size <= from.Length ? size : 0;
    }

    public static bool IsKnown(byte venue, byte kind) =>
        venue <= VenueNames.All.Count && kind is >= (byte)TapeFrameKind.Received and <= (byte)TapeFrameKind.Lost;
}
