using System.Net;
using System.Net.Sockets;
using System.Text;
using Strikeline.Storage;
using Strikeline.Strikes;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Storage;

/// <summary>A Redis that goes away, stands still, lies or refuses, and comes back.</summary>
public sealed class RedisOutageTests
{
    private const string Time = "*1\r\n$4\r\nTIME\r\n";

    private static readonly byte[] TimeAnswer = "*2\r\n$10\r\n1700000000\r\n$1\r\n0\r\n"u8.ToArray();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly RedisOptions Quick = new()
    {
        AnswerLimit = TimeSpan.FromMilliseconds(500),
        Beat = TimeSpan.FromMilliseconds(100),
        FirstWait = TimeSpan.FromMilliseconds(10),
        LongestWait = TimeSpan.FromMilliseconds(50),
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static long NowMs => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public async Task After_a_kill_and_a_restart_everything_alive_returns_without_being_set_again()
    {
        await using var server = await RedisServer.StartAsync();
        var told = new Told();
        await using var cache = await OpenAsync(server.Url, told);
        cache.Set("alive", "1"u8.ToArray(), NowMs + 600_000);
        cache.Set("deleted", "2"u8.ToArray(), NowMs + 600_000);
        Assert.NotNull(await cache.GetAsync("deleted", Cancel));
        for (var round = 0; round < 3; round++)
        {
            await server.KillAsync();
            var problem = await told.NextAsync();
            Assert.StartsWith($"REDIS_DOWN 127.0.0.1:{server.Port} ", problem);
            Assert.NotNull(cache.Problem);
            Assert.False(cache.Counts.IsConnected);
            await Assert.ThrowsAsync<HotCacheException>(() => cache.GetAsync("alive", Cancel).AsTask());
            cache.Delete("deleted");
            cache.Set("meanwhile", Encoding.UTF8.GetBytes($"{round}"), NowMs + 600_000);
            await server.StartAgainAsync();
            await told.UntilWellAsync();
            Assert.Null(cache.Problem);
            Assert.True(cache.Counts.IsConnected);
            Assert.Equal("1", await server.AskAsync("GET", "alive"));
            Assert.Equal($"{round}", await server.AskAsync("GET", "meanwhile"));
            Assert.Equal("2", await server.AskAsync("DBSIZE"));
            Assert.InRange(long.Parse(await server.AskAsync("PTTL", "alive"), null), 1, 600_000);
        }
    }

    [Fact]
    public async Task A_server_that_stands_still_is_noticed_and_gets_the_newest_values_afterwards()
    {
        await using var server = await RedisServer.StartAsync();
        var told = new Told();
        await using var cache = await OpenAsync(server.Url, told);
        cache.Set("key", "old"u8.ToArray(), NowMs + 600_000);
        cache.Set("withdrawn", "old"u8.ToArray(), NowMs + 600_000);
        Assert.NotNull(await cache.GetAsync("withdrawn", Cancel));
        await server.PauseAsync();
        cache.Set("over soon", "x"u8.ToArray(), NowMs + 300);
        for (var i = 0; i < 10_000; i++)
        {
            cache.Set("key", Encoding.UTF8.GetBytes($"{i}"), NowMs + 600_000);
        }

        cache.Delete("withdrawn");
        Assert.Equal($"REDIS_DOWN 127.0.0.1:{server.Port} does not answer within 0.5 s; markets go on without it, "
            + "and it is tried again", await told.NextAsync());
        Assert.InRange(cache.Counts.Entries, 1, 3);
        Assert.True(cache.Counts.Conflated > 9_000, $"{cache.Counts}");
        await server.GoOnAsync();
        await told.UntilWellAsync();
        Assert.Equal("9999", await server.AskAsync("GET", "key"));
        Assert.Equal("key", await server.AskAsync("KEYS", "*"));
    }

    [Fact]
    public async Task A_connection_without_a_peer_is_left_for_a_new_one()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var opening = OpenAsync($"redis://{listener.LocalEndpoint}", new Told());

        // It answers the greeting and then nothing, as after a cable was pulled.
        using var first = await listener.AcceptSocketAsync(Cancel);
        Assert.Equal(Time, await ReadAsync(first));
        await first.SendAsync(TimeAnswer);
        await using var cache = await opening;
        cache.Set("key", "value"u8.ToArray(), NowMs + 600_000);
        using var second = await listener.AcceptSocketAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);
        string said;
        while ((said = await ReadAsync(second)) == Time)
        {
            await second.SendAsync(TimeAnswer);
        }

        Assert.StartsWith("*5\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n$4\r\nPXAT\r\n", said);
        Assert.Contains("does not answer within 0.5 s", cache.Problem);
    }

    [Fact]
    public async Task A_refusal_is_told_and_counted_and_what_was_refused_is_sent_again()
    {
        await using var server = await RedisServer.StartAsync("--maxmemory-policy", "noeviction");
        var told = new Told();
        await using var cache = await OpenAsync(server.Url, told);
        await server.AskAsync("CONFIG", "SET", "maxmemory", "1");
        cache.Set("key", "value"u8.ToArray(), NowMs + 600_000);
        Assert.StartsWith(
            $"REDIS_REFUSES 127.0.0.1:{server.Port}: OOM command not allowed", await told.NextAsync());
        Assert.True(cache.Counts.IsConnected);
        Assert.True(cache.Counts.Dropped > 0);
        await server.AskAsync("CONFIG", "SET", "maxmemory", "0");
        await told.UntilWellAsync();
        Assert.Equal("value", await server.AskAsync("GET", "key"));
    }

    [Fact]
    public async Task One_that_is_not_there_is_one_line()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"{listener.LocalEndpoint}";
        listener.Stop();
        var failed = await Assert.ThrowsAsync<RedisException>(() => OpenAsync($"redis://{address}", new Told()));
        Assert.Equal($"{address} refuses connections", failed.Message);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_one_line()
    {
        var failed = await Assert.ThrowsAsync<RedisException>(
            () => OpenAsync("redis://:password@no-such-host.invalid", new Told(), new RedisOptions { AnswerLimit = Patience }));
        Assert.Equal("no-such-host.invalid:6379 is not known by that name", failed.Message);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak Redis's protocol")]
    [InlineData("\r\n", "does not speak Redis's protocol")]
    [InlineData("$9999999999999\r\n", "does not speak Redis's protocol")]
    [InlineData("*2\r\n$1\r\n1\r\n", "does not answer within 0.5 s")]
    [InlineData("+OK\r\n", "does not speak Redis's protocol")]
    [InlineData("*2\r\n$1\r\n1x\r\n", "does not speak Redis's protocol")]
    [InlineData("-DENIED \tno\u0007\r\n", "refuses: DENIED  no ")]
    [InlineData("", "does not answer within 0.5 s")]
    public async Task One_that_speaks_otherwise_is_one_line(string greeting, string expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var opening = OpenAsync($"redis://{listener.LocalEndpoint}", new Told());
        using var socket = await listener.AcceptSocketAsync(Cancel);
        await socket.SendAsync(Encoding.UTF8.GetBytes(greeting));
        var failed = await Assert.ThrowsAsync<RedisException>(() => opening);
        Assert.Equal($"{listener.LocalEndpoint} {expected}", failed.Message);
    }

    [Fact]
    public async Task One_that_hangs_up_is_one_line()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var opening = OpenAsync($"redis://{listener.LocalEndpoint}", new Told());
        using (var socket = await listener.AcceptSocketAsync(Cancel))
        {
            await ReadAsync(socket);
        }

        var failed = await Assert.ThrowsAsync<RedisException>(() => opening);
        Assert.Equal($"{listener.LocalEndpoint} closed the connection", failed.Message);
    }

    private static Task<RedisHotCache> OpenAsync(string url, Told told, RedisOptions? options = null) =>
        RedisHotCache.OpenAsync(
            RedisAddress.Parse(url, out _)!, options ?? Quick, TimeProvider.System, new Random(1), told.Take, Cancel);

    private static async Task<string> ReadAsync(Socket socket)
    {
        var bytes = new byte[4_096];
        return Encoding.UTF8.GetString(bytes, 0, await socket.ReceiveAsync(bytes, Cancel));
    }

    /// <summary>What the cache told of its state, in order.</summary>
    private sealed class Told
    {
        private readonly System.Threading.Channels.Channel<string?> _told =
            System.Threading.Channels.Channel.CreateUnbounded<string?>();

        public void Take(string? problem) => _told.Writer.TryWrite(problem);

        public async Task<string?> NextAsync() =>
            await _told.Reader.ReadAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);

        public async Task UntilWellAsync()
        {
            while (await NextAsync() is not null)
            {
                // Another reason why it is away: each attempt may fail in its own way.
            }
        }
    }
}
