using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>What a desk keeps of one instrument beyond the decoder's life: counts, liveness, newest trades.</summary>
internal sealed class DeskLine(Symbol symbol, TimeSpan staleAfter)
{
    private const int KeptTrades = 64;
    private const int RateSeconds = 5;
    private const long TellAgainNanos = 100 * Stamps.NanosPerMilli;

    private readonly TradePrint[] _trades = new TradePrint[KeptTrades];
    private readonly (long Second, int Count)[] _rate = new (long, int)[RateSeconds + 1];
    private (Level Bid, Level Ask, int Bids, int Asks) _content;
    private long _bookChanges;
    private long _tradeCount;
    private long _events;
    private long _gapsBefore;
    private long _lastTradeId;
    private FeedState _state = FeedState.Connecting;
    private long _sinceNanos;
    private TopOfBook _told;
    private long _toldNanos;

    public Symbol Symbol { get; } = symbol;

    public FeedInstrument? Instrument { get; private set; }

    public DataWatch Watch { get; } = new(staleAfter);

    /// <summary>Why the venue refused a snapshot, in its own words; null once one has come.</summary>
    public string? Refusal { get; set; }

    public void OnEvent(FeedInstrument instrument, in VenueEvent e, long receivedNanos)
    {
        Adopt(instrument);
        Count(receivedNanos);
        if (e.Kind == VenueEventKind.Trade)
        {
            // After a change-over the new connection may repeat what the old one said.
            if (e.LastId != 0 && e.LastId <= _lastTradeId && _lastTradeId - e.LastId < KeptTrades)
            {
                return;
            }

            _lastTradeId = e.LastId;
            var at = e.VenueTimeNanos != 0 ? e.VenueTimeNanos : receivedNanos;
            _trades[(int)(_tradeCount % KeptTrades)] = new TradePrint(at, e.Price, e.Quantity, e.TakerSide);
            _tradeCount++;
        }
    }

    /// <summary>
    /// Only the book's own content keeps an instrument alive: trades and quotes may go on while it stands still. A
    /// snapshot counts where it differs from what was known before, so that a frozen venue stays frozen when asked
    /// again.
    /// </summary>
    public void OnBook(FeedInstrument instrument, VenueEventKind kind, long receivedNanos)
    {
        Adopt(instrument);
        Count(receivedNanos);
        var book = instrument.Book;
        var content = (book.Bids.Best, book.Asks.Best, book.Bids.Count, book.Asks.Count);
        var changed = kind == VenueEventKind.BookSnapshot
            ? content != _content && !Watch.IsStale(receivedNanos)
            : book.Changes != _bookChanges;
        _content = content;
        _bookChanges = book.Changes;
        if (changed)
        {
            Watch.Changed(receivedNanos);
        }
    }

    public void OnProof(FeedInstrument instrument)
    {
        Adopt(instrument);
        if (instrument.IsProven)
        {
            Refusal = null;
        }
    }

    /// <summary>The top of book, where it differs from the last one told or that one is 100 ms old.</summary>
    public bool TryTop(Venue venue, bool connected, long nowNanos, out TopOfBook top)
    {
        top = default;
        if (Instrument is not { } instrument)
        {
            return false;
        }

        var book = instrument.Book;
        var known = book.Bids.Count > 0 && book.Asks.Count > 0;
        top = new TopOfBook(
            venue, Symbol, book.Bids.Best.Price, book.Asks.Best.Price, instrument.Grid.PriceDecimals,
            instrument.IsProven && known, connected && !Watch.IsStale(nowNanos), Watch.LastChangeNanos,
            Watch.LimitNanos(nowNanos));
        var same = top.Bid == _told.Bid && top.Ask == _told.Ask && top.Proven == _told.Proven && top.Live == _told.Live;
        if (same && nowNanos - _toldNanos < TellAgainNanos)
        {
            return false;
        }

        _told = top;
        _toldNanos = nowNanos;
        return true;
    }

    public IReadOnlyList<TradePrint> NewestTrades(int most)
    {
        var trades = new TradePrint[Math.Min(most, (int)Math.Min(_tradeCount, KeptTrades))];
        for (var i = 0; i < trades.Length; i++)
        {
            trades[i] = _trades[(int)((_tradeCount - 1 - i) % KeptTrades)];
        }

        return trades;
    }

    public (FeedState State, string? Reason, string? NextStep) Judge(
        bool connected, string? downReason, string? refusal, long connections, bool recording, long nowNanos)
    {
        var proof = Instrument?.Proof ?? BookProof.Waiting;
        if (!connected)
        {
            return downReason is null && connections == 0
                ? (FeedState.Connecting, "FEED_CONNECTING no connection yet", "connecting")
                : (FeedState.Down, $"FEED_DOWN {downReason ?? "the connection is lost"}",
                    recording ? "the recording has ended" : BookProof.Disconnected.NextStep());
        }

        if (proof is BookProof.Waiting or BookProof.AwaitingSnapshot or BookProof.Disconnected)
        {
            var said = refusal is null ? string.Empty : $"; the venue said: {refusal}";
            return (FeedState.Syncing, $"{proof.Code()} no snapshot yet{said}", proof.NextStep());
        }

        if (Watch.IsStale(nowNanos))
        {
            var silence = (nowNanos - Watch.LastChangeNanos) / Stamps.NanosPerMilli;
            var limit = Watch.LimitNanos(nowNanos) / Stamps.NanosPerMilli;
            return (FeedState.Stale, $"FEED_STALE nothing changed for {silence} ms (limit {limit} ms)",
                "book asked for again; then another connection takes over");
        }

        return proof == BookProof.Proven
            ? (FeedState.Live, null, null)
            : (FeedState.Unproven, proof.Code(), proof.NextStep());
    }

    public FeedReport Report(
        Venue venue, FeedState state, string? reason, string? nextStep, long reconnects, long nowNanos)
    {
        if (state != _state || _sinceNanos == 0)
        {
            _state = state;
            _sinceNanos = nowNanos;
        }

        var book = Instrument?.Book;
        return new FeedReport
        {
            Venue = venue,
            Symbol = Symbol,
            State = state,
            Reason = reason,
            NextStep = nextStep,
            SinceNanos = _sinceNanos,
            LastChangeNanos = Watch.LastChangeNanos,
            Proven = Instrument?.IsProven ?? false,
            Grid = Instrument?.Grid ?? Grid.Wire,
            Bid = book?.Bids.Best ?? default,
            Ask = book?.Asks.Best ?? default,
            LastPrice = _tradeCount == 0 ? 0 : _trades[(int)((_tradeCount - 1) % KeptTrades)].Price,
            Messages = _events,
            MessagesPerSecond = Rate(nowNanos),
            Trades = _tradeCount,
            Gaps = _gapsBefore + (Instrument?.Gaps ?? 0),
            Reconnects = reconnects,
        };
    }

    private void Adopt(FeedInstrument instrument)
    {
        if (!ReferenceEquals(Instrument, instrument))
        {
            _gapsBefore += Instrument?.Gaps ?? 0;
            Instrument = instrument;
        }
    }

    private void Count(long receivedNanos)
    {
        _events++;
        var second = receivedNanos / Stamps.NanosPerSecond;
        ref var slot = ref _rate[(int)(second % _rate.Length)];
        slot = slot.Second == second ? (second, slot.Count + 1) : (second, 1);
    }

    private double Rate(long nowNanos)
    {
        var now = nowNanos / Stamps.NanosPerSecond;
        var sum = 0;
        foreach (var (second, count) in _rate)
        {
            if (second < now && second >= now - RateSeconds)
            {
                sum += count;
            }
        }

        return (double)sum / RateSeconds;
    }
}
