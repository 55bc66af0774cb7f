using System.Globalization;
using Strikeline.Exchange;
using Strikeline.Journal;

namespace Strikeline.Host.Market;

/// <summary>The database processor: writes what the exchange has done into the market's store.</summary>
/// <remarks>
/// The exchange hands batches in on its delivery thread and never waits. One loop writes them, many at a time, with the
/// candles that they change. Whatever is missing - after a start, a dropped batch, a store that was away - is read from
/// the journal beside its writer; what the journal does not hold any more becomes a hole that is counted and told. A
/// store of which a part is gone is made again from the journal, where that goes back to the first event.
/// </remarks>
internal sealed class MarketRecorder : IAsyncDisposable
{
    private const string KeepKey = "exchange.history_keep_mb";

    private readonly IMarketStore _store;
    private readonly IMarketHistory _history;
    private readonly MarketRecorderOptions _options;
    private readonly TimeProvider _clock;
    private readonly MarketInbox _inbox;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();

    // The loop's own.
    private CandleMaker _candles = new();
    private MarketBatch? _unsent;
    private bool _isBehind = true;
    private bool _isChecked;
    private bool _isRebuilt;
    private long _replayedAt;
    private TimeSpan _wait;

    private volatile Rebuild? _rebuild;
    private Task? _loop;
    private volatile bool _isClosing;
    private volatile string? _trouble;
    private volatile string? _loss;
    private volatile string? _damage;
    private volatile bool _isSound;
    private long _position;
    private long _batches;
    private long _trades;
    private long _replays;
    private long _failures;
    private long _lost;

    /// <summary>Makes a recorder; <see cref="Start"/> or <see cref="RunAsync"/> lets it work.</summary>
    /// <param name="store">The store, not yet opened; the caller closes it, behind the recorder.</param>
    /// <param name="history">The journal.</param>
    /// <param name="options">Waits and bounds.</param>
    /// <param name="clock">For the waits.</param>
    public MarketRecorder(
        IMarketStore store, IMarketHistory history, MarketRecorderOptions options, TimeProvider clock)
    {
        (_store, _history, _options, _clock) = (store, history, options, clock);
        _inbox = new MarketInbox(options.MostWaitingRows);
        _wait = options.FirstWait;
    }

    /// <summary>Something has gone wrong, or right again: then null. In one line, on the loop's thread.</summary>
    public event Action<string?>? Told;

    /// <summary>The last event that is stored; any thread.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Events that were handed in and are not stored yet; any thread.</summary>
    public long Lag => Math.Max(0, _inbox.Offered - Position);

    /// <summary>Why what happens is not being stored now, with a stable code; null where it is. Any thread.</summary>
    public string? Problem
    {
        get => _trouble;
        private set
        {
            var before = _trouble;
            _trouble = value;
            if (value?.Split(' ')[0] != before?.Split(' ')[0])
            {
                Told?.Invoke(value);
            }
        }
    }

    /// <summary>What the store misses for good, with a stable code; null where nothing. Any thread.</summary>
    public string? Loss => _loss;

    /// <summary>What is wrong in the store and cannot be made again, with a stable code; null where nothing. Any
    /// thread.</summary>
    public string? Damage => _damage;

    /// <summary>True once the store was as far as the journal and nothing in it contradicts itself. Any
    /// thread.</summary>
    public bool IsSound => _isSound;

    /// <summary>What was done so far; any thread.</summary>
    public MarketRecorderCounts Counts => new(
        Volatile.Read(ref _batches), Volatile.Read(ref _trades), _inbox.Dropped, Volatile.Read(ref _replays),
        Volatile.Read(ref _failures), Volatile.Read(ref _lost));

    /// <summary>Hands a batch in; the exchange's delivery thread alone. Never waits, never fails.</summary>
    /// <returns>False where too much waits: the batch is dropped, and read from the journal later.</returns>
    public bool Offer(MarketBatch batch) => _inbox.Offer(batch);

    /// <summary>Lets the loop work on the thread pool until the recorder is closed.</summary>
    public void Start() => _loop = Task.Run(() => RunAsync(CancellationToken.None));

    /// <summary>Forgets the whole store and makes it again from the journal; any thread. Ends when the store is as far
    /// as the journal was; failures of the store meanwhile only delay it.</summary>
    /// <param name="isLossAllowed">False refuses where the journal does not go back to the first event, and changes
    /// nothing: what it does not hold is in the store alone.</param>
    /// <param name="cancel">Stops the wait, not the rebuilding.</param>
    /// <exception cref="MarketHistoryException">Refused, as above.</exception>
    public Task RebuildAsync(bool isLossAllowed, CancellationToken cancel)
    {
        Rebuild rebuild;
        lock (_gate)
        {
            rebuild = _rebuild ??= new Rebuild(isLossAllowed);
        }

        _inbox.Wake();
        return rebuild.Done.Task.WaitAsync(cancel);
    }

    /// <summary>The loop: works until the recorder is closed, whatever fails.</summary>
    /// <param name="cancel">Ends it at once, wherever it is.</param>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _stop.Token);
        var stop = either.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(stop);
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // Also one that nobody has thought of: the exchange goes on, and the reason is told.
                Note(failure);
                if (_isClosing || !await PausesAsync(failure, stop))
                {
                    return;
                }
            }
        }
    }

    /// <summary>Writes what waits, within the limit, and ends. What is left is read from the journal at the next
    /// start.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosing = true;
        _inbox.Wake();
        if (_loop is not null)
        {
            using var limit = new CancellationTokenSource(_options.StopLimit, _clock);
            await using var cut = limit.Token.Register(_stop.Cancel);
            await _loop;
        }

        await _stop.CancelAsync();
        _rebuild?.Done.TrySetException(new MarketStoreException("the recorder was closed"));
        _stop.Dispose();
    }

    private void Note(Exception failure)
    {
        Interlocked.Increment(ref _failures);
        var code = failure switch
        {
            MarketStoreException => "MARKET_STORE_DOWN",
            MarketHistoryException => "MARKET_STORE_FOREIGN",
            JournalException => "MARKET_JOURNAL_UNREADABLE",
            _ => "MARKET_RECORDER_FAILED " + failure.GetType().Name,
        };
        Problem = $"{code} {failure.Message.ReplaceLineEndings(" ")}";
    }

    // False where the recorder is to end.
    private async Task<bool> PausesAsync(Exception failure, CancellationToken stop)
    {
        try
        {
            if (failure is MarketHistoryException)
            {
                // Nothing but a rebuilding helps, or that somebody empties it.
                while (_rebuild is null && !_isClosing && await IsAsItWasAsync(stop))
                {
                }

                return !_isClosing;
            }

            await Task.Delay(_wait, _clock, stop);
            _wait = TimeSpan.FromTicks(Math.Min(_options.LongestWait.Ticks, _wait.Ticks * 2));
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
        catch (MarketStoreException)
        {
            // It is told with the next attempt.
            return true;
        }
    }

    private async Task WorkAsync(CancellationToken stop)
    {
        await OpenAsync(stop);
        if (_unsent is { } unsent && unsent.LastSequence > Position)
        {
            _isBehind |= unsent.FirstSequence > Position + 1;
            if (!_isBehind)
            {
                await WriteAsync(unsent.Behind(Position), stop);
            }
        }

        _unsent = null;
        while (true)
        {
            if (_rebuild is { } rebuild)
            {
                await RebuildAsync(rebuild, stop);
            }

            // Before the queue: whatever was offered up to here is in it, or was dropped.
            var offered = _inbox.Offered;
            if (_isBehind)
            {
                await CatchUpAsync(stop);
            }
            else if (!_isChecked)
            {
                await CheckAsync(stop);
            }
            else if (await GatherAsync(stop) is { } group)
            {
                await WriteAsync(group, stop);
                if (group.Rows < _options.MostGroupRows && !_isClosing)
                {
                    // A little later there is more: one transaction for it, instead of one for each row.
                    await Task.Delay(_options.GatherFor, _clock, stop);
                }
            }
            else if (!_isBehind)
            {
                if (offered > Position)
                {
                    _isBehind = true;
                }
                else if (_isClosing)
                {
                    return;
                }
                else
                {
                    Problem = null;
                    await WaitAsync(stop);
                }
            }
        }
    }

    private async Task OpenAsync(CancellationToken stop)
    {
        var position = await _store.OpenAsync(stop);
        _isBehind |= position < Position;
        Volatile.Write(ref _position, position);
        var candles = new CandleMaker();
        foreach (var candle in await _store.NewestCandlesAsync(stop))
        {
            candles.Restore(candle);
        }

        _candles = candles;
        _isChecked = false;
        Tell(await _store.HolesAsync(stop));
    }

    // Behind the first replay, which shows whether the store is this journal's at all.
    private async Task CheckAsync(CancellationToken stop)
    {
        var damage = await _store.DamageAsync(stop);
        _isChecked = true;
        _damage = null;
        if (damage is null)
        {
            (_isSound, _isRebuilt) = (true, false);
        }
        else if (_history.IsWhole && !_isRebuilt)
        {
            _isRebuilt = true;
            Problem = $"MARKET_STORE_REBUILDING {damage}: it is made again from the journal";
            lock (_gate)
            {
                _rebuild ??= new Rebuild(isLossAllowed: false);
            }
        }
        else
        {
            var why = _isRebuilt ? "it was made again in vain" : "the journal does not go back to the first event";
            _damage = $"MARKET_STORE_DAMAGED {damage}, and {why}: `strikeline exchange rebuild-store --allow-loss` "
                + "makes again what the journal holds";
            _isSound = true;
            Told?.Invoke(_damage);
        }
    }

    // Nobody else has any business there; who has emptied the store, or put an older copy back, is found out.
    private async Task WaitAsync(CancellationToken stop)
    {
        var before = Position;
        if (!await IsAsItWasAsync(stop))
        {
            throw new MarketStoreException(string.Create(
                CultureInfo.InvariantCulture, $"somebody has moved the store away from event {before}"));
        }
    }

    // Until something may have happened here; or else, after a while, whether something has there.
    private async Task<bool> IsAsItWasAsync(CancellationToken stop)
    {
        using var look = new CancellationTokenSource(_options.LookEvery, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, look.Token);
        try
        {
            await _inbox.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return await _store.PositionAsync(stop) == Position;
        }
    }

    // The next batches that wait, as one; null where none waits, or where something is missing before the next one.
    private async Task<MarketBatch?> GatherAsync(CancellationToken stop)
    {
        var group = new MarketGroup(Position);
        while (group.Rows < _options.MostGroupRows && _inbox.Peek() is { } batch)
        {
            if (batch.LastSequence <= group.Position)
            {
                _inbox.Remove();
                continue;
            }

            if (batch.FirstSequence > group.Position + 1 || await HasForgottenAsync(batch, stop))
            {
                _isBehind = true;
                break;
            }

            group.Add(batch.Behind(group.Position));
            _inbox.Remove();
        }

        return group.Take();
    }

    // Where the exchange has started without the store, it does not know what open orders were before; the store does,
    // and what becomes of them is taken from the journal.
    private async Task<bool> HasForgottenAsync(MarketBatch batch, CancellationToken stop)
    {
        foreach (var order in batch.Orders.Where(order => order.CreatedNanos == 0))
        {
            if (await _store.OrderAsync(order.Id, stop) is { CreatedNanos: > 0 })
            {
                return true;
            }
        }

        return false;
    }

    private async Task WriteAsync(MarketBatch batch, CancellationToken stop)
    {
        _unsent = batch;
        foreach (var trade in batch.Trades)
        {
            _candles.Add(trade);
        }

        await _store.AppendAsync(batch, _candles.Take(), stop);
        _unsent = null;
        Volatile.Write(ref _position, batch.LastSequence);
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _trades, batch.Trades.Count);
        _wait = _options.FirstWait;
        Problem = null;
        if (batch.IsHole)
        {
            Tell(await _store.HolesAsync(stop));
        }

        while (_inbox.Peek() is { } waiting && waiting.LastSequence <= batch.LastSequence)
        {
            // Read from the journal in the meantime: makes room for newer ones.
            _inbox.Remove();
        }
    }

    private async Task CatchUpAsync(CancellationToken stop)
    {
        if (_replays > 0 && !_isClosing && _clock.GetElapsedTime(_replayedAt) is var since
            && since < _options.ReplayGap)
        {
            await Task.Delay(_options.ReplayGap - since, _clock, stop);
        }

        Interlocked.Increment(ref _replays);
        var open = await _store.OpenOrdersAsync(stop);
        await foreach (var batch in _history.ReadAsync(Position, open, stop))
        {
            await WriteAsync(batch, stop);
        }

        _replayedAt = _clock.GetTimestamp();
        _isBehind = false;
    }

    private async Task RebuildAsync(Rebuild rebuild, CancellationToken stop)
    {
        if (!rebuild.IsCleared)
        {
            if (!rebuild.IsLossAllowed && !_history.IsWhole)
            {
                _rebuild = null;
                rebuild.Done.TrySetException(new MarketHistoryException(
                    "the journal does not go back to the first event any more: what it does not hold would be lost"));
                return;
            }

            await _store.ClearAsync(stop);
            rebuild.IsCleared = true;
            await OpenAsync(stop);
        }

        await CatchUpAsync(stop);
        _rebuild = null;
        rebuild.Done.TrySetResult();
    }

    private void Tell(IReadOnlyList<MarketHole> holes)
    {
        var lost = holes.Sum(hole => hole.LastSequence - hole.FirstSequence + 1);
        Volatile.Write(ref _lost, lost);
        var before = _loss;
        _loss = holes.Count == 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"MARKET_STORE_HOLE {lost} events are missing from the market's store in {holes.Count} places, the last "
            + $"{holes[^1].FirstSequence} to {holes[^1].LastSequence}: the journal did not go back so far any more; "
            + $"see {KeepKey}");
        if (_loss is not null && _loss != before)
        {
            Told?.Invoke(_loss);
        }
    }

    private sealed class Rebuild(bool isLossAllowed)
    {
        public bool IsLossAllowed { get; } = isLossAllowed;

        public bool IsCleared { get; set; }

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
