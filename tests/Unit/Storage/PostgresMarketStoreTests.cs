using Strikeline.Exchange;
using Strikeline.Storage;
using Strikeline.Unit.Exchange.Markets;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Storage;

/// <summary>The contract over a real PostgreSQL.</summary>
public sealed class PostgresMarketStoreTests(PostgresServer server) : MarketStoreContract, IClassFixture<PostgresServer>, IAsyncLifetime
{
    private PostgresAddress _address = null!;

    public async ValueTask InitializeAsync()
    {
        PostgresServer.Demand();
        _address = PostgresAddress.Parse(await server.NewDatabaseAsync(), out _)!;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private protected override IMarketStore Make() => new PostgresMarketStore(_address, TimeSpan.FromSeconds(30));

    [Fact]
    public async Task Trades_are_in_monthly_partitions_that_are_made_ahead()
    {
        var samples = new MarketSamples(2, 2_000, mostLeap: 0);
        await using var store = await OpenAsync(0);
        await FillAsync(store, samples.Batches, groups: 10);
        Assert.Equal(["trades_2026_11", "trades_2026_12"], await ListAsync("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' ORDER BY 1"));
        Assert.Equal([$"{samples.Tables().Trades.Count}"], await ListAsync("SELECT count(*)::text FROM strikeline.trades_2026_11"));

        // Without the extension: no hypertable, and no aggregate.
        Assert.Equal(["p"], await ListAsync("SELECT relkind::text FROM pg_class WHERE oid = 'strikeline.trades'::regclass"));
        Assert.Equal(["candles"], await ListAsync("SELECT relname FROM pg_class WHERE relname LIKE 'candles%' AND relkind IN ('r', 'v', 'm')"));
    }

    [Fact]
    public async Task A_newer_programs_tables_are_refused()
    {
        await (await OpenAsync(0)).DisposeAsync();
        await ListAsync("UPDATE strikeline.version SET layout = 2 RETURNING ''");
        await using var store = Make();
        Assert.Contains("layout 2", (await Assert.ThrowsAsync<MarketStoreException>(() => store.OpenAsync(Cancel))).Message);
    }

    [Fact]
    public async Task Programs_that_begin_at_once_make_the_tables_once()
    {
        var stores = Enumerable.Range(0, 4).Select(_ => Make()).ToList();
        var positions = await Task.WhenAll(stores.Select(store => store.OpenAsync(Cancel)));
        Assert.All(positions, position => Assert.Equal(0, position));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    private protected override Task TouchAsync(string sql) => ListAsync(sql.Replace("@", "strikeline.", StringComparison.Ordinal));

    private Task<List<string>> ListAsync(string sql) => PostgresRows.ListAsync(_address, sql);
}
