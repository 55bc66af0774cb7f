using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Bybit;

/// <summary>
/// Bybit's rule: a snapshot sets the book, each delta's <c>u</c> is one more than the last, and <c>u</c> = 1 replaces
/// the
/// book because the service restarted.
/// </summary>
internal sealed class BybitBooks(InstrumentTable instruments, FeedTally tally, IFeedSink sink)
    : BookKeeper(instruments, tally, sink)
{
    private const int MaxBehind = 8;
    private const long FarBehind = 1_000;

    private long[] _last = new long[16];
    private int[] _behind = new int[16];

    /// <inheritdoc/>
    public override void OnBook(FeedInstrument instrument, in VenueEvent e, FrameEvents frame, long receivedNanos)
    {
        if (instrument.Index >= _last.Length)
        {
            Array.Resize(ref _last, Math.Max(instrument.Index + 1, _last.Length * 2));
            Array.Resize(ref _behind, _last.Length);
        }

        if (IsSynced(instrument) && instrument.SubscribedDepth != e.Depth)
        {
            // Another depth of the same book counts its updates separately; the one that is followed is kept.
            return;
        }

        if (e.Kind == VenueEventKind.BookSnapshot)
        {
            instrument.SubscribedDepth = e.Depth;
            _last[instrument.Index] = e.LastId;
            _behind[instrument.Index] = 0;
            Load(instrument, e, frame.Bids(e), frame.Asks(e), receivedNanos);
            return;
        }

        if (!IsSynced(instrument))
        {
            if (instrument.Proof == BookProof.Waiting)
            {
                Prove(instrument, BookProof.AwaitingSnapshot, receivedNanos);
            }

            return;
        }

        var last = _last[instrument.Index];
        if (e.LastId <= last)
        {
            // A repetition. Many running, or one from long ago, mean that the venue counts anew and its snapshot was
            // lost.
            if (++_behind[instrument.Index] > MaxBehind || last - e.LastId > FarBehind)
            {
                CountGap(instrument);
                Drop(instrument, BookProof.Gap, receivedNanos);
            }

            return;
        }

        _behind[instrument.Index] = 0;

        if (e.LastId - 1 != last)
        {
            CountGap(instrument);
            Drop(instrument, BookProof.Gap, receivedNanos);
            return;
        }

        _last[instrument.Index] = e.LastId;
        Apply(instrument, e, frame.Bids(e), frame.Asks(e), receivedNanos);
    }
}
