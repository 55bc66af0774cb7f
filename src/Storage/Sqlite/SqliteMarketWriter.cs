using Microsoft.Data.Sqlite;
using Strikeline.Exchange;

namespace Strikeline.Storage;

/// <summary>The one connection that writes, with its prepared statements.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class SqliteMarketWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _trade;
    private readonly SqliteStatement _order;
    private readonly SqliteStatement _candle;
    private readonly SqliteStatement _hole;
    private readonly SqliteStatement _move;
    private readonly SqliteStatement _position;

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
        _position = new SqliteStatement(connection, "SELECT sequence FROM position");
    }

    /// <summary>The last event that is stored.</summary>
    public long Position => _position.Run();

    /// <summary>Stores a batch, all or nothing.</summary>
    public void Append(MarketBatch batch, IReadOnlyList<Candle> candles)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        if (!MarketOrder.IsNext(batch, Position))
        {
            return;
        }

        foreach (var trade in batch.Trades)
        {
            _trade.With(trade.Sequence).With(trade.AtNanos).With(trade.Instrument).With(trade.Price).With(trade.Lots)
                .With((int)trade.TakerSide).With(trade.TakerOrder).With(trade.MakerOrder).With(trade.TakerAccount)
                .With(trade.MakerAccount).With(trade.TakerFee).With(trade.MakerFee).Run();
        }

        foreach (var order in batch.Orders)
        {
            Store(order);
        }

        foreach (var candle in candles)
        {
            _candle.With(candle.Instrument).With((int)candle.Interval).With(candle.OpenSecond).With(candle.Open)
                .With(candle.High).With(candle.Low).With(candle.Close).With(candle.Lots).With(candle.TickLots)
                .With(candle.Trades).With(candle.LastSequence).Run();
        }

        if (batch.IsHole)
        {
            _hole.With(batch.FirstSequence).With(batch.LastSequence).Run();
        }

        _move.With(batch.LastSequence).Run();
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
        foreach (var statement in (SqliteStatement[])[_trade, _order, _candle, _hole, _move, _position])
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private void Store(OrderRecord order) => _order
        .With(order.Id).With(order.Account).With(order.ClientId).With(order.Instrument).With((int)order.Side)
        .With((int)order.Kind).With((int)order.TimeInForce).With(order.Price).With(order.StopPrice)
        .With(order.IsTriggered ? 1 : 0).With(order.Display).With(order.ExpiresAtNanos).With(order.Quantity)
        .With(order.Executed).With(order.ExecutedTickLots).With(order.CancelledLots).With((int)order.Status)
        .With((int)order.Reason).With(order.CreatedNanos).With(order.UpdatedNanos).With(order.FirstSequence)
        .With(order.Sequence).Run();

    private SqliteStatement Prepare(string head, string columns, string tail)
    {
        var values = string.Join(", ", columns.Split(", ").Select(_ => "?"));
        return new SqliteStatement(_connection, head + (head.EndsWith('=') ? " ?" : $" VALUES ({values})") + tail);
    }
}
