using System.Globalization;
using Microsoft.Data.Sqlite;
using Strikeline.Exchange;

namespace Strikeline.Storage;

/// <summary>The one connection that writes, with its prepared statements.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class SqliteMarketWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _trade;
    private readonly SqliteCommand _order;
    private readonly SqliteCommand _candle;
    private readonly SqliteCommand _hole;
    private readonly SqliteCommand _move;
    private readonly SqliteCommand _position;

    /// <summary>Prepares the statements, and owns the connection from then on.</summary>
    public SqliteMarketWriter(SqliteConnection connection)
    {
        _connection = connection;
        _trade = Prepare($"INSERT INTO trades ({MarketRows.TradeColumns})", MarketRows.TradeColumns, "");
        _order = Prepare(
            $"INSERT INTO orders ({MarketRows.OrderColumns})", MarketRows.OrderColumns,
            $" ON CONFLICT (id) DO UPDATE SET {MarketRows.Updates(MarketRows.OrderColumns, "id")}");
        _candle = Prepare(
            $"INSERT INTO candles ({MarketRows.CandleColumns})", MarketRows.CandleColumns,
            " ON CONFLICT (instrument, seconds, open_second) DO UPDATE SET "
            + MarketRows.Updates(MarketRows.CandleColumns, "instrument", "seconds", "open_second"));
        _hole = Prepare(
            "INSERT INTO holes (first_sequence, last_sequence)", "first_sequence, last_sequence", "");
        _move = Prepare("UPDATE position SET sequence =", "sequence", "");
        _position = _connection.CreateCommand();
        _position.CommandText = "SELECT sequence FROM position";
        _position.Prepare();
    }

    /// <summary>The last event that is stored.</summary>
    public long Position => (long)_position.ExecuteScalar()!;

    /// <summary>Stores a batch, all or nothing.</summary>
    public void Append(MarketBatch batch, IReadOnlyList<Candle> candles)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        foreach (var command in (SqliteCommand[])[_trade, _order, _candle, _hole, _move, _position])
        {
            command.Transaction = transaction;
        }

        if (!MarketOrder.IsNext(batch, Position))
        {
            return;
        }

        foreach (var trade in batch.Trades)
        {
            Run(
                _trade, trade.Sequence, trade.AtNanos, trade.Instrument, trade.Price, trade.Lots,
                (int)trade.TakerSide, trade.TakerOrder, trade.MakerOrder, trade.TakerAccount, trade.MakerAccount,
                trade.TakerFee, trade.MakerFee);
        }

        foreach (var order in batch.Orders)
        {
            Store(order);
        }

        foreach (var candle in candles)
        {
            Run(
                _candle, candle.Instrument, (int)candle.Interval, candle.OpenSecond, candle.Open, candle.High,
                candle.Low, candle.Close, Text(candle.Lots), Text(candle.TickLots), candle.Trades,
                candle.LastSequence);
        }

        if (batch.IsHole)
        {
            Run(_hole, batch.FirstSequence, batch.LastSequence);
        }

        Run(_move, batch.LastSequence);
        transaction.Commit();
    }

    /// <summary>Empties every table.</summary>
    public void Clear()
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        using var command = _connection.CreateCommand();
        command.CommandText =
            "DELETE FROM trades; DELETE FROM orders; DELETE FROM candles; DELETE FROM holes; "
            + "UPDATE position SET sequence = 0";
        command.ExecuteNonQuery();
        transaction.Commit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[_trade, _order, _candle, _hole, _move, _position])
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private static string Text(Int128 number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Run(SqliteCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private void Store(OrderRecord order) => Run(
        _order, order.Id, order.Account, order.ClientId.ToString(CultureInfo.InvariantCulture), order.Instrument,
        (int)order.Side, (int)order.Kind, (int)order.TimeInForce, order.Price, order.StopPrice,
        order.IsTriggered ? 1 : 0, order.Display, order.ExpiresAtNanos, Text(order.Quantity),
        Text(order.Executed), Text(order.ExecutedTickLots), Text(order.CancelledLots), (int)order.Status,
        (int)order.Reason, order.CreatedNanos, order.UpdatedNanos, order.FirstSequence, order.Sequence);

    private SqliteCommand Prepare(string head, string columns, string tail)
    {
        var names = columns.Split(", ").Select(column => "@" + column).ToList();
        var values = string.Join(", ", names);
        var command = _connection.CreateCommand();
        command.CommandText = head + (head.EndsWith('=') ? $" {values}" : $" VALUES ({values})") + tail;
        names.ForEach(name => command.Parameters.Add(new SqliteParameter { ParameterName = name }));
        command.Prepare();
        return command;
    }
}
