using System.Text;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Bybit;

/// <summary>Bybit v5, public spot topics.</summary>
/// <remarks>
/// Bybit v5 documents, "Connect" and "Orderbook": level 1 sends snapshots only and repeats itself after 3 s with the
/// same u; other depths start with a snapshot and go on with deltas; u = 1 after the service has restarted.
/// </remarks>
internal sealed class BybitBooth : VenueBooth
{
    private const long RepeatNanos = 3 * Stamps.NanosPerSecond;
    private const long FirstSequence = 1_000_000;

    private readonly Dictionary<string, BybitBook> _books = new(StringComparer.Ordinal);
    private readonly Dictionary<int, HashSet<ClientLine>> _trades = [];
    private readonly Dictionary<int, HashSet<ClientLine>> _tickers = [];
    private readonly Dictionary<int, List<TradePrint>> _pending = [];
    private readonly BybitRest _rest;
    private readonly JsonFrame _json = new();

    public BybitBooth(IReadOnlyList<PairState> pairs, FaultBoard faults)
        : base(Venue.Bybit, pairs, faults)
    {
        _rest = new BybitRest(pairs);
        foreach (var pair in pairs)
        {
            _trades[pair.Index] = [];
            _tickers[pair.Index] = [];
            _pending[pair.Index] = [];
        }
    }

    public override bool IsStreamPath(string path) => path is "/v5/public/spot";

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
        _trades[pair.Index].Contains(line) || _tickers[pair.Index].Contains(line)
        || _books.Values.Any(book => book.Book.Pair == pair && book.Book.Lines.Contains(line));

    public override void Flush(long step, long nowNanos)
    {
        foreach (var pair in Pairs)
        {
            if (!Faults.Stands(FaultKind.Freeze, Venue, pair, nowNanos))
            {
                Flush(pair, step, nowNanos);
            }
        }

        foreach (var (topic, book) in _books)
        {
            if (book.Book.Lines.Count > 0 && step % book.EverySteps == 0
                && !Faults.Stands(FaultKind.Freeze, Venue, book.Book.Pair, nowNanos))
            {
                Flush(topic, book, nowNanos);
            }
        }
    }

    public override void Receive(ClientLine line, ReadOnlyMemory<byte> message, long nowNanos)
    {
        var request = BybitRequest.Read(message);
        if (request is null)
        {
            Reply(line, "", success: false, "error:invalid json", "", nowNanos);
            return;
        }

        switch (request.Op)
        {
            case "ping":
                Reply(line, request.Id, success: true, "pong", "ping", nowNanos);
                break;
            case "subscribe" or "unsubscribe" when request.Arguments.Count > TestnetLimits.BybitArguments:
                Reply(line, request.Id, success: false, "args size >10", request.Op, nowNanos);
                break;
            case "subscribe":
                Subscribe(line, request, nowNanos);
                break;
            case "unsubscribe":
                foreach (var topic in request.Arguments)
                {
                    Unsubscribe(line, topic);
                }

                Reply(line, request.Id, success: true, "", "unsubscribe", nowNanos);
                break;
            default:
                Reply(line, request.Id, success: false, $"error:unknown op {request.Op}", request.Op, nowNanos);
                break;
        }
    }

    public override bool TryAnnounce(FaultKind kind, Symbol? symbol, long nowNanos)
    {
        if (kind != FaultKind.Restart)
        {
            return false;
        }

        foreach (var (topic, book) in _books)
        {
            if (symbol is null || symbol == book.Book.Pair.Pair.Symbol)
            {
                book.Book.Advance();
                book.Book.Sequence = 1;
                SendWhole(topic, book, book.Book.Lines, FrameKind.Snapshot, nowNanos);
            }
        }

        return true;
    }

    protected override void Opened(ClientLine line, string path, RestQuery query, long nowNanos) =>
        line.Session = null;

    protected override void Left(ClientLine line)
    {
        foreach (var lines in _books.Values.Select(b => b.Book.Lines).Concat(_trades.Values).Concat(_tickers.Values))
        {
            lines.Remove(line);
        }
    }

    private static void Reply(
        ClientLine line, string id, bool success, string message, string op, long nowNanos)
    {
        var text = $"{{\"success\":{(success ? "true" : "false")},\"ret_msg\":\"{JsonEncodedText.Encode(message)}\","
            + $"\"conn_id\":\"00000000-0000-4000-8000-{line.Id:D12}\","
            + $"\"req_id\":\"{JsonEncodedText.Encode(id)}\",\"op\":\"{JsonEncodedText.Encode(op)}\"}}";
        line.Send(Encoding.UTF8.GetBytes(text), FrameKind.Control, null, nowNanos);
    }

    private void Subscribe(ClientLine line, BybitRequest request, long nowNanos)
    {
        var topics = request.Arguments.Select(topic => BybitTopic.Parse(topic, Pairs)).ToArray();
        var unknown = Array.IndexOf(topics, null);
        if (unknown >= 0)
        {
            var refusal = $"error:handler not found,topic:{request.Arguments[unknown]}";
            Reply(line, request.Id, success: false, refusal, "subscribe", nowNanos);
            return;
        }

        Reply(line, request.Id, success: true, "subscribe", "subscribe", nowNanos);
        for (var i = 0; i < topics.Length; i++)
        {
            Subscribe(line, topics[i]!, nowNanos);
        }
    }

    private void Subscribe(ClientLine line, BybitTopic topic, long nowNanos)
    {
        HashSet<ClientLine> one = [line];
        switch (topic.Channel)
        {
            case "publicTrade":
                _trades[topic.Pair.Index].Add(line);
                break;
            case "tickers":
                _tickers[topic.Pair.Index].Add(line);
                Send(one, FrameKind.Snapshot, topic.Pair, nowNanos, json =>
                    BybitJson.Ticker(json, topic.Pair, nowNanos));
                break;
            default:
                if (!_books.TryGetValue(topic.Name, out var book))
                {
                    var made = new TopicBook(topic.Pair, topic.Depth, removesFallen: true) { Sequence = FirstSequence };
                    _books[topic.Name] = book = new BybitBook(made, topic.EverySteps);
                }

                if (book.Book.Lines.Count == 0 && book.Book.Advance())
                {
                    book.Book.Sequence++;
                }

                book.Book.Lines.Add(line);
                SendWhole(topic.Name, book, one, FrameKind.Snapshot, nowNanos);
                break;
        }
    }

    private void Unsubscribe(ClientLine line, string name)
    {
        if (BybitTopic.Parse(name, Pairs) is not { } topic)
        {
            return;
        }

        _ = topic.Channel switch
        {
            "publicTrade" => _trades[topic.Pair.Index].Remove(line),
            "tickers" => _tickers[topic.Pair.Index].Remove(line),
            _ => _books.TryGetValue(name, out var book) && book.Book.Lines.Remove(line),
        };
    }

    private void Flush(PairState pair, long step, long nowNanos)
    {
        var pending = _pending[pair.Index];
        if (pending.Count > 0)
        {
            Send(_trades[pair.Index], FrameKind.Trade, pair, nowNanos, json =>
                BybitJson.Trades(json, pair, pending, nowNanos));
            pending.Clear();
        }

        if (step % (MarketFloor.StepsPerSecond / 10) == 0)
        {
            Send(_tickers[pair.Index], FrameKind.Quote, pair, nowNanos, json =>
                BybitJson.Ticker(json, pair, nowNanos));
        }
    }

    private void Flush(string topic, BybitBook book, long nowNanos)
    {
        var changed = book.Book.Advance();
        if (book.Book.Depth == 1)
        {
            if (changed)
            {
                book.Book.Sequence++;
            }

            if (changed || nowNanos - book.Book.SentNanos >= RepeatNanos)
            {
                // The best bid and ask, whole each time: faults of the book's sequence belong to the deeper topics.
                SendWhole(topic, book, book.Book.Lines, FrameKind.Quote, nowNanos);
            }
        }
        else if (changed)
        {
            book.Book.Sequence++;
            Send(book.Book.Lines, FrameKind.Book, book.Book.Pair, nowNanos, json => BybitJson.Book(
                json, topic, book.Book, book.Book.Changes(Side.Buy), book.Book.Changes(Side.Sell),
                snapshot: false, nowNanos));
        }
    }

    private void SendWhole(
        string topic, BybitBook book, HashSet<ClientLine> lines, FrameKind kind, long nowNanos)
    {
        book.Book.SentNanos = nowNanos;
        Send(lines, kind, book.Book.Pair, nowNanos, json => BybitJson.Book(
            json, topic, book.Book, book.Book.Sent(Side.Buy), book.Book.Sent(Side.Sell), snapshot: true, nowNanos));
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
            line.Send(bytes, kind, pair, nowNanos);
        }
    }

    private sealed record BybitBook(TopicBook Book, int EverySteps);
}
