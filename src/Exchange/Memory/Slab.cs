using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strikeline.Exchange;

/// <summary>A long row of plain values in huge pages, where the system has them.</summary>
/// <remarks>
/// For large tables that are read at random: with pages of 4 kB most of such a read is the search for its page. A value
/// does not cross a cache line where its size is a power of two up to 64. A struct, so that a value is one step from
/// the table's owner; a copy is stale after <see cref="Grow"/>. Indices are not checked. One thread at a time.
/// </remarks>
/// <typeparam name="T">What it holds.</typeparam>
internal struct Slab<T>
    where T : unmanaged
{
    private T[] _items;

    // The first value lies at the start of a cache line.
    private int _shift;

    /// <summary>Makes a row of zeros.</summary>
    /// <param name="length">How many values; at least one.</param>
    public Slab(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        Length = length;
        _items = HugePages.Allocate<T>(length, out _shift);
    }

    /// <summary>How many values there are.</summary>
    public int Length { get; private set; }

    /// <summary>A value; the index is not checked.</summary>
    public readonly ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_items), unchecked(index + _shift));
    }

    /// <summary>Makes it longer by zeros. It moves: references into it are void.</summary>
    /// <param name="length">How many values; at least as many as now.</param>
    public void Grow(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, Length);
        var items = HugePages.Allocate<T>(length, out var shift);
        First(Length).CopyTo(items.AsSpan(shift));
        (_items, _shift, Length) = (items, shift, length);
    }

    /// <summary>Values from the start.</summary>
    public readonly Span<T> First(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(unchecked((uint)count), (uint)Length, nameof(count));
        return _items.AsSpan(_shift, count);
    }
}
