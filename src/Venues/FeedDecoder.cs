using System.Text;
using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Venues.Binance;
using Strikeline.Venues.Bybit;
using Strikeline.Venues.Coinbase;
using Strikeline.Venues.Kraken;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues;

/// <summary>
/// One connection's frames in, proven books and normalised events out. The same code serves live sockets, tapes and
/// recordings, and its output is a function of the frames alone.
/// </summary>
/// <remarks>Feed loop only. No allocation in steady state; a malformed frame costs an exception that is caught
/// here.</remarks>
public sealed class FeedDecoder
{
    private const int MaxRefusal = 200;

    private readonly InstrumentTable _instruments;
    private readonly FrameEvents _events = new();
    private readonly IFrameParser _parser;
    private readonly BookKeeper _keeper;
    private readonly IFeedSink _sink;

    /// <summary>Makes a decoder.</summary>
    /// <param name="venue">Whose protocol the frames speak.</param>
    /// <param name="symbols">The instruments of the feed.</param>
    /// <param name="discover">True to add instruments as they appear, as for recordings; false to reject them.</param>
    /// <param name="sink">Receives the events.</param>
    public FeedDecoder(Venue venue, IReadOnlyList<Symbol> symbols, bool discover, IFeedSink sink)
    {
        Venue = venue;
        _sink = sink;
        _instruments = new InstrumentTable(venue, symbols, discover);
        (_parser, _keeper) = venue switch
        {
            Venue.Binance => ((IFrameParser)new BinanceParser(_instruments),
                (BookKeeper)new BinanceBooks(_instruments, Tally, sink)),
            Venue.Coinbase => (new CoinbaseParser(_instruments), new CoinbaseBooks(_instruments, Tally, sink)),
            Venue.Kraken => (new KrakenParser(_instruments), new KrakenBooks(_instruments, Tally, sink)),
            Venue.Bybit => (new BybitParser(_instruments), new BybitBooks(_instruments, Tally, sink)),
            _ => throw new ArgumentOutOfRangeException(nameof(venue), venue, "no such venue"),
        };
    }

    /// <summary>Whose protocol is decoded.</summary>
    public Venue Venue { get; }

    /// <summary>The instruments, in the order in which they were declared or appeared.</summary>
    public IReadOnlyList<FeedInstrument> Instruments => _instruments.All;

    /// <summary>What was counted so far.</summary>
    public FeedTally Tally { get; } = new();

    /// <summary>The instrument of the last frame that named one; -1 before. Gives a recorded REST reply its
    /// symbol.</summary>
    public int LastInstrument { get; private set; } = -1;

    /// <summary>The venue's newest refusal in its own words, cut short; null where it refused nothing.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>Set once the venue has announced that it will end the connection.</summary>
    public bool ServerShutdown { get; private set; }

    /// <summary>Takes one frame.</summary>
    /// <param name="frame">The message as received.</param>
    /// <param name="context">Path and query of the REST request that the frame answers; empty for a stream's
    /// frame.</param>
    /// <param name="receivedNanos">When it arrived, nanoseconds since the Unix epoch.</param>
    /// <returns><see cref="RejectReason.None"/> where the frame was understood.</returns>
    public RejectReason Accept(ReadOnlySpan<byte> frame, string context, long receivedNanos)
    {
        Tally.Frames++;
        _events.Clear();
        RejectReason reason;
        try
        {
            reason = frame.Length > VenuesLimits.MaxFrameBytes
                ? RejectReason.TooLarge
                : _parser.Parse(frame, context, _events);
        }
        catch (JsonException)
        {
            reason = RejectReason.MalformedJson;
        }

        if (reason != RejectReason.None)
        {
            Tally.Reject(reason);
            if (reason == RejectReason.UnknownSymbol && _events.ConnectionSequence >= 0)
            {
                // Another instrument's message: its number counts, and nothing of ours was in it.
                _keeper.AcceptSequence(_events.ConnectionSequence, frame, receivedNanos);
            }

            _keeper.OnRejected(_events.Culprit, receivedNanos);
            return reason;
        }

        Tally.Parsed++;
        if (_events.IsTradeMessage)
        {
            Tally.TradeMessages++;
        }

        if (_events.IsRefusal)
        {
            LastRefusal = Encoding.UTF8.GetString(frame.Length > MaxRefusal ? frame[..MaxRefusal] : frame);
        }

        ServerShutdown |= _events.ServerShutdown;
        if (_keeper.AcceptSequence(_events.ConnectionSequence, frame, receivedNanos))
        {
            for (var i = 0; i < _events.Count; i++)
            {
                Take(ref _events[i], receivedNanos);
            }
        }

        return RejectReason.None;
    }

    /// <summary>Forgets every book, because the connection that fed them ended or a new one begins.</summary>
    public void Reset(long receivedNanos)
    {
        ServerShutdown = false;
        _keeper.Reset(BookProof.Disconnected, receivedNanos);
    }

    private void Take(ref VenueEvent e, long receivedNanos)
    {
        var instrument = _instruments[e.Instrument];
        LastInstrument = e.Instrument;
        instrument.Events++;
        switch (e.Kind)
        {
            case VenueEventKind.Trade:
                instrument.Trades++;
                _sink.OnEvent(instrument, e, receivedNanos);
                break;
            case VenueEventKind.Quote:
                _keeper.OnQuote(instrument, e);
                _sink.OnEvent(instrument, e, receivedNanos);
                break;
            case VenueEventKind.BookSnapshot or VenueEventKind.BookUpdate:
                _keeper.OnBook(instrument, e, _events, receivedNanos);
                break;
        }
    }
}
