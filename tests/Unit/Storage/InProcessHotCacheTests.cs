using Strikeline.Strikes;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Storage;

public sealed class InProcessHotCacheTests : HotCacheContract, IDisposable
{
    private readonly VirtualTime _time = new();
    private readonly List<InProcessHotCache> _caches = [];

    private protected override long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Dispose() => _caches.ForEach(cache => cache.Dispose());

    [Fact]
    public async Task A_value_is_there_until_the_last_millisecond_and_not_at_its_expiry()
    {
        var cache = Open();
        cache.Set("key", "a"u8.ToArray(), NowMs + 2_000);
        _time.Pass(TimeSpan.FromMilliseconds(1_999));
        Assert.Equal("a", await TextAsync(cache, "key"));
        _time.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Null(await cache.GetAsync("key", Cancel));
    }

    [Fact]
    public void What_has_expired_leaves_without_being_asked_for()
    {
        var cache = Open();
        for (var i = 0; i < 1_000; i++)
        {
            cache.Set($"key:{i}", "a"u8.ToArray(), NowMs + 1 + i);
        }

        Assert.Equal(1_000, cache.Counts.Entries);
        _time.Pass(TimeSpan.FromMilliseconds(500));
        Assert.Equal(500, cache.Counts.Entries);
        _time.Pass(TimeSpan.FromMilliseconds(500));
        Assert.Equal(0, cache.Counts.Entries);
    }

    [Fact]
    public async Task A_full_cache_drops_new_keys_and_counts_them_until_others_have_expired()
    {
        var cache = Open(maxEntries: 2);
        cache.Set("a", "1"u8.ToArray(), NowMs + 1_000);
        cache.Set("b", "1"u8.ToArray(), NowMs + 60_000);
        cache.Set("c", "1"u8.ToArray(), NowMs + 60_000);
        cache.Set("b", "2"u8.ToArray(), NowMs + 60_000);
        Assert.Null(await cache.GetAsync("c", Cancel));
        Assert.Equal("2", await TextAsync(cache, "b"));
        Assert.Equal(new HotCacheCounts(3, 0, 1, 2, true), cache.Counts);
        _time.Pass(TimeSpan.FromSeconds(1));
        cache.Set("c", "3"u8.ToArray(), NowMs + 60_000);
        Assert.Equal("3", await TextAsync(cache, "c"));
    }

    private protected override Task<IHotCache> OpenAsync() => Task.FromResult<IHotCache>(Open());

    private protected override Task PassAsync(TimeSpan time)
    {
        _time.Pass(time);
        return Task.CompletedTask;
    }

    private InProcessHotCache Open(int maxEntries = InProcessHotCache.DefaultMaxEntries)
    {
        _caches.Add(new InProcessHotCache(_time, maxEntries));
        return _caches[^1];
    }
}
