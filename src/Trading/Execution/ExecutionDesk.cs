using System.Collections.Concurrent;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>Takes signals: ready, not stopped, allowed, planned, carried out; or refused with the reason.</summary>
/// <remarks>
/// Signals come on the strategy loop, which it leaves after the approval; everything behind that runs by itself. Other
/// members on any thread.
/// </remarks>
public sealed class ExecutionDesk : ISignalSink, IAsyncDisposable
{
    private readonly IntentJournal _journal;
    private readonly EmergencyStop _stop;
    private readonly RiskCheck _risk;
    private readonly OrderDesk _orders;
    private readonly PlanRunner _runner;
    private readonly Readiness _readiness;
    private readonly ExecutionSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ExecutionMeter _meter;
    private readonly Action<Opportunity> _told;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly ConcurrentDictionary<long, TradeSignal> _signals = new();

    /// <summary>Wires the desk. Nothing is traded before <see cref="Start"/>.</summary>
    /// <param name="journal">The journal and the state.</param>
    /// <param name="stop">The emergency stop.</param>
    /// <param name="risk">The limits.</param>
    /// <param name="orders">Where orders go.</param>
    /// <param name="runner">Carries plans out.</param>
    /// <param name="readiness">The predicate; the desk adds reconciliation, limits, journal and stop to it.</param>
    /// <param name="settings">How plans are carried out.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="meter">The metrics.</param>
    /// <param name="told">Told of every signal and what became of it; must return at once.</param>
    public ExecutionDesk(
        IntentJournal journal, EmergencyStop stop, RiskCheck risk, OrderDesk orders, PlanRunner runner,
        Readiness readiness, ExecutionSettings settings, TimeProvider clock, ExecutionMeter meter,
        Action<Opportunity> told)
    {
        (_journal, _stop, _risk, _orders, _runner) = (journal, stop, risk, orders, runner);
        (_readiness, _settings, _clock, _meter, _told) = (readiness, settings, clock, meter, told);
        orders.Filled = Took;
        readiness.Add(stop)
            .Add(
                BlockerCodes.Journal, "trading", "Free some space or correct the disk, then start again.",
                () => journal.Failure)
            .Add(
                BlockerCodes.Reconciliation, "trading", "Wait until the venues have answered for earlier orders.",
                () => orders.Unreconciled is var open and > 0 ? $"{open} orders of an earlier run are open" : null)
            .Add(
                BlockerCodes.Limits, "risk",
                "Wait for the next UTC day, or raise the limit; losses in a row are forgotten by `strikeline resume`.",
                () => risk.UsedUp());
    }

    /// <summary>Begins: what an earlier run left open is asked about and gone on with.</summary>
    public void Start()
    {
        _orders.Begin();
        Keep(_orders.ReconcileAsync(_end.Token));
        foreach (var task in _runner.Resume(_end.Token))
        {
            Keep(task);
        }
    }

    /// <summary>Whether anything may be traded anywhere now.</summary>
    public bool IsReady => _readiness.IsReady;

    /// <summary>Why nothing is traded now, everywhere or on one venue.</summary>
    public IReadOnlyList<Blocker> Blockers() => _readiness.Blockers();

    /// <inheritdoc/>
    public void OnSignal(TradeSignal signal)
    {
        var blocker = _readiness.Blockers().FirstOrDefault(
            one => one.Venue is not { } venue || signal.Legs.Any(leg => leg.Token.Venue == venue));
        if (blocker is not null)
        {
            Refuse(signal, blocker.Code);
            return;
        }

        var missing = signal.Legs.FirstOrDefault(leg => !_orders.Serves(leg.Token.Venue));
        if (missing.Market is not null)
        {
            Refuse(signal, "NO_VENUE");
            return;
        }

        var plan = PlanMaker.Make(
            signal, _settings.HedgeSlackPpm, _risk.Limits.MaxPlanSpendMicros, _risk.Limits.MaxPlanLossMicros,
            out var refusal);
        if (plan is null || !_risk.TryOpen(plan, out var approved, out refusal, out _))
        {
            Refuse(signal, refusal);
            return;
        }

        _signals[approved!.Value.Id] = signal;
        Keep(RunAsync(approved, signal, _clock.UnixNanos()));
    }

    /// <inheritdoc/>
    public void OnRefused(TradeSignal signal, string reason) =>
        _told(new Opportunity(_clock.UnixNanos(), signal, false, reason));

    /// <summary>A market as its venue describes it now: one that is resolved pays.</summary>
    public void OnMarket(OutcomeMarket market)
    {
        if (market.Phase != MarketPhase.Resolved || market.YesPaysPpm is not { } pays)
        {
            return;
        }

        lock (_journal.Gate)
        {
            var state = _journal.State;
            var isOurs = state.Portfolio.Of(market.Yes) is { SizeMicro: > 0 }
                || state.Portfolio.Of(market.No) is { SizeMicro: > 0 }
                || state.Plans.Any(plan => plan.Plan.LegOf(market.Yes) is var yes and >= 0 && plan.SettledPpm[yes] < 0)
                || state.Plans.Any(plan => plan.Plan.LegOf(market.No) is var no and >= 0 && plan.SettledPpm[no] < 0);
            if (isOurs)
            {
                _journal.Write(new MarketSettled(
                    _journal.Now, market.Venue, market.MarketId, market.Yes, market.No, pays));
            }
        }
    }

    /// <summary>Sells everything of all plans, or of one market's: <c>/api/force-exit</c>.</summary>
    /// <returns>How many plans it is done for.</returns>
    public int ForceExit(string? marketId = null)
    {
        List<long> plans;
        lock (_journal.Gate)
        {
            plans = [.. _journal.State.Plans.Where(plan =>
                    marketId is null || plan.Plan.Legs.Any(leg => leg.Market.MarketId == marketId))
                .Select(plan => plan.Plan.Id)];
        }

        foreach (var id in plans)
        {
            foreach (var task in _runner.Exit(id, _end.Token))
            {
                Keep(task);
            }
        }

        return plans.Count;
    }

    /// <summary>Takes back every order that rests: with a stop, what SIGUSR1 does.</summary>
    public Task CancelAllAsync()
    {
        List<OrderIntent> resting;
        lock (_journal.Gate)
        {
            resting = [.. _journal.State.Plans.SelectMany(plan => plan.Orders)
                .Where(order => order.Phase == OrderPhase.Acknowledged).Select(order => order.Intent)];
        }

        return Task.WhenAll(resting.Select(intent => _orders.CancelAsync(intent, _end.Token)));
    }

    /// <summary>Positions, profit and limits at this moment.</summary>
    public PortfolioSnapshot Portfolio(IMarketReader reader)
    {
        lock (_journal.Gate)
        {
            var now = _journal.Now;
            var state = _journal.State;
            var markets = state.Portfolio.Markets(reader, new BookCopy(), now);
            return new PortfolioSnapshot(
                now, markets, state.Portfolio.Positions.Sum(one => one.RealisedMicros),
                markets.Sum(market => market.UnrealisedMicros),
                state.Portfolio.Positions.Sum(one => one.FeesMicros), state.DayNetMicros(now), state.DayTrades(now),
                state.DayNotionalMicros(now), state.LossesInARow, state.AtStakeMicros,
                state.ExposureMicros(), state.MostMarketExposureMicros, state.Plans.Count,
                state.Plans.Sum(plan => plan.Orders.Count(order => order.Phase == OrderPhase.Unknown)));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await Task.WhenAll(_running.Keys);
        }
        catch (OperationCanceledException)
        {
            // Plans end where they are: the journal knows where.
        }

        _end.Dispose();
    }

    private async Task RunAsync(Approved<TradePlan> plan, TradeSignal signal, long seenNanos)
    {
        await _runner.RunAsync(plan, () => Tell(plan.Value.Id, signal, seenNanos), _end.Token);
        _signals.TryRemove(plan.Value.Id, out _);
        Tell(plan.Value.Id, signal, seenNanos);
        _journal.SnapshotWhereDue();
    }

    // First when its legs are entered, and again when it is over.
    private void Tell(long id, TradeSignal signal, long seenNanos)
    {
        string reason;
        bool isTaken;
        lock (_journal.Gate)
        {
            var state = _journal.State;
            var result = state.Recent.FirstOrDefault(one => one.Id == id);
            reason = state.Plan(id)?.Reason ?? result?.Reason ?? "";
            isTaken = state.Plan(id)?.HasTraded ?? reason != PlanState.NoFill;
        }

        _told(new Opportunity(seenNanos, signal, isTaken, reason));
    }

    private void Refuse(TradeSignal signal, string reason)
    {
        _meter.Rejected(signal.Strategy, _settings.Executor);
        _told(new Opportunity(_clock.UnixNanos(), signal, false, reason));
    }

    private void Took(TradePlan plan, OrderIntent intent)
    {
        if (intent.Purpose == OrderPurpose.Entry && _signals.TryGetValue(plan.Id, out var signal))
        {
            _meter.Took(
                plan.Strategy,
                signal.GeneratedStamp == 0 ? null : _clock.GetElapsedTime(signal.GeneratedStamp),
                signal.ReceivedStamp == 0 ? null : _clock.GetElapsedTime(signal.ReceivedStamp));
        }
    }

    private void Keep(Task task)
    {
        if (task.IsCompletedSuccessfully)
        {
            return;
        }

        _running[task] = true;
        _ = ForgetAsync(task);
    }

    private async Task ForgetAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception failure)
        {
            // A plan whose loop has broken is not looked after: nothing new beside it.
            _stop.Set(
                StopScope.NewExposure, "execution",
                $"a plan's loop broke: {failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}");
        }
        finally
        {
            _running.TryRemove(task, out _);
        }
    }
}
