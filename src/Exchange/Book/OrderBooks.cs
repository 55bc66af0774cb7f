using System.Runtime.CompilerServices;

namespace Strikeline.Exchange;

/// <summary>The books of a shard, by the number of their instrument.</summary>
internal sealed class OrderBooks
{
    // Exactly as long as there are books, so that a number is checked but once.
    private OrderBook[] _books = [];

    /// <summary>Instruments are numbered 0 to one less.</summary>
    public int Count => _books.Length;

    /// <summary>All of them.</summary>
    public ReadOnlySpan<OrderBook> All => _books;

    public OrderBook this[int number] => _books[number];

    /// <summary>A book; null where there is no such instrument.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public OrderBook? Find(int number)
    {
        var books = _books;
        return unchecked((uint)number < (uint)books.Length) ? books[number] : null;
    }

    /// <summary>Adds the next one.</summary>
    public void Add(OrderBook book) => _books = [.. _books, book];
}
