using System.Runtime.InteropServices;
using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>
/// Every token's book on every socket, and which of them the sink sees. Wherever two sockets carry a token, one that
/// breaks, goes silent or is found wrong is replaced by the other without an unproven moment.
/// </summary>
/// <remarks>
/// <para>The venue has no sequence numbers. A book is proven from its first whole message on, while four rules hold:
/// its
/// best prices are those that each <c>price_change</c> names; they come to those of <c>best_bid_ask</c> within a
/// second;
/// a
/// REST answer equals one of its states around that time; and no other socket knows something newer for two seconds in
/// which this one says nothing.</para>
/// <para>Silence alone proves nothing on a quiet market: what is silent for longer than <see cref="DataWatch"/> allows,
/// or
/// has not moved though its sister token has, is compared over REST (see <see cref="WantsComparison"/>), and only what
/// that
/// shows, or half a minute without any answer, makes it stale.</para>
/// </remarks>
internal sealed partial class TokenBooks(TokenTable tokens, FeedTally tally, IOutcomeSink sink, TimeSpan staleAfter)
{
    private readonly List<SocketBooks> _sockets = [];
    private readonly List<TokenLine> _lines = [];
    private readonly List<int> _touched = [];
    private readonly List<OutcomeBook> _changed = [];
    private readonly List<OutcomeBook> _shown = [];

    /// <summary>The books that the sink sees.</summary>
    public IReadOnlyList<OutcomeBook> Shown()
    {
        _shown.Clear();
        foreach (var token in tokens.All)
        {
            if (token.IsWatched && LineOf(token.Index).Leader?[token.Index] is { } book)
            {
                _shown.Add(book.Book);
            }
        }

        return _shown;
    }

    public TokenLine LineOf(int token)
    {
        while (token >= _lines.Count)
        {
            _lines.Add(new TokenLine(staleAfter));
        }

        return _lines[token];
    }

    /// <summary>A token's book on one socket; null where that socket has said nothing of it.</summary>
    public TokenBook? On(int connection, int token) => SocketOf(connection)?[token];

    public SocketBooks? SocketOf(int connection)
    {
        foreach (var socket in _sockets)
        {
            if (socket.Connection == connection)
            {
                return socket;
            }
        }

        return null;
    }

    public void Connected(int connection, long nowNanos)
    {
        Disconnected(connection, nowNanos);
        _sockets.Add(new SocketBooks(connection) { FrameNanos = nowNanos, DataNanos = nowNanos });
    }

    public void Disconnected(int connection, long nowNanos)
    {
        if (SocketOf(connection) is not { } socket)
        {
            return;
        }

        _sockets.Remove(socket);
        foreach (var token in tokens.All)
        {
            if (socket[token.Index] is { } book && token.IsWatched)
            {
                book.Drop(BookProof.Disconnected);
                Settle(token.Index, socket, nowNanos);
            }
        }

        Tell(nowNanos);
    }

    /// <summary>A market is over: nothing of the token is kept.</summary>
    public void Forget(int token)
    {
        foreach (var socket in _sockets)
        {
            socket.Forget(token);
        }

        if (token < _lines.Count)
        {
            _lines[token] = new TokenLine(staleAfter);
        }
    }

    /// <summary>Takes a frame that was understood.</summary>
    public void Apply(SocketBooks socket, MarketFrame frame, long nowNanos)
    {
        _touched.Clear();
        for (var i = 0; i < frame.Count; i++)
        {
            ref var e = ref frame[i];
            if (e.Token < 0)
            {
                continue;
            }

            var book = socket.Of(tokens[e.Token]);
            book.EventNanos = nowNanos;
            book.Book.Events++;
            book.Book.VenueNanos = Math.Max(book.Book.VenueNanos, e.VenueNanos);
            LineOf(e.Token).Events++;
            Take(socket, book, ref e, frame, nowNanos);
        }

        foreach (var token in _touched)
        {
            Prove(token, socket[token]!, frame, nowNanos);
            Settle(token, socket, nowNanos);
        }

        Tell(nowNanos);
    }

    /// <summary>A frame of this socket could not be read: what it held of these tokens is lost.</summary>
    public void Unprove(SocketBooks socket, int token, BookProof proof, long nowNanos)
    {
        if (socket[token] is { IsSynced: true } book)
        {
            Count(token);
            book.Drop(proof);
            Settle(token, socket, nowNanos);
            Tell(nowNanos);
        }
    }

    public void UnproveAll(SocketBooks socket, BookProof proof, long nowNanos)
    {
        foreach (var token in tokens.All)
        {
            Unprove(socket, token.Index, proof, nowNanos);
        }
    }

    /// <summary>Another tick: a new epoch. What comes before the next whole book is of the old one.</summary>
    /// <param name="socket">Where it was said.</param>
    /// <param name="token">Whose tick.</param>
    /// <param name="isNews">False where another socket has said it before.</param>
    /// <param name="venueNanos">The venue's time of it.</param>
    /// <param name="nowNanos">Now.</param>
    public void BeginEpoch(SocketBooks socket, int token, bool isNews, long venueNanos, long nowNanos)
    {
        LineOf(token).EpochNanos = Math.Max(LineOf(token).EpochNanos, venueNanos);
        var own = socket.Of(tokens[token]);
        own.Drop(BookProof.AwaitingSnapshot);
        own.EpochNanos = nowNanos;
        foreach (var other in _sockets)
        {
            // The other sockets have the same news to come; their books are of the old epoch until then.
            if (isNews && other[token] is { IsSynced: true } book)
            {
                book.Drop(BookProof.AwaitingSnapshot);
                book.EpochNanos = nowNanos;
            }
        }

        if (isNews)
        {
            Show(token, socket, nowNanos);
        }
        else
        {
            Settle(token, socket, nowNanos);
        }

        Tell(nowNanos);
    }

    private void Take(SocketBooks socket, TokenBook book, ref MarketEvent e, MarketFrame frame, long nowNanos)
    {
        switch (e.Kind)
        {
            case MarketEventKind.Book when IsOfOldEpoch(e):
                break;
            case MarketEventKind.Book:
                book.Load(frame.Bids(e), frame.Asks(e), nowNanos);
                book.RestDiffersNanos = 0;
                book.BestDiffersNanos = 0;
                Touch(e.Token);
                break;
            case MarketEventKind.Change when book.IsSynced:
                book.Apply(e.Side, new Level(e.Price, e.Size), nowNanos);
                Touch(e.Token);
                break;
            case MarketEventKind.Change:
                if (book.Book.Proof == BookProof.Waiting)
                {
                    book.Book.Proof = BookProof.AwaitingSnapshot;
                    Touch(e.Token);
                }

                break;
            case MarketEventKind.BestPrices when book.IsSynced:
                book.Best = (e.BestBid, e.BestAsk);
                book.BestVenueNanos = e.VenueNanos;
                book.BestDiffersNanos = Agrees(book, e.BestBid, e.BestAsk) ? 0
                    : book.BestDiffersNanos == 0 ? nowNanos : book.BestDiffersNanos;
                break;
            case MarketEventKind.Trade:
                var leader = LineOf(e.Token).Leader;
                if (leader is null || ReferenceEquals(leader, socket))
                {
                    sink.OnTrade(
                        new OutcomeTrade(tokens[e.Token].Key, e.Price, e.Size, e.Side, e.VenueNanos), nowNanos);
                }

                break;
        }
    }

    private bool IsOfOldEpoch(in MarketEvent e) =>
        e.VenueNanos != 0 && e.VenueNanos < LineOf(e.Token).EpochNanos;

    private void Prove(int token, TokenBook book, MarketFrame frame, long nowNanos)
    {
        if (!book.IsSynced)
        {
            return;
        }

        if (NewestBest(token, frame, out var bid, out var ask))
        {
            tally.ChecksumsChecked++;
            if (!Agrees(book, bid, ask))
            {
                tally.ChecksumFailures++;
                Count(token);
                book.Drop(BookProof.CrossCheckFailed);
                return;
            }

            LineOf(token).ConfirmedNanos = nowNanos;
            book.BestDiffersNanos = 0;
        }

        if (book.BestDiffersNanos != 0
            && (book.Book.VenueNanos > book.BestVenueNanos || Agrees(book, book.Best.Bid, book.Best.Ask)))
        {
            book.BestDiffersNanos = 0;
        }

        var crossed = book.Book.Levels.IsCrossed;
        book.CrossedNanos = !crossed ? 0 : book.CrossedNanos == 0 ? nowNanos : book.CrossedNanos;
        book.Book.Proof = crossed ? BookProof.Crossed : BookProof.Proven;
    }

    // Of several changes of a token in one frame the last one's best prices are those after all of them.
    private static bool NewestBest(int token, MarketFrame frame, out long bid, out long ask)
    {
        (bid, ask) = (MarketEvent.Unsaid, MarketEvent.Unsaid);
        for (var i = frame.Count - 1; i >= 0; i--)
        {
            ref var e = ref frame[i];
            if (e.Token != token || e.Kind is not (MarketEventKind.Change or MarketEventKind.Book))
            {
                continue;
            }

            (bid, ask) = (e.BestBid, e.BestAsk);
            break;
        }

        return bid != MarketEvent.Unsaid || ask != MarketEvent.Unsaid;
    }

    private static bool Agrees(TokenBook book, long bid, long ask)
    {
        var levels = book.Book.Levels;
        var ourBid = levels.Bids.Count == 0 ? 0 : levels.Bids.Best.Price;
        var ourAsk = levels.Asks.Count == 0 ? Micros.One : levels.Asks.Best.Price;
        return (bid == MarketEvent.Unsaid || bid == ourBid) && (ask == MarketEvent.Unsaid || ask == ourAsk);
    }

    private void Touch(int token)
    {
        if (!_touched.Contains(token))
        {
            _touched.Add(token);
        }
    }

    private void Count(int token)
    {
        LineOf(token).Gaps++;
        tally.Gaps++;
    }

    // Something of a token changed on a socket: the sink hears of it where it is the one that it sees, or becomes it.
    private void Settle(int token, SocketBooks socket, long nowNanos)
    {
        var line = LineOf(token);
        var book = socket[token];
        if (ReferenceEquals(line.Leader, socket))
        {
            Show(token, book is { IsProven: true } ? socket : BestOther(token, socket) ?? socket, nowNanos);
        }
        else if (book is not null
            && (line.Leader is null || (book.IsProven && line.Leader[token] is not { IsProven: true })))
        {
            Show(token, socket, nowNanos);
        }
    }

    private SocketBooks? BestOther(int token, SocketBooks not)
    {
        SocketBooks? best = null;
        foreach (var socket in _sockets)
        {
            if (!ReferenceEquals(socket, not) && socket[token] is { IsProven: true } book
                && (best is null || book.Book.VenueNanos > best[token]!.Book.VenueNanos))
            {
                best = socket;
            }
        }

        return best;
    }

    // The sink sees this socket's book from now on, and is told when everything of the frame is done.
    private void Show(int token, SocketBooks socket, long nowNanos)
    {
        var line = LineOf(token);
        var book = socket[token]!;
        line.Leader = socket;
        if (book.IsProven && (book.Content != line.Told || line.Watch.LastChangeNanos == 0))
        {
            line.Told = book.Content;
            line.Watch.Changed(nowNanos);
        }

        _changed.Add(book.Book);
    }

    private void Tell(long nowNanos)
    {
        if (_changed.Count > 0)
        {
            sink.OnBooks(CollectionsMarshal.AsSpan(_changed), nowNanos);
            _changed.Clear();
        }
    }
}
