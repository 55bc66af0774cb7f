using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>Finds the markets that are over and of no more use.</summary>
/// <remarks>As the catalogue: one caller at a time.</remarks>
/// <param name="catalog">What is known.</param>
/// <param name="followAfterEnd">How long a market is followed after its end while its outcome is not known.</param>
internal sealed class MarketEnds(MarketCatalog catalog, TimeSpan followAfterEnd)
{
    private const long AfterResolutionNanos = 60 * Stamps.NanosPerSecond;

    private readonly Dictionary<string, long> _resolved = new(StringComparer.Ordinal);

    /// <summary>The markets that are to be dropped now.</summary>
    public List<MarketCatalog.Entry> Over(long now)
    {
        var over = new List<MarketCatalog.Entry>();
        var follow = followAfterEnd.Nanos();
        foreach (var entry in catalog.All)
        {
            var closes = entry.Market?.ClosesNanos ?? entry.Draft?.EndNanos ?? 0;
            var sinceEnd = closes > 0 ? now - closes : 0;
            if (entry.Market is not { } market)
            {
                // Never understood, and nobody asks any more.
                if (sinceEnd > 2 * follow && !entry.IsKept)
                {
                    over.Add(entry);
                }

                continue;
            }

            if (market.Phase == MarketPhase.Resolved && _resolved.TryAdd(entry.ConditionId, now))
            {
                continue;
            }

            var known = _resolved.TryGetValue(entry.ConditionId, out var since) && now - since > AfterResolutionNanos;
            var late = sinceEnd > follow
                && market.Phase is MarketPhase.Closed or MarketPhase.Resolved or MarketPhase.Paused
                    or MarketPhase.Hydrating;
            var forgotten = market.Price is { OpensAtStrike: true } && sinceEnd > 2 * follow;

            // What is kept is so without its tokens.
            if ((known || late || forgotten) && (entry.IsDeclared || !entry.IsKept))
            {
                over.Add(entry);
            }
        }

        foreach (var entry in over.Where(entry => !entry.IsKept))
        {
            _resolved.Remove(entry.ConditionId);
        }

        return over;
    }
}
