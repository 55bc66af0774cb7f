using Strikeline.Kernel;

namespace Strikeline.Venues.Kalshi;

/// <summary>One feed's decoder behind a lock, with what is known of its liveness.</summary>
/// <remarks>Any thread: one lock serialises socket, answers, supervision and readers. The sink is called under it, so
/// that
/// tape and sink see everything in one order.</remarks>
internal sealed class KalshiDesk(KalshiOptions options, IOutcomeSink sink, IFeedRecorder recorder, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly KalshiDecoder _decoder = new(options, discover: false, sink);
    private KalshiPulse _anything = new(options.StaleAfter);
    private KalshiPulse _books = new(options.StaleAfter);
    private int _connection = -1;
    private int _connections;
    private string? _lost;

    /// <summary>A socket was opened.</summary>
    public void Connected(int connection)
    {
        lock (_gate)
        {
            var now = clock.UnixNanos();
            recorder.Connected(Venue.Kalshi, connection, now);
            _decoder.Connected(connection, now);
            _connection = connection;
            _connections++;
            _lost = null;
            _anything = new KalshiPulse(options.StaleAfter);
            _books = new KalshiPulse(options.StaleAfter);

            // Silence counts from here: a socket that never speaks is as dead as one that stopped.
            _anything.Heard(now);
        }
    }

    /// <summary>A socket ended, or could not be opened.</summary>
    public void Disconnected(int connection, bool wasOpen, string reason)
    {
        lock (_gate)
        {
            var now = clock.UnixNanos();
            if (wasOpen)
            {
                recorder.Disconnected(Venue.Kalshi, connection, now);
            }

            _lost = reason;
            _decoder.Disconnected(connection, now);
            _connection = _connection == connection ? -1 : _connection;
        }
    }

    /// <summary>A message or an answer arrived.</summary>
    /// <param name="connection">The socket; zero for an answer.</param>
    /// <param name="payload">The bytes.</param>
    /// <param name="context">Path and query of the request; empty for the socket's.</param>
    public void Frame(int connection, ReadOnlySpan<byte> payload, string context)
    {
        lock (_gate)
        {
            if (context.Length == 0 && connection != _connection)
            {
                return;
            }

            var now = clock.UnixNanos();
            recorder.Frame(Venue.Kalshi, connection, context, payload, now);
            _decoder.Accept(connection, payload, context, now);
            if (context.Length == 0)
            {
                Note(_decoder.LastKind, now);
            }
        }
    }

    /// <summary>Does something with the decoder while nothing else does.</summary>
    public T Read<T>(Func<KalshiDecoder, T> read)
    {
        lock (_gate)
        {
            return read(_decoder);
        }
    }

    /// <summary>Time passes.</summary>
    /// <param name="polledLife">How long a polled book is believed now.</param>
    public void Expire(TimeSpan polledLife)
    {
        lock (_gate)
        {
            var now = clock.UnixNanos();
            _decoder.Keeper.PolledLifeNanos = polledLife.Nanos();
            _decoder.Expire(now);
            foreach (var book in _decoder.Table.All)
            {
                var state = StateOf(book);
                if (state != book.State || book.StateNanos == 0)
                {
                    (book.State, book.StateNanos) = (state, now);
                }
            }
        }
    }

    /// <summary>Judges the socket by what comes over it.</summary>
    /// <param name="hasBooks">Whether books are subscribed to.</param>
    /// <param name="now">Now, nanoseconds since the Unix epoch.</param>
    /// <param name="asks">True where something should be asked for, which tells a quiet socket from a dead one.</param>
    /// <returns>Why it is dead, in one line; null where it is not.</returns>
    public string? JudgeSilence(bool hasBooks, long now, out bool asks)
    {
        lock (_gate)
        {
            // Where the venue does not trade, silence is no sign.
            asks = false;
            foreach (var (pulse, counts) in (ReadOnlySpan<(KalshiPulse, bool)>)[(_anything, true), (_books, hasBooks)])
            {
                if (!counts || !_decoder.Catalog.IsTrading)
                {
                    pulse.Rest();
                }
                else if (pulse.IsDoubtful(now))
                {
                    pulse.Asked(now);
                    asks = true;
                }
            }

            return _anything.IsDead(now) ? "nothing comes over the socket, whatever its pings say"
                : _books.IsDead(now) ? "no book changes, and none comes when asked for"
                : null;
        }
    }

    /// <summary>The markets whose books are wanted: those in which something is held, then those that close
    /// first.</summary>
    public List<string> Wanted()
    {
        lock (_gate)
        {
            return
            [
                .. _decoder.Catalog.Markets.Values
                    .Where(one => one.IsWanted)
                    .OrderByDescending(one => _decoder.Catalog.Held.Contains(one.Listing.Ticker))
                    .ThenBy(one => one.Listing.ClosesNanos).ThenBy(one => one.Listing.Ticker, StringComparer.Ordinal)
                    .Take(options.MostMarkets).Select(one => one.Listing.Ticker),
            ];
        }
    }

    /// <summary>Books that stand on the socket and have neither changed nor been confirmed for a while, those of
    /// longest
    /// silence first.</summary>
    /// <param name="since">Books that spoke after this are not among them, nanoseconds since the Unix epoch.</param>
    /// <param name="most">How many at the most.</param>
    public List<string> Quiet(long since, int most)
    {
        lock (_gate)
        {
            return
            [
                .. _decoder.Table.All
                    .Where(book => book is { Sid: >= 0, Proof: BookProof.Proven } && book.AsOfNanos < since)
                    .OrderBy(book => book.AsOfNanos).ThenBy(book => book.Ticker, StringComparer.Ordinal)
                    .Take(most).Select(book => book.Ticker),
            ];
        }
    }

    /// <summary>Markets are not subscribed to any more: what is known of their books is as of now and no
    /// later.</summary>
    public void Release(IEnumerable<string> tickers)
    {
        lock (_gate)
        {
            foreach (var ticker in tickers)
            {
                if (_decoder.Table.Find(ticker) is { Sid: >= 0 } book)
                {
                    _decoder.Keeper.Drop(book, BookProof.Disconnected, clock.UnixNanos());
                }
            }
        }
    }

    /// <summary>Those of some markets whose books are not proven.</summary>
    public List<(string Ticker, BookProof Proof)> Unproven(IEnumerable<string> tickers)
    {
        lock (_gate)
        {
            var unproven = new List<(string, BookProof)>();
            foreach (var ticker in tickers)
            {
                if (_decoder.Table.Find(ticker) is { Proof: not BookProof.Proven } book)
                {
                    unproven.Add((ticker, book.Proof));
                }
            }

            return unproven;
        }
    }

    /// <summary>A copy of where every token stands.</summary>
    public IReadOnlyList<OutcomeReport> Report()
    {
        lock (_gate)
        {
            var reports = new List<OutcomeReport>();
            foreach (var book in _decoder.Table.All)
            {
                reports.Add(ReportOf(book, book.Yes));
                reports.Add(ReportOf(book, book.No));
            }

            return reports;
        }
    }

    private void Note(KalshiKind kind, long now)
    {
        if (_decoder.LastIsData)
        {
            _anything.Data(now);
        }
        else
        {
            _anything.Heard(now);
        }

        if (kind == KalshiKind.Delta)
        {
            _books.Data(now);
        }
        else if (kind == KalshiKind.Books)
        {
            _books.Heard(now);
        }
    }

    private FeedState StateOf(KalshiBook book) => book.Proof switch
    {
        BookProof.Proven => FeedState.Live,
        BookProof.Waiting when options.Key is not null && _connection < 0 => FeedState.Connecting,
        BookProof.Waiting or BookProof.AwaitingSnapshot => FeedState.Syncing,
        BookProof.Stale => FeedState.Stale,
        BookProof.Disconnected => FeedState.Down,
        _ => FeedState.Unproven,
    };

    private OutcomeReport ReportOf(KalshiBook book, OutcomeBook token) => new()
    {
        Key = token.Key,
        MarketId = book.Ticker,
        State = StateOf(book),
        Reason = book.Proof == BookProof.Proven ? null
            : _lost is { } lost && book.Proof == BookProof.Disconnected ? $"{book.Proof.Code()}: {lost}"
            : book.Proof.Code(),
        NextStep = book.Proof == BookProof.Proven ? null
            : book.Sid < 0 && _connection < 0 && book.Proof == BookProof.Stale ? "the next poll is on its way"
            : book.Proof.NextStep(),
        SinceNanos = book.StateNanos,
        LastChangeNanos = book.ChangedNanos,
        ConfirmedNanos = book.AsOfNanos,
        Proven = book.Proof == BookProof.Proven,
        Bid = token.Levels.Bids.Best,
        Ask = token.Levels.Asks.Best,
        Events = token.Events,
        Gaps = book.Gaps,
        Reconnects = Math.Max(0, _connections - 1),
    };
}
