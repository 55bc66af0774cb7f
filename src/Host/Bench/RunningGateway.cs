using System.Text.Json;
using System.Text.Json.Nodes;

namespace Strikeline.Host.Bench;

/// <summary>The program as it runs: exchange, journal, recorder, store, streams.</summary>
internal static class RunningGateway
{
    private const string Listening = "listening on ";
    private const string Deposit = "10000000";
    private const int Makers = 100;

    /// <summary>Starts it in a process of its own, without limits for its clients, and with one feed that finds
    /// nobody.</summary>
    public static async Task<GatewayChild> StartAsync(string folder, bool isPinned, CancellationToken stop)
    {
        var child = GatewayChild.Start(
            isPinned, "run", "--data", folder, "--urls", "http://127.0.0.1:0", "--metrics-urls", "http://127.0.0.1:0",
            "--set", "exchange.requests_per_second=1000000", "--set", "log.level=error",
            "--set", "feeds.binance.enabled=false", "--set", "feeds.kraken.enabled=false",
            "--set", "feeds.bybit.enabled=false", "--set", "feeds.coinbase.ws_url=ws://127.0.0.1:9",
            "--set", "feeds.coinbase.rest_url=http://127.0.0.1:9", "--set", "feeds.coinbase.reconnect.max_ms=600000",
            "--set", "feeds.coinbase.reconnect.first_ms=60000");
        child.Port = new Uri(await child.ExpectAsync(Listening, stop)).Port;
        return child;
    }

    /// <summary>Opens an account for each connection, and one whose orders rest.</summary>
    /// <returns>The keys of the connections' accounts.</returns>
    public static async Task<string[]> OpenAccountsAsync(
        int port, string folder, int connections, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var token = (await File.ReadAllTextAsync(Path.Combine(folder, "control.token"), stop)).Trim();
        var keys = new List<string>();
        for (var i = 0; i <= connections; i++)
        {
            var made = await PostAsync(
                http, "/api/v1/admin/accounts", token, new JsonObject { ["name"] = $"bench-{i}" }, stop);
            keys.Add(made.GetProperty("api_key").GetString()!);
            foreach (var asset in (string[])["SOL", "USDC"])
            {
                await PostAsync(http, "/api/v1/admin/deposits", token, new JsonObject
                {
                    ["account"] = made.GetProperty("account").GetInt32(), ["asset"] = asset, ["amount"] = Deposit,
                }, stop);
            }
        }

        for (var i = 0; i < Makers; i++)
        {
            foreach (var (kind, price) in ((string, string)[])[("buy", OrderLoad.Bid), ("sell", OrderLoad.Ask)])
            {
                await PostAsync(http, OrderLoad.Route, keys[0], new JsonObject
                {
                    ["market"] = OrderLoad.Market, ["kind"] = kind, ["price"] = price, ["quantity"] = "500",
                }, stop);
            }
        }

        return [.. keys.Skip(1)];
    }

    private static async Task<JsonElement> PostAsync(
        HttpClient http, string path, string token, JsonObject body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Authorization = new("Bearer", token);
        request.Content = new StringContent(body.ToJsonString(), null, "application/json");
        using var answer = await http.SendAsync(request, stop);
        var text = await answer.Content.ReadAsStringAsync(stop);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{path} has refused: {text}");
        }

        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
