namespace Strikeline.Exchange;

/// <summary>What some commands have brought about, in order. Immutable.</summary>
/// <param name="FirstSequence">Number of the first event that belongs to it.</param>
/// <param name="LastSequence">Number of the last one: the position behind it.</param>
/// <param name="Trades">Trades, oldest first.</param>
/// <param name="Orders">Orders that have changed, as they are behind the last event; each once.</param>
public sealed record MarketBatch(
    long FirstSequence, long LastSequence, IReadOnlyList<TradePrint> Trades, IReadOnlyList<OrderRecord> Orders)
{
    /// <summary>True where its events are not known any more: it has no trades, and of the orders only those that must
    /// have ended in it.</summary>
    public bool IsHole { get; init; }

    /// <summary>How many rows it has: what it costs to keep and to write.</summary>
    public int Rows => Trades.Count + Orders.Count;

    /// <summary>What of it is behind a position; all of it where it begins there or later.</summary>
    /// <param name="position">Smaller than its last sequence.</param>
    public MarketBatch Behind(long position) => position < FirstSequence ? this : this with
    {
        FirstSequence = position + 1,
        Trades = [.. Trades.Where(trade => trade.Sequence > position)],
        Orders = [.. Orders.Where(order => order.Sequence > position)],
    };
}

/// <summary>Events of which the store knows nothing, because the journal did not reach back to them any more.</summary>
/// <param name="FirstSequence">The first one.</param>
/// <param name="LastSequence">The last one.</param>
public readonly record struct MarketHole(long FirstSequence, long LastSequence);

/// <summary>A part of a list: what to look for, and how much of it.</summary>
/// <param name="FromNanos">Not older than this, in nanoseconds since the Unix epoch.</param>
/// <param name="ToNanos">Older than this.</param>
/// <param name="Before">Only those with a smaller sequence, for the next page: a trade's, a candle's last, an order's
/// first; <see cref="long.MaxValue"/> for the first page.</param>
/// <param name="Limit">How many at most, newest first.</param>
public sealed record MarketPage(long FromNanos, long ToNanos, long Before, int Limit)
{
    /// <summary>The newest ones of all times.</summary>
    public static MarketPage Newest(int limit) => new(0, long.MaxValue, long.MaxValue, limit);
}
