using Npgsql;
using Strikeline.Storage;

namespace Strikeline.Unit.Storage;

/// <summary>A database, asked as anybody can ask it.</summary>
internal static class PostgresRows
{
    /// <summary>Runs statements; the first column of what comes back, which is text.</summary>
    public static async Task<List<string>> ListAsync(PostgresAddress address, string sql)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var connection = new NpgsqlConnection(
            $"Host={address.Host};Port={address.Port};Database={address.Database};Username=strikeline;Pooling=false");
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var list = new List<string>();
        while (await rows.ReadAsync(cancel))
        {
            list.Add(rows.GetString(0));
        }

        return list;
    }
}
