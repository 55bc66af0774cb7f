using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Coinbase;

/// <summary>
/// The public market part of Coinbase Advanced Trade's REST API, and the v2 lists that clients load first.
/// </summary>
/// <remarks>
/// docs.cdp.coinbase.com, Advanced Trade API reference "Public", and Coinbase App "Currencies", "Exchange rates".
/// </remarks>
internal sealed class CoinbaseRest(IReadOnlyList<PairState> pairs)
{
    private const string Root = "/api/v3/brokerage/";

    private readonly JsonFrame _json = new();

    public RestAnswer Answer(string path, RestQuery query, long nowNanos)
    {
        if (path.StartsWith("/v2/", StringComparison.Ordinal))
        {
            return Lists(path, query, nowNanos);
        }

        if (path == Root + "time")
        {
            var iso = JsonForms.At(nowNanos).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
            var millis = Stamps.ToMillis(nowNanos);
            return RestAnswer.Of(
                $"{{\"iso\":\"{iso}\",\"epochSeconds\":\"{millis / 1000}\",\"epochMillis\":\"{millis}\"}}");
        }

        if (path == Root + "market/product_book")
        {
            return OnProduct(query["product_id"], pair => Book(pair, query, nowNanos));
        }

        if (path == Root + "market/products")
        {
            return Products(query);
        }

        const string one = Root + "market/products/";
        if (!path.StartsWith(one, StringComparison.Ordinal))
        {
            return Missing("route not found");
        }

        var rest = path[one.Length..].Split('/');
        return rest switch
        {
            [var product] => OnProduct(product, pair => Written(json => Product(json, pair))),
            [var product, "ticker"] => OnProduct(product, pair => Ticker(pair, query)),
            [var product, "candles"] => OnProduct(product, pair => Candles(pair, query)),
            _ => Missing("route not found"),
        };
    }

    private static RestAnswer Missing(string message) => RestAnswer.Of(
        $"{{\"error\":\"NOT_FOUND\",\"error_details\":\"{message}\",\"message\":\"{message}\"}}", 404);

    private RestAnswer OnProduct(string? product, Func<PairState, RestAnswer> answer)
    {
        var pair = pairs.FirstOrDefault(p => CoinbaseJson.Product(p) == product)
            ?? pairs.FirstOrDefault(p => CoinbaseJson.Product(p) + "C" == product);
        return pair is null ? Missing("valid product_id is required") : answer(pair);
    }

    private RestAnswer Written(Action<Utf8JsonWriter> write)
    {
        write(_json.Begin());
        return new RestAnswer(200, _json.End());
    }

    private RestAnswer Products(RestQuery query) => Written(json =>
    {
        // Futures and perpetuals are not listed here; the venue's answer has the same shape with an empty list.
        var listed = query["product_type"] is null or "SPOT" ? pairs : [];
        json.WriteStartObject();
        json.WriteStartArray("products");
        foreach (var pair in listed)
        {
            Product(json, pair);
        }

        json.WriteEndArray();
        json.WriteNumber("num_products", listed.Count);
        json.WriteEndObject();
    });

    private static void Product(Utf8JsonWriter json, PairState pair)
    {
        var day = pair.Bars.Day();
        var symbol = pair.Pair.Symbol;
        json.WriteStartObject();
        json.WriteString("product_id", CoinbaseJson.Product(pair));
        json.Short("price", day.Close, pair.PriceDecimals);
        json.WriteString("price_percentage_change_24h", CoinbaseJson.ChangePercent(day));
        json.Short("volume_24h", day.Volume, pair.QuantityDecimals);
        json.WriteString("volume_percentage_change_24h", "0");
        json.WriteString("base_increment", DecimalText.ToText(1, pair.QuantityDecimals));
        json.WriteString("quote_increment", DecimalText.ToText(1, pair.PriceDecimals));
        json.WriteString("quote_min_size", "1");
        json.WriteString("quote_max_size", "150000000");
        json.WriteString("base_min_size", DecimalText.ToText(1, pair.QuantityDecimals));
        json.WriteString("base_max_size", "3400");
        json.WriteString("base_name", symbol.Base);
        json.WriteString("quote_name", symbol.Quote);
        foreach (var flag in (ReadOnlySpan<string>)["watched", "is_disabled", "new", "cancel_only", "limit_only",
            "post_only", "trading_disabled", "auction_mode", "view_only"])
        {
            json.WriteBoolean(flag, false);
        }

        json.WriteString("status", "online");
        json.WriteString("product_type", "SPOT");
        json.WriteString("quote_currency_id", symbol.Quote);
        json.WriteString("base_currency_id", symbol.Base);
        json.WriteNull("fcm_trading_session_details");
        json.WriteString("mid_market_price", "");
        json.WriteString("alias", "");
        json.WriteStartArray("alias_to");
        json.WriteEndArray();
        json.WriteString("base_display_symbol", symbol.Base);
        json.WriteString("quote_display_symbol", symbol.Quote);
        json.WriteString("price_increment", DecimalText.ToText(1, pair.PriceDecimals));
        json.WriteString("display_name", CoinbaseJson.Product(pair));
        json.WriteString("product_venue", "CBE");
        json.WriteString("approximate_quote_24h_volume", JsonForms.Statistic(day.QuoteVolume, 2));
        json.WriteEndObject();
    }

    private RestAnswer Ticker(PairState pair, RestQuery query) => Written(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("trades");
        foreach (var trade in pair.Trades.Reverse().Take(query.Number("limit", 100, 1, 1000)))
        {
            CoinbaseJson.Trade(json, pair, trade);
        }

        json.WriteEndArray();
        json.Short("best_bid", pair.Book.Best(Side.Buy).Price, pair.PriceDecimals);
        json.Short("best_ask", pair.Book.Best(Side.Sell).Price, pair.PriceDecimals);
        json.WriteEndObject();
    });

    private RestAnswer Book(PairState pair, RestQuery query, long nowNanos) => Written(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("pricebook");
        json.WriteString("product_id", CoinbaseJson.Product(pair));
        foreach (var side in (ReadOnlySpan<Side>)[Side.Buy, Side.Sell])
        {
            json.WriteStartArray(side == Side.Buy ? "bids" : "asks");
            var count = query.Number("limit", int.MaxValue, 1, pair.Book.Count(side));
            for (var rank = 0; rank < Math.Min(count, pair.Book.Count(side)); rank++)
            {
                var level = pair.Book.At(side, rank);
                json.WriteStartObject();
                json.Short("price", level.Price, pair.PriceDecimals);
                json.Short("size", level.Quantity, pair.QuantityDecimals);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteString("time", JsonForms.Micros(nowNanos));
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private RestAnswer Candles(PairState pair, RestQuery query)
    {
        var minutes = query["granularity"] switch
        {
            "ONE_MINUTE" => 1,
            "FIVE_MINUTE" => 5,
            "FIFTEEN_MINUTE" => 15,
            "THIRTY_MINUTE" => 30,
            "ONE_HOUR" => 60,
            "TWO_HOUR" => 120,
            "SIX_HOUR" => 360,
            "ONE_DAY" => 1440,
            _ => 0,
        };
        if (minutes == 0)
        {
            return RestAnswer.Of(
                "{\"error\":\"INVALID_ARGUMENT\",\"error_details\":\"granularity\",\"message\":\"granularity\"}", 400);
        }

        return Written(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("candles");
            foreach (var bar in Enumerable.Reverse(pair.Bars.Bars(minutes, query.Number("limit", 350, 1, 350))))
            {
                json.WriteStartObject();
                json.WriteString("start", (bar.StartNanos / Stamps.NanosPerSecond).ToString());
                json.Short("low", bar.Low, pair.PriceDecimals);
                json.Short("high", bar.High, pair.PriceDecimals);
                json.Short("open", bar.Open, pair.PriceDecimals);
                json.Short("close", bar.Close, pair.PriceDecimals);
                json.Short("volume", bar.Volume, pair.QuantityDecimals);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private RestAnswer Lists(string path, RestQuery query, long nowNanos) => path switch
    {
        "/v2/time" => RestAnswer.Of(
            $"{{\"data\":{{\"iso\":\"{JsonForms.At(nowNanos):yyyy-MM-dd'T'HH:mm:ss'Z'}\","
            + $"\"epoch\":{nowNanos / Stamps.NanosPerSecond}}}}}"),
        "/v2/currencies" => RestAnswer.Of(
            "{\"data\":[{\"id\":\"USD\",\"name\":\"United States Dollar\",\"min_size\":\"0.01\"}]}"),
        "/v2/currencies/crypto" => Written(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            var index = 100;
            foreach (var asset in Coins)
            {
                json.WriteStartObject();
                json.WriteString("asset_id", $"00000000-0000-4000-8000-{index:D12}");
                json.WriteString("code", asset);
                json.WriteString("name", asset);
                json.WriteString("color", "#0052FF");
                json.WriteNumber("sort_index", index++);
                json.WriteNumber("exponent", 8);
                json.WriteString("type", "crypto");
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }),
        "/v2/exchange-rates" => Written(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("data");
            json.WriteString("currency", query["currency"] ?? "USD");
            json.WriteStartObject("rates");
            json.WriteString("USD", "1.0");
            foreach (var pair in pairs.Where(pair => pair.Pair.Symbol.Quote == "USD" && pair.LastPrice > 0))
            {
                var price = pair.LastPrice / (double)DecimalText.Scale(pair.PriceDecimals);
                json.WriteString(pair.Pair.Symbol.Base, JsonForms.Statistic(1 / price, 16));
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }),
        _ => Missing("route not found"),
    };

    private IEnumerable<string> Coins => pairs
        .SelectMany(pair => (string[])[pair.Pair.Symbol.Base, pair.Pair.Symbol.Quote])
        .Where(asset => asset != "USD")
        .Distinct(StringComparer.Ordinal);
}
