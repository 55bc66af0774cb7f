using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>Where the portfolio holds something, told to the feeds.</summary>
/// <remarks>Any thread.</remarks>
public sealed class HeldMarkets(IntentJournal journal) : IHeldMarkets
{
    /// <inheritdoc/>
    public IReadOnlyList<HeldMarket> Of(Venue venue)
    {
        lock (journal.Gate)
        {
            var state = journal.State;
            var slugs = new Dictionary<string, string>(StringComparer.Ordinal);

            // An order on its way may come to hold something.
            foreach (var leg in state.Plans.Where(plan => !plan.IsFinal).SelectMany(plan => plan.Plan.Legs)
                .Where(leg => leg.Market.Venue == venue))
            {
                slugs[leg.Market.MarketId] = leg.Market.Slug;
            }

            foreach (var position in state.Portfolio.Positions)
            {
                if (position.Token.Venue == venue && position.SizeMicro > 0)
                {
                    slugs.TryAdd(position.MarketId, "");
                }
            }

            foreach (var leg in state.Plans.SelectMany(plan => plan.Plan.Legs))
            {
                if (leg.Market.Venue == venue && slugs.ContainsKey(leg.Market.MarketId))
                {
                    slugs[leg.Market.MarketId] = leg.Market.Slug;
                }
            }

            return [.. slugs.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => new HeldMarket(pair.Key, pair.Value))];
        }
    }
}
