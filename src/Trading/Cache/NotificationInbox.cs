namespace Strikeline.Trading;

/// <summary>What a strategy loop has not looked at yet: each token and each market at most once.</summary>
/// <remarks>
/// Any thread posts, one thread at a time takes. A token that changes again while it waits stays where it is, so that
/// the inbox is never larger than the number of tokens, however slow its reader is, and the reader finds the newest
/// state. The links are part of the states themselves: posting allocates nothing.
/// </remarks>
public sealed class NotificationInbox : IDisposable
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Queue<MarketState> _markets = new();
    private TokenState? _first;
    private TokenState? _last;
    private int _count;
    private int _marketCount;
    private long _posted;
    private long _conflated;

    /// <summary>Tokens and markets that wait now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>True where a market was described or forgotten and not taken yet.</summary>
    public bool HasMarkets => Volatile.Read(ref _marketCount) > 0;

    /// <summary>Changes of tokens that were told.</summary>
    public long Posted => Volatile.Read(ref _posted);

    /// <summary>Of these, changes that found their token waiting already.</summary>
    public long Conflated => Volatile.Read(ref _conflated);

    /// <summary>The reader's look on a poster's thread, set while it runs: false where it leaves something to its own
    /// thread.</summary>
    internal Func<bool>? TakeUp { get; set; }

    /// <summary>Takes the next market that was described or forgotten; to be done before tokens are taken.</summary>
    public bool TryTakeMarket(out MarketChange change)
    {
        lock (_gate)
        {
            if (!_markets.TryDequeue(out var state))
            {
                change = default;
                return false;
            }

            _count--;
            _marketCount--;
            state.IsWaiting = false;
            change = new MarketChange(state.Venue, state.MarketId, state.Current);
            return true;
        }
    }

    /// <summary>Takes the token that has waited longest.</summary>
    public bool TryTake(out Notification notification)
    {
        lock (_gate)
        {
            if (_first is not { } state)
            {
                notification = default;
                return false;
            }

            _first = state.Next;
            _last = _first is null ? null : _last;
            _count--;
            state.Next = null;
            state.IsWaiting = false;
            notification = new Notification(state.Key, state.WaitingNanos, state.WaitingStamp);
            return true;
        }
    }

    /// <summary>Waits until a poster leaves something to the reader's own thread, or the time is over.</summary>
    /// <param name="timeoutMs">Milliseconds.</param>
    public void Wait(int timeoutMs) => _wake.WaitOne(timeoutMs);

    /// <summary>Wakes the reader, as for its end.</summary>
    public void Wake() => _wake.Set();

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    /// <summary>A token has changed. To be followed by <see cref="Offer"/>, once for all that changed
    /// together.</summary>
    internal void Post(TokenState state, long receivedNanos, long receivedStamp)
    {
        lock (_gate)
        {
            _posted++;
            if (state.IsWaiting)
            {
                _conflated++;
                return;
            }

            state.IsWaiting = true;
            state.WaitingNanos = receivedNanos;
            state.WaitingStamp = receivedStamp;
            if (_last is null)
            {
                _first = state;
            }
            else
            {
                _last.Next = state;
            }

            _last = state;
            _count++;
        }
    }

    /// <summary>A market was described or is gone. To be followed by <see cref="Offer"/>.</summary>
    internal void Post(MarketState state)
    {
        lock (_gate)
        {
            if (state.IsWaiting)
            {
                return;
            }

            state.IsWaiting = true;
            _markets.Enqueue(state);
            _marketCount++;
            _count++;
        }
    }

    /// <summary>Everything that changed together is posted: the reader may look at once, on this thread, and what it
    /// leaves is for its own.</summary>
    internal void Offer()
    {
        if (TakeUp is { } takeUp && !takeUp())
        {
            _wake.Set();
        }
    }
}
