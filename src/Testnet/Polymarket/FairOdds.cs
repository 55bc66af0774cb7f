using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>What the crowd thinks that an outcome is worth: of prices by their volatility, of the rest by a mood that
/// wanders.</summary>
internal sealed class FairOdds(PriceOracle oracle, SeededRandom random)
{
    private const double YearSeconds = 365.0 * 24 * 3600;
    private const double MeanSeconds = 60;
    private const double Edge = 0.004;

    private readonly Dictionary<OutcomeMarket, double> _moods = [];

    /// <summary>The worth of the first token, of one.</summary>
    public double Of(OutcomeMarket market, long nowNanos)
    {
        var one = market.Event;
        var odds = one.Kind switch
        {
            EventKind.UpDown => UpDown(one, nowNanos),
            EventKind.Ladder => Above(one.Asset, market.Strike, SecondsTo(one, nowNanos)),
            EventKind.Plain => Logistic(Mood(market)),
            _ => Math.Exp(Mood(market)) / one.Markets.Where(other => !other.IsPlaceholder).Sum(
                other => Math.Exp(_moods.GetValueOrDefault(other))),
        };
        return Math.Clamp(odds, Edge, 1 - Edge);
    }

    private double UpDown(OutcomeEvent one, long nowNanos)
    {
        if (one.PriceToBeat == 0)
        {
            return 0.5;
        }

        var left = SecondsTo(one, nowNanos);
        if (left >= MeanSeconds)
        {
            return Above(one.Asset, one.PriceToBeat, left - (MeanSeconds * 2 / 3));
        }

        // Inside the closing mean: what of it is known counts already.
        var known = MeanSeconds - left;
        var price = (double)oracle.Price(one.Asset);
        var mean = ((known * oracle.Mean(one.Asset, Math.Max(1, (int)known))) + (left * price)) / MeanSeconds;
        var deviation = price * PerSecond(one.Asset) * Math.Sqrt(left * left * left / 3) / MeanSeconds;
        return Normal((mean - one.PriceToBeat) / Math.Max(deviation, 1));
    }

    private double Above(string asset, long strike, double seconds)
    {
        var price = (double)oracle.Price(asset);
        return price == 0 ? 0.5
            : Normal(Math.Log(price / strike) / (PerSecond(asset) * Math.Sqrt(Math.Max(seconds, 1))));
    }

    private static double PerSecond(string asset) =>
        Math.Max(LatentPrices.AnnualVolatility(asset), 0.1) / Math.Sqrt(YearSeconds);

    private static double SecondsTo(OutcomeEvent one, long nowNanos) =>
        Math.Max(0, one.EndNanos - nowNanos) / (double)Stamps.NanosPerSecond;

    private double Mood(OutcomeMarket market)
    {
        var mood = _moods.TryGetValue(market, out var before) ? before : 0.8 * random.NextGaussian();
        return _moods[market] = (0.999 * mood) + (0.01 * random.NextGaussian());
    }

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    // Abramowitz and Stegun 26.2.17: good to 10^-7.
    private static double Normal(double x)
    {
        var t = 1 / (1 + (0.2316419 * Math.Abs(x)));
        var tail = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI) * t * (0.319381530 + (t * (-0.356563782
            + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return x >= 0 ? 1 - tail : tail;
    }
}
