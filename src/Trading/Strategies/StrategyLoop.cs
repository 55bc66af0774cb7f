using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>Runs all strategies in one turn after another: takes what has changed, lets each strategy look, stamps
/// what they find.</summary>
/// <remarks>
/// <para>Whoever brings a change looks at it: a feed whose frame has changed a book takes the turn where it is free,
/// and hands over to nobody, because a sleeping thread takes longer to wake than all strategies take to look. It gives
/// up after a few tokens, or some tens of microseconds; the loop's own thread does what it leaves, and while that one
/// is at it, feeds only post (docs/adr/0010).</para>
/// <para>A strategy that is slow makes others wait and sees newer states for it, never more of them. A strategy that
/// throws is a mistake of the program: the loop ends and says so, and no strategy signals any more.</para>
/// </remarks>
public sealed class StrategyLoop : IDisposable
{
    private const int WaitMs = 100;
    private const int MostOfAFeed = 8;
    private const int MostOfATurn = 256;

    private static readonly TimeSpan s_patienceOfAFeed = TimeSpan.FromMicroseconds(50);

    private readonly NotificationInbox _inbox;
    private readonly IMarketReader _markets;
    private readonly IReadOnlyList<IStrategy> _strategies;
    private readonly TimeProvider _clock;
    private readonly StampingSink _sink;
    private readonly Action<Exception> _failed;
    private readonly Thread _thread;
    private long _evaluated;
    private int _turn;
    private volatile bool _stopped;
    private volatile bool _isOver;

    /// <summary>Makes the loop; nothing runs yet.</summary>
    /// <param name="inbox">What has changed.</param>
    /// <param name="markets">The newest states.</param>
    /// <param name="strategies">Who looks.</param>
    /// <param name="sink">Takes signals and refusals, in the loop's turn.</param>
    /// <param name="meter">Counts and measures signals.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="failed">Told once where a strategy has thrown, on the thread that had the turn; the loop has ended
    /// then.</param>
    public StrategyLoop(
        NotificationInbox inbox,
        IMarketReader markets,
        IReadOnlyList<IStrategy> strategies,
        ISignalSink sink,
        StrategyMeter meter,
        TimeProvider clock,
        Action<Exception> failed)
    {
        (_inbox, _markets, _strategies, _clock, _failed) = (inbox, markets, strategies, clock, failed);
        _sink = new StampingSink(sink, meter, clock);
        _thread = new Thread(Run) { IsBackground = true, Name = "strategy loop" };
    }

    /// <summary>Tokens that strategies have looked at.</summary>
    public long Evaluated => Volatile.Read(ref _evaluated);

    /// <summary>From now on what is posted is looked at, by whoever posts it or by the loop's thread.</summary>
    public void Start()
    {
        _inbox.TakeUp = LookFromAFeed;
        _thread.Start();
    }

    /// <summary>Works off what is there and returns how many tokens it was: for a replay, or a test, where the loop was
    /// not started.</summary>
    /// <param name="most">Tokens after which it returns.</param>
    public int RunOnce(int most = int.MaxValue)
    {
        var count = 0;
        TakeMarkets();
        while (count < most && _inbox.TryTake(out var notification))
        {
            // A market that came with the token must be known to the strategies before they see the token.
            TakeMarkets();
            var context = new StrategyContext(
                notification.Key, _markets, _sink, _clock.UnixNanos(), notification.ReceivedNanos,
                notification.ReceivedStamp);
            for (var i = 0; i < _strategies.Count; i++)
            {
                _strategies[i].Evaluate(context);
            }

            _evaluated++;
            count++;
        }

        return count;
    }

    /// <summary>Ends the loop and waits until no strategy looks any more.</summary>
    public void Dispose()
    {
        _inbox.TakeUp = null;
        _stopped = true;
        _inbox.Wake();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        // A feed may be in the middle of its turn; nobody gets it after this.
        SpinWait.SpinUntil(() => _isOver || Interlocked.Exchange(ref _turn, 1) == 0);
        _isOver = true;
    }

    private void Run()
    {
        while (!_stopped)
        {
            while (!_stopped && _inbox.Count > 0 && TryTurn(MostOfATurn))
            {
                // Until nothing is left, or a feed has the turn: that one looks again when it is done.
            }

            _inbox.Wait(WaitMs);
        }
    }

    // True where nothing is left for the loop's thread: whoever has the turn looks once more after giving it back.
    private bool LookFromAFeed()
    {
        var began = _clock.GetTimestamp();
        for (var i = 0; i < MostOfAFeed && _inbox.Count > 0; i++)
        {
            if (_stopped || !TryTurn(most: 1))
            {
                return true;
            }

            if (_clock.GetElapsedTime(began) > s_patienceOfAFeed)
            {
                break;
            }
        }

        return _inbox.Count == 0;
    }

    // Both exchanges are full fences: a post that came too late to be seen in this turn is seen in the look after it,
    // or its poster gets the turn.
    private bool TryTurn(int most)
    {
        if (Interlocked.Exchange(ref _turn, 1) != 0)
        {
            return false;
        }

        try
        {
            RunOnce(most);
        }
        catch (Exception e)
        {
            // A strategy that cannot be trusted must not go on with half of its state: the turn is not given back.
            (_stopped, _isOver) = (true, true);
            _failed(e);
            return false;
        }

        Interlocked.Exchange(ref _turn, 0);
        return true;
    }

    private void TakeMarkets()
    {
        while (_inbox.HasMarkets && _inbox.TryTakeMarket(out var change))
        {
            for (var i = 0; i < _strategies.Count; i++)
            {
                if (change.Market is { } market)
                {
                    _strategies[i].OnMarket(market);
                }
                else
                {
                    _strategies[i].OnGone(change.Venue, change.MarketId);
                }
            }
        }
    }

    private sealed class StampingSink(ISignalSink next, StrategyMeter meter, TimeProvider clock) : ISignalSink
    {
        public void OnSignal(TradeSignal signal)
        {
            var stamped = signal with { GeneratedStamp = clock.GetTimestamp() };
            next.OnSignal(stamped);
            meter.Count(stamped, stamped.ReceivedStamp == 0
                ? null
                : clock.GetElapsedTime(stamped.ReceivedStamp, stamped.GeneratedStamp));
        }

        public void OnRefused(TradeSignal signal, string reason) => next.OnRefused(signal, reason);
    }
}
