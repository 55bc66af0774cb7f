using System.Text;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Venues.Kalshi;

/// <summary>
/// Kalshi's messages in, proven books, trades, markets and index values out. The same code serves live sockets, polls,
/// tapes and recordings, and its output is a function of the messages and their times alone.
/// </summary>
/// <remarks>Feed loop only. No allocation for books, changes, trades and tickers once warm.</remarks>
internal sealed class KalshiDecoder : IOutcomeDecoder
{
    private const int MaxRefusal = 200;
    private const long ExpireEveryNanos = 100 * Stamps.NanosPerMilli;

    private static readonly byte[][] LifecycleNames = ["market_ticker"u8.ToArray(), "event_ticker"u8.ToArray()];

    private readonly long[] _sids = [-1, -1, -1, -1, -1, -1];
    private readonly KalshiFrame _frame = new();
    private readonly KalshiParser _parser;
    private readonly IOutcomeSink _sink;
    private long _expiredNanos;
    private int _connection = -1;

    /// <summary>Makes a decoder.</summary>
    /// <param name="options">What is watched.</param>
    /// <param name="discover">True to take every market as it appears, as for recordings.</param>
    /// <param name="sink">Receives what comes out.</param>
    public KalshiDecoder(KalshiOptions options, bool discover, IOutcomeSink sink)
    {
        _sink = sink;
        Table = new KalshiBookTable(discover);
        Keeper = new KalshiBooks(Table, Tally, sink);
        Catalog = new KalshiCatalog(options, discover, Table, Keeper, sink);
        _parser = new KalshiParser(Table);
    }

    /// <inheritdoc/>
    public Venue Venue => Venue.Kalshi;

    /// <inheritdoc/>
    public IReadOnlyList<OutcomeBook> Books =>
        [.. Table.All.SelectMany(book => new[] { book.Yes, book.No })];

    /// <summary>The books by ticker.</summary>
    public KalshiBookTable Table { get; }

    /// <summary>The rules by which books are believed.</summary>
    public KalshiBooks Keeper { get; }

    /// <summary>The markets.</summary>
    public KalshiCatalog Catalog { get; }

    /// <summary>What was counted so far.</summary>
    public FeedTally Tally { get; } = new();

    /// <summary>What the message taken last was.</summary>
    public KalshiKind LastKind { get; private set; }

    /// <summary>True where the message taken last was none that answers another.</summary>
    public bool LastIsData => _frame.IsData;

    /// <summary>The subscription of a channel on this connection; -1 where it is not there yet.</summary>
    public long SidOf(KalshiChannel channel) => _sids[(int)channel];

    /// <summary>The venue's newest refusal in its own words, cut short; null where it refused nothing.</summary>
    public string? LastRefusal { get; private set; }

    /// <inheritdoc/>
    public void Connected(int connection, long nowNanos)
    {
        _connection = connection;
        Reset(nowNanos);
    }

    /// <inheritdoc/>
    public void Disconnected(int connection, long nowNanos)
    {
        if (connection == _connection)
        {
            _connection = -1;
            Reset(nowNanos);
        }
    }

    /// <inheritdoc/>
    public RejectReason Accept(int connection, ReadOnlySpan<byte> frame, string context, long receivedNanos)
    {
        if (context.Length > 0 || connection == _connection)
        {
            return Accept(frame, context, receivedNanos);
        }

        // Of a connection that another one has replaced: received, and of no use any more.
        Tally.Frames++;
        Tally.Parsed++;
        return RejectReason.None;
    }

    /// <summary>Takes one message of the connection of the moment, or an answer.</summary>
    /// <inheritdoc cref="IOutcomeDecoder.Accept"/>
    public RejectReason Accept(ReadOnlySpan<byte> frame, string context, long receivedNanos)
    {
        if (receivedNanos - _expiredNanos >= ExpireEveryNanos)
        {
            Expire(receivedNanos);
        }

        Tally.Frames++;
        _frame.Clear();
        RejectReason reason;
        try
        {
            reason = frame.Length > VenuesLimits.MaxFrameBytes
                ? RejectReason.TooLarge
                : _parser.Parse(frame, context, _frame);
            if (reason == RejectReason.None && _frame.Kind is KalshiKind.Document or KalshiKind.Lifecycle)
            {
                reason = Describe(frame, receivedNanos);
            }
        }
        catch (JsonException)
        {
            reason = RejectReason.MalformedJson;
        }

        LastKind = reason == RejectReason.None ? _frame.Kind : KalshiKind.Nothing;
        if (reason != RejectReason.None)
        {
            Tally.Reject(reason);
            OnRejected(reason, context, receivedNanos);
            return reason;
        }

        Tally.Parsed++;
        var begins = _frame.Kind == KalshiKind.Books && context.Length == 0;
        if (Keeper.Count(_frame.Sid, _frame.Seq, begins, receivedNanos) || _frame.IsHarmless)
        {
            Take(frame, receivedNanos);
        }

        return RejectReason.None;
    }

    /// <summary>Time passes, whether messages come or not.</summary>
    public void Expire(long nanos)
    {
        _expiredNanos = nanos;
        Keeper.Expire(nanos);
        Catalog.Expire(nanos);
    }

    /// <inheritdoc/>
    public void Pass(long nowNanos)
    {
        Expire(nowNanos);
        Catalog.ForgetOver(nowNanos);
    }

    private void Reset(long nanos)
    {
        Array.Fill(_sids, -1);
        Keeper.Reset(nanos);
    }

    private void OnRejected(RejectReason reason, string context, long nanos)
    {
        if (context.Length > 0)
        {
            return;
        }

        if (reason == RejectReason.UnknownSymbol)
        {
            // Another market's message: its number counts, and nothing of ours was in it.
            Keeper.Count(_frame.Sid, _frame.Seq, begins: false, nanos);
            return;
        }

        Keeper.OnRejected(_frame, nanos);
    }

    private void Take(ReadOnlySpan<byte> frame, long nanos)
    {
        switch (_frame.Kind)
        {
            case KalshiKind.Books when _frame.Sid >= 0:
                Keeper.OnSnapshot(_frame, nanos);
                break;
            case KalshiKind.Books:
                Keeper.OnRead(_frame, nanos);
                break;
            case KalshiKind.Delta:
                Keeper.OnDelta(_frame, nanos);
                break;
            case KalshiKind.Trade:
                OnTrade(nanos);
                break;
            case KalshiKind.Ticker:
                Keeper.OnTicker(_frame, nanos);
                break;
            case KalshiKind.Reference:
                OnReference(nanos);
                break;
            case KalshiKind.Subscribed:
                _sids[(int)_frame.Channel] = _frame.Sid;
                break;
            case KalshiKind.Refusal:
                LastRefusal = Encoding.UTF8.GetString(frame.Length > MaxRefusal ? frame[..MaxRefusal] : frame);
                Keeper.OnRefusal(_frame, nanos);
                break;
        }
    }

    // A trade stands in both tokens' trades, as a level stands in both books.
    private void OnTrade(long nanos)
    {
        var book = _frame.Book!;
        Tally.TradeMessages++;
        book.Trades++;
        var (yes, no) = _frame.IsYes ? (Side.Buy, Side.Sell) : (Side.Sell, Side.Buy);
        _sink.OnTrade(
            new OutcomeTrade(book.Yes.Key, _frame.PricePpm, _frame.SizeMicro, yes, _frame.VenueNanos), nanos);
        _sink.OnTrade(
            new OutcomeTrade(book.No.Key, Micros.One - _frame.PricePpm, _frame.SizeMicro, no, _frame.VenueNanos),
            nanos);
    }

    private void OnReference(long nanos)
    {
        var index = _parser.Index;
        _sink.OnReference(
            new ReferencePrice(Venue.Kalshi, index.Asset, "cfbenchmarks", "last", index.LastE8, index.LastNanos),
            nanos);
        if (index.MeanE8 > 0)
        {
            _sink.OnReference(
                new ReferencePrice(Venue.Kalshi, index.Asset, "cfbenchmarks", "mean60", index.MeanE8, index.MeanNanos),
                nanos);
        }
    }

    private RejectReason Describe(ReadOnlySpan<byte> frame, long nanos)
    {
        if (_frame.Kind == KalshiKind.Lifecycle && _frame.Message.Length > 0
            && !Concerns(Wire.JsonFields.Raw(frame, _frame.Message)))
        {
            return RejectReason.None;
        }

        try
        {
            var part = _frame.Kind == KalshiKind.Lifecycle ? Wire.JsonFields.Raw(frame, _frame.Message) : frame;
            using var document = JsonDocument.Parse(part.ToArray());
            return _frame.Kind == KalshiKind.Lifecycle
                ? Catalog.OnLifecycle(document.RootElement, nanos)
                : Catalog.OnDocument(document.RootElement, nanos);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in a text.
            return RejectReason.BadField;
        }
    }

    // The channel tells of the whole venue, which is a thousand times what is watched.
    private bool Concerns(ReadOnlySpan<byte> message)
    {
        Span<Wire.JsonSlice> f = stackalloc Wire.JsonSlice[2];
        if (Wire.JsonFields.Read(message, LifecycleNames, f) != RejectReason.None)
        {
            return true;
        }

        foreach (var slice in f)
        {
            if (Wire.JsonFields.TryText(message, slice, out var name)
                && (!KalshiNames.IsTicker(name) || Catalog.IsOurs(Encoding.ASCII.GetString(name))))
            {
                return true;
            }
        }

        return false;
    }
}
