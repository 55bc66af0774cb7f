using System.Data.Common;
using System.Globalization;
using Strikeline.Exchange;
using Strikeline.Kernel;

namespace Strikeline.Storage;

/// <summary>The columns of the market's tables, equal in every database, and rows read back.</summary>
/// <remarks>Numbers beyond 64 bits travel as decimal text.</remarks>
internal static class MarketRows
{
    public const string TradeColumns =
        "sequence, at, instrument, price, lots, taker_side, taker_order, maker_order, taker_account, maker_account, "
        + "taker_fee, maker_fee";

    public const string CandleColumns =
        "instrument, seconds, open_second, open, high, low, close, lots, tick_lots, trades, last_sequence";

    public const string OrderColumns =
        "id, account, client_id, instrument, side, kind, time_in_force, price, stop_price, is_triggered, display, "
        + "expires_at, quantity, executed, executed_tick_lots, cancelled_lots, status, reason, created_at, updated_at, "
        + "first_sequence, sequence";

    public static string CandlesRead { get; } = AsText(CandleColumns, "lots", "tick_lots");

    public static string OrdersRead { get; } = AsText(
        OrderColumns, "client_id", "quantity", "executed", "executed_tick_lots", "cancelled_lots");

    /// <summary>Asks for the position that the rows show, where nothing else tells it any more.</summary>
    public static string LastStored(string prefix) =>
        $"SELECT coalesce(max(last), 0) FROM (SELECT max(sequence) AS last FROM {prefix}trades UNION ALL "
        + $"SELECT max(sequence) FROM {prefix}orders UNION ALL SELECT max(last_sequence) FROM {prefix}holes) lasts";

    public static TradePrint Trade(DbDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt16(2), row.GetInt32(3), row.GetInt64(4), (Side)row.GetInt16(5),
        row.GetInt64(6), row.GetInt64(7), row.GetInt32(8), row.GetInt32(9), row.GetInt64(10), row.GetInt64(11));

    public static Candle Candle(DbDataReader row) => new(
        row.GetInt16(0), (CandleInterval)row.GetInt32(1), row.GetInt64(2), row.GetInt32(3), row.GetInt32(4),
        row.GetInt32(5), row.GetInt32(6), Wide(row.GetString(7)), Wide(row.GetString(8)), row.GetInt32(9),
        row.GetInt64(10));

    public static OrderRecord Order(DbDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Account = row.GetInt32(1),
        ClientId = UInt128.Parse(row.GetString(2), CultureInfo.InvariantCulture),
        Instrument = row.GetInt16(3),
        Side = (Side)row.GetInt16(4),
        Kind = (OrderKind)row.GetInt16(5),
        TimeInForce = (TimeInForce)row.GetInt16(6),
        Price = row.GetInt32(7),
        StopPrice = row.GetInt32(8),
        IsTriggered = row.GetInt16(9) != 0,
        Display = row.GetInt64(10),
        ExpiresAtNanos = row.GetInt64(11),
        Quantity = Wide(row.GetString(12)),
        Executed = Wide(row.GetString(13)),
        ExecutedTickLots = Wide(row.GetString(14)),
        CancelledLots = Wide(row.GetString(15)),
        Status = (OrderStatus)row.GetInt16(16),
        Reason = (ReasonCode)row.GetInt16(17),
        CreatedNanos = row.GetInt64(18),
        UpdatedNanos = row.GetInt64(19),
        FirstSequence = row.GetInt64(20),
        Sequence = row.GetInt64(21),
    };

    public static MarketHole Hole(DbDataReader row) => new(row.GetInt64(0), row.GetInt64(1));

    /// <summary>What an update of a stored row sets: every column but the key's.</summary>
    public static string Updates(string columns, params string[] key) => string.Join(
        ", ", columns.Split(", ").Except(key).Select(column => $"{column} = excluded.{column}"));

    private static Int128 Wide(string text) => Int128.Parse(text, CultureInfo.InvariantCulture);

    private static string AsText(string columns, params string[] wide) => string.Join(
        ", ", columns.Split(", ").Select(column => wide.Contains(column) ? $"CAST({column} AS TEXT)" : column));
}
