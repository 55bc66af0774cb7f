namespace Strikeline.Trading;

/// <summary>What a strategy loop has not looked at yet: each token and each market at most once.</summary>
/// <remarks>
/// Any thread posts, one thread takes. A token that changes again while it waits stays where it is, so that the inbox
/// is never larger than the number of tokens, however slow its reader is, and the reader finds the newest state. The
/// links are part of the states themselves: posting allocates nothing.
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
    private bool _asleep;
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

    /// <summary>Waits until something is there or the time is over: first awake for a little, because a sleeping thread
    /// takes far longer to wake than a strategy takes to run.</summary>
    /// <param name="spins">How often it looks before it sleeps.</param>
    /// <param name="timeoutMs">Milliseconds.</param>
    /// <returns>True where something is there.</returns>
    public bool Wait(int spins, int timeoutMs)
    {
        const int PausesOfALook = 20;
        for (var i = 0; i < spins; i++)
        {
            if (Count > 0)
            {
                return true;
            }

            Thread.SpinWait(PausesOfALook);
        }

        lock (_gate)
        {
            if (_count > 0)
            {
                return true;
            }

            _asleep = true;
        }

        _wake.WaitOne(timeoutMs);
        return Count > 0;
    }

    /// <summary>Wakes the reader, as for its end.</summary>
    public void Wake() => _wake.Set();

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    internal void Post(TokenState state, long receivedNanos, long receivedStamp)
    {
        bool wake;
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
            wake = Added();
        }

        WakeIf(wake);
    }

    internal void Post(MarketState state)
    {
        bool wake;
        lock (_gate)
        {
            if (state.IsWaiting)
            {
                return;
            }

            state.IsWaiting = true;
            _markets.Enqueue(state);
            _marketCount++;
            wake = Added();
        }

        WakeIf(wake);
    }

    private bool Added()
    {
        _count++;
        var asleep = _asleep;
        _asleep = false;
        return asleep;
    }

    private void WakeIf(bool asleep)
    {
        if (asleep)
        {
            _wake.Set();
        }
    }
}
