using System.Buffers;
using System.Text;
using System.Text.Json;
using Strikeline.Strikes;

namespace Strikeline.Unit.Strikes;

public sealed class CacheSinkTests : IDisposable
{
    private const string MarketsKey = "markets:BTCUSDT";

    private readonly StrikeBench _bench = new();
    private readonly CacheTape _cache = new();
    private readonly CacheTape _mirror = new();
    private readonly CacheSink _sink;
    private int _emitted;
    private int _issued;

    public CacheSinkTests() => _sink = new CacheSink([_cache, _mirror]);

    public void Dispose() => _sink.Dispose();

    [Fact]
    public void A_ladder_is_held_as_the_array_and_each_quote_as_the_object_of_the_answers()
    {
        At(76_315.99m);
        Assert.Equal(16, _cache.Held.Count);
        Assert.Equal(
            Json(writer => StrikesJson.WriteMarkets(writer, _bench.Current.Markets)), _cache.Text(MarketsKey));
        foreach (var signed in _bench.Issued)
        {
            var key = "quote:" + signed.Market.QuoteId;
            Assert.Equal(Json(writer => StrikesJson.Write(writer, signed)), _cache.Text(key));
            Assert.Equal(signed.Market.ValidUntilMs, _cache.Held[key].ExpiryMs);
        }
    }

    [Fact]
    public void Over_a_seeded_hour_the_array_is_always_the_newest_ladder_until_its_longest_quote_is_over()
    {
        var random = new Random(23);
        var spot = 76_315m;
        for (var i = 0; i < Counts.Of(36_000, 2_000); i++)
        {
            spot += (decimal)((random.NextDouble() - 0.5) * 12);
            At(random.Next(40) == 0 ? null : spot, 20 + random.Next(400));
            _cache.Expire(_bench.Now);
            if (_bench.Current.Markets.IsEmpty)
            {
                Assert.Empty(_cache.Held);
            }
            else
            {
                Assert.Equal(
                    Json(writer => StrikesJson.WriteMarkets(writer, _bench.Current.Markets)), _cache.Text(MarketsKey));
                Assert.Equal(
                    _bench.Current.Markets.Max(signed => signed.Market.ValidUntilMs), _cache.Held[MarketsKey].ExpiryMs);
            }
        }

        Assert.True(_cache.Sets > 2_000);
    }

    [Fact]
    public void A_withdrawn_ladder_takes_its_quotes_along_also_those_that_were_renewed()
    {
        At(76_300m);
        At(76_320m, 150);
        Assert.True(_cache.Held.Count > 16, "quotes were renewed and the ones before are still valid");
        At(null, 100);
        Assert.Empty(_cache.Held);
        At(76_320m, 200);
        Assert.Equal(16, _cache.Held.Count);
    }

    [Fact]
    public void Every_cache_gets_the_very_same_bytes_and_each_quote_is_written_once()
    {
        At(76_300m);
        At(76_300m, 1_000);
        Assert.Equal(_cache.Held.Keys.Order(), _mirror.Held.Keys.Order());
        foreach (var (key, held) in _cache.Held)
        {
            Assert.True(held.Value.Equals(_mirror.Held[key].Value), key);
        }

        Assert.Equal(_bench.Issued.Count + _bench.Emitted.Count, _cache.Sets);
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        write(writer);
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void At(decimal? spot, int afterMs = 0)
    {
        _bench.At(spot, afterMs);
        if (_bench.Emitted.Count > _emitted)
        {
            _sink.OnMarkets(_bench.Emitted[^1], _bench.Issued[_issued..]);
        }

        (_emitted, _issued) = (_bench.Emitted.Count, _bench.Issued.Count);
    }

    /// <summary>Remembers what it was given.</summary>
    private sealed class CacheTape : IHotCache
    {
        public Dictionary<string, (ReadOnlyMemory<byte> Value, long ExpiryMs)> Held { get; } = [];

        public int Sets { get; private set; }

        public HotCacheCounts Counts => default;

        public string Text(string key) => Encoding.UTF8.GetString(Held[key].Value.Span);

        public void Set(string key, ReadOnlyMemory<byte> value, long expiryMs)
        {
            Sets++;
            Held[key] = (value, expiryMs);
        }

        public void Delete(string key) => Held.Remove(key);

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancel) =>
            throw new NotSupportedException();

        public void Expire(long nowNanos)
        {
            foreach (var key in Held.Where(one => one.Value.ExpiryMs <= Stamps.ToMillis(nowNanos))
                .Select(one => one.Key).ToList())
            {
                Held.Remove(key);
            }
        }
    }
}
