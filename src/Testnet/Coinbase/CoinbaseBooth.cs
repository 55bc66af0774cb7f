using System.Text;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Coinbase;

/// <summary>Coinbase Advanced Trade market data.</summary>
/// <remarks>
/// docs.cdp.coinbase.com, "Advanced Trade WebSocket Overview", "Channels" and "Rate Limits", read in 2026.
/// </remarks>
internal sealed class CoinbaseBooth : VenueBooth
{
    private const long SubscribeWithinNanos = 5 * Stamps.NanosPerSecond;
    private const int SnapshotTrades = 50;

    private readonly Dictionary<int, PairNews> _news;
    private readonly CoinbaseRest _rest;
    private readonly JsonFrame _json = new();

    public CoinbaseBooth(IReadOnlyList<PairState> pairs, FaultBoard faults)
        : base(Venue.Coinbase, pairs, faults)
    {
        _news = pairs.ToDictionary(pair => pair.Index, _ => new PairNews());
        _rest = new CoinbaseRest(pairs);
    }

    public override bool IsStreamPath(string path) => path is "/" or "" or "/ws";

    public override RestAnswer Answer(string path, RestQuery query, long nowNanos) =>
        _rest.Answer(path, query, nowNanos);

    public override void LevelChanged(PairState pair, Side side, long price) => News(pair).Levels.Add(side, price);

    public override void Traded(PairState pair, TradePrint trade)
    {
        var trades = News(pair).Trades;
        if (trades.Count == PairState.TradesKept)
        {
            trades.RemoveAt(0);
        }

        trades.Add(trade);
    }

    public override bool IsSubscribed(ClientLine line, PairState pair) =>
        ((CoinbaseSession)line.Session!).Channels.Values.Any(products => products.Contains(CoinbaseJson.Product(pair)));

    public override void Flush(long step, long nowNanos)
    {
        foreach (var pair in Pairs)
        {
            if (!Faults.Stands(FaultKind.Freeze, Venue, pair, nowNanos))
            {
                Flush(pair, News(pair), step, nowNanos);
            }
        }

        if (step % MarketFloor.StepsPerSecond == 0)
        {
            Beat(nowNanos);
        }
    }

    public override void Receive(ClientLine line, ReadOnlyMemory<byte> message, long nowNanos)
    {
        if (!CoinbaseRequest.TryRead(message, out var request, out var refusal))
        {
            Refuse(line, refusal, nowNanos);
            return;
        }

        var session = (CoinbaseSession)line.Session!;
        var channel = request.Channel;
        if (channel is not ("level2" or "market_trades" or "ticker" or "ticker_batch" or "heartbeats" or "status"))
        {
            Refuse(line, $"channel {channel} is not supported", nowNanos);
            return;
        }

        var products = request.Products.Select(Resolve).ToArray();
        if (Array.Exists(products, product => product is null))
        {
            var unknown = request.Products[Array.IndexOf(products, null)];
            Refuse(line, $"{unknown} is not a valid product", nowNanos);
            return;
        }

        if (request.Subscribes)
        {
            Subscribe(line, session, channel, products!, nowNanos);
        }
        else
        {
            Unsubscribe(session, channel, products!);
        }

        Confirm(line, session, nowNanos);
    }

    protected override void Opened(ClientLine line, string path, RestQuery query, long nowNanos) =>
        line.Session = new CoinbaseSession();

    protected override void Left(ClientLine line)
    {
    }

    private PairNews News(PairState pair) => _news[pair.Index];

    private PairState Find(string product) => Pairs.First(pair => CoinbaseJson.Product(pair) == product);

    /// <summary>A product's id; market channels send the dollar product for its USDC twin (Channels page).</summary>
    private string? Resolve(string product)
    {
        var wanted = Pairs.Any(pair => CoinbaseJson.Product(pair) == product) ? product
            : product.EndsWith("-USDC", StringComparison.Ordinal) ? product[..^1]
            : product;
        return Pairs.Any(pair => CoinbaseJson.Product(pair) == wanted) ? wanted : null;
    }

    private void Subscribe(
        ClientLine line, CoinbaseSession session, string channel, string[] products, long nowNanos)
    {
        if (!session.Channels.TryGetValue(channel, out var held))
        {
            session.Channels[channel] = held = [];
        }

        if (channel == "heartbeats")
        {
            held.Clear();
            held.Add("heartbeats");
            return;
        }

        foreach (var product in products)
        {
            if (!held.Contains(product, StringComparer.Ordinal))
            {
                held.Add(product);
            }

            SendSnapshot(line, channel, Find(product), nowNanos);
        }
    }

    private static void Unsubscribe(CoinbaseSession session, string channel, string[] products)
    {
        if (!session.Channels.TryGetValue(channel, out var held))
        {
            return;
        }

        held.RemoveAll(product => products.Length == 0 || products.Contains(product, StringComparer.Ordinal));
        if (held.Count == 0)
        {
            session.Channels.Remove(channel);
        }
    }

    /// <summary>The first frame of a channel comes before the confirmation, as on the live feed.</summary>
    private void SendSnapshot(ClientLine line, string channel, PairState pair, long nowNanos)
    {
        var json = _json.Begin();
        switch (channel)
        {
            case "level2":
                CoinbaseJson.LevelSnapshot(json, pair, nowNanos);
                break;
            case "market_trades":
                CoinbaseJson.Trades(json, pair, pair.Trades.Reverse().Take(SnapshotTrades), snapshot: true);
                break;
            case "ticker" or "ticker_batch":
                CoinbaseJson.Ticker(json, pair, snapshot: true, channel == "ticker_batch");
                break;
            default:
                CoinbaseStatus.Write(json, pair);
                break;
        }

        Send(line, channel == "level2" ? "l2_data" : channel, _json.End(), FrameKind.Snapshot, pair, nowNanos);
    }

    private void Confirm(ClientLine line, CoinbaseSession session, long nowNanos)
    {
        var json = _json.Begin();
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteStartObject("subscriptions");
        foreach (var (channel, products) in session.Channels)
        {
            json.WriteStartArray(channel);
            foreach (var product in products)
            {
                json.WriteStringValue(product);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        Send(line, "subscriptions", _json.End(), FrameKind.Control, null, nowNanos);
    }

    private static void Refuse(ClientLine line, string reason, long nowNanos) => line.Send(
        Encoding.UTF8.GetBytes($"{{\"type\":\"error\",\"message\":\"{JsonEncodedText.Encode(reason)}\"}}"),
        FrameKind.Control, null, nowNanos);

    private void Flush(PairState pair, PairNews news, long step, long nowNanos)
    {
        var product = CoinbaseJson.Product(pair);
        if (news.Trades.Count > 0)
        {
            Broadcast("market_trades", "market_trades", product, pair, FrameKind.Trade, nowNanos, json =>
                CoinbaseJson.Trades(json, pair, Enumerable.Reverse(news.Trades), snapshot: false));
            Broadcast("ticker", "ticker", product, pair, FrameKind.Quote, nowNanos, json =>
                CoinbaseJson.Ticker(json, pair, snapshot: false, batch: false));
            news.Trades.Clear();
        }

        // Updates are gathered for 50 ms.
        if (news.Levels.Any && step % (MarketFloor.StepsPerSecond / 20) == 0)
        {
            Broadcast("level2", "l2_data", product, pair, FrameKind.Book, nowNanos, json =>
                CoinbaseJson.LevelUpdate(json, pair, news.Levels, nowNanos));
            news.Levels.Clear();
        }

        if (step % (5 * MarketFloor.StepsPerSecond) == 0)
        {
            Broadcast("ticker_batch", "ticker_batch", product, pair, FrameKind.Quote, nowNanos, json =>
                CoinbaseJson.Ticker(json, pair, snapshot: false, batch: true));
        }
    }

    private void Broadcast(
        string channel, string label, string product, PairState pair, FrameKind kind, long nowNanos,
        Action<Utf8JsonWriter> write)
    {
        byte[]? events = null;
        foreach (var line in Lines)
        {
            if (((CoinbaseSession)line.Session!).Wants(channel, product))
            {
                if (events is null)
                {
                    write(_json.Begin());
                    events = _json.End();
                }

                Send(line, label, events, kind, pair, nowNanos);
            }
        }
    }

    private void Beat(long nowNanos)
    {
        foreach (var line in Lines)
        {
            var session = (CoinbaseSession)line.Session!;
            if (session.Channels.Count == 0 && nowNanos - line.OpenedNanos > SubscribeWithinNanos)
            {
                line.Close(1008, "no subscribe message within 5 seconds", nowNanos);
            }

            if (session.Channels.ContainsKey("heartbeats"))
            {
                var time = JsonForms.At(nowNanos).ToString("yyyy-MM-dd HH:mm:ss.fffffff00 '+0000 UTC'");
                var events = $"[{{\"current_time\":\"{time}\",\"heartbeat_counter\":{session.Heartbeats++}}}]";
                Send(line, "heartbeats", Encoding.ASCII.GetBytes(events), FrameKind.Control, null, nowNanos);
            }
        }
    }

    /// <summary>Puts the shared events into a frame with this connection's own number.</summary>
    private static void Send(
        ClientLine line, string channel, byte[] events, FrameKind kind, PairState? pair, long nowNanos)
    {
        var session = (CoinbaseSession)line.Session!;
        var head = $"{{\"channel\":\"{channel}\",\"client_id\":\"\",\"timestamp\":\"{JsonForms.Micros(nowNanos)}\","
            + $"\"sequence_num\":{session.NextSequence++},\"events\":";
        var frame = new byte[head.Length + events.Length + 1];
        Encoding.ASCII.GetBytes(head, frame);
        events.CopyTo(frame, head.Length);
        frame[^1] = (byte)'}';
        line.Send(frame, kind, pair, nowNanos);
    }

    private sealed class PairNews
    {
        public ChangedLevels Levels { get; } = new();

        public List<TradePrint> Trades { get; } = [];
    }
}
