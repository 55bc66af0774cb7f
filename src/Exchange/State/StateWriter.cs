using System.Runtime.InteropServices;

namespace Strikeline.Exchange;

/// <summary>Bytes of a state, appended; kept and used again for the next one.</summary>
public sealed class StateWriter
{
    private byte[] _bytes = new byte[64 * 1024];
    private int _length;

    /// <summary>What was written since it was last cleared.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Begins anew.</summary>
    public void Clear() => _length = 0;

    /// <summary>A value without padding bytes.</summary>
    internal void Write<T>(in T value)
        where T : unmanaged => Write(new ReadOnlySpan<T>(in value));

    /// <summary>Values without padding bytes.</summary>
    internal void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        if (bytes.Length > _bytes.Length - _length)
        {
            var most = Math.Max(_bytes.Length * 2L, (long)_length + bytes.Length);
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, most));
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}

/// <summary>Reads back what a <see cref="StateWriter"/> wrote.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    /// <summary>True where nothing is left.</summary>
    public readonly bool IsAtEnd => _left.IsEmpty;

    public T Read<T>()
        where T : unmanaged => Read<T>(1)[0];

    public int ReadCount(int most)
    {
        var count = Read<int>();
        return count >= 0 && count <= most
            ? count
            : throw new StateException($"a count of {count} where at most {most} can be");
    }

    public ReadOnlySpan<T> Read<T>(int count)
        where T : unmanaged
    {
        var size = (long)count * Marshal.SizeOf<T>();
        if (size > _left.Length)
        {
            throw new StateException($"it ends {size - _left.Length} bytes too early");
        }

        // Copied where it is not aligned as its type wants.
        var values = MemoryMarshal.Cast<byte, T>(_left[..(int)size].ToArray());
        _left = _left[(int)size..];
        return values;
    }
}

/// <summary>Bytes that are no state of this program.</summary>
public sealed class StateException(string problem) : Exception("state of the exchange: " + problem);
