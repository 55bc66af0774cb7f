using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Strikeline.Trading;

namespace Strikeline.Storage;

/// <summary>Entries of the portfolio in a file of SQLite with a write-ahead log, mode 0600.</summary>
/// <remarks>Any thread; writes one at a time. SQLite works on the caller's thread.</remarks>
public sealed class SqlitePortfolioStore : SqlPortfolioStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // "SLPF" in the file's header: no other program's file is taken for one of these.
    private const long Application = 0x534C5046;
    private const long Version = 1;

    private const string Table =
        """
        CREATE TABLE IF NOT EXISTS entries (
          id TEXT PRIMARY KEY, kind INTEGER NOT NULL, venue INTEGER NOT NULL, token TEXT NOT NULL, market TEXT NOT NULL,
          strategy TEXT NOT NULL, plan INTEGER NOT NULL, client_id TEXT NOT NULL, price INTEGER NOT NULL,
          size INTEGER NOT NULL, fee INTEGER NOT NULL, finality INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
        CREATE INDEX IF NOT EXISTS entries_by_time ON entries (at, id);
        """;

    private readonly string _file;
    private readonly string _address;

    /// <summary>A store in a file; <see cref="IPortfolioStore.OpenAsync"/> makes it where it is absent.</summary>
    /// <param name="file">The path of the file.</param>
    /// <param name="busyLimit">How long a write waits for another program's; whole seconds, at least one.</param>
    public SqlitePortfolioStore(string file, TimeSpan busyLimit)
        : base("entries")
    {
        _file = Path.GetFullPath(file);
        _address = new SqliteConnectionStringBuilder
        {
            DataSource = _file, Mode = SqliteOpenMode.ReadWrite, Pooling = true,
            DefaultTimeout = Math.Max(1, (int)busyLimit.TotalSeconds),
        }.ToString();
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        Forget();
        return base.DisposeAsync();
    }

    private protected override async Task MakeAsync(CancellationToken cancel)
    {
        if (!File.Exists(_file))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            // A log that is left of a file that is gone must not be read into a new one.
            Forget();
            File.Delete(_file + "-wal");
            File.Delete(_file + "-shm");
            await using var made = new FileStream(_file, options);
        }

        await using var connection = new SqliteConnection(_address);
        await connection.OpenAsync(cancel);
        await AskAsync(connection, "PRAGMA journal_mode = WAL", cancel);
        await using var transaction = (SqliteTransaction)await connection.BeginTransactionAsync(cancel);
        var application = await AskAsync(connection, "PRAGMA application_id", cancel);
        var version = await AskAsync(connection, "PRAGMA user_version", cancel);
        if (application != Application
            && (application != 0 || await AskAsync(connection, "SELECT count(*) FROM sqlite_schema", cancel) != 0))
        {
            throw new PortfolioStoreException($"{_file} is a database of another program; choose another file");
        }

        if (version > Version)
        {
            throw new PortfolioStoreException(
                $"{_file} has layout {version}, and this program knows {Version}: it was written by a newer one");
        }

        await AskAsync(connection, Table, cancel);
        await AskAsync(
            connection,
            string.Create(
                CultureInfo.InvariantCulture,
                $"PRAGMA application_id = {Application}; PRAGMA user_version = {Version}"),
            cancel);
        await transaction.CommitAsync(cancel);
    }

    private protected override async Task<DbConnection> ConnectAsync(CancellationToken cancel)
    {
        // Connections to a file that somebody has deleted go on as if it were there: rows would go nowhere.
        if (!File.Exists(_file))
        {
            throw new PortfolioStoreException($"{_file} is gone");
        }

        var connection = new SqliteConnection(_address);
        await connection.OpenAsync(cancel);
        return connection;
    }

    private protected override bool IsTrouble(Exception failure) =>
        failure is SqliteException or IOException or UnauthorizedAccessException;

    private protected override PortfolioStoreException Tell(Exception failure) =>
        new($"{_file}: {failure.Message.ReplaceLineEndings(" ")}", failure);

    private static async Task<long> AskAsync(SqliteConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(cancel) is long number ? number : 0;
    }

    private void Forget()
    {
        using var connection = new SqliteConnection(_address);
        SqliteConnection.ClearPool(connection);
    }
}
