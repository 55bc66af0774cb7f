using System.Diagnostics;
using System.Text;
using Strikeline.Strikes;

namespace Strikeline.Unit.Storage;

/// <summary>What every hot cache must do, whatever is behind it.</summary>
public abstract class HotCacheContract
{
    private const int Patience = 30;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>An empty cache; it goes with the test's class.</summary>
    private protected abstract Task<IHotCache> OpenAsync();

    /// <summary>The time by which values expire, in milliseconds since the Unix epoch.</summary>
    private protected abstract long NowMs { get; }

    /// <summary>Lets a moment of the cache's time pass.</summary>
    private protected abstract Task PassAsync(TimeSpan time);

    [Fact]
    public async Task What_was_set_is_read_byte_for_byte()
    {
        var cache = await OpenAsync();
        byte[] all = [.. Enumerable.Range(0, 256).Select(one => (byte)one)];
        cache.Set("key", all, NowMs + 60_000);
        cache.Set("crlf", "\r\n$-1\r\n"u8.ToArray(), NowMs + 60_000);
        cache.Set("empty", default, NowMs + 60_000);
        cache.Set("schlüssel: \"*\"\r\n", "ü"u8.ToArray(), NowMs + 60_000);
        Assert.Equal(all, (await cache.GetAsync("key", Cancel))!.Value.ToArray());
        Assert.Equal("\r\n$-1\r\n", await TextAsync(cache, "crlf"));
        Assert.Equal("", await TextAsync(cache, "empty"));
        Assert.Equal("ü", await TextAsync(cache, "schlüssel: \"*\"\r\n"));
        Assert.Equal((4, 0), (cache.Counts.Entries, cache.Counts.Dropped));
        Assert.True(cache.Counts.IsConnected);
    }

    [Fact]
    public async Task What_was_not_set_is_not_there()
    {
        var cache = await OpenAsync();
        Assert.Null(await cache.GetAsync("key", Cancel));
        cache.Delete("key");
        Assert.Null(await cache.GetAsync("key", Cancel));
    }

    [Fact]
    public async Task The_newest_value_and_its_expiry_replace_the_ones_before()
    {
        var cache = await OpenAsync();
        cache.Set("longer", "a"u8.ToArray(), NowMs + 200);
        cache.Set("longer", "b"u8.ToArray(), NowMs + 60_000);
        cache.Set("shorter", "a"u8.ToArray(), NowMs + 60_000);
        Assert.Equal("a", await TextAsync(cache, "shorter"));
        cache.Set("shorter", "b"u8.ToArray(), NowMs + 200);
        await UntilGoneAsync(cache, "shorter");
        await PassAsync(TimeSpan.FromMilliseconds(200));
        Assert.Equal("b", await TextAsync(cache, "longer"));
    }

    [Fact]
    public async Task A_value_goes_when_its_time_is_over()
    {
        var cache = await OpenAsync();
        cache.Set("short", "a"u8.ToArray(), NowMs + 300);
        cache.Set("long", "b"u8.ToArray(), NowMs + 60_000);
        await UntilGoneAsync(cache, "short");
        Assert.Equal("b", await TextAsync(cache, "long"));
        await UntilAsync(() => cache.Counts.Entries == 1, () => $"{cache.Counts}");
    }

    [Fact]
    public async Task A_value_that_is_over_already_takes_the_one_before_along()
    {
        var cache = await OpenAsync();
        cache.Set("key", "a"u8.ToArray(), NowMs + 60_000);
        Assert.Equal("a", await TextAsync(cache, "key"));
        cache.Set("key", "b"u8.ToArray(), NowMs);
        Assert.Null(await cache.GetAsync("key", Cancel));
        cache.Set("key", "c"u8.ToArray(), NowMs + 60_000);
        Assert.Equal("c", await TextAsync(cache, "key"));
    }

    [Fact]
    public async Task A_deleted_value_is_gone_and_the_key_can_be_set_again()
    {
        var cache = await OpenAsync();
        cache.Set("key", "a"u8.ToArray(), NowMs + 60_000);
        cache.Set("other", "o"u8.ToArray(), NowMs + 60_000);
        cache.Delete("key");
        Assert.Null(await cache.GetAsync("key", Cancel));
        Assert.Equal("o", await TextAsync(cache, "other"));
        cache.Set("key", "b"u8.ToArray(), NowMs + 60_000);
        cache.Delete("key");
        cache.Set("key", "c"u8.ToArray(), NowMs + 60_000);
        Assert.Equal("c", await TextAsync(cache, "key"));
        Assert.Equal(2, cache.Counts.Entries);
    }

    [Fact]
    public async Task A_large_value_comes_back_whole()
    {
        var cache = await OpenAsync();
        var large = new byte[8 * 1_024 * 1_024];
        new Random(5).NextBytes(large);
        cache.Set("large", large, NowMs + 60_000);
        cache.Set("small", "s"u8.ToArray(), NowMs + 60_000);
        Assert.Equal("s", await TextAsync(cache, "small"));
        Assert.True((await cache.GetAsync("large", Cancel))!.Value.Span.SequenceEqual(large));
    }

    [Fact]
    public async Task Many_keys_are_all_there()
    {
        var cache = await OpenAsync();
        var count = Counts.Of(50_000, 5_000);
        for (var i = 0; i < count; i++)
        {
            cache.Set($"key:{i}", Encoding.UTF8.GetBytes($"value {i}"), NowMs + 60_000);
        }

        for (var i = 0; i < count; i += 97)
        {
            Assert.Equal($"value {i}", await TextAsync(cache, $"key:{i}"));
        }

        Assert.Equal((count, 0), (cache.Counts.Entries, cache.Counts.Dropped));
    }

    [Fact]
    public async Task Several_threads_see_what_they_wrote_themselves_and_the_last_value_stays()
    {
        var cache = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(lane => Task.Run(
            async () =>
            {
                var random = new Random(lane);
                for (var i = 0; i < 200; i++)
                {
                    var key = $"lane {lane}: {random.Next(3)}";
                    if (random.Next(5) == 0)
                    {
                        cache.Delete(key);
                        Assert.Null(await cache.GetAsync(key, Cancel));
                    }
                    else
                    {
                        cache.Set(key, Encoding.UTF8.GetBytes($"{i}"), NowMs + 60_000);
                        cache.Set("shared", Encoding.UTF8.GetBytes($"{lane}"), NowMs + 60_000);
                        Assert.Equal($"{i}", await TextAsync(cache, key));
                    }
                }

                cache.Delete("shared");
            },
            Cancel)));
        Assert.Null(await cache.GetAsync("shared", Cancel));
    }

    private protected static async Task<string?> TextAsync(IHotCache cache, string key) =>
        await cache.GetAsync(key, Cancel) is { } value ? Encoding.UTF8.GetString(value.Span) : null;

    private protected async Task UntilAsync(Func<bool> right, Func<string> state)
    {
        var watch = Stopwatch.StartNew();
        while (!right())
        {
            Assert.True(watch.Elapsed.TotalSeconds < Patience, "stayed wrong: " + state());
            await PassAsync(TimeSpan.FromMilliseconds(20));
        }
    }

    private async Task UntilGoneAsync(IHotCache cache, string key)
    {
        var watch = Stopwatch.StartNew();
        while (await cache.GetAsync(key, Cancel) is not null)
        {
            Assert.True(watch.Elapsed.TotalSeconds < Patience, $"{key} stays");
            await PassAsync(TimeSpan.FromMilliseconds(20));
        }
    }
}
