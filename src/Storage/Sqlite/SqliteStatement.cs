using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Strikeline.Storage;

/// <summary>A prepared statement whose values are bound by their place: without names to look up, and without
/// boxes.</summary>
/// <remarks>One thread at a time; belongs to its connection, and to whatever transaction that is in. What
/// Microsoft.Data.Sqlite does for each row costs three times what SQLite itself does.</remarks>
internal sealed class SqliteStatement : IDisposable
{
    private const int MostDigits = 48;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _bound;

    /// <summary>Prepares it.</summary>
    /// <exception cref="SqliteException">It is no SQL, or its tables are not there.</exception>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    /// <summary>The next value.</summary>
    public SqliteStatement With(long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, ++_bound, value));
        return this;
    }

    /// <summary>The next value, as text: SQLite has no number so wide.</summary>
    public SqliteStatement With(Int128 value)
    {
        Span<byte> text = stackalloc byte[MostDigits];
        value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        Check(raw.sqlite3_bind_text(_statement, ++_bound, text[..length]));
        return this;
    }

    /// <summary>As above.</summary>
    public SqliteStatement With(UInt128 value)
    {
        Span<byte> text = stackalloc byte[MostDigits];
        value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        Check(raw.sqlite3_bind_text(_statement, ++_bound, text[..length]));
        return this;
    }

    /// <summary>Runs it with the values that it was given.</summary>
    /// <returns>The first number of its first row; 0 where it has none.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public long Run()
    {
        try
        {
            var answer = raw.sqlite3_step(_statement);
            Check(answer);
            return answer == raw.SQLITE_ROW ? raw.sqlite3_column_int64(_statement, 0) : 0;
        }
        finally
        {
            _bound = 0;
            _ = raw.sqlite3_reset(_statement);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private void Check(int answer) => SqliteException.ThrowExceptionForRC(answer, _database);
}
