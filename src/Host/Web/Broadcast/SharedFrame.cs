using System.Buffers;
using System.Buffers.Binary;

namespace Strikeline.Host.Web.Broadcast;

/// <summary>One WebSocket text message as it goes over the wire, made once and sent to every client.</summary>
/// <remarks>
/// A server's frames are not masked (RFC 6455 §5.1), so that the bytes are the same for all. Owned by the broadcast
/// loop: whoever holds a frame says so by <see cref="Retain"/>, and the last one to release it gives it back to the
/// pool.
/// </remarks>
internal sealed class SharedFrame(Stack<SharedFrame> pool) : IBufferWriter<byte>
{
    private const int HeaderRoom = 10;
    private const int MostShort = 125;
    private const byte FinalText = 0x81;
    private const byte Length16 = 126;
    private const byte Length64 = 127;

    private byte[] _bytes = new byte[8 * 1024];
    private int _start = HeaderRoom;
    private int _end = HeaderRoom;
    private int _holders;

    /// <summary>Header and message; whole after <see cref="Seal"/>.</summary>
    public ReadOnlySpan<byte> Wire => _bytes.AsSpan(_start, _end - _start);

    /// <inheritdoc/>
    public void Advance(int count) => _end += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_end);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_end);
    }

    /// <summary>Puts the header before the message that was written (RFC 6455 §5.2).</summary>
    public void Seal()
    {
        var length = _end - HeaderRoom;
        _start = HeaderRoom - (length <= MostShort ? 2 : length <= ushort.MaxValue ? 4 : HeaderRoom);
        _bytes[_start] = FinalText;
        if (length <= MostShort)
        {
            _bytes[_start + 1] = (byte)length;
        }
        else if (length <= ushort.MaxValue)
        {
            _bytes[_start + 1] = Length16;
            BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(_start + 2), (ushort)length);
        }
        else
        {
            _bytes[_start + 1] = Length64;
            BinaryPrimitives.WriteUInt64BigEndian(_bytes.AsSpan(_start + 2), (ulong)length);
        }
    }

    /// <summary>One more holder.</summary>
    public SharedFrame Retain()
    {
        _holders++;
        return this;
    }

    /// <summary>One holder less.</summary>
    public void Release()
    {
        if (--_holders == 0)
        {
            _start = _end = HeaderRoom;
            pool.Push(this);
        }
    }

    private void Reserve(int wanted)
    {
        if (_bytes.Length - _end < Math.Max(wanted, 1))
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _end + wanted));
        }
    }
}
