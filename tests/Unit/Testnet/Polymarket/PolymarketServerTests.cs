using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Strikeline.Testnet;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Testnet.Polymarket;

/// <summary>Polymarket's side over real sockets.</summary>
public sealed class PolymarketServerTests : IAsyncLifetime
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private TestnetServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestnetServer.StartAsync(
        new TestnetOptions { Seed = 22, Depth = 60, Rate = 0.1 }.OnFreePorts(), TimeProvider.System,
        TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task Its_doors_its_channels_and_its_faults_are_there()
    {
        var at = _server.Endpoints.Polymarket!;
        using var ready = JsonDocument.Parse(_server.Endpoints.ToJson());
        Assert.Equal(at.Clob, ready.RootElement.GetProperty("polymarket").GetProperty("clob").GetString());
        Assert.Equal("\"OK\"", await _http.GetStringAsync(at.Clob + "/ok"));
        var window = (await GetAsync(at.Gamma + "/events?series_slug=eth-up-or-down-5m&closed=false"))[0].GetProperty("markets")[0];
        var tokens = JsonDocument.Parse(window.GetProperty("clobTokenIds").GetString()!).RootElement;

        using var market = await OpenAsync(at.Ws + "/market");
        await SayAsync(market, $"{{\"type\":\"market\",\"assets_ids\":[\"{tokens[0]}\"]}}");
        Assert.Equal("book", JsonDocument.Parse(await HearAsync(market)).RootElement[0].GetProperty("event_type").GetString());
        await SayAsync(market, "PING");
        while (await HearAsync(market) != "PONG")
        {
        }

        using var bolt = await OpenAsync(at.PolyBolt);
        await SayAsync(bolt, "{\"op\":\"ping\"}");
        Assert.Equal("{\"op\":\"pong\"}", await HearAsync(bolt));
        using var rtds = await OpenAsync(at.Rtds);
        Assert.Equal("", await HearAsync(rtds));
        var absent = await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(at.Ws + "/none"));
        Assert.Contains("404", absent.Message, StringComparison.Ordinal);

        var faults = _server.Endpoints.Control + "/control/faults";
        (await _http.PostAsJsonAsync(faults, new { venue = "polymarket", fault = "drop_request", seconds = 20 })).EnsureSuccessStatusCode();
        await Assert.ThrowsAsync<HttpRequestException>(() => _http.PostAsJsonAsync(at.Clob + "/order", new { }));
        var status = await GetAsync(_server.Endpoints.Control + "/control/status");
        Assert.Equal("drop_request", status.GetProperty("polymarket").GetProperty("faults")[0].GetProperty("fault").GetString());
        Assert.Equal(0, status.GetProperty("failures").GetInt64());
        (await _http.DeleteAsync(faults)).EnsureSuccessStatusCode();
        Assert.Equal(401, (int)(await _http.PostAsJsonAsync(at.Clob + "/order", new { })).StatusCode);

        var given = await _http.PostAsJsonAsync(
            _server.Endpoints.Control + "/control/polymarket/deposit", new { address = "0x" + new string('1', 40), dollars = 500 });
        Assert.Equal("10500", (await given.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("balance").GetString());

        (await _http.PostAsJsonAsync(faults, new { venue = "polymarket", fault = "disconnect" })).EnsureSuccessStatusCode();
        await Assert.ThrowsAsync<WebSocketException>(async () =>
        {
            while (true)
            {
                await HearAsync(market);
            }
        });
    }

    private static async Task<ClientWebSocket> OpenAsync(string address)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(address), TestContext.Current.CancellationToken);
        return socket;
    }

    private static Task SayAsync(ClientWebSocket socket, string text) =>
        socket.SayAsync(text, TestContext.Current.CancellationToken);

    private static Task<string> HearAsync(ClientWebSocket socket) =>
        socket.HearAsync(TestContext.Current.CancellationToken);

    private async Task<JsonElement> GetAsync(string address) =>
        JsonDocument.Parse(await _http.GetStringAsync(address)).RootElement;
}
