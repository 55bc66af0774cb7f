using Npgsql;

namespace Strikeline.Storage;

/// <summary>Plain statements over a connection.</summary>
internal static class PostgresText
{
    /// <summary>Runs statements without values.</summary>
    public static async Task RunAsync(this NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The first value of the first row; null where there is none.</summary>
    public static async Task<object?> AskAsync(this NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancel);
    }
}
