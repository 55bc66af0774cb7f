using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using Npgsql;
using Strikeline.Exchange;

namespace Strikeline.Storage;

/// <summary>The market's store in a PostgreSQL, which may go away and come back: every call works or fails within the
/// limit, and none tries again by itself.</summary>
/// <remarks>Any thread; writes one at a time, also those of several programs: the row of the position is their
/// lock.</remarks>
public sealed class PostgresMarketStore : SqlMarketStore
{
    private readonly PostgresAddress _address;
    private readonly NpgsqlDataSource _source;

    // Months that have a partition already; as long as the tables are the same.
    private readonly HashSet<int> _months = [];
    private readonly SemaphoreSlim _gate = new(1);
    private bool _isHypertable;

    /// <summary>A store at an address; nothing is asked of it yet.</summary>
    /// <param name="address">Where.</param>
    /// <param name="answerLimit">How long a connection may take to open, or a statement to be answered; whole
    /// seconds.</param>
    public PostgresMarketStore(PostgresAddress address, TimeSpan answerLimit)
        : base(PostgresMarketSchema.Prefix)
    {
        _address = address;
        _source = NpgsqlDataSource.Create(address.Connection(answerLimit));
    }

    /// <inheritdoc/>
    public override Task<long> OpenAsync(CancellationToken cancel) => WriteAsync(
        async connection =>
        {
            _months.Clear();
            (_isHypertable, MadeAnew) = await PostgresMarketSchema.MakeAsync(connection, _address, cancel);
            return (long)(await connection.AskAsync("SELECT sequence FROM strikeline.position", cancel))!;
        },
        cancel);

    /// <inheritdoc/>
    public override Task AppendAsync(MarketBatch batch, IReadOnlyList<Candle> candles, CancellationToken cancel) =>
        WriteAsync(
            async connection =>
            {
                var position = (long)(await connection.AskAsync(
                    "SELECT sequence FROM strikeline.position FOR UPDATE", cancel))!;
                if (!MarketOrder.IsNext(batch, position))
                {
                    return position;
                }

                await MakePartitionsAsync(connection, batch.Trades, cancel);
                await using var writes = new NpgsqlBatch(connection);
                foreach (var command in Writes(batch, candles))
                {
                    writes.BatchCommands.Add(command);
                }

                await writes.ExecuteNonQueryAsync(cancel);
                return batch.LastSequence;
            },
            cancel);

    /// <inheritdoc/>
    public override Task ClearAsync(CancellationToken cancel) => WriteAsync(
        async connection =>
        {
            await connection.RunAsync(
                "UPDATE strikeline.position SET sequence = 0; "
                + "TRUNCATE strikeline.trades, strikeline.orders, strikeline.candles, strikeline.holes", cancel);
            MadeAnew = [];
            return 0L;
        },
        cancel);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _gate.Dispose();
    }

    private static IEnumerable<NpgsqlBatchCommand> Writes(MarketBatch batch, IReadOnlyList<Candle> candles)
    {
        if (batch.Trades.Count > 0)
        {
            yield return PostgresMarketRows.Trades(batch.Trades);
        }

        if (batch.Orders.Count > 0)
        {
            yield return PostgresMarketRows.Orders(batch.Orders);
        }

        if (candles.Count > 0)
        {
            yield return PostgresMarketRows.Candles(candles);
        }

        if (batch.IsHole)
        {
            yield return new NpgsqlBatchCommand("INSERT INTO strikeline.holes VALUES ($1, $2)")
            {
                Parameters = { new() { Value = batch.FirstSequence }, new() { Value = batch.LastSequence } },
            };
        }

        yield return new NpgsqlBatchCommand("UPDATE strikeline.position SET sequence = $1")
        {
            Parameters = { new() { Value = batch.LastSequence } },
        };
    }

    // The month of each trade, and the one behind it, so that a month begins with its partition there.
    private async Task MakePartitionsAsync(
        NpgsqlConnection connection, IReadOnlyList<TradePrint> trades, CancellationToken cancel)
    {
        if (_isHypertable)
        {
            return;
        }

        foreach (var month in trades.Select(trade => PostgresMarketSchema.MonthOf(trade.AtNanos)).Distinct().ToList())
        {
            foreach (var one in (int[])[month, month + 1])
            {
                if (_months.Add(one))
                {
                    await connection.RunAsync(PostgresMarketSchema.Partition(one), cancel);
                }
            }
        }
    }

    private async Task<long> WriteAsync(Func<NpgsqlConnection, Task<long>> write, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        var isDone = false;
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancel);
            await using var transaction =
                await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel);
            var position = await write(connection);
            await transaction.CommitAsync(cancel);
            isDone = true;
            return position;
        }
        catch (Exception failure) when (IsTrouble(failure))
        {
            throw Tell(failure);
        }
        finally
        {
            if (!isDone)
            {
                // Partitions of a transaction that may be undone.
                _months.Clear();
            }

            _gate.Release();
        }
    }

    /// <inheritdoc/>
    private protected override async Task<DbConnection> ConnectAsync(CancellationToken cancel) =>
        await _source.OpenConnectionAsync(cancel);

    /// <inheritdoc/>
    private protected override bool IsTrouble(Exception failure) =>
        failure is DbException or SocketException or IOException or TimeoutException;

    /// <inheritdoc/>
    private protected override MarketStoreException Tell(Exception failure) =>
        // What Npgsql says holds neither the password nor values of rows.
        new($"{_address}: {failure.Message.ReplaceLineEndings(" ")}", failure);
}
