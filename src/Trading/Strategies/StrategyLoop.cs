using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>The thread that runs all strategies: takes what has changed, lets each strategy look, stamps what they
/// find.</summary>
/// <remarks>
/// A strategy that is slow makes others wait and sees newer states for it, never more of them. A strategy that throws
/// is a mistake of the program: the loop ends and says so, and no strategy signals any more.
/// </remarks>
public sealed class StrategyLoop : IDisposable
{
    private const int WaitMs = 100;

    /// <summary>How often the loop looks for work before it sleeps, unless it is told otherwise: some tenths of a
    /// millisecond, which is longer than the pause between two events of a busy venue and far shorter than one of a
    /// quiet one.</summary>
    public const int UsualSpins = 1_000;

    private readonly NotificationInbox _inbox;
    private readonly IMarketReader _markets;
    private readonly IReadOnlyList<IStrategy> _strategies;
    private readonly TimeProvider _clock;
    private readonly StampingSink _sink;
    private readonly Action<Exception> _failed;
    private readonly Thread _thread;
    private readonly int _spins;
    private long _evaluated;
    private volatile bool _stopped;

    /// <summary>Makes the loop; nothing runs yet.</summary>
    /// <param name="inbox">What has changed.</param>
    /// <param name="markets">The newest states.</param>
    /// <param name="strategies">Who looks.</param>
    /// <param name="sink">Takes signals and refusals, on this loop.</param>
    /// <param name="meter">Counts and measures signals.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="failed">Told once where a strategy has thrown; the loop has ended then.</param>
    /// <param name="spins">How often it looks for work before it sleeps; a sleeping thread takes some 50 µs to
    /// wake.</param>
    public StrategyLoop(
        NotificationInbox inbox,
        IMarketReader markets,
        IReadOnlyList<IStrategy> strategies,
        ISignalSink sink,
        StrategyMeter meter,
        TimeProvider clock,
        Action<Exception> failed,
        int spins = UsualSpins)
    {
        _spins = spins;
        (_inbox, _markets, _strategies, _clock, _failed) = (inbox, markets, strategies, clock, failed);
        _sink = new StampingSink(sink, meter, clock);
        _thread = new Thread(Run) { IsBackground = true, Name = "strategy loop" };
    }

    /// <summary>Tokens that strategies have looked at.</summary>
    public long Evaluated => Volatile.Read(ref _evaluated);

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Works off what is there and returns how many tokens it was: for a replay, or a test, without the
    /// thread.</summary>
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

    /// <summary>Ends the thread and waits for it.</summary>
    public void Dispose()
    {
        _stopped = true;
        _inbox.Wake();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        try
        {
            while (!_stopped)
            {
                _inbox.Wait(_spins, WaitMs);
                while (!_stopped && RunOnce(most: 256) > 0)
                {
                    // Until nothing is left, or the end.
                }
            }
        }
        catch (Exception e)
        {
            // A strategy that cannot be trusted must not go on with half of its state.
            _failed(e);
        }
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
