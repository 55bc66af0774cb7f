using Strikeline.Trading;

namespace Strikeline.Unit.Trading;

/// <summary>Holds a strategy's signals against the sets of a case.</summary>
internal static class SignalAudit
{
    public static IEnumerable<string> Problems(ArbitrageCase scene, MarketKey updated, List<TradeSignal> signals)
    {
        var minEdge = scene.MinEdgePpm / 1e6m;
        var maxShares = scene.MaxSizeMicro / 1e6m;
        var sets = scene.Sets.Where(set => set.Legs.Any(leg => leg.Token == updated)).ToList();
        var good = sets.Where(set => !set.Legs.Any(leg => scene.IsBad(leg.Token))).ToList();
        var expected = good.Select(set => set.Best(minEdge, maxShares, byMoreThanDust: true)).Where(best => best is not null).ToList();
        if (expected.Count > 0 && signals.Count == 0)
        {
            yield return $"missed {expected.Max(best => best!.Value.Profit)}";
        }

        foreach (var signal in signals)
        {
            var set = good.Find(one => one.Kind == signal.Kind && one.Legs.Length == signal.Legs.Length
                && one.Legs.All(leg => signal.Legs.Any(other => other.Token == leg.Token && other.Side == leg.Side)));
            if (set is null)
            {
                yield return "a set that must not be traded";
                continue;
            }

            foreach (var problem in Problems(set, signal, minEdge, maxShares))
            {
                yield return problem;
            }
        }

        if (signals.Count > 0 && expected.Count > 0)
        {
            var (profit, dust) = expected.MaxBy(best => best!.Value.Profit)!.Value;
            if (signals.Max(signal => signal.ProfitMicros) / 1e6m < profit - dust)
            {
                yield return $"less than {profit} was found";
            }
        }
    }

    private static IEnumerable<string> Problems(NaiveSet set, TradeSignal signal, decimal minEdge, decimal maxShares)
    {
        var shares = signal.Legs[0].SizeMicro / 1e6m;
        if (signal.Legs.Any(leg => leg.SizeMicro != signal.Legs[0].SizeMicro))
        {
            yield return "sizes differ";
        }

        if (shares > maxShares || shares <= 0 || set.Legs.Any(leg => leg.Depth < shares))
        {
            yield return "a size that is not there";
            yield break;
        }

        var isBuy = signal.Legs[0].Side == Side.Buy;
        var (paid, worst, fees) = (0m, 0m, 0m);
        var depth = 0m;
        foreach (var leg in signal.Legs)
        {
            var truth = set.Legs.Single(one => one.Token == leg.Token);
            var price = leg.PricePpm / 1e6m;
            var fee = leg.FeeMicros / 1e6m;
            var worth = truth.Touched(shares).Sum(level => truth.Worth(level.Price, level.Size));
            if (price != truth.WorstFor(shares) || !truth.Market.Rules.IsOnTick(leg.PricePpm))
            {
                yield return "the worst price is another";
            }

            if (!truth.Takes(price, shares))
            {
                yield return "the venue would refuse it";
            }

            if (fee < truth.RawFee(price, shares) || fee < truth.Touched(shares).Sum(level => truth.RawFee(level.Price, level.Size)))
            {
                yield return "the fee can be more";
            }

            if (leg.AveragePpm != (isBuy ? decimal.Ceiling(worth / shares * 1e6m) : decimal.Floor(worth / shares * 1e6m)))
            {
                yield return "the average is another";
            }

            if (truth.DepthAt(price) < depth)
            {
                yield return "the riskier leg is not first";
            }

            depth = truth.DepthAt(price);
            paid += worth;
            worst += truth.Worth(price, shares);
            fees += fee;
        }

        var payout = signal.PayoutPpm / 1e6m * shares;
        var profit = (isBuy ? payout - paid : paid - payout) - fees;
        var atWorst = (isBuy ? payout - worst : worst - payout) - fees;
        if (signal.PayoutPpm / 1e6m != set.Payout)
        {
            yield return "another payout";
        }

        if (atWorst < minEdge * shares)
        {
            yield return $"at the worst prices it earns {atWorst} only";
        }

        if (signal.ProfitMicros / 1e6m > profit || signal.ProfitMicros <= 0 || signal.ProfitMicros / 1e6m < profit - 1e-5m)
        {
            yield return $"the profit is {profit}, not {signal.ProfitMicros / 1e6m}";
        }

        if (set.Best(minEdge, maxShares, byMoreThanDust: false) is not { } best || signal.ProfitMicros / 1e6m > best.Profit)
        {
            yield return "more than the best size earns";
        }

        if (signal.EdgeAfterFeesPpm != decimal.Floor(signal.ProfitMicros / shares)
            || signal.EdgePpm != decimal.Floor((signal.ProfitMicros + (fees * 1e6m)) / shares))
        {
            yield return "the edge is another";
        }
    }
}
