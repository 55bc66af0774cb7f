using Strikeline.Storage;
using Strikeline.Strikes;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Storage;

/// <summary>The contract against a real redis-server.</summary>
public sealed class RedisHotCacheTests : HotCacheContract, IAsyncLifetime
{
    private readonly List<RedisHotCache> _caches = [];
    private RedisServer? _server;

    private protected override long NowMs => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync() => _server = await RedisServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var cache in _caches)
        {
            await cache.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Another_client_sees_the_value_and_its_expiry()
    {
        var cache = await OpenAsync();
        cache.Set("markets:BTCUSDT", "[1]"u8.ToArray(), NowMs + 60_000);
        await UntilAsync(() => cache.Counts.Writes == 1, () => $"{cache.Counts}");
        Assert.Equal("[1]", await _server!.AskAsync("GET", "markets:BTCUSDT"));
        Assert.InRange(long.Parse(await _server.AskAsync("PTTL", "markets:BTCUSDT"), null), 1, 60_000);
    }

    [Fact]
    public async Task The_expiry_holds_in_the_servers_time_whatever_this_programs_clock_says()
    {
        // A tape's clock, for example.
        var clock = new OffsetClock(TimeSpan.FromDays(-400));
        var cache = await OpenAsync(_server!.Url, clock: clock);
        cache.Set("key", "a"u8.ToArray(), clock.GetUtcNow().ToUnixTimeMilliseconds() + 60_000);
        Assert.Equal("a", await TextAsync(cache, "key"));
        Assert.InRange(long.Parse(await _server.AskAsync("PTTL", "key"), null), 1, 60_500);
    }

    [Fact]
    public async Task The_database_of_the_address_is_used()
    {
        var cache = await OpenAsync(_server!.Url + "/3");
        cache.Set("key", "a"u8.ToArray(), NowMs + 60_000);
        Assert.Equal("a", await TextAsync(cache, "key"));
        Assert.Equal("a", await _server.AskAsync("-n", "3", "GET", "key"));
        Assert.Equal("", await _server.AskAsync("GET", "key"));
    }

    [Fact]
    public async Task A_user_and_a_password_with_strange_letters_are_taken()
    {
        await _server!.AskAsync("ACL", "SETUSER", "desk", "on", ">s%cret", "~*", "+@all");
        await _server.AskAsync("CONFIG", "SET", "requirepass", "p:@/ß ?");
        var authority = $"127.0.0.1:{_server.Port}";
        foreach (var user in new[] { ":p%3A%40%2F%C3%9F%20%3F", "desk:s%25cret" })
        {
            var cache = await OpenAsync($"redis://{user}@{authority}");
            cache.Set(user, "a"u8.ToArray(), NowMs + 60_000);
            Assert.Equal("a", await TextAsync(cache, user));
        }
    }

    [Theory]
    [InlineData("", "refuses: NOAUTH")]
    [InlineData(":wrong-canary@", "refuses: WRONGPASS")]
    [InlineData("nobody:wrong-canary@", "refuses: WRONGPASS")]
    public async Task A_wrong_password_is_one_line_without_it(string user, string expected)
    {
        await using var guarded = await RedisServer.StartAsync("--requirepass", "right-canary");
        var refused = await Assert.ThrowsAsync<RedisException>(
            () => OpenAsync($"redis://{user}127.0.0.1:{guarded.Port}"));
        Assert.StartsWith($"127.0.0.1:{guarded.Port} {expected}", refused.Message);
        Assert.DoesNotContain("canary", refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_one_line()
    {
        var refused = await Assert.ThrowsAsync<RedisException>(() => OpenAsync(_server!.Url + "/999"));
        Assert.Equal($"127.0.0.1:{_server!.Port} refuses: ERR DB index is out of range", refused.Message);
    }

    private protected override async Task<IHotCache> OpenAsync() => await OpenAsync(_server!.Url);

    private protected override Task PassAsync(TimeSpan time) => Task.Delay(time, Cancel);

    private async Task<RedisHotCache> OpenAsync(string url, TimeProvider? clock = null)
    {
        var address = RedisAddress.Parse(url, out var problem) ?? throw new ArgumentException(problem, nameof(url));
        var cache = await RedisHotCache.OpenAsync(
            address, new RedisOptions(), clock ?? TimeProvider.System, new Random(1), _ => { }, Cancel);
        _caches.Add(cache);
        return cache;
    }

    /// <summary>The system's clock, set wrong; its timers run as always.</summary>
    private sealed class OffsetClock(TimeSpan offset) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + offset;
    }
}
