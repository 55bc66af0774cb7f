using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>What is held against what the venues know.</summary>
internal sealed partial class PlanSimulation
{
    private void Sent(string clientId, VenueOrder? order)
    {
        var parts = clientId.Split('-');
        var id = long.Parse(parts[1]);
        Adopt();
        if (!_plans.TryGetValue(id, out var plan))
        {
            Violate($"an order of plan {id}, which is not open");
            return;
        }

        plan.LastRequestNanos = Now;
        if (order is null)
        {
            plan.AskedNanos[clientId] = Now;
            return;
        }

        var intent = _bot!.State.Order(clientId)!.Intent;
        CheckStop(plan, intent);
        if (intent.Purpose == OrderPurpose.Exit)
        {
            plan.ExitNanos[intent.Leg] = Now;
        }
        else if (intent.Purpose == OrderPurpose.Hedge)
        {
            plan.HedgeNanos = Now;
        }

        if (plan.Sent.Contains(clientId))
        {
            Violate($"{clientId} was sent twice");
        }

        plan.Sent.Add(clientId);
        _sentAt.Enqueue(Now);
        while (_sentAt.Peek() <= Now - Stamps.NanosPerSecond)
        {
            _sentAt.Dequeue();
        }

        if (_sentAt.Count > _limits.MaxOrdersPerSecond)
        {
            Violate($"{_sentAt.Count} orders in a second");
        }

        if (order.Side == Side.Buy)
        {
            var worth = Micros.WorthRoundedUp(order.LimitPpm, order.SizeMicro);
            plan.MostCost[clientId] = (worth + order.Market.Rules.Fee.MostTakerFeeMicros(500_000, order.SizeMicro, 2), Now);
            _dayNotional[Day] = _dayNotional.GetValueOrDefault(Day) + worth;
            CheckStakes(plan);
        }
    }

    private void Cancelled(string clientId)
    {
        if (_bot!.Stop.State is { IsStopped: true, Scope: StopScope.HaltAll })
        {
            Violate($"{clientId} is cancelled after the halt");
        }
    }

    private void CheckStop(SimulatedPlan plan, OrderIntent intent)
    {
        var stop = _bot!.Stop.State;
        if (stop is { IsStopped: true, Scope: StopScope.HaltAll })
        {
            Violate($"{intent.ClientId} is sent after the halt");
        }
        else if (stop.IsStopped && (intent.Increases || intent.Purpose == OrderPurpose.Entry))
        {
            Violate($"{intent.ClientId} is sent after the stop");
        }
        else if (plan.IsForced && intent.Increases)
        {
            Violate($"{intent.ClientId} buys after it was said to sell everything");
        }
    }

    private void CheckStakes(SimulatedPlan plan)
    {
        var all = _plans.Values.Sum(one => one.AtStake(Now));
        if (plan.AtStake(Now) > plan.Plan.SpendMicros || plan.AtStake(Now) > _limits.MaxMarketExposureMicros || all > _limits.MaxTotalExposureMicros
            || _dayNotional[Day] > _limits.MaxNotionalPerDayMicros)
        {
            Violate($"plan {plan.Plan.Id}: {plan.AtStake(Now)} of {plan.Plan.SpendMicros} at stake, {all} in all, {_dayNotional[Day]} today: {plan}");
        }
    }

    private void Follow()
    {
        Adopt();
        while (_closed.TryPeek(out var old) && old.DueNanos <= Now)
        {
            _closed.Dequeue();
            if (old.Plan.Net() != old.Net || old.Plan.Placed().Any(order => order.Fills.Exists(fill => fill.Finality == FillFinality.Pending)))
            {
                Violate($"plan {old.Plan.Plan.Id} changed after it was closed: {old.Net} became {old.Plan.Net()}");
            }

            foreach (var venue in _venues)
            {
                old.Plan.Sent.ForEach(id => venue.Orders.Remove(id));
                old.Plan.Markets.Where(market => market.Venue == venue.Venue).ToList().ForEach(venue.Forget);
            }

            old.Plan.Markets.ToList().ForEach(_books.Forget);
        }

        if (_bot is null || _bot.Life.IsDiskBroken)
        {
            return;
        }

        foreach (var plan in _plans.Values.ToList())
        {
            if (_bot.State.Plan(plan.Plan.Id) is not { } state)
            {
                Close(plan);
            }
            else if (plan.IsCruel && state.Phase != PlanPhase.Held && plan.PaysPpm is null)
            {
                Torment(plan, state);
            }
            else if (state.Phase == PlanPhase.Held && state.IsFinal && plan.PaysPpm is null)
            {
                if (_dice.Next(8) == 0)
                {
                    plan.Resolve();
                    plan.Markets.ToList().ForEach(market => _books.Set(plan.Resolved(market)));
                    Count("held");
                }
            }
            else if (plan.PaysPpm is not null)
            {
                // Not all at once.
                foreach (var market in plan.Markets.Where(_ => _dice.Next(3) == 0))
                {
                    _bot.Desk.OnMarket(plan.Resolved(market));
                }
            }
        }
    }

    private void Close(SimulatedPlan plan)
    {
        _plans.Remove(plan.Plan.Id);
        _progressNanos = Now;
        var result = _bot!.State.Recent.LastOrDefault(one => one.Id == plan.Plan.Id);
        var net = plan.Net();
        Count("closed");
        Ends[result?.Reason ?? "?"] = Ends.GetValueOrDefault(result?.Reason ?? "?") + 1;
        if (result?.NetMicros != net)
        {
            Violate($"plan {plan.Plan.Id} brought {net} and the program says {result?.NetMicros}");
        }

        if (net < -_plant.Bound(plan.Plan))
        {
            Violate($"plan {plan.Plan.Id} lost {-net}, declared were {_plant.Bound(plan.Plan)}: {plan}");
        }

        if (net < 0)
        {
            Count("losses");
        }

        if (plan.WasHalted)
        {
            Count("closed after a halt");
        }

        if (result is not null)
        {
            var day = result.ClosedNanos / (86_400 * Stamps.NanosPerSecond);
            _dayNet[day] = _dayNet.GetValueOrDefault(day) + net;
            if (_dayNet[day] < -_limits.MaxDailyLossMicros)
            {
                Violate($"a day lost {-_dayNet[day]}");
            }
        }

        _closed.Enqueue((Now + (80 * Stamps.NanosPerSecond), plan, net));
    }

    private void Check()
    {
        if (_bot is null || _bot.Life.IsDiskBroken)
        {
            foreach (var plan in _plans.Values)
            {
                UnhedgedWatch.Forget(plan);
            }

            return;
        }

        foreach (var plan in _plans.Values)
        {
            if (_bot.State.Plan(plan.Plan.Id)?.Orders.FirstOrDefault(order => order.FilledMicro > order.Intent.SizeMicro) is { } much)
            {
                Violate($"the program says that {much.Intent.ClientId} got more than was asked for");
            }

            if (_bot.State.Plan(plan.Plan.Id) is { } state && state.Phase != PlanPhase.Held && plan.PaysPpm is null)
            {
                _watch.Look(plan, state, Now, Math.Max(_startedNanos, _clearedAt), _bot.Stop.State is { IsStopped: true, Scope: StopScope.HaltAll });
            }
        }
    }
}
