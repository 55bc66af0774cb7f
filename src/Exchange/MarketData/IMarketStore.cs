namespace Strikeline.Exchange;

/// <summary>What some commands have brought about, in order.</summary>
/// <param name="FirstSequence">Number of the first event that belongs to it.</param>
/// <param name="LastSequence">Number of the last one: the position behind it.</param>
/// <param name="Trades">Trades, oldest first.</param>
/// <param name="Orders">Orders that have changed, as they are behind the last event; each once.</param>
public sealed record MarketBatch(
    long FirstSequence, long LastSequence, IReadOnlyList<TradePrint> Trades, IReadOnlyList<OrderRecord> Orders);

/// <summary>A part of a list: what to look for, and how much of it.</summary>
/// <param name="FromNanos">Not older than this, in nanoseconds since the Unix epoch.</param>
/// <param name="ToNanos">Older than this.</param>
/// <param name="Before">Only those with a smaller sequence or id: the next page; <see cref="long.MaxValue"/> for the
/// first one.</param>
/// <param name="Limit">How many at most, newest first.</param>
public sealed record MarketPage(long FromNanos, long ToNanos, long Before, int Limit);

/// <summary>Where trades, orders and candles are kept. Never the record: the journal is, and this can be made again
/// from it.</summary>
/// <remarks>One writer; readers on any thread meanwhile. Methods throw <see cref="MarketStoreException"/> where the
/// store cannot be reached or refuses.</remarks>
public interface IMarketStore : IAsyncDisposable
{
    /// <summary>Makes what is missing of the tables, and says the sequence of the last event that is stored; 0 for
    /// none.</summary>
    Task<long> OpenAsync(CancellationToken cancel);

    /// <summary>Stores a batch with the candles that it has changed, and moves the position, all or nothing.</summary>
    /// <remarks>A batch that is not directly behind the position is refused; one that is at or before it is stored
    /// already, and ignored.</remarks>
    Task AppendAsync(MarketBatch batch, IReadOnlyList<Candle> candles, CancellationToken cancel);

    /// <summary>Forgets everything, so that it can be made again.</summary>
    Task ClearAsync(CancellationToken cancel);

    /// <summary>Candles, newest first.</summary>
    Task<IReadOnlyList<Candle>> CandlesAsync(
        short instrument, CandleInterval interval, MarketPage page, CancellationToken cancel);

    /// <summary>Trades of an instrument, newest first.</summary>
    Task<IReadOnlyList<TradePrint>> TradesAsync(short instrument, MarketPage page, CancellationToken cancel);

    /// <summary>Trades in which an account was on either side, newest first.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="instrument">Of one instrument; null for all.</param>
    /// <param name="page">Which part.</param>
    /// <param name="cancel">Ends it.</param>
    Task<IReadOnlyList<TradePrint>> FillsAsync(
        int account, short? instrument, MarketPage page, CancellationToken cancel);

    /// <summary>Orders of an account by the time they were made, newest first, open and over.</summary>
    Task<IReadOnlyList<OrderRecord>> OrdersAsync(
        int account, short? instrument, MarketPage page, CancellationToken cancel);

    /// <summary>An order by its id; null where it is not stored.</summary>
    Task<OrderRecord?> OrderAsync(long id, CancellationToken cancel);
}

/// <summary>The store cannot be reached, or refuses.</summary>
public sealed class MarketStoreException(string problem, Exception? inner = null) : Exception(problem, inner);
