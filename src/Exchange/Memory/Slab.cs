using System.Runtime.CompilerServices;

namespace Strikeline.Exchange;

/// <summary>A long row of plain values in huge pages, where the system has them.</summary>
/// <remarks>
/// For tables that are read at random: with pages of 4 kB most of such a read is the search for its page. A value does
/// not cross a cache line where its size is a power of two up to 64. A struct with a pointer, so that a value is one
/// step from the table's owner; a copy is stale after <see cref="Grow"/>. Indices are not checked. One thread at a
/// time.
/// </remarks>
/// <typeparam name="T">What it holds.</typeparam>
internal unsafe struct Slab<T>
    where T : unmanaged
{
    // What the pointer points into; it never moves.
    private Array _memory;
    private T* _first;

    /// <summary>Makes a row of zeros.</summary>
    /// <param name="length">How many values; at least one.</param>
    public Slab(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        Length = length;
        _memory = HugePages.Allocate((long)length * sizeof(T), out var first);
        _first = (T*)first;
    }

    /// <summary>How many values there are.</summary>
    public int Length { get; private set; }

    /// <summary>A value; the index is neither negative nor checked.</summary>
    public readonly ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            unchecked
            {
                return ref _first[(uint)index];
            }
        }
    }

    /// <summary>Makes it longer by zeros. It moves: references into it are void.</summary>
    /// <param name="length">How many values; at least as many as now.</param>
    public void Grow(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, Length);
        var memory = HugePages.Allocate((long)length * sizeof(T), out var first);
        First(Length).CopyTo(new Span<T>(first, length));
        GC.KeepAlive(_memory);
        (_memory, Length) = (memory, length);
        _first = (T*)first;
    }

    /// <summary>Values from the start.</summary>
    public readonly Span<T> First(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(unchecked((uint)count), (uint)Length, nameof(count));
        return new Span<T>(_first, count);
    }
}
