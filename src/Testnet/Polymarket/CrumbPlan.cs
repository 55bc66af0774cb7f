using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>Now and then the crowd leans on a market by more than spread and fees: an arbitrage, for a while.</summary>
/// <remarks>
/// On a split market one token's quotes lean, so that both asks sum below one or both bids above; over the markets of a
/// neg-risk event all lean the same way; on a ladder a lower strike is offered below the bid of a higher one. Under the
/// floor's lock.
/// </remarks>
internal sealed class CrumbPlan(OutcomeCatalog catalog, SeededRandom random, long nowNanos)
{
    private const int Margin = 150;
    private const double LeastSeconds = 20;
    private const double MostSeconds = 40;

    private readonly Dictionary<(OutcomeMarket Market, int Token), int> _leans = [];
    private long _nextNanos = nowNanos + (long)(LeastSeconds * Stamps.NanosPerSecond);
    private long _endNanos;

    /// <summary>How many there were of each kind.</summary>
    public SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>Which one lies there now; empty for none.</summary>
    public string Now { get; private set; } = "";

    /// <summary>By how much the crowd's price of a token is off now.</summary>
    public int LeanOf(OutcomeMarket market, int token) => _leans.GetValueOrDefault((market, token));

    public void Step(long atNanos)
    {
        if (_leans.Count > 0 && atNanos >= _endNanos)
        {
            _leans.Clear();
            Now = "";
        }

        if (atNanos >= _nextNanos)
        {
            _nextNanos = atNanos + Seconds(LeastSeconds, MostSeconds);
            _endNanos = atNanos + Seconds(5, 9);
            _leans.Clear();
            Lay(random.NextInt(4), atNanos);
        }
    }

    private long Seconds(double least, double most) =>
        (long)((least + ((most - least) * random.NextDouble())) * Stamps.NanosPerSecond);

    private void Lay(int kind, long atNanos)
    {
        Now = kind switch
        {
            0 => Cross(atNanos, -1) ? "asks_below_one" : "",
            1 => Cross(atNanos, 1) ? "bids_above_one" : "",
            2 => AllOf(atNanos) ? "neg_risk" : "",
            _ => Steps(atNanos) ? "ladder" : "",
        };
        if (Now.Length > 0)
        {
            Counts[Now] = Counts.GetValueOrDefault(Now) + 1;
        }
    }

    private bool Cross(long atNanos, int sign)
    {
        var open = catalog.Open.Where(market => market.IsSplit && market.IsTradable(atNanos)
            && market.Event.EndNanos - atNanos > 20 * Stamps.NanosPerSecond
            && market.Fair is > 0.2 and < 0.8).ToList();
        if (open.Count == 0)
        {
            return false;
        }

        // Of the windows, those that run are looked at most.
        var running = open.FindAll(market => atNanos >= market.Event.StartNanos);
        var market = Any(running.Count > 0 ? running : open);
        _leans[(market, OutcomeMarket.No)] = sign * (SpreadOf(market) + FeesOf(market) + Margin);
        return true;
    }

    private bool AllOf(long atNanos)
    {
        var one = catalog.Events.FirstOrDefault(one => one.Kind == EventKind.NegRisk && !one.IsClosed);
        if (one is null)
        {
            return false;
        }

        var sign = random.Chance(0.5) ? -1 : 1;
        foreach (var market in one.Markets.Where(market => market.IsTradable(atNanos)))
        {
            _leans[(market, OutcomeMarket.Yes)] =
                sign * (SpreadOf(market) + FeesOf(market) + (Margin / one.Markets.Count));
        }

        return true;
    }

    // The neighbouring rungs that lie closest; the lower one is offered below the bid of the higher.
    private bool Steps(long atNanos)
    {
        var rungs = catalog.Open.Where(market => market.Event.Kind == EventKind.Ladder && market.IsTradable(atNanos)
            && market.Fair is > 0.08 and < 0.92).OrderBy(market => market.Strike).ToList();
        var pair = rungs.Zip(rungs.Skip(1)).OrderBy(two => two.First.Fair - two.Second.Fair).FirstOrDefault();
        if (pair.First is null || pair.Second.Fair * OutcomeUnits.Dollar < 1_000)
        {
            return false;
        }

        var gap = (int)((pair.First.Fair - pair.Second.Fair) * OutcomeUnits.Dollar);
        _leans[(pair.First, OutcomeMarket.Yes)] = -(gap + SpreadOf(pair.First) + FeesOf(pair.First) + Margin);
        return true;
    }

    private OutcomeMarket Any(List<OutcomeMarket> markets) => markets[random.NextInt(markets.Count)];

    // Both halves, of which each may be rounded to the next tick.
    private static int SpreadOf(OutcomeMarket market) => 4 * market.Tick;

    private static int FeesOf(OutcomeMarket market) =>
        (int)(2 * market.Fees.Of(OutcomeUnits.Dollar / 2, OutcomeUnits.LotsPerShare) / OutcomeUnits.MicrosPerLot);
}
