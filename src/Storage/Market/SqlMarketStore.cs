using System.Data.Common;
using System.Globalization;
using Strikeline.Exchange;

namespace Strikeline.Storage;

/// <summary>A market's store in a database that speaks SQL: what can be asked of it, the same for every
/// one.</summary>
/// <remarks>Questions on any thread; each has a connection of its own.</remarks>
/// <param name="prefix">What stands before the names of tables.</param>
public abstract class SqlMarketStore(string prefix) : IMarketStore
{
    private readonly string _trades = $"SELECT {MarketRows.TradeColumns} FROM {prefix}trades";
    private readonly string _candles = $"SELECT {MarketRows.CandlesRead} FROM {prefix}candles";
    private readonly string _orders = $"SELECT {MarketRows.OrdersRead} FROM {prefix}orders";

    // The candles of each interval hold every trade once. One statement, so that it is of one moment.
    private readonly string _sums =
        $"SELECT instrument, 0, count(*), max(sequence) FROM {prefix}trades GROUP BY instrument UNION ALL "
        + $"SELECT instrument, seconds, sum(trades), max(last_sequence) FROM {prefix}candles "
        + "GROUP BY instrument, seconds";

    /// <inheritdoc/>
    public abstract Task<long> OpenAsync(CancellationToken cancel);

    /// <inheritdoc/>
    public abstract Task AppendAsync(MarketBatch batch, IReadOnlyList<Candle> candles, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract Task ClearAsync(CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <inheritdoc/>
    public async Task<long> PositionAsync(CancellationToken cancel) =>
        (await ListAsync($"SELECT sequence FROM {prefix}position", row => row.GetInt64(0), cancel)).Single();

    /// <inheritdoc/>
    public async Task<string?> DamageAsync(CancellationToken cancel)
    {
        if (MadeAnew.Count > 0)
        {
            return $"{string.Join(", ", MadeAnew)} had to be made anew";
        }

        var sums = (await ListAsync(
                _sums, row => (Key: (row.GetInt16(0), row.GetInt32(1)), Sum: (row.GetInt64(2), row.GetInt64(3))),
                cancel))
            .ToDictionary(row => row.Key, row => row.Sum);
        foreach (var instrument in sums.Keys.Select(key => key.Item1).Distinct().Order())
        {
            var trades = sums.GetValueOrDefault((instrument, 0));
            foreach (var interval in CandleMaker.Intervals)
            {
                var candles = sums.GetValueOrDefault((instrument, (int)interval));
                if (candles != trades)
                {
                    return string.Create(
                        CultureInfo.InvariantCulture,
                        $"{trades.Item1} trades of instrument {instrument} are there up to {trades.Item2}, and its "
                        + $"candles of {(int)interval} s hold {candles.Item1} up to {candles.Item2}");
                }
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Candle>> NewestCandlesAsync(CancellationToken cancel) => ListAsync(
        $"SELECT {MarketRows.CandlesRead} FROM {prefix}candles c WHERE open_second = (SELECT max(n.open_second) "
        + $"FROM {prefix}candles n WHERE n.instrument = c.instrument AND n.seconds = c.seconds)",
        MarketRows.Candle, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<OrderRecord>> OpenOrdersAsync(CancellationToken cancel) => ListAsync(
        $"{_orders} WHERE status < {(int)OrderStatus.Filled} ORDER BY id", MarketRows.Order, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<MarketHole>> HolesAsync(CancellationToken cancel) => ListAsync(
        $"SELECT first_sequence, last_sequence FROM {prefix}holes ORDER BY first_sequence", MarketRows.Hole, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Candle>> CandlesAsync(
        short instrument, CandleInterval interval, MarketPage page, CancellationToken cancel) => ListAsync(
        $"{_candles} WHERE instrument = @instrument AND seconds = @seconds AND open_second >= @from "
        + "AND open_second < @to AND last_sequence < @before ORDER BY open_second DESC LIMIT @limit",
        MarketRows.Candle, cancel, ("@instrument", (int)instrument), ("@seconds", (int)interval),
        ("@from", SecondsUp(page.FromNanos)), ("@to", SecondsUp(page.ToNanos)), ("@before", page.Before),
        ("@limit", page.Limit));

    /// <inheritdoc/>
    public Task<IReadOnlyList<TradePrint>> TradesAsync(
        short instrument, MarketPage page, CancellationToken cancel) => TradesAsync(
        bounds => $"{_trades} WHERE instrument = @instrument AND {bounds} ORDER BY sequence DESC LIMIT @limit",
        page, cancel, ("@instrument", (int)instrument));

    /// <inheritdoc/>
    public Task<IReadOnlyList<TradePrint>> FillsAsync(
        int account, short? instrument, MarketPage page, CancellationToken cancel)
    {
        // Two ranges of two indexes; a trade with itself is in the first one only.
        var only = instrument is { } one
            ? string.Create(CultureInfo.InvariantCulture, $" AND instrument = {one}")
            : "";
        return TradesAsync(
            bounds => $"SELECT * FROM (SELECT * FROM ({_trades} WHERE taker_account = @account{only} AND {bounds} "
                + "ORDER BY sequence DESC LIMIT @limit) taken UNION ALL "
                + $"SELECT * FROM ({_trades} WHERE maker_account = @account AND taker_account <> @account{only} "
                + $"AND {bounds} ORDER BY sequence DESC LIMIT @limit) made) fills ORDER BY sequence DESC LIMIT @limit",
            page, cancel, ("@account", account));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<OrderRecord>> OrdersAsync(
        int account, short? instrument, MarketPage page, CancellationToken cancel) => ListAsync(
        $"{_orders} WHERE account = @account AND (@instrument = -1 OR instrument = @instrument) "
        + "AND created_at >= @from AND created_at < @to AND first_sequence < @before "
        + "ORDER BY first_sequence DESC LIMIT @limit",
        MarketRows.Order, cancel, ("@account", account), ("@instrument", (int)(instrument ?? -1)),
        ("@from", page.FromNanos), ("@to", page.ToNanos), ("@before", page.Before), ("@limit", page.Limit));

    /// <inheritdoc/>
    public async Task<OrderRecord?> OrderAsync(long id, CancellationToken cancel) =>
        (await ListAsync($"{_orders} WHERE id = @id", MarketRows.Order, cancel, ("@id", id))).SingleOrDefault();

    /// <summary>Tables that were gone when the store was opened last, and are there again, empty.</summary>
    private protected IReadOnlyList<string> MadeAnew { get; set; } = [];

    /// <summary>Opens a connection for a question.</summary>
    private protected abstract Task<DbConnection> ConnectAsync(CancellationToken cancel);

    /// <summary>Whether a failure is the database's.</summary>
    private protected abstract bool IsTrouble(Exception failure);

    /// <summary>Tells such a failure; without a word that is secret.</summary>
    private protected abstract MarketStoreException Tell(Exception failure);

    private static long SecondsUp(long nanos) =>
        (nanos / Kernel.Stamps.NanosPerSecond) + (nanos % Kernel.Stamps.NanosPerSecond > 0 ? 1 : 0);

    // Time rises with the sequence, so that a stretch of time is a stretch of sequences: what is asked for is found by
    // an index, however far back it is.
    private Task<IReadOnlyList<TradePrint>> TradesAsync(
        Func<string, string> sql, MarketPage page, CancellationToken cancel, params (string, object)[] values)
    {
        var bounds = "sequence < @before";
        bounds += page.FromNanos <= 0 ? ""
            : $" AND at >= @from AND sequence >= (SELECT sequence FROM {prefix}trades WHERE at >= @from "
                + "ORDER BY at, sequence LIMIT 1)";
        bounds += page.ToNanos == long.MaxValue ? ""
            : $" AND at < @to AND sequence <= (SELECT sequence FROM {prefix}trades WHERE at < @to "
                + "ORDER BY at DESC, sequence DESC LIMIT 1)";
        return ListAsync(
            sql(bounds), MarketRows.Trade, cancel,
            [
                .. values, ("@from", page.FromNanos), ("@to", page.ToNanos), ("@before", page.Before),
                ("@limit", page.Limit),
            ]);
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(
        string sql, Func<DbDataReader, T> read, CancellationToken cancel, params (string Name, object Value)[] values)
    {
        try
        {
            await using var connection = await ConnectAsync(cancel);
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, value) in values.Where(one => sql.Contains(one.Name, StringComparison.Ordinal)))
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, value);
                command.Parameters.Add(parameter);
            }

            await using var rows = await command.ExecuteReaderAsync(cancel);
            var list = new List<T>();
            while (await rows.ReadAsync(cancel))
            {
                list.Add(read(rows));
            }

            return list;
        }
        catch (Exception failure) when (IsTrouble(failure))
        {
            throw Tell(failure);
        }
    }
}
