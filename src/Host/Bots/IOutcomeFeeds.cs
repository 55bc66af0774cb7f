using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Host.Bots;

/// <summary>The prediction venues of a run, whether live or from a tape.</summary>
/// <remarks>Any thread.</remarks>
internal interface IOutcomeFeeds
{
    /// <summary>The venues, in a fixed order.</summary>
    IEnumerable<Venue> Venues { get; }

    /// <summary>Where a venue's tokens stand.</summary>
    IReadOnlyList<OutcomeReport> Report(Venue venue);

    /// <summary>What goes wrong with a venue as a whole, in one line; null where nothing does.</summary>
    string? Trouble(Venue venue);
}
