using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>What one member may see and do: balance, positions, fills, orders. Under the floor's lock.</summary>
internal sealed class KalshiPortfolio(
    KalshiCatalog catalog, KalshiExchange exchange, Func<long, KalshiForm> form)
{
    public RestAnswer Answer(KalshiMember member, string[] parts, KalshiRequest request, long nowNanos) =>
        (request.Method, parts) switch
        {
            ("GET", ["account", "limits"]) => Limits(),
            ("GET", ["account", "endpoint_costs"]) => Costs(),
            ("GET", ["portfolio", "balance"]) => Balance(member, nowNanos),
            ("GET", ["portfolio", "positions"]) => Positions(member, request, nowNanos),
            ("GET", ["portfolio", "fills"]) => Fills(member, request, nowNanos),
            ("GET", ["portfolio", "settlements"]) => Settlements(member, request),
            ("GET", ["portfolio", "orders"]) => Orders(member, request, nowNanos),
            ("GET", ["portfolio", "orders", var id]) => Order(member, id, nowNanos),
            ("POST", ["portfolio", "events", "orders"]) => Create(member, request, nowNanos),
            ("DELETE", ["portfolio", "events", "orders", var id]) => Cancel(member, id, nowNanos),
            _ => KalshiRest.Missing(),
        };

    private static RestAnswer Limits() => KalshiRest.Written(json =>
    {
        json.WriteString("usage_tier", "basic");
        json.WriteNumber("read_limit", KalshiLimits.Reads);
        json.WriteNumber("write_limit", KalshiLimits.Writes);
        foreach (var (name, rate) in ((string, int)[])[("read", KalshiLimits.Reads), ("write", KalshiLimits.Writes)])
        {
            json.WriteStartObject(name);
            json.WriteNumber("refill_rate", rate);
            json.WriteNumber("bucket_capacity", rate);
            json.WriteEndObject();
        }

        json.WriteStartArray("grants");
        json.WriteEndArray();
    });

    private static RestAnswer Costs() => KalshiRest.Written(json =>
    {
        json.WriteNumber("default_cost", KalshiLimits.DefaultCost);
        json.WriteStartArray("endpoint_costs");
        json.WriteStartObject();
        json.WriteString("method", "GET");
        json.WriteString("path", KalshiRest.Root + "/portfolio/orders/{order_id}");
        json.WriteNumber("cost", KalshiLimits.OrderCost);
        json.WriteEndObject();
        json.WriteEndArray();
    });

    private static RestAnswer Balance(KalshiMember member, long nowNanos) => KalshiRest.Written(json =>
    {
        var worth = member.Positions.Values.Sum(WorthOf);
        json.WriteNumber("balance", member.Available / (KalshiUnits.MoneyDollar / 100));
        json.WriteString("balance_dollars", KalshiUnits.Dollars(member.Available));
        json.WriteNumber("portfolio_value", worth / (KalshiUnits.MoneyDollar / 100));
        json.WriteNumber("updated_ts", nowNanos / Stamps.NanosPerSecond);
    });

    // At the last price of its market.
    private static long WorthOf(KalshiPosition position) => position.Count >= 0
        ? position.Count * position.Market.LastPrice
        : -position.Count * (KalshiUnits.Dollar - position.Market.LastPrice);

    private RestAnswer Positions(KalshiMember member, KalshiRequest request, long nowNanos)
    {
        if (!KalshiRest.TryNumber(request, "limit", 100, 1_000, out var limit))
        {
            return KalshiRest.Refused(400, "bad_request", "bad request", "limit");
        }

        var shape = form(nowNanos);
        var (ticker, e) = (request["ticker"], request["event_ticker"]);
        var told = member.Positions.Values
            .Where(position => (ticker is null || position.Market.Ticker == ticker)
                && (e is null || position.Market.Event.Ticker == e))
            .Select(position => (Position: position, Told: position.Told(nowNanos)))
            .Where(one => one.Told.State.Volume > 0
                && (one.Told.State.Count != 0 || one.Position.Market.Status != KalshiStatus.Finalized))
            .Take(limit)
            .ToArray();
        return KalshiRest.Written(json =>
        {
            KalshiPages.WriteAll(json, "market_positions", told, one => KalshiMemberJson.Write(
                json, one.Position, one.Told.AtNanos, one.Told.State,
                member.Resting.Count(order => order.Market == one.Position.Market), shape));
            KalshiPages.WriteAll(
                json, "event_positions", told.GroupBy(one => one.Position.Market.Event), one =>
                {
                    json.WriteStartObject();
                    json.WriteString("event_ticker", one.Key.Ticker);
                    json.Money("total_cost_dollars", one.Sum(p => p.Told.State.Traded));
                    json.Count("total_cost_shares_fp", one.Sum(p => p.Told.State.Volume));
                    json.Money("event_exposure_dollars", one.Sum(p => p.Told.State.Cost));
                    json.Money("realized_pnl_dollars", one.Sum(p => p.Told.State.Profit));
                    json.Money("fees_paid_dollars", one.Sum(p => p.Told.State.Fees));
                    json.WriteEndObject();
                });
            json.WriteString("cursor", "");
        });
    }

    private RestAnswer Fills(KalshiMember member, KalshiRequest request, long nowNanos)
    {
        if (!KalshiRest.TryNumber(request, "limit", 100, 1_000, out var limit))
        {
            return KalshiRest.Refused(400, "bad_request", "bad request", "limit");
        }

        var shape = form(nowNanos);
        var (ticker, order) = (request["ticker"], request["order_id"]);
        var found = member.Fills.Reverse().Where(fill => (ticker is null || fill.Order.Market.Ticker == ticker)
            && (order is null || fill.Order.Id == order) && KalshiRest.IsBetween(request, fill.Trade.AtNanos));
        return KalshiPages.Answer(
            "fills", found, fill => KalshiRest.Backwards(fill.Trade.Number), request["cursor"], limit,
            (json, fill) => KalshiMemberJson.Write(json, fill, shape));
    }

    private static RestAnswer Settlements(KalshiMember member, KalshiRequest request) =>
        !KalshiRest.TryNumber(request, "limit", 100, 1_000, out var limit)
            ? KalshiRest.Refused(400, "bad_request", "bad request", "limit")
            : KalshiPages.Answer(
                "settlements", member.Payments.Reverse(), payment => KalshiRest.Backwards(payment.Market.Number),
                request["cursor"], limit, KalshiMemberJson.Write);

    private RestAnswer Orders(KalshiMember member, KalshiRequest request, long nowNanos)
    {
        if (!KalshiRest.TryNumber(request, "limit", 100, 1_000, out var limit))
        {
            return KalshiRest.Refused(400, "bad_request", "bad request", "limit");
        }

        var shape = form(nowNanos);
        var (ticker, e, status) = (request["ticker"], request["event_ticker"], request["status"]);
        var found = member.Orders.Reverse().Where(order => (ticker is null || order.Market.Ticker == ticker)
            && (e is null || order.Market.Event.Ticker == e)
            && (status is null || order.Status == status) && KalshiRest.IsBetween(request, order.CreatedNanos));
        return KalshiPages.Answer(
            "orders", found, order => KalshiRest.Backwards(order.Number), request["cursor"], limit,
            (json, order) => KalshiMemberJson.Write(json, order, shape));
    }

    private RestAnswer Order(KalshiMember member, string id, long nowNanos) => member.Find(id) is { } order
        ? KalshiRest.Written(json =>
        {
            json.WritePropertyName("order");
            KalshiMemberJson.Write(json, order, form(nowNanos));
        })
        : KalshiRest.Missing();

    private RestAnswer Create(KalshiMember member, KalshiRequest request, long nowNanos)
    {
        if (KalshiOrderBody.Read(request.Body, catalog, out var ticket) is { } wrong)
        {
            return KalshiRest.Refused(wrong);
        }

        if (exchange.Place(member, ticket, nowNanos, out var order) is { } refusal)
        {
            return KalshiRest.Refused(refusal);
        }

        return KalshiRest.Written(
            json =>
            {
                json.WriteString("order_id", order.Id);
                if (order.ClientId.Length > 0)
                {
                    json.WriteString("client_order_id", order.ClientId);
                }

                json.Count("fill_count", order.Filled);
                json.Count("remaining_count", order.Remaining);
                if (order.Filled > 0)
                {
                    json.WriteString("average_fill_price", Average(order, order.TakerCost, order.Side));
                    json.Money(
                        "average_fee_paid", order.TakerFees * KalshiUnits.Contract / order.Filled);
                }

                json.WriteNumber("ts_ms", Stamps.ToMillis(nowNanos));
                KalshiJson.Unknown(json, form(nowNanos));
            },
            201);
    }

    // In YES, as everything of this endpoint.
    private static string Average(KalshiOrder order, long cost, Side side)
    {
        var own = cost * KalshiUnits.Contract / order.Filled;
        return KalshiUnits.Money(side == Side.Buy ? own : KalshiUnits.MoneyDollar - own);
    }

    private RestAnswer Cancel(KalshiMember member, string id, long nowNanos)
    {
        if (member.Find(id) is not { } order)
        {
            return KalshiRest.Missing();
        }

        if (order.Market.IsOver)
        {
            return KalshiRest.Refused(400, "market_closed", "market is closed");
        }

        if (exchange.IsPaused)
        {
            return KalshiRest.Refused(409, "trading_is_paused", "trading is paused");
        }

        if (!member.Resting.Contains(order))
        {
            return KalshiRest.Missing();
        }

        var left = exchange.Cancel(order, nowNanos);
        return KalshiRest.Written(json =>
        {
            json.WriteString("order_id", order.Id);
            if (order.ClientId.Length > 0)
            {
                json.WriteString("client_order_id", order.ClientId);
            }

            json.Count("reduced_by", left);
            json.WriteNumber("ts_ms", Stamps.ToMillis(nowNanos));
        });
    }
}
