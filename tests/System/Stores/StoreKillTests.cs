using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Strikeline.Unit;
using Strikeline.Unit.TestKit;

namespace Strikeline.SystemTests.Stores;

/// <summary>The living market's trades and candles through every crash: program and PostgreSQL are killed under load,
/// and what is stored and served
/// equals what the journal comes to.</summary>
public sealed class StoreKillTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const string Secret = "s3cr3t-Pass-w0rd";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostgreSQL_and_the_program_are_killed_under_load_and_every_trade_and_candle_is_that_of_the_journal()
    {
        PostgresServer.Demand();
        var kills = Counts.Of(10, 2);
        var dice = new Random(1);
        var address = (await server.NewDatabaseAsync()).Replace("strikeline@", $"strikeline:{Secret}@", StringComparison.Ordinal);
        var npgsql = new Uri(address);
        var store = new StoredMarket(
            () => new NpgsqlConnection($"Host=127.0.0.1;Port={npgsql.Port};Database={npgsql.AbsolutePath.Trim('/')};Username=strikeline;Pooling=false;Timeout=2"),
            "strikeline.");
        await using var lives = new MarketLives();
        var life = 0;
        await StartAsync(lives, address, life++);
        await lives.TradeAsync(Counts.Of(6, 3));
        await store.UntilAsync(1, () => lives.Program.SoFar.ToString());
        var watch = Stopwatch.StartNew();
        for (var kill = 1; kill <= kills; kill++)
        {
            // Under load: something of this part is stored, and more is on its way.
            var (answered, position) = (lives.Answered, await store.PositionAsync());
            await store.UntilAsync(position + 100, () => lives.Program.SoFar.ToString());
            await UntilAsync(() => lives.Answered > answered + 50);
            await Task.Delay(dice.Next(300), Cancel);
            await server.KillAsync();
            await lives.Api.UntilAsync("health", health => health.ToString().Contains("MARKET_STORE_DOWN", StringComparison.Ordinal));
            Assert.DoesNotContain(Secret, (await lives.Api.GetAsync("health")).ToString(), StringComparison.Ordinal);
            answered = lives.Answered;
            await UntilAsync(() => lives.Answered > answered + 50);
            var isProgramKilled = kill % 3 == 2;
            if (isProgramKilled && kill % 2 == 0)
            {
                // Both are away, and the program is back first: it knows nothing of the market's past.
                await lives.KillAsync();
                await StartAsync(lives, address, life++);
                answered = lives.Answered;
                await UntilAsync(() => lives.Answered > answered + 50);
            }
            else if (isProgramKilled)
            {
                await lives.KillAsync();
            }

            await server.StartAgainAsync();
            if (isProgramKilled && kill % 2 != 0)
            {
                await StartAsync(lives, address, life++);
            }
            else if (isProgramKilled)
            {
                // What happened while the store was away is stored: on a busy machine that takes a while, and comes
                // first.
                var happened = (await lives.Api.GetAsync("api/v1/depth?market=sol/usdc&limit=1")).GetProperty("sequence").GetInt64();
                await store.UntilAsync(happened, () => lives.Program.SoFar.ToString());

                // What it did not know when it started it has learnt: the first price of the last 24 hours.
                var first = (await store.RowsAsync("SELECT price FROM strikeline.trades WHERE instrument = 0 ORDER BY sequence LIMIT 1"))[0];
                await lives.Api.UntilAsync(
                    "api/v1/tickers?market=sol/usdc",
                    rows => decimal.Parse(rows[0].GetProperty("open").GetString()!, CultureInfo.InvariantCulture) * 100 == decimal.Parse(first, CultureInfo.InvariantCulture));
            }
        }

        await lives.RestAsync();
        var seconds = watch.Elapsed.TotalSeconds;
        await EqualAsync(lives, store, () => StartAsync(lives, address, life++, "--set", "testnet.traders=false"));
        Assert.True(life > 2, $"{life} lives");
        Assert.All(lives.Told(), text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{kills} kills of PostgreSQL, {life} lives of the program, {lives.Answered} own orders in {seconds:n0} s");
    }

    [Fact]
    public async Task The_program_is_killed_under_load_and_every_trade_and_candle_of_its_file_is_that_of_the_journal()
    {
        await using var lives = new MarketLives();
        var store = Sqlite(lives);
        await lives.StartAsync(["--testnet"]);
        await lives.TradeAsync(Counts.Of(6, 3));
        for (var kill = 0; kill < Counts.Of(10, 1); kill++)
        {
            var position = await store.PositionAsync();
            // Some 300 are a hundred trades, which is what is demanded of all lives together.
            await store.UntilAsync(position + 600, () => lives.Program.SoFar.ToString());
            await lives.KillAsync();
            await lives.StartAsync(["--testnet"]);
        }

        await lives.RestAsync();
        await EqualAsync(lives, store, () => lives.StartAsync(["--testnet", "--set", "testnet.traders=false"]));
    }

    private static StoredMarket Sqlite(MarketLives lives) => new(
        () => new SqliteConnection($"Data Source={Path.Combine(lives.Data, "exchange", "market.db")};Mode=ReadOnly;Pooling=false"), string.Empty);

    // In every way in which a database can be named.
    private static async Task StartAsync(MarketLives lives, string address, int life, params string[] more)
    {
        switch (life % 4)
        {
            case 0:
                await lives.StartAsync(["--testnet", "--db", address, .. more]);
                break;
            case 1:
                await lives.StartAsync(["--testnet", .. more], $"DATABASE_URL={address}");
                break;
            case 2:
                var file = Path.Combine(Path.GetDirectoryName(lives.Data)!, "strikeline.json");
                await File.WriteAllTextAsync(file, $$"""{"db_url":"{{address}}"}""", Cancel);
                await lives.StartAsync(["--testnet", "--config", file, .. more]);
                break;
            default:
                await lives.StartAsync(["--testnet", "--set", $"db_url={address}", .. more]);
                break;
        }
    }

    // What is stored, and what the program says, against the journal read while nobody writes it.
    private static async Task EqualAsync(MarketLives lives, StoredMarket store, Func<Task> start)
    {
        await lives.KillAsync();
        var plain = await PlainMarket.OfAsync(lives.Data);
        Assert.True(plain.Trades.Count > 100, $"{plain.Trades.Count} trades");
        await start();
        await store.UntilAsync(plain.LastEvent, () => lives.Program.SoFar.ToString());
        await store.AssertEqualAsync(plain);
        await new ServedMarket(lives).AssertEqualAsync(plain);
    }

    private static async Task UntilAsync(Func<bool> right)
    {
        for (var left = 600; !right(); left--)
        {
            Assert.True(left > 0, "nobody trades");
            await Task.Delay(50, Cancel);
        }
    }
}
