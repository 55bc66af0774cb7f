using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Strikeline.Unit.Testnet;

/// <summary>A small exchange that speaks the API's JSON, without a socket: books, matching, money, and faults on
/// command.</summary>
/// <remarks>Every answer is there at once: in virtual time nothing may wait elsewhere.</remarks>
internal sealed class FakeExchange(TimeProvider clock) : HttpMessageHandler
{
    private static readonly (string Market, decimal Tick, decimal Lot)[] Markets =
        [("SOL/USDC", 0.01m, 0.001m), ("BTC/USDC", 0.1m, 0.00001m), ("ETH/USDC", 0.01m, 0.0001m)];

    private readonly Dictionary<(string Key, string Asset), decimal> _money = [];
    private long _lastId;

    /// <summary>Every request: when, by whom, what, and the answer's status.</summary>
    public List<(DateTimeOffset At, string Key, string What, int Status, string Code)> Requests { get; } = [];

    public List<FakeOrder> Orders { get; } = [];

    public List<(string Market, decimal Price, decimal Quantity)> Trades { get; } = [];

    /// <summary>Answers instead of the exchange while it is set.</summary>
    public Func<HttpResponseMessage>? Fault { get; set; }

    public bool IsHalted { get; set; }

    public IEnumerable<decimal> Balances => _money.Values;

    public void Give(string key, string asset, decimal amount) => _money[(key, asset)] = Has(key, asset) + amount;

    public decimal Has(string key, string asset) => _money.GetValueOrDefault((key, asset));

    public decimal Held(string key, string asset) => Orders.Where(order => order.Key == key && order.Paid == asset).Sum(order => order.Hold);

    public decimal Total(string asset) => _money.Where(entry => entry.Key.Asset == asset).Sum(entry => entry.Value);

    public IEnumerable<FakeOrder> Side(string market, bool isBuy) => Orders.Where(order => order.Market == market && order.IsBuy == isBuy);

    public decimal BestBid(string market) => Side(market, true).Select(order => order.Price).DefaultIfEmpty(0).Max();

    public decimal BestAsk(string market) => Side(market, false).Select(order => order.Price).DefaultIfEmpty(0).Min();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var key = request.Headers.Authorization?.Parameter ?? "";
        var what = $"{request.Method} {request.RequestUri!.PathAndQuery}";
        HttpResponseMessage answer;
        try
        {
            answer = Fault?.Invoke() ?? Answer(request, key);
        }
        catch
        {
            Requests.Add((clock.GetUtcNow(), key, what, 0, "cut"));
            throw;
        }

        Requests.Add((clock.GetUtcNow(), key, what, (int)answer.StatusCode, answer.ReasonPhrase ?? ""));
        return Task.FromResult(answer);
    }

    private static HttpResponseMessage Json(JsonNode body, int status = 200, string? code = null) => new((HttpStatusCode)status)
    {
        Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString())), ReasonPhrase = code,
    };

    private static HttpResponseMessage Problem(int status, string code) => Json(new JsonObject { ["code"] = code, ["detail"] = "no" }, status, code);

    private static string Text(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);

    private static decimal Amount(JsonElement body, string name) => body.TryGetProperty(name, out var field)
        ? decimal.Parse(field.GetString()!, CultureInfo.InvariantCulture)
        : 0;

    private HttpResponseMessage Answer(HttpRequestMessage request, string key)
    {
        using var document = request.Content is { } content
            ? JsonDocument.Parse(new StreamReader(content.ReadAsStream()).ReadToEnd())
            : JsonDocument.Parse("{}");
        var body = document.RootElement;
        var query = request.RequestUri!.Query;
        var market = query.StartsWith("?market=", StringComparison.Ordinal) ? query[8..].Replace('-', '/') : null;
        return (request.Method.Method, request.RequestUri.AbsolutePath) switch
        {
            ("GET", "/api/v1/instruments") => Json(new JsonArray([.. Markets.Select(Instrument)])),
            ("GET", "/api/v1/balances") => Json(new JsonArray([.. new[] { "USDC", "SOL", "BTC", "ETH" }.Select(asset => Balance(key, asset))])),
            ("GET", "/api/v1/orders") => Json(new JsonObject
            {
                ["orders"] = new JsonArray([.. Orders.Where(order => order.Key == key && order.Market == market).Select(order => order.ToJson())]),
            }),
            ("DELETE", "/api/v1/orders") => Json(new JsonObject { ["cancelled"] = Orders.RemoveAll(order => order.Key == key && order.Market == market) }),
            ("DELETE", "/api/v1/order") => Orders.RemoveAll(order => order.Key == key && order.Id == body.GetProperty("order_id").GetString()) == 0
                ? Problem(404, "unknown_order")
                : Json(new JsonObject { ["status"] = "cancelled" }),
            ("POST", "/api/v1/order") => Place(key, body, null),
            ("PATCH", "/api/v1/order") => Orders.Find(order => order.Key == key && order.Id == body.GetProperty("order_id").GetString()) is { } order
                ? Place(key, body, order)
                : Problem(404, "unknown_order"),
            _ => Problem(404, "unknown_route"),
        };
    }

    private JsonNode Instrument((string Market, decimal Tick, decimal Lot) terms) => new JsonObject
    {
        ["market"] = terms.Market, ["base"] = terms.Market.Split('/')[0], ["quote"] = "USDC", ["tick_size"] = Text(terms.Tick),
        ["lot_size"] = Text(terms.Lot), ["max_quantity"] = "1000", ["status"] = IsHalted ? "halted" : "open",
    };

    private JsonNode Balance(string key, string asset) => new JsonObject
    {
        ["asset"] = asset, ["available"] = Text(Has(key, asset) - Held(key, asset)), ["held"] = Text(Held(key, asset)),
    };

    private HttpResponseMessage Place(string key, JsonElement body, FakeOrder? replaced)
    {
        var terms = Array.Find(Markets, one => one.Market == body.GetProperty("market").GetString());
        var isMarket = replaced is null && body.GetProperty("type").GetString() == "market";
        var order = new FakeOrder
        {
            Id = replaced?.Id ?? $"{++_lastId}", Key = key, Market = terms.Market,
            IsBuy = replaced?.IsBuy ?? body.GetProperty("kind").GetString() == "buy",
            Price = Amount(body, "price"), Left = Amount(body, "quantity"),
        };
        if (order.Left <= 0 || order.Left % terms.Lot != 0 || (!isMarket && (order.Price <= 0 || order.Price % terms.Tick != 0)))
        {
            return Problem(400, "invalid_price");
        }

        var opposite = Side(terms.Market, !order.IsBuy).Where(one => one.Key != key
            && (isMarket || (order.IsBuy ? one.Price <= order.Price : one.Price >= order.Price))).ToList();
        var isPostOnly = replaced is not null || (body.TryGetProperty("post_only", out var only) && only.GetBoolean());
        if (isPostOnly && opposite.Count > 0)
        {
            return Problem(422, "would_trade");
        }

        var worst = isMarket ? opposite.Select(one => one.Price).DefaultIfEmpty(0).Max() : order.Price;
        var needed = order.IsBuy ? worst * order.Left : order.Left;
        if (Has(key, order.Paid) - Held(key, order.Paid) + (replaced?.Hold ?? 0) < needed)
        {
            return Problem(422, "insufficient_funds");
        }

        if (replaced is not null)
        {
            Orders.Remove(replaced);
        }

        foreach (var maker in order.IsBuy ? opposite.OrderBy(one => one.Price) : opposite.OrderByDescending(one => one.Price))
        {
            Trade(order, maker, Math.Min(order.Left, maker.Left));
        }

        if (isPostOnly)
        {
            Orders.Add(order);
        }

        return Json(new JsonObject { ["order_id"] = order.Id, ["status"] = isPostOnly ? "open" : order.Left == 0 ? "filled" : "cancelled" });
    }

    private void Trade(FakeOrder taker, FakeOrder maker, decimal quantity)
    {
        if (quantity == 0)
        {
            return;
        }

        var (buyer, seller) = taker.IsBuy ? (taker.Key, maker.Key) : (maker.Key, taker.Key);
        var asset = taker.Market.Split('/')[0];
        Give(buyer, asset, quantity);
        Give(seller, asset, -quantity);
        Give(seller, "USDC", quantity * maker.Price);
        Give(buyer, "USDC", -quantity * maker.Price);
        taker.Left -= quantity;
        maker.Left -= quantity;
        if (maker.Left == 0)
        {
            Orders.Remove(maker);
        }

        Trades.Add((taker.Market, maker.Price, quantity));
    }
}

/// <summary>An order of the fake exchange.</summary>
internal sealed class FakeOrder
{
    public required string Id { get; init; }

    public required string Key { get; init; }

    public required string Market { get; init; }

    public required bool IsBuy { get; init; }

    public required decimal Price { get; init; }

    public required decimal Left { get; set; }

    public string Paid => IsBuy ? "USDC" : Market.Split('/')[0];

    public decimal Hold => IsBuy ? Price * Left : Left;

    public JsonNode ToJson() => new JsonObject
    {
        ["order_id"] = Id, ["market"] = Market, ["kind"] = IsBuy ? "buy" : "sell", ["price"] = Price.ToString(CultureInfo.InvariantCulture),
        ["remaining_quantity"] = Left.ToString(CultureInfo.InvariantCulture),
    };
}
