using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>
/// One venue's feed with everything known of it: books, liveness, counts, newest trades. Live sockets and tapes drive
/// it
/// alike; readers get copies.
/// </summary>
/// <remarks>Any thread: one lock serialises the feed's calls and the readers' copies. The sink is called under
/// it.</remarks>
public sealed class VenueDesk : IFeedSink
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Symbol, DeskLine> _lines = [];
    private readonly List<DeskLine> _order = [];
    private readonly VenueFeed _feed;
    private readonly IFeedSink _sink;
    private readonly ITopInbox? _tops;
    private readonly TimeSpan _staleAfter;
    private readonly bool _discover;
    private string? _downReason;
    private long _connections;

    /// <summary>Makes a desk without a connection.</summary>
    /// <param name="venue">The venue.</param>
    /// <param name="symbols">The instruments; for a recording more may appear.</param>
    /// <param name="discover">True for recordings, whose instruments are not declared.</param>
    /// <param name="staleAfter">Shortest silence that counts as stale.</param>
    /// <param name="sink">Receives the events, on the caller's thread, under the desk's lock.</param>
    /// <param name="tops">Receives the tops of book; null where nobody wants them.</param>
    public VenueDesk(
        Venue venue,
        IReadOnlyList<Symbol> symbols,
        bool discover,
        TimeSpan staleAfter,
        IFeedSink sink,
        ITopInbox? tops = null)
    {
        _tops = tops;
        Venue = venue;
        _sink = sink;
        _staleAfter = staleAfter;
        _discover = discover;
        _feed = new VenueFeed(venue, symbols, discover, this);
        foreach (var symbol in symbols)
        {
            LineOf(symbol);
        }
    }

    /// <summary>The venue.</summary>
    public Venue Venue { get; }

    /// <summary>A connection was opened.</summary>
    public void Connected(int connection)
    {
        lock (_gate)
        {
            _feed.Connected(connection);
            _connections++;
            _downReason = null;
        }
    }

    /// <summary>A frame arrived.</summary>
    /// <returns>Why it was refused; <see cref="RejectReason.None"/> where it was not, null for an unknown
    /// connection.</returns>
    public RejectReason? Frame(int connection, ReadOnlySpan<byte> payload, string context, long receivedNanos)
    {
        lock (_gate)
        {
            return _feed.Frame(connection, payload, context, receivedNanos);
        }
    }

    /// <summary>A connection ended, or could not be opened.</summary>
    public void Disconnected(int connection, string reason, long nowNanos)
    {
        lock (_gate)
        {
            _feed.Disconnected(connection, nowNanos);
            if (_feed.Active is null)
            {
                _downReason = reason;
            }
        }
    }

    /// <summary>The venue refused to send an instrument's snapshot.</summary>
    public void Refused(Symbol symbol, string reason)
    {
        lock (_gate)
        {
            LineOf(symbol).Refusal = reason;
        }
    }

    /// <summary>Posts the top of every instrument again: silence makes no event of its own.</summary>
    public void ConfirmTops(long nowNanos)
    {
        lock (_gate)
        {
            foreach (var line in _order)
            {
                PostTop(line, nowNanos);
            }
        }
    }

    /// <summary>What the supervision of a live connection has to know about it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="nowNanos">Now.</param>
    /// <param name="unproven">Filled with the instruments whose books need a snapshot.</param>
    /// <param name="stale">Filled with the instruments that have gone silent.</param>
    /// <param name="narrow">Filled with those whose prices near the edge of what their snapshot knew.</param>
    /// <returns>True where the venue announced the end of the connection.</returns>
    public bool Inspect(
        int connection,
        long nowNanos,
        List<(Symbol Symbol, BookProof Proof)> unproven,
        List<Symbol> stale,
        List<Symbol> narrow)
    {
        unproven.Clear();
        stale.Clear();
        narrow.Clear();
        lock (_gate)
        {
            var active = _feed.ActiveConnection == connection;
            var decoder = active ? _feed.Active : _feed.Standby;
            if (decoder is null)
            {
                return false;
            }

            foreach (var instrument in decoder.Instruments)
            {
                if (!instrument.IsProven)
                {
                    unproven.Add((instrument.Symbol, instrument.Proof));
                }
                else if (instrument.WantsSnapshot)
                {
                    narrow.Add(instrument.Symbol);
                }

                if (active && LineOf(instrument.Symbol).Watch.IsStale(nowNanos))
                {
                    stale.Add(instrument.Symbol);
                }
            }

            return decoder.ServerShutdown;
        }
    }

    /// <summary>True where some connection feeds the books.</summary>
    public bool HasConnection
    {
        get
        {
            lock (_gate)
            {
                return _feed.Active is not null;
            }
        }
    }

    /// <summary>True where the connection is the one that feeds the books.</summary>
    public bool IsActive(int connection)
    {
        lock (_gate)
        {
            return _feed.ActiveConnection == connection;
        }
    }

    /// <summary>Every instrument's report.</summary>
    public IReadOnlyList<FeedReport> Report(long nowNanos)
    {
        lock (_gate)
        {
            var reports = new FeedReport[_order.Count];
            for (var i = 0; i < reports.Length; i++)
            {
                reports[i] = ReportOf(_order[i], nowNanos);
            }

            return reports;
        }
    }

    /// <summary>Copies one instrument's best levels and newest trades; null where the desk does not know it.</summary>
    public BookView? View(Symbol symbol, int depth, int trades, long nowNanos)
    {
        lock (_gate)
        {
            if (!_lines.TryGetValue(symbol, out var line))
            {
                return null;
            }

            var book = line.Instrument?.Book;
            return new BookView(
                ReportOf(line, nowNanos), Copy(book?.Bids, depth), Copy(book?.Asks, depth), line.NewestTrades(trades));
        }
    }

    /// <summary>The symbols that the desk knows.</summary>
    public IReadOnlyList<Symbol> Symbols
    {
        get
        {
            lock (_gate)
            {
                return _order.ConvertAll(line => line.Symbol);
            }
        }
    }

    void IFeedSink.OnEvent(FeedInstrument instrument, in VenueEvent e, long receivedNanos)
    {
        var line = LineOf(instrument.Symbol);
        line.OnEvent(instrument, e, receivedNanos);
        _sink.OnEvent(instrument, e, receivedNanos);
    }

    void IFeedSink.OnBook(
        FeedInstrument instrument,
        in VenueEvent e,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long receivedNanos)
    {
        var line = LineOf(instrument.Symbol);
        line.OnBook(instrument, e.Kind, receivedNanos);
        _sink.OnBook(instrument, e, bids, asks, receivedNanos);
        PostTop(line, receivedNanos);
    }

    void IFeedSink.OnProof(FeedInstrument instrument, long receivedNanos)
    {
        var line = LineOf(instrument.Symbol);
        line.OnProof(instrument);
        _sink.OnProof(instrument, receivedNanos);
        PostTop(line, receivedNanos);
    }

    // A change deep in the book moves nobody's price: it only confirms the top, which a few times a second is enough
    // for.
    private void PostTop(DeskLine line, long nowNanos)
    {
        if (_tops is not null && line.TryTop(Venue, _feed.Active is not null, nowNanos, out var top))
        {
            _tops.Post(top);
        }
    }

    private static Level[] Copy(BookSide? side, int depth)
    {
        var levels = new Level[Math.Min(depth, side?.Count ?? 0)];
        for (var i = 0; i < levels.Length; i++)
        {
            levels[i] = side!.FromBest(i);
        }

        return levels;
    }

    private DeskLine LineOf(Symbol symbol)
    {
        if (!_lines.TryGetValue(symbol, out var line))
        {
            line = new DeskLine(symbol, _staleAfter);
            _lines.Add(symbol, line);
            _order.Add(line);
        }

        return line;
    }

    private FeedReport ReportOf(DeskLine line, long nowNanos)
    {
        var connected = _feed.Active is not null;
        var refusal = line.Refusal ?? _feed.Active?.LastRefusal;
        var (state, reason, nextStep) =
            line.Judge(connected, _downReason, refusal, _connections, _discover, nowNanos);
        return line.Report(Venue, state, reason, nextStep, Math.Max(0, _connections - 1), nowNanos);
    }
}
