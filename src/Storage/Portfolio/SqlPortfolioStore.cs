using System.Data.Common;
using Strikeline.Kernel;
using Strikeline.Trading;

namespace Strikeline.Storage;

/// <summary>Entries of the portfolio in a database that speaks SQL, the same for every one.</summary>
/// <remarks>Any thread; writes one at a time. Each call has a connection of its own.</remarks>
/// <param name="table">The table's whole name.</param>
public abstract class SqlPortfolioStore(string table) : IPortfolioStore
{
    private const string Columns =
        "id, kind, venue, token, market, strategy, plan, client_id, price, size, fee, finality, at";

    private static readonly string[] s_parameters = [.. Columns.Split(", ").Select(column => "@" + column)];

    // A fill that is final stays so, whatever is told again in whatever order.
    private readonly string _insert =
        $"INSERT INTO {table} ({Columns}) VALUES ({string.Join(", ", s_parameters)}) ON CONFLICT (id) DO UPDATE "
        + $"SET finality = excluded.finality WHERE {table}.finality = {(int)EntryFinality.Pending}";

    private readonly string _select =
        $"SELECT {Columns} FROM {table} WHERE at >= @from AND at < @to AND (@venue = 0 OR venue = @venue) "
        + "AND (@market = '' OR market = @market) AND (@first = 1 OR at < @beforeAt OR (at = @beforeAt "
        + "AND id < @beforeId)) ORDER BY at DESC, id DESC LIMIT @limit";

    private readonly SemaphoreSlim _gate = new(1);

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            await MakeAsync(cancel);
        }
        catch (Exception failure) when (IsTrouble(failure))
        {
            throw Tell(failure);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async Task StoreAsync(IReadOnlyList<PortfolioEntry> entries, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            await using var connection = await ConnectAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = _insert;
            foreach (var entry in entries)
            {
                // The same parameters each time: a command that was run once knows them, and no others.
                var values = Values(entry);
                for (var i = 0; i < values.Length; i++)
                {
                    if (command.Parameters.Count <= i)
                    {
                        Add(command, s_parameters[i], values[i]);
                    }

                    command.Parameters[i].Value = values[i];
                }

                await command.ExecuteNonQueryAsync(cancel);
            }

            await transaction.CommitAsync(cancel);
        }
        catch (Exception failure) when (IsTrouble(failure))
        {
            throw Tell(failure);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PortfolioEntry>> EntriesAsync(PortfolioPage page, CancellationToken cancel)
    {
        try
        {
            await using var connection = await ConnectAsync(cancel);
            await using var command = connection.CreateCommand();
            command.CommandText = _select;
            Add(command, "@from", page.FromNanos);
            Add(command, "@to", page.ToNanos);
            Add(command, "@venue", (int)page.Venue);
            Add(command, "@market", page.MarketId);
            Add(command, "@first", page.Before is null ? 1 : 0);
            Add(command, "@beforeAt", page.Before?.AtNanos ?? 0L);
            Add(command, "@beforeId", page.Before?.Id ?? "");
            Add(command, "@limit", page.Limit);
            await using var rows = await command.ExecuteReaderAsync(cancel);
            var list = new List<PortfolioEntry>();
            while (await rows.ReadAsync(cancel))
            {
                list.Add(Entry(rows));
            }

            return list;
        }
        catch (Exception failure) when (IsTrouble(failure))
        {
            throw Tell(failure);
        }
    }

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        _gate.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes what is missing.</summary>
    private protected abstract Task MakeAsync(CancellationToken cancel);

    /// <summary>Opens a connection.</summary>
    private protected abstract Task<DbConnection> ConnectAsync(CancellationToken cancel);

    /// <summary>Whether a failure is the database's.</summary>
    private protected abstract bool IsTrouble(Exception failure);

    /// <summary>Tells such a failure; without a word that is secret.</summary>
    private protected abstract PortfolioStoreException Tell(Exception failure);

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    private static object[] Values(PortfolioEntry entry) =>
    [
        entry.Id, (int)entry.Kind, (int)entry.Token.Venue, entry.Token.TokenId, entry.MarketId, entry.Strategy,
        entry.PlanId, entry.ClientId, entry.PricePpm, entry.SizeMicro, entry.FeeMicros, (int)entry.Finality,
        entry.AtNanos,
    ];

    private static PortfolioEntry Entry(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Kind = (EntryKind)row.GetInt32(1),
        Token = new MarketKey((Venue)row.GetInt32(2), row.GetString(3)),
        MarketId = row.GetString(4),
        Strategy = row.GetString(5),
        PlanId = row.GetInt64(6),
        ClientId = row.GetString(7),
        PricePpm = row.GetInt64(8),
        SizeMicro = row.GetInt64(9),
        FeeMicros = row.GetInt64(10),
        Finality = (EntryFinality)row.GetInt32(11),
        AtNanos = row.GetInt64(12),
    };
}
