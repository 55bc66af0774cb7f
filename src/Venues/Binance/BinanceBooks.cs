using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Binance;

/// <summary>
/// Binance's rule (web-socket-streams.md, "How to manage a local order book correctly"): buffer differences, take a
/// REST snapshot L, drop what ends at or before L, the first one applied covers L + 1, each next one continues the
/// last. Futures differences name their predecessor in <c>pu</c> instead. A snapshot knows the book only so far from
/// the touch: when prices come near the edge of what it knew, a fresh one is asked for while the book stays proven.
/// </summary>
internal sealed class BinanceBooks(InstrumentTable instruments, FeedTally tally, IFeedSink sink)
    : BookKeeper(instruments, tally, sink)
{
    private const int CrossCheckPatience = 3;

    private BinanceChain[] _chains = [];

    /// <inheritdoc/>
    public override void OnBook(FeedInstrument instrument, in VenueEvent e, FrameEvents frame, long receivedNanos)
    {
        var chain = ChainOf(instrument);
        if (e.Kind == VenueEventKind.BookSnapshot)
        {
            OnSnapshot(instrument, chain, e, frame, receivedNanos);
        }
        else if (IsSynced(instrument))
        {
            OnSyncedUpdate(instrument, chain, e, frame, receivedNanos);
        }
        else
        {
            Buffer(instrument, chain, e, frame);
            if (instrument.Proof == BookProof.Waiting)
            {
                Prove(instrument, BookProof.AwaitingSnapshot, receivedNanos);
            }
        }
    }

    /// <inheritdoc/>
    public override void OnQuote(FeedInstrument instrument, in VenueEvent e) => ChainOf(instrument).Quotes.Add(e);

    /// <inheritdoc/>
    public override void Reset(BookProof proof, long receivedNanos)
    {
        foreach (var chain in _chains)
        {
            chain.Reset();
        }

        base.Reset(proof, receivedNanos);
    }

    private void OnSnapshot(
        FeedInstrument instrument, BinanceChain chain, in VenueEvent e, FrameEvents frame, long receivedNanos)
    {
        var pending = chain.Pending;
        var first = pending.FirstAfter(e.LastId);
        var connects = first == pending.Count || Continues(pending[first], e.LastId, afterSnapshot: true);
        if (IsSynced(instrument) && instrument.IsProven && e.LastId <= chain.LastId
            && !(instrument.WantsSnapshot && connects && pending.EndsAt(chain.LastId)))
        {
            // A late reply to an earlier request: the book is already ahead of it.
            return;
        }

        if (!connects)
        {
            // Older than the first difference that was kept: only a newer snapshot can close the hole.
            Drop(instrument, BookProof.AwaitingSnapshot, receivedNanos);
            return;
        }

        chain.LastId = e.LastId;
        chain.AppliedSinceSnapshot = false;
        chain.Recent.Clear();
        chain.Edge = BookEdge.Of(frame.Bids(e), frame.Asks(e));
        instrument.WantsSnapshot = false;
        Load(instrument, e, frame.Bids(e), frame.Asks(e), receivedNanos);
        for (var i = first; i < pending.Count; i++)
        {
            ref var update = ref pending[i];
            Advance(instrument, chain, update, pending.Bids(update), pending.Asks(update), receivedNanos);
        }

        pending.Clear();
    }

    private void OnSyncedUpdate(
        FeedInstrument instrument, BinanceChain chain, in VenueEvent e, FrameEvents frame, long receivedNanos)
    {
        if (e.LastId <= chain.LastId)
        {
            // Older than the snapshot, or seen before. Anything else means that the chain itself was misled.
            if (!chain.AppliedSinceSnapshot || chain.Recent.Contains(e.FirstId, e.LastId))
            {
                return;
            }
        }
        else if (Continues(e, chain.LastId, !chain.AppliedSinceSnapshot))
        {
            if (e.PreviousId == 0)
            {
                CrossCheck(instrument, chain, receivedNanos);
            }

            if (!IsSynced(instrument))
            {
                chain.Pending.Add(e, frame);
                return;
            }

            Advance(instrument, chain, e, frame.Bids(e), frame.Asks(e), receivedNanos);
            instrument.WantsSnapshot |= chain.Edge.IsNear(instrument.Book);
            if (instrument.WantsSnapshot)
            {
                // The snapshot that is asked for may be older than what is applied meanwhile.
                chain.Pending.Add(e, frame);
            }

            if (e.PreviousId == 0)
            {
                CrossCheck(instrument, chain, receivedNanos);
            }

            return;
        }

        CountGap(instrument);
        instrument.WantsSnapshot = false;
        chain.Reset();
        Drop(instrument, BookProof.Gap, receivedNanos);
        chain.Pending.Add(e, frame);
    }

    private void Advance(
        FeedInstrument instrument,
        BinanceChain chain,
        in VenueEvent e,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long receivedNanos)
    {
        chain.LastId = e.LastId;
        chain.IsCrossChecked = false;
        chain.AppliedSinceSnapshot = true;
        chain.Recent.Add(e.FirstId, e.LastId);
        Apply(instrument, e, bids, asks, receivedNanos);
    }

    // bookTicker carries every change of the best prices under the same update ids: the newest one that the book has
    // reached must agree with it. A difference may arrive before the bookTicker of its own id, so the book is judged
    // once
    // bookTicker has come that far: at once, or before the next difference. Three disagreements running are no
    // accident.
    // Futures are left out: their bookTicker skips changes that the differences carry, as a recording of August 2024
    // shows.
    private void CrossCheck(FeedInstrument instrument, BinanceChain chain, long receivedNanos)
    {
        if (chain.IsCrossChecked || !chain.AppliedSinceSnapshot || chain.Quotes.NewestId < chain.LastId
            || !chain.Quotes.TryNewestUpTo(chain.LastId, out var quote))
        {
            return;
        }

        chain.IsCrossChecked = true;

        var bid = instrument.Book.Bids.Best;
        var ask = instrument.Book.Asks.Best;
        if (bid.Price == quote.Price && bid.Quantity == quote.Quantity
            && ask.Price == quote.AskPrice && ask.Quantity == quote.AskQuantity)
        {
            chain.Contradictions = 0;
        }
        else if (++chain.Contradictions == CrossCheckPatience)
        {
            chain.Reset();
            Drop(instrument, BookProof.CrossCheckFailed, receivedNanos);
        }
    }

    private void Buffer(FeedInstrument instrument, BinanceChain chain, in VenueEvent e, FrameEvents frame)
    {
        var pending = chain.Pending;
        if (pending.Count > 0)
        {
            ref var last = ref pending[pending.Count - 1];
            if (e.FirstId == last.FirstId && e.LastId == last.LastId)
            {
                return;
            }

            if (!Continues(e, last.LastId, afterSnapshot: false))
            {
                CountGap(instrument);
                pending.Clear();
            }
        }

        pending.Add(e, frame);
    }

    private static bool Continues(in VenueEvent e, long lastId, bool afterSnapshot)
    {
        if (e.PreviousId != 0)
        {
            // Futures ids are shared by all instruments, so a snapshot's id may fall between two differences.
            return e.PreviousId == lastId || (afterSnapshot && e.PreviousId <= lastId && e.LastId >= lastId);
        }

        return e.FirstId - 1 <= lastId && e.LastId > lastId;
    }

    private BinanceChain ChainOf(FeedInstrument instrument)
    {
        while (instrument.Index >= _chains.Length)
        {
            Array.Resize(ref _chains, _chains.Length + 1);
            _chains[^1] = new BinanceChain();
        }

        return _chains[instrument.Index];
    }
}
