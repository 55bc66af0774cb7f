using Strikeline.Kernel;

namespace Strikeline.Venues.Kalshi;

/// <summary>Builds the books of one feed by Kalshi's own rules and says at each step whether they may be
/// believed.</summary>
/// <remarks>
/// <para>Feed loop only. What it cannot account for it drops: a book is proven or it is empty, or crossed for the
/// moment.</para>
/// <para>Over the socket: every message of a subscription (<c>sid</c>), whatever its market, and the answers to
/// commands
/// about it too, take the next number (<c>seq</c>). A hole takes the proof of all books that stand on the subscription;
/// each comes back with a snapshot in the stream. A number that was seen before is a message that was seen before.
/// Snapshots
/// of REST have no number and never replace a book that stands on the socket.</para>
/// <para>Over REST: a book is true as of its answer and believed for <see cref="PolledLifeNanos"/> from there, as
/// nothing
/// says what has happened since.</para>
/// </remarks>
internal sealed class KalshiBooks(KalshiBookTable books, FeedTally tally, IOutcomeSink sink)
{
    private const int MostSubscriptions = 256;
    private const int BufferOverflow = 25;
    private const long DoubtPatienceNanos = 2 * Stamps.NanosPerSecond;

    // How long a book must have stood still to be compared with an answer of REST.
    private const long RestNanos = 5 * Stamps.NanosPerSecond;

    private long[] _sids = new long[8];
    private long[] _seqs = new long[8];
    private int _count;

    /// <summary>How long a polled book is believed.</summary>
    public long PolledLifeNanos { get; set; } = 3 * Stamps.NanosPerSecond;

    /// <summary>Books of sockets that a later look at the venue's best prices found wrong.</summary>
    public long CrossCheckFailures { get; private set; }

    /// <summary>Counts a message of a subscription.</summary>
    /// <param name="sid">The subscription.</param>
    /// <param name="seq">The message's number; negative where it has none.</param>
    /// <param name="begins">True for a snapshot, with which the count may begin.</param>
    /// <param name="nanos">When it arrived.</param>
    /// <returns>False where the message was counted before and must not take effect again.</returns>
    public bool Count(long sid, long seq, bool begins, long nanos)
    {
        if (sid < 0 || seq < 0)
        {
            return true;
        }

        var at = Array.IndexOf(_sids, sid, 0, _count);
        if (at < 0)
        {
            if (begins)
            {
                Begin(sid, seq, nanos);
            }

            return true;
        }

        if (seq <= _seqs[at])
        {
            return false;
        }

        var follows = seq == _seqs[at] + 1;
        _seqs[at] = seq;
        if (!follows)
        {
            tally.Gaps++;
            DropSubscription(sid, BookProof.Gap, nanos);
        }

        return true;
    }

    /// <summary>A message of the socket could not be read: whatever it held did not reach the books.</summary>
    public void OnRejected(KalshiFrame frame, long nanos)
    {
        if (frame.IsHarmless)
        {
            Count(frame.Sid, frame.Seq, begins: false, nanos);
            return;
        }

        if (!frame.HasEnvelope)
        {
            foreach (var book in books.All)
            {
                if (book.Sid >= 0)
                {
                    Drop(book, BookProof.FrameRejected, nanos);
                }
            }

            return;
        }

        if (!Count(frame.Sid, frame.Seq, begins: false, nanos))
        {
            return;
        }

        if (frame.Book is { } culprit)
        {
            if (culprit.Sid >= 0)
            {
                Drop(culprit, BookProof.FrameRejected, nanos);
            }
        }
        else
        {
            DropSubscription(frame.Sid, BookProof.FrameRejected, nanos);
        }
    }

    /// <summary>A snapshot came over the socket.</summary>
    public void OnSnapshot(KalshiFrame frame, long nanos)
    {
        var book = frame.BookAt(0, out var yes, out var no);
        book.Sid = frame.Sid;
        book.DoubtNanos = 0;
        book.Load(yes, no);
        Changed(book, frame.VenueNanos, nanos);
    }

    /// <summary>A level changed.</summary>
    public void OnDelta(KalshiFrame frame, long nanos)
    {
        var book = frame.Book!;
        if (book.Sid != frame.Sid)
        {
            // Of a subscription that the book does not stand on: nothing to add it to.
            if (book.Proof == BookProof.Waiting)
            {
                Prove(book, BookProof.AwaitingSnapshot, nanos);
            }

            return;
        }

        if (!book.TryChange(frame.IsYes, frame.PricePpm, frame.SizeMicro))
        {
            tally.Gaps++;
            book.Gaps++;
            Drop(book, BookProof.Gap, nanos);
            return;
        }

        Changed(book, frame.VenueNanos, nanos);
    }

    /// <summary>An answer of REST with whole books.</summary>
    public void OnRead(KalshiFrame frame, long nanos)
    {
        for (var i = 0; i < frame.Count; i++)
        {
            var book = frame.BookAt(i, out var yes, out var no);
            if (book.Sid >= 0)
            {
                Confirm(book, yes, no, nanos);
                continue;
            }

            var before = book.Yes.Levels.Changes + book.No.Levels.Changes;
            book.Load(yes, no);
            book.ChangedNanos = before == book.Yes.Levels.Changes + book.No.Levels.Changes && book.ChangedNanos != 0
                ? book.ChangedNanos
                : nanos;
            Announce(book, frame.VenueNanos, nanos);
        }
    }

    /// <summary>The venue's best prices, which come on a channel of their own.</summary>
    public void OnTicker(KalshiFrame frame, long nanos)
    {
        var book = frame.Book!;
        if (book.Sid >= 0 && book.Proof == BookProof.Proven)
        {
            var levels = book.Yes.Levels;
            var ask = levels.Asks.Count == 0 ? Micros.One : levels.Asks.Best.Price;
            Doubt(book, levels.Bids.Best.Price != frame.BidPpm || ask != frame.AskPpm, nanos);
        }
    }

    /// <summary>The venue refused something.</summary>
    public void OnRefusal(KalshiFrame frame, long nanos)
    {
        if (frame.Code == BufferOverflow)
        {
            // The venue threw messages of the subscription away; where it does not say of which, of all.
            tally.Gaps++;
            DropSubscription(frame.Sid, BookProof.Gap, nanos);
        }
    }

    /// <summary>Time passes: polled books grow old, and doubts that nothing removed become certain.</summary>
    public void Expire(long nanos)
    {
        foreach (var book in books.All)
        {
            if (book.Sid < 0)
            {
                if (book.Proof is BookProof.Proven or BookProof.Crossed && nanos - book.AsOfNanos > PolledLifeNanos)
                {
                    Drop(book, BookProof.Stale, nanos);
                }
            }
            else if (book.DoubtNanos != 0 && nanos - book.DoubtNanos >= DoubtPatienceNanos)
            {
                Condemn(book, nanos);
            }
        }
    }

    /// <summary>The socket ended or began: nothing that was known of it continues.</summary>
    public void Reset(long nanos)
    {
        _count = 0;
        foreach (var book in books.All)
        {
            if (book.Sid >= 0 || book.Proof == BookProof.AwaitingSnapshot)
            {
                Drop(book, BookProof.Disconnected, nanos);
            }
        }
    }

    /// <summary>Drops one book, because what it means has changed.</summary>
    public void Drop(KalshiBook book, BookProof proof, long nanos)
    {
        book.Clear();
        Prove(book, proof, nanos);
    }

    private static bool IsEqual(BookSide side, ReadOnlySpan<Level> bids)
    {
        if (side.Count != bids.Length)
        {
            return false;
        }

        for (var i = 0; i < bids.Length; i++)
        {
            if (side.QuantityAt(bids[i].Price) != bids[i].Quantity)
            {
                return false;
            }
        }

        return true;
    }

    // What was read may be as old as the request for it: of a book that has changed since, it says nothing.
    private void Confirm(KalshiBook book, ReadOnlySpan<Level> yes, ReadOnlySpan<Level> no, long nanos)
    {
        if (nanos - book.ChangedNanos < RestNanos)
        {
            return;
        }

        var differs = !IsEqual(book.Yes.Levels.Bids, yes) || !IsEqual(book.No.Levels.Bids, no);
        Doubt(book, differs, nanos);
        book.AsOfNanos = differs ? book.AsOfNanos : nanos;
    }

    // Another channel may be ahead of the book's or behind it. Only a contradiction that stays while the book stands
    // still
    // says that the book is dead.
    private void Doubt(KalshiBook book, bool differs, long nanos)
    {
        var changes = book.Yes.Levels.Changes + book.No.Levels.Changes;
        if (!differs || book.Proof != BookProof.Proven)
        {
            book.DoubtNanos = 0;
        }
        else if (book.DoubtNanos == 0 || book.DoubtChanges != changes)
        {
            book.DoubtNanos = nanos;
            book.DoubtChanges = changes;
        }
    }

    private void Condemn(KalshiBook book, long nanos)
    {
        var isStill = book.DoubtChanges == book.Yes.Levels.Changes + book.No.Levels.Changes;
        book.DoubtNanos = 0;
        if (isStill)
        {
            CrossCheckFailures++;
            Drop(book, BookProof.CrossCheckFailed, nanos);
        }
    }

    private void Begin(long sid, long seq, long nanos)
    {
        if (_count == MostSubscriptions)
        {
            // A venue that counts so many subscriptions on one socket is not understood.
            Reset(nanos);
        }

        if (_count == _sids.Length)
        {
            Array.Resize(ref _sids, _count * 2);
            Array.Resize(ref _seqs, _count * 2);
        }

        _sids[_count] = sid;
        _seqs[_count++] = seq;
    }

    private void DropSubscription(long sid, BookProof proof, long nanos)
    {
        foreach (var book in books.All)
        {
            if (book.Sid >= 0 && (book.Sid == sid || sid < 0))
            {
                book.Gaps += proof == BookProof.Gap ? 1 : 0;
                Drop(book, proof, nanos);
            }
        }
    }

    private void Changed(KalshiBook book, long venueNanos, long nanos)
    {
        book.ChangedNanos = nanos;
        Announce(book, venueNanos, nanos);
    }

    private void Announce(KalshiBook book, long venueNanos, long nanos)
    {
        book.AsOfNanos = nanos;
        var proof = book.Yes.Levels.IsCrossed ? BookProof.Crossed : BookProof.Proven;
        foreach (var token in (ReadOnlySpan<OutcomeBook>)[book.Yes, book.No])
        {
            token.VenueNanos = venueNanos;
            token.Events++;
            token.Proof = proof;
        }

        sink.OnBooks([book.Yes, book.No], nanos);
    }

    private void Prove(KalshiBook book, BookProof proof, long nanos)
    {
        if (book.Proof == proof)
        {
            return;
        }

        book.Yes.Proof = proof;
        book.No.Proof = proof;
        sink.OnBooks([book.Yes, book.No], nanos);
    }
}
