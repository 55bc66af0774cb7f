using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>What time, REST answers and other sockets say of a book.</summary>
internal sealed partial class TokenBooks
{
    private const long PatienceNanos = 2 * Stamps.NanosPerSecond;
    private const long BestPatienceNanos = Stamps.NanosPerSecond;
    private const long RestAgeNanos = 3 * Stamps.NanosPerSecond;
    private const long UnansweredNanos = 30 * Stamps.NanosPerSecond;
    private const int ChangesToCompare = 24;

    private int _judgedNext;

    /// <summary>Holds a REST answer against the book that the sink sees.</summary>
    /// <returns>False where there is nothing to compare.</returns>
    public bool Compare(int token, ReadOnlySpan<Level> bids, ReadOnlySpan<Level> asks, long nowNanos)
    {
        var line = LineOf(token);
        line.UnansweredNanos = 0;
        if (line.Leader?[token] is not { IsProven: true } book)
        {
            line.IsAtVenue = true;
            return false;
        }

        tally.ChecksumsChecked++;
        var content = TokenBook.ContentOf(bids, asks);
        if (book.HasBeen(content, nowNanos - RestAgeNanos))
        {
            line.ConfirmedNanos = nowNanos;
            book.RestDiffersNanos = 0;
            UnproveOthers(token, line.Leader, content, nowNanos);
            return true;
        }

        book.RestDiffersNanos = nowNanos;
        book.RestContent = content;
        book.ChangesSinceRest = 0;
        return true;
    }

    /// <summary>A comparison was wanted and none came.</summary>
    public void Unanswered(int token, long nowNanos)
    {
        var line = LineOf(token);
        line.UnansweredNanos = line.UnansweredNanos == 0 ? nowNanos : line.UnansweredNanos;
        if (nowNanos - line.UnansweredNanos > UnansweredNanos && line.Watch.IsStale(nowNanos)
            && line.Leader is { } leader && leader[token] is { IsProven: true })
        {
            Unprove(leader, token, BookProof.Stale, nowNanos);
        }
    }

    /// <summary>True where silence on a token has to be looked into.</summary>
    public bool WantsComparison(int token, long nowNanos)
    {
        var line = LineOf(token);
        if (line.Leader?[token] is not { IsProven: true } book)
        {
            return false;
        }

        if (line.Watch.IsStale(nowNanos))
        {
            return true;
        }

        foreach (var socket in _sockets)
        {
            if (socket[token] is { IsProven: true } other && other.Content != book.Content
                && nowNanos - Math.Max(other.EventNanos, book.EventNanos) > PatienceNanos)
            {
                return true;
            }
        }

        // One frame touches both tokens of a market: where the other has moved, this one should have.
        var sister = tokens[token].Sister;
        if (sister < 0 || LineOf(sister).Leader?[sister] is not { IsProven: true })
        {
            return false;
        }

        var moved = LineOf(sister).Watch.LastChangeNanos;
        return moved > book.EventNanos && nowNanos - moved > PatienceNanos && line.ConfirmedNanos < moved;
    }

    /// <summary>Verdicts that only time brings, on all tokens.</summary>
    public void Judge(long nowNanos) => JudgeNext(tokens.All.Count, nowNanos);

    /// <summary>The same on some of them; the next call goes on with those after them.</summary>
    /// <param name="count">How many, at most all.</param>
    /// <param name="nowNanos">Now.</param>
    public void JudgeNext(int count, long nowNanos)
    {
        for (var i = 0; i < count; i++)
        {
            _judgedNext = _judgedNext < tokens.All.Count ? _judgedNext : 0;
            if (tokens[_judgedNext].IsWatched)
            {
                Judge(_judgedNext, nowNanos);
            }

            _judgedNext++;
        }
    }

    // A socket that is quiet as well and does not agree with the venue either.
    private void UnproveOthers(int token, SocketBooks leader, ulong content, long nowNanos)
    {
        foreach (var socket in _sockets)
        {
            if (!ReferenceEquals(socket, leader) && socket[token] is { IsProven: true } other
                && nowNanos - other.EventNanos > PatienceNanos && !other.HasBeen(content, nowNanos - RestAgeNanos))
            {
                Unprove(socket, token, BookProof.CrossCheckFailed, nowNanos);
            }
        }
    }

    private void Judge(int token, long nowNanos)
    {
        var newest = _sockets.Count > 1 ? Newest(token) : null;
        foreach (var socket in _sockets)
        {
            if (socket[token] is not { IsSynced: true } book)
            {
                continue;
            }

            if (book.RestDiffersNanos != 0 && IsRestRight(book, token, nowNanos))
            {
                // The others first, or one that is as wrong would take over.
                tally.ChecksumFailures++;
                UnproveOthers(token, socket, book.RestContent, nowNanos);
                Unprove(socket, token, BookProof.CrossCheckFailed, nowNanos);
            }
            else if (book.BestDiffersNanos != 0 && nowNanos - book.BestDiffersNanos > BestPatienceNanos)
            {
                tally.ChecksumFailures++;
                Unprove(socket, token, BookProof.CrossCheckFailed, nowNanos);
            }
            else if (newest is not null && IsBehind(book, newest, nowNanos))
            {
                Unprove(socket, token, BookProof.Stale, nowNanos);
            }
        }
    }

    private bool IsRestRight(TokenBook book, int token, long nowNanos)
    {
        if (book.HasBeen(book.RestContent, book.RestDiffersNanos - RestAgeNanos))
        {
            book.RestDiffersNanos = 0;
            LineOf(token).ConfirmedNanos = nowNanos;
            return false;
        }

        if (book.ChangesSinceRest > ChangesToCompare)
        {
            // So busy that the answer's moment is not remembered any more: its best prices are proof enough.
            book.RestDiffersNanos = 0;
            return false;
        }

        return nowNanos - book.RestDiffersNanos > PatienceNanos;
    }

    private static bool IsBehind(TokenBook book, TokenBook newest, long nowNanos)
    {
        if (ReferenceEquals(book, newest) || book.Content == newest.Content
            || book.Book.VenueNanos >= newest.Book.VenueNanos)
        {
            book.DivergedNanos = 0;
            return false;
        }

        if (book.DivergedNanos == 0 || book.EventNanos > book.DivergedNanos)
        {
            book.DivergedNanos = nowNanos;
        }

        return nowNanos - book.DivergedNanos > PatienceNanos;
    }

    private TokenBook? Newest(int token)
    {
        TokenBook? newest = null;
        foreach (var socket in _sockets)
        {
            if (socket[token] is { IsProven: true } book
                && (newest is null || book.Book.VenueNanos > newest.Book.VenueNanos))
            {
                newest = book;
            }
        }

        return newest;
    }
}
