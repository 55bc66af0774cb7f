using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using Strikeline.Trading;

namespace Strikeline.Storage;

/// <summary>Entries of the portfolio in a PostgreSQL, in a schema of their own.</summary>
/// <remarks>Any thread; writes one at a time. Every call works or fails within the limit, and none tries again by
/// itself.</remarks>
public sealed class PostgresPortfolioStore : SqlPortfolioStore
{
    private const int Version = 1;

    // Two programs that begin at once make the tables one behind the other.
    private const string Make =
        """
        SELECT pg_advisory_xact_lock(6002262318497841740);
        CREATE SCHEMA IF NOT EXISTS strikeline_portfolio;
        CREATE TABLE IF NOT EXISTS strikeline_portfolio.version (
          single boolean PRIMARY KEY CHECK (single), layout integer NOT NULL);
        CREATE TABLE IF NOT EXISTS strikeline_portfolio.entries (
          id text COLLATE "C" PRIMARY KEY, kind integer NOT NULL, venue integer NOT NULL, token text NOT NULL,
          market text NOT NULL, strategy text NOT NULL, plan bigint NOT NULL, client_id text NOT NULL,
          price bigint NOT NULL, size bigint NOT NULL, fee bigint NOT NULL, finality integer NOT NULL,
          at bigint NOT NULL);
        CREATE INDEX IF NOT EXISTS entries_by_time ON strikeline_portfolio.entries (at, id);
        """;

    private readonly PostgresAddress _address;
    private readonly NpgsqlDataSource _source;

    /// <summary>A store at an address; nothing is asked of it yet.</summary>
    /// <param name="address">Where.</param>
    /// <param name="answerLimit">How long a connection may take to open, or a statement to be answered; whole
    /// seconds.</param>
    public PostgresPortfolioStore(PostgresAddress address, TimeSpan answerLimit)
        : base("strikeline_portfolio.entries")
    {
        _address = address;
        _source = NpgsqlDataSource.Create(address.Connection(answerLimit));
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await base.DisposeAsync();
    }

    private protected override async Task MakeAsync(CancellationToken cancel)
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.RunAsync(Make, cancel);
        var layout = await connection.AskAsync("SELECT layout FROM strikeline_portfolio.version", cancel) as int? ?? 0;
        if (layout > Version)
        {
            throw new PortfolioStoreException(
                $"{_address} has layout {layout}, and this program knows {Version}: it was written by a newer one");
        }

        if (layout == 0)
        {
            await connection.RunAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"INSERT INTO strikeline_portfolio.version VALUES (true, {Version})"),
                cancel);
        }

        await transaction.CommitAsync(cancel);
    }

    private protected override async Task<DbConnection> ConnectAsync(CancellationToken cancel) =>
        await _source.OpenConnectionAsync(cancel);

    private protected override bool IsTrouble(Exception failure) =>
        failure is DbException or SocketException or IOException or TimeoutException;

    // What Npgsql says holds neither the password nor values of rows.
    private protected override PortfolioStoreException Tell(Exception failure) =>
        new($"{_address}: {failure.Message.ReplaceLineEndings(" ")}", failure);
}
