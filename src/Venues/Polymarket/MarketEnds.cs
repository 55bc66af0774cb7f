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
        foreach (var entry in catalog.All)
        {
            if (entry.Market is not { } market)
            {
                continue;
            }

            if (market.Phase == MarketPhase.Resolved && _resolved.TryAdd(entry.ConditionId, now))
            {
                continue;
            }

            var known = _resolved.TryGetValue(entry.ConditionId, out var since) && now - since > AfterResolutionNanos;
            var late = market.ClosesNanos > 0 && now - market.ClosesNanos > followAfterEnd.Ticks * 100
                && market.Phase is MarketPhase.Closed or MarketPhase.Resolved or MarketPhase.Paused
                    or MarketPhase.Hydrating;
            var forgotten = market.ClosesNanos > 0 && market.Price is { OpensAtStrike: true }
                && now - market.ClosesNanos > 2 * followAfterEnd.Ticks * 100;

            // A market of a watched event is described again with it: it is kept, without its tokens.
            if ((known || late || forgotten) && (entry.IsDeclared || !entry.IsOfEvent))
            {
                over.Add(entry);
            }
        }

        foreach (var entry in over.Where(entry => !entry.IsOfEvent))
        {
            _resolved.Remove(entry.ConditionId);
        }

        return over;
    }
}
