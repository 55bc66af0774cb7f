using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>Finds the order that sells what has no counterpart, or buys the counterpart.</summary>
/// <remarks>One thread at a time; one book is reused. An exit never waits for a good price: it takes what the proven
/// book has, and where there is no proven book, any price of the market's grid after a few attempts.</remarks>
/// <param name="reader">Books and phases of the moment.</param>
/// <param name="settings">How plans are carried out.</param>
internal sealed class ExitFinder(IMarketReader reader, ExecutionSettings settings)
{
    private readonly BookCopy _book = new();
    private long _saleWorthPpm;
    private long _hedgeWorthPpm;

    /// <summary>Of the last sale and hedge that were found: whether the hedge leaves more.</summary>
    public bool IsHedgeBetter => _hedgeWorthPpm >= _saleWorthPpm;

    /// <summary>An order as a step, without number and id.</summary>
    public static PlanStep Send(
        PlanState plan, OrderPurpose purpose, int leg, Side side, long limit, long size, OrderLife life, bool postOnly)
        => new(PlanAct.Send, new OrderIntent(
            plan.Plan.Id, 0, "", purpose, leg, side, limit, size, life, postOnly));

    /// <summary>The sale of what is too much of a leg; a wait where the market takes nothing now; null where it is too
    /// small to be sold.</summary>
    public PlanStep? Sale(PlanState plan, int leg, long most, long nowNanos)
    {
        _saleWorthPpm = long.MinValue;
        var market = Newest(plan.Plan.Legs[leg].Market);
        var rules = market.Rules;
        var size = Micros.RoundDown(Math.Min(most, plan.Free(leg)), Math.Max(1, rules.SizeStepMicro));
        if (size <= 0 || market.Phase is MarketPhase.Closed or MarketPhase.Resolved)
        {
            return null;
        }

        if (market.Phase == MarketPhase.PostOnly)
        {
            return Rest(plan, leg, market, size, nowNanos);
        }

        if (market.Phase != MarketPhase.Open)
        {
            return PlanStep.Wait("MARKET_NOT_OPEN");
        }

        var lowest = LowestFor(rules, size);
        if (lowest == 0)
        {
            return null;
        }

        var limit = Math.Max(lowest, BlindLimit(plan, leg, rules));
        if (IsReadable(plan.Plan.Legs[leg].Token, nowNanos))
        {
            var (worst, average) = Sweep(_book.Bids, size);
            if (average > 0 && worst < lowest)
            {
                // Its worth at the book's prices is below the venue's least.
                return null;
            }

            limit = worst == 0 ? limit : Math.Max(lowest, worst);
            _saleWorthPpm = average - FeePpm(rules, average, size);
        }

        return Send(plan, OrderPurpose.Exit, leg, Side.Sell, limit, size, OrderLife.FillAndKill, false);
    }

    /// <summary>The purchase of the leg that is missing most; null where it cannot be had within its limit.</summary>
    public PlanStep? Hedge(PlanState plan, int most, long nowNanos)
    {
        _hedgeWorthPpm = long.MinValue;
        var least = 0;
        for (var other = 1; other < plan.Plan.Legs.Length; other++)
        {
            least = plan.Held(other) < plan.Held(least) ? other : least;
        }

        var leg = plan.Plan.Legs[least];
        var market = Newest(leg.Market);
        if (market.Phase != MarketPhase.Open)
        {
            return null;
        }

        var missing = Math.Min(plan.Held(most), plan.Plan.SizeMicro) - plan.Held(least);
        var limit = leg.HedgeLimitPpm;
        if (IsReadable(leg.Token, nowNanos))
        {
            var (_, average) = Sweep(_book.Asks, missing);
            if (average == 0 || average > limit)
            {
                return null;
            }

            _hedgeWorthPpm = plan.Plan.PayoutPpm - average - FeePpm(market.Rules, average, missing);
        }

        // Where dollars go in steps, not every price fits every size.
        for (var tries = 0; tries < 16 && limit > 0 && market.Rules.IsOnTick(limit); tries++)
        {
            var size = OrderSizes.Largest(market.Rules, Side.Buy, limit, missing);
            if (size > 0)
            {
                return Send(
                    plan, OrderPurpose.Hedge, least, Side.Buy, limit, size, OrderLife.FillAndKill, false);
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

    private static long FeePpm(MarketRules rules, long pricePpm, long size) =>
        size == 0 ? 0 : (long)((Int128)rules.Fee.TakerFeeMicros(pricePpm, size) * Micros.One / size);

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
        var tried = plan.Orders.Count(order => order.Intent.Purpose == OrderPurpose.Exit);
        if (tried >= settings.MostAttempts)
        {
            return 0;
        }

        var limit = plan.Plan.Legs[leg].LimitPpm - (settings.HedgeSlackPpm * (tried + 1));
        var tick = rules.TickAt(limit);
        return tick == 0 ? 0 : Micros.RoundUp(limit, tick);
    }

    // After a restart of the venue only what rests is taken: then it rests on top of the other sellers.
    private PlanStep? Rest(PlanState plan, int leg, OutcomeMarket market, long size, long nowNanos)
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
