using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Binance;

/// <summary>The market part of Binance's REST API.</summary>
/// <remarks>rest-api.md, "General endpoints" and "Market Data endpoints"; errors.md for the codes.</remarks>
internal sealed class BinanceRest(IReadOnlyList<PairState> pairs)
{
    private readonly JsonFrame _json = new();

    public RestAnswer Answer(string path, RestQuery query, long nowNanos)
    {
        const string root = "/api/v3/";
        if (!path.StartsWith(root, StringComparison.Ordinal))
        {
            return NotFound;
        }

        return path[root.Length..] switch
        {
            "ping" => RestAnswer.Of("{}"),
            "time" => RestAnswer.Of($"{{\"serverTime\":{Stamps.ToMillis(nowNanos)}}}"),
            "exchangeInfo" => ExchangeInfo(query, nowNanos),
            "depth" => OnPair(query, pair =>
                Written(json => BinanceJson.Snapshot(json, pair, query.Number("limit", 100, 1, 5000)))),
            "trades" => OnPair(query, pair => Trades(pair, query, aggregate: false)),
            "aggTrades" => OnPair(query, pair => Trades(pair, query, aggregate: true)),
            "ticker/24hr" => Tickers(query, (json, pair) => DayTicker(json, pair, nowNanos)),
            "ticker/bookTicker" => Tickers(query, BookTicker),
            "ticker/price" => Tickers(query, PriceTicker),
            "klines" => OnPair(query, pair => Klines(pair, query)),
            _ => NotFound,
        };
    }

    private static RestAnswer NotFound => RestAnswer.Of("{\"code\":-1000,\"msg\":\"Path not found.\"}", 404);

    private static RestAnswer Refused(int code, string message) =>
        RestAnswer.Of($"{{\"code\":{code},\"msg\":\"{message}\"}}", 400);

    private PairState? Find(string? name) =>
        pairs.FirstOrDefault(pair => pair.Pair.Symbol.Compact.Equals(name, StringComparison.Ordinal));

    private RestAnswer OnPair(RestQuery query, Func<PairState, RestAnswer> answer)
    {
        if (query["symbol"] is not { Length: > 0 } name)
        {
            return Refused(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
        }

        return Find(name) is { } pair ? answer(pair) : Refused(-1121, "Invalid symbol.");
    }

    private RestAnswer Written(Action<Utf8JsonWriter> write)
    {
        write(_json.Begin());
        return new RestAnswer(200, _json.End());
    }

    /// <summary>One object for <c>symbol</c>, a list for <c>symbols</c> or for none.</summary>
    private RestAnswer Tickers(RestQuery query, Action<Utf8JsonWriter, PairState> write)
    {
        if (query["symbol"] is not null)
        {
            return OnPair(query, pair => Written(json => write(json, pair)));
        }

        if (!TrySymbols(query, out var chosen))
        {
            return Refused(-1121, "Invalid symbol.");
        }

        return Written(json =>
        {
            json.WriteStartArray();
            foreach (var pair in chosen)
            {
                write(json, pair);
            }

            json.WriteEndArray();
        });
    }

    private bool TrySymbols(RestQuery query, out IReadOnlyList<PairState> chosen)
    {
        chosen = pairs;
        if (query["symbols"] is not { } list)
        {
            return true;
        }

        var found = list.Trim('[', ']').Split(',').Select(name => Find(name.Trim(' ', '"'))).ToArray();
        chosen = [.. found.OfType<PairState>()];
        return chosen.Count == found.Length;
    }

    private RestAnswer ExchangeInfo(RestQuery query, long nowNanos)
    {
        IReadOnlyList<PairState> chosen;
        if (query["symbol"] is { } name)
        {
            chosen = Find(name) is { } pair ? [pair] : [];
        }
        else if (!TrySymbols(query, out chosen))
        {
            chosen = [];
        }

        var isAsked = query["symbol"] is not null || query["symbols"] is not null;
        return chosen.Count == 0 && isAsked
            ? Refused(-1121, "Invalid symbol.")
            : Written(json => BinanceListing.Write(json, chosen, nowNanos));
    }

    private RestAnswer Trades(PairState pair, RestQuery query, bool aggregate)
    {
        var limit = query.Number("limit", 500, 1, 1000);
        return Written(json =>
        {
            json.WriteStartArray();
            foreach (var trade in pair.Trades.Skip(Math.Max(0, pair.Trades.Count - limit)))
            {
                json.WriteStartObject();
                json.WriteNumber(aggregate ? "a" : "id", trade.Id);
                json.Price(aggregate ? "p" : "price", pair, trade.Price);
                json.Quantity(aggregate ? "q" : "qty", pair, trade.Quantity);
                if (aggregate)
                {
                    json.WriteNumber("f", trade.Id);
                    json.WriteNumber("l", trade.Id);
                }
                else
                {
                    json.WriteString("quoteQty", JsonForms.Statistic(pair.QuoteValue(trade), BinanceJson.Shown));
                }

                json.WriteNumber(aggregate ? "T" : "time", Stamps.ToMillis(trade.AtNanos));
                json.WriteBoolean(aggregate ? "m" : "isBuyerMaker", trade.Taker == Side.Sell);
                json.WriteBoolean(aggregate ? "M" : "isBestMatch", true);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static void DayTicker(Utf8JsonWriter json, PairState pair, long nowNanos)
    {
        var day = pair.Bars.Day();
        var bid = pair.Book.Best(Side.Buy);
        var ask = pair.Book.Best(Side.Sell);
        var millis = Stamps.ToMillis(nowNanos);
        json.WriteStartObject();
        json.WriteString("symbol", pair.Pair.Symbol.Compact);
        json.WriteString("priceChange", BinanceJson.Change(pair, day));
        json.WriteString("priceChangePercent", BinanceJson.ChangePercent(day));
        json.WriteString("weightedAvgPrice", JsonForms.Statistic(pair.AveragePrice(day), BinanceJson.Shown));
        json.Price("prevClosePrice", pair, day.Open);
        json.Price("lastPrice", pair, day.Close);
        json.Quantity("lastQty", pair, pair.LastTrade.Quantity);
        json.Price("bidPrice", pair, bid.Price);
        json.Quantity("bidQty", pair, bid.Quantity);
        json.Price("askPrice", pair, ask.Price);
        json.Quantity("askQty", pair, ask.Quantity);
        json.Price("openPrice", pair, day.Open);
        json.Price("highPrice", pair, day.High);
        json.Price("lowPrice", pair, day.Low);
        json.Quantity("volume", pair, day.Volume);
        json.WriteString("quoteVolume", JsonForms.Statistic(day.QuoteVolume, BinanceJson.Shown));
        json.WriteNumber("openTime", millis - (24 * 3600 * 1000L));
        json.WriteNumber("closeTime", millis);
        json.WriteNumber("firstId", pair.LastTradeId - day.Count + 1);
        json.WriteNumber("lastId", pair.LastTradeId);
        json.WriteNumber("count", day.Count);
        json.WriteEndObject();
    }

    private static void BookTicker(Utf8JsonWriter json, PairState pair)
    {
        var bid = pair.Book.Best(Side.Buy);
        var ask = pair.Book.Best(Side.Sell);
        json.WriteStartObject();
        json.WriteString("symbol", pair.Pair.Symbol.Compact);
        json.Price("bidPrice", pair, bid.Price);
        json.Quantity("bidQty", pair, bid.Quantity);
        json.Price("askPrice", pair, ask.Price);
        json.Quantity("askQty", pair, ask.Quantity);
        json.WriteEndObject();
    }

    private static void PriceTicker(Utf8JsonWriter json, PairState pair)
    {
        json.WriteStartObject();
        json.WriteString("symbol", pair.Pair.Symbol.Compact);
        json.Price("price", pair, pair.LastPrice);
        json.WriteEndObject();
    }

    private RestAnswer Klines(PairState pair, RestQuery query)
    {
        if (!BinanceStream.TryInterval(query["interval"], out var minutes))
        {
            return Refused(-1120, "Invalid interval.");
        }

        var bars = pair.Bars.Bars(minutes, query.Number("limit", 500, 1, 1000));
        return Written(json =>
        {
            json.WriteStartArray();
            foreach (var bar in bars)
            {
                var start = Stamps.ToMillis(bar.StartNanos);
                json.WriteStartArray();
                json.WriteNumberValue(start);
                json.Decimal(bar.Open, pair.PriceDecimals, BinanceJson.Shown);
                json.Decimal(bar.High, pair.PriceDecimals, BinanceJson.Shown);
                json.Decimal(bar.Low, pair.PriceDecimals, BinanceJson.Shown);
                json.Decimal(bar.Close, pair.PriceDecimals, BinanceJson.Shown);
                json.Decimal(bar.Volume, pair.QuantityDecimals, BinanceJson.Shown);
                json.WriteNumberValue(start + (minutes * 60_000L) - 1);
                json.WriteStringValue(JsonForms.Statistic(bar.QuoteVolume, BinanceJson.Shown));
                json.WriteNumberValue(bar.Count);
                json.Decimal(bar.Volume / 2, pair.QuantityDecimals, BinanceJson.Shown);
                json.WriteStringValue(JsonForms.Statistic(bar.QuoteVolume / 2, BinanceJson.Shown));
                json.WriteStringValue("0");
                json.WriteEndArray();
            }

            json.WriteEndArray();
        });
    }
}
