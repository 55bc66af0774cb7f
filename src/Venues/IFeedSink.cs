using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>Receives the normalised events of one feed, in the order in which the venue sent them.</summary>
/// <remarks>Called on the feed loop; must return quickly and must not keep the spans.</remarks>
public interface IFeedSink
{
    /// <summary>A trade or a quote.</summary>
    void OnEvent(FeedInstrument instrument, in VenueEvent e, long receivedNanos);

    /// <summary>A book event that was applied to <see cref="FeedInstrument.Book"/>, with the levels it
    /// changed.</summary>
    void OnBook(
        FeedInstrument instrument,
        in VenueEvent e,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long receivedNanos);

    /// <summary>The proof of a book changed: see <see cref="FeedInstrument.Proof"/>.</summary>
    void OnProof(FeedInstrument instrument, long receivedNanos);
}
