using Strikeline.Host.Logging;
using Strikeline.Storage;
using Strikeline.Strikes;

namespace Strikeline.Host.Composition;

/// <summary>The hot caches of a run: always one in process, which this program's own answers are read from, and a Redis
/// that mirrors it where one is configured.</summary>
internal sealed class HotCaches : IAsyncDisposable
{
    // The JSON of a quote, its key, and its part of the ladder's own value.
    private const int BytesPerQuote = 2_048;

    private readonly InProcessHotCache _local;
    private readonly RedisHotCache? _redis;
    private readonly CacheSink _sink;
    private readonly CacheMeter _meter;

    private HotCaches(InProcessHotCache local, RedisHotCache? redis)
    {
        (_local, _redis) = (local, redis);
        _sink = new CacheSink(redis is null ? [local] : [local, redis]);
        _meter = new CacheMeter(redis is null ? [("local", local)] : [("local", local), ("redis", redis)]);
    }

    /// <summary>What this program's own answers are read from.</summary>
    public IHotCache Local => _local;

    /// <summary>Fills the caches.</summary>
    public IMarketSink Sink => _sink;

    /// <summary>What is wrong with the mirror, in words; null where nothing is or there is none.</summary>
    public string? Problem => _redis?.Problem;

    /// <summary>Opens the caches.</summary>
    /// <param name="ladders">The series whose quotes they have room for, all that can be valid at a time.</param>
    /// <param name="redisUrl">The Redis that mirrors them; empty for none.</param>
    /// <param name="clock">The time of the data; with a Redis it must run in real time.</param>
    /// <param name="log">Told of a mirror that comes and goes.</param>
    /// <param name="cancel">Ends the attempt to connect.</param>
    /// <exception cref="UserError">The configured Redis cannot be used.</exception>
    public static async Task<HotCaches> OpenAsync(
        IReadOnlyList<SeriesOptions> ladders,
        string redisUrl,
        TimeProvider clock,
        Serilog.ILogger log,
        CancellationToken cancel)
    {
        var entries = (int)Math.Max(
            InProcessHotCache.DefaultMaxEntries, ladders.Sum(series => series.MostLiveQuotes) + ladders.Count);
        var redis = redisUrl.Length == 0 ? null : await MirrorAsync(redisUrl, entries, clock, log, cancel);
        return new HotCaches(new InProcessHotCache(clock, entries), redis);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }

        _meter.Dispose();
        _sink.Dispose();
        _local.Dispose();
    }

    private static async Task<RedisHotCache> MirrorAsync(
        string url, int entries, TimeProvider clock, Serilog.ILogger log, CancellationToken cancel)
    {
        var address = RedisAddress.Parse(url, out var problem) ?? throw new UserError($"redis_url: {problem}");
        Redaction.Remember(address.Password);
        void Changed(string? now)
        {
            if (now is null)
            {
                log.Information("redis {Address} has every market again", address);
            }
            else
            {
                log.Warning("redis: {Problem}", now);
            }
        }

        try
        {
            return await RedisHotCache.OpenAsync(
                address,
                new RedisOptions { MaxEntries = entries, MaxBytes = (long)entries * BytesPerQuote },
                clock, new Random(Environment.TickCount), Changed, cancel);
        }
        catch (RedisException e)
        {
            throw new UserError($"redis {e.Message}; start it, or name another with --redis URL", e);
        }
    }
}
