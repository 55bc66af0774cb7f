using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>Where somebody holds something: a feed goes on describing these markets until they have paid, whatever else
/// it watches, and also when it begins after they were decided.</summary>
/// <remarks>Any thread; asked every few seconds.</remarks>
public interface IHeldMarkets
{
    /// <summary>The markets of a venue in which something is held that has not been paid out.</summary>
    IReadOnlyList<HeldMarket> Of(Venue venue);
}

/// <summary>A market in which something is held.</summary>
/// <param name="MarketId">The venue's id of it: a condition id at Polymarket, a ticker at Kalshi.</param>
/// <param name="Slug">Its name in addresses; empty where it is not known.</param>
public readonly record struct HeldMarket(string MarketId, string Slug);

/// <summary>Nobody holds anything.</summary>
public sealed class NothingHeld : IHeldMarkets
{
    /// <inheritdoc/>
    public IReadOnlyList<HeldMarket> Of(Venue venue) => [];
}
