using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Strikeline.Storage;

/// <summary>Writes commands of Redis's protocol into a buffer that is used again. One writer at a time.</summary>
internal sealed class RespWriter
{
    private const int MaxNumberBytes = 24;

    // More than a batch needs is given back, so that one large value does not stay in memory for good.
    private const int KeptBytes = 1_024 * 1_024;

    private ArrayBufferWriter<byte> _buffer = new(4_096);

    /// <summary>What was written since <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public void Clear()
    {
        if (_buffer.Capacity > KeptBytes)
        {
            _buffer = new ArrayBufferWriter<byte>(4_096);
        }
        else
        {
            _buffer.ResetWrittenCount();
        }
    }

    /// <summary>A command of words alone.</summary>
    public void Command(params ReadOnlySpan<string> words)
    {
        Head('*', words.Length);
        foreach (var word in words)
        {
            Text(word);
        }
    }

    /// <summary><c>SET key value PXAT milliseconds</c>.</summary>
    public void Set(string key, ReadOnlySpan<byte> value, long expiryMs)
    {
        Head('*', 5);
        Text("SET");
        Text(key);
        Bulk(value);
        Text("PXAT");
        Span<byte> number = stackalloc byte[MaxNumberBytes];
        Utf8Formatter.TryFormat(expiryMs, number, out var length);
        Bulk(number[..length]);
    }

    private void Text(string text)
    {
        Head('$', Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _buffer);
        _buffer.Write("\r\n"u8);
    }

    private void Bulk(ReadOnlySpan<byte> bytes)
    {
        Head('$', bytes.Length);
        _buffer.Write(bytes);
        _buffer.Write("\r\n"u8);
    }

    private void Head(char kind, int count)
    {
        var span = _buffer.GetSpan(MaxNumberBytes + 3);
        span[0] = (byte)kind;
        Utf8Formatter.TryFormat(count, span[1..], out var length);
        "\r\n"u8.CopyTo(span[(1 + length)..]);
        _buffer.Advance(length + 3);
    }
}
