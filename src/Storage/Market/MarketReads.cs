using System.Data.Common;
using System.Globalization;
using Strikeline.Exchange;

namespace Strikeline.Storage;

/// <summary>What can be asked of a market's store in SQL, the same for every database.</summary>
/// <remarks>Any thread; each question has a connection of its own.</remarks>
/// <param name="prefix">What stands before the names of tables.</param>
/// <param name="open">Opens a connection.</param>
/// <param name="isTrouble">Whether a failure is the database's.</param>
/// <param name="tell">Tells such a failure.</param>
internal sealed class MarketReads(
    string prefix, Func<CancellationToken, Task<DbConnection>> open, Func<Exception, bool> isTrouble,
    Func<Exception, MarketStoreException> tell)
{
    private readonly string _trades = $"SELECT {MarketRows.TradeColumns} FROM {prefix}trades";
    private readonly string _candles = $"SELECT {MarketRows.CandlesRead} FROM {prefix}candles";
    private readonly string _orders = $"SELECT {MarketRows.OrdersRead} FROM {prefix}orders";

    public Task<IReadOnlyList<Candle>> NewestCandlesAsync(CancellationToken cancel) => ListAsync(
        $"SELECT {MarketRows.CandlesRead} FROM {prefix}candles c WHERE open_second = (SELECT max(n.open_second) "
        + $"FROM {prefix}candles n WHERE n.instrument = c.instrument AND n.seconds = c.seconds)",
        MarketRows.Candle, cancel);

    public Task<IReadOnlyList<OrderRecord>> OpenOrdersAsync(CancellationToken cancel) => ListAsync(
        $"{_orders} WHERE status < {(int)OrderStatus.Filled} ORDER BY id", MarketRows.Order, cancel);

    public Task<IReadOnlyList<MarketHole>> HolesAsync(CancellationToken cancel) => ListAsync(
        $"SELECT first_sequence, last_sequence FROM {prefix}holes ORDER BY first_sequence", MarketRows.Hole, cancel);

    public Task<IReadOnlyList<Candle>> CandlesAsync(
        short instrument, CandleInterval interval, MarketPage page, CancellationToken cancel) => ListAsync(
        $"{_candles} WHERE instrument = @instrument AND seconds = @seconds AND open_second >= @from "
        + "AND open_second < @to AND last_sequence < @before ORDER BY open_second DESC LIMIT @limit",
        MarketRows.Candle, cancel, ("@instrument", (int)instrument), ("@seconds", (int)interval),
        ("@from", SecondsUp(page.FromNanos)), ("@to", SecondsUp(page.ToNanos)), ("@before", page.Before),
        ("@limit", page.Limit));

    public Task<IReadOnlyList<TradePrint>> TradesAsync(
        short instrument, MarketPage page, CancellationToken cancel) => TradesAsync(
        bounds => $"{_trades} WHERE instrument = @instrument AND {bounds} ORDER BY sequence DESC LIMIT @limit",
        page, cancel, ("@instrument", (int)instrument));

    // Two ranges of two indexes; a trade with itself is in the first one only.
    public Task<IReadOnlyList<TradePrint>> FillsAsync(
        int account, short? instrument, MarketPage page, CancellationToken cancel)
    {
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

    public Task<IReadOnlyList<OrderRecord>> OrdersAsync(
        int account, short? instrument, MarketPage page, CancellationToken cancel) => ListAsync(
        $"{_orders} WHERE account = @account AND (@instrument = -1 OR instrument = @instrument) "
        + "AND created_at >= @from AND created_at < @to AND first_sequence < @before "
        + "ORDER BY first_sequence DESC LIMIT @limit",
        MarketRows.Order, cancel, ("@account", account), ("@instrument", (int)(instrument ?? -1)),
        ("@from", page.FromNanos), ("@to", page.ToNanos), ("@before", page.Before), ("@limit", page.Limit));

    public async Task<OrderRecord?> OrderAsync(long id, CancellationToken cancel) =>
        (await ListAsync($"{_orders} WHERE id = @id", MarketRows.Order, cancel, ("@id", id))).SingleOrDefault();

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
            await using var connection = await open(cancel);
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
        catch (Exception failure) when (isTrouble(failure))
        {
            throw tell(failure);
        }
    }
}
