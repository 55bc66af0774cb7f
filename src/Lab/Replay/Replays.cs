using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>Picks the replay of a venue.</summary>
public static class Replays
{
    /// <summary>Makes a replay that discovers instruments, or tokens, as they appear.</summary>
    public static IReplay Of(Venue venue) =>
        OutcomeDecoders.Knows(venue) ? new OutcomeReplay(venue) : new VenueReplay(venue, []);
}
