using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Strikeline.SystemTests;

/// <summary>The simulated traders of <c>run --testnet</c> on the real exchange.</summary>
public sealed class LivingMarketTests : IDisposable
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly string[] Assets = ["SOL", "BTC", "ETH"];

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-market-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Accounts => Path.Combine(Data, "testnet-accounts.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task There_is_a_market_in_all_pairs_around_the_price_and_it_comes_back_after_a_restart()
    {
        string file;
        string terminal;
        await using (var run = await OwnRun.OpenAsync("--testnet", "--data", Data))
        {
            terminal = await run.Program.AfterAsync("terminal ");
            Assert.StartsWith($"{run.Address}#token=slk_", terminal);
            await LivesAsync(run);
            await FollowsAsync(run);
            var demo = await BalancesAsync(run, terminal.Split('=')[1]);
            Assert.Equal(50_000, demo["USDC"]);
            Assert.All(Assets, asset => Assert.True(demo[asset] > 0));
            await run.Program.SignalAsync("TERM");
            var ended = await run.Program.EndAsync();
            Assert.True(ended.Code == 0, ended.ToString());
            Assert.DoesNotContain("warn", ended.Error);
            Assert.DoesNotContain("slk_", ended.Error);
            file = await File.ReadAllTextAsync(Accounts, TestContext.Current.CancellationToken);
            Assert.Equal(OwnerAlone, OperatingSystem.IsWindows() ? OwnerAlone : File.GetUnixFileMode(Accounts));
        }

        // Another seed: other prices, which the last trade of the first run says nothing of.
        await using (var run = await OwnRun.OpenAsync("--testnet", "--data", Data, "--set", "testnet.seed=7"))
        {
            Assert.Equal(terminal.Split('=')[1], (await run.Program.AfterAsync("terminal ")).Split('=')[1]);
            await LivesAsync(run);
        }

        Assert.Equal(file, await File.ReadAllTextAsync(Accounts, TestContext.Current.CancellationToken));
        foreach (var log in Directory.GetFiles(Path.Combine(Data, "logs")))
        {
            Assert.DoesNotContain("slk_", await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Without_traders_the_market_is_empty_and_the_demo_account_is_there()
    {
        await using var run = await OwnRun.OpenAsync("--testnet", "--data", Data, "--set", "testnet.traders=false");
        await run.Program.AfterAsync("testnet control ");
        var demo = await BalancesAsync(run, (await run.Program.AfterAsync("terminal ")).Split('=')[1]);
        Assert.Equal(50_000, demo["USDC"]);
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(Accounts, TestContext.Current.CancellationToken));
        Assert.Equal("demo", Assert.Single(file.RootElement.EnumerateObject()).Name);
    }

    [Theory]
    [InlineData("nonsense", OwnerAlone, "holds no accounts; delete it")]
    [InlineData("{}", OwnerAlone | UnixFileMode.OtherRead, "can be read by others; chmod 600 it")]
    public async Task A_file_of_accounts_that_cannot_be_used_is_said_in_one_line(string text, UnixFileMode mode, string expected)
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Accounts, text, TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Accounts, mode);
        }

        await using var program = Started.Strikeline(
            ["run", "--testnet", "--urls", "http://127.0.0.1:0", "--metrics-urls", "http://127.0.0.1:0", "--data", Data], _folder);
        var ended = await program.EndAsync();
        Assert.Equal(2, ended.Code);
        Assert.Contains(expected, ended.Error);
    }

    private async Task LivesAsync(OwnRun run)
    {
        foreach (var asset in Assets)
        {
            var market = $"{asset.ToLowerInvariant()}/usdc";
            await run.Api.UntilAsync($"api/v1/depth?market={market}", depth => Levels(depth, "bids") >= 10 && Levels(depth, "asks") >= 10);
            await run.Api.UntilAsync($"api/v1/trades?market={market}&limit=5", trades => trades.GetArrayLength() >= 3);
            await run.Api.UntilAsync($"api/v1/depth?market={market}", depth => IsNear(run, asset, depth));
        }

        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(Accounts, TestContext.Current.CancellationToken));
        Assert.Equal(13, file.RootElement.EnumerateObject().Count());
        foreach (var account in file.RootElement.EnumerateObject())
        {
            var balances = await BalancesAsync(run, account.Value.GetProperty("api_key").GetString()!);
            Assert.All(balances.Values, amount => Assert.True(amount >= 0));
            Assert.True(balances["USDC"] > 0);
        }

        // Nothing but answers, none of them a failure of the server.
        var status = await (await run.ControlAsync()).GetAsync("control/status");
        Assert.Equal(0, status.GetProperty("failures").GetInt32());
        Assert.Equal(0, status.GetProperty("traders").GetProperty("away").GetInt32());
        Assert.True(status.GetProperty("traders").GetProperty("requests").GetInt32() > 100);
    }

    // Farther than the band of the last trade is wide, and back.
    private static async Task FollowsAsync(OwnRun run)
    {
        var control = await run.ControlAsync();
        await control.PostAsync("control/jump", new { asset = "SOL", percent = 15 });
        await run.Api.UntilAsync("api/v1/depth?market=sol/usdc", depth => Levels(depth, "bids") >= 10 && Levels(depth, "asks") >= 10 && IsNear(run, "SOL", depth));
        await control.PostAsync("control/jump", new { asset = "SOL", percent = -12 });
        await run.Api.UntilAsync("api/v1/depth?market=sol/usdc", depth => Levels(depth, "bids") >= 10 && Levels(depth, "asks") >= 10 && IsNear(run, "SOL", depth));
    }

    private static bool IsNear(OwnRun run, string asset, JsonElement depth)
    {
        if (Levels(depth, "bids") == 0 || Levels(depth, "asks") == 0)
        {
            return false;
        }

        var prices = run.Api.GetAsync("api/v1/prices").GetAwaiter().GetResult().GetProperty("markets");
        var price = prices.EnumerateArray().Single(one => one.GetProperty("symbol").GetString() == $"{asset}/USDT").GetProperty("price");
        if (price.ValueKind != JsonValueKind.Number)
        {
            return false;
        }

        // The composite price is in USDT; a coin in USDC costs a few basis points less or more.
        var (bid, ask) = (Best(depth, "bids"), Best(depth, "asks"));
        return bid < ask && bid > price.GetDecimal() * 0.997m && ask < price.GetDecimal() * 1.003m;
    }

    private static int Levels(JsonElement depth, string side) => depth.GetProperty(side).GetArrayLength();

    private static decimal Best(JsonElement depth, string side) =>
        decimal.Parse(depth.GetProperty(side)[0][0].GetString()!, CultureInfo.InvariantCulture);

    private static async Task<Dictionary<string, decimal>> BalancesAsync(OwnRun run, string key)
    {
        using var http = new HttpClient { BaseAddress = run.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.GetAsync("api/v1/balances", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var rows = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return rows.RootElement.EnumerateArray().ToDictionary(
            row => row.GetProperty("asset").GetString()!,
            row => decimal.Parse(row.GetProperty("available").GetString()!, CultureInfo.InvariantCulture));
    }
}
