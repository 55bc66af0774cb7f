using Microsoft.Data.Sqlite;
using Strikeline.Storage;
using Strikeline.Trading;

namespace Strikeline.Unit.Storage;

/// <summary>The contract over a file of SQLite.</summary>
public sealed class SqlitePortfolioStoreTests : PortfolioStoreContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-portfolio-").FullName;

    private string File => Path.Combine(_folder, "portfolio.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private protected override IPortfolioStore Make() => new SqlitePortfolioStore(File, TimeSpan.FromSeconds(30));

    [Fact]
    public async Task Only_the_owner_may_read_its_files()
    {
        await using var store = await OpenAsync();
        await store.StoreAsync(Samples(1), Cancel);
        Assert.All(Directory.GetFiles(_folder), file => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : System.IO.File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task A_database_of_another_program_a_newer_one_and_a_file_that_is_gone_are_told()
    {
        await RunAsync("CREATE TABLE notes (text TEXT)");
        await using (var store = Make())
        {
            Assert.Contains("another program", (await Assert.ThrowsAsync<PortfolioStoreException>(() => store.OpenAsync(Cancel))).Message);
        }

        System.IO.File.Delete(File);
        await using (var store = await OpenAsync())
        {
            await RunAsync("PRAGMA user_version = 2");
        }

        await using var newer = Make();
        Assert.Contains("layout 2", (await Assert.ThrowsAsync<PortfolioStoreException>(() => newer.OpenAsync(Cancel))).Message);
        System.IO.File.Delete(File);
        Assert.Contains("is gone", (await Assert.ThrowsAsync<PortfolioStoreException>(() => newer.StoreAsync(Samples(1), Cancel))).Message);
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
