namespace Strikeline.Trading;

/// <summary>Brings entries into the store, in the background: trading never waits for it.</summary>
/// <remarks>
/// <see cref="Add"/> on any thread. Of an entry only the newest finality waits. A store that fails is opened again
/// after
/// a pause; meanwhile up to <see cref="MostWaiting"/> entries wait, and what goes beyond is told by
/// <see cref="Dropped"/>: it is in the journal, and comes again with the next start that reads it there.
/// </remarks>
/// <param name="store">The store.</param>
/// <param name="clock">The clock.</param>
public sealed class PortfolioRecorder(IPortfolioStore store, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Most entries that wait.</summary>
    public const int MostWaiting = 100_000;

    private const int MostAtOnce = 1_000;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, PortfolioEntry> _waiting = new(StringComparer.Ordinal);
    private Task _loop = Task.CompletedTask;
    private long _dropped;

    /// <summary>Why nothing is stored, in one line; null while the store works.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Entries that found no room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Entries that are not stored yet.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Takes an entry.</summary>
    public void Add(PortfolioEntry entry)
    {
        lock (_gate)
        {
            if (_waiting.Count < MostWaiting || _waiting.ContainsKey(entry.Id))
            {
                _waiting[entry.Id] = entry;
            }
            else
            {
                Interlocked.Increment(ref _dropped);
            }
        }
    }

    /// <summary>Starts storing.</summary>
    public void Start() => _loop = RunAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _loop;
        }
        catch (OperationCanceledException)
        {
        }

        if (Waiting > 0 && Trouble is null)
        {
            try
            {
                await StoreAsync(CancellationToken.None);
            }
            catch (PortfolioStoreException failure)
            {
                Trouble = failure.Message;
            }
        }

        _end.Dispose();
    }

    private async Task RunAsync()
    {
        var isOpen = false;
        while (true)
        {
            try
            {
                if (!isOpen)
                {
                    await store.OpenAsync(_end.Token);
                    isOpen = true;
                }

                await StoreAsync(_end.Token);
                Trouble = null;
            }
            catch (PortfolioStoreException failure)
            {
                (Trouble, isOpen) = (failure.Message, false);
            }

            await Task.Delay(isOpen ? Every : AfterFailure, clock, _end.Token);
        }
    }

    private async Task StoreAsync(CancellationToken cancel)
    {
        while (true)
        {
            List<PortfolioEntry> batch;
            lock (_gate)
            {
                batch = [.. _waiting.Values.Take(MostAtOnce)];
            }

            if (batch.Count == 0)
            {
                return;
            }

            await store.StoreAsync(batch, cancel);
            lock (_gate)
            {
                foreach (var entry in batch)
                {
                    if (_waiting.TryGetValue(entry.Id, out var now) && now == entry)
                    {
                        _waiting.Remove(entry.Id);
                    }
                }
            }
        }
    }
}
