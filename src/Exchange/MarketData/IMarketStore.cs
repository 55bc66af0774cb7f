namespace Strikeline.Exchange;

/// <summary>Where trades, orders and candles are kept. Never the record: the journal is, and this can be made again
/// from it.</summary>
/// <remarks>Writes one at a time; reads on any thread meanwhile. Methods throw <see cref="MarketStoreException"/> where
/// the store cannot be reached or refuses; after that, a write may be done or not, and <see cref="OpenAsync"/> says
/// which.</remarks>
public interface IMarketStore : IAsyncDisposable
{
    /// <summary>Makes what is missing of the tables, and says the sequence of the last event that is stored; 0 for
    /// none. Again after a failure.</summary>
    Task<long> OpenAsync(CancellationToken cancel);

    /// <summary>Stores a batch with the candles that it has changed, and moves the position, all or nothing.</summary>
    /// <remarks>A batch that is not directly behind the position is refused; one that is at or before it is stored
    /// already, and ignored.</remarks>
    Task AppendAsync(MarketBatch batch, IReadOnlyList<Candle> candles, CancellationToken cancel);

    /// <summary>Forgets everything, so that it can be made again.</summary>
    Task ClearAsync(CancellationToken cancel);

    /// <summary>The sequence of the last event that is stored, as it is now; makes nothing.</summary>
    Task<long> PositionAsync(CancellationToken cancel);

    /// <summary>What in it cannot be, in one line: trades or candles that are missing, tables that had to be made anew;
    /// null where nothing shows. As of the last <see cref="OpenAsync"/>.</summary>
    Task<string?> DamageAsync(CancellationToken cancel);

    /// <summary>The newest candle of every instrument and interval: what <see cref="CandleMaker"/> goes on
    /// from.</summary>
    Task<IReadOnlyList<Candle>> NewestCandlesAsync(CancellationToken cancel);

    /// <summary>All orders that are open.</summary>
    Task<IReadOnlyList<OrderRecord>> OpenOrdersAsync(CancellationToken cancel);

    /// <summary>What is missing, oldest first.</summary>
    Task<IReadOnlyList<MarketHole>> HolesAsync(CancellationToken cancel);

    /// <summary>Candles by the time they begin, newest first.</summary>
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
