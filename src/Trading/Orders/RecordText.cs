using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Strikeline.Trading;

/// <summary>Writes the numbers and texts of a record, little-endian.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class RecordWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Begins anew.</summary>
    public RecordWriter Clear()
    {
        _bytes.ResetWrittenCount();
        return this;
    }

    /// <summary>A byte.</summary>
    public RecordWriter Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
        return this;
    }

    /// <summary>A bit.</summary>
    public RecordWriter Bit(bool value) => Byte(value ? (byte)1 : (byte)0);

    /// <summary>A number.</summary>
    public RecordWriter Number(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    /// <summary>A text of up to 65,535 bytes.</summary>
    public RecordWriter Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.GetSpan(2), checked((ushort)length));
        _bytes.Advance(2);
        Encoding.UTF8.GetBytes(value, _bytes.GetSpan(length));
        _bytes.Advance(length);
        return this;
    }
}

/// <summary>Reads what <see cref="RecordWriter"/> wrote; what does not fit throws.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>True where nothing follows.</summary>
    public readonly bool IsEnd => _rest.IsEmpty;

    /// <summary>A byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>A bit.</summary>
    public bool Bit() => Byte() != 0;

    /// <summary>A number.</summary>
    public long Number() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    /// <summary>A number of 32 bits.</summary>
    public int Small() => checked((int)Number());

    /// <summary>A text.</summary>
    public string Text() => Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadUInt16LittleEndian(Take(2))));

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
