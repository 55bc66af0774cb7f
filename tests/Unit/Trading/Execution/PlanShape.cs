using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>What plans of a simulation look like.</summary>
public enum PlanShape
{
    /// <summary>Both outcomes of a market that merges and splits, bought or sold.</summary>
    Pair,

    /// <summary>Both outcomes of a market whose venue nets them.</summary>
    NettedPair,

    /// <summary>YES of each of three to eight markets of an event, or NO of each of three to five.</summary>
    NegativeRisk,

    /// <summary>YES of one strike and NO of another.</summary>
    Ladder,

    /// <summary>YES at one venue and NO at another.</summary>
    CrossVenue,
}

/// <summary>Signals of one shape with the prices that they are made of, and the limits that they are traded
/// under.</summary>
internal sealed class ShapedSignals(PlanShape shape, Random dice)
{
    private const long Cent = Micros.One / 100;

    private int _market;

    /// <summary>Limits that are reached now and then, and never by one plan alone.</summary>
    public static RiskLimits Limits(PlanShape shape) => shape == PlanShape.NegativeRisk
        ? new RiskLimits
        {
            MaxMarketExposureMicros = 45 * Micros.One, MaxTotalExposureMicros = 160 * Micros.One, MaxOrdersPerSecond = 24, ExitReservePerSecond = 12,
            MaxNotionalPerDayMicros = 6_000 * Micros.One, MaxDailyLossMicros = 500 * Micros.One, MaxConsecutiveLosses = 3, MaxTradesPerDay = 180,
            MaxPlanLossMicros = 40 * Micros.One, MaxPlanSpendMicros = 42 * Micros.One,
        }
        : new RiskLimits
        {
            MaxMarketExposureMicros = 30 * Micros.One, MaxTotalExposureMicros = 90 * Micros.One, MaxOrdersPerSecond = 12, ExitReservePerSecond = 6,
            MaxNotionalPerDayMicros = 2_200 * Micros.One, MaxDailyLossMicros = 250 * Micros.One, MaxConsecutiveLosses = 3, MaxTradesPerDay = 180,
            MaxPlanLossMicros = 14 * Micros.One, MaxPlanSpendMicros = 15 * Micros.One,
        };

    /// <summary>A signal on markets that nobody has seen; its edge is really there.</summary>
    public TradeSignal Next()
    {
        var edge = dice.Next(2, 6) * Cent;
        switch (shape)
        {
            case PlanShape.Pair or PlanShape.NettedPair:
                var market = Market(shape == PlanShape.NettedPair);
                var yes = dice.Next(15, 75) * Cent;
                return shape == PlanShape.Pair && dice.Next(4) == 0
                    ? OutcomeBooks.Pair(market, SignalKind.SellSet, yes, Micros.One - yes + edge, Size(4))
                    : OutcomeBooks.Pair(market, SignalKind.BuySet, yes, Micros.One - yes - edge, Size(4));
            case PlanShape.NegativeRisk:
                return dice.Next(4) == 0 ? Losers(dice.Next(3, 6), edge) : Winners(dice.Next(3, 9), edge);
            default:
                var first = dice.Next(15, 75) * Cent;
                var (one, other) = (Market(false), Market(shape == PlanShape.CrossVenue));
                List<(OutcomeMarket, MarketKey, long)> legs = [(one, one.Yes, first), (other, other.No, Micros.One - first - edge)];
                if (dice.Next(2) == 0)
                {
                    legs.Reverse();
                }

                return Signal(
                    shape == PlanShape.Ladder ? "ladder_consistency" : "cross_venue_arbitrage", SignalKind.BuyCover, Micros.One, edge, Size(4), legs);
        }
    }

    private TradeSignal Winners(int markets, long edge)
    {
        var prices = Split(markets, (Micros.One - edge) / Cent, 6);
        return Event(markets, edge, Micros.One, (Micros.One / prices.Min()) + 1, market => market.Yes, prices);
    }

    private TradeSignal Losers(int markets, long edge)
    {
        var chances = Split(markets, (Micros.One + edge) / Cent, 6);
        return Event(markets, edge, (markets - 1) * Micros.One, 4, market => market.No, [.. chances.Select(chance => Micros.One - chance)]);
    }

    private TradeSignal Event(int markets, long edge, long payout, long least, Func<OutcomeMarket, MarketKey> token, long[] prices)
    {
        var id = $"e{_market}";
        List<(OutcomeMarket, MarketKey, long)> legs = [];
        for (var at = 0; at < markets; at++)
        {
            var market = Market(false) with { EventId = id, IsExclusive = true, EventMarkets = markets };
            legs.Add((market, token(market), prices[at]));
        }

        return Signal("negative_risk_arbitrage", SignalKind.BuySet, payout, edge, Size((int)least), legs);
    }

    // Cents in so many parts, none below the least.
    private long[] Split(int parts, long cents, int least)
    {
        var all = new long[parts];
        Array.Fill(all, least);
        for (var left = cents - (parts * least); left > 0;)
        {
            var more = Math.Min(left, dice.Next(1, 12));
            all[dice.Next(parts)] += more;
            left -= more;
        }

        return [.. all.Select(part => part * Cent)];
    }

    private OutcomeMarket Market(bool nets) => nets
        ? OutcomeBooks.Make($"k{++_market}", OutcomeBooks.NettingRules, Venue.Kalshi)
        : OutcomeBooks.Make($"m{++_market}");

    private long Size(int least) => dice.Next(least, least + 10) * Micros.One;

    private static TradeSignal Signal(
        string strategy, SignalKind kind, long payout, long edge, long size, IEnumerable<(OutcomeMarket Market, MarketKey Token, long Price)> legs) => new()
    {
        Strategy = strategy, Kind = kind, PayoutPpm = payout, EdgePpm = edge, EdgeAfterFeesPpm = edge, ProfitMicros = 1, ReceivedNanos = 0,
        Legs = [.. legs.Select(leg => new SignalLeg(leg.Market, leg.Token, Side.Buy, leg.Price, size, leg.Price, 0))],
    };
}
