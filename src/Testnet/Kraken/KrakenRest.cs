using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kraken;

/// <summary>
/// The public part of Kraken's REST API. Every answer is <c>{"error":[…],"result":…}</c> with status 200.
/// </summary>
/// <remarks>docs.kraken.com, Spot REST API, "Market Data"; read in 2026.</remarks>
internal sealed class KrakenRest(IReadOnlyList<PairState> pairs)
{
    private const string Root = "/0/public/";

    private readonly JsonFrame _json = new();

    public RestAnswer Answer(string path, RestQuery query, long nowNanos)
    {
        if (!path.StartsWith(Root, StringComparison.Ordinal))
        {
            return Refused("EGeneral:Unknown method");
        }

        return path[Root.Length..] switch
        {
            "Time" => RestAnswer.Of(
                $"{{\"error\":[],\"result\":{{\"unixtime\":{nowNanos / Stamps.NanosPerSecond},"
                + $"\"rfc1123\":\"{JsonForms.At(nowNanos):ddd, dd MMM yy HH:mm:ss} +0000\"}}}}"),
            "SystemStatus" => RestAnswer.Of(
                "{\"error\":[],\"result\":{\"status\":\"online\","
                + $"\"timestamp\":\"{JsonForms.At(nowNanos):yyyy-MM-dd'T'HH:mm:ss'Z'}\"}}}}"),
            "Assets" => Result(json => Assets(json)),
            "AssetPairs" => OnPairs(query, KrakenListing.Write),
            "Ticker" => OnPairs(query, Ticker),
            "Trades" => OnPair(query, (json, pair) => Trades(json, pair, query)),
            "Depth" => OnPair(query, (json, pair) => Depth(json, pair, query, nowNanos)),
            "OHLC" => OnPair(query, (json, pair) => Candles(json, pair, query)),
            _ => Refused("EGeneral:Unknown method"),
        };
    }

    private static RestAnswer Refused(string error) => RestAnswer.Of($"{{\"error\":[\"{error}\"]}}");

    private RestAnswer Result(Action<Utf8JsonWriter> write)
    {
        var json = _json.Begin();
        json.WriteStartObject();
        json.WriteStartArray("error");
        json.WriteEndArray();
        json.WriteStartObject("result");
        write(json);
        json.WriteEndObject();
        json.WriteEndObject();
        return new RestAnswer(200, _json.End());
    }

    private RestAnswer OnPair(RestQuery query, Action<Utf8JsonWriter, PairState> write)
    {
        if (query["pair"] is not { Length: > 0 } name)
        {
            return Refused("EGeneral:Invalid arguments");
        }

        return KrakenNames.Find(pairs, name) is { } pair
            ? Result(json => write(json, pair))
            : Refused("EQuery:Unknown asset pair");
    }

    private RestAnswer OnPairs(RestQuery query, Action<Utf8JsonWriter, PairState> write)
    {
        var names = (query["pair"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        var found = names.Select(name => KrakenNames.Find(pairs, name)).ToArray();
        if (Array.Exists(found, pair => pair is null))
        {
            return Refused("EQuery:Unknown asset pair");
        }

        var chosen = found.Length == 0 ? pairs : [.. found.OfType<PairState>()];
        return Result(json =>
        {
            foreach (var pair in chosen)
            {
                write(json, pair);
            }
        });
    }

    private void Assets(Utf8JsonWriter json)
    {
        foreach (var asset in KrakenNames.Assets(pairs))
        {
            json.WriteStartObject(KrakenNames.Long(asset));
            json.WriteString("aclass", "currency");
            json.WriteString("altname", KrakenNames.Short(asset));
            json.WriteNumber("decimals", asset == "USD" ? 4 : 10);
            json.WriteNumber("display_decimals", asset == "USD" ? 2 : 5);
            json.WriteString("status", "enabled");
            json.WriteEndObject();
        }
    }

    private static void Ticker(Utf8JsonWriter json, PairState pair)
    {
        var day = pair.Bars.Day();
        var vwap = pair.AveragePrice(day);
        json.WriteStartObject(KrakenNames.Key(pair));
        foreach (var side in (ReadOnlySpan<Side>)[Side.Sell, Side.Buy])
        {
            var best = pair.Book.Best(side);
            json.WriteStartArray(side == Side.Sell ? "a" : "b");
            json.Decimal(best.Price, pair.PriceDecimals, pair.PriceDecimals);
            json.WriteStringValue((best.Quantity / DecimalText.Scale(pair.QuantityDecimals)).ToString());
            json.Decimal(best.Quantity, pair.QuantityDecimals, pair.QuantityDecimals);
            json.WriteEndArray();
        }

        json.WriteStartArray("c");
        json.Decimal(day.Close, pair.PriceDecimals, pair.PriceDecimals);
        json.Decimal(pair.LastTrade.Quantity, pair.QuantityDecimals, pair.QuantityDecimals);
        json.WriteEndArray();
        Twice("v", () => json.Decimal(day.Volume, pair.QuantityDecimals, pair.QuantityDecimals));
        Twice("p", () => json.WriteStringValue(JsonForms.Statistic(vwap, pair.PriceDecimals)));
        Twice("t", () => json.WriteNumberValue(day.Count));
        Twice("l", () => json.Decimal(day.Low, pair.PriceDecimals, pair.PriceDecimals));
        Twice("h", () => json.Decimal(day.High, pair.PriceDecimals, pair.PriceDecimals));
        json.Decimal("o", day.Open, pair.PriceDecimals, pair.PriceDecimals);
        json.WriteEndObject();

        // Today and the last 24 hours; the testnet's day is the last 24 hours.
        void Twice(string name, Action write)
        {
            json.WriteStartArray(name);
            write();
            write();
            json.WriteEndArray();
        }
    }

    private static void Trades(Utf8JsonWriter json, PairState pair, RestQuery query)
    {
        var since = long.TryParse(query["since"], out var given) ? given : 0;
        var count = query.Number("count", 1000, 1, 1000);
        var chosen = pair.Trades.Where(trade => trade.AtNanos > since).TakeLast(count).ToArray();
        json.WriteStartArray(KrakenNames.Key(pair));
        foreach (var trade in chosen)
        {
            json.WriteStartArray();
            json.Decimal(trade.Price, pair.PriceDecimals, pair.PriceDecimals);
            json.Decimal(trade.Quantity, pair.QuantityDecimals, pair.QuantityDecimals);
            json.WriteRawValue(DecimalText.ToText(trade.AtNanos / 100, 7));
            json.WriteStringValue(trade.Taker == Side.Buy ? "b" : "s");
            json.WriteStringValue(trade.Id % 4 == 0 ? "l" : "m");
            json.WriteStringValue("");
            json.WriteNumberValue(trade.Id);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteString("last", (chosen.Length == 0 ? since : chosen[^1].AtNanos).ToString());
    }

    private static void Depth(Utf8JsonWriter json, PairState pair, RestQuery query, long nowNanos)
    {
        var count = query.Number("count", 100, 1, 500);
        json.WriteStartObject(KrakenNames.Key(pair));
        foreach (var side in (ReadOnlySpan<Side>)[Side.Sell, Side.Buy])
        {
            json.WriteStartArray(side == Side.Sell ? "asks" : "bids");
            for (var rank = 0; rank < Math.Min(count, pair.Book.Count(side)); rank++)
            {
                var level = pair.Book.At(side, rank);
                json.WriteStartArray();
                json.Decimal(level.Price, pair.PriceDecimals, pair.PriceDecimals);
                json.Decimal(level.Quantity, pair.QuantityDecimals, 3);
                json.WriteNumberValue(nowNanos / Stamps.NanosPerSecond);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Candles(Utf8JsonWriter json, PairState pair, RestQuery query)
    {
        var bars = pair.Bars.Bars(query.Number("interval", 1, 1, 1440), 720);
        json.WriteStartArray(KrakenNames.Key(pair));
        foreach (var bar in bars)
        {
            var vwap = pair.AveragePrice(bar);
            json.WriteStartArray();
            json.WriteNumberValue(bar.StartNanos / Stamps.NanosPerSecond);
            json.Decimal(bar.Open, pair.PriceDecimals, pair.PriceDecimals);
            json.Decimal(bar.High, pair.PriceDecimals, pair.PriceDecimals);
            json.Decimal(bar.Low, pair.PriceDecimals, pair.PriceDecimals);
            json.Decimal(bar.Close, pair.PriceDecimals, pair.PriceDecimals);
            json.WriteStringValue(JsonForms.Statistic(vwap, pair.PriceDecimals));
            json.Decimal(bar.Volume, pair.QuantityDecimals, pair.QuantityDecimals);
            json.WriteNumberValue(bar.Count);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteNumber("last", bars.Count < 2 ? 0 : bars[^2].StartNanos / Stamps.NanosPerSecond);
    }
}
