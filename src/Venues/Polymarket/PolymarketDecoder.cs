using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>
/// Everything that Polymarket says, over whatever it says it: the market channel on any number of sockets, descriptions
/// and books by REST, settlement prices. One for a feed, and one for a replay.
/// </summary>
/// <remarks>Not thread-safe: the feed serialises all calls.</remarks>
internal sealed class PolymarketDecoder : IOutcomeDecoder
{
    private const long JudgeEveryNanos = 100 * Stamps.NanosPerMilli;
    private const int MostUnknownEvents = 32;
    private const string BookPath = "/book";
    private const string TermsPath = "/clob-markets/";

    private readonly IOutcomeSink _sink;
    private readonly MarketParser _parser;
    private readonly MarketFrame _frame = new();
    private readonly GammaReader _gamma = new();
    private readonly ReferenceReader _references = new();
    private readonly PriceTicks _ticks = new();
    private readonly List<MarketDraft> _drafts = [];
    private readonly Dictionary<int, ReferenceLine> _lines = [];
    private readonly MarketEnds _ends;
    private long _judgedNanos;

    /// <summary>Makes a decoder.</summary>
    /// <param name="sink">Receives everything.</param>
    /// <param name="discover">True for recordings, whose tokens are not declared.</param>
    /// <param name="staleAfter">The shortest silence that is looked into.</param>
    /// <param name="takerHold">How long takers are held where they are.</param>
    public PolymarketDecoder(IOutcomeSink sink, bool discover, TimeSpan staleAfter, TimeSpan takerHold)
    {
        _sink = sink;
        Tokens = new TokenTable(discover);
        _parser = new MarketParser(Tokens);
        Board = new TokenBooks(Tokens, Tally, sink, staleAfter);
        Catalog = new MarketCatalog(sink, Tokens, _ticks, takerHold);
        _ends = new MarketEnds(Catalog, new PolymarketOptions().FollowAfterEnd);
    }

    /// <inheritdoc/>
    public Venue Venue => Venue.Polymarket;

    /// <inheritdoc/>
    public FeedTally Tally { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyList<OutcomeBook> Books => Board.Shown();

    public TokenTable Tokens { get; }

    public TokenBooks Board { get; }

    public MarketCatalog Catalog { get; }

    /// <summary>Slugs of markets that the venue has just made; the feed empties it.</summary>
    public HashSet<string> MadeSlugs { get; } = new(StringComparer.Ordinal);

    /// <summary>Slugs of the markets of the last description.</summary>
    public HashSet<string> Described { get; } = new(StringComparer.Ordinal);

    /// <summary>Where the page of the last description went on; empty where it did not.</summary>
    public string NextCursor { get; private set; } = string.Empty;

    /// <summary>How often each type of event came that nobody knows; of more types than a few only that there are.
    /// </summary>
    public Dictionary<string, long> UnknownEvents { get; } = new(StringComparer.Ordinal);

    /// <summary>What a connection of settlement prices has come to; null where it is none.</summary>
    public ReferenceLine? ReferencesOf(int connection) => _lines.GetValueOrDefault(connection);

    /// <inheritdoc/>
    public void Connected(int connection, long nowNanos)
    {
        _lines.Remove(connection);
        Board.Connected(connection, nowNanos);
    }

    /// <inheritdoc/>
    public void Disconnected(int connection, long nowNanos)
    {
        _lines.Remove(connection);
        Board.Disconnected(connection, nowNanos);
    }

    /// <inheritdoc/>
    public RejectReason Accept(int connection, ReadOnlySpan<byte> frame, string context, long receivedNanos)
    {
        Tally.Frames++;
        JudgeSome(receivedNanos);

        RejectReason reason;
        try
        {
            reason = frame.Length > VenuesLimits.MaxFrameBytes ? RejectReason.TooLarge
                : context.Length > 0 ? AcceptReply(frame, context, receivedNanos)
                : AcceptFrame(connection, frame, receivedNanos);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is what the platform throws for text that holds half a surrogate.
            reason = RejectReason.MalformedJson;
        }

        if (reason == RejectReason.None)
        {
            Tally.Parsed++;
            return reason;
        }

        Tally.Reject(reason);
        if (context.Length == 0 && reason != RejectReason.UnknownSymbol
            && (reason != RejectReason.UnknownShape || CarriesBook(frame))
            && Board.SocketOf(connection) is { } socket)
        {
            Unprove(socket, frame, receivedNanos);
        }

        return reason;
    }

    /// <summary>Verdicts that only time brings: the feed asks for all of them now and then, and each frame brings
    /// some.</summary>
    public void Judge(long nowNanos)
    {
        _judgedNanos = nowNanos;
        Board.Judge(nowNanos);
    }

    /// <inheritdoc/>
    public void Pass(long nowNanos)
    {
        Judge(nowNanos);
        _ends.Over(nowNanos).ForEach(entry => Drop(entry, nowNanos));
    }

    /// <summary>A market is over: its tokens are of no more use, and neither is the market itself where nothing keeps
    /// it.</summary>
    public void Drop(MarketCatalog.Entry entry, long nowNanos)
    {
        Retire(entry);
        if (entry.IsKept)
        {
            return;
        }

        if (entry.Market is not null)
        {
            _sink.OnGone(Venue, entry.ConditionId, nowNanos);
        }

        Catalog.Forget(entry);
    }

    // As many tokens as the time since the last frame is worth: each is looked at every tenth of a second, and no frame
    // waits while a thousand are.
    private void JudgeSome(long nowNanos)
    {
        var tokens = Tokens.All.Count;
        var passed = nowNanos - _judgedNanos;
        if (tokens == 0 || passed >= JudgeEveryNanos)
        {
            Judge(nowNanos);
            return;
        }

        var due = passed * tokens / JudgeEveryNanos;
        if (due > 0)
        {
            _judgedNanos += due * JudgeEveryNanos / tokens;
            Board.JudgeNext((int)due, nowNanos);
        }
    }

    private void Retire(MarketCatalog.Entry entry)
    {
        entry.IsDeclared = false;
        if (entry.Market is { } market)
        {
            foreach (var key in (ReadOnlySpan<MarketKey>)[market.Yes, market.No])
            {
                if (Tokens.TryFindKnown(System.Text.Encoding.ASCII.GetBytes(key.TokenId), out var index))
                {
                    Board.Forget(index);
                    Tokens.Retire(index);
                }
            }
        }
    }

    private RejectReason AcceptFrame(int connection, ReadOnlySpan<byte> frame, long nowNanos)
    {
        var socket = Board.SocketOf(connection);
        if (socket is null)
        {
            // Of a connection that is gone.
            return RejectReason.None;
        }

        socket.FrameNanos = nowNanos;
        if (frame.IsEmpty || frame.SequenceEqual("PONG"u8) || frame.SequenceEqual("pong"u8))
        {
            return RejectReason.None;
        }

        socket.DataNanos = nowNanos;
        _frame.Clear();
        var reason = _parser.Parse(frame, _frame);
        if (reason == RejectReason.UnknownShape)
        {
            return AcceptOther(connection, frame, nowNanos);
        }

        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (_frame.IsTradeMessage)
        {
            Tally.TradeMessages++;
        }

        Board.Apply(socket, _frame, nowNanos);
        for (var i = 0; i < _frame.Count; i++)
        {
            ref var e = ref _frame[i];
            if (e.Kind is MarketEventKind.Tick or MarketEventKind.NewMarket or MarketEventKind.Resolved
                || (e.Kind == MarketEventKind.Book && e.Tick > 0))
            {
                TakeNotice(socket, ref e, nowNanos);
            }
        }

        return RejectReason.None;
    }

    private void TakeNotice(SocketBooks socket, ref MarketEvent e, long nowNanos)
    {
        switch (e.Kind)
        {
            case MarketEventKind.Tick:
                var token = Tokens[e.Token];
                var isNews = Catalog.TakeTick(token.MarketId, e.Price, nowNanos)
                    || e.VenueNanos > Board.LineOf(e.Token).EpochNanos;
                Board.BeginEpoch(socket, e.Token, isNews, e.VenueNanos, nowNanos);
                break;
            case MarketEventKind.Book:
                Catalog.TakeTick(Tokens[e.Token].MarketId, e.Tick, nowNanos);
                break;
            case MarketEventKind.Resolved:
                var notice = _frame.Notices[e.Notice];
                if (Catalog.ById(notice.MarketId) is not null)
                {
                    Catalog.Resolve(notice.MarketId, notice.WinningToken, nowNanos);
                }

                break;
            case MarketEventKind.NewMarket when MadeSlugs.Count < VenuesLimits.MaxInstruments:
                MadeSlugs.Add(_frame.Notices[e.Notice].Slug);
                break;
        }
    }

    private RejectReason AcceptOther(int connection, ReadOnlySpan<byte> frame, long nowNanos)
    {
        using var document = JsonDocument.Parse(frame.ToArray());
        var kind = _references.Read(document.RootElement);
        if (kind is null)
        {
            return RejectReason.BadField;
        }

        if (kind == ReferenceFrame.None)
        {
            Count(document.RootElement);
            return AcceptDescription(document.RootElement, nowNanos);
        }

        if (!_lines.TryGetValue(connection, out var line))
        {
            _lines.Add(connection, line = new ReferenceLine());
        }

        line.IsAuthed |= kind == ReferenceFrame.Authed;
        line.Refusal = kind == ReferenceFrame.Refused ? _references.Code : line.Refusal;
        if (_references.Numbered.Sequence >= 0
            && (line.IsGap(_references.Numbered.Channel, _references.Numbered.Sequence) || _references.Dropped > 0))
        {
            Tally.Gaps++;
            line.HasGap = true;
        }

        var news = false;
        foreach (var price in _references.Prices)
        {
            line.PriceNanos = nowNanos;
            if (_ticks.Add(price))
            {
                news = true;
                _sink.OnReference(price, nowNanos);
            }
        }

        if (news)
        {
            Catalog.RefreshPrices(nowNanos);
        }

        return RejectReason.None;
    }

    private void Count(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in root.EnumerateArray())
            {
                Count(item);
            }
        }
        else if (root.ValueKind == JsonValueKind.Object && root.Text("event_type") is { Length: > 0 } type
            && !MarketParser.Knows(type))
        {
            var name = UnknownEvents.Count < MostUnknownEvents ? MarketCatalog.Short(type) : "others";
            UnknownEvents[name] = UnknownEvents.GetValueOrDefault(name) + 1;
        }
    }

    private RejectReason AcceptReply(ReadOnlySpan<byte> frame, string context, long nowNanos)
    {
        var path = context.AsSpan();
        var query = path.IndexOf('?');
        path = query < 0 ? path : path[..query];
        if (path.EndsWith(BookPath, StringComparison.Ordinal))
        {
            return AcceptBook(frame, nowNanos);
        }

        using var document = JsonDocument.Parse(frame.ToArray());
        var terms = path.LastIndexOf(TermsPath, StringComparison.Ordinal);
        if (terms < 0)
        {
            return AcceptDescription(document.RootElement, nowNanos);
        }

        if (GammaReader.ReadTerms(document.RootElement, path[(terms + TermsPath.Length)..].ToString()) is not { } read)
        {
            return RejectReason.UnknownShape;
        }

        // A CLOB that does not know its tokens yet has not hydrated.
        if (read.Tokens.Count > 0 && read.Tokens.All(pair => pair.Token.Length > 0))
        {
            Catalog.Take(read, nowNanos);
        }

        return RejectReason.None;
    }

    private RejectReason AcceptBook(ReadOnlySpan<byte> frame, long nowNanos)
    {
        _frame.Clear();
        var reason = _parser.Parse(frame, _frame);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        for (var i = 0; i < _frame.Count; i++)
        {
            ref var e = ref _frame[i];
            if (e.Kind != MarketEventKind.Book)
            {
                return RejectReason.UnknownShape;
            }

            Board.Compare(e.Token, _frame.Bids(e), _frame.Asks(e), nowNanos);
        }

        return RejectReason.None;
    }

    private RejectReason AcceptDescription(JsonElement root, long nowNanos)
    {
        _drafts.Clear();
        Described.Clear();
        NextCursor = string.Empty;
        if (!_gamma.TryRead(root, _drafts, out var cursor))
        {
            return RejectReason.UnknownShape;
        }

        NextCursor = cursor;
        foreach (var draft in _drafts)
        {
            Described.Add(draft.Slug);
            Catalog.Take(draft, nowNanos);
        }

        return RejectReason.None;
    }

    // An unknown event is no harm; an unknown wrapping around what changes books is.
    private static bool CarriesBook(ReadOnlySpan<byte> frame) =>
        frame.IndexOf("\"price_changes\""u8) >= 0 || frame.IndexOf("\"bids\""u8) >= 0
        || frame.IndexOf("\"asks\""u8) >= 0 || frame.IndexOf("\"new_tick_size\""u8) >= 0;

    // Only the tokens that a refused frame names have lost something; where it names none, any may have.
    private void Unprove(SocketBooks socket, ReadOnlySpan<byte> frame, long nowNanos)
    {
        var found = false;
        try
        {
            var reader = new Utf8JsonReader(frame);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("asset_id"u8)
                    && reader.Read() && reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped
                    && Tokens.TryFindKnown(reader.ValueSpan, out var token))
                {
                    found = true;
                    Board.Unprove(socket, token, BookProof.FrameRejected, nowNanos);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            found = false;
        }

        if (!found)
        {
            Board.UnproveAll(socket, BookProof.FrameRejected, nowNanos);
        }
    }
}

/// <summary>What one connection of settlement prices has come to.</summary>
internal sealed class ReferenceLine
{
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);

    public bool IsAuthed { get; set; }

    /// <summary>Code of the newest refusal; null where nothing was refused.</summary>
    public string? Refusal { get; set; }

    /// <summary>Set where prices were missed; the feed asks for them again.</summary>
    public bool HasGap { get; set; }

    /// <summary>When a price last came; zero before.</summary>
    public long PriceNanos { get; set; }

    /// <summary>Numbers run by channel, from whatever the first one is.</summary>
    public bool IsGap(string channel, long sequence)
    {
        var gap = _last.TryGetValue(channel, out var last) && sequence != last + 1;
        _last[channel] = sequence;
        return gap;
    }
}
