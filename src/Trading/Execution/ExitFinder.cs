using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>Orders that end an imbalance together.</summary>
/// <param name="Steps">One for each leg concerned: an order, or a wait where the market takes nothing now.</param>
/// <param name="WorthMicros">What they leave by the books, fees taken off, in millionths of a dollar; null where a book
/// cannot be read.</param>
internal readonly record struct WayOut(IReadOnlyList<PlanStep> Steps, long? WorthMicros)
{
    /// <summary>True where something can be sent now.</summary>
    public bool IsOpen => Steps.Any(step => step.Act == PlanAct.Send);
}

/// <summary>Finds the orders that sell what has no counterpart, or buy the counterparts.</summary>
/// <remarks>One thread at a time; one book is reused. An exit never waits for a good price: it takes what the proven
/// book has, and where there is no proven book, any price of the market's grid after a few attempts.</remarks>
/// <param name="reader">Books and phases of the moment.</param>
/// <param name="settings">How plans are carried out.</param>
internal sealed class ExitFinder(IMarketReader reader, ExecutionSettings settings)
{
    private readonly BookCopy _book = new();

    /// <summary>An order as a step, without number and id.</summary>
    public static PlanStep Send(
        PlanState plan, OrderPurpose purpose, int leg, Side side, long limit, long size, OrderLife life, bool postOnly)
        => new(PlanAct.Send, new OrderIntent(
            plan.Plan.Id, 0, "", purpose, leg, side, limit, size, life, postOnly));

    /// <summary>The sale of what is too much of each leg; of a leg with an order whose fate is open, and of what is too
    /// small for its venue, nothing.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="most">The most that is sold of a leg, in millionths of a share.</param>
    /// <param name="nowNanos">Now, nanoseconds since the Unix epoch.</param>
    public WayOut Sales(PlanState plan, Func<int, long> most, long nowNanos)
    {
        var steps = new List<PlanStep>();
        long? worth = 0;
        for (var leg = 0; leg < plan.Plan.Legs.Length; leg++)
        {
            if (!plan.IsFrozen(leg) && Sale(plan, leg, most(leg), nowNanos) is var (step, leaves))
            {
                steps.Add(step);
                worth += leaves;
            }
        }

        return new WayOut(steps, worth);
    }

    /// <summary>The purchase of everything that is missing beside the largest holding; null where a part of it cannot
    /// be had within its limit.</summary>
    public WayOut? Purchases(PlanState plan, long nowNanos)
    {
        var legs = Enumerable.Range(0, plan.Plan.Legs.Length);
        var whole = Math.Min(plan.Plan.SizeMicro, legs.Max(plan.Held));
        var steps = new List<PlanStep>();
        long? worth = Micros.WorthRoundedDown(plan.Plan.PayoutPpm, whole - legs.Min(plan.Held));
        foreach (var leg in legs.Where(leg => plan.Held(leg) < whole))
        {
            if (Purchase(plan, leg, whole - plan.Held(leg), nowNanos) is not var (step, costs))
            {
                return null;
            }

            steps.Add(step);
            worth -= costs;
        }

        return new WayOut(steps, worth);
    }

    // What it leaves is null where the book cannot be read; a market that takes nothing now leaves nothing.
    private (PlanStep Step, long? LeavesMicros)? Sale(PlanState plan, int leg, long most, long nowNanos)
    {
        var market = Newest(plan.Plan.Legs[leg].Market);
        var rules = market.Rules;
        var size = Micros.RoundDown(Math.Min(most, plan.Free(leg)), Math.Max(1, rules.SizeStepMicro));
        if (size <= 0 || market.Phase is MarketPhase.Closed or MarketPhase.Resolved)
        {
            return null;
        }

        if (market.Phase == MarketPhase.PostOnly)
        {
            return (Rest(plan, leg, market, size, nowNanos), null);
        }

        if (market.Phase != MarketPhase.Open)
        {
            return (PlanStep.Wait("MARKET_NOT_OPEN"), null);
        }

        var lowest = LowestFor(rules, size);
        if (lowest == 0)
        {
            return null;
        }

        var limit = Math.Max(lowest, BlindLimit(plan, leg, rules));
        long? leaves = null;
        if (IsReadable(plan.Plan.Legs[leg].Token, nowNanos))
        {
            var (worst, average) = Sweep(_book.Bids, size);
            if (average > 0 && _book.Bids[0].Price < lowest)
            {
                // Its worth at the book's best price is below the venue's least.
                return null;
            }

            limit = worst == 0 ? limit : Math.Max(lowest, worst);
            leaves = Micros.WorthRoundedDown(average, size) - rules.Fee.TakerFeeMicros(average, size);
        }

        return (Send(plan, OrderPurpose.Exit, leg, Side.Sell, limit, size, OrderLife.FillAndKill, false), leaves);
    }

    private (PlanStep Step, long? CostsMicros)? Purchase(PlanState plan, int at, long missing, long nowNanos)
    {
        var leg = plan.Plan.Legs[at];
        var market = Newest(leg.Market);
        if (market.Phase != MarketPhase.Open || missing > plan.Plan.SizeMicro - plan.Bought(at)
            || plan.Attempts(OrderPurpose.Hedge, at) >= settings.MostAttempts)
        {
            return null;
        }

        var limit = leg.HedgeLimitPpm;
        long? costs = null;
        if (IsReadable(leg.Token, nowNanos))
        {
            var (_, average) = Sweep(_book.Asks, missing);
            if (average == 0 || average > limit)
            {
                return null;
            }

            costs = Micros.WorthRoundedUp(average, missing) + market.Rules.Fee.TakerFeeMicros(average, missing);
        }

        // Where dollars go in steps, not every price fits every size.
        for (var tries = 0; tries < 16 && limit > 0 && market.Rules.IsOnTick(limit); tries++)
        {
            var size = OrderSizes.Largest(market.Rules, Side.Buy, limit, missing);
            if (size > 0)
            {
                return (
                    Send(plan, OrderPurpose.Hedge, at, Side.Buy, limit, size, OrderLife.FillAndKill, false), costs);
            }

            limit -= market.Rules.TickAt(limit);
        }

        return null;
    }

    private static (long Worst, long Average) Sweep(ReadOnlySpan<Level> levels, long size)
    {
        long left = size;
        long worst = 0;
        Int128 worth = 0;
        foreach (var level in levels)
        {
            var taken = Math.Min(left, level.Quantity);
            worth += (Int128)level.Price * taken;
            worst = level.Price;
            left -= taken;
            if (left == 0)
            {
                break;
            }
        }

        return left == size ? (0, 0) : (worst, (long)(worth / (size - left)));
    }

    // The lowest price of the grid at which a sale of the size is worth the venue's least; zero where none is.
    private static long LowestFor(MarketRules rules, long size)
    {
        var need = rules.LeastTakingMicros == 0
            ? 0
            : (long)((((Int128)rules.LeastTakingMicros * Micros.One) + (size - 1)) / size);
        foreach (var band in rules.Bands)
        {
            var price = Micros.RoundUp(Math.Max(Math.Max(band.FromPpm, need), 1), band.TickPpm);
            if (price <= band.ToPpm)
            {
                return price;
            }
        }

        return 0;
    }

    private long BlindLimit(PlanState plan, int leg, MarketRules rules)
    {
        var tried = plan.Attempts(OrderPurpose.Exit, leg);
        if (tried >= settings.MostAttempts)
        {
            return 0;
        }

        var limit = plan.Plan.Legs[leg].LimitPpm - (settings.HedgeSlackPpm * (tried + 1));
        var tick = rules.TickAt(limit);
        return tick == 0 ? 0 : Micros.RoundUp(limit, tick);
    }

    // After a restart of the venue only what rests is taken: then it rests on top of the other sellers.
    private PlanStep Rest(PlanState plan, int leg, OutcomeMarket market, long size, long nowNanos)
    {
        if (size < market.Rules.LeastRestingMicro)
        {
            return PlanStep.Wait("POST_ONLY");
        }

        var limit = plan.Plan.Legs[leg].LimitPpm;
        if (reader.TryRead(plan.Plan.Legs[leg].Token, _book, nowNanos))
        {
            limit = _book.Asks.Length > 0 ? _book.Asks[0].Price : limit;
            if (_book.Bids.Length > 0 && limit <= _book.Bids[0].Price)
            {
                limit = _book.Bids[0].Price + market.Rules.TickAt(_book.Bids[0].Price);
            }
        }

        return market.Rules.IsOnTick(limit)
            ? Send(plan, OrderPurpose.Exit, leg, Side.Sell, limit, size, OrderLife.GoodTillCancelled, true)
            : PlanStep.Wait("POST_ONLY");
    }

    private bool IsReadable(MarketKey token, long nowNanos) =>
        reader.TryRead(token, _book, nowNanos) && _book.Refusal == BookRefusal.None;

    private OutcomeMarket Newest(OutcomeMarket market) => reader.Market(market.Venue, market.MarketId) ?? market;
}
