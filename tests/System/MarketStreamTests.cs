using System.Net;
using System.Net.WebSockets;
using System.Text.Json;

namespace Strikeline.SystemTests;

/// <summary><c>/ws/markets</c> of the running program: what contracts/ promises, whatever clients do.</summary>
public sealed class MarketStreamTests(RunningStrikeline strikeline)
{
    private static readonly string[] AllSymbols = ["BTC/USDT", "ETH/USDT", "SOL/USDT"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_symbol_begins_with_a_snapshot_and_goes_on_without_a_hole()
    {
        var schemas = Schemas.OfFile(Checkout.In("contracts/schemas/ws-markets.json"));
        using var socket = await StreamSocket.OpenAsync(strikeline.Address, "ws/markets");
        var sequences = new Dictionary<string, long>();
        var updates = AllSymbols.ToDictionary(symbol => symbol, _ => 0);
        while (updates.Values.Min() < 5)
        {
            var message = (await socket.NextAsync())!.Value;
            var type = message.GetProperty("type").GetString()!;
            schemas.CheckAgainst($"#/$defs/{type}", message, type);
            var symbol = message.GetProperty("symbol").GetString()!;
            var sequence = message.GetProperty("sequence").GetInt64();
            if (sequences.TryGetValue(symbol, out var before) && type == "update")
            {
                Assert.Equal(before + 1, message.GetProperty("from").GetInt64());
                Assert.Equal(before + 1, sequence);
                updates[symbol]++;
            }
            else
            {
                Assert.Equal("snapshot", type);
                Assert.True(sequence > before, $"{before} {message}");
            }

            sequences[symbol] = sequence;
        }

        Assert.Equal(AllSymbols, sequences.Keys.Order());
    }

    [Fact]
    public async Task A_streamed_quote_is_what_its_name_answers()
    {
        using var socket = await StreamSocket.OpenAsync(strikeline.Address, "ws/markets?symbols=btc-usdt");
        while (true)
        {
            var message = (await socket.NextAsync())!.Value;
            Assert.Equal("BTC/USDT", message.GetProperty("symbol").GetString());
            foreach (var signed in message.GetProperty("markets").EnumerateArray())
            {
                // It lives for two seconds: on a slow machine it may be over before it is asked for.
                var id = signed.GetProperty("market").GetProperty("quote_id").GetString();
                using var answer = await strikeline.Api.AskAsync($"api/v1/quotes/{id}");
                if (answer.IsSuccessStatusCode)
                {
                    Assert.Equal(signed.GetRawText(), await answer.Content.ReadAsStringAsync(Cancel));
                    return;
                }
            }
        }
    }

    [Theory]
    [InlineData("ws/markets?symbols=XRPUSDT", HttpStatusCode.NotFound)]
    [InlineData("ws/markets?symbols=BTCUSDT,", HttpStatusCode.NotFound)]
    [InlineData("ws/markets?symbols=%F0%9F%9A%80", HttpStatusCode.NotFound)]
    public async Task An_unknown_symbol_is_refused_before_the_handshake(string path, HttpStatusCode status)
    {
        using var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(
            () => client.ConnectAsync(new Uri($"ws://{strikeline.Address.Authority}/{path}"), Cancel));
        Assert.Equal(status, client.HttpStatusCode);
    }

    [Fact]
    public async Task A_request_that_is_no_handshake_is_told_so()
    {
        using var plain = await strikeline.Api.AskAsync("ws/markets");
        Assert.Equal(HttpStatusCode.BadRequest, plain.StatusCode);
        Assert.Contains("websocket_expected", await plain.Content.ReadAsStringAsync(Cancel));

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(strikeline.Address, "ws/markets"));
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "8");
        using var old = await http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.UpgradeRequired, old.StatusCode);
        Assert.Equal("13", old.Headers.GetValues("Sec-WebSocket-Version").Single());
    }

    [Fact]
    public async Task Pings_are_answered_and_a_goodbye_is_returned()
    {
        using var client = new ClientWebSocket();
        client.Options.KeepAliveInterval = TimeSpan.FromMilliseconds(50);
        client.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        await client.ConnectAsync(new Uri($"ws://{strikeline.Address.Authority}/ws/markets"), Cancel);
        var buffer = new byte[256 * 1024];
        for (var message = 0; message < 20;)
        {
            // A ping that is not answered in its time would abort the socket.
            message += (await client.ReceiveAsync(buffer.AsMemory(), Cancel)).EndOfMessage ? 1 : 0;
        }

        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
    }

    [Fact]
    public async Task A_client_that_says_too_much_is_closed_with_the_reason()
    {
        using var socket = await StreamSocket.OpenAsync(strikeline.Address, "ws/markets");
        await socket.SayTextAsync(new string('x', 100_000));
        while (await socket.NextAsync() is not null)
        {
            // Messages that were under way.
        }

        Assert.Equal(WebSocketCloseStatus.MessageTooBig, socket.Closed);
    }

    [Fact]
    public async Task Readers_miss_nothing_beside_many_that_never_read()
    {
        using var reader = await StreamSocket.OpenAsync(strikeline.Address, "ws/markets?symbols=BTCUSDT");
        var sequence = (await reader.NextAsync())!.Value.GetProperty("sequence").GetInt64();
        var silent = new List<ClientWebSocket>();
        for (var i = 0; i < 200; i++)
        {
            var client = new ClientWebSocket();
            silent.Add(client);
            await client.ConnectAsync(new Uri($"ws://{strikeline.Address.Authority}/ws/markets"), Cancel);
        }

        for (var i = 0; i < 30; i++)
        {
            JsonElement message = (await reader.NextAsync())!.Value;
            Assert.Equal("update", message.GetProperty("type").GetString());
            Assert.Equal(++sequence, message.GetProperty("sequence").GetInt64());
        }

        silent.ForEach(client => client.Dispose());
    }
}
