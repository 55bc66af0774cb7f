namespace Strikeline.Host.Gateway;

/// <summary>The newest rows of something that goes on for ever, oldest first.</summary>
/// <remarks>One thread at a time; grows up to its capacity and then allocates nothing.</remarks>
/// <param name="capacity">How many are remembered.</param>
internal sealed class Recent<T>(int capacity)
{
    private const int FirstRows = 64;

    private T[] _rows = [];
    private int _start;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>A row; 0 is the oldest.</summary>
    public ref readonly T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return ref _rows[(_start + index) % _rows.Length];
        }
    }

    /// <summary>Adds the newest row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="forgotten">The oldest, where it had to go.</param>
    /// <returns>True where one had to go.</returns>
    public bool Add(T row, out T? forgotten)
    {
        forgotten = default;
        if (Count == capacity)
        {
            forgotten = _rows[_start];
            _rows[_start] = row;
            _start = (_start + 1) % _rows.Length;
            return true;
        }

        if (Count == _rows.Length)
        {
            // Not yet gone round: the oldest is still the first.
            Array.Resize(ref _rows, Math.Min(capacity, Math.Max(FirstRows, Count * 2)));
        }

        _rows[(_start + Count++) % _rows.Length] = row;
        return false;
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear() => (Count, _start) = (0, 0);

    /// <summary>The index of the first row whose number is larger than one; the count where there is none.</summary>
    /// <param name="number">The number.</param>
    /// <param name="of">A row's own, which grows from row to row.</param>
    public int FirstAbove(long number, Func<T, long> of)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = of(this[middle]) > number ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>A part of the rows.</summary>
    public T[] Slice(int start, int count)
    {
        var part = new T[count];
        for (var i = 0; i < count; i++)
        {
            part[i] = this[start + i];
        }

        return part;
    }
}
