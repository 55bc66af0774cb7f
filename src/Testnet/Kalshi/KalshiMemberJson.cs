using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>The venue's objects of one member: orders, fills, positions, as REST sends them.</summary>
internal static class KalshiMemberJson
{
    public static void Write(Utf8JsonWriter json, KalshiOrder order, KalshiForm form)
    {
        json.WriteStartObject();
        json.WriteString("order_id", order.Id);
        json.WriteString("user_id", order.Member.UserId);
        json.WriteString("client_order_id", order.ClientId);
        json.WriteString("ticker", order.Market.Ticker);
        WriteSides(json, order.Side);
        json.WriteString("type", "limit");
        json.WriteString("status", order.Status);
        WriteAmounts(json, order);
        if (order.ExpirationSeconds == 0)
        {
            json.WriteNull("expiration_time");
        }
        else
        {
            json.WriteString(
                "expiration_time", KalshiJson.Seconds(order.ExpirationSeconds * Stamps.NanosPerSecond));
        }

        json.WriteString("created_time", KalshiJson.Time(order.CreatedNanos));
        json.WriteString("last_update_time", KalshiJson.Time(order.UpdatedNanos));
        json.WriteString(
            "self_trade_prevention_type", form.HasUnknownEnums ? "both_by_moonlight" : order.SelfTrade);
        WriteGroup(json, order);
        json.WriteBoolean("cancel_order_on_pause", order.CancelsOnPause);
        json.WriteNumber("subaccount_number", 0);
        if (form.IsLegacy)
        {
            WriteLegacy(json, order);
        }

        KalshiJson.Unknown(json, form);
        json.WriteEndObject();
    }

    /// <summary>Price, counts, costs and fees of an order.</summary>
    public static void WriteAmounts(Utf8JsonWriter json, KalshiOrder order)
    {
        json.Price("yes_price_dollars", order.Price);
        json.Price("no_price_dollars", KalshiUnits.Dollar - order.Price);
        json.Count("fill_count_fp", order.Filled);
        json.Count("remaining_count_fp", order.Remaining);
        json.Count("initial_count_fp", order.Initial);
        json.Money("taker_fill_cost_dollars", order.TakerCost);
        json.Money("maker_fill_cost_dollars", order.MakerCost);
        json.Money("taker_fees_dollars", order.TakerFees);
        json.Money("maker_fees_dollars", order.MakerFees);
    }

    public static void WriteGroup(Utf8JsonWriter json, KalshiOrder order)
    {
        if (order.GroupId.Length == 0)
        {
            json.WriteNull("order_group_id");
        }
        else
        {
            json.WriteString("order_group_id", order.GroupId);
        }
    }

    /// <summary>
    /// The sides of an order, old and new. A sell of YES is echoed as side <c>no</c> in the old fields, which confuse;
    /// <c>outcome_side</c> and <c>book_side</c> replaced them in May 2026.
    /// </summary>
    public static void WriteSides(Utf8JsonWriter json, Side side)
    {
        json.WriteString("side", KalshiJson.Outcome(side));
        json.WriteString("action", side == Side.Buy ? "buy" : "sell");
        json.WriteString("outcome_side", KalshiJson.Outcome(side));
        json.WriteString("book_side", KalshiJson.BookSide(side));
    }

    public static void Write(Utf8JsonWriter json, KalshiFill fill, KalshiForm form)
    {
        json.WriteStartObject();
        json.WriteString("fill_id", fill.Id);
        json.WriteString("trade_id", fill.Trade.Id);
        json.WriteString("order_id", fill.Order.Id);
        json.WriteString("ticker", fill.Order.Market.Ticker);
        json.WriteString("market_ticker", fill.Order.Market.Ticker);
        WriteSides(json, fill.Order.Side);
        json.Count("count_fp", fill.Trade.Count);
        json.Price("yes_price_dollars", fill.Trade.Price);
        json.Price("no_price_dollars", KalshiUnits.Dollar - fill.Trade.Price);
        json.WriteBoolean("is_taker", fill.IsTaker);
        json.Money("fee_cost", fill.Fee);
        json.WriteString("created_time", KalshiJson.Time(fill.Trade.AtNanos));
        json.WriteNumber("ts", fill.Trade.AtNanos / Stamps.NanosPerSecond);
        json.WriteNumber("subaccount_number", 0);
        KalshiJson.Unknown(json, form);
        json.WriteEndObject();
    }

    public static void Write(
        Utf8JsonWriter json, KalshiPosition position, long atNanos, PositionState state, int resting, KalshiForm form)
    {
        json.WriteStartObject();
        json.WriteString("ticker", position.Market.Ticker);
        json.Money("total_traded_dollars", state.Traded);
        json.Count("position_fp", state.Count);
        json.Money("market_exposure_dollars", state.Cost);
        json.Money("realized_pnl_dollars", state.Profit);
        json.WriteNumber("resting_orders_count", resting);
        json.Money("fees_paid_dollars", state.Fees);
        json.WriteString("last_updated_ts", KalshiJson.Time(atNanos));
        KalshiJson.Unknown(json, form);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, KalshiPayment payment)
    {
        var (count, cost) = (payment.Before.Count, payment.Before.Cost);
        json.WriteStartObject();
        json.WriteString("ticker", payment.Market.Ticker);
        json.WriteString("event_ticker", payment.Market.Event.Ticker);
        json.WriteString("market_result", payment.Market.Result);
        json.Count("yes_count_fp", Math.Max(0, count));
        json.Money("yes_total_cost_dollars", count > 0 ? cost : 0);
        json.Count("no_count_fp", Math.Max(0, -count));
        json.Money("no_total_cost_dollars", count < 0 ? cost : 0);
        json.WriteNumber("revenue", payment.Paid / (KalshiUnits.MoneyDollar / 100));
        json.WriteString("settled_time", KalshiJson.Time(payment.AtNanos));
        json.Money("fee_cost", payment.Before.Fees);
        json.WriteNumber("value", KalshiUnits.Cents(payment.Market.SettlementPrice));
        json.WriteEndObject();
    }

    private static void WriteLegacy(Utf8JsonWriter json, KalshiOrder order)
    {
        json.WriteNumber("yes_price", KalshiUnits.Cents(order.Price));
        json.WriteNumber("no_price", KalshiUnits.Cents(KalshiUnits.Dollar - order.Price));
        json.WriteNumber("fill_count", order.Filled / KalshiUnits.Contract);
        json.WriteNumber("remaining_count", order.Remaining / KalshiUnits.Contract);
        json.WriteNumber("initial_count", order.Initial / KalshiUnits.Contract);
        json.WriteNumber("taker_fill_cost", order.TakerCost / (KalshiUnits.MoneyDollar / 100));
        json.WriteNumber("maker_fill_cost", order.MakerCost / (KalshiUnits.MoneyDollar / 100));
        json.WriteNumber("taker_fees", order.TakerFees / (KalshiUnits.MoneyDollar / 100));
        json.WriteNumber("maker_fees", order.MakerFees / (KalshiUnits.MoneyDollar / 100));
        json.WriteNumber("queue_position", 0);
    }
}
