using Strikeline.Crypto;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Coinbase;

/// <summary>
/// Coinbase's rule: <c>sequence_num</c> counts every message of the connection, whatever its channel, so one hole
/// concerns
/// every book. The Exchange dialect has no such number: there a frame that could not be read costs the books instead.
/// </summary>
internal sealed class CoinbaseBooks(InstrumentTable instruments, FeedTally tally, IFeedSink sink)
    : BookKeeper(instruments, tally, sink)
{
    private const int Remembered = 64;

    private readonly (long Sequence, uint Fingerprint)[] _recent = new (long, uint)[Remembered];
    private long _last = -1;

    /// <inheritdoc/>
    public override bool AcceptSequence(long sequence, ReadOnlySpan<byte> frame, long receivedNanos)
    {
        if (sequence < 0)
        {
            return true;
        }

        var fingerprint = Crc32C.Of(frame);
        ref var seen = ref _recent[(int)(sequence % Remembered)];
        if (sequence - 1 != _last)
        {
            if (sequence <= _last && seen == (sequence, fingerprint))
            {
                // The same message again. Another message under a number that was seen is a hole as well.
                return false;
            }

            Break(sequence, receivedNanos);
        }

        seen = (sequence, fingerprint);
        _last = sequence;
        return true;
    }

    /// <inheritdoc/>
    public override void OnBook(FeedInstrument instrument, in VenueEvent e, FrameEvents frame, long receivedNanos)
    {
        if (e.Kind == VenueEventKind.BookSnapshot)
        {
            Load(instrument, e, frame.Bids(e), frame.Asks(e), receivedNanos);
        }
        else if (IsSynced(instrument))
        {
            Apply(instrument, e, frame.Bids(e), frame.Asks(e), receivedNanos);
        }
        else if (instrument.Proof == BookProof.Waiting)
        {
            Prove(instrument, BookProof.AwaitingSnapshot, receivedNanos);
        }
    }

    /// <inheritdoc/>
    public override void OnRejected(int culprit, long receivedNanos)
    {
        if (_last >= 0)
        {
            return;
        }

        foreach (var instrument in Instruments.All)
        {
            if ((culprit < 0 || culprit == instrument.Index) && IsSynced(instrument))
            {
                Drop(instrument, BookProof.FrameRejected, receivedNanos);
            }
        }
    }

    /// <inheritdoc/>
    public override void Reset(BookProof proof, long receivedNanos)
    {
        _last = -1;
        Array.Clear(_recent);
        base.Reset(proof, receivedNanos);
    }

    // Every connection counts from zero, so zero is another connection and not a hole.
    private void Break(long sequence, long receivedNanos)
    {
        if (_last < 0)
        {
            return;
        }

        Array.Clear(_recent);
        if (sequence == 0)
        {
            DropAll(BookProof.AwaitingSnapshot, receivedNanos);
            return;
        }

        Tally.Gaps++;
        foreach (var instrument in Instruments.All)
        {
            instrument.Gaps++;
        }

        DropAll(BookProof.Gap, receivedNanos);
    }

    private void DropAll(BookProof proof, long receivedNanos)
    {
        foreach (var instrument in Instruments.All)
        {
            if (IsSynced(instrument))
            {
                Drop(instrument, proof, receivedNanos);
            }
        }
    }
}
