using System.Globalization;
using System.Text.Json;
using Strikeline.Host.Composition;
using Strikeline.Host.Logging;
using Strikeline.Host.Web.Trading;
using Strikeline.Kernel;

namespace Strikeline.Host.Web;

/// <summary>The HTTP routes.</summary>
internal static class Endpoints
{
    public static void Map(WebApplication app, Answers answers)
    {
        var routes = app.MapGroup(string.Empty).Public();
        routes.MapGet("/health", () => Results.Json(answers.Health(), HostJson.Default.HealthAnswer))
            .Produces<HealthAnswer>()
            .WithSummary("Whether the program serves, and what is wrong.");
        routes.MapGet("/api/v1/feeds", () => Results.Json(answers.Feeds(), HostJson.Default.FeedsAnswer))
            .Produces<FeedsAnswer>()
            .WithSummary("Every venue and symbol: state, reason, age, spread, counts.");
        routes.MapGet("/api/v1/prices", () => Json(answers.Prices()))
            .Produces<PricesAnswer>()
            .WithSummary("The composite prices with confidence and inputs.");
        routes.MapGet("/api/v1/prices/history", (string? symbol, string? seconds) => History(answers, symbol, seconds))
            .Produces<HistoryAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("One composite second by second, for example symbol=BTCUSDT; seconds is 1 to 3600, else 900.");
        routes.MapGet("/api/v1/keys", () => Results.Json(answers.Keys(), HostJson.Default.KeysAnswer))
            .Produces<KeysAnswer>()
            .WithSummary("The public keys that sign markets, with their validity.");
        routes.MapGet("/api/v1/markets", () => Json(AllMarkets(answers)))
            .Produces<IReadOnlyList<MarketsAnswer>>()
            .WithSummary("Every ladder of signed strike markets, with spot and the reason where there is none.");
        routes.MapGet("/api/v1/markets/{symbol}", (string symbol) => Markets(answers, symbol))
            .Produces<SignedMarketRow[]>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The signed strike markets of one symbol, for example BTCUSDT.");
        routes.MapGet(
            "/api/v1/quotes/{id}", (string id, CancellationToken cancel) => QuoteAsync(answers, id, cancel))
            .Produces<SignedMarketRow>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("One signed market by its quote_id, until its valid_until.");
        routes.MapGet("/api/v1/books/{asset}", (string asset) => Books(answers, asset))
            .Produces<BooksAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The venues' best levels and newest trades of one asset, for example BTC.");
    }

    private static IResult Json(byte[] bytes) => Results.Bytes(bytes, "application/json");

    private static IResult Books(Answers answers, string asset)
    {
        var upper = asset.ToUpperInvariant();
        return answers.KnowsAsset(upper)
            ? Results.Json(answers.Books(upper), HostJson.Default.BooksAnswer)
            : Problems.Of(
                StatusCodes.Status404NotFound, "unknown_asset", $"no feed has the asset '{asset}'",
                "GET /api/v1/feeds lists the symbols");
    }

    private static IResult History(Answers answers, string? given, string? length)
    {
        if (!int.TryParse(length ?? "900", NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds is < 1 or > PriceHistory.MaxSeconds)
        {
            return Problems.Of(
                StatusCodes.Status400BadRequest, "invalid_parameter", $"seconds is '{length}'",
                $"a whole number from 1 to {PriceHistory.MaxSeconds} is allowed");
        }

        return Symbol.TryParse(given ?? string.Empty, out var symbol)
            && answers.History(symbol, seconds) is { } history
                ? Results.Json(history, HostJson.Default.HistoryAnswer)
                : Problems.Of(
                    StatusCodes.Status404NotFound, "unknown_symbol", $"no composite is made of '{given}'",
                    "GET /api/v1/prices lists what there is; symbol=BTCUSDT names one");
    }

    private static IResult Markets(Answers answers, string given)
    {
        // The router leaves an encoded slash as it is.
        var text = given.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (Symbol.TryParse(text, out var symbol) && answers.TryQuotes(symbol, out var json))
        {
            return Json(json);
        }

        return Problems.Of(
            StatusCodes.Status404NotFound, "unknown_symbol", $"no markets are made on '{text}'",
            "GET /api/v1/markets lists what there is");
    }

    private static async Task<IResult> QuoteAsync(Answers answers, string id, CancellationToken cancel) =>
        await answers.QuoteAsync(id, cancel) is { } json
            ? Results.Bytes(json, "application/json")
            : Problems.Of(
                StatusCodes.Status404NotFound, "unknown_quote", "there is no such quote, or its time is over",
                "GET /api/v1/markets/{symbol} has the newest ones");

    private static byte[] AllMarkets(Answers answers)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            foreach (var symbol in answers.Run.Core.LadderSymbols)
            {
                if (answers.TryMarkets(symbol, out var json))
                {
                    writer.WriteRawValue(json);
                }
            }

            writer.WriteEndArray();
        }

        return stream.ToArray();
    }
}

/// <summary>Problem answers (RFC 9457) with a stable code.</summary>
internal static class Problems
{
    public static IResult Of(int status, string code, string detail, string remedy) => Results.Problem(
        // A request's own words come back in it, and a key may be among them.
        detail: Redaction.Clean($"{detail}; {remedy}"),
        statusCode: status,
        title: code.Replace('_', ' '),
        type: $"urn:strikeline:problem:{code}",
        extensions: new Dictionary<string, object?> { ["code"] = code });
}
