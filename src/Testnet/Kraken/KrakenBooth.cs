using System.Text;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kraken;

/// <summary>Kraken spot, WebSocket v2.</summary>
/// <remarks>docs.kraken.com, Spot WebSocket v2, read in 2026; the book by "Book checksum (WebSocket v2)".</remarks>
internal sealed class KrakenBooth : VenueBooth
{
    private const int SnapshotTrades = 50;
    private const uint WrongChecksum = 0x5A5A5A5A;

    private readonly Dictionary<(int Pair, int Depth), TopicBook> _books = [];
    private readonly Dictionary<(int Pair, bool OnQuotes), HashSet<ClientLine>> _tickers = [];
    private readonly Dictionary<int, HashSet<ClientLine>> _trades = [];
    private readonly Dictionary<int, List<TradePrint>> _pending = [];
    private readonly Dictionary<int, (Level Bid, Level Ask)> _quotes = [];
    private readonly KrakenRest _rest;
    private readonly JsonFrame _json = new();

    public KrakenBooth(IReadOnlyList<PairState> pairs, FaultBoard faults)
        : base(Venue.Kraken, pairs, faults)
    {
        _rest = new KrakenRest(pairs);
        foreach (var pair in pairs)
        {
            _trades[pair.Index] = [];
            _pending[pair.Index] = [];
            _tickers[(pair.Index, true)] = [];
            _tickers[(pair.Index, false)] = [];
        }
    }

    public override bool IsStreamPath(string path) => path is "/v2" or "/v2/";

    public override RestAnswer Answer(string path, RestQuery query, long nowNanos) =>
        _rest.Answer(path, query, nowNanos);

    public override void Traded(PairState pair, TradePrint trade)
    {
        var pending = _pending[pair.Index];
        if (pending.Count == PairState.TradesKept)
        {
            pending.RemoveAt(0);
        }

        pending.Add(trade);
    }

    public override bool IsSubscribed(ClientLine line, PairState pair) =>
        _trades[pair.Index].Contains(line)
        || _tickers[(pair.Index, true)].Contains(line)
        || _tickers[(pair.Index, false)].Contains(line)
        || _books.Values.Any(book => book.Pair == pair && book.Lines.Contains(line));

    public override void Flush(long step, long nowNanos)
    {
        foreach (var pair in Pairs)
        {
            if (!Faults.Stands(FaultKind.Freeze, Venue, pair, nowNanos))
            {
                FlushTrades(pair, nowNanos);
                FlushQuotes(pair, nowNanos);
            }
        }

        foreach (var book in _books.Values)
        {
            if (book.Lines.Count > 0 && !Faults.Stands(FaultKind.Freeze, Venue, book.Pair, nowNanos)
                && book.Advance())
            {
                Send(book.Lines, FrameKind.Book, book.Pair, nowNanos, json => KrakenJson.Book(
                    json, book.Pair, snapshot: false, book.Changes(Side.Buy), book.Changes(Side.Sell),
                    Checksum(book, nowNanos), nowNanos));
            }
        }

        if (step % MarketFloor.StepsPerSecond == 0)
        {
            Beat(nowNanos);
        }
    }

    public override void Receive(ClientLine line, ReadOnlyMemory<byte> message, long nowNanos)
    {
        var request = KrakenRequest.Read(message);
        switch (request?.Method)
        {
            case null:
                Reply(line, KrakenReplies.Refusal("subscribe", "Malformed request", null, null, nowNanos), nowNanos);
                break;
            case "ping":
                Reply(line, KrakenReplies.Pong(request.Id, nowNanos), nowNanos);
                break;
            case "subscribe" or "unsubscribe":
                Handle(line, request, nowNanos);
                break;
            default:
                Reply(line, KrakenReplies.Refusal(
                    request.Method, "Method not supported", null, request.Id, nowNanos), nowNanos);
                break;
        }
    }

    protected override void Opened(ClientLine line, string path, RestQuery query, long nowNanos)
    {
        line.Session = new KrakenSession();
        Reply(line, KrakenReplies.Status(line.Id), nowNanos);
    }

    protected override void Left(ClientLine line)
    {
        foreach (var lines in _books.Values.Select(book => book.Lines).Concat(_tickers.Values).Concat(_trades.Values))
        {
            lines.Remove(line);
        }
    }

    private static void Reply(ClientLine line, string text, long nowNanos) =>
        line.Send(Encoding.UTF8.GetBytes(text), FrameKind.Control, null, nowNanos);

    private void Handle(ClientLine line, KrakenRequest request, long nowNanos)
    {
        if (request.Channel == "instrument")
        {
            ((KrakenSession)line.Session!).Subscriptions++;
            Reply(line, KrakenReplies.Acknowledgement(request, null, nowNanos), nowNanos);
            if (request.Method == "subscribe" && request.Snapshot)
            {
                KrakenJson.Instruments(_json.Begin(), Pairs);
                line.Send(_json.End(), FrameKind.Control, null, nowNanos);
            }

            return;
        }

        var refusal = request.Channel switch
        {
            "book" when request.Depth is not (10 or 25 or 100 or 500 or 1000) => "Subscription depth not supported",
            "book" or "trade" or "ticker" => request.Symbols.Count == 0 ? "Symbol(s) not found" : null,
            _ => "Channel not supported",
        };
        if (refusal is not null)
        {
            Reply(line, KrakenReplies.Refusal(request.Method, refusal, null, request.Id, nowNanos), nowNanos);
            return;
        }

        foreach (var symbol in request.Symbols)
        {
            var pair = Pairs.FirstOrDefault(known => known.Pair.Symbol.ToString() == symbol);
            if (pair is null)
            {
                Reply(line, KrakenReplies.Refusal(
                    request.Method, $"Currency pair not supported {symbol}", symbol, request.Id, nowNanos), nowNanos);
                continue;
            }

            Reply(line, KrakenReplies.Acknowledgement(request, symbol, nowNanos), nowNanos);
            if (request.Method == "subscribe")
            {
                Subscribe(line, request, pair, nowNanos);
            }
            else
            {
                Unsubscribe(line, request, pair);
            }
        }
    }

    private void Subscribe(ClientLine line, KrakenRequest request, PairState pair, long nowNanos)
    {
        ((KrakenSession)line.Session!).Subscriptions++;
        HashSet<ClientLine> one = [line];
        switch (request.Channel)
        {
            case "trade":
                _trades[pair.Index].Add(line);
                if (request.Snapshot)
                {
                    var last = pair.Trades.Skip(Math.Max(0, pair.Trades.Count - SnapshotTrades));
                    Send(one, FrameKind.Snapshot, pair, nowNanos, json => KrakenJson.Trades(json, pair, true, last));
                }

                break;
            case "ticker":
                _tickers[(pair.Index, request.OnQuotes)].Add(line);
                if (request.Snapshot)
                {
                    Send(one, FrameKind.Snapshot, pair, nowNanos, json =>
                        KrakenJson.Ticker(json, pair, true, nowNanos));
                }

                break;
            default:
                var book = Book(pair, request.Depth);
                book.Lines.Add(line);
                Send(one, FrameKind.Snapshot, pair, nowNanos, json => KrakenJson.Book(
                    json, pair, snapshot: true, book.Sent(Side.Buy), book.Sent(Side.Sell),
                    Checksum(book, nowNanos), nowNanos));
                break;
        }
    }

    private void Unsubscribe(ClientLine line, KrakenRequest request, PairState pair)
    {
        var removed = request.Channel switch
        {
            "trade" => _trades[pair.Index].Remove(line),
            "ticker" => _tickers[(pair.Index, true)].Remove(line) | _tickers[(pair.Index, false)].Remove(line),
            _ => Book(pair, request.Depth).Lines.Remove(line),
        };
        ((KrakenSession)line.Session!).Subscriptions -= removed ? 1 : 0;
    }

    /// <summary>The topic's book; one that nobody follows is brought up to date first.</summary>
    private TopicBook Book(PairState pair, int depth)
    {
        if (!_books.TryGetValue((pair.Index, depth), out var book))
        {
            _books[(pair.Index, depth)] = book = new TopicBook(pair, depth, removesFallen: false);
        }

        if (book.Lines.Count == 0)
        {
            book.Advance();
        }

        return book;
    }

    private uint Checksum(TopicBook book, long nowNanos)
    {
        var right = KrakenChecksum.Of(book);
        return Faults.Stands(FaultKind.Checksum, Venue, book.Pair, nowNanos) ? right ^ WrongChecksum : right;
    }

    private void FlushTrades(PairState pair, long nowNanos)
    {
        var pending = _pending[pair.Index];
        if (pending.Count == 0)
        {
            return;
        }

        Send(_trades[pair.Index], FrameKind.Trade, pair, nowNanos, json =>
            KrakenJson.Trades(json, pair, false, pending));
        Send(_tickers[(pair.Index, false)], FrameKind.Quote, pair, nowNanos, json =>
            KrakenJson.Ticker(json, pair, false, nowNanos));
        pending.Clear();
    }

    private void FlushQuotes(PairState pair, long nowNanos)
    {
        var quote = (pair.Book.Best(Side.Buy), pair.Book.Best(Side.Sell));
        if (_quotes.TryGetValue(pair.Index, out var known) && known == quote)
        {
            return;
        }

        _quotes[pair.Index] = quote;
        Send(_tickers[(pair.Index, true)], FrameKind.Quote, pair, nowNanos, json =>
            KrakenJson.Ticker(json, pair, false, nowNanos));
    }

    private void Send(
        HashSet<ClientLine> lines, FrameKind kind, PairState pair, long nowNanos, Action<Utf8JsonWriter> write)
    {
        if (lines.Count == 0)
        {
            return;
        }

        write(_json.Begin());
        var bytes = _json.End();
        foreach (var line in lines)
        {
            ((KrakenSession)line.Session!).LastDataNanos = nowNanos;
            line.Send(bytes, kind, pair, nowNanos);
        }
    }

    /// <summary>A heartbeat about once a second where nothing else was sent (docs.kraken.com, "Heartbeat").</summary>
    private void Beat(long nowNanos)
    {
        foreach (var line in Lines)
        {
            var session = (KrakenSession)line.Session!;
            if (session.Subscriptions > 0 && nowNanos - session.LastDataNanos >= Stamps.NanosPerSecond)
            {
                Reply(line, "{\"channel\":\"heartbeat\"}", nowNanos);
            }
        }
    }

    private sealed class KrakenSession
    {
        public int Subscriptions { get; set; }

        public long LastDataNanos { get; set; }
    }
}
