using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading;

/// <summary>One leg of a set as a person would write it down: a side of a book, best first, and the venue's
/// rules.</summary>
internal sealed record NaiveLeg(OutcomeMarket Market, MarketKey Token, Side Side, (decimal Price, decimal Size)[] Levels)
{
    public decimal WorstFor(decimal shares) => Touched(shares)[^1].Price;

    /// <summary>What a size takes from each level.</summary>
    public List<(decimal Price, decimal Size)> Touched(decimal shares)
    {
        var touched = new List<(decimal, decimal)>();
        foreach (var (price, size) in Levels)
        {
            var piece = Math.Min(size, shares);
            touched.Add((price, piece));
            shares -= piece;
            if (shares == 0)
            {
                return touched;
            }
        }

        throw new InvalidOperationException("deeper than the book");
    }

    public decimal Depth => Levels.Sum(level => level.Size);

    /// <summary>All that stands at a price or a better one.</summary>
    public decimal DepthAt(decimal worst) =>
        Levels.Where(level => Side == Side.Buy ? level.Price <= worst : level.Price >= worst).Sum(level => level.Size);

    /// <summary>The documented plan for a size's fee.</summary>
    public decimal PlannedFee(decimal shares)
    {
        var fee = Market.Rules.Fee;
        if (fee.Kind == FeeKind.None)
        {
            return 0;
        }

        var grain = Math.Max(1, fee.GrainMicros) / 1e6m;
        var order = Math.Max(grain, Math.Max(1, fee.OrderGrainMicros) / 1e6m);
        var touched = Touched(shares);
        var more = decimal.Floor(shares / Math.Max(1m, Market.Rules.LeastRestingMicro / 1e6m));
        return Math.Max(
            Up(Up(RawFee(WorstFor(shares), shares), 1e-6m) + ((touched.Count + more) * grain), order),
            Up(touched.Sum(level => Up(RawFee(level.Price, level.Size), grain)) + (more * grain), order));
    }

    /// <summary>A fill's fee without any rounding.</summary>
    public decimal RawFee(decimal price, decimal shares)
    {
        var fee = Market.Rules.Fee;
        var rate = fee.RatePpm / 1e6m;
        var spread = price * (1 - price);
        return fee.Kind switch
        {
            FeeKind.Curve => shares * rate * (fee.Exponent == 2 ? spread * spread : spread),
            FeeKind.Flat => shares * price * rate,
            _ => 0,
        };
    }

    /// <summary>Money at a price, on the venue's grain, against us.</summary>
    public decimal Worth(decimal price, decimal shares) => Side == Side.Buy
        ? Up(price * shares, 1e-6m)
        : decimal.Floor(price * shares * 1e6m) / 1e6m;

    /// <summary>True where the venue takes the size at the limit price.</summary>
    public bool Takes(decimal limit, decimal shares)
    {
        var rules = Market.Rules;
        return shares % (rules.SizeStepMicro / 1e6m) == 0
            && decimal.Floor(limit * shares * 1e6m) / 1e6m >= rules.LeastTakingMicros / 1e6m
            && (Side == Side.Sell
                || (shares % (rules.TakingShareStepMicro / 1e6m) == 0
                    && (rules.TakingDollarStepMicros <= 1 || limit * shares % (rules.TakingDollarStepMicros / 1e6m) == 0)));
    }

    /// <summary>How far two roundings of a size can be apart.</summary>
    public decimal Dust(decimal shares)
    {
        var fee = Market.Rules.Fee;
        var grain = Math.Max(1, fee.GrainMicros) / 1e6m;
        var more = decimal.Floor(shares / Math.Max(1m, Market.Rules.LeastRestingMicro / 1e6m));
        return Math.Max(grain, fee.OrderGrainMicros / 1e6m) + ((more + Levels.Length) * grain) + 5e-6m;
    }

    public static decimal Up(decimal value, decimal step) => decimal.Ceiling(value / step) * step;
}

/// <summary>
/// A set that may be an arbitrage, judged by trying every size: slow, in decimals, sharing nothing with the strategies.
/// </summary>
internal sealed record NaiveSet(SignalKind Kind, decimal Payout, NaiveLeg[] Legs)
{
    /// <summary>What a size earns by the depth, and what it earns if all of it goes at the worst price.</summary>
    public (decimal Profit, decimal Worst) Earns(decimal shares)
    {
        var isBuy = Legs[0].Side == Side.Buy;
        var profit = isBuy ? decimal.Floor(Payout * shares * 1e6m) / 1e6m : -NaiveLeg.Up(Payout * shares, 1e-6m);
        var worst = profit;
        foreach (var leg in Legs)
        {
            var fee = leg.PlannedFee(shares);
            var worth = leg.Touched(shares).Sum(level => leg.Worth(level.Price, level.Size));
            var worstWorth = leg.Worth(leg.WorstFor(shares), shares);
            profit += (isBuy ? -worth : worth) - fee;
            worst += (isBuy ? -worstWorth : worstWorth) - fee;
        }

        return (profit, worst);
    }

    /// <summary>The best profit of all sizes; null where no size is good.</summary>
    /// <param name="minEdge">Dollars of each share that are asked for at the worst price.</param>
    /// <param name="maxShares">The largest size.</param>
    /// <param name="byMoreThanDust">Counts only sizes whose goodness no rounding can take away.</param>
    public (decimal Profit, decimal Dust)? Best(decimal minEdge, decimal maxShares, bool byMoreThanDust)
    {
        (decimal Profit, decimal Dust)? best = null;
        if (Legs.Any(leg => leg.Levels.Length == 0))
        {
            return null;
        }

        var most = Math.Min(maxShares, Legs.Min(leg => leg.Depth));
        var step = Legs.Max(leg => leg.Market.Rules.SizeStepMicro) / 1e6m;
        for (var shares = step; shares <= most; shares += step)
        {
            if (!Legs.All(leg => leg.Takes(leg.WorstFor(shares), shares)))
            {
                continue;
            }

            var (profit, worst) = Earns(shares);
            var dust = byMoreThanDust ? Legs.Sum(leg => leg.Dust(shares)) : 0;
            if (profit > dust && worst >= NaiveLeg.Up(minEdge * shares, 1e-6m) + dust && (best is null || profit > best.Value.Profit))
            {
                best = (profit, dust);
            }
        }

        return best;
    }
}
