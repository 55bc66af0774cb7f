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

    // Into how many orders with fills, whose fees some venues round up by themselves.
    private const int MostOrders = 16;

    /// <summary>A plan that spends and can lose at most what is given, or why there is none.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="hedgeSlackPpm">How much worse a leg may be completed.</param>
    /// <param name="mostSpendMicros">The most that it may spend, in millionths of a dollar.</param>
    /// <param name="mostLossMicros">The most that it may lose, in millionths of a dollar.</param>
    /// <param name="refusal"><c>NO_LEGS</c>, <c>UNEQUAL_LEGS</c>, <c>PRICE_OFF_GRID</c> or <c>MIN_SIZE</c>; empty where
    /// there is a plan.</param>
    public static TradePlan? Make(
        TradeSignal signal, long hedgeSlackPpm, long mostSpendMicros, long mostLossMicros, out string refusal)
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
        if (!Fits(size))
        {
            // What a share costs at most; then down by steps, because fees round up.
            size = Micros.RoundDown(
                Math.Min(
                    Part(size, mostSpendMicros, Spend(plan, size)), Part(size, mostLossMicros, WorstLoss(plan, size))),
                step);
            while (size > 0 && !Fits(size))
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

        bool Fits(long some) => Spend(plan, some) <= mostSpendMicros && WorstLoss(plan, some) <= mostLossMicros;

        static long Part(long size, long most, long all) =>
            all <= most ? size : (long)((Int128)size * Math.Max(0, most) / all);
    }

    /// <summary>The most that a leg can cost, or that its sale can cost in fees.</summary>
    internal static long LegCost(PlanLeg leg, long sizeMicro) =>
        (leg.Side == Side.Buy ? Micros.WorthRoundedUp(leg.HedgeLimitPpm, sizeMicro) + MostFills : 0)
        + MostFee(leg, sizeMicro);

    private static long Spend(TradePlan plan, long size) =>
        (plan.Kind == SignalKind.SellSet ? Micros.WorthRoundedUp(plan.PayoutPpm, size) : 0)
        + plan.Legs.Sum(leg => LegCost(leg, size));

    // What is held is sold while another leg's order is still unknown, and that one can come late: at worst every leg
    // was paid for, each was sold for nothing by itself, and no set was ever whole. More cannot be lost, because all
    // purchases of a leg together are never more than the plan's size at its hedge limit. Selling a set is buying it
    // for what it costs to split; an unknown sale is no different from one that got nothing.
    private static long WorstLoss(TradePlan plan, long size) =>
        (plan.Kind == SignalKind.SellSet
            ? Micros.WorthRoundedUp(plan.PayoutPpm, size)
            : plan.Legs.Sum(leg => LegCost(leg, size)))
        + plan.Legs.Sum(leg => MostSaleCost(leg, size));

    // A fee takes no more than the sale brings, but for the rounding of each fill and order.
    private static long MostSaleCost(PlanLeg leg, long size) => MostFee(leg.Market.Rules.Fee, 0, size) + MostFills;

    // A curve's fee is largest in the middle, a flat one at the dearest price.
    private static long MostFee(PlanLeg leg, long sizeMicro)
    {
        const long Middle = Micros.One / 2;
        var fee = leg.Market.Rules.Fee;
        return MostFee(fee, fee.Kind == FeeKind.Flat ? Micros.One : Middle, sizeMicro);
    }

    private static long MostFee(FeeCurve fee, long pricePpm, long sizeMicro) => fee.Kind == FeeKind.None
        ? 0
        : fee.MostTakerFeeMicros(pricePpm, sizeMicro, MostFills) + ((MostOrders - 1) * fee.OrderGrainMicros);

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
