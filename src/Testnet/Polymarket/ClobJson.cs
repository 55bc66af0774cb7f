using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>What the CLOB says of markets, books, orders and trades.</summary>
/// <remarks>Shapes by the venue's own clients (clob-client-v2 1.1.0, ts-sdk bindings) and recorded frames.</remarks>
internal static class ClobJson
{
    public static string Millis(long nanos) => Stamps.ToMillis(nanos).ToString();

    public static string Seconds(long nanos) => (nanos / Stamps.NanosPerSecond).ToString();

    /// <summary>The book of a token. Its hash is the SHA-1 of this very text with an empty hash.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "The venue's hash of a book: it secures nothing.")]
    public static byte[] Book(JsonFrame frame, OutcomeMarket market, int token, long nowNanos, string? eventType = null)
    {
        var bare = Write("", null);
        var hash = Convert.ToHexStringLower(SHA1.HashData(bare));
        return Write(hash, eventType);

        byte[] Write(string hash, string? type)
        {
            var json = frame.Begin();
            json.WriteStartObject();
            if (type is not null)
            {
                json.WriteString("event_type", type);
            }

            json.WriteString("market", market.ConditionId);
            json.WriteString("asset_id", market.TokenTexts[token]);
            json.WriteString("timestamp", Millis(nowNanos));
            json.WriteString("hash", hash);
            Levels(json, "bids", market.Levels(token, Side.Buy));
            Levels(json, "asks", market.Levels(token, Side.Sell));
            json.WriteString("min_order_size", OutcomeUnits.Size(OutcomeMarket.MinLots));
            json.WriteString("tick_size", OutcomeUnits.Price(market.Tick));
            json.WriteBoolean("neg_risk", market.Event.IsNegRisk);
            json.WriteString("last_trade_price", LastPrice(market, token));
            json.WriteEndObject();
            return frame.End();
        }
    }

    /// <summary>The newest trade's price in terms of a token; empty before the first.</summary>
    public static string LastPrice(OutcomeMarket market, int token) => market.LastPrice == 0 ? ""
        : OutcomeUnits.Price(
            market.LastPriceToken == token ? market.LastPrice : OutcomeUnits.Dollar - market.LastPrice);

    /// <summary>What there is to know before trading (<c>/clob-markets/{condition}</c>).</summary>
    public static void Details(Utf8JsonWriter json, OutcomeMarket market, bool hasUnknownField, long nowNanos)
    {
        json.WriteStartObject();
        json.WriteString("c", market.ConditionId);
        json.WriteStartArray("t");
        for (var token = 0; token < 2; token++)
        {
            json.WriteStartObject();
            json.WriteString("t", market.TokenTexts[token]);
            json.WriteString("o", market.Outcomes[token]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Plain(json, "mts", OutcomeUnits.Price(market.Tick));
        json.WriteNumber("mos", OutcomeMarket.MinLots / OutcomeUnits.LotsPerShare);
        json.WriteBoolean("nr", market.Event.IsNegRisk);
        json.WriteBoolean("ao", market.IsTradable(nowNanos));
        json.WriteBoolean("itode", market.HoldsTakers);
        json.WriteNumber("mbf", market.Fees.IsFree ? 0 : 1_000);
        json.WriteNumber("tbf", market.Fees.IsFree ? 0 : 1_000);
        if (!market.Fees.IsFree)
        {
            json.WriteStartObject("fd");
            Plain(json, "r", DecimalText.ToShortText(market.Fees.RatePpm, 6));
            json.WriteNumber("e", market.Fees.Exponent);
            json.WriteBoolean("to", true);
            json.WriteEndObject();
        }

        json.WriteNull("r");
        if (hasUnknownField)
        {
            Plain(json, "sfr", "0.01");
        }

        json.WriteEndObject();
    }

    /// <summary>A market in the list (<c>/markets</c>).</summary>
    public static void Market(Utf8JsonWriter json, OutcomeMarket market, long nowNanos)
    {
        json.WriteStartObject();
        json.WriteBoolean("enable_order_book", market.IsTradable(nowNanos));
        json.WriteBoolean("active", true);
        json.WriteBoolean("closed", market.Winner is not null);
        json.WriteBoolean("archived", false);
        json.WriteBoolean("accepting_orders", market.IsTradable(nowNanos));
        json.WriteString("accepting_order_timestamp", GammaJson.Time(market.HydratedNanos));
        json.WriteNumber("minimum_order_size", OutcomeMarket.MinLots / OutcomeUnits.LotsPerShare);
        Plain(json, "minimum_tick_size", OutcomeUnits.Price(market.Tick));
        json.WriteString("condition_id", market.ConditionId);
        json.WriteString("question_id", market.QuestionId);
        json.WriteString("question", market.Question);
        json.WriteString("description", market.Event.Description);
        json.WriteString("market_slug", market.Slug);
        json.WriteString("end_date_iso", GammaJson.Time(market.EndNanos));
        json.WriteNull("game_start_time");
        json.WriteNumber("seconds_delay", 0);
        json.WriteString("fpmm", "");
        json.WriteNumber("maker_base_fee", market.Fees.IsFree ? 0 : 1_000);
        json.WriteNumber("taker_base_fee", market.Fees.IsFree ? 0 : 1_000);
        json.WriteBoolean("notifications_enabled", true);
        json.WriteBoolean("neg_risk", market.Event.IsNegRisk);
        json.WriteString("neg_risk_market_id", market.Event.IsNegRisk ? market.Event.Markets[0].QuestionId : "");
        json.WriteString("neg_risk_request_id", "");
        json.WriteString("icon", "");
        json.WriteString("image", "");
        json.WriteStartObject("rewards");
        json.WriteNull("rates");
        json.WriteNumber("min_size", 50);
        Plain(json, "max_spread", "4.5");
        json.WriteEndObject();
        json.WriteBoolean("is_50_50_outcome", false);
        Tokens(json, market);
        json.WriteStartArray("tags");
        json.WriteStringValue(market.Event.Asset.Length > 0 ? "Crypto" : "Testnet");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Tokens(Utf8JsonWriter json, OutcomeMarket market)
    {
        json.WriteStartArray("tokens");
        for (var token = 0; token < 2; token++)
        {
            json.WriteStartObject();
            json.WriteString("token_id", market.TokenTexts[token]);
            json.WriteString("outcome", market.Outcomes[token]);
            Plain(json, "price", OutcomeUnits.Price(GammaJson.PriceOf(market, token)));
            json.WriteBoolean("winner", market.Winner == token);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>An order as its owner sees it.</summary>
    public static void Order(Utf8JsonWriter json, OutcomeOrder order, string status)
    {
        json.WriteStartObject();
        json.WriteString("id", order.Id);
        json.WriteString("status", status);
        json.WriteString("owner", order.Owner);
        json.WriteString("maker_address", order.Wallet.Address.ToString());
        json.WriteString("market", order.Market.ConditionId);
        json.WriteString("asset_id", order.Market.TokenTexts[order.Token]);
        json.WriteString("side", order.Side);
        json.WriteString("original_size", OutcomeUnits.Size(order.Lots));
        json.WriteString("size_matched", OutcomeUnits.Size(order.Matched));
        json.WriteString("price", OutcomeUnits.Price(order.Price));
        json.WriteString("outcome", order.Market.Outcomes[order.Token]);
        json.WriteString("expiration", order.Expiration.ToString());
        json.WriteString("order_type", order.Type);
        Names(json, "associate_trades", order.Trades);
        json.WriteNumber("created_at", order.CreatedNanos / Stamps.NanosPerSecond);
        json.WriteEndObject();
    }

    /// <summary>A trade as one of its sides sees it; the fields of the user channel and of REST are the same.</summary>
    public static void Trade(
        Utf8JsonWriter json, OutcomeTrade trade, string owner, bool isTaker, string status, bool isChannel)
    {
        var taker = trade.Taker;
        json.WriteStartObject();
        if (isChannel)
        {
            json.WriteString("event_type", "trade");
            json.WriteString("type", "TRADE");
        }

        json.WriteString("id", trade.Id);
        json.WriteString("taker_order_id", taker.Id);
        json.WriteString("market", taker.Market.ConditionId);
        json.WriteString("asset_id", taker.Market.TokenTexts[taker.Token]);
        json.WriteString("side", taker.Side);
        json.WriteString("size", OutcomeUnits.Size(trade.Lots));
        json.WriteString("fee_rate_bps", taker.Market.Fees.IsFree ? "0" : "1000");
        json.WriteString("price", OutcomeUnits.Price(trade.Price));
        json.WriteString("status", status);
        json.WriteString("match_time", Seconds(trade.MatchedNanos));
        if (isChannel)
        {
            json.WriteString("matchtime", Seconds(trade.MatchedNanos));
        }

        json.WriteString("last_update", Seconds(trade.UpdatedNanos));
        json.WriteString("outcome", taker.Market.Outcomes[taker.Token]);
        json.WriteNumber("bucket_index", 0);
        json.WriteString("owner", owner);
        if (isChannel)
        {
            json.WriteString("trade_owner", owner);
        }

        json.WriteString("maker_address", taker.Wallet.Address.ToString());
        json.WriteString("transaction_hash", trade.Transaction);
        json.WriteString("trader_side", isTaker ? "TAKER" : "MAKER");
        json.WriteStartArray("maker_orders");
        foreach (var fill in trade.Fills)
        {
            Maker(json, fill);
        }

        json.WriteEndArray();
        if (isChannel)
        {
            json.WriteString("timestamp", Millis(trade.UpdatedNanos));
        }

        json.WriteEndObject();
    }

    public static void Names(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>A number as it stands in decimal text.</summary>
    public static void Plain(Utf8JsonWriter json, string name, string number)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(number, skipInputValidation: true);
    }

    private static void Maker(Utf8JsonWriter json, OutcomeFill fill)
    {
        var maker = fill.Maker;
        json.WriteStartObject();
        json.WriteString("order_id", maker.Id);
        json.WriteString("owner", maker.Owner);
        json.WriteString("maker_address", maker.Wallet.Address.ToString());
        json.WriteString("matched_amount", OutcomeUnits.Size(fill.Lots));
        json.WriteString("price", OutcomeUnits.Price(maker.Price));
        json.WriteString("fee_rate_bps", "0");
        json.WriteString("asset_id", maker.Market.TokenTexts[maker.Token]);
        json.WriteString("outcome", maker.Market.Outcomes[maker.Token]);
        json.WriteNumber("outcome_index", maker.Token);
        json.WriteString("side", maker.Side);
        json.WriteEndObject();
    }

    // The best level is the last one of a side.
    private static void Levels(Utf8JsonWriter json, string name, List<Level> levels)
    {
        json.WriteStartArray(name);
        for (var i = levels.Count - 1; i >= 0; i--)
        {
            json.WriteStartObject();
            json.WriteString("price", OutcomeUnits.Price((int)levels[i].Price));
            json.WriteString("size", OutcomeUnits.Size(levels[i].Quantity));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
