using System.Globalization;
using System.Text;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>The venue's REST API: who may ask, and which part of it answers.</summary>
/// <remarks>Under the floor's lock. Errors are <c>{"error":{"code":…,"message":…,"details":…,"service":…}}</c>, as on
/// the demo exchange in June 2026; the documents show them flat.</remarks>
internal sealed class KalshiRest(
    KalshiCatalog catalog, KalshiExchange exchange, KalshiKeys keys, KalshiLimits limits,
    Func<long, KalshiForm> form)
{
    public const string Root = "/trade-api/v2";

    private const int MostBooks = 100;

        private readonly KalshiPortfolio _portfolio = new(catalog, exchange, form);

    public RestAnswer Answer(KalshiRequest request, long nowNanos)
    {
        if (!request.Path.StartsWith(Root + "/", StringComparison.Ordinal))
        {
            return Refused(404, "not_found", "not found");
        }

        var parts = request.Path[(Root.Length + 1)..].Split('/');
        var isPrivate = parts[0] is "portfolio" or "account";
        KalshiMember? member = null;
        if (isPrivate || request.Header("KALSHI-ACCESS-KEY") is not null)
        {
            if (keys.Verify(request, nowNanos, out var signed) is { } refusal)
            {
                return Refused(refusal);
            }

            member = signed;
        }

        if (!limits.TryTake(member, request, nowNanos))
        {
            return Refused(429, "too_many_requests", "too many requests");
        }

        return isPrivate ? _portfolio.Answer(member!, parts, request, nowNanos)
            : request.Method == "GET" ? Public(parts, request, nowNanos)
            : Refused(405, "method_not_allowed", "method not allowed");
    }

    public static RestAnswer Refused(KalshiRefusal refusal) =>
        Refused(refusal.Status, refusal.Code, refusal.Message, refusal.Details);

    public static RestAnswer Refused(int status, string code, string message, string? details = null)
    {
        var more = details is null ? "" : $",\"details\":\"{JsonEncodedText.Encode(details)}\"";
        return RestAnswer.Of(
            $"{{\"error\":{{\"code\":\"{code}\",\"message\":\"{message}\"{more},\"service\":\"exchange\"}}}}", status);
    }

    /// <summary>Writes a whole answer.</summary>
    public static RestAnswer Written(Action<Utf8JsonWriter> write, int status = 200)
    {
        var frame = new JsonFrame();
        var json = frame.Begin();
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        return new RestAnswer(status, frame.End());
    }

    private RestAnswer Public(string[] parts, KalshiRequest request, long nowNanos)
    {
        var shape = form(nowNanos);
        return parts switch
        {
            ["exchange", "status"] => Written(json =>
            {
                json.WriteBoolean("exchange_active", value: true);
                json.WriteBoolean("trading_active", !exchange.IsPaused);
                json.WriteNull("exchange_estimated_resume_time");
            }),
            ["series"] => Written(json => KalshiPages.WriteAll(
                json, "series", catalog.Series, series => KalshiJson.Write(json, series, shape))),
            ["series", var ticker] => catalog.Series.FirstOrDefault(series => series.Ticker == ticker) is { } series
                ? Written(json =>
                {
                    json.WritePropertyName("series");
                    KalshiJson.Write(json, series, shape);
                })
                : Missing(),
            ["events"] => Events(request, shape),
            ["events", var ticker] => catalog.Event(ticker) is { } e ? Event(e, request, shape) : Missing(),
            ["events", var ticker, "metadata"] => catalog.Event(ticker) is { } e ? Metadata(e) : Missing(),
            ["markets"] => Markets(request, shape),
            ["markets", "trades"] => Trades(request),
            ["markets", "orderbooks"] => Books(request),
            ["markets", var ticker] => catalog.Find(ticker, nowNanos) is { } market
                ? Written(json =>
                {
                    json.WritePropertyName("market");
                    KalshiJson.Write(json, market, shape);
                })
                : Missing(),
            ["markets", var ticker, "orderbook"] => catalog.Market(ticker) is { } market
                ? Book(market, request, shape)
                : Missing(),
            _ => Missing(),
        };
    }

    public static RestAnswer Missing() => Refused(404, "not_found", "not found");

    /// <summary>A whole number of the query; false where it is above the most, as the venue refuses it.</summary>
    public static bool TryNumber(KalshiRequest request, string name, int fallback, int most, out int value)
    {
        value = fallback;
        return request[name] is not { } text
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= most);
    }

    private static RestAnswer Event(KalshiEvent e, KalshiRequest request, KalshiForm shape)
    {
        var nested = request["with_nested_markets"] == "true";
        return Written(json =>
        {
            json.WritePropertyName("event");
            KalshiJson.Write(json, e, shape, nested);
            if (!nested)
            {
                KalshiPages.WriteAll(json, "markets", e.Markets, market => KalshiJson.Write(json, market, shape));
            }
        });
    }

    private static RestAnswer Metadata(KalshiEvent e) => Written(json =>
    {
        json.WriteString("image_url", "");
        json.WriteString("featured_image_url", "");
        KalshiPages.WriteAll(json, "market_details", e.Markets, market =>
        {
            json.WriteStartObject();
            json.WriteString("market_ticker", market.Ticker);
            json.WriteString("image_url", "");
            json.WriteString("color_code", "#AA00FF");
            json.WriteEndObject();
        });
        KalshiJson.WriteSources(json, e.Series);
    });

    private static RestAnswer Book(KalshiMarket market, KalshiRequest request, KalshiForm shape) =>
        !TryNumber(request, "depth", 0, 100, out var depth)
            ? Refused(400, "bad_request", "bad request", "depth")
            : Written(json =>
            {
                json.WritePropertyName("orderbook_fp");
                KalshiJson.WriteBook(json, market, depth);
                if (shape.IsLegacy)
                {
                    json.WritePropertyName("orderbook");
                    KalshiJson.WriteLegacyBook(json, market, depth);
                }
            });

    // Each ticker is a value of its own; one value with commas in it is a ticker that there is not.
    private RestAnswer Books(KalshiRequest request)
    {
        var tickers = request.Values("tickers");
        if (tickers.Count is 0 or > MostBooks)
        {
            return Refused(400, "bad_request", "bad request", "tickers: 1 to 100");
        }

        return Written(json => KalshiPages.WriteAll(
            json, "orderbooks", tickers.Select(catalog.Market).OfType<KalshiMarket>(), market =>
            {
                json.WriteStartObject();
                json.WriteString("ticker", market.Ticker);
                json.WritePropertyName("orderbook_fp");
                KalshiJson.WriteBook(json, market, 0);
                json.WriteEndObject();
            }));
    }

    private RestAnswer Events(KalshiRequest request, KalshiForm shape)
    {
        if (!TryNumber(request, "limit", 200, 200, out var limit) || !TryStatus(request["status"], out var wanted))
        {
            return Refused(400, "bad_request", "bad request", "limit or status");
        }

        var series = request["series_ticker"];
        var nested = request["with_nested_markets"] == "true";
        var found = catalog.Events.Where(e => (series is null || e.Series.Ticker == series)
            && (wanted is null || e.Markets.Exists(market => wanted(market.Status))));
        return KalshiPages.Answer("events", found, e => e.Number, request["cursor"], limit, (json, e) =>
            KalshiJson.Write(json, e, shape, nested));
    }

    private RestAnswer Markets(KalshiRequest request, KalshiForm shape)
    {
        if (!TryNumber(request, "limit", 100, 1_000, out var limit) || !TryStatus(request["status"], out var wanted))
        {
            return Refused(400, "bad_request", "bad request", "limit or status");
        }

        var (series, e) = (request["series_ticker"], request["event_ticker"]);
        var tickers = request["tickers"]?.Split(',');
        var found = catalog.Markets.Where(market => (series is null || market.Series.Ticker == series)
            && (e is null || market.Event.Ticker == e)
            && (tickers is null || tickers.Contains(market.Ticker, StringComparer.Ordinal))
            && IsBetween(request, market.CloseNanos, "min_close_ts", "max_close_ts")
            && (wanted is null || wanted(market.Status)));
        return KalshiPages.Answer("markets", found, market => market.Number, request["cursor"], limit, (json, market) =>
            KalshiJson.Write(json, market, shape));
    }

    private RestAnswer Trades(KalshiRequest request)
    {
        if (!TryNumber(request, "limit", 100, 1_000, out var limit))
        {
            return Refused(400, "bad_request", "bad request", "limit");
        }

        var ticker = request["ticker"];
        var found = catalog.Markets.Where(market => ticker is null || market.Ticker == ticker)
            .SelectMany(market => market.Trades.Select(trade => (Market: market, Trade: trade)))
            .Where(one => IsBetween(request, one.Trade.AtNanos))
            .OrderByDescending(one => one.Trade.Number);
        return KalshiPages.Answer("trades", found, one => Backwards(one.Trade.Number), request["cursor"], limit,
            (json, one) => KalshiJson.Write(json, one.Market, one.Trade));
    }

    /// <summary>For lists whose newest row is the first.</summary>
    public static long Backwards(long number) => long.MaxValue - number;

    /// <summary>True where two bounds of the query, in seconds, let a time through.</summary>
    public static bool IsBetween(
        KalshiRequest request, long atNanos, string least = "min_ts", string most = "max_ts")
    {
        var at = atNanos / Stamps.NanosPerSecond;
        return at >= Bound(least, 0) && at <= Bound(most, long.MaxValue);

        long Bound(string name, long fallback) => long.TryParse(
            request[name], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : fallback;
    }

    // What one asks for has other names than what markets say of themselves.
    private static bool TryStatus(string? text, out Predicate<KalshiStatus>? wanted)
    {
        wanted = text switch
        {
            "unopened" => status => status == KalshiStatus.Initialized,
            "open" => status => status == KalshiStatus.Active,
            "paused" => status => status == KalshiStatus.Inactive,
            "closed" => status => status is >= KalshiStatus.Closed and < KalshiStatus.Finalized,
            "settled" => status => status == KalshiStatus.Finalized,
            _ => null,
        };
        return text is null || wanted is not null;
    }
}

/// <summary>Lists in pages. The cursor is the number of the last row; one that cannot be read begins again, as on the
/// venue, and the last page has an empty one.</summary>
internal static class KalshiPages
{
    public static RestAnswer Answer<T>(
        string name, IEnumerable<T> rows, Func<T, long> number, string? cursor, int limit,
        Action<Utf8JsonWriter, T> write)
    {
        var after = Read(cursor);
        var page = rows.Where(row => number(row) > after).Take(limit + 1).ToArray();
        return KalshiRest.Written(json =>
        {
            WriteAll(json, name, page.Take(limit), row => write(json, row));
            json.WriteString("cursor", page.Length > limit && limit > 0 ? CursorOf(number(page[limit - 1])) : "");
        });
    }

    public static void WriteAll<T>(Utf8JsonWriter json, string name, IEnumerable<T> rows, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            write(row);
        }

        json.WriteEndArray();
    }

    private static string CursorOf(long number) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"after:{number}"));

    private static long Read(string? cursor)
    {
        Span<byte> bytes = stackalloc byte[64];
        return cursor is { Length: <= 80 } && Convert.TryFromBase64String(cursor, bytes, out var length)
            && Encoding.UTF8.GetString(bytes[..length]) is var text
            && text.StartsWith("after:", StringComparison.Ordinal)
            && long.TryParse(text[6..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : 0;
    }
}
