using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Strikeline.Lab;

/// <summary>SHA-256 of what is written to it, through one buffer.</summary>
/// <remarks>One thread. Allocates nothing but the hash's text.</remarks>
internal sealed class HashWriter : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _length;

    /// <summary>The hash of everything so far, in lower-case hexadecimal; more can be written after it.</summary>
    public string Value
    {
        get
        {
            Flush();
            return Convert.ToHexStringLower(_hash.GetCurrentHash());
        }
    }

    /// <summary>One byte.</summary>
    public void AddByte(byte value)
    {
        Reserve(1);
        _buffer[_length++] = value;
    }

    /// <summary>Eight bytes, little-endian.</summary>
    public void Add(long value)
    {
        Reserve(sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_length), value);
        _length += sizeof(long);
    }

    /// <summary>The bytes alone, fewer than the buffer holds.</summary>
    public void AddBytes(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>The length of its UTF-8 in eight bytes, then that.</summary>
    public void Add(string text)
    {
        Reserve(sizeof(long) + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length + sizeof(long)));
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_length), length);
        _length += sizeof(long) + length;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Reserve(int bytes)
    {
        if (_length + bytes > _buffer.Length)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _length);
        _length = 0;
    }
}
