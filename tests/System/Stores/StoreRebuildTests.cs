using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Strikeline.Unit;

namespace Strikeline.SystemTests.Stores;

/// <summary>The market's store made again from the journal: wholly or in part lost, by itself and on command, also while trading goes on.</summary>
public sealed class StoreRebuildTests
{
    private static readonly string[] Damages =
    [
        "DELETE FROM candles WHERE seconds = 60; DELETE FROM trades WHERE sequence % 7 = 0", "DROP TABLE orders; DROP TABLE position", "DROP TABLE trades",
        "DELETE FROM candles WHERE seconds = 60", "DELETE FROM trades WHERE sequence % 7 = 0",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lost_damaged_or_rebuilt_while_trading_goes_on_it_has_the_same_rows_again()
    {
        await using var lives = new MarketLives();
        var file = Path.Combine(lives.Data, "exchange", "market.db");
        var store = new StoredMarket(() => new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=false"), string.Empty);
        await lives.StartAsync(["--testnet"]);
        await lives.TradeAsync(3);
        await MoreAsync(lives, store);

        // On command, under load; and the file deleted under the program.
        await RebuildAsync(lives);
        await MoreAsync(lives, store);
        File.Delete(file);
        await MoreAsync(lives, store);
        foreach (var damage in Damages.Take(Counts.Of(Damages.Length, 1)))
        {
            // A part of it is gone: found at the next start.
            await lives.KillAsync();
            await DamageAsync(file, damage);
            await lives.StartAsync(["--testnet"]);
            await MoreAsync(lives, store);
            await EqualAsync(lives, store);
            await lives.StartAsync(["--testnet"]);
        }

        // Nobody runs it: on command, byte for byte the same.
        await lives.RestAsync();
        await EqualAsync(lives, store);
        var before = await DumpAsync(store);
        await RebuildAsync(lives);
        Assert.Equal(before, await DumpAsync(store));
        File.Delete(file);
        await RebuildAsync(lives);
        Assert.Equal(before, await DumpAsync(store));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    public async Task What_happened_while_the_store_was_away_is_read_from_the_history_that_is_kept(int keepMb)
    {
        await using var lives = new MarketLives();
        var exchange = Path.Combine(lives.Data, "exchange");
        var store = new StoredMarket(() => new SqliteConnection($"Data Source={Path.Combine(exchange, "market.db")};Mode=ReadOnly;Pooling=false"), string.Empty);
        string[] quiet = ["--testnet", "--set", "testnet.traders=false", "--set", "exchange.history_keep_mb=64"];
        await PipeAsync(exchange, string.Empty, keepMb);
        await lives.StartAsync(quiet);
        await lives.StopAsync();

        // Far more than two snapshots go back to, and nobody records it: each life ends with a snapshot.
        foreach (var part in Orders().Chunk(1_500))
        {
            await PipeAsync(exchange, string.Join('\n', part), keepMb);
        }

        await lives.StartAsync(quiet);
        var position = await store.PositionAsync();
        var health = await lives.Api.GetAsync("health");
        await lives.StopAsync();
        var holes = await store.RowsAsync("SELECT last_sequence - first_sequence + 1 FROM holes");
        if (keepMb > 0)
        {
            var plain = await PlainMarket.OfAsync(lives.Data);
            Assert.True(plain.Trades.Count >= 1_000 && position >= plain.Trades[^1].Sequence, $"{plain.Trades.Count} trades, {position}");
            await store.AssertEqualAsync(plain);
            Assert.DoesNotContain("MARKET_STORE", health.ToString(), StringComparison.Ordinal);
            return;
        }

        // It is counted, told in /health, and named in the log.
        var lost = $"MARKET_STORE_HOLE {Assert.Single(holes)} events are missing";
        Assert.Contains(lost, health.ToString(), StringComparison.Ordinal);
        Assert.Contains(lives.Told(), text => text.Contains(lost, StringComparison.Ordinal));
        var refused = await Run.ToEndAsync(Checkout.Program, "exchange", "rebuild-store", "--data", lives.Data);
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("--allow-loss", refused.Error, StringComparison.Ordinal);
        Assert.Equal(holes, await store.RowsAsync("SELECT last_sequence - first_sequence + 1 FROM holes"));
        await RebuildAsync(lives, "--allow-loss");
    }

    // Small files, so that there is something to retire.
    private static async Task PipeAsync(string exchange, string orders, int keepMb)
    {
        var input = exchange + ".jsonl";
        Directory.CreateDirectory(exchange);
        await File.WriteAllTextAsync(input, orders, Cancel);
        var told = await Run.ToEndAsync(
            "/bin/sh", "-c", $"exec \"$0\" \"$@\" < {input}", Checkout.Program, "exchange", "pipe", exchange, "--segment-bytes", "65536", "--keep-mb", $"{keepMb}");
        Assert.True(told.Code == 0, told.Error);
    }

    private static IEnumerable<string> Orders()
    {
        yield return """{"type":"open_account"}""";
        yield return """{"type":"open_account"}""";

        // The demo account is the first one of a testnet.
        foreach (var account in (int[])[2, 3])
        {
            yield return $$"""{"type":"deposit","account":{{account}},"asset":0,"quantity":1000000000000000}""";
            yield return $$"""{"type":"deposit","account":{{account}},"asset":1,"quantity":1000000000000000}""";
        }

        var dice = new Random(1);
        for (var i = 0; i < 3_000; i++)
        {
            var (price, quantity) = (14_000 + dice.Next(40), dice.Next(1, 50));
            foreach (var (account, side) in ((int, string)[])[(2, "sell"), (3, "buy")])
            {
                yield return $$"""{"type":"place","account":{{account}},"instrument":0,"side":"{{side}}","price":{{price}},"quantity":{{quantity}}}""";
            }
        }
    }

    private static async Task MoreAsync(MarketLives lives, StoredMarket store)
    {
        var answered = lives.Answered;
        for (var left = 600; lives.Answered < answered + 100; left--)
        {
            Assert.True(left > 0, "nobody trades");
            await Task.Delay(50, Cancel);
        }

        var watch = Stopwatch.StartNew();
        while (await store.PositionAsync() < 300 || (await lives.Api.GetAsync("health")).ToString().Contains("MARKET_STORE", StringComparison.Ordinal))
        {
            Assert.True(watch.Elapsed.TotalSeconds < 60, (await lives.Api.GetAsync("health")).ToString());
            await Task.Delay(50, Cancel);
        }
    }

    // Killed, so that nobody writes the journal; then the store catches up with it.
    private static async Task EqualAsync(MarketLives lives, StoredMarket store)
    {
        await lives.KillAsync();
        var plain = await PlainMarket.OfAsync(lives.Data);
        await lives.StartAsync(["--testnet", "--set", "testnet.traders=false"]);
        await store.UntilAsync(plain.LastEvent, () => lives.Program.SoFar.ToString());
        await lives.KillAsync();
        await store.AssertEqualAsync(await PlainMarket.OfAsync(lives.Data));
    }

    private static async Task RebuildAsync(MarketLives lives, params string[] more)
    {
        var told = await Run.ToEndAsync(Checkout.Program, ["exchange", "rebuild-store", "--data", lives.Data, .. more]);
        Assert.True(told.Code == 0, told.Error);
        Assert.Contains("the market's store was made again, up to event ", told.Output, StringComparison.Ordinal);
    }

    private static async Task DamageAsync(string file, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static async Task<string> DumpAsync(StoredMarket store) => string.Join('\n', [
        .. await store.RowsAsync("SELECT * FROM trades ORDER BY sequence"), .. await store.RowsAsync("SELECT * FROM orders ORDER BY id"),
        .. await store.RowsAsync("SELECT * FROM candles ORDER BY instrument, seconds, open_second"), .. await store.RowsAsync("SELECT * FROM holes"),
    ]);
}
