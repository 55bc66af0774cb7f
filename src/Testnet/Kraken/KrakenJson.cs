using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kraken;

/// <summary>
/// The data messages of Kraken's WebSocket v2. Prices and quantities are JSON numbers at full precision.
/// </summary>
/// <remarks>docs.kraken.com, Spot WebSocket v2: book, trade, ticker, instrument; read in 2026.</remarks>
internal static class KrakenJson
{
    public static void Book(
        Utf8JsonWriter json, PairState pair, bool snapshot, IReadOnlyList<Level> bids, IReadOnlyList<Level> asks,
        uint checksum, long nowNanos)
    {
        Start(json, "book", snapshot);
        json.WriteStartObject();
        json.WriteString("symbol", pair.Pair.Symbol.ToString());
        Levels(json, "bids", pair, bids);
        Levels(json, "asks", pair, asks);
        json.WriteNumber("checksum", checksum);
        json.WriteString("timestamp", JsonForms.Micros(nowNanos));
        json.WriteEndObject();
        End(json);
    }

    public static void Trades(Utf8JsonWriter json, PairState pair, bool snapshot, IEnumerable<TradePrint> oldestFirst)
    {
        Start(json, "trade", snapshot);
        foreach (var trade in oldestFirst)
        {
            json.WriteStartObject();
            json.WriteString("symbol", pair.Pair.Symbol.ToString());
            json.WriteString("side", trade.Taker == Side.Buy ? "buy" : "sell");
            json.Number("price", trade.Price, pair.PriceDecimals);
            json.Number("qty", trade.Quantity, pair.QuantityDecimals);
            json.WriteString("ord_type", trade.Id % 4 == 0 ? "limit" : "market");
            json.WriteNumber("trade_id", trade.Id);
            json.WriteString("timestamp", JsonForms.Micros(trade.AtNanos));
            json.WriteEndObject();
        }

        End(json);
    }

    public static void Ticker(Utf8JsonWriter json, PairState pair, bool snapshot, long nowNanos)
    {
        var day = pair.Bars.Day();
        var bid = pair.Book.Best(Side.Buy);
        var ask = pair.Book.Best(Side.Sell);
        var vwap = pair.AveragePrice(day);
        Start(json, "ticker", snapshot);
        json.WriteStartObject();
        json.WriteString("symbol", pair.Pair.Symbol.ToString());
        json.Number("bid", bid.Price, pair.PriceDecimals);
        json.Number("bid_qty", bid.Quantity, pair.QuantityDecimals);
        json.Number("ask", ask.Price, pair.PriceDecimals);
        json.Number("ask_qty", ask.Quantity, pair.QuantityDecimals);
        json.Number("last", day.Close, pair.PriceDecimals);
        json.Number("volume", day.Volume, pair.QuantityDecimals);
        json.Number("vwap", (long)(vwap * DecimalText.Scale(pair.PriceDecimals)), pair.PriceDecimals);
        json.Number("low", day.Low, pair.PriceDecimals);
        json.Number("high", day.High, pair.PriceDecimals);
        json.Number("change", day.Close - day.Open, pair.PriceDecimals);
        json.WritePropertyName("change_pct");
        json.WriteRawValue(JsonForms.Statistic(day.Change * 100, 2));
        json.WriteString("timestamp", JsonForms.Micros(nowNanos));
        json.WriteEndObject();
        End(json);
    }

    public static void Instruments(Utf8JsonWriter json, IReadOnlyList<PairState> pairs)
    {
        json.WriteStartObject();
        json.WriteString("channel", "instrument");
        json.WriteString("type", "snapshot");
        json.WriteStartObject("data");
        json.WriteStartArray("assets");
        foreach (var asset in KrakenNames.Assets(pairs))
        {
            json.WriteStartObject();
            json.WriteString("id", asset);
            json.WriteString("status", "enabled");
            json.WriteNumber("precision", asset == "USD" ? 4 : 10);
            json.WriteNumber("precision_display", asset == "USD" ? 2 : 5);
            json.WriteBoolean("borrowable", true);
            json.WriteNumber("collateral_value", 1.0m);
            json.WriteNumber("margin_rate", 0.02m);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("pairs");
        foreach (var pair in pairs)
        {
            Instrument(json, pair);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Instrument(Utf8JsonWriter json, PairState pair)
    {
        var symbol = pair.Pair.Symbol;
        json.WriteStartObject();
        json.WriteString("symbol", symbol.ToString());
        json.WriteString("base", symbol.Base);
        json.WriteString("quote", symbol.Quote);
        json.WriteString("status", "online");
        json.WriteNumber("qty_precision", pair.QuantityDecimals);

        // Small increments come in exponent form on the live channel.
        json.WritePropertyName("qty_increment");
        json.WriteRawValue($"1e-{pair.QuantityDecimals:D2}");
        json.WriteNumber("price_precision", pair.PriceDecimals);
        json.WriteNumber("cost_precision", 5);
        json.WriteBoolean("marginable", true);
        json.WriteBoolean("has_index", true);
        json.WriteNumber("cost_min", 0.5m);
        json.WriteNumber("margin_initial", 0.2m);
        json.WriteNumber("position_limit_long", 250);
        json.WriteNumber("position_limit_short", 200);
        json.Number("tick_size", 1, pair.PriceDecimals);
        json.Number("price_increment", 1, pair.PriceDecimals);
        json.Number("qty_min", KrakenNames.SmallestOrder(pair), pair.QuantityDecimals);
        json.WriteEndObject();
    }

    private static void Levels(Utf8JsonWriter json, string name, PairState pair, IReadOnlyList<Level> levels)
    {
        json.WriteStartArray(name);
        foreach (var level in levels)
        {
            json.WriteStartObject();
            json.Number("price", level.Price, pair.PriceDecimals);
            json.Number("qty", level.Quantity, pair.QuantityDecimals);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Start(Utf8JsonWriter json, string channel, bool snapshot)
    {
        json.WriteStartObject();
        json.WriteString("channel", channel);
        json.WriteString("type", snapshot ? "snapshot" : "update");
        json.WriteStartArray("data");
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
