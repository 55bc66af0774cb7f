using Strikeline.Venues;

namespace Strikeline.Unit.TestKit;

/// <summary>Hears everything and does nothing.</summary>
internal sealed class NullSink : IFeedSink
{
    public void OnEvent(FeedInstrument instrument, in VenueEvent e, long receivedNanos)
    {
    }

    public void OnBook(
        FeedInstrument instrument,
        in VenueEvent e,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long receivedNanos)
    {
    }

    public void OnProof(FeedInstrument instrument, long receivedNanos)
    {
    }
}
