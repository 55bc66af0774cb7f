using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>
/// One venue's feed over its connections: the active one feeds the sink, a second one may grow beside it (a change-over
/// before the venue's connection limit) and takes over when its books are proven. A pure function of the calls, so that
/// a
/// tape of a live run replays to the same events.
/// </summary>
/// <remarks>Not thread-safe: the feed loop serialises all calls.</remarks>
public sealed class VenueFeed
{
    private readonly IReadOnlyList<Symbol> _symbols;
    private readonly bool _discover;
    private readonly IFeedSink _sink;
    private Line? _active;
    private Line? _standby;

    /// <summary>Makes a feed without connections.</summary>
    /// <param name="venue">The venue.</param>
    /// <param name="symbols">The instruments subscribed to.</param>
    /// <param name="discover">True to add instruments as they appear (recordings).</param>
    /// <param name="sink">Receives the events of the active connection.</param>
    public VenueFeed(Venue venue, IReadOnlyList<Symbol> symbols, bool discover, IFeedSink sink)
    {
        Venue = venue;
        _symbols = symbols;
        _discover = discover;
        _sink = sink;
    }

    /// <summary>The venue.</summary>
    public Venue Venue { get; }

    /// <summary>Decoder of the active connection; null where there is none.</summary>
    public FeedDecoder? Active => _active?.Decoder;

    /// <summary>Number of the active connection; -1 where there is none.</summary>
    public int ActiveConnection => _active?.Connection ?? -1;

    /// <summary>Decoder of the connection that is growing; null where there is none.</summary>
    public FeedDecoder? Standby => _standby?.Decoder;

    /// <summary>A connection was opened: the active one where there is none, else the standby.</summary>
    public void Connected(int connection)
    {
        if (_active is null)
        {
            _active = NewLine(connection, isActive: true);
        }
        else
        {
            _standby = NewLine(connection, isActive: false);
        }
    }

    /// <summary>A frame arrived on a connection; frames of connections that are gone are ignored.</summary>
    /// <returns>The decoder's verdict; null where the connection is unknown.</returns>
    public RejectReason? Frame(int connection, ReadOnlySpan<byte> payload, string context, long receivedNanos)
    {
        if (_active?.Connection == connection)
        {
            return _active.Decoder.Accept(payload, context, receivedNanos);
        }

        if (_standby?.Connection != connection)
        {
            return null;
        }

        var reason = _standby.Decoder.Accept(payload, context, receivedNanos);
        if (IsReady(_standby.Decoder, _active!.Decoder))
        {
            Promote(receivedNanos);
        }

        return reason;
    }

    /// <summary>A connection ended. Without another one every book is unproven.</summary>
    public void Disconnected(int connection, long nowNanos)
    {
        if (_standby?.Connection == connection)
        {
            _standby = null;
        }
        else if (_active?.Connection == connection)
        {
            if (_standby is not null)
            {
                Promote(nowNanos);
            }
            else
            {
                _active.Decoder.Reset(nowNanos);
                _active = null;
            }
        }
    }

    private Line NewLine(int connection, bool isActive)
    {
        var gate = new Gate(_sink) { IsOpen = isActive };
        return new Line(connection, new FeedDecoder(Venue, _symbols, _discover, gate), gate);
    }

    // Ready is what would lose nothing: every book that the active connection has proven, and at least one.
    private static bool IsReady(FeedDecoder standby, FeedDecoder active)
    {
        var any = false;
        foreach (var instrument in standby.Instruments)
        {
            any |= instrument.IsProven;
        }

        foreach (var proven in active.Instruments)
        {
            if (proven.IsProven && !IsProven(standby, proven.WireName))
            {
                return false;
            }
        }

        return any;
    }

    private static bool IsProven(FeedDecoder decoder, string wireName)
    {
        foreach (var instrument in decoder.Instruments)
        {
            if (instrument.WireName == wireName)
            {
                return instrument.IsProven;
            }
        }

        return false;
    }

    private void Promote(long nowNanos)
    {
        _active = _standby!;
        _standby = null;
        _active.Gate.IsOpen = true;
        foreach (var instrument in _active.Decoder.Instruments)
        {
            _active.Gate.Announce(instrument, nowNanos);
        }
    }

    private sealed record Line(int Connection, FeedDecoder Decoder, Gate Gate);

    /// <summary>Passes events on while its connection is the active one.</summary>
    private sealed class Gate(IFeedSink sink) : IFeedSink
    {
        private Level[] _bids = [];
        private Level[] _asks = [];

        public bool IsOpen { get; set; }

        public void OnEvent(FeedInstrument instrument, in VenueEvent e, long receivedNanos)
        {
            if (IsOpen)
            {
                sink.OnEvent(instrument, e, receivedNanos);
            }
        }

        public void OnBook(
            FeedInstrument instrument,
            in VenueEvent e,
            ReadOnlySpan<Level> bids,
            ReadOnlySpan<Level> asks,
            long receivedNanos)
        {
            if (IsOpen)
            {
                sink.OnBook(instrument, e, bids, asks, receivedNanos);
            }
        }

        public void OnProof(FeedInstrument instrument, long receivedNanos)
        {
            if (IsOpen)
            {
                sink.OnProof(instrument, receivedNanos);
            }
        }

        /// <summary>Tells the sink a whole book that grew while the gate was closed.</summary>
        public void Announce(FeedInstrument instrument, long nowNanos)
        {
            var snapshot = new VenueEvent { Kind = VenueEventKind.BookSnapshot, Instrument = instrument.Index };
            _bids = Copy(instrument.Book.Bids, _bids);
            _asks = Copy(instrument.Book.Asks, _asks);
            sink.OnBook(
                instrument,
                snapshot,
                _bids.AsSpan(0, instrument.Book.Bids.Count),
                _asks.AsSpan(0, instrument.Book.Asks.Count),
                nowNanos);
            sink.OnProof(instrument, nowNanos);
        }

        private static Level[] Copy(BookSide side, Level[] into)
        {
            if (into.Length < side.Count)
            {
                into = new Level[side.Count];
            }

            for (var i = 0; i < side.Count; i++)
            {
                into[i] = side.FromBest(i);
            }

            return into;
        }
    }
}
