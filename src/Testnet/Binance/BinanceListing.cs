using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Binance;

/// <summary>The answer of <c>/api/v3/exchangeInfo</c>.</summary>
/// <remarks>rest-api.md, "Exchange information"; filters.md for the filters.</remarks>
internal static class BinanceListing
{
    private static readonly string[] OrderTypes =
        ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"];

    public static void Write(Utf8JsonWriter json, IReadOnlyList<PairState> pairs, long nowNanos)
    {
        json.WriteStartObject();
        json.WriteString("timezone", "UTC");
        json.WriteNumber("serverTime", Stamps.ToMillis(nowNanos));
        json.WriteStartArray("rateLimits");
        Limit(json, "REQUEST_WEIGHT", "MINUTE", 1, 6000);
        Limit(json, "ORDERS", "SECOND", 10, 100);
        Limit(json, "ORDERS", "DAY", 1, 200_000);
        Limit(json, "RAW_REQUESTS", "MINUTE", 5, 300_000);
        json.WriteEndArray();
        json.WriteStartArray("exchangeFilters");
        json.WriteEndArray();
        json.WriteStartArray("symbols");
        foreach (var pair in pairs)
        {
            Write(json, pair);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Limit(Utf8JsonWriter json, string type, string interval, int number, int limit)
    {
        json.WriteStartObject();
        json.WriteString("rateLimitType", type);
        json.WriteString("interval", interval);
        json.WriteNumber("intervalNum", number);
        json.WriteNumber("limit", limit);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PairState pair)
    {
        var symbol = pair.Pair.Symbol;
        json.WriteStartObject();
        json.WriteString("symbol", symbol.Compact);
        json.WriteString("status", "TRADING");
        json.WriteString("baseAsset", symbol.Base);
        json.WriteNumber("baseAssetPrecision", 8);
        json.WriteString("quoteAsset", symbol.Quote);
        json.WriteNumber("quotePrecision", 8);
        json.WriteNumber("quoteAssetPrecision", 8);
        json.WriteNumber("baseCommissionPrecision", 8);
        json.WriteNumber("quoteCommissionPrecision", 8);
        json.WriteStartArray("orderTypes");
        foreach (var type in OrderTypes)
        {
            json.WriteStringValue(type);
        }

        json.WriteEndArray();
        foreach (var flag in (ReadOnlySpan<string>)["icebergAllowed", "ocoAllowed", "otoAllowed",
            "quoteOrderQtyMarketAllowed", "allowTrailingStop", "cancelReplaceAllowed", "amendAllowed",
            "isSpotTradingAllowed"])
        {
            json.WriteBoolean(flag, true);
        }

        json.WriteBoolean("isMarginTradingAllowed", false);
        Filters(json, pair);
        json.WriteStartArray("permissions");
        json.WriteEndArray();
        json.WriteStartArray("permissionSets");
        json.WriteStartArray();
        json.WriteStringValue("SPOT");
        json.WriteEndArray();
        json.WriteEndArray();
        json.WriteString("defaultSelfTradePreventionMode", "EXPIRE_MAKER");
        json.WriteStartArray("allowedSelfTradePreventionModes");
        json.WriteStringValue("EXPIRE_TAKER");
        json.WriteStringValue("EXPIRE_MAKER");
        json.WriteStringValue("EXPIRE_BOTH");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Filters(Utf8JsonWriter json, PairState pair)
    {
        json.WriteStartArray("filters");
        json.WriteStartObject();
        json.WriteString("filterType", "PRICE_FILTER");
        json.Price("minPrice", pair, 1);
        json.Price("maxPrice", pair, 1_000_000 * DecimalText.Scale(pair.PriceDecimals));
        json.Price("tickSize", pair, 1);
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("filterType", "LOT_SIZE");
        json.Quantity("minQty", pair, 1);
        json.Quantity("maxQty", pair, 9000 * DecimalText.Scale(pair.QuantityDecimals));
        json.Quantity("stepSize", pair, 1);
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("filterType", "NOTIONAL");
        json.WriteString("minNotional", "5.00000000");
        json.WriteBoolean("applyMinToMarket", true);
        json.WriteString("maxNotional", "9000000.00000000");
        json.WriteBoolean("applyMaxToMarket", false);
        json.WriteNumber("avgPriceMins", 5);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
