using Strikeline.Exchange;
using Strikeline.Storage;
using Strikeline.Unit.Exchange.Markets;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Storage;

/// <summary>The contract over a real PostgreSQL in which trades are one table and not monthly partitions: what a
/// hypertable
/// of TimescaleDB is to the program. The extension itself cannot be had here.</summary>
public sealed class PostgresPlainTradesTests(PostgresServer server) : MarketStoreContract, IClassFixture<PostgresServer>, IAsyncLifetime
{
    private PostgresAddress _address = null!;

    public async ValueTask InitializeAsync()
    {
        PostgresServer.Demand();
        _address = PostgresAddress.Parse(await server.NewDatabaseAsync(), out _)!;
        await (await OpenAsync(0)).DisposeAsync();
        await PostgresRows.ListAsync(
            _address,
            "CREATE TABLE strikeline.plain (LIKE strikeline.trades INCLUDING ALL); DROP TABLE strikeline.trades; "
            + "ALTER TABLE strikeline.plain RENAME TO trades");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task No_month_gets_a_partition()
    {
        var samples = new MarketSamples(2, 2_000, mostLeap: 0);
        await using var store = await OpenAsync(0);
        await FillAsync(store, samples.Batches, groups: 10);
        Assert.Empty(await PostgresRows.ListAsync(_address, "SELECT relname FROM pg_class WHERE relispartition"));
        Assert.Equal([$"{samples.Tables().Trades.Count}"], await PostgresRows.ListAsync(_address, "SELECT count(*)::text FROM strikeline.trades"));
    }

    private protected override IMarketStore Make() => new PostgresMarketStore(_address, TimeSpan.FromSeconds(30));

    private protected override Task TouchAsync(string sql) =>
        PostgresRows.ListAsync(_address, sql.Replace("@", "strikeline.", StringComparison.Ordinal));
}
