using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Strikeline.SystemTests;

/// <summary>The WebSocket channels: what they carry, and what bad clients do to them and to others: nothing.</summary>
public sealed class StreamTests(RunningStrikeline strikeline)
{
    private const int MostMessageBytes = 4 * 1024;

    private static readonly string[] Channels = ["status", "feeds", "prices", "markets@BTCUSDT", "books@BTC"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Feeds_alone_stream_the_answer_of_the_http_route()
    {
        using var socket = await OpenAsync("ws/feeds");
        var http = await strikeline.Api.GetAsync("api/v1/feeds");
        long last = 0;
        for (var i = 0; i < 4; i++)
        {
            var message = (await socket.NextAsync())!.Value;
            Assert.Equal(Names(http), Names(message));
            Assert.Equal(Names(http.GetProperty("feeds")[0]), Names(message.GetProperty("feeds")[0]));
            Assert.True(message.GetProperty("at").GetInt64() > last, $"{last} {message}");
            last = message.GetProperty("at").GetInt64();
        }
    }

    [Fact]
    public async Task Sequences_of_every_channel_follow_each_other_without_a_hole()
    {
        using var socket = await OpenAsync();
        await socket.SubscribeAsync(Channels);
        var last = new Dictionary<string, long>();
        var counts = Channels.ToDictionary(name => name, _ => 0);
        while (counts.Values.Min() < 3)
        {
            var message = (await socket.NextAsync())!.Value;
            Assert.Equal(["channel", "from", "sequence", "at", "data"], Names(message));
            var channel = message.GetProperty("channel").GetString()!;
            var (from, sequence) = (message.GetProperty("from").GetInt64(), message.GetProperty("sequence").GetInt64());
            Assert.True(from <= sequence, message.ToString());
            if (last.TryGetValue(channel, out var before))
            {
                Assert.Equal(before + 1, from);
            }

            Assert.InRange(
                message.GetProperty("at").GetInt64(),
                DateTimeOffset.UtcNow.AddSeconds(-20).ToUnixTimeMilliseconds(),
                DateTimeOffset.UtcNow.AddSeconds(1).ToUnixTimeMilliseconds());
            last[channel] = sequence;
            counts[channel]++;
        }
    }

    [Theory]
    [InlineData("feeds", "api/v1/feeds")]
    [InlineData("prices", "api/v1/prices")]
    [InlineData("markets@ETHUSDT", "api/v1/markets")]
    [InlineData("books@SOL", "api/v1/books/SOL")]
    public async Task A_channel_carries_what_its_http_route_answers(string channel, string route)
    {
        using var socket = await OpenAsync();
        await socket.SubscribeAsync(channel);
        var message = await socket.NextAsync(channel);
        var answer = await strikeline.Api.GetAsync(route);

        // The route of all ladders lists what the channel has of one.
        answer = answer.ValueKind == JsonValueKind.Array ? answer[0] : answer;
        Assert.Equal(Names(answer), Names(message.GetProperty("data")));
    }

    [Fact]
    public async Task Status_says_which_run_it_is_and_what_blocks_it()
    {
        await strikeline.Api.UntilAsync("health", health => health.GetProperty("status").GetString() == "ok");
        using var socket = await OpenAsync();
        await socket.SubscribeAsync("status");
        var first = (await socket.NextAsync("status")).GetProperty("data");
        Assert.Equal("simulated", first.GetProperty("data").GetString());
        Assert.Equal("paper", first.GetProperty("orders").GetString());
        Assert.False(first.GetProperty("stop").GetProperty("stopped").GetBoolean());
        Assert.True(first.GetProperty("may_trade").ValueKind is JsonValueKind.True or JsonValueKind.False);
        Assert.True(first.GetProperty("may_quote").GetBoolean());
        Assert.Matches("^[0-9a-f]{12}$", first.GetProperty("epoch").GetString());
        var second = (await socket.NextAsync("status")).GetProperty("data");
        Assert.Equal(first.GetProperty("epoch").GetString(), second.GetProperty("epoch").GetString());
    }

    [Theory]
    [InlineData("{}", "bad_message")]
    [InlineData("", "bad_message")]
    [InlineData("nonsense", "bad_message")]
    [InlineData("[]", "bad_message")]
    [InlineData("null", "bad_message")]
    [InlineData("17", "bad_message")]
    [InlineData("{\"op\":17}", "bad_message")]
    [InlineData("{\"op\":null}", "unknown_op")]
    [InlineData("{\"op\":\"dance\"}", "unknown_op")]
    [InlineData("{\"op\":\"subscribe\"}", "bad_message")]
    [InlineData("{\"op\":\"subscribe\",\"channels\":\"feeds\"}", "bad_message")]
    [InlineData("{\"op\":\"subscribe\",\"channels\":[17]}", "bad_message")]
    [InlineData("{\"op\":\"subscribe\",\"channels\":[null]}", "unknown_channel")]
    [InlineData("{\"op\":\"subscribe\",\"channels\":[\"nothing\"]}", "unknown_channel")]
    [InlineData("{\"op\":\"subscribe\",\"channels\":[\"markets@XXXYYY\"]}", "unknown_channel")]
    [InlineData("{\"op\":\"subscribe\",\"channels\":[\"books@\"]}", "unknown_channel")]
    [InlineData("{\"op\":\"subscribe\",\"channels\":[\"books@\\\"\\\\\\u0000\"]}", "unknown_channel")]
    [InlineData("{\"op\":\"subscribe\",\"channels\":[\"\\ud800\"]}", "bad_message")]
    [InlineData("{\"op\":\"ping\",\"id\":\"x\"}", "bad_message")]
    [InlineData("{\"op\":\"pace\"}", "bad_message")]
    [InlineData("{\"op\":\"pace\",\"hz\":\"fast\"}", "bad_message")]
    [InlineData("{\"op\":\"ping\"} trailing", "bad_message")]
    [InlineData("{\"op\":\"ping\"", "bad_message")]
    public async Task A_bad_message_is_answered_with_an_error_and_the_line_goes_on(string text, string code)
    {
        using var socket = await OpenAsync();
        await socket.SayTextAsync(text);
        var error = await socket.NextAsync("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.False(string.IsNullOrWhiteSpace(error.GetProperty("detail").GetString()));
        await socket.SayAsync(new { op = "ping", id = 9 });
        Assert.Equal(9, (await socket.NextAsync("pong")).GetProperty("id").GetInt64());
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(1000)]
    public async Task A_long_unknown_name_is_cut_wherever_it_may_be_cut(int length)
    {
        using var socket = await OpenAsync();
        await socket.SayTextAsync(
            $"{{\"op\":\"subscribe\",\"channels\":[\"{new string('x', length)}\U0001F680\U0001F680\"]}}");
        Assert.Equal("unknown_channel", (await socket.NextAsync("error")).GetProperty("code").GetString());
        await socket.SayAsync(new { op = "ping" });
        await socket.NextAsync("pong");
    }

    [Fact]
    public async Task Deep_binary_and_broken_text_do_not_disturb_others()
    {
        using var other = await OpenAsync();
        await other.SubscribeAsync("feeds");
        using (var deep = await OpenAsync())
        {
            await deep.SayTextAsync(new string('[', 2_000));
            Assert.Equal("bad_message", (await deep.NextAsync("error")).GetProperty("code").GetString());
            await deep.SayBytesAsync([0, 1, 2, 255], WebSocketMessageType.Binary);
            Assert.Equal("bad_message", (await deep.NextAsync("error")).GetProperty("code").GetString());
        }

        using (var broken = await OpenAsync())
        {
            await broken.SayBytesAsync([0xff, 0xfe]);
            await EndsAsync(broken);
        }

        var before = (await other.NextAsync("feeds")).GetProperty("sequence").GetInt64();
        Assert.Equal(before + 1, (await other.NextAsync("feeds")).GetProperty("from").GetInt64());
    }

    [Fact]
    public async Task A_message_that_is_too_big_closes_the_line_with_that_reason()
    {
        using var socket = await OpenAsync();
        var fits = $"{{\"op\":\"ping\",\"id\":1,\"x\":\"{new string('x', MostMessageBytes)}";
        await socket.SayTextAsync(fits[..(MostMessageBytes - 2)] + "\"}");
        await socket.NextAsync("pong");
        await socket.SayTextAsync(new string(' ', MostMessageBytes + 1));
        Assert.Null(await socket.NextAsync());
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, socket.Closed);
    }

    [Fact]
    public async Task The_33rd_channel_is_refused_and_the_other_32_go_on()
    {
        using var socket = await OpenAsync();
        var names = Enumerable.Range(0, 33).Select(i => "markets@" + Spelling("BTCUSDT", i)).ToArray();
        await socket.SubscribeAsync(names);
        Assert.Equal("too_many_channels", (await socket.NextAsync("error")).GetProperty("code").GetString());
        var seen = new HashSet<string>();
        while (seen.Count < 32)
        {
            seen.Add((await socket.NextAsync())!.Value.GetProperty("channel").GetString()!);
        }

        Assert.DoesNotContain(names[32], seen);
    }

    [Fact]
    public async Task After_unsubscribing_a_channel_is_silent()
    {
        using var socket = await OpenAsync();
        await socket.SubscribeAsync("books@BTC", "feeds");
        await socket.NextAsync("books@BTC");
        await socket.SayAsync(new { op = "unsubscribe", channels = (string[])["books@BTC"] });
        await socket.SayAsync(new { op = "ping", id = 1 });
        await socket.NextAsync("pong");
        // What was on its way already may still come.
        await socket.NextAsync("feeds");
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("feeds", (await socket.NextAsync())!.Value.GetProperty("channel").GetString());
        }
    }

    [Fact]
    public async Task A_slower_pace_leaves_out_states_and_says_so()
    {
        using var socket = await OpenAsync();
        await socket.SayAsync(new { op = "pace", hz = 1 });
        await socket.SubscribeAsync("books@BTC");
        await socket.NextAsync("books@BTC");
        var last = (await socket.NextAsync("books@BTC")).GetProperty("sequence").GetInt64();
        var message = await socket.NextAsync("books@BTC");
        Assert.Equal(last + 1, message.GetProperty("from").GetInt64());
        Assert.True(message.GetProperty("sequence").GetInt64() >= last + 3, message.GetRawText()[..80]);
    }

    [Fact]
    public async Task A_client_that_never_reads_disturbs_nobody()
    {
        using var deaf = await OpenAsync();
        await deaf.SubscribeAsync([.. Enumerable.Range(0, 32).Select(i => "markets@" + Spelling("ETHUSDT", i))]);
        using var other = await OpenAsync();
        await other.SubscribeAsync("prices");
        long last = 0;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < 4;)
        {
            var message = await other.NextAsync("prices");
            if (last > 0)
            {
                Assert.Equal(last + 1, message.GetProperty("from").GetInt64());
            }

            last = message.GetProperty("sequence").GetInt64();
        }

        Assert.True(last > 0);
        Assert.Equal("simulated", (await strikeline.Api.GetAsync("health")).GetProperty("source").GetString());
    }

    [Theory]
    [InlineData("ws")]
    [InlineData("ws/feeds")]
    public async Task A_plain_request_is_told_what_the_route_speaks(string path)
    {
        using var answer = await strikeline.Api.AskAsync(path);
        Assert.Equal(400, (int)answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("websocket_expected", problem.RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Sixty_clients_that_come_and_go_at_once_all_get_their_data()
    {
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            using var socket = await OpenAsync();
            await socket.SubscribeAsync(Channels[i % Channels.Length]);
            await socket.NextAsync(Channels[i % Channels.Length]);
        }));
    }

    private static string[] Names(JsonElement owner) => [.. owner.EnumerateObject().Select(one => one.Name)];

    // The same symbol in another case each time: each spelling is a channel of its own.
    private static string Spelling(string symbol, int number)
    {
        var text = new StringBuilder(symbol);
        for (var i = 0; i < symbol.Length; i++)
        {
            text[i] = ((number >> i) & 1) == 1 ? char.ToLowerInvariant(symbol[i]) : symbol[i];
        }

        return text.ToString();
    }

    private static async Task EndsAsync(StreamSocket socket)
    {
        try
        {
            while (await socket.NextAsync() is not null)
            {
                // What was on its way.
            }
        }
        catch (WebSocketException)
        {
            // Cut off without a word is an end too.
        }
    }

    private Task<StreamSocket> OpenAsync(string path = "ws") => StreamSocket.OpenAsync(strikeline.Address, path);
}
