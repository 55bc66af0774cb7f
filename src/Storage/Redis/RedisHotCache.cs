using System.Collections.Concurrent;
using System.Threading.Channels;
using Strikeline.Strikes;

namespace Strikeline.Storage;

/// <summary>
/// The hot cache in a Redis: a mirror that may go away and come back at any time. What is set waits in an outbox that
/// holds the newest value of each key; one loop sends it over one connection, a batch at a time, and on every new
/// connection sends all that is still alive.
/// </summary>
/// <remarks>
/// Any thread. A value's expiry is sent as a point in the server's own time, which is asked for once a beat: what a
/// stopped server takes late leaves nothing behind that is over, and clocks that disagree do no harm.
/// </remarks>
public sealed class RedisHotCache : IHotCache, IAsyncDisposable
{
    // What one batch holds, roughly: small enough to be answered long before the limit.
    private const long BatchBytes = 256 * 1_024;
    private const int MaxReads = 10_000;

    private readonly RedisAddress _address;
    private readonly RedisOptions _options;
    private readonly TimeProvider _clock;
    private readonly Random _random;
    private readonly Action<string?> _changed;
    private readonly RedisOutbox _outbox;
    private readonly List<RedisWrite> _batch = [];
    private readonly List<Read> _asked = [];
    private readonly ConcurrentQueue<Read> _reads = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private volatile string? _problem;
    private volatile bool _isConnected = true;
    private volatile bool _isBeatDue;
    private int _tries;
    private long _writes;
    private long _refused;

    private RedisHotCache(
        RedisAddress address,
        RedisOptions options,
        TimeProvider clock,
        Random random,
        Action<string?> changed,
        RedisConnection first)
    {
        (_address, _options, _clock, _random, _changed) = (address, options, clock, random, changed);
        _outbox = new RedisOutbox(options.MaxEntries, options.MaxBytes);
        _loop = Task.Run(() => RunAsync(first));
    }

    /// <summary>What is wrong: a stable code, the address and words; null where nothing is.</summary>
    public string? Problem => _problem;

    /// <inheritdoc/>
    public HotCacheCounts Counts
    {
        get
        {
            var (entries, conflated, dropped) = _outbox.Counts;
            return new HotCacheCounts(
                Interlocked.Read(ref _writes), conflated, dropped + Interlocked.Read(ref _refused), entries,
                _isConnected);
        }
    }

    private long NowMs => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Connects for the first time; from then on a lost connection is made again for as long as it
    /// takes.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="options">Waits and bounds.</param>
    /// <param name="clock">The clock by which values expire; its timers must run in real time.</param>
    /// <param name="random">Spreads the waits between attempts; used by the loop alone.</param>
    /// <param name="changed">Called on the loop with a new <see cref="Problem"/>, or with null when it is over.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <exception cref="RedisException">It cannot be reached, or refuses.</exception>
    public static async Task<RedisHotCache> OpenAsync(
        RedisAddress address,
        RedisOptions options,
        TimeProvider clock,
        Random random,
        Action<string?> changed,
        CancellationToken cancel)
    {
        var first = await RedisConnection.OpenAsync(address, options.AnswerLimit, clock, cancel);
        return new RedisHotCache(address, options, clock, random, changed, first);
    }

    /// <inheritdoc/>
    public void Set(string key, ReadOnlyMemory<byte> value, long expiryMs)
    {
        _outbox.Set(key, value, expiryMs, NowMs);
        Wake();
    }

    /// <inheritdoc/>
    public void Delete(string key)
    {
        _outbox.Delete(key);
        Wake();
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancel)
    {
        if (_reads.Count >= MaxReads)
        {
            throw new HotCacheException($"{_address}: {MaxReads} reads wait already");
        }

        var read = new Read(key);
        _reads.Enqueue(read);
        Wake();
        if (!_isConnected)
        {
            FailReads();
        }

        return await read.Answer.Task.WaitAsync(cancel);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private async Task RunAsync(RedisConnection? connection)
    {
        using var beats = _clock.CreateTimer(
            _ =>
            {
                _isBeatDue = true;
                Wake();
            },
            null, _options.Beat, _options.Beat);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                connection ??= await RedisConnection.OpenAsync(_address, _options.AnswerLimit, _clock, _stop.Token);
                _isConnected = true;
                await ServeAsync(connection);
            }
            catch (OperationCanceledException)
            {
                // The end; reads that wait are told below.
            }
            catch (Exception e)
            {
                // Before it is told: who hears of it must not find it connected.
                _isConnected = false;
                var what = e is RedisException ? e.Message : $"{_address} failed: {e.Message}";
                Tell($"REDIS_DOWN {what}; markets go on without it, and it is tried again");
            }

            connection?.Dispose();
            connection = null;
            _isConnected = false;
            _batch.Clear();
            _asked.ForEach(Fail);
            _asked.Clear();
            FailReads();
            await PauseAsync();
        }
    }

    private async Task ServeAsync(RedisConnection connection)
    {
        var isWhole = true;
        _outbox.SendAll(NowMs);
        Wake();
        while (true)
        {
            await _wake.Reader.ReadAsync(_stop.Token);
            if (_isBeatDue)
            {
                _isBeatDue = false;
                await connection.BeatAsync(_stop.Token);
                _outbox.Forget(NowMs);
                if (_problem is not null)
                {
                    // What was refused is tried again, and only when all is taken the trouble is over.
                    isWhole = true;
                    _outbox.SendAll(NowMs);
                }
            }

            string? refusal = null;
            var isEmpty = false;
            while (!isEmpty)
            {
                // The reads first: what was set before one of them is then in this batch or still waits.
                while (_reads.TryDequeue(out var read))
                {
                    _asked.Add(read);
                }

                isEmpty = _outbox.Take(_batch, BatchBytes, NowMs);
                if (await ExchangeAsync(connection, isEmpty) is { } refused)
                {
                    refusal = refused;
                }
            }

            _tries = 0;
            if (refusal is not null)
            {
                Tell($"REDIS_REFUSES {_address}: {refusal}; markets go on without it");
            }
            else if (isWhole)
            {
                Tell(null);
            }

            isWhole = false;
        }
    }

    /// <summary>Sends the batch, and behind it the reads where nothing that was set before them still waits.</summary>
    /// <returns>A refusal of a write; null where all were taken.</returns>
    private async Task<string?> ExchangeAsync(RedisConnection connection, bool withReads)
    {
        foreach (var write in _batch)
        {
            if (write.Value is { } value)
            {
                connection.Commands.Set(write.Key, value.Span, write.ExpiryMs + connection.AheadMs);
            }
            else
            {
                connection.Commands.Command("DEL", write.Key);
            }
        }

        var reads = withReads ? _asked.Count : 0;
        for (var i = 0; i < reads; i++)
        {
            connection.Commands.Command("GET", _asked[i].Key);
        }

        if (_batch.Count + reads == 0)
        {
            return null;
        }

        var replies = await connection.ExchangeAsync(_batch.Count + reads, _stop.Token);
        string? refusal = null;
        for (var i = 0; i < _batch.Count; i++)
        {
            if (replies[i].Kind == RespKind.Error)
            {
                refusal = RedisConnection.Shown(replies[i].Bytes.Span);
                Interlocked.Increment(ref _refused);
            }
            else
            {
                Interlocked.Increment(ref _writes);
            }
        }

        for (var i = 0; i < reads; i++)
        {
            _asked[i].Take(replies[_batch.Count + i], connection);
        }

        if (refusal is null)
        {
            _outbox.Answered(_batch);
        }

        _batch.Clear();
        _asked.RemoveRange(0, reads);
        return refusal;
    }

    private async Task PauseAsync()
    {
        _outbox.Forget(NowMs);
        var most = Math.Min(_options.FirstWait.Ticks << Math.Min(_tries++, 20), _options.LongestWait.Ticks);
        var wait = new TimeSpan((most / 2) + _random.NextInt64((most / 2) + 1));
        try
        {
            await Task.Delay(wait, _clock, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private void Tell(string? problem)
    {
        if (problem != _problem)
        {
            _problem = problem;
            _changed(problem);
        }
    }

    private void FailReads()
    {
        while (_reads.TryDequeue(out var read))
        {
            Fail(read);
        }
    }

    private void Fail(Read read) => read.Fail(_problem ?? $"{_address}: closed");

    /// <summary>One read that somebody waits for.</summary>
    private sealed class Read(string key)
    {
        public string Key => key;

        public TaskCompletionSource<ReadOnlyMemory<byte>?> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Take(RespReply reply, RedisConnection connection)
        {
            switch (reply.Kind)
            {
                case RespKind.Bulk:
                    Answer.TrySetResult(reply.Bytes);
                    break;
                case RespKind.Null:
                    Answer.TrySetResult(null);
                    break;
                default:
                    Fail(connection.Refusal(reply).Message);
                    break;
            }
        }

        public void Fail(string why) => Answer.TrySetException(new HotCacheException(why));
    }
}
