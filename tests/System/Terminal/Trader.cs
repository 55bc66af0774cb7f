using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Strikeline.SystemTests.Terminal;

/// <summary>An account of the exchange and its key: what a person has who trades, or a market maker.</summary>
internal sealed class Trader
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private readonly Uri _address;

    private Trader(Uri address, string key, int account = 0)
    {
        (_address, Key, Account) = (address, key, account);
    }

    /// <summary>The API key.</summary>
    public string Key { get; }

    /// <summary>The account's number; 0 is an operator's.</summary>
    public int Account { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Opens an account with money, as an operator does.</summary>
    public static async Task<Trader> OpenAsync(OwnRun run, string name, params (string Asset, string Amount)[] money)
    {
        var token = await File.ReadAllTextAsync(Path.Combine(run.Data, "control.token"), Cancel);
        var admin = new Trader(run.Address, token.Trim());
        var made = await admin.SendAsync(HttpMethod.Post, "api/v1/admin/accounts", new { name });
        var account = made.GetProperty("account").GetInt32();
        foreach (var (asset, amount) in money)
        {
            await admin.SendAsync(HttpMethod.Post, "api/v1/admin/deposits", new { account, asset, amount });
        }

        return new Trader(run.Address, made.GetProperty("api_key").GetString()!, account);
    }

    /// <summary>Opens a market or closes it, as an operator does.</summary>
    public static async Task SetStatusAsync(OwnRun run, string market, string status)
    {
        var token = await File.ReadAllTextAsync(Path.Combine(run.Data, "control.token"), Cancel);
        await new Trader(run.Address, token.Trim()).SendAsync(HttpMethod.Post, "api/v1/admin/status", new { market, status });
    }

    /// <summary>Lets the account trade, only cancel, or nothing, as an operator does.</summary>
    public async Task SetOwnStatusAsync(OwnRun run, string status)
    {
        var token = await File.ReadAllTextAsync(Path.Combine(run.Data, "control.token"), Cancel);
        await new Trader(run.Address, token.Trim()).SendAsync(HttpMethod.Post, "api/v1/admin/status", new { account = Account, status });
    }

    /// <summary>Places a stop in SOL/USDC.</summary>
    public Task<JsonElement> StopAsync(string kind, string stopPrice, string quantity) => SendAsync(
        HttpMethod.Post, "api/v1/order", new { kind, type = "stop", stop_price = stopPrice, quantity, market = "sol/usdc" });

    /// <summary>Places a limit order in SOL/USDC.</summary>
    public Task<JsonElement> LimitAsync(string kind, string price, string quantity) => SendAsync(
        HttpMethod.Post, "api/v1/order", new { kind, type = "limit", price, quantity, market = "sol/usdc" });

    /// <summary>The account's open orders.</summary>
    public async Task<JsonElement[]> OrdersAsync() =>
        [.. (await SendAsync(HttpMethod.Get, "api/v1/orders", null)).GetProperty("orders").EnumerateArray()];

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(_address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var answer = await Http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}
