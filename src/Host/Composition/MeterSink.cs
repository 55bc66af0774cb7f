using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Host.Composition;

/// <summary>Counts every event of the feeds for the metrics.</summary>
/// <remarks>Called on feed threads under their desk's lock.</remarks>
internal sealed class MeterSink(FeedMeter meter) : IFeedSink
{
    /// <inheritdoc/>
    public void OnEvent(FeedInstrument instrument, in VenueEvent e, long receivedNanos) =>
        meter.Count(instrument.Venue, e, receivedNanos);

    /// <inheritdoc/>
    public void OnBook(
        FeedInstrument instrument,
        in VenueEvent e,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long receivedNanos) =>
        meter.Count(instrument.Venue, e, receivedNanos);

    /// <inheritdoc/>
    public void OnProof(FeedInstrument instrument, long receivedNanos)
    {
        // A proof is a state, not an event of the venue.
    }
}
