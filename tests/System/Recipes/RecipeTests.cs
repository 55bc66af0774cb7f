using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Strikeline.SystemTests.Trading;
using Strikeline.Unit;

namespace Strikeline.SystemTests.Recipes;

/// <summary>The clients of <c>docs/recipes</c> do what they promise, on a connection that is cut all the
/// time.</summary>
public sealed class RecipeTests
{
    private const string Market = "SOL/USDC";

    private static int Every => Counts.Of(5, 1);

    private static int Least => Counts.Of(2_000, 100);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_of_the_recipe_has_the_exact_book_of_the_core_at_every_sequence_over_forced_disconnects()
    {
        await Recipe.MakeReadyAsync();
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var events = Counts.Of(1_000_000, 6_000);
        var rounds = Counts.Of(20, 2);
        var folder = Directory.CreateTempSubdirectory("strikeline-recipes-").FullName;
        await using var service = await Service.OpenAsync(logLevel: "warn");
        try
        {
            var random = new Random(seed);
            var flows = new List<OrderFlow>();
            for (var i = 0; i < 4; i++)
            {
                flows.Add(new OrderFlow(
                    await service.OpenTraderAsync($"trader{i}", ("USDC", 100_000_000), ("SOL", 1_000_000)), random.Next(), Counts.Of(48, 6)));
            }

            var followers = Recipe.All.Select(recipe => new Follower(recipe, service, Market, Every, folder, random.Next())).ToArray();
            for (var round = 1; round <= rounds; round++)
            {
                var until = (long)events * round / rounds;
                await Task.WhenAll(flows.Select(flow => flow.UntilAsync(until)));
                if (round % 6 == 1)
                {
                    // The clients do not care which life of the server they talk to.
                    await service.KillAsync();
                    await service.StartAsync();
                }
            }

            // A client that was cut off or silent most of the time has seen little: it gets some more, as long as it
            // goes
            // on. How many events that takes says nothing: at full speed there are thousands while a client waits
            // once, and
            // more than a book's worth of changes, so that no connection goes on without a snapshot.
            for (var until = events + 200L; !await AreFedAsync(followers); until += 200)
            {
                await Task.WhenAll(flows.Select(flow => flow.UntilAsync(until)));
                await Task.Delay(50, Cancel);
            }

            await Task.WhenAll(followers.Select(follower => follower.CatchUpAsync(service)));
            foreach (var follower in followers)
            {
                await follower.DisposeAsync();
            }

            await service.KillAsync();
            var written = followers.Select(follower => new WrittenBooks(follower.Language, follower.File)).ToArray();
            var last = CoreBooks.Check(Path.Combine(service.Data, "exchange"), Market, 0.01m, 0.001m, written);
            var report = $"{last} events: " + string.Join("; ", written.Zip(followers, (books, follower) =>
                $"{books.Client} {books.Count} books of {books.Levels} levels, {books.Connections} connections, {books.Resumed} "
                + $"without a snapshot, {follower.Proxy.Cuts} cuts, {follower.Proxy.Silences} silent"));
            TestContext.Current.TestOutputHelper.WriteLine(report);
            Assert.Contains("Python, event", Spoilt(service, followers[0].File, Math.Min(200, written[0].Count / 2)), StringComparison.Ordinal);
            Assert.True(last >= events, report);
            for (var i = 0; i < written.Length; i++)
            {
                Assert.True(written[i].LastSequence >= followers[i].Goal && followers[i].Goal >= events, report);
                Assert.True(written[i].Count >= Least && written[i].Levels > 10 * written[i].Count, report);
                Assert.True(written[i].Resumed > 0 && written[i].Resumed < written[i].Connections, report);
                written[i].Dispose();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Orders_are_done_once_and_the_account_is_known_whatever_answer_is_lost()
    {
        await Recipe.MakeReadyAsync();
        await using var service = await Service.OpenAsync(logLevel: "warn");
        var maker = await service.OpenTraderAsync("maker", ("SOL", 1_000_000));
        await maker.LimitAsync("sell", "100", "50000");
        var seed = Environment.TickCount;
        var count = Counts.Of(1_000, 40);

        // At 100 each order is filled at once, at 90 it rests until it is taken back.
        var runs = await Task.WhenAll(
            from recipe in Recipe.All
            from price in (int[])[100, 90]
            select RunAsync(recipe, price, price + (int)recipe.Language[0]));
        Assert.True(runs.Sum() > 0, $"seed {seed}: no answer was lost");
        return;

        // The orders that had to be asked for again.
        async Task<int> RunAsync(Recipe recipe, int price, int number)
        {
            var trader = await service.OpenTraderAsync($"{recipe.Language}{price}", ("USDC", 1_000_000));
            await using var proxy = new CuttingProxy(() => service.Address, seed + number, 500, 20_000);
            var lines = await recipe.RunAsync(
                "trader", trader.Key, "--url", $"ws://{proxy.Authority}/ws", "--price", $"{price}", "--quantity", "0.5",
                "--count", $"{count}", "--silence", "2");
            var seen = $"seed {seed}, {recipe.Language}, {proxy.Cuts} cuts: {lines[^1]}";
            var placed = lines.Where(line => line.TryGetProperty("placed", out _)).Select(line => line.GetProperty("placed")).ToArray();
            Assert.Equal(count, placed.Select(one => one.GetProperty("order_id").GetString()).Distinct().Count());
            Assert.Equal(count, placed.Select(one => one.GetProperty("client_id").GetString()).Distinct().Count());
            Assert.True(proxy.Cuts > count / 20, seen);

            // What the client knows at its end is what the exchange says.
            Assert.Empty(lines[^1].GetProperty("orders").EnumerateArray());
            Assert.Empty(await trader.OrdersAsync());
            var bought = price == 100 ? count * 0.5m : 0;
            Assert.Equal(1_000_000 - (bought * price), (await trader.BalanceAsync("USDC")).Available);
            Assert.Equal(bought - (bought * 0.0005m), (await trader.BalanceAsync("SOL")).Available);
            foreach (var balance in lines[^1].GetProperty("balances").EnumerateArray())
            {
                decimal Number(string name) => decimal.Parse(balance.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
                Assert.Equal(
                    await trader.BalanceAsync(balance.GetProperty("asset").GetString()!), (Number("available"), Number("held")));
            }

            var fills = lines[^1].GetProperty("fills").EnumerateArray().Select(fill => fill.GetProperty("trade_id").GetString()).ToArray();
            Assert.Equal(fills.Length, fills.Distinct().Count());
            Assert.True(
                fills.Length == (price == 100 ? count : 0) || lines[^1].GetProperty("missed_fills").GetBoolean(), seen);
            Assert.Equal(count, await HistoryAsync(trader, count));
            return placed.Count(one => one.GetProperty("duplicate").ValueKind == JsonValueKind.True);
        }
    }

    [Fact]
    public async Task A_signed_request_and_a_signed_connection_are_taken_and_a_refusal_is_told()
    {
        await Recipe.MakeReadyAsync();
        var folder = Directory.CreateTempSubdirectory("strikeline-recipes-").FullName;
        await using var service = await Service.OpenAsync(logLevel: "warn");
        try
        {
            await Task.WhenAll(Recipe.All.Select(RunAsync));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return;

        async Task RunAsync(Recipe recipe)
        {
            var file = Path.Combine(folder, recipe.Language);
            var made = await recipe.EndAsync("signing", "", "new", file);
            Assert.True(made.Code == 0, made.ToString());
            const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(OwnerAlone, OperatingSystem.IsWindows() ? OwnerAlone : File.GetUnixFileMode(file));
            var trader = await service.OpenTraderAsync(recipe.Language, ("USDC", 1_000));
            var key = await service.KeyAsync(trader.Account, "signed", "read trade", made.Output.Trim());
            string[] signed = ["--url", service.Address.ToString().TrimEnd('/'), "--key-file", file];
            const string Order = """{"market":"SOL/USDC","kind":"buy","price":"10","quantity":"0.5","client_id":"mine"}""";

            var placed = Assert.Single(await recipe.RunAsync("signing", key, [.. signed, "POST", "/api/v1/order", Order]));
            Assert.Equal("open", placed.GetProperty("status").GetString());
            var again = Assert.Single(await recipe.RunAsync("signing", key, [.. signed, "POST", "/api/v1/order", Order]));
            Assert.True(again.GetProperty("duplicate").GetBoolean());
            var balances = Assert.Single(await recipe.RunAsync("signing", key, [.. signed, "GET", "/api/v1/balances"]));
            Assert.Contains(balances.EnumerateArray(), one => one.GetProperty("held").GetString() == "5");
            var cancelled = Assert.Single(await recipe.RunAsync(
                "signing", key, [.. signed, "DELETE", "/api/v1/order?market=SOL/USDC&client_id=mine"]));
            Assert.Equal("cancelled", cancelled.GetProperty("status").GetString());
            var gone = await recipe.EndAsync(
                "signing", key, [.. signed, "DELETE", "/api/v1/order?market=SOL/USDC&client_id=mine"]);
            Assert.True(gone.Code != 0 && gone.Error.Contains("unknown_order", StringComparison.Ordinal), gone.ToString());

            // The socket, signed; and unsigned, which no further try would better.
            string[] order =
            [
                "--url", $"ws://{service.Address.Authority}/ws", "--price", "10", "--quantity", "0.5",
            ];
            var lines = await recipe.RunAsync("trader", key, [.. order, "--key-file", file]);
            Assert.Equal("cancelled", lines[1].GetProperty("cancelled").GetProperty("status").GetString());
            var refused = await recipe.EndAsync("trader", key, order);
            Assert.True(
                refused.Code != 0 && refused.Error.Contains("signature_required", StringComparison.Ordinal), refused.ToString());
            Assert.Equal(2, await HistoryAsync(trader, 2));
        }
    }

    // A book of each of so many messages at least, over so many lost connections, and once without a snapshot.
    private static async Task<bool> AreFedAsync(Follower[] followers)
    {
        var areFed = true;
        foreach (var follower in followers)
        {
            await follower.ReadAsync();
            areFed &= follower.Proxy.Cuts >= Counts.Of(100, 5) && follower.Messages >= Least * Every && follower.Connection >= 5
                && follower.HasGoneOn;
        }

        return areFed;
    }

    // What is found where one book lacks its best bid, as after a difference that was passed over.
    private static string Spoilt(Service service, string file, int book)
    {
        var lines = File.ReadLines(file).Take(book + 1).ToArray();
        var found = Array.FindLastIndex(lines, line => line.Contains("\"bids\": [[", StringComparison.Ordinal));
        var best = lines[found].IndexOf("\"bids\": [[", StringComparison.Ordinal) + "\"bids\": [".Length;
        var after = lines[found].IndexOf(']', best) + 1;
        lines[found] = lines[found].Remove(best, (lines[found][after] == ',' ? after + 2 : after) - best);
        File.WriteAllLines(file, lines);
        using var written = new WrittenBooks("Python", file);
        return Assert.ThrowsAny<Exception>(() =>
            CoreBooks.Check(Path.Combine(service.Data, "exchange"), Market, 0.01m, 0.001m, written)).Message;
    }

    // All orders that the account ever had; the store follows the exchange by some milliseconds, more on a busy
    // machine:
    // orders that are not there yet are waited for, and those that never come are missing.
    private static async Task<int> HistoryAsync(Trader trader, int expected)
    {
        var (rows, before) = (0, (string?)null);
        var open = true;
        for (var watch = Stopwatch.StartNew(); (open || rows < expected) && watch.Elapsed.TotalSeconds < 30;)
        {
            (rows, before, open) = (0, null, false);
            do
            {
                var page = (await trader.Service.MustAsync(
                    "GET", "api/v1/orders/history?limit=1000" + (before is null ? "" : $"&before={before}"), key: trader.Key)).Json;
                foreach (var row in page.GetProperty("orders").EnumerateArray())
                {
                    rows++;
                    open |= row.GetProperty("status").GetString() is "open" or "partially_filled";
                }

                before = page.TryGetProperty("next", out var next) ? next.GetString() : null;
            }
            while (before is not null);
            await Task.Delay(50, Cancel);
        }

        Assert.False(open, "the history has an open order that the exchange has not");
        return rows;
    }
}
