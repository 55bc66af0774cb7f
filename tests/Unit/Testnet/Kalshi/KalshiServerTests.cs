using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Strikeline.Testnet;
using Strikeline.Testnet.Kalshi;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Testnet.Kalshi;

/// <summary>Kalshi over real sockets, beside the other venues.</summary>
public sealed class KalshiServerTests : IAsyncLifetime
{
    private const string Orders = "/portfolio/events/orders";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private TestnetServer _server = null!;

    private string Rest => _server.Endpoints.Kalshi!.Rest;

    public async ValueTask InitializeAsync() => _server = await TestnetServer.StartAsync(
        new TestnetOptions
        {
            Seed = 5,
            Depth = 60,
            Kalshi = new KalshiOptions
            {
                Keys =
                [
                    new KalshiAccess(KalshiRig.KeyId, KalshiRig.Key.ExportSubjectPublicKeyInfoPem(), 1_000_000),
                ],
            },
        }.OnFreePorts(),
        TimeProvider.System, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task A_handshake_must_be_signed()
    {
        using var plain = new ClientWebSocket();
        plain.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => plain.ConnectAsync(Address, Limit()));
        Assert.Equal(HttpStatusCode.Unauthorized, plain.HttpStatusCode);
        using var wrong = Socket(KalshiRig.OtherKey);
        await Assert.ThrowsAsync<WebSocketException>(() => wrong.ConnectAsync(Address, Limit()));
        using var good = Socket(KalshiRig.Key);
        await good.ConnectAsync(Address, Limit());
        Assert.Equal(WebSocketState.Open, good.State);
    }

    [Fact]
    public async Task The_book_of_the_stream_is_the_book_of_REST()
    {
        var ticker = await OpenTickerAsync();
        using var socket = Socket(KalshiRig.Key);
        await socket.ConnectAsync(Address, Limit());
        await socket.SendAsync(
            Encoding.UTF8.GetBytes(
                $$$"""{"id":1,"cmd":"subscribe","params":{"channels":["orderbook_delta"],"market_tickers":["{{{ticker}}}"]}}"""),
            WebSocketMessageType.Text, true, Limit());
        var books = new KalshiBooks();
        var last = 0L;
        for (var i = 0; i < 200; i++)
        {
            var message = await NextAsync(socket);
            if (message.TryGetProperty("seq", out var sequence))
            {
                Assert.Equal(++last, sequence.GetInt64());
                books.Apply(message);
                var (_, rest) = await AskAsync(HttpMethod.Get, $"/markets/{ticker}/orderbook");
                var sides = rest.GetProperty("orderbook_fp");
                if (books.Levels(ticker).SequenceEqual(Levels(sides, "no").Concat(Levels(sides, "yes"))))
                {
                    return;
                }
            }
        }

        Assert.Fail("the stream's book was never that of REST");

        static IEnumerable<(string, int, long)> Levels(JsonElement sides, string side) =>
            sides.GetProperty(side + "_dollars").EnumerateArray().Select(level => (
                side, (int)(decimal.Parse(level[0].GetString()!) * 10_000),
                (long)(decimal.Parse(level[1].GetString()!) * 100)));
    }

    [Theory]
    [InlineData("drop_request", false)]
    [InlineData("drop_response", true)]
    [InlineData("fail_after", true)]
    public async Task An_order_whose_outcome_is_unknown_can_be_found_out(string fault, bool happened)
    {
        var ticker = await OpenTickerAsync();
        await CommandAsync($$"""{"venue":"kalshi","fault":"{{fault}}","seconds":60,"times":1}""");
        var order = $$"""
            {"ticker":"{{ticker}}","side":"bid","price":"0.01","count":"1.00","client_order_id":"unknown-1",
            "time_in_force":"good_till_canceled","self_trade_prevention_type":"taker_at_cross"}
            """;
        if (fault == "fail_after")
        {
            Assert.Equal(500, (await AskAsync(HttpMethod.Post, Orders, order)).Status);
        }
        else
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(HttpMethod.Post, Orders, order));
        }

        var (_, found) = await AskAsync(HttpMethod.Get, "/portfolio/orders");
        Assert.Equal(happened ? 1 : 0, found.GetProperty("orders").GetArrayLength());
        Assert.Equal(happened ? 409 : 201, (await AskAsync(HttpMethod.Post, Orders, order)).Status);
    }

    [Fact]
    public async Task A_delay_and_a_refusal_and_what_the_status_says()
    {
        await CommandAsync("""{"venue":"kalshi","fault":"refuse","seconds":60}""");
        using var refused = await _http.GetAsync(Rest + "/trade-api/v2/exchange/status", Limit());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        using var status = JsonDocument.Parse(
            await _http.GetStringAsync(_server.Endpoints.Control + "/control/status", Limit()));
        var kalshi = status.RootElement.GetProperty("kalshi");
        Assert.Equal("refuse", kalshi.GetProperty("faults")[0].GetProperty("fault").GetString());
        Assert.True(kalshi.GetProperty("markets").EnumerateObject().Count() > 10);
        using var cleared = await _http.DeleteAsync(_server.Endpoints.Control + "/control/faults", Limit());
        Assert.Equal("""{"removed":1}""", await cleared.Content.ReadAsStringAsync(Limit()));
        using var again = await _http.GetAsync(Rest + "/trade-api/v2/exchange/status", Limit());
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Too_many_requests_are_refused_without_a_time_to_wait()
    {
        var statuses = new List<HttpResponseMessage>();
        for (var i = 0; i < 12; i++)
        {
            statuses.Add(await _http.GetAsync(Rest + "/trade-api/v2/exchange/status", Limit()));
        }

        var refused = statuses.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Null(refused.Headers.RetryAfter);
        statuses.ForEach(answer => answer.Dispose());
    }

    private Uri Address => new(_server.Endpoints.Kalshi!.Ws + KalshiBooth.StreamPath);

    private static CancellationToken Limit() => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    private static Dictionary<string, string> Signed(string method, string path, System.Security.Cryptography.RSA key)
    {
        var time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString();
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["KALSHI-ACCESS-KEY"] = KalshiRig.KeyId,
            ["KALSHI-ACCESS-TIMESTAMP"] = time,
            ["KALSHI-ACCESS-SIGNATURE"] = KalshiRig.Sign(key, time + method + path),
        };
    }

    private static ClientWebSocket Socket(System.Security.Cryptography.RSA key)
    {
        var socket = new ClientWebSocket();
        foreach (var (name, value) in Signed("GET", KalshiBooth.StreamPath, key))
        {
            socket.Options.SetRequestHeader(name, value);
        }

        return socket;
    }

    private static async Task<JsonElement> NextAsync(ClientWebSocket socket) =>
        JsonDocument.Parse(await socket.HearAsync(Limit())).RootElement;

    private async Task<string> OpenTickerAsync()
    {
        var (_, markets) = await AskAsync(HttpMethod.Get, "/markets?status=open&series_ticker=KXBTCD");
        return markets.GetProperty("markets")[0].GetProperty("ticker").GetString()!;
    }

    private async Task CommandAsync(string body)
    {
        using var answer = await _http.PostAsync(
            _server.Endpoints.Control + "/control/faults", new StringContent(body), Limit());
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private async Task<(int Status, JsonElement Body)> AskAsync(HttpMethod method, string target, string? body = null)
    {
        using var request = new HttpRequestMessage(method, Rest + KalshiRig.Root + target);
        foreach (var (name, value) in Signed(method.Method, KalshiRig.Root + target.Split('?')[0], KalshiRig.Key))
        {
            request.Headers.Add(name, value);
        }

        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request, Limit());
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(Limit())).RootElement);
    }
}
