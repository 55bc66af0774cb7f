using System.Text.Json;

namespace Strikeline.Testnet.Polymarket;

/// <summary>The private channel of orders and trades (<c>/ws/user</c>).</summary>
/// <remarks>docs.polymarket.com, "User Channel": markets are condition ids; none means all. Under the floor's lock.
/// </remarks>
internal sealed class UserChannel(ApiKeys keys, PolymarketFaults faults) : LineChannel(faults)
{
    private const int PolicyViolation = 1008;

    private readonly JsonFrame _json = new();

    public override void Receive(ClientLine line, ReadOnlyMemory<byte> message, long nowNanos)
    {
        if (message.Span.SequenceEqual("PING"u8))
        {
            line.SendAt("PONG"u8.ToArray(), nowNanos);
            return;
        }

        var session = (UserSession)line.Session!;
        if (ChannelRequest.Read(message) is not { } request)
        {
            Reply(line, "INVALID OPERATION", nowNanos);
            return;
        }

        if (session.Key is null)
        {
            session.Key = keys.Match(request.Key, request.Secret, request.Passphrase);
            if (session.Key is null)
            {
                line.Close(PolicyViolation, "unauthorized", nowNanos);
                return;
            }
        }

        foreach (var market in request.Markets)
        {
            if (request.Operation == "subscribe")
            {
                session.Markets.Add(market);
            }
            else
            {
                session.Markets.Remove(market);
            }
        }
    }

    public void OrderChanged(OutcomeOrder order, OrderNews news, long nowNanos) =>
        ToOwner(order.Owner, order.Market, json => Order(json, order, news, nowNanos), nowNanos);

    public void TradeChanged(OutcomeTrade trade, long nowNanos)
    {
        var taker = trade.Taker.Owner;
        foreach (var owner in trade.Fills.Select(fill => fill.Maker.Owner).Append(taker).Distinct())
        {
            ToOwner(owner, trade.Taker.Market, json => ClobJson.Trade(
                json, trade, owner, owner == taker, Status(ClobReading.Name(trade.State), nowNanos), isChannel: true),
                nowNanos);
        }
    }

    protected override void Opened(ClientLine line, long nowNanos) => line.Session = new UserSession();

    private string Status(string status, long nowNanos) =>
        Faults.Stands(PolymarketFaultKind.UnknownEnum, null, nowNanos) ? "TRADE_STATUS_SETTLING_ELSEWHERE" : status;

    private void Order(Utf8JsonWriter json, OutcomeOrder order, OrderNews news, long nowNanos)
    {
        json.WriteStartObject();
        json.WriteString("event_type", "order");
        json.WriteString("type", news.ToString().ToUpperInvariant());
        json.WriteString("id", order.Id);
        json.WriteString("owner", order.Owner);
        json.WriteString("order_owner", order.Owner);
        json.WriteString("market", order.Market.ConditionId);
        json.WriteString("asset_id", order.Market.TokenTexts[order.Token]);
        json.WriteString("side", order.Side);
        json.WriteString("original_size", OutcomeUnits.Size(order.Lots));
        json.WriteString("size_matched", OutcomeUnits.Size(order.Matched));
        json.WriteString("price", OutcomeUnits.Price(order.Price));
        json.WriteString("outcome", order.Market.Outcomes[order.Token]);
        json.WriteString("status", Status(ClobReading.Name(order.State), nowNanos));
        json.WriteString("order_type", order.Type);
        json.WriteString("maker_address", order.Wallet.Address.ToString());
        json.WriteString("expiration", order.Expiration.ToString());
        ClobJson.Names(json, "associate_trades", order.Trades);
        json.WriteString("created_at", ClobJson.Seconds(order.CreatedNanos));
        json.WriteString("timestamp", ClobJson.Millis(nowNanos));
        if (Faults.Stands(PolymarketFaultKind.UnknownField, order.Market, nowNanos))
        {
            json.WriteStartObject("settlement_layer");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void ToOwner(string owner, OutcomeMarket market, Action<Utf8JsonWriter> write, long nowNanos)
    {
        if (owner.Length == 0 || Lines.Count == 0 || Faults.Stands(PolymarketFaultKind.Freeze, market, nowNanos))
        {
            return;
        }

        byte[]? bytes = null;
        foreach (var line in Lines)
        {
            var session = (UserSession)line.Session!;
            if (session.Key?.Key == owner
                && (session.Markets.Count == 0 || session.Markets.Contains(market.ConditionId)))
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

    private sealed class UserSession
    {
        public ApiKey? Key { get; set; }

        public HashSet<string> Markets { get; } = new(StringComparer.Ordinal);
    }
}
