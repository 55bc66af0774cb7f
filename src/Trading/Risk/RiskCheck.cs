using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>The one place that allows plans and orders, for all strategies together.</summary>
/// <remarks>
/// Any thread. What is allowed is in the journal before the caller has it: an approval is its own reservation, and
/// survives a kill. Whatever goes wrong inside a check sets the emergency stop and refuses.
/// </remarks>
/// <param name="journal">The journal and the state.</param>
/// <param name="stop">The emergency stop.</param>
/// <param name="limits">The limits; see <see cref="Limits"/>.</param>
public sealed class RiskCheck(IntentJournal journal, EmergencyStop stop, RiskLimits limits)
{
    private volatile RiskLimits _limits = limits;

    /// <summary>The limits of the next check.</summary>
    public RiskLimits Limits
    {
        get => _limits;
        set => _limits = value;
    }

    /// <summary>Called first in each check; a test throws here.</summary>
    internal Action? Before { get; set; }

    /// <summary>Why nothing new may be begun now because of a day's or a row's limit, in one line; null where it may.
    /// For <see cref="Readiness"/>.</summary>
    public string? UsedUp()
    {
        lock (journal.Gate)
        {
            return Begun(_limits, journal.Now);
        }
    }

    /// <summary>Allows a plan and writes it down, or says why not.</summary>
    /// <param name="plan">The plan, without a number.</param>
    /// <param name="approved">The plan with its number; null where it is refused.</param>
    /// <param name="refusal">Stable code; empty where it is allowed.</param>
    /// <param name="sequence">The journal's record.</param>
    public bool TryOpen(TradePlan plan, out Approved<TradePlan>? approved, out string refusal, out ulong sequence)
    {
        approved = null;
        sequence = 0;
        lock (journal.Gate)
        {
            var record = 0UL;
            TradePlan? numbered = null;
            refusal = Guarded(() =>
            {
                if (Judge(plan) is { } code)
                {
                    return code;
                }

                numbered = plan with { Id = journal.State.LastPlanId + 1 };
                record = journal.Write(new PlanOpened(journal.Now, numbered));
                return record == 0 ? RiskCodes.Journal : "";
            });
            sequence = record;
            approved = refusal.Length == 0 ? Approved<TradePlan>.Of(numbered!, Own.Seal) : null;
            return approved is not null;
        }
    }

    /// <summary>Allows an order of a plan and writes it down, or says why not.</summary>
    /// <param name="intent">The order, without number and id.</param>
    /// <param name="approved">The order with both; null where it is refused.</param>
    /// <param name="refusal">Stable code; empty where it is allowed.</param>
    /// <param name="sequence">The journal's record: nothing may be sent before it is durable.</param>
    public bool TryApprove(
        OrderIntent intent, out Approved<OrderIntent>? approved, out string refusal, out ulong sequence)
    {
        approved = null;
        sequence = 0;
        lock (journal.Gate)
        {
            var record = 0UL;
            OrderIntent? numbered = null;
            refusal = Guarded(() =>
            {
                if (Judge(intent) is { } code)
                {
                    return code;
                }

                var number = journal.State.Plan(intent.PlanId)!.Orders.Count + 1;
                numbered = intent with
                {
                    Number = number, ClientId = $"{journal.State.Prefix}-{intent.PlanId}-{number}",
                };
                record = journal.Write(new OrderMade(journal.Now, numbered));
                return record == 0 ? RiskCodes.Journal : "";
            });
            sequence = record;
            approved = refusal.Length == 0 ? Approved<OrderIntent>.Of(numbered!, Own.Seal) : null;
            return approved is not null;
        }
    }

    /// <summary>Lets plans be begun again after losses in a row: an explicit act.</summary>
    public bool ClearLosses()
    {
        lock (journal.Gate)
        {
            return journal.Write(new StreakCleared(journal.Now)) > 0;
        }
    }

    /// <summary>The same for an act that was done while nothing ran: only losses that are older than it are
    /// forgotten.</summary>
    /// <param name="atNanos">When it was done, nanoseconds since the Unix epoch.</param>
    public void ClearLossesBefore(long atNanos)
    {
        lock (journal.Gate)
        {
            if (journal.State.LossesInARow > 0 && journal.State.Recent.All(plan => plan.ClosedNanos < atNanos))
            {
                ClearLosses();
            }
        }
    }

    private string Guarded(Func<string> check)
    {
        try
        {
            Before?.Invoke();
            return check();
        }
        catch (Exception failure)
        {
            stop.Set(
                StopScope.NewExposure, "risk",
                $"a risk check failed: {failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}");
            return RiskCodes.Failed;
        }
    }

    private string? Judge(TradePlan plan)
    {
        var now = journal.Now;
        var state = journal.State;
        var most = _limits;
        if (!stop.MayIncrease)
        {
            return RiskCodes.Stopped;
        }

        if (Begun(most, now) is { } used)
        {
            return used;
        }

        if (plan.WorstLossMicros > most.MaxPlanLossMicros || plan.WorstLossMicros < 0)
        {
            return RiskCodes.PlanLoss;
        }

        if (plan.SpendMicros > most.MaxPlanSpendMicros)
        {
            return RiskCodes.PlanSpend;
        }

        // What open plans can lose counts as lost: the day's limit holds whatever becomes of them.
        if (Math.Max(0, -state.DayNetMicros(now)) + state.AtStakeMicros + plan.WorstLossMicros
            > most.MaxDailyLossMicros)
        {
            return RiskCodes.DayLoss;
        }

        // Hedges come on top of entries, and must never be refused for this.
        if (state.DayNotionalMicros(now) + PlansMaySpend(state) + plan.SpendMicros > most.MaxNotionalPerDayMicros)
        {
            return RiskCodes.DayNotional;
        }

        return MayBeAtRisk(plan, state, most) ? JudgeMarkets(plan, state, most) : RiskCodes.OrderRate;
    }

    // All that may have to be sold at once goes out within a second.
    private static bool MayBeAtRisk(TradePlan plan, TradeState state, RiskLimits most) =>
        state.Plans.Sum(open => open.LegsAtRisk()) + plan.Legs.Length <= most.MaxOrdersPerSecond;

    private static string? JudgeMarkets(TradePlan plan, TradeState state, RiskLimits most)
    {
        foreach (var (market, nets) in plan.Legs.Select(leg => (leg.Market.MarketId, leg.Market.Rules.Nets)).Distinct())
        {
            // Where the venue nets, one plan's shares would take another's away.
            if (state.Plans.Any(open => (nets || open.Phase != PlanPhase.Held)
                && open.Plan.Legs.Any(leg => leg.Market.MarketId == market)))
            {
                return state.Plans.Any(open => open.Orders.Any(order => order.Phase == OrderPhase.Unknown)
                    && open.Plan.Legs.Any(leg => leg.Market.MarketId == market))
                    ? RiskCodes.Frozen
                    : RiskCodes.PlanInMarket;
            }

            if (state.ExposureMicros(market) + plan.SpendIn(market) > most.MaxMarketExposureMicros)
            {
                return RiskCodes.MarketExposure;
            }
        }

        return state.ExposureMicros() + plan.SpendMicros > most.MaxTotalExposureMicros
            ? RiskCodes.TotalExposure
            : null;
    }

    private string? Judge(OrderIntent intent)
    {
        var state = journal.State;
        if (state.Plan(intent.PlanId) is not { } plan)
        {
            return RiskCodes.NoPlan;
        }

        // The first half of a pair is new exposure, whichever side it is.
        if (!(intent.Increases || intent.Purpose == OrderPurpose.Entry ? stop.MayIncrease : stop.MayReduce))
        {
            return RiskCodes.Stopped;
        }

        // Nothing is sent beside an order of the same token whose fate is open.
        if (intent.IsConversion ? !plan.IsResolved : plan.IsFrozen(intent.Leg))
        {
            return RiskCodes.Frozen;
        }

        if (!IsChild(intent, plan))
        {
            return RiskCodes.ChildBeyondParent;
        }

        var now = journal.Now;
        var most = _limits;

        // The reserve is for what has no counterpart: neither for a leg more, nor for the first sale out of a set.
        var breaksSet = intent.Purpose == OrderPurpose.Exit && plan.Excess(intent.Leg) <= 0;
        var isUrgent = intent.Purpose is not (OrderPurpose.Entry or OrderPurpose.Split) && !breaksSet;
        if (breaksSet && !MayBeAtRisk(plan.Plan, state, most))
        {
            return RiskCodes.OrderRate;
        }

        return state.OrdersInSecond(now) >= most.MaxOrdersPerSecond - (isUrgent ? 0 : most.ExitReservePerSecond)
            ? RiskCodes.OrderRate
            : intent.Increases && state.DayNotionalMicros(now)
                + Micros.WorthRoundedUp(intent.LimitPpm, intent.SizeMicro) > most.MaxNotionalPerDayMicros
            ? RiskCodes.DayNotional
            : null;
    }

    private static bool IsChild(OrderIntent intent, PlanState plan)
    {
        if (intent.SizeMicro <= 0 || intent.Leg < 0 || intent.Leg >= plan.Plan.Legs.Length)
        {
            return false;
        }

        var leg = plan.Plan.Legs[intent.Leg];
        return intent.Purpose switch
        {
            OrderPurpose.Split => plan.Plan.Kind == SignalKind.SellSet && plan.Orders.Count == 0
                && intent.SizeMicro <= plan.Plan.SizeMicro,
            OrderPurpose.Merge => intent.SizeMicro <= plan.Sets(),
            OrderPurpose.Entry or OrderPurpose.Hedge when intent.Side == Side.Buy =>
                leg.Side == Side.Buy && plan.Bought(intent.Leg) + intent.SizeMicro <= plan.Plan.SizeMicro
                && intent.LimitPpm <= leg.HedgeLimitPpm,
            _ => intent.Side == Side.Sell && intent.SizeMicro <= plan.Free(intent.Leg),
        };
    }

    private static string? Begun(RiskLimits most, TradeState state, long now) =>
        state.LossesInARow >= most.MaxConsecutiveLosses ? RiskCodes.LossStreak
        : state.DayTrades(now) >= most.MaxTradesPerDay ? RiskCodes.DayTrades
        : Math.Max(0, -state.DayNetMicros(now)) >= most.MaxDailyLossMicros ? RiskCodes.DayLoss
        : null;

    private static long PlansMaySpend(TradeState state) => state.Plans
        .Where(plan => plan.Phase is PlanPhase.Entering or PlanPhase.Unwinding)
        .Sum(plan => plan.Plan.SpendMicros);

    private string? Begun(RiskLimits most, long now) => Begun(most, journal.State, now);

    private sealed class Own : RiskSeal
    {
        public static readonly RiskSeal Seal = new Own();
    }
}
