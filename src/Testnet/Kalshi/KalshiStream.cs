using System.Text;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>The venue's WebSocket: commands, subscriptions, and what is sent on them.</summary>
/// <remarks>Under the floor's lock. docs.kalshi.com AsyncAPI 2.0.0, read in October 2026.</remarks>
internal sealed class KalshiStream(KalshiFaults faults, Func<long, KalshiForm> form) : IKalshiFeed
{
    private const int FrozenMost = 20_000;
    private const int MarketsMost = 1_000;
    private const int SidsApart = 7;

    private static readonly string[] Channels =
    [
        "orderbook_delta", "ticker", "trade", "fill", "user_orders", "market_positions", "market_lifecycle_v2",
        "cfbenchmarks_value", "order_group_updates",
    ];

    private readonly List<ClientLine> _lines = [];
    private long _nowNanos;
    private KalshiCatalog _catalog = null!;

    public IReadOnlyList<ClientLine> Lines => _lines;

    /// <summary>Ties the stream to what it shows; once, before anything else.</summary>
    public void Open(KalshiCatalog catalog) => _catalog = catalog;

    public void Connect(ClientLine line, KalshiMember member)
    {
        // Who keeps a sid over a reconnection must notice.
        line.Session = new KalshiSession(member) { LastSid = (line.Id - 1) * SidsApart };
        _lines.Add(line);
    }

    public void Disconnect(ClientLine line) => _lines.Remove(line);

    /// <summary>Time has passed: frozen messages thaw, tickers are told.</summary>
    public void Step(long step, long nowNanos)
    {
        _nowNanos = nowNanos;
        foreach (var line in _lines)
        {
            Thaw(line, SessionOf(line));
        }

        // A ticker's changes are gathered for a tenth of a second.
        if (step % (MarketFloor.StepsPerSecond / 10) == 0)
        {
            foreach (var market in _catalog.Markets)
            {
                if (market.HasNews)
                {
                    market.HasNews = false;
                    Tell("ticker", "ticker", market, numbered: false, json =>
                        KalshiStreamJson.Ticker(json, market, form(nowNanos), nowNanos));
                }
            }
        }
    }

    public void Receive(ClientLine line, ReadOnlyMemory<byte> message, long nowNanos)
    {
        _nowNanos = nowNanos;
        if (KalshiCommand.Read(message) is not { } command)
        {
            Fail(line, 0, 1, "Unable to process message");
            return;
        }

        switch (command.Name)
        {
            case "subscribe":
                Subscribe(line, command);
                break;
            case "unsubscribe":
                Unsubscribe(line, command);
                break;
            case "update_subscription":
                Update(line, command);
                break;
            case "list_subscriptions":
                var list = SessionOf(line).Subscriptions.Select(one =>
                    $"{{\"channel\":\"{one.Channel}\",\"sid\":{one.Sid}}}");
                Raw(line, $"{{\"id\":{command.Id},\"type\":\"ok\",\"msg\":[{string.Join(',', list)}]}}");
                break;
            default:
                Fail(line, command.Id, 5, "Unknown command");
                break;
        }
    }

    /// <inheritdoc/>
    public void LevelChanged(KalshiMarket market, Side side, int price, long delta, KalshiOrder? by)
    {
        foreach (var (line, subscription) in Wanting("orderbook_delta", market))
        {
            var own = by is not null && by.Member == SessionOf(line).Member ? by : null;
            var body = Body(json => KalshiStreamJson.Delta(
                json, market, side, price, delta, own, form(_nowNanos), _nowNanos));
            Send(line, new KalshiMessage(subscription, "orderbook_delta", market.Ticker, true, true, body));
        }
    }

    /// <inheritdoc/>
    public void Traded(KalshiMarket market, KalshiTrade trade) =>
        Tell("trade", "trade", market, numbered: true, json =>
            KalshiStreamJson.Trade(json, market, trade, form(_nowNanos)));

    /// <inheritdoc/>
    public void Filled(KalshiFill fill) => Tell(
        "fill", "fill", fill.Order.Market, fill.Order.Member, json =>
            KalshiStreamJson.Fill(json, fill, form(_nowNanos)));

    /// <inheritdoc/>
    public void OrderChanged(KalshiOrder order) => Tell(
        "user_orders", "user_order", order.Market, order.Member, json =>
            KalshiStreamJson.Order(json, order, form(_nowNanos)));

    /// <inheritdoc/>
    public void PositionChanged(KalshiMember member, KalshiPosition position) => Tell(
        "market_positions", "market_position", position.Market, member, json =>
            KalshiStreamJson.Position(json, member, position, form(_nowNanos)));

    /// <inheritdoc/>
    public void MarketChanged(KalshiMarket market, string kind) => Tell(
        "market_lifecycle_v2", "market_lifecycle_v2", market, numbered: true, json =>
            KalshiStreamJson.Lifecycle(json, market, kind, form(_nowNanos)));

    /// <inheritdoc/>
    public void EventCreated(KalshiEvent created)
    {
        foreach (var (line, subscription) in Subscribed("market_lifecycle_v2"))
        {
            var body = Body(json => KalshiStreamJson.EventCreated(json, created));
            Send(line, new KalshiMessage(subscription, "event_lifecycle", created.Ticker, true, false, body));
        }
    }

    /// <inheritdoc/>
    public void IndexMoved(KalshiIndex index, long atNanos)
    {
        byte[]? body = null;
        foreach (var (line, subscription) in Subscribed("cfbenchmarks_value"))
        {
            if (subscription.WantsIndex(index.Id))
            {
                body ??= Body(json => KalshiStreamJson.Index(json, index, atNanos, form(_nowNanos)));
                Send(line, new KalshiMessage(subscription, "cfbenchmarks_value", index.Id, true, false, body));
            }
        }
    }

    private static KalshiSession SessionOf(ClientLine line) => (KalshiSession)line.Session!;

    private static void Forget(KalshiSession session, Predicate<KalshiMessage> which)
    {
        for (var left = session.Frozen.Count; left > 0; left--)
        {
            var message = session.Frozen.Dequeue();
            if (!which(message))
            {
                session.Frozen.Enqueue(message);
            }
        }
    }

    private static byte[] Body(Action<Utf8JsonWriter> write)
    {
        var frame = new JsonFrame();
        var json = frame.Begin();
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        return frame.End();
    }

    private IEnumerable<(ClientLine Line, KalshiSubscription Subscription)> Subscribed(string channel) =>
        from line in _lines
        from subscription in SessionOf(line).Subscriptions
        where subscription.Channel == channel
        select (line, subscription);

    private IEnumerable<(ClientLine Line, KalshiSubscription Subscription)> Wanting(
        string channel, KalshiMarket market) =>
        Subscribed(channel).Where(one => one.Subscription.Wants(market));

    private void Tell(string channel, string type, KalshiMarket market, bool numbered, Action<Utf8JsonWriter> write)
    {
        byte[]? body = null;
        foreach (var (line, subscription) in Wanting(channel, market))
        {
            body ??= Body(write);
            Send(line, new KalshiMessage(subscription, type, market.Ticker, numbered, false, body));
        }
    }

    // To the member's own connections only.
    private void Tell(
        string channel, string type, KalshiMarket market, KalshiMember member, Action<Utf8JsonWriter> write)
    {
        foreach (var (line, subscription) in Wanting(channel, market))
        {
            if (SessionOf(line).Member == member)
            {
                Send(line, new KalshiMessage(subscription, type, market.Ticker, false, false, Body(write)));
            }
        }
    }

    private void Subscribe(ClientLine line, KalshiCommand command)
    {
        var unknown = command.Channels.FirstOrDefault(channel => !Channels.Contains(channel, StringComparer.Ordinal));
        var (code, words) = !command.HasParameters ? (2, "Params required")
            : command.Channels.Count == 0 ? (3, "Channels required")
            : unknown is not null ? (8, "Unknown channel name")
            : command.Channels.Contains("orderbook_delta", StringComparer.Ordinal) && command.Tickers is null
                ? (14, "Market Ticker required")
            : command.Tickers is { Count: > MarketsMost } ? (26, "Subscription market limit exceeded")
            : (0, "");
        if (code != 0)
        {
            Fail(line, command.Id, code, words);
            return;
        }

        var session = SessionOf(line);
        foreach (var channel in command.Channels)
        {
            var subscription = new KalshiSubscription(++session.LastSid, channel)
            {
                // Life cycles and indices are not asked for by market.
                Tickers = command.Tickers is null || channel is "market_lifecycle_v2" or "cfbenchmarks_value"
                    ? null
                    : [.. command.Tickers],
            };
            subscription.Indices.UnionWith(command.Indices);
            session.Subscriptions.Add(subscription);
            Raw(
                line, $"{{\"id\":{command.Id},\"type\":\"subscribed\","
                    + $"\"msg\":{{\"channel\":\"{channel}\",\"sid\":{subscription.Sid}}}}}");
            if (channel == "orderbook_delta")
            {
                Snapshots(line, subscription, command.Tickers!);
            }
            else if (channel == "ticker" && command.WantsSnapshot)
            {
                foreach (var market in _catalog.Living.Where(subscription.Wants))
                {
                    var body = Body(json => KalshiStreamJson.Ticker(json, market, form(_nowNanos), _nowNanos));
                    Send(line, new KalshiMessage(subscription, "ticker", market.Ticker, false, false, body));
                }
            }
        }
    }

    private void Snapshots(ClientLine line, KalshiSubscription subscription, IEnumerable<string> tickers)
    {
        foreach (var market in tickers.Select(_catalog.Market).OfType<KalshiMarket>())
        {
            // What waits of the book is in the snapshot already.
            Forget(SessionOf(line), waiting => waiting.Subscription == subscription && waiting.Ticker == market.Ticker);
            var body = Body(json => KalshiStreamJson.Snapshot(json, market, form(_nowNanos)));
            Send(line, new KalshiMessage(subscription, "orderbook_snapshot", market.Ticker, true, false, body));
        }
    }

    private void Unsubscribe(ClientLine line, KalshiCommand command)
    {
        var session = SessionOf(line);
        if (command.Sids.Count == 0)
        {
            Fail(line, command.Id, 4, "Subscription IDs required");
            return;
        }

        foreach (var sid in command.Sids)
        {
            if (session.Find(sid) is not { } subscription)
            {
                Fail(line, command.Id, 7, "Unknown subscription ID");
                continue;
            }

            session.Subscriptions.Remove(subscription);
            Forget(session, waiting => waiting.Subscription == subscription);
            Raw(
                line, $"{{\"id\":{command.Id},\"sid\":{sid},\"seq\":{++subscription.Sequence},"
                    + "\"type\":\"unsubscribed\"}");
        }
    }

    private void Update(ClientLine line, KalshiCommand command)
    {
        if (!command.HasParameters || command.Sids.Count != 1
            || SessionOf(line).Find(command.Sids[0]) is not { } subscription)
        {
            var (code, words) = !command.HasParameters ? (2, "Params required")
                : command.Sids.Count != 1 ? (12, "Exactly one subscription ID is required")
                : (7, "Unknown subscription ID");
            Fail(line, command.Id, code, words);
            return;
        }

        if (subscription.Channel == "cfbenchmarks_value")
        {
            UpdateIndices(line, command, subscription);
            return;
        }

        if (command.Action.Length == 0 || command.Tickers is not { } tickers
            || command.Action is not ("add_markets" or "delete_markets" or "get_snapshot"))
        {
            var (code, words) = command.Action.Length == 0 ? (15, "Action required")
                : command.Tickers is null ? (14, "Market Ticker required")
                : (13, "Unsupported action");
            Fail(line, command.Id, code, words);
            return;
        }

        var isBook = subscription.Channel == "orderbook_delta";
        if (command.Action == "get_snapshot")
        {
            if (isBook)
            {
                Snapshots(line, subscription, tickers);
            }
            else
            {
                Fail(line, command.Id, 13, "Unsupported action");
            }

            return;
        }

        subscription.Tickers ??= new HashSet<string>(StringComparer.Ordinal);
        var added = command.Action == "add_markets"
            ? tickers.Where(subscription.Tickers.Add).ToArray()
            : [];
        if (command.Action == "delete_markets")
        {
            subscription.Tickers.ExceptWith(tickers);
        }

        var held = string.Join(',', subscription.Tickers.Order(StringComparer.Ordinal).Select(
            ticker => $"\"{JsonEncodedText.Encode(ticker)}\""));
        Ok(line, command.Id, subscription, $"{{\"market_tickers\":[{held}]}}");
        if (isBook)
        {
            Snapshots(line, subscription, added);
        }
    }

    private void UpdateIndices(ClientLine line, KalshiCommand command, KalshiSubscription subscription)
    {
        switch (command.Action)
        {
            case "indexlist":
                var all = string.Join(',', _catalog.Indices.Select(index => $"\"{index.Id}\""));
                Send(line, new KalshiMessage(
                    subscription, "cfbenchmarks_value_indexlist", null, true, false,
                    Encoding.UTF8.GetBytes($"{{\"index_ids\":[{all}]}}"), command.Id));
                break;
            case "subscribe_indices" or "unsubscribe_indices" when command.Indices.Count == 0:
                Fail(line, command.Id, 24, "Index IDs required");
                break;
            case "subscribe_indices" or "unsubscribe_indices":
                if (command.Action == "subscribe_indices")
                {
                    subscription.Indices.UnionWith(command.Indices);
                }
                else
                {
                    subscription.Indices.ExceptWith(command.Indices);
                }

                IEnumerable<string> held = subscription.Indices.Contains("all")
                    ? ["all"]
                    : subscription.Indices.Order(StringComparer.Ordinal);
                Ok(
                    line, command.Id, subscription,
                    $"{{\"index_ids\":[{string.Join(',', held.Select(id => $"\"{JsonEncodedText.Encode(id)}\""))}]}}");
                break;
            default:
                Fail(line, command.Id, 13, "Unsupported action");
                break;
        }
    }

    private void Ok(ClientLine line, long id, KalshiSubscription subscription, string body) => Raw(
        line, $"{{\"id\":{id},\"sid\":{subscription.Sid},\"seq\":{++subscription.Sequence},\"type\":\"ok\","
            + $"\"msg\":{body}}}");

    private void Fail(ClientLine line, long id, int code, string words) =>
        Raw(line, $"{{\"id\":{id},\"type\":\"error\",\"msg\":{{\"code\":{code},\"msg\":\"{words}\"}}}}");

    private void Raw(ClientLine line, string text) =>
        line.SendAt(Encoding.UTF8.GetBytes(text), _nowNanos + faults.DelayNanos(null, _nowNanos));

    private void Thaw(ClientLine line, KalshiSession session)
    {
        for (var left = session.Frozen.Count; left > 0; left--)
        {
            var message = session.Frozen.Dequeue();
            if (faults.Stands(KalshiFaultKind.Freeze, message.Ticker, _nowNanos))
            {
                session.Frozen.Enqueue(message);
            }
            else
            {
                Write(line, session, message);
            }
        }
    }

    private void Send(ClientLine line, KalshiMessage message)
    {
        var session = SessionOf(line);
        if (faults.Stands(KalshiFaultKind.Freeze, message.Ticker, _nowNanos)
            || session.Frozen.Any(waiting => waiting.Ticker == message.Ticker))
        {
            session.Frozen.Enqueue(message);
            if (session.Frozen.Count > FrozenMost)
            {
                line.Abort();
            }

            return;
        }

        Write(line, session, message);
    }

    private void Write(ClientLine line, KalshiSession session, KalshiMessage message)
    {
        var id = message.CommandId == 0 ? "" : $"\"id\":{message.CommandId},";
        var sequence = message.HasSequence ? $"\"seq\":{++message.Subscription.Sequence}," : "";
        var head = $"{{\"type\":\"{message.Type}\",{id}\"sid\":{message.Subscription.Sid},{sequence}\"msg\":";
        var frame = new byte[head.Length + message.Body.Length + 1];
        Encoding.ASCII.GetBytes(head, frame);
        message.Body.CopyTo(frame, head.Length);
        frame[^1] = (byte)'}';
        var release = _nowNanos + faults.DelayNanos(message.Ticker, _nowNanos);
        switch (message.IsBook ? faults.TakeOnce(line.Id, message.Ticker!, _nowNanos) : null)
        {
            case KalshiFaultKind.Gap:
                return;
            case KalshiFaultKind.Duplicate:
                line.SendAt(frame, release);
                break;
            case KalshiFaultKind.Reorder:
                session.Late[message.Ticker!] = frame;
                return;
            case KalshiFaultKind.Garbage:
                line.SendAt("}{ nothing that anybody could read"u8.ToArray(), release);
                break;
            case KalshiFaultKind.Truncate:
                line.SendAt(frame[..(frame.Length / 2)], release);
                return;
        }

        line.SendAt(frame, release);
        if (message.IsBook && session.Late.Remove(message.Ticker!, out var late))
        {
            line.SendAt(late, release);
        }
    }
}
