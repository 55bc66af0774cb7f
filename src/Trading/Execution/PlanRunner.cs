namespace Strikeline.Trading;

/// <summary>Carries a plan out, step by step, until nothing of it is open: entries, questions, hedges, exits,
/// merges.</summary>
/// <remarks>
/// Any thread, one loop for each plan. A step follows from the plan's orders, the books and the stop, so that a plan
/// that a kill has left is gone on with like any other. Orders of several legs, and questions about others, go out at
/// once; between two rounds there is never more than a request's limit.
/// </remarks>
public sealed class PlanRunner
{
    // After so many the books are looked at anew.
    private const int MostTriesAtTheRate = 5;

    // Instead of a pause: the purchase of a counterpart was refused.
    private static readonly TimeSpan s_refused = TimeSpan.MinValue;

    private readonly IntentJournal _journal;
    private readonly RiskCheck _risk;
    private readonly OrderDesk _orders;
    private readonly ExecutionSettings _settings;
    private readonly TimeProvider _clock;
    private readonly PlanJudge _judge;

    // Plans with a loop; under the journal's gate.
    private readonly HashSet<long> _looping = [];

    /// <summary>Makes the runner of all plans.</summary>
    /// <param name="journal">The journal and the state.</param>
    /// <param name="risk">Allows orders.</param>
    /// <param name="orders">Sends them.</param>
    /// <param name="reader">Books and phases of the moment.</param>
    /// <param name="stop">The emergency stop.</param>
    /// <param name="settings">How plans are carried out.</param>
    /// <param name="clock">The clock.</param>
    public PlanRunner(
        IntentJournal journal, RiskCheck risk, OrderDesk orders, IMarketReader reader, EmergencyStop stop,
        ExecutionSettings settings, TimeProvider clock)
    {
        (_journal, _risk, _orders, _settings, _clock) = (journal, risk, orders, settings, clock);
        _judge = new PlanJudge(reader, stop, settings);
    }

    /// <summary>Carries out an approved plan; ends when it is held, closed or cancelled.</summary>
    /// <param name="approved">The plan.</param>
    /// <param name="entered">Told once no further leg is entered.</param>
    /// <param name="cancel">Ends it where it is.</param>
    public Task RunAsync(Approved<TradePlan> approved, Action entered, CancellationToken cancel) =>
        GoOnAsync(approved.Value.Id, entered, cancel);

    /// <summary>Goes on with every plan that an earlier run left open.</summary>
    public IReadOnlyList<Task> Resume(CancellationToken cancel)
    {
        List<long> open;
        lock (_journal.Gate)
        {
            open = [.. _journal.State.Plans.Where(plan => plan.Phase != PlanPhase.Held || !plan.IsFinal)
                .Select(plan => plan.Plan.Id)];

            // The prices that it was begun for are gone: nothing more is entered.
            foreach (var id in open.Where(id => _journal.State.Plan(id)!.Phase == PlanPhase.Entering))
            {
                _journal.Write(new PlanMoved(_journal.Now, id, PlanPhase.Unwinding, "RESTARTED"));
            }
        }

        return open.ConvertAll(id => GoOnAsync(id, null, cancel));
    }

    /// <summary>Sells everything that a plan holds, also one that waits for its market to resolve.</summary>
    /// <returns>The loop of a plan that had none any more; one that is over at once where its loop sees it by itself;
    /// nothing where there is no such plan.</returns>
    public IReadOnlyList<Task> Exit(long id, CancellationToken cancel)
    {
        lock (_journal.Gate)
        {
            if (_journal.State.Plan(id) is null)
            {
                return [];
            }

            _journal.Write(new PlanMoved(_journal.Now, id, PlanPhase.Exiting, "FORCE_EXIT"));
        }

        return [GoOnAsync(id, null, cancel)];
    }

    private async Task GoOnAsync(long id, Action? entered, CancellationToken cancel)
    {
        lock (_journal.Gate)
        {
            if (!_looping.Add(id))
            {
                return;
            }
        }

        try
        {
            await LoopAsync(id, entered, cancel);
        }
        catch
        {
            lock (_journal.Gate)
            {
                _looping.Remove(id);
            }

            throw;
        }
    }

    private async Task LoopAsync(long id, Action? entered, CancellationToken cancel)
    {
        var mayHedge = true;
        while (!cancel.IsCancellationRequested)
        {
            IReadOnlyList<PlanStep> steps;
            var isMoved = false;
            lock (_journal.Gate)
            {
                if (_journal.State.Plan(id) is not { } plan || (plan.Phase == PlanPhase.Held && plan.IsFinal))
                {
                    _looping.Remove(id);
                    return;
                }

                steps = _judge.Next(plan, _journal.Now, mayHedge);
                isMoved = steps is [{ Act: PlanAct.Move } move]
                    && _journal.Write(new PlanMoved(_journal.Now, id, move.Phase, move.Reason)) > 0;
            }

            if (isMoved)
            {
                // The first move ends the entering, whatever it leads to.
                entered?.Invoke();
                entered = null;
                continue;
            }

            var began = _clock.GetTimestamp();
            var pauses = await Task.WhenAll(steps.Select(step => DoAsync(step, cancel)));
            mayHedge = !pauses.Contains(s_refused);
            if (mayHedge && !pauses.Contains(null))
            {
                var pause = steps.Min(step => step.Limit) is { } limit && limit < pauses.Max() ? limit : pauses.Max();
                if (pause - _clock.GetElapsedTime(began) is { } rest && rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, _clock, cancel);
                }
            }
        }
    }

    // How long to wait from its beginning to the next round; null where there is something to do at once.
    private async Task<TimeSpan?> DoAsync(PlanStep step, CancellationToken cancel)
    {
        switch (step.Act)
        {
            case PlanAct.Send:
                return await SendAsync(step.Order!, cancel);
            case PlanAct.Cancel:
                await Task.WhenAll(
                    _orders.CancelAsync(step.Order!, cancel), _orders.QueryAsync(step.Order!, cancel));
                return Is(step.Order!, order => order.IsResolved) ? null : _settings.RetryPause;
            case PlanAct.Ask:
                return await AskAsync(step.Order!, step.Limit, cancel);
            case PlanAct.Net:
                return Net(step.Order!) ? null : _settings.RetryPause;
            default:
                return _settings.RetryPause;
        }
    }

    private async Task<TimeSpan?> AskAsync(OrderIntent intent, TimeSpan? limit, CancellationToken cancel)
    {
        var wasOpen = Is(intent, order => !order.IsResolved);
        await _orders.QueryAsync(intent, cancel, limit);
        return wasOpen
            ? Is(intent, order => order.IsResolved) ? null : _settings.RetryPause
            : Is(intent, order => order.IsFinal) ? TimeSpan.Zero : _settings.ConfirmPause;
    }

    private async Task<TimeSpan?> SendAsync(OrderIntent intent, CancellationToken cancel)
    {
        Approved<OrderIntent>? approved;
        string refusal;
        ulong sequence;
        for (var tries = 1; !_risk.TryApprove(intent, out approved, out refusal, out sequence)
            && refusal == RiskCodes.OrderRate && tries < MostTriesAtTheRate && IsStillWanted(intent); tries++)
        {
            // The other steps of the round may take long; this one must not wait for them.
            await Task.Delay(_settings.RatePause, _clock, cancel);
        }

        if (approved is not null)
        {
            await _orders.SendAsync(approved, sequence, cancel);
            return intent.Purpose == OrderPurpose.Entry
                || Is(approved.Value, order => order.FilledMicro > 0 || order.Phase == OrderPhase.Unknown)
                ? null
                : _settings.RetryPause;
        }

        if (intent.Purpose is OrderPurpose.Entry or OrderPurpose.Split && refusal != RiskCodes.Journal)
        {
            lock (_journal.Gate)
            {
                // Nothing more is begun; what is there already is made equal, or sold where somebody has said so.
                return _journal.State.Plan(intent.PlanId)?.Phase != PlanPhase.Entering
                    || _journal.Write(new PlanMoved(_journal.Now, intent.PlanId, PlanPhase.Unwinding, refusal)) > 0
                    ? null
                    : _settings.RetryPause;
            }
        }

        // A counterpart that may not be bought any more is not waited for; too many orders are over in a moment.
        return refusal == RiskCodes.OrderRate ? _settings.RatePause
            : intent.Purpose == OrderPurpose.Hedge ? s_refused
            : _settings.RetryPause;
    }

    // What is begun is not begun later; and a sale may have found its counterpart meanwhile.
    private bool IsStillWanted(OrderIntent intent)
    {
        lock (_journal.Gate)
        {
            return intent.Purpose is not (OrderPurpose.Entry or OrderPurpose.Split)
                && _journal.State.Plan(intent.PlanId) is { } plan
                && (intent.Purpose != OrderPurpose.Exit || plan.Phase == PlanPhase.Exiting
                    || plan.Excess(intent.Leg) >= intent.SizeMicro);
        }
    }

    private bool Net(OrderIntent intent)
    {
        if (!_risk.TryApprove(intent, out var approved, out _, out _))
        {
            return false;
        }

        lock (_journal.Gate)
        {
            return _journal.Write(new OrderTold(
                _journal.Now, intent.PlanId, approved!.Value.Number, OrderPhase.Done, "", 0, "NETTED", "")) > 0;
        }
    }

    private bool Is(OrderIntent intent, Func<TrackedOrder, bool> holds)
    {
        lock (_journal.Gate)
        {
            return _journal.State.Plan(intent.PlanId) is not { } plan || intent.Number > plan.Orders.Count
                || intent.Number < 1 || holds(plan.Orders[intent.Number - 1]);
        }
    }
}
