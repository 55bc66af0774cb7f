using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Strikeline.Testnet;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Testnet;

/// <summary>
/// The testnet over real sockets: each venue's book is built by its own procedure and held against REST.
/// </summary>
public sealed class TestnetServerTests : IAsyncLifetime
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private TestnetServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestnetServer.StartAsync(
        new TestnetOptions { Seed = 21, Depth = 80, BinancePing = TimeSpan.FromMilliseconds(200) }.OnFreePorts(),
        TimeProvider.System, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task Binance_book_by_the_documented_procedure_equals_the_snapshot()
    {
        using var socket = await OpenAsync(_server.Endpoints.Binance.Ws + "/stream?streams=btcusdt@depth@100ms");
        var buffered = new List<JsonElement> { Data(await NextAsync(socket)) };
        var book = new TextBook();
        var snapshot = await GetAsync(_server.Endpoints.Binance.Rest + "/api/v3/depth?symbol=BTCUSDT&limit=5000");
        book.ApplyPairs(snapshot.GetProperty("bids"), snapshot.GetProperty("asks"));
        var last = snapshot.GetProperty("lastUpdateId").GetInt64();
        Assert.True(buffered[0].GetProperty("U").GetInt64() <= last);

        // A later snapshot is what the book must become; it is reached when the ids meet.
        var wanted = await GetAsync(_server.Endpoints.Binance.Rest + "/api/v3/depth?symbol=BTCUSDT&limit=5000");
        for (var tries = 0; last != wanted.GetProperty("lastUpdateId").GetInt64(); tries++)
        {
            Assert.True(tries < 200, "the ids never met");
            var message = Data(await NextAsync(socket));
            if (message.GetProperty("u").GetInt64() > last)
            {
                Assert.True(message.GetProperty("U").GetInt64() <= last + 1);
                book.ApplyPairs(message.GetProperty("b"), message.GetProperty("a"));
                last = message.GetProperty("u").GetInt64();
            }

            if (last > wanted.GetProperty("lastUpdateId").GetInt64())
            {
                wanted = await GetAsync(_server.Endpoints.Binance.Rest + "/api/v3/depth?symbol=BTCUSDT&limit=5000");
            }
        }

        var expected = new TextBook();
        expected.ApplyPairs(wanted.GetProperty("bids"), wanted.GetProperty("asks"));
        book.AssertEquals(expected);
    }

    [Fact]
    public async Task Bybit_book_equals_the_snapshot_of_the_same_cross_sequence()
    {
        using var socket = await OpenAsync(_server.Endpoints.Bybit.Ws + "/v5/public/spot");
        await SayAsync(socket, """{"op":"subscribe","args":["orderbook.50.SOLUSDT"],"req_id":"7"}""");
        var acknowledged = await NextAsync(socket);
        Assert.True(acknowledged.GetProperty("success").GetBoolean());
        Assert.Equal("7", acknowledged.GetProperty("req_id").GetString());
        var book = new TextBook();
        for (var tries = 0; tries < 300; tries++)
        {
            var data = (await NextAsync(socket)).GetProperty("data");
            book.ApplyPairs(data.GetProperty("b"), data.GetProperty("a"));
            var rest = (await GetAsync(_server.Endpoints.Bybit.Rest
                + "/v5/market/orderbook?category=spot&symbol=SOLUSDT&limit=50")).GetProperty("result");
            if (rest.GetProperty("seq").GetInt64() == data.GetProperty("seq").GetInt64())
            {
                var expected = new TextBook();
                expected.ApplyPairs(rest.GetProperty("b"), rest.GetProperty("a"));
                book.AssertEquals(expected);
                return;
            }
        }

        Assert.Fail("the sequences never met");
    }

    [Fact]
    public async Task Kraken_book_keeps_its_checksum_and_the_refusals_are_the_documented_ones()
    {
        using var socket = await OpenAsync(_server.Endpoints.Kraken.Ws + "/v2");
        Assert.Equal("status", (await NextAsync(socket)).GetProperty("channel").GetString());
        await SayAsync(socket, """{"method":"ping","req_id":101}""");
        var pong = await NextAsync(socket);
        Assert.Equal(("pong", 101), (pong.GetProperty("method").GetString(), pong.GetProperty("req_id").GetInt32()));
        await SayAsync(
            socket, """{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":11}}""");
        Assert.Equal("Subscription depth not supported", (await NextAsync(socket)).GetProperty("error").GetString());
        await SayAsync(socket, """{"method":"subscribe","params":{"channel":"book","symbol":["A/B"]}}""");
        Assert.Equal("Currency pair not supported A/B", (await NextAsync(socket)).GetProperty("error").GetString());
        await SayAsync(
            socket, """{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":25}}""");
        Assert.True((await NextAsync(socket)).GetProperty("success").GetBoolean());
        var book = new TextBook();
        for (var i = 0; i < 40; i++)
        {
            var message = await NextAsync(socket);
            if (message.GetProperty("channel").GetString() == "book")
            {
                Assert.Equal(i == 0 ? "snapshot" : "update", message.GetProperty("type").GetString());
                book.ApplyNumbers(message.GetProperty("data")[0], 25);
                Assert.Equal(message.GetProperty("data")[0].GetProperty("checksum").GetUInt32(), book.KrakenChecksum());
            }
        }
    }

    [Fact]
    public async Task Coinbase_book_agrees_with_the_product_book()
    {
        using var socket = await OpenAsync(_server.Endpoints.Coinbase.Ws + "/");
        await SayAsync(socket, """{"type":"subscribe","channel":"level2","product_ids":["USDT-USD"]}""");
        var book = new TextBook();
        for (var tries = 0; tries < 100; tries++)
        {
            var message = await NextAsync(socket);
            if (message.GetProperty("channel").GetString() != "l2_data")
            {
                continue;
            }

            book.ApplyUpdates(message.GetProperty("events")[0].GetProperty("updates"));
            var rest = (await GetAsync(_server.Endpoints.Coinbase.Rest
                + "/api/v3/brokerage/market/product_book?product_id=USDT-USD")).GetProperty("pricebook");
            if (Matches(rest, "bids", book.Bids) && Matches(rest, "asks", book.Asks))
            {
                return;
            }
        }

        Assert.Fail("the stream's book never equalled the product book");

        static bool Matches(JsonElement rest, string name, SortedDictionary<decimal, decimal> side) =>
            rest.GetProperty(name).EnumerateArray().Select(level => KeyValuePair.Create(
                decimal.Parse(level.GetProperty("price").GetString()!),
                decimal.Parse(level.GetProperty("size").GetString()!))).SequenceEqual(side);
    }

    [Fact]
    public async Task Binance_live_subscribing_answers_as_documented()
    {
        using var socket = await OpenAsync(_server.Endpoints.Binance.Ws + "/ws");
        await SayAsync(socket, """{"method":"SUBSCRIBE","params":["btcusdt@kline_1d","nonsense@trade"],"id":1}""");
        var done = await NextAsync(socket);
        Assert.Equal(
            (JsonValueKind.Null, 1), (done.GetProperty("result").ValueKind, done.GetProperty("id").GetInt32()));
        await SayAsync(socket, """{"method":"LIST_SUBSCRIPTIONS","id":"abc"}""");
        var list = await NextUntilAsync(socket, message => message.TryGetProperty("result", out _));
        Assert.Equal("""["btcusdt@kline_1d","nonsense@trade"]""", list.GetProperty("result").GetRawText());
        await SayAsync(socket, "{nonsense");
        var wrong = await NextUntilAsync(socket, message => message.TryGetProperty("error", out _));
        Assert.Equal(3, wrong.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Disconnect_cuts_and_refuse_keeps_clients_away()
    {
        using var socket = await OpenAsync(_server.Endpoints.Bybit.Ws + "/v5/public/spot");
        Assert.Equal(
            HttpStatusCode.Created,
            (await CommandAsync("""{"venue":"bybit","fault":"refuse","seconds":30}""")).Status);
        Assert.Equal(HttpStatusCode.Created, (await CommandAsync("""{"venue":"bybit","fault":"disconnect"}""")).Status);
        await Assert.ThrowsAsync<WebSocketException>(() => NextAsync(socket));
        await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(_server.Endpoints.Bybit.Ws + "/v5/public/spot"));
        using var rest = await _http.GetAsync(_server.Endpoints.Bybit.Rest + "/v5/market/time");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, rest.StatusCode);
        using var cleared = await _http.DeleteAsync(_server.Endpoints.Control + "/control/faults");
        Assert.Equal("""{"removed":2}""", await cleared.Content.ReadAsStringAsync());
        using var again = await OpenAsync(_server.Endpoints.Bybit.Ws + "/v5/public/spot");
    }

    [Theory]
    [InlineData("not json", 400, "invalid_json")]
    [InlineData("[]", 400, "invalid_json")]
    [InlineData("""{"venue":"nasdaq","fault":"freeze"}""", 422, "invalid_body")]
    [InlineData("""{"venue":"kraken","fault":"explode"}""", 422, "invalid_body")]
    [InlineData("""{"venue":"kraken","fault":"3"}""", 422, "invalid_body")]
    [InlineData("""{"venue":"kraken","fault":"freeze","symbol":"DOGE/USD"}""", 422, "invalid_body")]
    [InlineData("""{"venue":"kraken","fault":"freeze","seconds":-1}""", 422, "invalid_body")]
    [InlineData("""{"venue":"kraken","fault":"freeze","second":1}""", 422, "invalid_body")]
    [InlineData("""{"venue":"binance","fault":"checksum"}""", 422, "invalid_body")]
    public async Task A_wrong_command_gets_a_problem_that_says_why(string body, int status, string code)
    {
        var answer = await CommandAsync(body);
        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(code, answer.Body.GetProperty("code").GetString());
        Assert.NotEmpty(answer.Body.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task Status_and_jump_answer_and_nothing_has_failed()
    {
        using var jumped = await _http.PostAsync(
            _server.Endpoints.Control + "/control/jump", new StringContent("""{"asset":"BTC","percent":1}"""));
        Assert.Equal(HttpStatusCode.OK, jumped.StatusCode);
        using var unknown = await _http.PostAsync(
            _server.Endpoints.Control + "/control/jump", new StringContent("""{"asset":"XYZ","percent":1}"""));
        Assert.Equal(422, (int)unknown.StatusCode);
        var status = await GetAsync(_server.Endpoints.Control + "/control/status");
        Assert.Equal(0, status.GetProperty("failures").GetInt64());
        Assert.Equal(4, status.GetProperty("venues").EnumerateObject().Count());
        using var missing = await _http.GetAsync(_server.Endpoints.Control + "/nothing");
        Assert.Equal("application/problem+json", missing.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_taken_port_is_told_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var told = await Assert.ThrowsAsync<TestnetException>(() => TestnetServer.StartAsync(
            new TestnetOptions().OnFreePorts() with { KrakenPort = port }, TimeProvider.System, default));
        Assert.Contains(port.ToString(), told.Message);
        Assert.DoesNotContain('\n', told.Message);
    }

    private static JsonElement Data(JsonElement message) => message.GetProperty("data");

    private static async Task<ClientWebSocket> OpenAsync(string address)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        await socket.ConnectAsync(new Uri(address), Limit());
        return socket;
    }

    private static Task SayAsync(ClientWebSocket socket, string text) => socket.SayAsync(text, Limit());

    private static async Task<JsonElement> NextAsync(ClientWebSocket socket) =>
        JsonDocument.Parse(await socket.HearAsync(Limit())).RootElement;

    private static async Task<JsonElement> NextUntilAsync(ClientWebSocket socket, Predicate<JsonElement> wanted)
    {
        while (true)
        {
            var message = await NextAsync(socket);
            if (wanted(message))
            {
                return message;
            }
        }
    }

    private static CancellationToken Limit() => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    private async Task<JsonElement> GetAsync(string address) =>
        await _http.GetFromJsonAsync<JsonElement>(address, Limit());

    private async Task<(HttpStatusCode Status, JsonElement Body)> CommandAsync(string body)
    {
        using var answer = await _http.PostAsync(
            _server.Endpoints.Control + "/control/faults", new StringContent(body), Limit());
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync()).RootElement);
    }
}
