using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Coinbase;

/// <summary>The events of Coinbase Advanced Trade's market channels.</summary>
/// <remarks>docs.cdp.coinbase.com, "Advanced Trade WebSocket Channels" and the AsyncAPI file, read in 2026.</remarks>
internal static class CoinbaseJson
{
    public static string Product(PairState pair) => $"{pair.Pair.Symbol.Base}-{pair.Pair.Symbol.Quote}";

    public static void LevelSnapshot(Utf8JsonWriter json, PairState pair, long nowNanos)
    {
        Start(json, "snapshot", pair);
        var time = JsonForms.Micros(nowNanos);
        foreach (var side in (ReadOnlySpan<Side>)[Side.Buy, Side.Sell])
        {
            for (var rank = 0; rank < pair.Book.Count(side); rank++)
            {
                var level = pair.Book.At(side, rank);
                Level(json, pair, side, level.Price, level.Quantity, time);
            }
        }

        End(json);
    }

    public static void LevelUpdate(Utf8JsonWriter json, PairState pair, ChangedLevels changes, long nowNanos)
    {
        Start(json, "update", pair);
        var time = JsonForms.Micros(nowNanos);
        foreach (var side in (ReadOnlySpan<Side>)[Side.Buy, Side.Sell])
        {
            foreach (var price in changes.Sorted(side))
            {
                Level(json, pair, side, price, pair.Book.Quantity(side, price), time);
            }
        }

        End(json);
    }

    /// <summary>Trades, newest first.</summary>
    public static void Trades(Utf8JsonWriter json, PairState pair, IEnumerable<TradePrint> newestFirst, bool snapshot)
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("type", snapshot ? "snapshot" : "update");
        json.WriteStartArray("trades");
        foreach (var trade in newestFirst)
        {
            Trade(json, pair, trade);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    public static void Trade(Utf8JsonWriter json, PairState pair, TradePrint trade)
    {
        json.WriteStartObject();
        json.WriteString("product_id", Product(pair));
        json.WriteString("trade_id", trade.Id.ToString());
        json.Decimal("price", trade.Price, pair.PriceDecimals, pair.PriceDecimals);
        json.Short("size", trade.Quantity, pair.QuantityDecimals);
        json.WriteString("time", JsonForms.Micros(trade.AtNanos));

        // On Coinbase the side of a public trade is the maker's (Exchange documents, "Matches"): a sale prints BUY.
        json.WriteString("side", trade.Taker == Side.Buy ? "SELL" : "BUY");
        json.WriteEndObject();
    }

    public static void Ticker(Utf8JsonWriter json, PairState pair, bool snapshot, bool batch)
    {
        var day = pair.Bars.Day();
        var bid = pair.Book.Best(Side.Buy);
        var ask = pair.Book.Best(Side.Sell);
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("type", snapshot ? "snapshot" : "update");
        json.WriteStartArray("tickers");
        json.WriteStartObject();
        json.WriteString("type", "ticker");
        json.WriteString("product_id", Product(pair));
        json.Short("price", day.Close, pair.PriceDecimals);
        json.Short("volume_24_h", day.Volume, pair.QuantityDecimals);
        json.Short("low_24_h", day.Low, pair.PriceDecimals);
        json.Short("high_24_h", day.High, pair.PriceDecimals);
        json.Short("low_52_w", day.Low / 2, pair.PriceDecimals);
        json.Short("high_52_w", day.High * 2, pair.PriceDecimals);
        json.WriteString("price_percent_chg_24_h", ChangePercent(day));

        // The batched channel leaves the best bid and ask out (AsyncAPI file, description).
        if (!batch)
        {
            json.Short("best_bid", bid.Price, pair.PriceDecimals);
            json.Short("best_bid_quantity", bid.Quantity, pair.QuantityDecimals);
            json.Short("best_ask", ask.Price, pair.PriceDecimals);
            json.Short("best_ask_quantity", ask.Quantity, pair.QuantityDecimals);
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    public static string ChangePercent(MinuteBar day) =>
        JsonForms.Statistic(day.Change * 100, 14);

    private static void Start(Utf8JsonWriter json, string type, PairState pair)
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("product_id", Product(pair));
        json.WriteStartArray("updates");
    }

    private static void Level(
        Utf8JsonWriter json, PairState pair, Side side, long price, long quantity, string time)
    {
        json.WriteStartObject();
        json.WriteString("side", side == Side.Buy ? "bid" : "offer");
        json.WriteString("event_time", time);
        json.Short("price_level", price, pair.PriceDecimals);
        json.Short("new_quantity", quantity, pair.QuantityDecimals);
        json.WriteEndObject();
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
