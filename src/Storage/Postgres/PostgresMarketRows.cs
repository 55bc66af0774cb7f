using System.Numerics;
using Npgsql;
using NpgsqlTypes;
using Strikeline.Exchange;

namespace Strikeline.Storage;

/// <summary>Statements that write many rows at once: a column is an array.</summary>
internal static class PostgresMarketRows
{
    private const NpgsqlDbType Big = NpgsqlDbType.Bigint;
    private const NpgsqlDbType Whole = NpgsqlDbType.Integer;
    private const NpgsqlDbType Small = NpgsqlDbType.Smallint;
    private const NpgsqlDbType Wide = NpgsqlDbType.Numeric;

    public static NpgsqlBatchCommand Trades(IReadOnlyList<TradePrint> trades) => Many(
        "trades", MarketRows.TradeColumns, "",
        Column(trades, Big, one => one.Sequence), Column(trades, Big, one => one.AtNanos),
        Column(trades, Small, one => one.Instrument), Column(trades, Whole, one => one.Price),
        Column(trades, Big, one => one.Lots), Column(trades, Small, one => (short)one.TakerSide),
        Column(trades, Big, one => one.TakerOrder), Column(trades, Big, one => one.MakerOrder),
        Column(trades, Whole, one => one.TakerAccount), Column(trades, Whole, one => one.MakerAccount),
        Column(trades, Big, one => one.TakerFee), Column(trades, Big, one => one.MakerFee));

    public static NpgsqlBatchCommand Orders(IReadOnlyList<OrderRecord> orders) => Many(
        "orders", MarketRows.OrderColumns,
        $" ON CONFLICT (id) DO UPDATE SET {MarketRows.Updates(MarketRows.OrderColumns, "id")}",
        Column(orders, Big, one => one.Id), Column(orders, Whole, one => one.Account),
        Column(orders, Wide, one => (BigInteger)one.ClientId), Column(orders, Small, one => one.Instrument),
        Column(orders, Small, one => (short)one.Side), Column(orders, Small, one => (short)one.Kind),
        Column(orders, Small, one => (short)one.TimeInForce), Column(orders, Whole, one => one.Price),
        Column(orders, Whole, one => one.StopPrice), Column(orders, Small, one => (short)(one.IsTriggered ? 1 : 0)),
        Column(orders, Big, one => one.Display), Column(orders, Big, one => one.ExpiresAtNanos),
        Column(orders, Wide, one => (BigInteger)one.Quantity), Column(orders, Wide, one => (BigInteger)one.Executed),
        Column(orders, Wide, one => (BigInteger)one.ExecutedTickLots),
        Column(orders, Wide, one => (BigInteger)one.CancelledLots),
        Column(orders, Small, one => (short)one.Status), Column(orders, Small, one => (short)one.Reason),
        Column(orders, Big, one => one.CreatedNanos), Column(orders, Big, one => one.UpdatedNanos),
        Column(orders, Big, one => one.FirstSequence), Column(orders, Big, one => one.Sequence));

    public static NpgsqlBatchCommand Candles(IReadOnlyList<Candle> candles) => Many(
        "candles", MarketRows.CandleColumns,
        " ON CONFLICT (instrument, seconds, open_second) DO UPDATE SET "
        + MarketRows.Updates(MarketRows.CandleColumns, "instrument", "seconds", "open_second"),
        Column(candles, Small, one => one.Instrument), Column(candles, Whole, one => (int)one.Interval),
        Column(candles, Big, one => one.OpenSecond), Column(candles, Whole, one => one.Open),
        Column(candles, Whole, one => one.High), Column(candles, Whole, one => one.Low),
        Column(candles, Whole, one => one.Close), Column(candles, Wide, one => (BigInteger)one.Lots),
        Column(candles, Wide, one => (BigInteger)one.TickLots), Column(candles, Whole, one => one.Trades),
        Column(candles, Big, one => one.LastSequence));

    private static NpgsqlParameter Column<TRow, TValue>(
        IReadOnlyList<TRow> rows, NpgsqlDbType type, Func<TRow, TValue> value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = rows.Select(value).ToArray() };

    private static NpgsqlBatchCommand Many(
        string table, string columns, string tail, params NpgsqlParameter[] values)
    {
        var places = string.Join(", ", values.Select((_, index) => $"${index + 1}"));
        var command = new NpgsqlBatchCommand(
            $"INSERT INTO {PostgresMarketSchema.Prefix}{table} ({columns}) SELECT * FROM unnest({places}){tail}");
        command.Parameters.AddRange(values);
        return command;
    }
}
