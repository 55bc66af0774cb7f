using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>What only the holder of a key may do: keys, orders, cancellations, heartbeats.</summary>
/// <remarks>docs.polymarket.com, "CLOB API", "Authentication", "Error Codes", "Trading Rate Limits". Under the floor's
/// lock.</remarks>
internal sealed class ClobTrading(
    OutcomeCatalog catalog, ClobExchange exchange, ApiKeys keys, PolymarketFaults faults, PolymarketOptions options)
{
    private const string NotAuthorized = "Unauthorized/Invalid api key";

    private readonly ClobReading _reading = new(exchange, catalog, faults);
    private long _restartedNanos;
    private bool _isRestarting;

    /// <summary>Answers; null where the path is not one of these.</summary>
    public ClobAnswer? Answer(ClobRequest request)
    {
        switch (request.Path)
        {
            case "/auth/api-key" when request.Method == "POST":
                return ClobAnswer.Of(MakeKey(request));
            case "/auth/derive-api-key" when request.Method == "GET":
                return ClobAnswer.Of(DeriveKey(request));
        }

        Func<ApiKey, ClobAnswer>? act = (request.Method, request.Path) switch
        {
            ("GET", "/auth/api-keys") => key => ClobAnswer.Of(ListKeys(key)),
            ("DELETE", "/auth/api-key") => key => ClobAnswer.Of(RemoveKey(key)),
            ("GET", "/auth/ban-status/closed-only") => _ => ClobAnswer.Of(RestAnswer.Of("{\"closed_only\":false}")),
            ("POST", "/order") => key => Order(request, key),
            ("POST", "/orders") => key => Orders(request, key),
            ("DELETE", "/order") => key => CancelOne(request, key),
            ("DELETE", "/orders") => key => CancelMany(request, key),
            ("DELETE", "/cancel-all") => key => CancelWhere(key, _ => true, request.NowNanos),
            ("DELETE", "/cancel-market-orders") => key => CancelMarket(request, key),
            ("POST", "/v1/heartbeats") => key => ClobAnswer.Of(Beat(request, key)),
            _ => _reading.Find(request) is { } read ? key => ClobAnswer.Of(read(key)) : null,
        };
        if (act is null)
        {
            return null;
        }

        return keys.Member(request) is { } member
            ? act(member)
            : ClobAnswer.Of(ClobRest.Error(401, NotAuthorized));
    }

    /// <summary>Cancels what a key has left that sent heartbeats and does not any more.</summary>
    public void Sweep(long nowNanos)
    {
        foreach (var key in keys.All)
        {
            if (key.HeartbeatNanos != 0 && nowNanos - key.HeartbeatNanos >= options.DeadMan.Nanos())
            {
                key.HeartbeatNanos = 0;
                Cancel(Mine(key).ToArray(), nowNanos);
            }
        }
    }

    /// <summary>Notes when a restart is over: post-only orders alone are taken for a while.</summary>
    public void Step(long nowNanos)
    {
        var isRestarting = faults.Standing.Any(fault =>
            fault.Kind == PolymarketFaultKind.Restart && fault.Stands(nowNanos));
        if (_isRestarting && !isRestarting)
        {
            _restartedNanos = nowNanos;
        }

        _isRestarting = isRestarting;
    }

    /// <summary>True while only post-only orders are taken.</summary>
    public bool IsPostOnly(long nowNanos) =>
        _restartedNanos != 0 && nowNanos - _restartedNanos < options.PostOnlyAfterRestart.Nanos();

    private RestAnswer MakeKey(ClobRequest request)
    {
        if (keys.Wallet(request) is not { } wallet)
        {
            return ClobRest.Error(401, "Invalid L1 Request headers");
        }

        return keys.Find(wallet.Address, wallet.Nonce) is null
            ? Credentials(keys.Make(wallet.Address, wallet.Nonce))
            : ClobRest.Error(400, "Could not create api key");
    }

    private RestAnswer DeriveKey(ClobRequest request) => keys.Wallet(request) is not { } wallet
        ? ClobRest.Error(401, "Invalid L1 Request headers")
        : keys.Find(wallet.Address, wallet.Nonce) is { } key
            ? Credentials(key)
            : ClobRest.Error(400, "Could not derive api key!");

    private static RestAnswer Credentials(ApiKey key) => RestAnswer.Of(
        $"{{\"apiKey\":\"{key.Key}\",\"secret\":\"{key.Secret}\",\"passphrase\":\"{key.Passphrase}\"}}");

    private RestAnswer ListKeys(ApiKey key) => RestAnswer.Of("{\"apiKeys\":[" + string.Join(
        ',', keys.All.Where(one => one.Address == key.Address).Select(one => $"\"{one.Key}\"")) + "]}");

    private RestAnswer RemoveKey(ApiKey key)
    {
        keys.Remove(key);
        return RestAnswer.Of("\"OK\"");
    }

    private RestAnswer Beat(ClobRequest request, ApiKey key)
    {
        string? given = null;
        if (TryParse(request.Body, out var body))
        {
            using (body)
            {
                given = body.RootElement.ValueKind == JsonValueKind.Object
                    && body.RootElement.TryGetProperty("heartbeat_id", out var id) ? Text(id) ?? "" : null;
            }
        }

        if (given is null)
        {
            return ClobRest.Error(400, "Invalid payload");
        }

        if (given != key.HeartbeatId)
        {
            return RestAnswer.Of($"{{\"error\":\"Invalid Heartbeat ID\",\"heartbeat_id\":\"{key.HeartbeatId}\"}}", 400);
        }

        key.HeartbeatId = exchange.NextGuid();
        key.HeartbeatNanos = request.NowNanos;
        return RestAnswer.Of($"{{\"heartbeat_id\":\"{key.HeartbeatId}\"}}");
    }

    private ClobAnswer Order(ClobRequest request, ApiKey key)
    {
        if (!key.Orders.TryTake(1, request.NowNanos))
        {
            return TooMany(key.Orders, 1, request.NowNanos);
        }

        var answer = ClobRest.Error(400, "Invalid order payload");
        if (TryParse(request.Body, out var body))
        {
            using (body)
            {
                answer = Placed(Place(body.RootElement, key, request.NowNanos));
            }
        }

        return WithRate(answer, key.Orders, request.NowNanos);
    }

    private ClobAnswer Orders(ClobRequest request, ApiKey key)
    {
        if (!TryParse(request.Body, out var body))
        {
            return ClobAnswer.Of(ClobRest.Error(400, "Invalid order payload"));
        }

        using (body)
        {
            if (body.RootElement.ValueKind != JsonValueKind.Array)
            {
                return ClobAnswer.Of(ClobRest.Error(400, "Invalid order payload"));
            }

            var count = body.RootElement.GetArrayLength();
            if (count > ClobLimits.BatchOrders)
            {
                return ClobAnswer.Of(ClobRest.Error(
                    400, $"Too many orders in payload: {count}, max allowed: {ClobLimits.BatchOrders}"));
            }

            if (!key.Orders.TryTake(count, request.NowNanos))
            {
                return TooMany(key.Orders, count, request.NowNanos);
            }

            if (Closed(isPostOnly: true, request.NowNanos) is { } closed)
            {
                return ClobAnswer.Of(closed);
            }

            // A leg that was refused says so in its place, with success.
            var legs = body.RootElement.EnumerateArray().Select(one => Place(one, key, request.NowNanos)).Select(
                one => one.Order is { } order ? ClobReading.Receipt(order)
                    : "{\"success\":true,\"errorMsg\":\"" + JsonEncodedText.Encode(one.Error) + "\",\"orderID\":\"\","
                        + "\"status\":\"\",\"makingAmount\":\"\",\"takingAmount\":\"\"}");
            return WithRate(RestAnswer.Of("[" + string.Join(',', legs) + "]"), key.Orders, request.NowNanos);
        }
    }

    private RestAnswer Placed(Placing placing) => placing.Order is { } order
        ? RestAnswer.Of(ClobReading.Receipt(order))
        : ClobRest.Error(placing.Status, placing.Error);

    private Placing Place(JsonElement body, ApiKey key, long nowNanos)
    {
        if (OrderTicket.Read(body, out var isOld) is not { } ticket)
        {
            return Refused(isOld ? "order_version_mismatch" : "Invalid order payload");
        }

        if (Closed(ticket.PostOnly, nowNanos) is { } closed)
        {
            return new Placing(null, closed.Status, Text(closed));
        }

        if (ticket.Owner != key.Key)
        {
            return Refused("the order owner has to be the owner of the API KEY");
        }

        if (catalog.ByToken(ticket.Token) is not { } market)
        {
            return Refused($"the orderbook {ticket.Token} does not exist");
        }

        if (!market.IsTradable(nowNanos))
        {
            return Refused("the market is not yet ready to process new orders");
        }

        var id = OrderSignature.Id(ticket, market.Domain);
        return Unsigned(ticket, market, key) is { } unsigned ? Refused(unsigned)
            : exchange.IsTaken(id) ? Refused($"order {id} is invalid. Duplicated.")
            : OrderRules.Read(ticket, market, id, nowNanos, out var size) is { } wrong ? Refused(wrong)
            : Take(ticket, market, key, id, size, nowNanos);
    }

    private Placing Take(
        OrderTicket ticket, OutcomeMarket market, ApiKey key, string id, OrderSize size, long nowNanos)
    {
        var wallet = exchange.WalletAt(ticket.Maker, nowNanos);
        wallet.Controller ??= key.Address;
        if (wallet.Controller != key.Address)
        {
            return Refused($"'{ticket.Maker}' maker address not allowed, please use the deposit wallet flow");
        }

        var order = new OutcomeOrder
        {
            Id = id,
            Wallet = wallet,
            Owner = key.Key,
            Market = market,
            Token = market.TokenOf(ticket.Token),
            IsBuy = ticket.IsBuy,
            Price = size.Price,
            Lots = size.Lots,
            Budget = size.Budget,
            Type = ticket.Type,
            PostOnly = ticket.PostOnly,
            Expiration = ticket.Expiration,
            CreatedNanos = nowNanos,
        };
        return exchange.Place(order, nowNanos) is { } refusal ? Refused(refusal) : new Placing(order, 200, "");
    }

    // What is wrong with whose order it is; null where nothing is.
    private static string? Unsigned(OrderTicket ticket, OutcomeMarket market, ApiKey key)
    {
        if (ticket.SignatureType is < OrderSignature.Plain or > OrderSignature.DepositWallet)
        {
            return "Invalid order payload";
        }

        var isWallet = ticket.SignatureType == OrderSignature.DepositWallet;
        if (isWallet ? ticket.Signer != ticket.Maker : ticket.Signer != key.Address)
        {
            return "the order signer address has to be the address of the API KEY";
        }

        if (ticket.SignatureType == OrderSignature.Plain && ticket.Maker != ticket.Signer)
        {
            return "invalid signature";
        }

        if (OrderSignature.TryRecover(ticket, market.Domain, out var who) && who == key.Address)
        {
            return null;
        }

        // Signed for another exchange version: the client has to ask for the version again.
        return ExchangeDomain.All.Any(other => other.Version != market.Domain.Version
            && OrderSignature.TryRecover(ticket, other, out var signer) && signer == key.Address)
                ? "order_version_mismatch"
                : "invalid signature";
    }

    private RestAnswer? Closed(bool isPostOnly, long nowNanos)
    {
        if (faults.Stands(PolymarketFaultKind.CancelOnly, null, nowNanos))
        {
            return ClobRest.Error(
                503, "Trading is currently cancel-only. New orders are not accepted, but cancels are allowed.");
        }

        return !isPostOnly && IsPostOnly(nowNanos)
            ? ClobRest.Error(503, "Trading is currently post-only. Only post-only orders and cancels are accepted.")
            : null;
    }

    private ClobAnswer CancelOne(ClobRequest request, ApiKey key)
    {
        if (!key.Cancels.TryTake(1, request.NowNanos))
        {
            return TooMany(key.Cancels, 1, request.NowNanos);
        }

        if (!TryParse(request.Body, out var body))
        {
            return ClobAnswer.Of(ClobRest.Error(400, "Invalid order payload"));
        }

        using (body)
        {
            if (body.RootElement.ValueKind != JsonValueKind.Object
                || !body.RootElement.TryGetProperty("orderID", out var id) || !IsOrderId(Text(id)))
            {
                return ClobAnswer.Of(ClobRest.Error(400, "Invalid orderID"));
            }

            return WithRate(CancelIds(key, [Text(id)!], request.NowNanos), key.Cancels, request.NowNanos);
        }
    }

    private ClobAnswer CancelMany(ClobRequest request, ApiKey key)
    {
        if (!TryParse(request.Body, out var body))
        {
            return ClobAnswer.Of(ClobRest.Error(400, "Invalid order payload"));
        }

        using (body)
        {
            if (body.RootElement.ValueKind != JsonValueKind.Array)
            {
                return ClobAnswer.Of(ClobRest.Error(400, "Invalid order payload"));
            }

            var ids = body.RootElement.EnumerateArray().Select(Text).ToArray();
            if (ids.Length > ClobLimits.BatchCancels)
            {
                return ClobAnswer.Of(ClobRest.Error(
                    400, $"Too many orders in payload, max allowed: {ClobLimits.BatchCancels}"));
            }

            if (!Array.TrueForAll(ids, IsOrderId))
            {
                return ClobAnswer.Of(ClobRest.Error(400, "Invalid orderID"));
            }

            return key.Cancels.TryTake(ids.Length, request.NowNanos)
                ? WithRate(CancelIds(key, ids!, request.NowNanos), key.Cancels, request.NowNanos)
                : TooMany(key.Cancels, ids.Length, request.NowNanos);
        }
    }

    private ClobAnswer CancelMarket(ClobRequest request, ApiKey key)
    {
        if (!TryParse(request.Body, out var body))
        {
            return ClobAnswer.Of(ClobRest.Error(400, "Invalid order payload"));
        }

        using (body)
        {
            string? Field(string name) => body.RootElement.TryGetProperty(name, out var value)
                && Text(value) is { Length: > 0 } text ? text : null;

            if (body.RootElement.ValueKind != JsonValueKind.Object)
            {
                return ClobAnswer.Of(ClobRest.Error(400, "Invalid order payload"));
            }

            var (market, asset) = (Field("market"), Field("asset_id"));
            return CancelWhere(
                key, order => (market is null || order.Market.ConditionId == market)
                    && (asset is null || order.Market.TokenTexts[order.Token] == asset), request.NowNanos);
        }
    }

    private ClobAnswer CancelWhere(ApiKey key, Func<OutcomeOrder, bool> which, long nowNanos)
    {
        var orders = Mine(key).Where(which).ToArray();
        return key.Cancels.TryTake(1 + orders.Length, nowNanos)
            ? WithRate(Outcome(Cancel(orders, nowNanos)), key.Cancels, nowNanos)
            : TooMany(key.Cancels, 1 + orders.Length, nowNanos);
    }

    // An order shows itself to the key alone that placed it.
    private IEnumerable<OutcomeOrder> Mine(ApiKey key) =>
        exchange.Wallets.SelectMany(wallet => wallet.Orders).Where(order => order.Owner == key.Key);

    private RestAnswer CancelIds(ApiKey key, string[] ids, long nowNanos) =>
        Outcome([.. ids.Select(id => (id, exchange.Find(id) is { } order && order.Owner == key.Key
            ? exchange.Cancel(order, nowNanos)
            : "order can't be found - already canceled or matched"))]);

    private List<(string Id, string? Why)> Cancel(OutcomeOrder[] orders, long nowNanos) =>
        [.. orders.Select(order => (order.Id, exchange.Cancel(order, nowNanos)))];

    private static RestAnswer Outcome(List<(string Id, string? Why)> done) => RestAnswer.Of(
        "{\"canceled\":[" + string.Join(',', done.Where(one => one.Why is null).Select(one => $"\"{one.Id}\""))
        + "],\"not_canceled\":{" + string.Join(',', done.Where(one => one.Why is not null)
            .DistinctBy(one => one.Id).Select(one => $"\"{one.Id}\":\"{one.Why}\"")) + "}}");

    private static bool IsOrderId(string? id) => id is { Length: 66 } && id.StartsWith("0x", StringComparison.Ordinal)
        && id.Skip(2).All(char.IsAsciiHexDigit);

    private static bool TryParse(byte[] bytes, out JsonDocument body)
    {
        try
        {
            body = RequestJson.Parse(bytes);
            return true;
        }
        catch (JsonException)
        {
            body = null!;
            return false;
        }
    }

    // The text of a value; null where it is none, or no valid one.
    private static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Text(RestAnswer answer)
    {
        using var body = JsonDocument.Parse(answer.Body);
        return body.RootElement.GetProperty("error").GetString()!;
    }

    private static Placing Refused(string error) => new(null, 400, error);

    private static ClobAnswer WithRate(RestAnswer answer, TokenBucket bucket, long nowNanos) =>
        new(answer, Rate(bucket, 1, nowNanos));

    private static ClobAnswer TooMany(TokenBucket bucket, int tokens, long nowNanos)
    {
        var wait = Math.Max(1, bucket.ResetSeconds(tokens, nowNanos) - (nowNanos / Stamps.NanosPerSecond));
        return new ClobAnswer(
            ClobRest.Error(429, "Too Many Requests"),
            [.. Rate(bucket, tokens, nowNanos), ("Retry-After", wait.ToString())]);
    }

    private static (string Name, string Value)[] Rate(TokenBucket bucket, int tokens, long nowNanos) =>
    [
        ("Poly-RateLimit-Remaining", bucket.Left(nowNanos).ToString()),
        ("Poly-RateLimit-Reset", bucket.ResetSeconds(tokens, nowNanos).ToString()),
        ("Poly-RateLimit-Tier", "standard"),
    ];

    private readonly record struct Placing(OutcomeOrder? Order, int Status, string Error);
}
