using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Strikeline.SystemTests;

/// <summary><c>strikeline exchange account create</c> and <c>strikeline token</c>, the real program at both
/// ends.</summary>
public sealed class AccountCommandTests : IDisposable
{
    private const string Secret = "slk_canary-0123456789-0123456789-0123456789";

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-accounts-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_account_made_in_a_data_folder_trades_once_a_server_runs_on_it()
    {
        var (account, key) = await CreateAsync(
            "--name", "alice", "--deposit", "USDC=1000.5", "--deposit", "sol=2", "--data", Data);
        var (other, otherKey) = await CreateAsync("--name", "alice", "--data", Data);
        Assert.NotEqual(account, other);
        Assert.NotEqual(key, otherKey);

        await using var run = await OwnRun.OpenAsync("--testnet", "--data", Data, "--set", "testnet.traders=false");
        var balances = await BalancesAsync(run, key);
        Assert.Equal("1000.5", balances["USDC"]);
        Assert.Equal("2", balances["SOL"]);
        Assert.Equal("0", balances["BTC"]);
        Assert.Equal("0", (await BalancesAsync(run, otherKey))["USDC"]);
    }

    [Fact]
    public async Task An_exchange_that_traded_around_live_prices_does_not_run_on_the_testnets()
    {
        await CreateAsync("--name", "live", "--data", Data);
        await File.WriteAllTextAsync(
            Path.Combine(Data, "exchange", "prices"), "live\n", TestContext.Current.CancellationToken);
        var refused = await Run.ToEndAsync(
            Checkout.Program, ["run", "--testnet", "--data", Data, "--urls", "http://127.0.0.1:0", "--metrics-urls", "http://127.0.0.1:0"],
            _folder);
        Assert.Equal(2, refused.Code);
        Assert.Contains("trades around live prices", refused.Error);
    }

    [Fact]
    public async Task An_account_is_made_on_a_running_server_with_the_token_of_its_folder_or_of_the_environment()
    {
        await using var run = await OwnRun.OpenAsync("--testnet", "--data", Data, "--set", "testnet.traders=false");
        var url = run.Address.ToString();
        var (first, key) = await CreateAsync("--name", "bob", "--deposit", "USDC=7", "--url", url, "--data", Data);
        Assert.Equal("7", (await BalancesAsync(run, key))["USDC"]);

        var token = await Run.ToEndAsync(Checkout.Program, ["token", "--data", Data], _folder);
        Assert.Equal(0, token.Code);
        Assert.Equal(File.ReadAllText(Path.Combine(Data, "control.token")).Trim(), token.Output.Trim());
        var made = await Run.ToEndAsync(
            Checkout.Program, ["exchange", "account", "create", "--name", "bob", "--url", url, "--json"], _folder,
            ("STRIKELINE_TOKEN", token.Output.Trim()));
        Assert.True(made.Code == 0, made.ToString());
        using var answer = JsonDocument.Parse(made.Output);
        Assert.NotEqual(first, answer.RootElement.GetProperty("account").GetInt32());

        await RefusedAsync(["--name", "x", "--data", Data], "a program runs on this exchange: add --url URL");
        await RefusedAsync(["--name", "x", "--url", url, "--data", Data, "--deposit", "DOGE=1"], "the exchange has no asset \"DOGE\"; it has");
        // What was refused only by the exchange: the account is there, so its key is told all the same.
        foreach (var (amount, why) in new[] { ("0.0000001", "USDC has 6 decimals"), ("2000000000000", "the exchange has refused it") })
        {
            var partly = await Run.ToEndAsync(
                Checkout.Program,
                [
                    "exchange", "account", "create", "--name", "x", "--url", url, "--data", Data, "--json",
                    "--deposit", $"USDC={amount}", "--deposit", "SOL=3",
                ],
                _folder);
            Assert.Equal(1, partly.Code);
            var line = Assert.Single(partly.Error.TrimEnd('\n').Split('\n'));
            Assert.Contains($"its key holds, but USDC={amount} was not credited: ", line);
            Assert.Contains(why, line);
            using var told = JsonDocument.Parse(partly.Output);
            Assert.Equal("3", (await BalancesAsync(run, told.RootElement.GetProperty("api_key").GetString()!))["SOL"]);
        }

        await RefusedAsync(["--name", "x", "--url", url, "--data", Path.Combine(_folder, "none")], "there is no control token");
        await RefusedAsync(["--name", "x", "--url", url], ("STRIKELINE_TOKEN", Secret), "the control token is refused");
    }

    [Theory]
    [InlineData("--name: 1 to 24 letters", "--name", "")]
    [InlineData("--name: 1 to 24 letters", "--name", "two words")]
    [InlineData("--name: 1 to 24 letters", "--name", "a-name-of-more-than-24-letters")]
    [InlineData("--name", "--deposit", "USDC=1")]
    [InlineData("--deposit: found \"USDC\"; ASSET=AMOUNT", "--name", "x", "--deposit", "USDC")]
    [InlineData("--deposit: found \"=1\"; ASSET=AMOUNT", "--name", "x", "--deposit", "=1")]
    [InlineData("--deposit: found \"USDC=0\"; an amount above zero", "--name", "x", "--deposit", "USDC=0")]
    [InlineData("--deposit: found \"USDC=-1\"; an amount above zero", "--name", "x", "--deposit", "USDC=-1")]
    [InlineData("--deposit: found \"USDC=1e400\"; an amount above zero", "--name", "x", "--deposit", "USDC=1e400")]
    [InlineData("--deposit: found \"USDC=1.0000001\"; an amount above zero with up to 6 decimals", "--name", "x", "--deposit", "USDC=1.0000001")]
    [InlineData("--deposit: found \"USDC=99999999999999999999\"; an amount", "--name", "x", "--deposit", "USDC=99999999999999999999")]
    [InlineData("--deposit: the exchange has no asset \"DOGE\"; it has USDC, SOL, BTC, ETH", "--name", "x", "--deposit", "DOGE=1")]
    [InlineData("--url: found \"here\"", "--name", "x", "--url", "here")]
    [InlineData("there is no control token", "--name", "x", "--url", "http://127.0.0.1:1")]
    public async Task A_mistake_is_one_line_and_makes_nothing(string expected, params string[] arguments)
    {
        await RefusedAsync([.. arguments, "--data", Data], expected);
        var accounts = await Run.ToEndAsync(
            Checkout.Program, ["exchange", "account", "create", "--name", "first", "--data", Data, "--json"], _folder);
        using var answer = JsonDocument.Parse(accounts.Output);
        Assert.Equal(1, answer.RootElement.GetProperty("account").GetInt32());
    }

    [Fact]
    public async Task Nobody_at_the_address_is_one_line_too() => await RefusedAsync(
        ["--name", "x", "--url", "http://127.0.0.1:1"], ("STRIKELINE_TOKEN", Secret), "no server answers at http://127.0.0.1:1/");

    [Fact]
    public async Task There_is_no_token_before_the_first_start()
    {
        var ended = await Run.ToEndAsync(Checkout.Program, ["token", "--data", Data], _folder);
        Assert.Equal(2, ended.Code);
        Assert.Contains("there is no control token; strikeline run makes it", Assert.Single(ended.Error.TrimEnd('\n').Split('\n')));
        Assert.False(Directory.Exists(Data));
    }

    private static async Task<Dictionary<string, string>> BalancesAsync(OwnRun run, string key)
    {
        using var http = new HttpClient { BaseAddress = run.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.GetAsync("api/v1/balances", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var rows = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return rows.RootElement.EnumerateArray().ToDictionary(row => row.GetProperty("asset").GetString()!, row => row.GetProperty("available").GetString()!);
    }

    private async Task<(int Account, string Key)> CreateAsync(params string[] arguments)
    {
        var ended = await Run.ToEndAsync(Checkout.Program, ["exchange", "account", "create", .. arguments, "--json"], _folder);
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Equal("", ended.Error);
        using var answer = JsonDocument.Parse(Assert.Single(ended.Output.TrimEnd('\n').Split('\n')));
        Assert.Equal(["account", "api_key"], answer.RootElement.EnumerateObject().Select(field => field.Name));
        var key = answer.RootElement.GetProperty("api_key").GetString()!;
        Assert.StartsWith("slk_", key);
        return (answer.RootElement.GetProperty("account").GetInt32(), key);
    }

    private Task RefusedAsync(string[] arguments, string expected) => RefusedAsync(arguments, ("STRIKELINE_TOKEN", null), expected);

    private async Task RefusedAsync(string[] arguments, (string, string?) environment, string expected)
    {
        var ended = await Run.ToEndAsync(Checkout.Program, ["exchange", "account", "create", .. arguments], _folder, environment);
        Assert.True(ended.Code == 2, ended.ToString());
        var line = Assert.Single(ended.Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("strikeline: ", line);
        Assert.Contains(expected, line);
        Assert.DoesNotContain("canary", line);
        Assert.Equal("", ended.Output);
    }
}
