using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>The newest book of one token: two frames, of which one is read while the other is written.</summary>
/// <remarks>
/// One writer, the venue's loop; readers on any thread. A reader never waits for a writer that the machine has put
/// aside: it copies the frame that the version names and begins again only where a whole update was published
/// meanwhile, so that it never returns half of one book and half of another. No allocation once made.
/// </remarks>
internal sealed class TokenState(MarketKey key, TimeSpan staleAfter)
{
    private readonly Frame _even = new();
    private readonly Frame _odd = new();
    private readonly DataWatch _watch = new(staleAfter);
    private volatile MarketState? _market;
    private OutcomeBook? _book;
    private (Level Bid, Level Ask, int Bids, int Asks) _content;
    private long _changes;
    private long _version;

    public MarketKey Key { get; } = key;

    /// <summary>The market that it belongs to; null while nobody has described it.</summary>
    public MarketState? Market
    {
        get => _market;
        set => _market = value;
    }

    /// <summary>Next in the inbox. Under the inbox's lock, as the three below.</summary>
    public TokenState? Next { get; set; }

    public bool IsWaiting { get; set; }

    public long WaitingNanos { get; set; }

    public long WaitingStamp { get; set; }

    /// <summary>Takes a book. The venue's loop only.</summary>
    public void Write(OutcomeBook book, long receivedNanos)
    {
        Watch(book, receivedNanos);
        var version = _version + 1;
        var frame = (version & 1) == 0 ? _even : _odd;

        // Whoever sees a level of the new content must also see that the frame was left by the version before.
        Volatile.WriteBarrier();
        frame.BidCount = Copy(book.Levels.Bids, frame.Bids);
        frame.AskCount = Copy(book.Levels.Asks, frame.Asks);
        frame.Proof = book.Levels.IsCrossed && book.Proof == BookProof.Proven ? BookProof.Crossed : book.Proof;
        frame.ReceivedNanos = receivedNanos;
        frame.AliveUntilNanos = _watch.LastChangeNanos + _watch.LimitNanos(receivedNanos);
        Volatile.Write(ref _version, version);
    }

    /// <summary>Copies the newest book. Any thread.</summary>
    /// <param name="into">Filled, but for its refusal and market.</param>
    /// <param name="aliveUntilNanos">The last moment at which the book counts as alive without a further
    /// change.</param>
    /// <returns>Whether the levels may be believed.</returns>
    public BookProof Read(BookCopy into, out long aliveUntilNanos)
    {
        while (true)
        {
            var version = Volatile.Read(ref _version);
            var frame = (version & 1) == 0 ? _even : _odd;
            into.BidCount = frame.BidCount;
            into.AskCount = frame.AskCount;
            frame.Bids.AsSpan(0, into.BidCount).CopyTo(into.BidRoom);
            frame.Asks.AsSpan(0, into.AskCount).CopyTo(into.AskRoom);
            into.ReceivedNanos = frame.ReceivedNanos;
            var proof = frame.Proof;
            aliveUntilNanos = frame.AliveUntilNanos;
            Volatile.ReadBarrier();
            if (Volatile.Read(ref _version) == version)
            {
                into.Token = Key;
                into.Version = version;
                return proof;
            }
        }
    }

    private static int Copy(BookSide side, Level[] into)
    {
        var count = Math.Min(side.Count, into.Length);
        for (var i = 0; i < count; i++)
        {
            into[i] = side.FromBest(i);
        }

        return count;
    }

    // Only a change of the content keeps a token alive: a venue that repeats its book, however often, does not. A book
    // that a new connection built counts where it differs from what was known before.
    private void Watch(OutcomeBook book, long receivedNanos)
    {
        var levels = book.Levels;
        var content = (levels.Bids.Best, levels.Asks.Best, levels.Bids.Count, levels.Asks.Count);
        var changed = ReferenceEquals(book, _book) ? levels.Changes != _changes : content != _content;
        (_book, _changes, _content) = (book, levels.Changes, content);
        if (changed || _watch.LastChangeNanos == 0)
        {
            _watch.Changed(receivedNanos);
        }
    }

    private sealed class Frame
    {
        public readonly Level[] Bids = new Level[BookCopy.MaxLevels];
        public readonly Level[] Asks = new Level[BookCopy.MaxLevels];
        public int BidCount;
        public int AskCount;
        public BookProof Proof;
        public long ReceivedNanos;
        public long AliveUntilNanos;
    }
}
