using System.Data.Common;
using System.Globalization;

namespace Strikeline.SystemTests.Stores;

/// <summary>The market's store as its database shows it to anybody who asks in SQL.</summary>
/// <param name="open">Opens a connection.</param>
/// <param name="prefix">What stands before the names of tables.</param>
internal sealed class StoredMarket(Func<DbConnection> open, string prefix)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The event up to which it is stored; -1 where nobody can be asked.</summary>
    public async Task<long> PositionAsync()
    {
        try
        {
            return long.Parse((await RowsAsync($"SELECT sequence FROM {prefix}position"))[0], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is DbException or ArgumentOutOfRangeException)
        {
            return -1;
        }
    }

    /// <summary>Waits until it is stored up to an event, as long as it goes on.</summary>
    public async Task UntilAsync(long sequence, Func<string> what)
    {
        const int Patience = 600;
        var (left, seen) = (Patience, -1L);
        for (var position = await PositionAsync(); position < sequence; position = await PositionAsync())
        {
            (left, seen) = position > seen ? (Patience, position) : (left - 1, seen);
            Assert.True(left > 0, $"the store stays at {position} of {sequence}: {what()}");
            await Task.Delay(100, Cancel);
        }
    }

    /// <summary>Fails with the first row that is not what the journal comes to.</summary>
    public async Task AssertEqualAsync(PlainMarket plain)
    {
        Equal(plain.Trades.Select(trade => trade.Row), await RowsAsync(
            "SELECT sequence, at, instrument, price, lots, taker_side, taker_order, maker_order, taker_account, maker_account, taker_fee, maker_fee "
            + $"FROM {prefix}trades ORDER BY sequence"));
        Equal(plain.Candles.Select(candle => candle.Row), await RowsAsync(
            "SELECT instrument, seconds, open_second, open, high, low, close, CAST(lots AS TEXT), CAST(tick_lots AS TEXT), trades, last_sequence "
            + $"FROM {prefix}candles ORDER BY instrument, seconds, open_second"));
        Equal(plain.Executions(), await RowsAsync(
            $"SELECT id, CAST(executed AS TEXT), CAST(executed_tick_lots AS TEXT) FROM {prefix}orders WHERE executed <> '0' ORDER BY id"));
        Assert.Empty(await RowsAsync($"SELECT * FROM {prefix}holes"));
    }

    /// <summary>The rows, their values between bars.</summary>
    public async Task<List<string>> RowsAsync(string sql)
    {
        await using var connection = open();
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var rows = await command.ExecuteReaderAsync(Cancel);
        var list = new List<string>();
        while (await rows.ReadAsync(Cancel))
        {
            list.Add(string.Join('|', Enumerable.Range(0, rows.FieldCount).Select(
                field => Convert.ToString(rows.GetValue(field), CultureInfo.InvariantCulture))));
        }

        return list;
    }

    // A whole list in a failure would hide the row that differs.
    private static void Equal(IEnumerable<string> expected, List<string> actual)
    {
        var plain = expected.ToList();
        for (var i = 0; i < Math.Min(plain.Count, actual.Count); i++)
        {
            Assert.Equal(plain[i], actual[i]);
        }

        Assert.Equal(plain.Count, actual.Count);
    }
}
