using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>Makes a plan of a signal: equal shares in every leg, on every market's grid, and the most that it can
/// lose.</summary>
/// <remarks>Any thread, no state.</remarks>
public static class PlanMaker
{
    /// <summary>Into how many fills a leg may be split, over all attempts, so that fees are bounded.</summary>
    internal const int MostFills = 128;

    /// <summary>A plan that spends at most what is given, or why there is none.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="hedgeSlackPpm">How much worse a leg may be completed.</param>
    /// <param name="mostSpendMicros">The most that it may spend, in millionths of a dollar.</param>
    /// <param name="refusal"><c>NO_LEGS</c>, <c>UNEQUAL_LEGS</c>, <c>PRICE_OFF_GRID</c> or <c>MIN_SIZE</c>; empty where
    /// there is a plan.</param>
    public static TradePlan? Make(TradeSignal signal, long hedgeSlackPpm, long mostSpendMicros, out string refusal)
    {
        refusal = Refuse(signal);
        if (refusal.Length > 0)
        {
            return null;
        }

        var plan = new TradePlan
        {
            Strategy = signal.Strategy, Kind = signal.Kind, PayoutPpm = signal.PayoutPpm, SizeMicro = 0,
            WorstLossMicros = 0, SpendMicros = 0,
            Legs = [.. signal.Legs.Select(leg => new PlanLeg(
                leg.Market, leg.Token, leg.Side, leg.PricePpm,
                HedgeLimit(leg.Market.Rules, leg.Side, leg.PricePpm, hedgeSlackPpm)))],
        };
        var step = plan.Legs.Aggregate(1L, (common, leg) => OrderSizes.Common(
            common, OrderSizes.Step(leg.Market.Rules, leg.Side, leg.LimitPpm)));
        var size = Micros.RoundDown(signal.Legs.Min(leg => leg.SizeMicro), step);
        if (Spend(plan, size) > mostSpendMicros)
        {
            // What a share costs at most; then down by steps, because fees round up.
            size = Micros.RoundDown((long)((Int128)size * mostSpendMicros / Spend(plan, size)), step);
            while (size > 0 && Spend(plan, size) > mostSpendMicros)
            {
                size -= step;
            }
        }

        if (size <= 0 || plan.Legs.Any(leg => OrderSizes.IsTooSmall(leg.Market.Rules, leg.LimitPpm, size)))
        {
            refusal = "MIN_SIZE";
            return null;
        }

        return plan with { SizeMicro = size, SpendMicros = Spend(plan, size), WorstLossMicros = WorstLoss(plan, size) };
    }

    /// <summary>The most that a leg can cost, or that its sale can cost in fees.</summary>
    internal static long LegCost(PlanLeg leg, long sizeMicro) =>
        (leg.Side == Side.Buy ? Micros.WorthRoundedUp(leg.HedgeLimitPpm, sizeMicro) + MostFills : 0)
        + MostFee(leg, sizeMicro);

    private static long Spend(TradePlan plan, long size) =>
        (plan.Kind == SignalKind.SellSet ? Micros.WorthRoundedUp(plan.PayoutPpm, size) : 0)
        + plan.Legs.Sum(leg => LegCost(leg, size));

    // Whatever venues do, of each set either all legs are there, or at least one is not and costs nothing: a leg is
    // sold for want of another only when that other one can come no more.
    private static long WorstLoss(TradePlan plan, long size)
    {
        var sales = plan.Legs.Max(leg => MostFee(leg, size));
        if (plan.Kind == SignalKind.SellSet)
        {
            var set = Micros.WorthRoundedUp(plan.PayoutPpm, size);
            var whole = set - plan.Legs.Sum(leg => Got(leg, size));
            return Math.Max(0, Math.Max(whole, set - plan.Legs.Min(leg => Got(leg, size)))) + sales;
        }

        var all = plan.Legs.Sum(leg => LegCost(leg, size));
        var complete = all - Micros.WorthRoundedDown(plan.PayoutPpm, size);
        return Math.Max(0, Math.Max(complete, all - plan.Legs.Min(leg => LegCost(leg, size)))) + sales;
    }

    private static long Got(PlanLeg leg, long size) =>
        Micros.WorthRoundedDown(leg.HedgeLimitPpm, size) - MostFills - MostFee(leg, size);

    // A curve's fee is largest in the middle, a flat one at the dearest price.
    private static long MostFee(PlanLeg leg, long sizeMicro)
    {
        const long Middle = Micros.One / 2;
        var fee = leg.Market.Rules.Fee;
        return fee.MostTakerFeeMicros(fee.Kind == FeeKind.Flat ? Micros.One : Middle, sizeMicro, MostFills);
    }

    private static long HedgeLimit(MarketRules rules, Side side, long pricePpm, long slack)
    {
        var tick = rules.TickAt(pricePpm);
        var moved = side == Side.Buy ? pricePpm + slack : pricePpm - slack;
        var bound = side == Side.Buy
            ? Math.Min(moved, rules.Bands[^1].ToPpm)
            : Math.Max(moved, rules.Bands[0].FromPpm);
        var limit = side == Side.Buy ? Micros.RoundDown(bound, tick) : Micros.RoundUp(bound, tick);
        return rules.IsOnTick(limit) ? limit : pricePpm;
    }

    private static string Refuse(TradeSignal signal)
    {
        if (signal.Kind == SignalKind.None || signal.Legs.Length < 2)
        {
            return "NO_LEGS";
        }

        var side = signal.Kind == SignalKind.SellSet ? Side.Sell : Side.Buy;
        if (signal.Legs.Any(leg => leg.SizeMicro != signal.Legs[0].SizeMicro || leg.Side != side)
            || signal.Legs.Select(leg => leg.Token).Distinct().Count() != signal.Legs.Length
            || (signal.Kind == SignalKind.SellSet
                && (signal.Legs.Length != 2 || signal.Legs[0].Market.Other(signal.Legs[0].Token) != signal.Legs[1].Token
                    || !signal.Legs[0].Market.Rules.MayMerge)))
        {
            return "UNEQUAL_LEGS";
        }

        return signal.Legs.All(leg => leg.Market.Rules.IsOnTick(leg.PricePpm)) ? "" : "PRICE_OFF_GRID";
    }
}
