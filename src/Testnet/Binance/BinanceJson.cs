using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Binance;

/// <summary>The payloads of Binance's streams and REST answers. All decimals are text with eight decimals.</summary>
/// <remarks>Binance spot API documents: web-socket-streams.md and rest-api.md.</remarks>
internal static class BinanceJson
{
    public const int Shown = 8;

    public static void Price(this Utf8JsonWriter json, string name, PairState pair, long price) =>
        json.Decimal(name, price, pair.PriceDecimals, Shown);

    public static void Quantity(this Utf8JsonWriter json, string name, PairState pair, long quantity) =>
        json.Decimal(name, quantity, pair.QuantityDecimals, Shown);

    public static void Level(this Utf8JsonWriter json, PairState pair, long price, long quantity)
    {
        json.WriteStartArray();
        json.Decimal(price, pair.PriceDecimals, Shown);
        json.Decimal(quantity, pair.QuantityDecimals, Shown);
        json.WriteEndArray();
    }

    public static void Trade(Utf8JsonWriter json, PairState pair, TradePrint trade, bool aggregate, long nowMillis)
    {
        json.WriteStartObject();
        json.WriteString("e", aggregate ? "aggTrade" : "trade");
        json.WriteNumber("E", nowMillis);
        json.WriteString("s", pair.Pair.Symbol.Compact);
        json.WriteNumber(aggregate ? "a" : "t", trade.Id);
        json.Price("p", pair, trade.Price);
        json.Quantity("q", pair, trade.Quantity);
        if (aggregate)
        {
            json.WriteNumber("f", trade.Id);
            json.WriteNumber("l", trade.Id);
        }

        json.WriteNumber("T", Stamps.ToMillis(trade.AtNanos));
        json.WriteBoolean("m", trade.Taker == Side.Sell);
        json.WriteBoolean("M", true);
        json.WriteEndObject();
    }

    public static void BookTicker(Utf8JsonWriter json, PairState pair)
    {
        var bid = pair.Book.Best(Side.Buy);
        var ask = pair.Book.Best(Side.Sell);
        json.WriteStartObject();
        json.WriteNumber("u", pair.UpdateId);
        json.WriteString("s", pair.Pair.Symbol.Compact);
        json.Price("b", pair, bid.Price);
        json.Quantity("B", pair, bid.Quantity);
        json.Price("a", pair, ask.Price);
        json.Quantity("A", pair, ask.Quantity);
        json.WriteEndObject();
    }

    public static void Depth(
        Utf8JsonWriter json, PairState pair, long firstId, ChangedLevels changes, long nowMillis)
    {
        json.WriteStartObject();
        json.WriteString("e", "depthUpdate");
        json.WriteNumber("E", nowMillis);
        json.WriteString("s", pair.Pair.Symbol.Compact);
        json.WriteNumber("U", firstId);
        json.WriteNumber("u", pair.UpdateId);
        foreach (var side in (ReadOnlySpan<Side>)[Side.Buy, Side.Sell])
        {
            json.WriteStartArray(side == Side.Buy ? "b" : "a");
            foreach (var price in changes.Sorted(side))
            {
                json.Level(pair, price, pair.Book.Quantity(side, price));
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static void Snapshot(Utf8JsonWriter json, PairState pair, int levels)
    {
        json.WriteStartObject();
        json.WriteNumber("lastUpdateId", pair.UpdateId);
        foreach (var side in (ReadOnlySpan<Side>)[Side.Buy, Side.Sell])
        {
            json.WriteStartArray(side == Side.Buy ? "bids" : "asks");
            var count = Math.Min(levels, pair.Book.Count(side));
            for (var rank = 0; rank < count; rank++)
            {
                var level = pair.Book.At(side, rank);
                json.Level(pair, level.Price, level.Quantity);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static void Ticker(Utf8JsonWriter json, PairState pair, bool mini, long nowMillis)
    {
        var day = pair.Bars.Day();
        json.WriteStartObject();
        json.WriteString("e", mini ? "24hrMiniTicker" : "24hrTicker");
        json.WriteNumber("E", nowMillis);
        json.WriteString("s", pair.Pair.Symbol.Compact);
        if (!mini)
        {
            json.WriteString("p", Change(pair, day));
            json.WriteString("P", ChangePercent(day));
            json.WriteString("w", JsonForms.Statistic(pair.AveragePrice(day), Shown));
            json.Price("x", pair, day.Open);
        }

        json.Price("c", pair, day.Close);
        if (!mini)
        {
            var bid = pair.Book.Best(Side.Buy);
            var ask = pair.Book.Best(Side.Sell);
            json.Quantity("Q", pair, pair.LastTrade.Quantity);
            json.Price("b", pair, bid.Price);
            json.Quantity("B", pair, bid.Quantity);
            json.Price("a", pair, ask.Price);
            json.Quantity("A", pair, ask.Quantity);
        }

        json.Price("o", pair, day.Open);
        json.Price("h", pair, day.High);
        json.Price("l", pair, day.Low);
        json.Quantity("v", pair, day.Volume);
        json.WriteString("q", JsonForms.Statistic(day.QuoteVolume, Shown));
        if (!mini)
        {
            json.WriteNumber("O", nowMillis - (24 * 3600 * 1000L));
            json.WriteNumber("C", nowMillis);
            json.WriteNumber("F", pair.LastTradeId - day.Count + 1);
            json.WriteNumber("L", pair.LastTradeId);
            json.WriteNumber("n", day.Count);
        }

        json.WriteEndObject();
    }

    public static void Kline(Utf8JsonWriter json, PairState pair, BinanceStream stream, long nowMillis)
    {
        var bar = pair.Bars.Bars(stream.Levels, 1)[^1];
        var start = Stamps.ToMillis(bar.StartNanos);
        json.WriteStartObject();
        json.WriteString("e", "kline");
        json.WriteNumber("E", nowMillis);
        json.WriteString("s", pair.Pair.Symbol.Compact);
        json.WriteStartObject("k");
        json.WriteNumber("t", start);
        json.WriteNumber("T", start + (stream.Levels * 60_000L) - 1);
        json.WriteString("s", pair.Pair.Symbol.Compact);
        json.WriteString("i", stream.Interval);
        json.WriteNumber("f", pair.LastTradeId - bar.Count + 1);
        json.WriteNumber("L", pair.LastTradeId);
        json.Price("o", pair, bar.Open);
        json.Price("c", pair, bar.Close);
        json.Price("h", pair, bar.High);
        json.Price("l", pair, bar.Low);
        json.Quantity("v", pair, bar.Volume);
        json.WriteNumber("n", bar.Count);
        json.WriteBoolean("x", nowMillis >= start + (stream.Levels * 60_000L));
        json.WriteString("q", JsonForms.Statistic(bar.QuoteVolume, Shown));
        json.Quantity("V", pair, bar.Volume / 2);
        json.WriteString("Q", JsonForms.Statistic(bar.QuoteVolume / 2, Shown));
        json.WriteString("B", "0");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static string Change(PairState pair, MinuteBar day) =>
        JsonForms.Statistic((day.Close - day.Open) / (double)DecimalText.Scale(pair.PriceDecimals), Shown);

    public static string ChangePercent(MinuteBar day) =>
        JsonForms.Statistic(day.Change * 100, 3);
}
