using System.Text;
using System.Text.Json;

namespace Strikeline.Testnet.Polymarket;

/// <summary>Gamma's REST API: what there is to trade.</summary>
/// <remarks>docs.polymarket.com, "Gamma API"; a page of the keyset lists may be short without being the last.</remarks>
internal sealed class GammaRest(OutcomeCatalog catalog, PolymarketOptions options, PolymarketFaults faults)
{
    private const int DefaultLimit = 20;

    // Of every so many rows the keyset lists leave one to the next page, so that pages are short.
    private const int ShortBy = 1;

    private readonly JsonFrame _json = new();

    public RestAnswer Answer(ClobRequest request)
    {
        var (path, query, now) = (request.Path.TrimEnd('/'), request.Query, request.NowNanos);
        if (request.Method != "GET")
        {
            return Error(405, "method not allowed", "only GET is possible");
        }

        if (path.StartsWith("/markets/slug/", StringComparison.Ordinal))
        {
            return One(catalog.BySlug(path["/markets/slug/".Length..]), now);
        }

        if (path.StartsWith("/events/slug/", StringComparison.Ordinal))
        {
            return One(catalog.Events.FirstOrDefault(one => one.Slug == path["/events/slug/".Length..]), now);
        }

        return path switch
        {
            "/markets/keyset" => Keyset("markets", Markets(query), query, (json, one) => Write(json, one, now)),
            "/events/keyset" => Keyset("events", Events(query), query, (json, one) => Write(json, one, now)),
            "/markets" => List(Markets(query), query, (json, one) => Write(json, one, now)),
            "/events" => List(Events(query), query, (json, one) => Write(json, one, now)),
            "" or "/status" => RestAnswer.Of("\"OK\""),
            _ when path.StartsWith("/markets/", StringComparison.Ordinal) =>
                One(catalog.Markets.FirstOrDefault(one => one.Id == path["/markets/".Length..]), now),
            _ when path.StartsWith("/events/", StringComparison.Ordinal) =>
                One(catalog.Events.FirstOrDefault(one => one.Id == path["/events/".Length..]), now),
            _ => Error(404, "not found error", "not found"),
        };
    }

    private IEnumerable<OutcomeMarket> Markets(RestQuery query)
    {
        var markets = catalog.Markets;
        if (query["slug"] is { } slug)
        {
            // Several, each in a parameter of the same name, come joined by commas.
            var slugs = slug.Split(',');
            markets = markets.Where(one => slugs.Contains(one.Slug));
        }

        if (query["condition_ids"] is { } condition)
        {
            markets = markets.Where(one => condition.Contains(one.ConditionId, StringComparison.Ordinal));
        }

        if (query["clob_token_ids"] is { } tokens)
        {
            markets = markets.Where(one =>
                one.TokenTexts.Any(token => tokens.Contains(token, StringComparison.Ordinal)));
        }

        if (query["id"] is { } id)
        {
            markets = markets.Where(one => one.Id == id);
        }

        if (Flag(query, "closed") is { } closed)
        {
            markets = markets.Where(one => one.Winner is not null == closed);
        }

        if (Flag(query, "active") is { } active)
        {
            markets = markets.Where(one => !one.IsPlaceholder == active);
        }

        return markets;
    }

    private IEnumerable<OutcomeEvent> Events(RestQuery query)
    {
        IEnumerable<OutcomeEvent> events = catalog.Events;
        if (query["slug"] is { } slug)
        {
            var slugs = slug.Split(',');
            events = events.Where(one => slugs.Contains(one.Slug));
        }

        if ((query["series_slug"] ?? query["seriesSlug"]) is { } series)
        {
            events = events.Where(one => one.SeriesSlug == series);
        }

        if (query["id"] is { } id)
        {
            events = events.Where(one => one.Id == id);
        }

        if (Flag(query, "closed") is { } closed)
        {
            events = events.Where(one => one.IsClosed == closed);
        }

        return events;
    }

    // Pages of a limit of at most a hundred; one that is short is not the last while it has a cursor.
    private RestAnswer Keyset<T>(
        string name, IEnumerable<T> all, RestQuery query, Action<Utf8JsonWriter, T> write)
    {
        var limit = query.Number("limit", DefaultLimit, 1, ClobLimits.Page);
        var from = 0;
        if ((query["after_cursor"] ?? query["next_cursor"]) is { Length: > 0 } cursor && !TryRead(cursor, out from))
        {
            return Error(422, "validation error", "invalid cursor");
        }

        var rows = all.Skip(from).Take(limit + 1).ToList();
        var isLast = rows.Count <= limit;
        if (!isLast)
        {
            rows.RemoveRange(limit - (limit > 1 ? ShortBy : 0), rows.Count - limit + (limit > 1 ? ShortBy : 0));
        }

        var json = _json.Begin();
        json.WriteStartObject();
        json.WriteStartArray(name);
        rows.ForEach(row => write(json, row));
        json.WriteEndArray();
        if (!isLast)
        {
            json.WriteString("next_cursor", Cursor(from + rows.Count));
        }

        json.WriteEndObject();
        return new RestAnswer(200, _json.End());
    }

    private RestAnswer List<T>(IEnumerable<T> all, RestQuery query, Action<Utf8JsonWriter, T> write)
    {
        var limit = query.Number("limit", DefaultLimit, 1, ClobLimits.Page);
        var json = _json.Begin();
        json.WriteStartArray();
        foreach (var row in all.Skip(query.Number("offset", 0, 0, int.MaxValue)).Take(limit))
        {
            write(json, row);
        }

        json.WriteEndArray();
        return new RestAnswer(200, _json.End());
    }

    private RestAnswer One(OutcomeMarket? market, long nowNanos)
    {
        if (market is null)
        {
            return Error(404, "not found error", "id not found");
        }

        Write(_json.Begin(), market, nowNanos);
        return new RestAnswer(200, _json.End());
    }

    private RestAnswer One(OutcomeEvent? one, long nowNanos)
    {
        if (one is null)
        {
            return Error(404, "not found error", "id not found");
        }

        Write(_json.Begin(), one, nowNanos);
        return new RestAnswer(200, _json.End());
    }

    private void Write(Utf8JsonWriter json, OutcomeMarket market, long nowNanos) =>
        GammaJson.Market(json, market, options, Twist(nowNanos), nowNanos);

    private void Write(Utf8JsonWriter json, OutcomeEvent one, long nowNanos) =>
        GammaJson.Event(json, one, options, Twist(nowNanos), nowNanos);

    private GammaTwist Twist(long nowNanos) => new(
        faults.Stands(PolymarketFaultKind.UnknownVersion, null, nowNanos) ? "v9" : null,
        faults.Stands(PolymarketFaultKind.UnknownField, null, nowNanos));

    private static bool? Flag(RestQuery query, string name) => query[name] switch
    {
        "true" => true,
        "false" => false,
        _ => null,
    };

    private static RestAnswer Error(int status, string type, string error) =>
        RestAnswer.Of($"{{\"type\":\"{type}\",\"error\":\"{error}\"}}", status);

    private static string Cursor(int from) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"keyset:{from}"));

    private static bool TryRead(string cursor, out int from)
    {
        from = 0;
        var bytes = new byte[cursor.Length];
        if (!Convert.TryFromBase64String(cursor, bytes, out var length))
        {
            return false;
        }

        var text = Encoding.ASCII.GetString(bytes, 0, length);
        return text.StartsWith("keyset:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(7), out from)
            && from >= 0;
    }
}
