using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>Says what a plan needs next, from its orders, the books and the stop alone: the same after a kill as
/// before.</summary>
/// <remarks>Under the journal's gate; one book is reused.</remarks>
/// <param name="reader">Books and phases of the moment.</param>
/// <param name="stop">The emergency stop.</param>
/// <param name="settings">How plans are carried out.</param>
internal sealed class PlanJudge(IMarketReader reader, EmergencyStop stop, ExecutionSettings settings)
{
    private readonly ExitFinder _exits = new(reader, settings);
    private bool _mayHedge;

    /// <summary>The next step.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="nowNanos">Now, nanoseconds since the Unix epoch.</param>
    /// <param name="mayHedge">False where a purchase was just refused: then what is there is sold.</param>
    public PlanStep Next(PlanState plan, long nowNanos, bool mayHedge)
    {
        _mayHedge = mayHedge && stop.MayIncrease;
        foreach (var order in plan.Orders)
        {
            if (!order.IsResolved)
            {
                return NextOfOpen(plan, order, nowNanos);
            }
        }

        return plan.Phase switch
        {
            PlanPhase.Entering => NextEntry(plan),
            PlanPhase.Exiting => NextExit(plan, nowNanos),
            _ => NextBalance(plan, nowNanos),
        };
    }

    private PlanStep NextOfOpen(PlanState plan, TrackedOrder order, long nowNanos)
    {
        // An entry whose fate is open is an unwind under way: first of all it must be known.
        if (plan.Phase == PlanPhase.Entering
            && (order.Phase == OrderPhase.Unknown || nowNanos - order.MadeNanos >= settings.RequestLimit.Ticks * 100))
        {
            return PlanStep.To(PlanPhase.Unwinding, "RESOLVING");
        }

        // So is a merge, where something is held that has no counterpart.
        if (plan.Phase == PlanPhase.Settling && order.Phase == OrderPhase.Unknown
            && Enumerable.Range(0, plan.Plan.Legs.Length).Any(leg => plan.Excess(leg) > 0))
        {
            return PlanStep.To(PlanPhase.Unwinding, "RESOLVING");
        }

        if (order.Phase == OrderPhase.Acknowledged && order.Intent.Life == OrderLife.GoodTillCancelled)
        {
            // It rests because nothing could be taken; where something can, that is quicker. And what it sells may have
            // become less meanwhile, where a fill was undone.
            var leg = order.Intent.Leg;
            var most = plan.Phase == PlanPhase.Exiting ? plan.Held(leg) : plan.Excess(leg);
            if (PhaseOf(plan.Plan.Legs[leg].Market) != MarketPhase.PostOnly || order.OpenMicro > most)
            {
                return new PlanStep(PlanAct.Cancel, order.Intent);
            }
        }

        return PlanStep.Ask(order);
    }

    private PlanStep NextEntry(PlanState plan)
    {
        var terms = plan.Plan;
        if (terms.Kind == SignalKind.SellSet && plan.Orders.Count == 0)
        {
            return Send(plan, OrderPurpose.Split, 0, Side.Buy, terms.PayoutPpm, terms.SizeMicro);
        }

        var got = terms.Kind == SignalKind.SellSet ? plan.Orders[0].FilledMicro : terms.SizeMicro;
        for (var leg = 0; leg < terms.Legs.Length; leg++)
        {
            var entry = plan.Orders.FirstOrDefault(
                order => order.Intent.Purpose == OrderPurpose.Entry && order.Intent.Leg == leg);
            if (entry is not null)
            {
                got = Math.Min(got, entry.FilledMicro);
                continue;
            }

            var one = terms.Legs[leg];
            var size = OrderSizes.Largest(one.Market.Rules, one.Side, one.LimitPpm, got);
            return size == 0
                ? PlanStep.To(PlanPhase.Unwinding, leg == 0 ? "NOTHING_TO_SELL" : "LEG_MISSED")
                : Send(plan, OrderPurpose.Entry, leg, one.Side, one.LimitPpm, size);
        }

        return PlanStep.To(PlanPhase.Unwinding, "ENTERED");
    }

    private PlanStep NextExit(PlanState plan, long nowNanos)
    {
        for (var leg = 0; leg < plan.Plan.Legs.Length; leg++)
        {
            if (plan.Held(leg) > 0 && _exits.Sale(plan, leg, plan.Held(leg), nowNanos) is { } exit)
            {
                return exit.Act == PlanAct.Send ? exit : PlanStep.Wait(exit.Reason);
            }
        }

        return NextBalance(plan, nowNanos);
    }

    private PlanStep NextBalance(PlanState plan, long nowNanos)
    {
        if (Unequal(plan, nowNanos) is { } step)
        {
            // Where nothing can be sent now, what is not final can still change.
            return plan.Phase is PlanPhase.Settling ? PlanStep.To(PlanPhase.Unwinding, "FILL_FAILED")
                : step.Act == PlanAct.Wait && plan.Orders.FirstOrDefault(order => !order.IsFinal) is { } open
                ? PlanStep.Ask(open)
                : step;
        }

        if (plan.Phase == PlanPhase.Unwinding)
        {
            return PlanStep.To(PlanPhase.Settling, "EQUAL");
        }

        foreach (var order in plan.Orders)
        {
            if (!order.IsFinal)
            {
                return PlanStep.Ask(order);
            }
        }

        return NextSettled(plan);
    }

    private PlanStep NextSettled(PlanState plan)
    {
        var sets = plan.Sets();
        var market = plan.Plan.Legs[0].Market;
        var isPair = plan.Plan.Legs.All(leg => leg.Market.MarketId == market.MarketId);
        if (sets > 0 && isPair && PhaseOf(market) is not (MarketPhase.Closed or MarketPhase.Resolved))
        {
            if (market.Rules.MayMerge
                && plan.Orders.Count(order => order.Intent.Purpose == OrderPurpose.Merge) < settings.MostAttempts)
            {
                return stop.MayReduce
                    ? Send(plan, OrderPurpose.Merge, 0, Side.Sell, Micros.One, sets)
                    : PlanStep.Wait(RiskCodes.Stopped);
            }

            if (market.Rules.Nets)
            {
                return new PlanStep(
                    PlanAct.Net, Send(plan, OrderPurpose.Merge, 0, Side.Sell, Micros.One, sets).Order);
            }
        }

        for (var leg = 0; leg < plan.Plan.Legs.Length; leg++)
        {
            if (plan.Held(leg) != 0)
            {
                return PlanStep.To(PlanPhase.Held, sets > 0 ? "COMPLETE_SET" : "TOO_SMALL_TO_SELL");
            }
        }

        return PlanStep.To(PlanPhase.Closed, plan.Orders.Any(order => order.FilledMicro > 0) ? "DONE" : "NO_FILL");
    }

    // What makes holdings equal; null where they are, or where what is left is too small for the venue.
    private PlanStep? Unequal(PlanState plan, long nowNanos)
    {
        var most = 0;
        for (var leg = 1; leg < plan.Plan.Legs.Length; leg++)
        {
            most = plan.Held(leg) > plan.Held(most) ? leg : most;
        }

        if (plan.Excess(most) <= 0)
        {
            return null;
        }

        var sale = _exits.Sale(plan, most, plan.Excess(most), nowNanos);
        var hedge = _mayHedge && plan.Phase != PlanPhase.Exiting && plan.Plan.Kind != SignalKind.SellSet
            && plan.Orders.Count(order => order.Intent.Purpose == OrderPurpose.Hedge) < settings.MostAttempts
            ? _exits.Hedge(plan, most, nowNanos)
            : null;
        if (hedge is { Act: PlanAct.Send } && (sale is not { Act: PlanAct.Send } || _exits.IsHedgeBetter))
        {
            return hedge;
        }

        return sale ?? hedge;
    }

    private MarketPhase PhaseOf(OutcomeMarket market) =>
        (reader.Market(market.Venue, market.MarketId) ?? market).Phase;

    private static PlanStep Send(
        PlanState plan, OrderPurpose purpose, int leg, Side side, long limit, long size) => ExitFinder.Send(
        plan, purpose, leg, side, limit, size, OrderLife.FillAndKill, false);
}
