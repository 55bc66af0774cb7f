using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Bybit;

/// <summary>The data messages of Bybit's public spot topics.</summary>
/// <remarks>Bybit v5 documents, "WebSocket Stream / Public": orderbook, trade, ticker; read in 2026.</remarks>
internal static class BybitJson
{
    public static void Book(
        Utf8JsonWriter json, string topic, TopicBook book, IReadOnlyList<Level> bids, IReadOnlyList<Level> asks,
        bool snapshot, long nowNanos)
    {
        var pair = book.Pair;
        json.WriteStartObject();
        json.WriteString("topic", topic);
        json.WriteNumber("ts", Stamps.ToMillis(nowNanos));
        json.WriteString("type", snapshot ? "snapshot" : "delta");
        json.WriteStartObject("data");
        json.WriteString("s", pair.Pair.Symbol.Compact);
        Levels(json, "b", pair, bids);
        Levels(json, "a", pair, asks);
        json.WriteNumber("u", book.Sequence);
        json.WriteNumber("seq", CrossSequence(pair));
        json.WriteEndObject();
        json.WriteNumber("cts", Stamps.ToMillis(nowNanos));
        json.WriteEndObject();
    }

    public static void Trades(Utf8JsonWriter json, PairState pair, IReadOnlyList<TradePrint> trades, long nowNanos)
    {
        json.WriteStartObject();
        json.WriteString("topic", $"publicTrade.{pair.Pair.Symbol.Compact}");
        json.WriteNumber("ts", Stamps.ToMillis(nowNanos));
        json.WriteString("type", "snapshot");
        json.WriteStartArray("data");
        foreach (var trade in trades)
        {
            json.WriteStartObject();
            json.WriteString("i", TradeId(trade));
            json.WriteNumber("T", Stamps.ToMillis(trade.AtNanos));
            json.Decimal("p", trade.Price, pair.PriceDecimals, pair.PriceDecimals);
            json.Short("v", trade.Quantity, pair.QuantityDecimals);
            json.WriteString("S", trade.Taker == Side.Buy ? "Buy" : "Sell");
            json.WriteString("s", pair.Pair.Symbol.Compact);
            json.WriteBoolean("BT", false);
            json.WriteBoolean("RPI", false);
            json.WriteNumber("seq", CrossSequence(pair));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Ticker(Utf8JsonWriter json, PairState pair, long nowNanos)
    {
        json.WriteStartObject();
        json.WriteString("topic", $"tickers.{pair.Pair.Symbol.Compact}");
        json.WriteNumber("ts", Stamps.ToMillis(nowNanos));
        json.WriteString("type", "snapshot");
        json.WriteNumber("cs", CrossSequence(pair));
        json.WriteStartObject("data");
        json.WriteString("symbol", pair.Pair.Symbol.Compact);
        DayFigures(json, pair);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void DayFigures(Utf8JsonWriter json, PairState pair)
    {
        var day = pair.Bars.Day();
        json.Short("lastPrice", day.Close, pair.PriceDecimals);
        json.Short("highPrice24h", day.High, pair.PriceDecimals);
        json.Short("lowPrice24h", day.Low, pair.PriceDecimals);
        json.Short("prevPrice24h", day.Open, pair.PriceDecimals);
        json.Short("volume24h", day.Volume, pair.QuantityDecimals);
        json.WriteString("turnover24h", JsonForms.Statistic(day.QuoteVolume, 8));
        json.WriteString("price24hPcnt", JsonForms.Statistic(day.Change, 4));
        json.WriteString(
            "usdIndexPrice",
            JsonForms.Statistic(day.Close / (double)DecimalText.Scale(pair.PriceDecimals), 6));
    }

    /// <summary>Spot trade ids are long decimal numbers.</summary>
    public static string TradeId(TradePrint trade) => (2_290_000_000_000_000_000L + trade.Id).ToString();

    /// <summary>The matching engine's counter, comparable between depths.</summary>
    public static long CrossSequence(PairState pair) => 80_000_000_000L + pair.UpdateId;

    public static void Levels(Utf8JsonWriter json, string name, PairState pair, IReadOnlyList<Level> levels)
    {
        json.WriteStartArray(name);
        foreach (var level in levels)
        {
            json.WriteStartArray();
            json.Decimal(level.Price, pair.PriceDecimals, pair.PriceDecimals);
            json.Short(level.Quantity, pair.QuantityDecimals);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
