using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>What the holder of a key may read: own orders, trades and balances.</summary>
/// <remarks>Under the floor's lock.</remarks>
internal sealed class ClobReading(ClobExchange exchange, OutcomeCatalog catalog, PolymarketFaults faults)
{
    // The venue's allowance of those who have approved its contracts once and for all.
    private const string Unlimited =
        "115792089237316195423570985008687907853269984665640564039457584007913129639935";

    private readonly JsonFrame _json = new();

    /// <summary>How a request is answered; null where the path is not one of these.</summary>
    public Func<ApiKey, RestAnswer>? Find(ClobRequest request) => (request.Method, request.Path) switch
    {
        ("GET", "/data/orders") => key => Orders(request, key),
        ("GET", "/data/trades") => key => Trades(request, key),
        ("GET", "/balance-allowance") => key => Balance(request, key),
        ("GET", "/balance-allowance/update") => _ => RestAnswer.Of("{}"),
        ("GET", var path) when path.StartsWith("/data/order/", StringComparison.Ordinal) =>
            key => Order(path["/data/order/".Length..], key, request.NowNanos),
        _ => null,
    };

    /// <summary>What an order that was taken is answered with.</summary>
    public static string Receipt(OutcomeOrder order)
    {
        var status = order.State switch
        {
            OrderState.Delayed => "delayed",
            _ when order.Matched > 0 => "matched",
            OrderState.Live => "live",
            _ => "unmatched",
        };
        var (shares, dollars) = (OutcomeUnits.Size(order.Matched), OutcomeUnits.Dollars(order.MatchedMicros));
        var (making, taking) = order.Matched == 0 ? ("", "") : order.IsBuy ? (dollars, shares) : (shares, dollars);
        var trades = string.Join(',', order.Trades.Select(id => $"\"{id}\""));
        return $"{{\"success\":true,\"errorMsg\":\"\",\"orderID\":\"{order.Id}\",\"status\":\"{status}\","
            + $"\"makingAmount\":\"{making}\",\"takingAmount\":\"{taking}\",\"tradeIDs\":[{trades}],"
            + "\"transactionsHashes\":[]}";
    }

    private RestAnswer Orders(ClobRequest request, ApiKey key)
    {
        var query = request.Query;
        var mine = exchange.Wallets.SelectMany(wallet => wallet.Orders).Where(order => order.Owner == key.Key
            && Is(query["id"], order.Id) && Is(query["market"], order.Market.ConditionId)
            && Is(query["asset_id"], order.Market.TokenTexts[order.Token]))
            .OrderByDescending(order => order.CreatedNanos).ThenBy(order => order.Id, StringComparer.Ordinal).ToList();
        return Page(request, mine, (json, order) => ClobJson.Order(json, order, StatusOf(order, request.NowNanos)));
    }

    // Only what is active is found here.
    private RestAnswer Order(string id, ApiKey key, long nowNanos)
    {
        if (exchange.Find(id) is not { State: OrderState.Live or OrderState.Delayed } order || order.Owner != key.Key)
        {
            return RestAnswer.Of("null");
        }

        ClobJson.Order(_json.Begin(), order, StatusOf(order, nowNanos));
        return new RestAnswer(200, _json.End());
    }

    private RestAnswer Trades(ClobRequest request, ApiKey key)
    {
        var query = request.Query;
        var (after, before) = (Seconds(query["after"], 0), Seconds(query["before"], long.MaxValue));
        var mine = exchange.Trades.Where(trade =>
            (trade.Taker.Owner == key.Key || trade.Fills.Exists(fill => fill.Maker.Owner == key.Key))
            && Is(query["id"], trade.Id) && Is(query["market"], trade.Taker.Market.ConditionId)
            && Is(query["asset_id"], trade.Taker.Market.TokenTexts[trade.Taker.Token])
            && trade.MatchedNanos / Stamps.NanosPerSecond >= after
            && trade.MatchedNanos / Stamps.NanosPerSecond <= before)
            .OrderByDescending(trade => trade.MatchedNanos).ThenBy(trade => trade.Id, StringComparer.Ordinal).ToList();
        var status = Unknown(request.NowNanos);
        return Page(request, mine, (json, trade) => ClobJson.Trade(
            json, trade, key.Key, trade.Taker.Owner == key.Key, status ?? Name(trade.State), isChannel: false));
    }

    private RestAnswer Balance(ClobRequest request, ApiKey key)
    {
        var query = request.Query;
        var type = query.Number("signature_type", 0, -1, 4);
        if (type is < 0 or > 3)
        {
            return ClobRest.Error(400, "Invalid signature_type");
        }

        // Of the wallets that this key signs for, the one of the kind that was asked for.
        var wallet = type == 0
            ? exchange.WalletAt(key.Address, request.NowNanos)
            : exchange.Wallets.FirstOrDefault(one => one.Controller == key.Address && one.Address != key.Address);
        long? balance = query["asset_type"] switch
        {
            "COLLATERAL" => wallet?.Micros ?? 0,
            "CONDITIONAL" or "CONDITIONAL-V2" when catalog.ByToken(query["token_id"]) is { } market =>
                LotsOf(wallet, market, query["token_id"]!) * OutcomeUnits.MicrosPerLot,
            _ => null,
        };
        if (balance is null)
        {
            return ClobRest.Error(400, "Invalid asset type");
        }

        var allowances = string.Join(',', ExchangeDomain.All.Select(one => $"\"{one.Contract}\":\"{Unlimited}\""));
        return RestAnswer.Of($"{{\"balance\":\"{balance}\",\"allowances\":{{{allowances}}}}}");
    }

    private static long LotsOf(Wallet? wallet, OutcomeMarket market, string token) => wallet is not null
        && wallet.Holdings.TryGetValue(market.Tokens[market.TokenTexts[0] == token ? 0 : 1], out var holding)
            ? holding.Lots : 0;

    private RestAnswer Page<T>(ClobRequest request, List<T> all, Action<Utf8JsonWriter, T> write)
    {
        var from = ClobRest.From(request.Query["next_cursor"]);
        var rows = all.Skip(from).Take(ClobLimits.Page).ToList();
        var json = _json.Begin();
        json.WriteStartObject();
        json.WriteStartArray("data");
        rows.ForEach(row => write(json, row));
        json.WriteEndArray();
        json.WriteString("next_cursor", ClobRest.Next(from, rows.Count, all.Count));
        json.WriteNumber("limit", ClobLimits.Page);
        json.WriteNumber("count", rows.Count);
        json.WriteEndObject();
        return new RestAnswer(200, _json.End());
    }

    /// <summary>A trade's state in the venue's word.</summary>
    public static string Name(TradeState state) => state.ToString().ToUpperInvariant();

    /// <summary>An order's state in the venue's word.</summary>
    public static string Name(OrderState state) => state.ToString().ToUpperInvariant();

    private string StatusOf(OutcomeOrder order, long nowNanos) => Unknown(nowNanos) ?? Name(order.State);

    private string? Unknown(long nowNanos) =>
        faults.Stands(PolymarketFaultKind.UnknownEnum, null, nowNanos) ? "SETTLING_ELSEWHERE" : null;

    private static bool Is(string? wanted, string value) =>
        string.IsNullOrEmpty(wanted) || wanted.Equals(value, StringComparison.OrdinalIgnoreCase);

    private static long Seconds(string? text, long fallback) => long.TryParse(text, out var value) ? value : fallback;
}
