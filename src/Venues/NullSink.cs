using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>Hears everything of a feed and does nothing, where books and counts are wanted alone.</summary>
public sealed class NullSink : IFeedSink
{
    /// <inheritdoc/>
    public void OnEvent(FeedInstrument instrument, in VenueEvent e, long receivedNanos)
    {
    }

    /// <inheritdoc/>
    public void OnBook(
        FeedInstrument instrument,
        in VenueEvent e,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long receivedNanos)
    {
    }

    /// <inheritdoc/>
    public void OnProof(FeedInstrument instrument, long receivedNanos)
    {
    }
}
