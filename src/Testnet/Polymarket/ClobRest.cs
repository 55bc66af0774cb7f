using System.Text.Encodings.Web;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>What everybody may read of the CLOB.</summary>
/// <remarks>docs.polymarket.com, "CLOB API" and "Error Codes".</remarks>
internal sealed class ClobRest(OutcomeCatalog catalog, PriceHistory history, PolymarketFaults faults)
{
    private const string NoBook = "No orderbook exists for the requested token id";

    private readonly JsonFrame _json = new();

    /// <summary>Answers; null where the path is not one of these.</summary>
    public RestAnswer? Answer(ClobRequest request)
    {
        var path = request.Path.Length > 1 ? request.Path.TrimEnd('/') : request.Path;
        return (request.Method, path) switch
        {
            ("GET", "/" or "/ok") => RestAnswer.Of("\"OK\""),
            ("GET", "/time") => RestAnswer.Of(ClobJson.Seconds(request.NowNanos)),
            ("GET", "/version") => RestAnswer.Of("{\"version\":2}"),
            ("GET", "/book") => OnToken(request, (market, token) =>
                new RestAnswer(200, ClobJson.Book(_json, market, token, request.NowNanos))),
            ("GET", "/midpoint") => OnToken(request, (market, token) =>
                Middle(market, token) is { } middle ? RestAnswer.Of($"{{\"mid\":\"{middle}\"}}") : Error(404, NoBook)),
            ("GET", "/price") => Price(request),
            ("GET", "/spread") => OnToken(request, (market, token) =>
                RestAnswer.Of($"{{\"spread\":\"{Spread(market, token)}\"}}")),
            ("GET", "/last-trade-price") => OnToken(request, LastTrade),
            ("GET", "/tick-size") => OnToken(request, "market not found", (market, _) =>
                RestAnswer.Of($"{{\"minimum_tick_size\":{OutcomeUnits.Price(market.Tick)}}}")),
            ("GET", "/neg-risk") => OnToken(request, "market not found", (market, _) =>
                RestAnswer.Of($"{{\"neg_risk\":{(market.Event.IsNegRisk ? "true" : "false")}}}")),
            ("GET", "/fee-rate") => OnToken(request, "market not found", (market, _) =>
                RestAnswer.Of($"{{\"base_fee\":{(market.Fees.IsFree ? 0 : 1_000)}}}")),
            ("GET", "/prices-history") => History(request),
            ("GET", "/markets" or "/sampling-markets") => List(request, ClobJson.Market),
            ("GET", "/simplified-markets" or "/sampling-simplified-markets") => List(request, Simplified),
            ("GET", _) when path.StartsWith("/clob-markets/", StringComparison.Ordinal) =>
                OnCondition(request, path["/clob-markets/".Length..], Details),
            ("GET", _) when path.StartsWith("/markets/", StringComparison.Ordinal) =>
                OnCondition(request, path["/markets/".Length..], ClobJson.Market),
            ("GET", _) when path.StartsWith("/markets-by-token/", StringComparison.Ordinal) =>
                ByToken(request, path["/markets-by-token/".Length..]),
            ("POST", "/books") => OnTokens(request, Books),
            ("POST", "/midpoints") => OnTokens(request, Midpoints),
            ("POST", "/prices") => OnTokens(request, Prices),
            ("POST", "/spreads") => OnTokens(request, Spreads),
            ("POST", "/last-trades-prices") => OnTokens(request, LastTrades),
            _ => null,
        };
    }

    public static RestAnswer Error(int status, string text) => RestAnswer.Of(
        $"{{\"error\":\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"}}", status);

    /// <summary>Where a page begins; the cursors are base64 of an offset, <c>MA==</c> the first, <c>LTE=</c> the
    /// end.</summary>
    public static int From(string? cursor)
    {
        Span<byte> bytes = stackalloc byte[32];
        return cursor is { Length: > 0 and < 40 } && Convert.TryFromBase64String(cursor, bytes, out var length)
            && int.TryParse(bytes[..length], out var from) ? from : 0;
    }

    public static string Next(int from, int count, int total) => from + count >= total
        ? "LTE="
        : Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes((from + count).ToString()));

    private RestAnswer OnToken(ClobRequest request, Func<OutcomeMarket, int, RestAnswer> answer) =>
        OnToken(request, NoBook, answer);

    private RestAnswer OnToken(ClobRequest request, string absent, Func<OutcomeMarket, int, RestAnswer> answer)
    {
        var text = request.Query["token_id"];
        if (!Crypto.UInt256.TryParse(text, out var token))
        {
            return Error(400, "Invalid token id");
        }

        return catalog.ByToken(token) is { } market && market.IsKnown(request.NowNanos)
            ? answer(market, market.TokenOf(token))
            : Error(404, absent);
    }

    private void Details(Utf8JsonWriter json, OutcomeMarket market, long nowNanos) => ClobJson.Details(
        json, market, faults.Stands(PolymarketFaultKind.UnknownField, market, nowNanos), nowNanos);

    private RestAnswer OnCondition(
        ClobRequest request, string condition, Action<Utf8JsonWriter, OutcomeMarket, long> write)
    {
        if (catalog.ByCondition(condition) is not { } market || !market.IsKnown(request.NowNanos))
        {
            return Error(404, "market not found");
        }

        write(_json.Begin(), market, request.NowNanos);
        return new RestAnswer(200, _json.End());
    }

    private RestAnswer ByToken(ClobRequest request, string token) =>
        catalog.ByToken(token) is { } market && market.IsKnown(request.NowNanos)
            ? RestAnswer.Of(
                $"{{\"condition_id\":\"{market.ConditionId}\",\"primary_token_id\":\"{market.TokenTexts[0]}\","
                + $"\"secondary_token_id\":\"{market.TokenTexts[1]}\"}}")
            : Error(404, "market not found");

    private RestAnswer Price(ClobRequest request)
    {
        var side = request.Query["side"]?.ToUpperInvariant();
        if (side is not ("BUY" or "SELL"))
        {
            return Error(400, "Invalid side");
        }

        var isBuy = side == "BUY";
        return OnToken(request, (market, token) =>
        {
            var (bid, ask) = market.Best(token);
            return RestAnswer.Of($"{{\"price\":\"{OutcomeUnits.Price(isBuy ? bid : ask)}\"}}");
        });
    }

    private static RestAnswer LastTrade(OutcomeMarket market, int token) => market.LastPrice == 0
        ? RestAnswer.Of("{\"price\":\"0.5\",\"side\":\"\"}")
        : RestAnswer.Of(
            $"{{\"price\":\"{ClobJson.LastPrice(market, token)}\",\"side\":\"{LastSide(market, token)}\"}}");

    // Seen from the other token, a buy was a sale.
    private static string LastSide(OutcomeMarket market, int token) =>
        market.LastWasBuy == (market.LastPriceToken == token) ? "BUY" : "SELL";

    private static string? Middle(OutcomeMarket market, int token)
    {
        var (bid, ask) = market.Best(token);
        return bid == 0 || ask == 0 ? null
            : DecimalText.ToShortText((bid + ask) * 5L, OutcomeUnits.PriceDecimals + 1);
    }

    private static string Spread(OutcomeMarket market, int token)
    {
        var (bid, ask) = market.Best(token);
        return OutcomeUnits.Price((ask == 0 ? OutcomeUnits.Dollar : ask) - bid);
    }

    private RestAnswer History(ClobRequest request)
    {
        if (catalog.ByToken(request.Query["market"]) is not { } market)
        {
            return RestAnswer.Of("{\"history\":[]}");
        }

        var token = market.TokenOf(Crypto.UInt256.TryParse(request.Query["market"], out var id) ? id : default);
        var json = _json.Begin();
        json.WriteStartObject();
        json.WriteStartArray("history");
        foreach (var (at, price) in history.Of(market))
        {
            json.WriteStartObject();
            json.WriteNumber("t", at / Stamps.NanosPerSecond);
            ClobJson.Plain(json, "p", OutcomeUnits.Price(
                token == OutcomeMarket.Yes ? price : OutcomeUnits.Dollar - price));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return new RestAnswer(200, _json.End());
    }

    private RestAnswer List(ClobRequest request, Action<Utf8JsonWriter, OutcomeMarket, long> write)
    {
        var known = catalog.Markets.Where(market => market.IsKnown(request.NowNanos)).ToList();
        var from = From(request.Query["next_cursor"]);
        var rows = known.Skip(from).Take(ClobLimits.Page).ToList();
        var json = _json.Begin();
        json.WriteStartObject();
        json.WriteNumber("limit", ClobLimits.Page);
        json.WriteString("next_cursor", Next(from, rows.Count, known.Count));
        json.WriteNumber("count", rows.Count);
        json.WriteStartArray("data");
        rows.ForEach(market => write(json, market, request.NowNanos));
        json.WriteEndArray();
        json.WriteEndObject();
        return new RestAnswer(200, _json.End());
    }

    private static void Simplified(Utf8JsonWriter json, OutcomeMarket market, long nowNanos)
    {
        json.WriteStartObject();
        json.WriteString("condition_id", market.ConditionId);
        ClobJson.Tokens(json, market);
        json.WriteBoolean("active", true);
        json.WriteBoolean("closed", market.Winner is not null);
        json.WriteBoolean("archived", false);
        json.WriteBoolean("accepting_orders", market.IsTradable(nowNanos));
        json.WriteEndObject();
    }

    private RestAnswer OnTokens(
        ClobRequest request, Func<List<(OutcomeMarket Market, int Token, string? Side)>, long, RestAnswer> answer)
    {
        var found = new List<(OutcomeMarket, int, string?)>();
        try
        {
            using var body = RequestJson.Parse(request.Body);
            if (body.RootElement.GetArrayLength() > ClobLimits.BatchTokens)
            {
                return Error(400, "Payload exceeds the limit");
            }

            foreach (var row in body.RootElement.EnumerateArray())
            {
                var text = row.GetProperty("token_id").GetString();
                var side = row.TryGetProperty("side", out var given) ? given.GetString() : null;
                if (catalog.ByToken(text) is { } market && market.IsKnown(request.NowNanos))
                {
                    found.Add((market, market.TokenTexts[0] == text ? 0 : 1, side));
                }
            }
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return Error(400, "Invalid payload");
        }

        return answer(found, request.NowNanos);
    }

    private RestAnswer Books(List<(OutcomeMarket Market, int Token, string? Side)> tokens, long nowNanos)
    {
        using var text = new MemoryStream();
        text.WriteByte((byte)'[');
        foreach (var (market, token, _) in tokens)
        {
            if (text.Length > 1)
            {
                text.WriteByte((byte)',');
            }

            text.Write(ClobJson.Book(_json, market, token, nowNanos));
        }

        text.WriteByte((byte)']');
        return new RestAnswer(200, text.ToArray());
    }

    private RestAnswer Midpoints(List<(OutcomeMarket Market, int Token, string? Side)> tokens, long nowNanos) =>
        Map(tokens, (json, market, token, _) =>
        {
            if (Middle(market, token) is { } middle)
            {
                json.WriteString(market.TokenTexts[token], middle);
            }
        });

    private RestAnswer Spreads(List<(OutcomeMarket Market, int Token, string? Side)> tokens, long nowNanos) =>
        Map(tokens, (json, market, token, _) =>
            json.WriteString(market.TokenTexts[token], Spread(market, token)));

    private RestAnswer Prices(List<(OutcomeMarket Market, int Token, string? Side)> tokens, long nowNanos)
    {
        if (tokens.Exists(one => one.Side is not (null or "BUY" or "SELL")))
        {
            return Error(400, "Invalid side");
        }

        var json = _json.Begin();
        json.WriteStartObject();
        foreach (var group in tokens.GroupBy(one => (one.Market, one.Token)))
        {
            var (bid, ask) = group.Key.Market.Best(group.Key.Token);
            json.WriteStartObject(group.Key.Market.TokenTexts[group.Key.Token]);
            foreach (var side in group.Select(one => one.Side ?? "BUY").Distinct())
            {
                json.WriteString(side, OutcomeUnits.Price(side == "BUY" ? bid : ask));
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        return new RestAnswer(200, _json.End());
    }

    private RestAnswer LastTrades(List<(OutcomeMarket Market, int Token, string? Side)> tokens, long nowNanos)
    {
        var json = _json.Begin();
        json.WriteStartArray();
        foreach (var (market, token, _) in tokens.Where(one => one.Market.LastPrice != 0))
        {
            json.WriteStartObject();
            json.WriteString("token_id", market.TokenTexts[token]);
            json.WriteString("price", ClobJson.LastPrice(market, token));
            json.WriteString("side", LastSide(market, token));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return new RestAnswer(200, _json.End());
    }

    private RestAnswer Map(
        List<(OutcomeMarket Market, int Token, string? Side)> tokens,
        Action<Utf8JsonWriter, OutcomeMarket, int, string?> write)
    {
        var json = _json.Begin();
        json.WriteStartObject();
        foreach (var (market, token, side) in tokens)
        {
            write(json, market, token, side);
        }

        json.WriteEndObject();
        return new RestAnswer(200, _json.End());
    }
}
