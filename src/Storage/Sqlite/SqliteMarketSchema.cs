using Microsoft.Data.Sqlite;
using Strikeline.Exchange;

namespace Strikeline.Storage;

/// <summary>The tables of a market's store in SQLite (docs/market-store.md).</summary>
internal static class SqliteMarketSchema
{
    /// <summary>The newest layout; the file's user_version.</summary>
    public const int Version = 1;

    // "SLMK" in the file's header: no other program's file is taken for one of these.
    private const int Application = 0x534C4D4B;

    // Behind the name: how it is made. Trades first: the position is found again in them.
    private static readonly (string Name, string Sql)[] s_tables =
    [
        ("trades", """
            CREATE TABLE trades (
              sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, instrument INTEGER NOT NULL, price INTEGER NOT NULL,
              lots INTEGER NOT NULL, taker_side INTEGER NOT NULL, taker_order INTEGER NOT NULL,
              maker_order INTEGER NOT NULL, taker_account INTEGER NOT NULL, maker_account INTEGER NOT NULL,
              taker_fee INTEGER NOT NULL, maker_fee INTEGER NOT NULL) STRICT;
            CREATE INDEX trades_of_instrument ON trades (instrument, sequence);
            CREATE INDEX trades_by_time ON trades (at, sequence);
            CREATE INDEX trades_taken ON trades (taker_account, sequence);
            CREATE INDEX trades_made ON trades (maker_account, sequence);
            """),
        ("orders", """
            CREATE TABLE orders (
              id INTEGER PRIMARY KEY, account INTEGER NOT NULL, client_id TEXT NOT NULL, instrument INTEGER NOT NULL,
              side INTEGER NOT NULL, kind INTEGER NOT NULL, time_in_force INTEGER NOT NULL, price INTEGER NOT NULL,
              stop_price INTEGER NOT NULL, is_triggered INTEGER NOT NULL, display INTEGER NOT NULL,
              expires_at INTEGER NOT NULL, quantity TEXT NOT NULL, executed TEXT NOT NULL,
              executed_tick_lots TEXT NOT NULL, cancelled_lots TEXT NOT NULL, status INTEGER NOT NULL,
              reason INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
              first_sequence INTEGER NOT NULL, sequence INTEGER NOT NULL) STRICT;
            CREATE INDEX orders_of_account ON orders (account, first_sequence);
            CREATE INDEX orders_open ON orders (id) WHERE status < 2;
            """),
        ("candles", """
            CREATE TABLE candles (
              instrument INTEGER NOT NULL, seconds INTEGER NOT NULL, open_second INTEGER NOT NULL,
              open INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL, close INTEGER NOT NULL,
              lots TEXT NOT NULL, tick_lots TEXT NOT NULL, trades INTEGER NOT NULL, last_sequence INTEGER NOT NULL,
              PRIMARY KEY (instrument, seconds, open_second)) STRICT, WITHOUT ROWID;
            """),
        ("holes", """
            CREATE TABLE holes (first_sequence INTEGER PRIMARY KEY, last_sequence INTEGER NOT NULL) STRICT;
            """),
        ("position", $"""
            CREATE TABLE position (only INTEGER PRIMARY KEY CHECK (only = 0), sequence INTEGER NOT NULL) STRICT;
            INSERT INTO position VALUES (0, ({MarketRows.LastStored("")}));
            """),
    ];

    /// <summary>Makes what is missing.</summary>
    /// <returns>The tables that were gone although they were made before.</returns>
    /// <exception cref="MarketStoreException">The file is another program's, or a newer one's.</exception>
    public static IReadOnlyList<string> Make(SqliteConnection connection, string file)
    {
        Run(connection, "PRAGMA journal_mode = WAL");

        // A crash of the program loses nothing, a power failure the newest batches: the journal has them.
        Run(connection, "PRAGMA synchronous = NORMAL");

        // Pages: 32 MB of log, so that what is written again and again goes into the file and is synced less often.
        Run(connection, "PRAGMA wal_autocheckpoint = 8000");
        using var transaction = connection.BeginTransaction(deferred: false);
        var application = Run(connection, "PRAGMA application_id");
        var version = Run(connection, "PRAGMA user_version");
        var tables = Run(connection, "SELECT count(*) FROM sqlite_schema");
        if (application != Application && (application != 0 || tables != 0))
        {
            throw new MarketStoreException($"{file} is a database of another program; choose another file");
        }

        if (version > Version)
        {
            throw new MarketStoreException(
                $"{file} has layout {version}, and this program knows {Version}: it was written by a newer one");
        }

        var made = s_tables.Where(
                table => Run(connection, $"SELECT count(*) FROM sqlite_schema WHERE name = '{table.Name}'") == 0)
            .ToList();
        made.ForEach(table => Run(connection, table.Sql));
        if (version == 0)
        {
            Run(connection, $"PRAGMA application_id = {Application}");
            Run(connection, $"PRAGMA user_version = {Version}");
        }

        transaction.Commit();
        return version == 0 ? [] : [.. made.Select(table => table.Name)];
    }

    private static long Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long number ? number : 0;
    }
}
