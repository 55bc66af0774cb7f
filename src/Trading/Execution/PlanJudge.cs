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

    /// <summary>The next steps, which are taken at once: orders of different legs, and questions beside
    /// them.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="nowNanos">Now, nanoseconds since the Unix epoch.</param>
    /// <param name="mayHedge">False where a purchase was just refused: then what is there is sold.</param>
    public IReadOnlyList<PlanStep> Next(PlanState plan, long nowNanos, bool mayHedge)
    {
        if (plan.Phase == PlanPhase.Entering)
        {
            return [NextEntry(plan, nowNanos)];
        }

        List<PlanStep> questions =
            [.. plan.Orders.Where(order => !order.IsResolved).Select(order => NextOfOpen(plan, order))];
        if (Patience(plan, nowNanos) is { } limit)
        {
            return questions.ConvertAll(question => question with { Limit = limit });
        }

        var way = FindWay(plan, nowNanos, mayHedge && stop.MayIncrease);
        if (way.Steps.Count > 0)
        {
            // Where nothing can be sent now, what is not final can still change.
            return plan.Phase == PlanPhase.Settling
                ? [PlanStep.To(PlanPhase.Unwinding, questions.Count > 0 ? "RESOLVING" : "FILL_FAILED")]
                : way.IsOpen ? [.. way.Steps.Where(step => step.Act == PlanAct.Send), .. questions, .. Beside(plan)]
                : plan.IsFinal ? way.Steps
                : questions.Count > 0 ? questions
                : Confirm(plan);
        }

        if (questions.Count > 0)
        {
            return questions;
        }

        return plan.Phase == PlanPhase.Unwinding ? [PlanStep.To(PlanPhase.Settling, "EQUAL")]
            : plan.IsFinal ? [NextSettled(plan)]
            : Confirm(plan);
    }

    // The sale of whole sets may wait for its place among a second's orders, and a fill be undone meanwhile.
    private static IEnumerable<PlanStep> Beside(PlanState plan) => plan.Phase == PlanPhase.Exiting
        ? plan.Orders.Where(order => order.IsResolved && !order.IsFinal).Select(PlanStep.Ask)
        : [];

    private static List<PlanStep> Confirm(PlanState plan) =>
        [.. plan.Orders.Where(order => !order.IsFinal).Select(PlanStep.Ask)];

    private static bool Rests(TrackedOrder order) =>
        order.Phase == OrderPhase.Acknowledged && order.Intent.Life == OrderLife.GoodTillCancelled;

    // How long an order of unknown fate is still only asked about; null where there is none, or it was asked enough.
    private TimeSpan? Patience(PlanState plan, long nowNanos)
    {
        TimeSpan? least = null;
        foreach (var order in plan.Orders.Where(order => !order.IsResolved && !Rests(order)))
        {
            var left = settings.UnknownPatience - Age(order, nowNanos);
            least = left > TimeSpan.Zero && !(left > least) ? left : least;
        }

        return least;
    }

    private static TimeSpan Age(TrackedOrder order, long nowNanos) =>
        TimeSpan.FromTicks((nowNanos - order.MadeNanos) / 100);

    private PlanStep NextOfOpen(PlanState plan, TrackedOrder order)
    {
        if (Rests(order))
        {
            // It rests because nothing could be taken; where something can, that is quicker. And what it sells may
            // have become less meanwhile, where a fill was undone or came late.
            var leg = order.Intent.Leg;
            var most = plan.Phase == PlanPhase.Exiting ? plan.Held(leg) : plan.Excess(leg);
            if (PhaseOf(plan.Plan.Legs[leg].Market) != MarketPhase.PostOnly || order.OpenMicro > most)
            {
                return new PlanStep(PlanAct.Cancel, order.Intent);
            }
        }

        return PlanStep.Ask(order);
    }

    private PlanStep NextEntry(PlanState plan, long nowNanos)
    {
        if (plan.Orders.FirstOrDefault(order => !order.IsResolved) is { } open)
        {
            // A split that is on its way only takes longer than an order does.
            var isOnItsWay = open.Intent.IsConversion && open.Phase == OrderPhase.Acknowledged;
            return open.Phase == OrderPhase.Unknown || (!isOnItsWay && Age(open, nowNanos) >= settings.RequestLimit)
                ? PlanStep.To(PlanPhase.Unwinding, "RESOLVING")
                : PlanStep.Ask(open);
        }

        // Another leg is entered only where there is time to be patient with it: later, all that is missing is bought
        // at once, or what is there is sold.
        if (plan.Orders.FirstOrDefault(order => order.FilledMicro > 0 && !order.Intent.IsConversion) is { } first
            && Age(first, nowNanos) > ExecutionSettings.MostUnhedged - settings.UnknownPatience)
        {
            return PlanStep.To(PlanPhase.Unwinding, "SLOW");
        }

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

    private PlanStep NextSettled(PlanState plan)
    {
        var sets = plan.Sets();
        var market = plan.Plan.Legs[0].Market;
        if (sets > 0 && plan.Plan.IsPair && PhaseOf(market) is not (MarketPhase.Closed or MarketPhase.Resolved))
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

        return PlanStep.To(PlanPhase.Closed, plan.HasTraded ? "DONE" : PlanState.NoFill);
    }

    // What makes holdings equal, or sells everything; no steps where there is nothing to do, or what is left is too
    // small for the venues.
    private WayOut FindWay(PlanState plan, long nowNanos, bool mayBuy)
    {
        // Sets that the venue nets by itself are not there to be sold.
        var nets = plan.Plan.IsPair && plan.Plan.Legs[0].Market.Rules.Nets;
        if (plan.Phase == PlanPhase.Exiting && !nets)
        {
            var all = _exits.Sales(plan, plan.Held, nowNanos);
            if (all.Steps.Count > 0)
            {
                return all;
            }
        }

        var sales = _exits.Sales(plan, plan.Excess, nowNanos);
        return mayBuy && plan.Phase != PlanPhase.Exiting && plan.Plan.Kind != SignalKind.SellSet && plan.IsResolved
            && Enumerable.Range(0, plan.Plan.Legs.Length).Any(leg => plan.Excess(leg) > 0)
            && _exits.Purchases(plan, nowNanos) is { IsOpen: true } purchases
            && (!sales.IsOpen || (purchases.WorthMicros ?? long.MinValue) >= (sales.WorthMicros ?? long.MinValue))
            ? purchases
            : sales;
    }

    private MarketPhase PhaseOf(OutcomeMarket market) =>
        (reader.Market(market.Venue, market.MarketId) ?? market).Phase;

    private static PlanStep Send(
        PlanState plan, OrderPurpose purpose, int leg, Side side, long limit, long size) => ExitFinder.Send(
        plan, purpose, leg, side, limit, size, OrderLife.FillAndKill, false);
}
