using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Bybit;

/// <summary>The spot market part of Bybit's v5 REST API.</summary>
/// <remarks>Bybit v5 documents, "Market"; every answer has retCode, retMsg, result, retExtInfo and time.</remarks>
internal sealed class BybitRest(IReadOnlyList<PairState> pairs)
{
    private const string Root = "/v5/market/";

    private readonly JsonFrame _json = new();

    public RestAnswer Answer(string path, RestQuery query, long nowNanos)
    {
        if (!path.StartsWith(Root, StringComparison.Ordinal))
        {
            return Refused(10404, "route not found", nowNanos, 404);
        }

        var method = path[Root.Length..];
        if (method == "time")
        {
            return Result(nowNanos, json =>
            {
                json.WriteString("timeSecond", (nowNanos / Stamps.NanosPerSecond).ToString());
                json.WriteString("timeNano", nowNanos.ToString());
            });
        }

        if (query["category"] is not "spot" && !(method == "kline" && query["category"] is null))
        {
            return Refused(10001, "params error: Category is invalid", nowNanos);
        }

        return method switch
        {
            "instruments-info" => OnPairs(query, nowNanos, Instrument),
            "tickers" => OnPairs(query, nowNanos, Ticker),
            "orderbook" => OnPair(query, nowNanos, (json, pair) => Book(json, pair, query, nowNanos)),
            "recent-trade" => OnPair(query, nowNanos, (json, pair) => Trades(json, pair, query)),
            "kline" => OnPair(query, nowNanos, (json, pair) => Candles(json, pair, query)),
            _ => Refused(10404, "route not found", nowNanos, 404),
        };
    }

    private static RestAnswer Refused(int code, string message, long nowNanos, int status = 200) => RestAnswer.Of(
        $"{{\"retCode\":{code},\"retMsg\":\"{message}\",\"result\":{{}},\"retExtInfo\":{{}},"
        + $"\"time\":{Stamps.ToMillis(nowNanos)}}}", status);

    private RestAnswer Result(long nowNanos, Action<Utf8JsonWriter> write)
    {
        var json = _json.Begin();
        json.WriteStartObject();
        json.WriteNumber("retCode", 0);
        json.WriteString("retMsg", "OK");
        json.WriteStartObject("result");
        write(json);
        json.WriteEndObject();
        json.WriteStartObject("retExtInfo");
        json.WriteEndObject();
        json.WriteNumber("time", Stamps.ToMillis(nowNanos));
        json.WriteEndObject();
        return new RestAnswer(200, _json.End());
    }

    private PairState? Find(string? name) => pairs.FirstOrDefault(pair => pair.Pair.Symbol.Compact == name);

    private RestAnswer OnPair(RestQuery query, long nowNanos, Action<Utf8JsonWriter, PairState> write) =>
        Find(query["symbol"]) is { } pair
            ? Result(nowNanos, json => write(json, pair))
            : Refused(10001, "Not supported symbols", nowNanos);

    private RestAnswer OnPairs(RestQuery query, long nowNanos, Action<Utf8JsonWriter, PairState> write)
    {
        var only = query["symbol"] is { Length: > 0 } name ? Find(name) : null;
        if (only is null && query["symbol"] is { Length: > 0 })
        {
            return Refused(10001, "Not supported symbols", nowNanos);
        }

        return Result(nowNanos, json =>
        {
            json.WriteString("category", "spot");
            json.WriteStartArray("list");
            foreach (var pair in only is null ? pairs : [only])
            {
                write(json, pair);
            }

            json.WriteEndArray();
        });
    }

    private static void Instrument(Utf8JsonWriter json, PairState pair)
    {
        json.WriteStartObject();
        json.WriteString("symbol", pair.Pair.Symbol.Compact);
        json.WriteString("baseCoin", pair.Pair.Symbol.Base);
        json.WriteString("quoteCoin", pair.Pair.Symbol.Quote);
        json.WriteString("innovation", "0");
        json.WriteString("status", "Trading");
        json.WriteString("marginTrading", "utaOnly");
        json.WriteString("stTag", "0");
        json.WriteStartObject("lotSizeFilter");
        json.WriteString("basePrecision", DecimalText.ToText(1, pair.QuantityDecimals));
        json.WriteString("quotePrecision", DecimalText.ToText(1, pair.PriceDecimals + pair.QuantityDecimals));
        json.WriteString("minOrderQty", DecimalText.ToText(1, pair.QuantityDecimals));
        json.WriteString("maxOrderQty", "71000");
        json.WriteString("minOrderAmt", "5");
        json.WriteString("maxOrderAmt", "4000000");
        json.WriteEndObject();
        json.WriteStartObject("priceFilter");
        json.WriteString("tickSize", DecimalText.ToText(1, pair.PriceDecimals));
        json.WriteEndObject();
        json.WriteStartObject("riskParameters");
        json.WriteString("priceLimitRatioX", "0.01");
        json.WriteString("priceLimitRatioY", "0.02");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Ticker(Utf8JsonWriter json, PairState pair)
    {
        var bid = pair.Book.Best(Side.Buy);
        var ask = pair.Book.Best(Side.Sell);
        json.WriteStartObject();
        json.WriteString("symbol", pair.Pair.Symbol.Compact);
        json.Short("bid1Price", bid.Price, pair.PriceDecimals);
        json.Short("bid1Size", bid.Quantity, pair.QuantityDecimals);
        json.Short("ask1Price", ask.Price, pair.PriceDecimals);
        json.Short("ask1Size", ask.Quantity, pair.QuantityDecimals);
        BybitJson.DayFigures(json, pair);
        json.WriteEndObject();
    }

    private static void Book(Utf8JsonWriter json, PairState pair, RestQuery query, long nowNanos)
    {
        // The REST default for spot is one level ("Get Orderbook").
        var depth = query.Number("limit", 1, 1, 200);
        var levels = new List<Level>();
        json.WriteString("s", pair.Pair.Symbol.Compact);
        pair.Book.CopyTop(Side.Sell, depth, levels);
        BybitJson.Levels(json, "a", pair, levels);
        pair.Book.CopyTop(Side.Buy, depth, levels);
        BybitJson.Levels(json, "b", pair, levels);
        json.WriteNumber("ts", Stamps.ToMillis(nowNanos));
        json.WriteNumber("u", pair.UpdateId);
        json.WriteNumber("seq", BybitJson.CrossSequence(pair));
        json.WriteNumber("cts", Stamps.ToMillis(nowNanos));
    }

    private static void Trades(Utf8JsonWriter json, PairState pair, RestQuery query)
    {
        json.WriteString("category", "spot");
        json.WriteStartArray("list");
        foreach (var trade in pair.Trades.Reverse().Take(query.Number("limit", 60, 1, 60)))
        {
            json.WriteStartObject();
            json.WriteString("execId", BybitJson.TradeId(trade));
            json.WriteString("symbol", pair.Pair.Symbol.Compact);
            json.Decimal("price", trade.Price, pair.PriceDecimals, pair.PriceDecimals);
            json.Short("size", trade.Quantity, pair.QuantityDecimals);
            json.WriteString("side", trade.Taker == Side.Buy ? "Buy" : "Sell");
            json.WriteString("time", Stamps.ToMillis(trade.AtNanos).ToString());
            json.WriteBoolean("isBlockTrade", false);
            json.WriteBoolean("isRPITrade", false);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Candles(Utf8JsonWriter json, PairState pair, RestQuery query)
    {
        var minutes = query["interval"] == "D" ? 1440 : query.Number("interval", 1, 1, 1440);
        var bars = pair.Bars.Bars(minutes, query.Number("limit", 200, 1, 1000));
        json.WriteString("symbol", pair.Pair.Symbol.Compact);
        json.WriteString("category", "spot");
        json.WriteStartArray("list");
        foreach (var bar in Enumerable.Reverse(bars))
        {
            json.WriteStartArray();
            json.WriteStringValue(Stamps.ToMillis(bar.StartNanos).ToString());
            json.Short(bar.Open, pair.PriceDecimals);
            json.Short(bar.High, pair.PriceDecimals);
            json.Short(bar.Low, pair.PriceDecimals);
            json.Short(bar.Close, pair.PriceDecimals);
            json.Short(bar.Volume, pair.QuantityDecimals);
            json.WriteStringValue(JsonForms.Statistic(bar.QuoteVolume, 8));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
