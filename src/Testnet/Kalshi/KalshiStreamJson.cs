using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>The bodies of the WebSocket's messages: what stands in <c>msg</c>.</summary>
/// <remarks>Fields by the venue's AsyncAPI 2.0.0 of October 2026 and frames recorded in February 2026.</remarks>
internal static class KalshiStreamJson
{
    public static void Snapshot(Utf8JsonWriter json, KalshiMarket market, KalshiForm form)
    {
        json.WriteString("market_ticker", market.Ticker);
        json.WriteString("market_id", market.Id);
        json.WritePropertyName("yes_dollars_fp");
        KalshiJson.WriteBids(json, market, Side.Buy, 0, form.HasNumbers);
        json.WritePropertyName("no_dollars_fp");
        KalshiJson.WriteBids(json, market, Side.Sell, 0, form.HasNumbers);
        KalshiJson.Unknown(json, form);
    }

    public static void Delta(
        Utf8JsonWriter json, KalshiMarket market, Side side, int price, long delta, KalshiOrder? own, KalshiForm form,
        long atNanos)
    {
        var shown = side == Side.Buy ? price : KalshiUnits.Dollar - price;
        json.WriteString("market_ticker", market.Ticker);
        json.WriteString("market_id", market.Id);
        Number(json, "price_dollars", KalshiUnits.Price(shown), form);
        Number(json, "delta_fp", KalshiUnits.Count(delta), form);
        json.WriteString("side", KalshiJson.Outcome(side));
        json.WriteString("ts", KalshiJson.Time(atNanos));
        json.WriteNumber("ts_ms", Stamps.ToMillis(atNanos));
        if (own is not null && own.ClientId.Length > 0)
        {
            json.WriteString("client_order_id", own.ClientId);
            json.WriteNumber("subaccount", 0);
        }

        if (form.IsLegacy)
        {
            json.WriteNumber("price", KalshiUnits.Cents(shown));
            json.WriteNumber("delta", delta / KalshiUnits.Contract);
        }

        KalshiJson.Unknown(json, form);
    }

    public static void Ticker(Utf8JsonWriter json, KalshiMarket market, KalshiForm form, long atNanos)
    {
        var (bid, ask) = (market.YesBid, market.YesAsk);
        json.WriteString("market_id", market.Id);
        json.WriteString("market_ticker", market.Ticker);
        json.Price("price_dollars", market.LastPrice);
        json.Price("yes_bid_dollars", bid);
        json.Price("yes_ask_dollars", ask);
        json.Count("volume_fp", market.Volume);
        json.Count("open_interest_fp", market.OpenInterest);
        json.WriteNumber("dollar_volume", market.Volume / KalshiUnits.Contract / 2);
        json.WriteNumber("dollar_open_interest", market.OpenInterest / KalshiUnits.Contract / 2);
        json.Count("yes_bid_size_fp", market.Book.Best(Side.Buy).Quantity);
        json.Count("yes_ask_size_fp", market.Book.Best(Side.Sell).Quantity);
        json.Count("last_trade_size_fp", market.LastCount);
        json.WriteNumber("ts", atNanos / Stamps.NanosPerSecond);
        json.WriteNumber("ts_ms", Stamps.ToMillis(atNanos));
        json.WriteString("time", KalshiJson.Time(atNanos));
        if (form.IsLegacy)
        {
            json.WriteNumber("price", KalshiUnits.Cents(market.LastPrice));
            json.WriteNumber("yes_bid", KalshiUnits.Cents(bid));
            json.WriteNumber("yes_ask", KalshiUnits.Cents(ask));
            json.WriteNumber("volume", market.Volume / KalshiUnits.Contract);
            json.WriteNumber("open_interest", market.OpenInterest / KalshiUnits.Contract);
            json.WriteNumber("Clock", Stamps.ToMillis(atNanos) % 100_000_000_000);
        }

        KalshiJson.Unknown(json, form);
    }

    public static void Trade(Utf8JsonWriter json, KalshiMarket market, KalshiTrade trade, KalshiForm form)
    {
        json.WriteString("trade_id", trade.Id);
        json.WriteString("market_ticker", market.Ticker);
        json.Price("yes_price_dollars", trade.Price);
        json.Price("no_price_dollars", KalshiUnits.Dollar - trade.Price);
        json.Count("count_fp", trade.Count);
        KalshiJson.WriteTaker(json, trade.Taker);
        json.WriteBoolean("is_block_trade", value: false);
        json.WriteNumber("ts", trade.AtNanos / Stamps.NanosPerSecond);
        json.WriteNumber("ts_ms", Stamps.ToMillis(trade.AtNanos));
        if (form.IsLegacy)
        {
            json.WriteNumber("yes_price", KalshiUnits.Cents(trade.Price));
            json.WriteNumber("no_price", KalshiUnits.Cents(KalshiUnits.Dollar - trade.Price));
            json.WriteNumber("count", trade.Count / KalshiUnits.Contract);
        }

        KalshiJson.Unknown(json, form);
    }

    public static void Fill(Utf8JsonWriter json, KalshiFill fill, KalshiForm form)
    {
        var order = fill.Order;
        json.WriteString("trade_id", fill.Trade.Id);
        json.WriteString("order_id", order.Id);
        if (order.ClientId.Length > 0)
        {
            json.WriteString("client_order_id", order.ClientId);
        }

        json.WriteString("market_ticker", order.Market.Ticker);
        json.WriteNumber("exchange_index", 0);
        json.WriteBoolean("is_taker", fill.IsTaker);
        KalshiMemberJson.WriteSides(json, order.Side);
        json.WriteString("purchased_side", KalshiJson.Outcome(order.Side));
        json.Price("yes_price_dollars", fill.Trade.Price);
        json.Count("count_fp", fill.Trade.Count);
        json.Money("fee_cost", fill.Fee);
        json.WriteNumber("ts", fill.Trade.AtNanos / Stamps.NanosPerSecond);
        json.WriteNumber("ts_ms", Stamps.ToMillis(fill.Trade.AtNanos));
        json.Count("post_position_fp", fill.PositionAfter);
        json.WriteNumber("subaccount", 0);
        KalshiJson.Unknown(json, form);
    }

    public static void Order(Utf8JsonWriter json, KalshiOrder order, KalshiForm form)
    {
        json.WriteString("order_id", order.Id);
        json.WriteString("user_id", order.Member.UserId);
        json.WriteString("ticker", order.Market.Ticker);
        json.WriteNumber("exchange_index", 0);
        json.WriteString("status", form.HasUnknownEnums ? "half_resting" : order.Status);
        json.WriteString("side", KalshiJson.Outcome(order.Side));
        json.WriteBoolean("is_yes", order.Side == Side.Buy);
        json.WriteString("outcome_side", KalshiJson.Outcome(order.Side));
        json.WriteString("book_side", KalshiJson.BookSide(order.Side));
        KalshiMemberJson.WriteAmounts(json, order);
        json.WriteString("client_order_id", order.ClientId);
        KalshiMemberJson.WriteGroup(json, order);
        json.WriteString("self_trade_prevention_type", order.SelfTrade);
        json.WriteString("created_time", KalshiJson.Time(order.CreatedNanos));
        json.WriteNumber("created_ts_ms", Stamps.ToMillis(order.CreatedNanos));
        json.WriteString("last_update_time", KalshiJson.Time(order.UpdatedNanos));
        json.WriteNumber("last_updated_ts_ms", Stamps.ToMillis(order.UpdatedNanos));
        if (order.ExpirationSeconds > 0)
        {
            json.WriteString(
                "expiration_time", KalshiJson.Seconds(order.ExpirationSeconds * Stamps.NanosPerSecond));
            json.WriteNumber("expiration_ts_ms", order.ExpirationSeconds * 1_000);
        }

        json.WriteNumber("subaccount_number", 0);
        KalshiJson.Unknown(json, form);
    }

    public static void Position(
        Utf8JsonWriter json, KalshiMember member, KalshiPosition position, KalshiForm form)
    {
        var state = position.State;
        json.WriteString("user_id", member.UserId);
        json.WriteString("market_ticker", position.Market.Ticker);
        json.Count("position_fp", state.Count);
        json.Money("position_cost_dollars", state.Cost);
        json.Money("realized_pnl_dollars", state.Profit);
        json.Money("fees_paid_dollars", state.Fees);
        json.Money("position_fee_cost_dollars", state.Fees);
        json.Count("volume_fp", state.Volume);
        json.WriteNumber("subaccount", 0);
        KalshiJson.Unknown(json, form);
    }

    public static void Lifecycle(Utf8JsonWriter json, KalshiMarket market, string kind, KalshiForm form)
    {
        json.WriteString("event_type", form.HasUnknownEnums ? "moonlit" : kind);
        json.WriteString("market_ticker", market.Ticker);
        json.WriteNumber("exchange_index", 0);
        switch (kind)
        {
            case "created":
                json.WriteNumber("open_ts", market.OpenNanos / Stamps.NanosPerSecond);
                json.WriteNumber("close_ts", market.CloseNanos / Stamps.NanosPerSecond);
                json.WriteString("price_level_structure", market.Ranges.Structure);
                json.WriteStartObject("additional_metadata");
                json.WriteString("name", KalshiJson.SubtitleOf(market));
                json.WriteString("title", KalshiJson.TitleOf(market));
                json.WriteString("yes_sub_title", KalshiJson.SubtitleOf(market));
                json.WriteString("no_sub_title", KalshiJson.SubtitleOf(market));
                json.WriteString("rules_primary", KalshiJson.RulesOf(market));
                json.WriteString("rules_secondary", "");
                json.WriteBoolean("can_close_early", value: true);
                json.WriteString("event_ticker", market.Event.Ticker);
                json.WriteNumber("expected_expiration_ts", market.CloseNanos / Stamps.NanosPerSecond);
                KalshiJson.WriteStrike(json, market);
                json.WriteEndObject();
                break;
            case "close_date_updated":
                json.WriteNumber("close_ts", market.CloseNanos / Stamps.NanosPerSecond);
                break;
            case "determined":
                json.WriteString("result", market.Result);
                json.Price("settlement_value", market.SettlementPrice);
                json.WriteNumber("determination_ts", market.UpdatedNanos / Stamps.NanosPerSecond);
                break;
            case "settled":
                json.WriteNumber("settled_ts", market.SettledNanos / Stamps.NanosPerSecond);
                break;
            case "activated" or "deactivated":
                json.WriteBoolean("is_deactivated", kind == "deactivated");
                break;
            case "metadata_updated":
                KalshiJson.WriteStrike(json, market);
                json.WriteString("yes_sub_title", KalshiJson.SubtitleOf(market));
                break;
            case "price_level_structure_updated":
                KalshiJson.WriteRanges(json, market.Ranges);
                break;
        }

        KalshiJson.Unknown(json, form);
    }

    public static void EventCreated(Utf8JsonWriter json, KalshiEvent created)
    {
        json.WriteString("event_ticker", created.Ticker);
        json.WriteNumber("exchange_index", 0);
        json.WriteString("title", created.Series.Title);
        json.WriteString("subtitle", created.Subtitle);
        json.WriteString("collateral_return_type", "");
        json.WriteString("series_ticker", created.Series.Ticker);
    }

    public static void Index(Utf8JsonWriter json, KalshiIndex index, long atNanos, KalshiForm form)
    {
        var time = Stamps.ToMillis(atNanos);
        json.WriteString("index_id", index.Id);
        json.WriteNumber("received_at", time + 18);
        json.WriteString(
            "data", $"{{\"type\":\"value\",\"id\":\"{index.Id}\",\"time\":{time},"
                + $"\"value\":\"{DecimalText.ToText(index.Cents, 2)}\"}}");
        Average(json, "avg_60s_data", index.Trailing());
        if (index.Quarter() is { } quarter)
        {
            Average(json, "last_60s_windowed_average_15min", quarter);
        }

        KalshiJson.Unknown(json, form);
    }

    private static void Average(Utf8JsonWriter json, string name, IndexAverage average)
    {
        json.WriteStartObject(name);
        json.WriteString("value", DecimalText.ToText(average.Value, 8));
        json.WriteNumber("window_size", average.Size);
        json.WriteNumber("window_start_ts_ms", average.StartMillis);
        json.WriteNumber("window_end_ts_exclusive", average.EndMillis);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, string text, KalshiForm form)
    {
        if (form.HasNumbers)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(text, skipInputValidation: true);
        }
        else
        {
            json.WriteString(name, text);
        }
    }
}
