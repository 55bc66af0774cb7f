using Npgsql;
using Strikeline.Storage;
using Strikeline.Trading;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Storage;

/// <summary>The contract over a real PostgreSQL.</summary>
public sealed class PostgresPortfolioStoreTests(PostgresServer server) : PortfolioStoreContract, IClassFixture<PostgresServer>, IAsyncLifetime
{
    private PostgresAddress _address = null!;

    public async ValueTask InitializeAsync()
    {
        PostgresServer.Demand();
        _address = PostgresAddress.Parse(await server.NewDatabaseAsync(), out _)!;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private protected override IPortfolioStore Make() => new PostgresPortfolioStore(_address, TimeSpan.FromSeconds(30));

    [Fact]
    public async Task A_newer_programs_tables_are_refused_and_programs_that_begin_at_once_make_them_once()
    {
        var stores = Enumerable.Range(0, 4).Select(_ => Make()).ToList();
        await Task.WhenAll(stores.Select(store => store.OpenAsync(Cancel)));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }

        await using var connection = new NpgsqlConnection(
            $"Host={_address.Host};Port={_address.Port};Database={_address.Database};Username=strikeline;Pooling=false");
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand("UPDATE strikeline_portfolio.version SET layout = 2", connection);
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancel));
        await using var newer = Make();
        Assert.Contains("layout 2", (await Assert.ThrowsAsync<PortfolioStoreException>(() => newer.OpenAsync(Cancel))).Message);
    }
}
