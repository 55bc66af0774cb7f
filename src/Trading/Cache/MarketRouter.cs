using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>Finds the market worker of a venue.</summary>
/// <remarks>Immutable: any thread.</remarks>
public sealed class MarketRouter
{
    private readonly VenueWorker?[] _workers = new VenueWorker?[byte.MaxValue + 1];

    /// <summary>Makes a worker for each venue.</summary>
    /// <param name="cache">What the workers write to.</param>
    /// <param name="inbox">Whom they tell.</param>
    /// <param name="venues">The venues; what others say is nobody's.</param>
    public MarketRouter(MarketCache cache, NotificationInbox inbox, IReadOnlyList<Venue> venues)
    {
        foreach (var venue in venues)
        {
            _workers[(int)venue] = new VenueWorker(venue, cache, inbox);
        }
    }

    /// <summary>A venue's worker; null where the venue is not one of the router's.</summary>
    public VenueWorker? Worker(Venue venue) => _workers[(int)venue];
}
