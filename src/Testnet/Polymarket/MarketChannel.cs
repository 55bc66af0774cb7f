using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>The public channel of books and trades (<c>/ws/market</c>).</summary>
/// <remarks>
/// docs.polymarket.com, "Market Channel", and the frames that its clients read. Changes of a step are told together, of
/// both tokens in one frame; after trades a whole book follows. Under the floor's lock.
/// </remarks>
internal sealed class MarketChannel(OutcomeCatalog catalog, PolymarketFaults faults) : LineChannel(faults)
{
    private readonly Dictionary<string, HashSet<ClientLine>> _followers = new(StringComparer.Ordinal);
    private readonly Dictionary<OutcomeMarket, MarketNews> _news = [];
    private readonly JsonFrame _json = new();
    private readonly byte[] _noise = "}{ this is no JSON"u8.ToArray();

    public override void Receive(ClientLine line, ReadOnlyMemory<byte> message, long nowNanos)
    {
        if (message.Span.SequenceEqual("PING"u8))
        {
            line.SendAt("PONG"u8.ToArray(), nowNanos);
            return;
        }

        if (ChannelRequest.Read(message) is not { } request)
        {
            Reply(line, "INVALID OPERATION", nowNanos);
            return;
        }

        var session = (MarketSession)line.Session!;
        session.HasCustom |= request.HasCustom;
        if (request.Operation == "unsubscribe")
        {
            foreach (var token in request.Assets)
            {
                session.Tokens.Remove(token);
                Unfollow(line, token);
            }

            return;
        }

        foreach (var token in request.Assets)
        {
            session.Tokens.Add(token);
            if (!_followers.TryGetValue(token, out var lines))
            {
                _followers[token] = lines = [];
            }

            lines.Add(line);
        }

        if (session.Tokens.Count <= ClobLimits.SnapshotTokens)
        {
            Snapshots(line, request.Assets, nowNanos);
        }
    }

    public MarketNews News(OutcomeMarket market)
    {
        if (!_news.TryGetValue(market, out var news))
        {
            _news[market] = news = new MarketNews();
        }

        return news;
    }

    /// <summary>Tells what has happened since the last step.</summary>
    public void Flush(long nowNanos)
    {
        foreach (var (market, news) in _news)
        {
            if (news.IsDirty)
            {
                Flush(market, news, nowNanos);
                news.Clear();
            }
        }
    }

    /// <summary>A second has passed: new markets are announced, finished ones forgotten.</summary>
    public void Second(long nowNanos, bool isOpening)
    {
        foreach (var market in catalog.Open.Where(one => !one.IsAnnounced && one.IsKnown(nowNanos)))
        {
            market.IsAnnounced = true;
            if (!isOpening)
            {
                ToCustom(_ => true, json => NewMarket(json, market, nowNanos), nowNanos);
            }
        }

        foreach (var market in _news.Keys.Where(one => one.Winner is not null && !_news[one].IsDirty).ToArray())
        {
            _news.Remove(market);
        }
    }

    public void Resolved(OutcomeMarket market, long nowNanos) => ToCustom(
        session => session.Tokens.Contains(market.TokenTexts[0]) || session.Tokens.Contains(market.TokenTexts[1]),
        json =>
        {
            var winner = market.Winner!.Value;
            json.WriteStartObject();
            json.WriteString("event_type", "market_resolved");
            json.WriteString("id", market.Id);
            json.WriteString("question", market.Question);
            json.WriteString("market", market.ConditionId);
            json.WriteString("slug", market.Slug);
            ClobJson.Names(json, "assets_ids", market.TokenTexts);
            ClobJson.Names(json, "outcomes", market.Outcomes);
            json.WriteString("winning_asset_id", market.TokenTexts[winner]);
            json.WriteString("winning_outcome", market.Outcomes[winner]);
            EventMessage(json, market);
            json.WriteString("timestamp", ClobJson.Millis(nowNanos));
            json.WriteEndObject();
        },
        nowNanos);

    protected override void Opened(ClientLine line, long nowNanos) => line.Session = new MarketSession();

    protected override void Left(ClientLine line)
    {
        foreach (var token in ((MarketSession)line.Session!).Tokens)
        {
            Unfollow(line, token);
        }
    }

    private void Unfollow(ClientLine line, string token)
    {
        if (_followers.TryGetValue(token, out var lines) && lines.Remove(line) && lines.Count == 0)
        {
            _followers.Remove(token);
        }
    }

    private IReadOnlyCollection<ClientLine> FollowersOf(OutcomeMarket market, int token) =>
        _followers.TryGetValue(market.TokenTexts[token], out var lines) ? lines : [];

    private void Snapshots(ClientLine line, IReadOnlyList<string> tokens, long nowNanos)
    {
        using var text = new MemoryStream();
        foreach (var id in tokens)
        {
            if (catalog.ByToken(id) is { } market && market.IsTradable(nowNanos))
            {
                var token = market.TokenTexts[0] == id ? 0 : 1;
                if (!IsFrozen(market, token, nowNanos))
                {
                    text.WriteByte((byte)(text.Length == 0 ? '[' : ','));
                    text.Write(ClobJson.Book(_json, market, token, nowNanos, "book"));
                }
            }
        }

        if (text.Length > 0)
        {
            text.WriteByte((byte)']');
            Send(line, text.ToArray(), nowNanos);
        }
    }

    private bool IsFrozen(OutcomeMarket market, int token, long nowNanos) => Faults.Standing.Count > 0
        && Faults.Stands(PolymarketFaultKind.Freeze, market, nowNanos, token);

    private void Flush(OutcomeMarket market, MarketNews news, long nowNanos)
    {
        var both = FollowersOf(market, 0).Union(FollowersOf(market, 1)).ToArray();
        if (both.Length == 0)
        {
            return;
        }

        bool[] isFrozen = [IsFrozen(market, 0, nowNanos), IsFrozen(market, 1, nowNanos)];
        if (news.OldTick != 0)
        {
            for (var token = 0; token < 2; token++)
            {
                ToFollowers(
                    market, token, isFrozen, json => TickChange(json, market, token, news.OldTick, nowNanos), nowNanos);
            }
        }

        if (news.Changes.Count > 0)
        {
            Changes(market, news, both, isFrozen, nowNanos);
        }

        foreach (var trade in news.Trades)
        {
            ToFollowers(market, trade.Taker.Token, isFrozen, json => LastTrade(json, trade, nowNanos), nowNanos);
        }

        for (var token = 0; token < 2; token++)
        {
            if ((news.Trades.Count > 0 || news.OldTick != 0) && !isFrozen[token])
            {
                var book = ClobJson.Book(_json, market, token, nowNanos, "book");
                foreach (var line in FollowersOf(market, token))
                {
                    Send(line, book, nowNanos);
                }
            }

            Best(market, news, token, isFrozen, nowNanos);
        }
    }

    private void Changes(OutcomeMarket market, MarketNews news, ClientLine[] lines, bool[] isFrozen, long nowNanos)
    {
        if (isFrozen[0] && isFrozen[1])
        {
            return;
        }

        PriceChange(_json.Begin(), market, news, isFrozen, nowNanos);
        var bytes = _json.End();
        foreach (var line in lines)
        {
            var session = (MarketSession)line.Session!;
            var follows = Enumerable.Range(0, 2).Where(token =>
                !isFrozen[token] && session.Tokens.Contains(market.TokenTexts[token])).ToArray();
            if (follows.Length == 0)
            {
                continue;
            }

            if (Faults.Standing.Count > 0)
            {
                if (Faults.TakeOnce(PolymarketFaultKind.Gap, market, follows[0], line.Id, nowNanos))
                {
                    continue;
                }

                if (Faults.TakeOnce(PolymarketFaultKind.Garbage, market, follows[0], line.Id, nowNanos))
                {
                    Send(line, _noise, nowNanos);
                }

                if (Faults.TakeOnce(PolymarketFaultKind.Duplicate, market, follows[0], line.Id, nowNanos))
                {
                    Send(line, bytes, nowNanos);
                }
            }

            Send(line, bytes, nowNanos);
        }
    }

    private void PriceChange(
        Utf8JsonWriter json, OutcomeMarket market, MarketNews news, bool[] isFrozen, long nowNanos)
    {
        json.WriteStartObject();
        json.WriteString("event_type", "price_change");
        json.WriteString("market", market.ConditionId);
        json.WriteStartArray("price_changes");
        foreach (var change in news.Changes)
        {
            for (var token = 0; token < 2; token++)
            {
                if (!isFrozen[token] && (change.Token < 0 || change.Token == token))
                {
                    Row(json, market, token, change);
                }
            }
        }

        json.WriteEndArray();
        json.WriteString("timestamp", ClobJson.Millis(nowNanos));
        if (Faults.Stands(PolymarketFaultKind.UnknownField, market, nowNanos))
        {
            json.WriteNumber("settlement_layer", 7);
        }

        json.WriteEndObject();
    }

    private static void Row(Utf8JsonWriter json, OutcomeMarket market, int token, LevelNews change)
    {
        // A level of the one book is one of the other side for the second token.
        var (side, price) = market.InBook(token, change.Side, change.Price);
        var (bid, ask) = market.Best(token);
        json.WriteStartObject();
        json.WriteString("asset_id", market.TokenTexts[token]);
        json.WriteString("price", OutcomeUnits.Price(price));
        json.WriteString("size", OutcomeUnits.Size(market.LotsAt(token, side, price)));
        json.WriteString("side", side == Side.Buy ? "BUY" : "SELL");
        json.WriteString("hash", $"{market.ConditionId.AsSpan(2, 34)}{price:x4}0{token}");
        json.WriteString("best_bid", Decimal(bid));
        json.WriteString("best_ask", Decimal(ask));
        json.WriteEndObject();
    }

    private void Best(OutcomeMarket market, MarketNews news, int token, bool[] isFrozen, long nowNanos)
    {
        var best = market.Best(token);
        if (news.Best[token] == best)
        {
            return;
        }

        news.Best[token] = best;
        if (!isFrozen[token])
        {
            ToCustom(session => session.Tokens.Contains(market.TokenTexts[token]), json =>
            {
                json.WriteStartObject();
                json.WriteString("event_type", "best_bid_ask");
                json.WriteString("market", market.ConditionId);
                json.WriteString("asset_id", market.TokenTexts[token]);
                json.WriteString("best_bid", Decimal(best.Bid));
                json.WriteString("best_ask", Decimal(best.Ask));
                json.WriteString("spread", best.Bid == 0 || best.Ask == 0 ? "" : Decimal(best.Ask - best.Bid));
                json.WriteString("timestamp", ClobJson.Millis(nowNanos));
                json.WriteEndObject();
            }, nowNanos);
        }
    }

    private static void TickChange(Utf8JsonWriter json, OutcomeMarket market, int token, int before, long nowNanos)
    {
        json.WriteStartObject();
        json.WriteString("event_type", "tick_size_change");
        json.WriteString("market", market.ConditionId);
        json.WriteString("asset_id", market.TokenTexts[token]);
        json.WriteString("old_tick_size", OutcomeUnits.Price(before));
        json.WriteString("new_tick_size", OutcomeUnits.Price(market.Tick));
        json.WriteString("timestamp", ClobJson.Millis(nowNanos));
        json.WriteEndObject();
    }

    private static void LastTrade(Utf8JsonWriter json, OutcomeTrade trade, long nowNanos)
    {
        var market = trade.Taker.Market;
        json.WriteStartObject();
        json.WriteString("event_type", "last_trade_price");
        json.WriteString("market", market.ConditionId);
        json.WriteString("asset_id", market.TokenTexts[trade.Taker.Token]);
        json.WriteString("price", OutcomeUnits.Price(trade.Price));
        json.WriteString("size", OutcomeUnits.Size(trade.Lots));
        json.WriteString("side", trade.Taker.Side);
        json.WriteString("fee_rate_bps", market.Fees.IsFree ? "" : "1000");
        json.WriteString("transaction_hash", "");
        json.WriteString("timestamp", ClobJson.Millis(nowNanos));
        json.WriteEndObject();
    }

    private static void NewMarket(Utf8JsonWriter json, OutcomeMarket market, long nowNanos)
    {
        json.WriteStartObject();
        json.WriteString("event_type", "new_market");
        json.WriteString("id", market.Id);
        json.WriteString("question", market.Question);
        json.WriteString("market", market.ConditionId);
        json.WriteString("condition_id", market.ConditionId);
        json.WriteString("slug", market.Slug);
        json.WriteString("description", market.Event.Description);
        ClobJson.Names(json, "assets_ids", market.TokenTexts);
        ClobJson.Names(json, "clob_token_ids", market.TokenTexts);
        ClobJson.Names(json, "outcomes", market.Outcomes);
        EventMessage(json, market);
        json.WriteBoolean("active", true);
        json.WriteString("order_price_min_tick_size", OutcomeUnits.Price(market.Tick));
        json.WriteString("group_item_title", market.GroupTitle);
        json.WriteBoolean("fees_enabled", !market.Fees.IsFree);
        json.WriteString("timestamp", ClobJson.Millis(nowNanos));
        json.WriteEndObject();
    }

    private static void EventMessage(Utf8JsonWriter json, OutcomeMarket market)
    {
        json.WriteStartObject("event_message");
        json.WriteString("id", market.Event.Id);
        json.WriteString("ticker", market.Event.Slug);
        json.WriteString("slug", market.Event.Slug);
        json.WriteString("title", market.Event.Title);
        json.WriteString("description", market.Event.Description);
        json.WriteEndObject();
    }

    private static string Decimal(int price) => price == 0 ? "" : OutcomeUnits.Price(price);

    private void ToFollowers(
        OutcomeMarket market, int token, bool[] isFrozen, Action<Utf8JsonWriter> write, long nowNanos)
    {
        if (isFrozen[token])
        {
            return;
        }

        write(_json.Begin());
        var bytes = _json.End();
        foreach (var line in FollowersOf(market, token))
        {
            Send(line, bytes, nowNanos);
        }
    }

    private void ToCustom(Func<MarketSession, bool> which, Action<Utf8JsonWriter> write, long nowNanos)
    {
        byte[]? bytes = null;
        foreach (var line in Lines)
        {
            var session = (MarketSession)line.Session!;
            if (session.HasCustom && which(session))
            {
                if (bytes is null)
                {
                    write(_json.Begin());
                    bytes = _json.End();
                }

                Send(line, bytes, nowNanos);
            }
        }
    }

    private sealed class MarketSession
    {
        public HashSet<string> Tokens { get; } = new(StringComparer.Ordinal);

        public bool HasCustom { get; set; }
    }
}
