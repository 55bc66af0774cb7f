using System.Buffers.Text;

namespace Strikeline.Storage;

/// <summary>Reads replies of Redis's protocol from a stream. One reader at a time.</summary>
internal sealed class RespReader(Stream stream)
{
    /// <summary>The largest value that is read.</summary>
    public const int MaxBulkBytes = 64 * 1_024 * 1_024;

    // No list that is asked for here is longer.
    private const int MaxItems = 64;

    // Longer than any number and any refusal that is worth showing.
    private const int MaxLineBytes = 8 * 1_024;

    private byte[] _buffer = new byte[MaxLineBytes];
    private int _start;
    private int _end;

    /// <summary>Reads one reply.</summary>
    /// <exception cref="IOException">The stream ended or failed.</exception>
    /// <exception cref="FormatException">What came is not the protocol.</exception>
    public async ValueTask<RespReply> ReadAsync(CancellationToken cancel)
    {
        var (reply, count) = await ItemAsync(cancel);
        if (reply.Kind != RespKind.List)
        {
            return reply;
        }

        var items = new RespReply[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = (await ItemAsync(cancel)).Reply;
        }

        return reply with { Items = items };
    }

    /// <summary>One reply, or the head of a list with the number of its items.</summary>
    private async ValueTask<(RespReply Reply, int Count)> ItemAsync(CancellationToken cancel)
    {
        var length = await LineAsync(cancel);
        var kind = (char)_buffer[_start];
        var rest = _buffer.AsSpan(_start + 1, length - 1);
        long number = 0;
        if (kind is ':' or '$' or '*'
            && !(Utf8Parser.TryParse(rest, out number, out var used) && used == rest.Length))
        {
            throw new FormatException("a number was expected");
        }

        var text = kind is '+' or '-' ? rest.ToArray() : [];
        _start += length + 2;
        return kind switch
        {
            '+' => (new RespReply(RespKind.Simple, text), 0),
            '-' => (new RespReply(RespKind.Error, text), 0),
            ':' => (new RespReply(RespKind.Integer), 0),
            '$' or '*' when number == -1 => (new RespReply(RespKind.Null), 0),
            '*' when number is >= 0 and <= MaxItems => (new RespReply(RespKind.List), (int)number),
            '$' when number is >= 0 and <= MaxBulkBytes =>
                (new RespReply(RespKind.Bulk, await BytesAsync((int)number, cancel)), 0),
            _ => throw new FormatException("no reply begins so"),
        };
    }

    /// <summary>Waits for a whole line at <see cref="_start"/>; its length without the line's end.</summary>
    private async ValueTask<int> LineAsync(CancellationToken cancel)
    {
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf("\r\n"u8);
            if (at >= 0)
            {
                return searched + at > 0 ? searched + at : throw new FormatException("an empty line");
            }

            // The first half of the line's end may be there already.
            searched = Math.Max(0, _end - _start - 1);
            if (searched >= MaxLineBytes - 2)
            {
                throw new FormatException("the line does not end");
            }

            if (_end == _buffer.Length)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            _end += await MoreAsync(_buffer.AsMemory(_end), cancel);
        }
    }

    private async ValueTask<byte[]> BytesAsync(int count, CancellationToken cancel)
    {
        // Grown by what has come, so that a length alone costs no memory.
        var bytes = new byte[Math.Min(count + 2, _buffer.Length)];
        var have = Math.Min(bytes.Length, _end - _start);
        _buffer.AsSpan(_start, have).CopyTo(bytes);
        _start += have;
        while (have < count + 2)
        {
            if (have == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(count + 2, bytes.Length * 2));
            }

            have += await MoreAsync(bytes.AsMemory(have), cancel);
        }

        return bytes.AsSpan(count).SequenceEqual("\r\n"u8)
            ? bytes[..count]
            : throw new FormatException("a value does not end");
    }

    private async ValueTask<int> MoreAsync(Memory<byte> into, CancellationToken cancel)
    {
        var read = await stream.ReadAsync(into, cancel);
        return read > 0 ? read : throw new EndOfStreamException("the connection was closed");
    }
}
