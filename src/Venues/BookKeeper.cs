using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues;

/// <summary>
/// Builds the books of one connection by the venue's own continuity rule and says at each step whether they are proven.
/// </summary>
/// <remarks>Feed loop only. What it cannot account for it drops: a book is proven or it is empty.</remarks>
internal abstract class BookKeeper(InstrumentTable instruments, FeedTally tally, IFeedSink sink)
{
    private bool[] _synced = new bool[16];

    protected InstrumentTable Instruments { get; } = instruments;

    protected FeedTally Tally { get; } = tally;

    /// <summary>Judges the connection-wide sequence number of a frame; false where the frame was seen before.</summary>
    public virtual bool AcceptSequence(long sequence, ReadOnlySpan<byte> frame, long receivedNanos) => true;

    /// <summary>A snapshot or update arrived.</summary>
    public abstract void OnBook(FeedInstrument instrument, in VenueEvent e, FrameEvents frame, long receivedNanos);

    /// <summary>The venue's best bid and ask, for those that cross-check their book with it.</summary>
    public virtual void OnQuote(FeedInstrument instrument, in VenueEvent e)
    {
    }

    /// <summary>A frame was refused: whatever it held did not reach the books.</summary>
    public virtual void OnRejected(int culprit, long receivedNanos)
    {
    }

    /// <summary>The connection ended or began: nothing that was known continues.</summary>
    public virtual void Reset(BookProof proof, long receivedNanos)
    {
        foreach (var instrument in Instruments.All)
        {
            Drop(instrument, proof, receivedNanos);
        }
    }

    protected bool IsSynced(FeedInstrument instrument) =>
        instrument.Index < _synced.Length && _synced[instrument.Index];

    protected void Load(
        FeedInstrument instrument,
        in VenueEvent e,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long receivedNanos)
    {
        if (instrument.Index >= _synced.Length)
        {
            Array.Resize(ref _synced, Math.Max(instrument.Index + 1, _synced.Length * 2));
        }

        _synced[instrument.Index] = true;
        instrument.Book.Load(bids, asks);
        Announce(instrument, e, bids, asks, receivedNanos);
    }

    protected void Apply(
        FeedInstrument instrument,
        in VenueEvent e,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long receivedNanos)
    {
        instrument.Book.Apply(bids, asks);
        Announce(instrument, e, bids, asks, receivedNanos);
    }

    /// <summary>Tells the listeners of an update that is in the book already.</summary>
    protected void Announce(
        FeedInstrument instrument,
        in VenueEvent e,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long receivedNanos)
    {
        sink.OnBook(instrument, e, bids, asks, receivedNanos);
        Judge(instrument, receivedNanos);
    }

    /// <summary>Empties a book and says why; it waits for a snapshot.</summary>
    protected void Drop(FeedInstrument instrument, BookProof proof, long receivedNanos)
    {
        if (instrument.Index < _synced.Length)
        {
            _synced[instrument.Index] = false;
        }

        instrument.Book.Clear();
        Prove(instrument, proof, receivedNanos);
    }

    protected void CountGap(FeedInstrument instrument)
    {
        instrument.Gaps++;
        Tally.Gaps++;
    }

    protected void Prove(FeedInstrument instrument, BookProof proof, long receivedNanos)
    {
        if (instrument.Proof != proof)
        {
            instrument.Proof = proof;
            sink.OnProof(instrument, receivedNanos);
        }
    }

    private void Judge(FeedInstrument instrument, long receivedNanos) =>
        Prove(instrument, instrument.Book.IsCrossed ? BookProof.Crossed : BookProof.Proven, receivedNanos);
}
