using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>A price of each market's first token a minute. Under the floor's lock.</summary>
internal sealed class PriceHistory
{
    private const int Kept = 1_440;
    private const long MinuteNanos = 60 * Stamps.NanosPerSecond;

    private readonly Dictionary<OutcomeMarket, List<(long AtNanos, int Price)>> _points = [];

    public IReadOnlyList<(long AtNanos, int Price)> Of(OutcomeMarket market) =>
        _points.TryGetValue(market, out var points) ? points : [];

    /// <summary>A second has passed.</summary>
    public void Second(OutcomeCatalog catalog, long nowNanos)
    {
        if (nowNanos / Stamps.NanosPerSecond * Stamps.NanosPerSecond % MinuteNanos != 0)
        {
            return;
        }

        foreach (var market in catalog.Open)
        {
            if (!_points.TryGetValue(market, out var points))
            {
                _points[market] = points = [];
            }

            if (points.Count == Kept)
            {
                points.RemoveAt(0);
            }

            points.Add((nowNanos, GammaJson.PriceOf(market, OutcomeMarket.Yes)));
        }

        foreach (var old in _points.Keys.Where(market => market.Winner is not null
            && nowNanos - market.ResolvedNanos > 60 * MinuteNanos).ToArray())
        {
            _points.Remove(old);
        }
    }
}
