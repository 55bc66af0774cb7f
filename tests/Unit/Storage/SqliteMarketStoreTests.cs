using Microsoft.Data.Sqlite;
using Strikeline.Exchange;
using Strikeline.Storage;
using Strikeline.Unit.Exchange.Markets;

namespace Strikeline.Unit.Storage;

/// <summary>The contract over a file of SQLite.</summary>
public sealed class SqliteMarketStoreTests : MarketStoreContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-store-").FullName;

    private string File => Path.Combine(_folder, "market.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private protected override IMarketStore Make() => new SqliteMarketStore(File, TimeSpan.FromSeconds(30));

    [Fact]
    public async Task Only_the_owner_may_read_its_files()
    {
        await using var store = await OpenAsync(0);
        await store.AppendAsync(new MarketBatch(1, 1, [], []), [], Cancel);
        var files = Directory.GetFiles(_folder);
        Assert.True(files.Length > 1, "the write-ahead log is there");
        Assert.All(files, file => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : System.IO.File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task A_database_of_another_program_and_a_newer_ones_are_refused()
    {
        await RunAsync("CREATE TABLE notes (text TEXT)");
        await using (var store = Make())
        {
            Assert.Contains("another program", (await Assert.ThrowsAsync<MarketStoreException>(() => store.OpenAsync(Cancel))).Message);
        }

        System.IO.File.Delete(File);
        await (await OpenAsync(0)).DisposeAsync();
        await RunAsync("PRAGMA user_version = 2");
        await using var newer = Make();
        Assert.Contains("layout 2", (await Assert.ThrowsAsync<MarketStoreException>(() => newer.OpenAsync(Cancel))).Message);
    }

    [Fact]
    public async Task A_file_that_is_none_is_told_and_one_that_cannot_be_made()
    {
        await System.IO.File.WriteAllTextAsync(File, new string('x', 8_192), Cancel);
        await using var store = Make();
        await Assert.ThrowsAsync<MarketStoreException>(() => store.OpenAsync(Cancel));
        await using var nowhere = new SqliteMarketStore(Path.Combine(_folder, "no", "market.db"), TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<MarketStoreException>(() => nowhere.OpenAsync(Cancel));
    }

    [Fact]
    public async Task A_file_that_is_deleted_meanwhile_is_noticed_and_made_anew()
    {
        var samples = new MarketSamples(12, 300);
        await using var store = await OpenAsync(0);
        await FillAsync(store, samples.Batches.Take(100), groups: 5);
        await MarketTables.OfAsync(store, Cancel);
        System.IO.File.Delete(File);
        var next = samples.Batches[100];
        Assert.Contains("is gone", (await Assert.ThrowsAsync<MarketStoreException>(() => store.PositionAsync(Cancel))).Message);
        Assert.Contains("is gone", (await Assert.ThrowsAsync<MarketStoreException>(() => store.AppendAsync(next, [], Cancel))).Message);
        Assert.Equal(0, await store.OpenAsync(Cancel));
        MarketTables.Of([]).AssertEqual(await MarketTables.OfAsync(store, Cancel));
        await FillAsync(store, samples.Batches, groups: 5);
        samples.Tables().AssertEqual(await MarketTables.OfAsync(store, Cancel));
    }

    private protected override Task TouchAsync(string sql) => RunAsync(sql.Replace("@", string.Empty, StringComparison.Ordinal));

    private async Task RunAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
