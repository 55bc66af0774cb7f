using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>What faults and options change in the form of what is sent.</summary>
/// <param name="IsLegacy">The fields in whole cents and contracts of early 2026 are there too.</param>
/// <param name="HasUnknownFields">Fields that nobody knows are there.</param>
/// <param name="HasUnknownEnums">Enumerations have a value that nobody knows.</param>
/// <param name="HasUnknownFee">Series have a fee type that nobody knows.</param>
/// <param name="HasNumbers">Prices and counts of messages are numbers.</param>
internal readonly record struct KalshiForm(
    bool IsLegacy, bool HasUnknownFields, bool HasUnknownEnums, bool HasUnknownFee, bool HasNumbers);

/// <summary>The venue's objects of its market data, as REST sends them.</summary>
/// <remarks>docs.kalshi.com OpenAPI 3.13 to 3.26, and replies recorded in January and February 2026.</remarks>
internal static class KalshiJson
{
    public const string Never = "0001-01-01T00:00:00Z";

    private const long ExpirationNanos = 7L * 24 * 3600 * Stamps.NanosPerSecond;
    private const int SettlementTimerSeconds = 60;

    public static string Time(long unixNanos) => JsonForms.Micros(unixNanos);

    public static string Seconds(long unixNanos) => JsonForms.At(unixNanos).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    public static string NameOf(KalshiStatus status) => status.ToString().ToLowerInvariant();

    public static void Price(this Utf8JsonWriter json, string name, long price) =>
        json.WriteString(name, KalshiUnits.Price(price));

    public static void Count(this Utf8JsonWriter json, string name, long count) =>
        json.WriteString(name, KalshiUnits.Count(count));

    public static void Money(this Utf8JsonWriter json, string name, long money) =>
        json.WriteString(name, KalshiUnits.Money(money));

    public static void Unknown(Utf8JsonWriter json, KalshiForm form)
    {
        if (form.HasUnknownFields)
        {
            json.WriteString("zz_added_yesterday", "unknown");
            json.WriteStartObject("zz_added_object");
            json.WriteNumber("depth", 1);
            json.WriteEndObject();
        }
    }

    public static void Write(Utf8JsonWriter json, KalshiMarket market, KalshiForm form)
    {
        var (bid, ask) = (market.YesBid, market.YesAsk);
        json.WriteStartObject();
        json.WriteString("ticker", market.Ticker);
        json.WriteString("event_ticker", market.Event.Ticker);
        json.WriteString("market_type", "binary");
        json.WriteString("title", TitleOf(market));
        json.WriteString("subtitle", "");
        json.WriteString("yes_sub_title", SubtitleOf(market));
        json.WriteString("no_sub_title", SubtitleOf(market));
        json.WriteString("created_time", Time(market.CreatedNanos));
        json.WriteString("updated_time", Time(market.UpdatedNanos));
        json.WriteString("open_time", Seconds(market.OpenNanos));
        json.WriteString("close_time", Seconds(market.CloseNanos));
        json.WriteString("expected_expiration_time", Seconds(market.CloseNanos));
        json.WriteString("expiration_time", Seconds(market.CloseNanos + ExpirationNanos));
        json.WriteString("latest_expiration_time", Seconds(market.CloseNanos + ExpirationNanos));
        json.WriteNumber("settlement_timer_seconds", SettlementTimerSeconds);
        json.WriteString("status", form.HasUnknownEnums ? "suspended_by_moonlight" : NameOf(market.Status));
        json.WriteString("response_price_units", "usd_cent");
        json.Price("yes_bid_dollars", bid);
        json.Count("yes_bid_size_fp", market.Book.Best(Side.Buy).Quantity);
        json.Price("yes_ask_dollars", ask);
        json.Count("yes_ask_size_fp", market.Book.Best(Side.Sell).Quantity);
        json.Price("no_bid_dollars", KalshiUnits.Dollar - ask);
        json.Price("no_ask_dollars", KalshiUnits.Dollar - bid);
        json.Price("last_price_dollars", market.LastPrice);
        json.Count("volume_fp", market.Volume);
        json.Count("volume_24h_fp", market.Volume);
        json.Count("open_interest_fp", market.OpenInterest);
        json.Price("notional_value_dollars", KalshiUnits.Dollar);
        json.Price("previous_yes_bid_dollars", 0);
        json.Price("previous_yes_ask_dollars", 0);
        json.Price("previous_price_dollars", 0);
        json.Price("liquidity_dollars", 0);
        json.WriteString("result", market.Status >= KalshiStatus.Determined ? market.Result : "");
        json.WriteBoolean("can_close_early", true);
        json.WriteString(
            "early_close_condition", "This market will close and expire early if the event occurs.");
        json.WriteBoolean("fractional_trading_enabled", true);
        json.WriteString("expiration_value", market.Status >= KalshiStatus.Determined ? market.ExpirationValue : "");
        json.WriteString("rules_primary", RulesOf(market));
        json.WriteString("rules_secondary", "");
        json.WriteNumber("tick_size", 1);
        WriteDecision(json, market);
        WriteRanges(json, market.Ranges);
        if (form.IsLegacy)
        {
            WriteLegacy(json, market, bid, ask);
        }

        Unknown(json, form);
        json.WriteEndObject();
    }

    public static void WriteRanges(Utf8JsonWriter json, PriceRanges ranges)
    {
        json.WriteString("price_level_structure", ranges.Structure);
        json.WriteStartArray("price_ranges");
        foreach (var range in ranges.Ranges)
        {
            json.WriteStartObject();
            json.Price("start", range.Start);
            json.Price("end", range.End);
            json.Price("step", range.Step);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, KalshiEvent e, KalshiForm form, bool withMarkets)
    {
        json.WriteStartObject();
        json.WriteString("event_ticker", e.Ticker);
        json.WriteString("series_ticker", e.Series.Ticker);
        json.WriteString("sub_title", e.Subtitle);
        json.WriteString("title", e.Series.Title);
        json.WriteString("collateral_return_type", "");
        json.WriteBoolean("mutually_exclusive", value: false);
        json.WriteString("category", e.Series.Category);
        json.WriteString("strike_date", Seconds(e.StrikeNanos));
        json.WriteString("strike_period", "");
        json.WriteBoolean("available_on_brokers", value: false);
        json.WriteNull("product_metadata");
        if (withMarkets)
        {
            json.WriteStartArray("markets");
            foreach (var market in e.Markets)
            {
                Write(json, market, form);
            }

            json.WriteEndArray();
        }

        Unknown(json, form);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, KalshiSeries series, KalshiForm form)
    {
        json.WriteStartObject();
        json.WriteString("ticker", series.Ticker);
        json.WriteString("frequency", series.Frequency);
        json.WriteString("title", series.Title);
        json.WriteString("category", series.Category);
        json.WriteStartArray("tags");
        json.WriteStringValue(series.Asset.Length == 0 ? "Testnet" : series.Asset);
        json.WriteEndArray();
        WriteSources(json, series);
        json.WriteString("contract_url", "");
        json.WriteString("contract_terms_url", "");
        json.WriteNull("product_metadata");
        json.WriteString("fee_type", form.HasUnknownFee ? "cubic_with_moonlight" : series.FeeType);
        json.WriteNumber("fee_multiplier", 1);
        json.WriteNull("additional_prohibitions");
        Unknown(json, form);
        json.WriteEndObject();
    }

    public static void WriteSources(Utf8JsonWriter json, KalshiSeries series)
    {
        json.WriteStartArray("settlement_sources");
        json.WriteStartObject();
        json.WriteString("name", "CF Benchmarks");
        json.WriteString("url", "https://www.cfbenchmarks.com/data/indices/" + series.IndexId);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>The levels of one side, worst first: the best is the last.</summary>
    public static void WriteBids(Utf8JsonWriter json, KalshiMarket market, Side side, int depth, bool asNumbers)
    {
        var count = market.Book.Count(side);
        var shown = depth == 0 ? count : Math.Min(depth, count);
        json.WriteStartArray();
        for (var rank = shown - 1; rank >= 0; rank--)
        {
            var level = market.Book.At(side, rank);
            var price = side == Side.Buy ? level.Price : KalshiUnits.Dollar - level.Price;
            json.WriteStartArray();
            json.WriteStringValue(KalshiUnits.Price(price));
            if (asNumbers)
            {
                json.WriteRawValue(KalshiUnits.Count(level.Quantity), skipInputValidation: true);
            }
            else
            {
                json.WriteStringValue(KalshiUnits.Count(level.Quantity));
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <summary><c>{"yes_dollars":[…],"no_dollars":[…]}</c>.</summary>
    public static void WriteBook(Utf8JsonWriter json, KalshiMarket market, int depth)
    {
        json.WriteStartObject();
        json.WritePropertyName("yes_dollars");
        WriteBids(json, market, Side.Buy, depth, asNumbers: false);
        json.WritePropertyName("no_dollars");
        WriteBids(json, market, Side.Sell, depth, asNumbers: false);
        json.WriteEndObject();
    }

    /// <summary>The book as it was sent until early 2026: null for an empty side, beside it whole cents.</summary>
    public static void WriteLegacyBook(Utf8JsonWriter json, KalshiMarket market, int depth)
    {
        json.WriteStartObject();
        foreach (var (name, side) in ((string, Side)[])[("yes", Side.Buy), ("no", Side.Sell)])
        {
            if (market.Book.Count(side) == 0)
            {
                json.WriteNull(name);
                json.WriteNull(name + "_dollars");
                continue;
            }

            var shown = depth == 0 ? market.Book.Count(side) : Math.Min(depth, market.Book.Count(side));
            foreach (var inDollars in (ReadOnlySpan<bool>)[false, true])
            {
                json.WriteStartArray(inDollars ? name + "_dollars" : name);
                for (var rank = shown - 1; rank >= 0; rank--)
                {
                    var level = market.Book.At(side, rank);
                    var price = side == Side.Buy ? level.Price : KalshiUnits.Dollar - level.Price;
                    json.WriteStartArray();
                    if (inDollars)
                    {
                        json.WriteStringValue(KalshiUnits.Price(price));
                    }
                    else
                    {
                        json.WriteNumberValue(KalshiUnits.Cents(price));
                    }

                    json.WriteNumberValue(level.Quantity / KalshiUnits.Contract);
                    json.WriteEndArray();
                }

                json.WriteEndArray();
            }
        }

        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, KalshiMarket market, KalshiTrade trade)
    {
        json.WriteStartObject();
        json.WriteString("trade_id", trade.Id);
        json.WriteString("ticker", market.Ticker);
        json.Count("count_fp", trade.Count);
        json.Price("yes_price_dollars", trade.Price);
        json.Price("no_price_dollars", KalshiUnits.Dollar - trade.Price);
        WriteTaker(json, trade.Taker);
        json.WriteBoolean("is_block_trade", value: false);
        json.WriteString("created_time", Time(trade.AtNanos));
        json.WriteEndObject();
    }

    public static void WriteTaker(Utf8JsonWriter json, Side taker)
    {
        json.WriteString("taker_side", Outcome(taker));
        json.WriteString("taker_outcome_side", Outcome(taker));
        json.WriteString("taker_book_side", BookSide(taker));
    }

    /// <summary>The outcome that an order of the side wants.</summary>
    public static string Outcome(Side side) => side == Side.Buy ? "yes" : "no";

    public static string BookSide(Side side) => side == Side.Buy ? "bid" : "ask";

    /// <summary>What the title of a market says.</summary>
    public static string TitleOf(KalshiMarket market) =>
        market.Series.IsLadder ? $"{market.Series.Title} {market.Event.Subtitle}" : market.Series.Title;

    public static string SubtitleOf(KalshiMarket market) => market.Series.Asset.Length == 0 ? "Yes"
        : market.StrikeCents == 0 ? "Target price: to be determined"
        : market.AtStrikeIsYes ? $"Target price: ${DecimalText.ToText(market.StrikeCents, 2)}"
        : $"${DecimalText.ToText(market.StrikeCents + 1, 2)} or above";

    public static string RulesOf(KalshiMarket market) => market.Series.Asset.Length == 0
        ? "If the testnet still runs, the market resolves to Yes."
        : $"If the simple average of the sixty seconds of CF Benchmarks' {market.Series.IndexId} before the close is "
            + (market.AtStrikeIsYes ? "at least" : "above") + " the target, then the market resolves to Yes.";

    /// <summary>The strike of a market: which kind, and where.</summary>
    public static void WriteStrike(Utf8JsonWriter json, KalshiMarket market)
    {
        if (market.Series.Asset.Length > 0)
        {
            json.WriteString("strike_type", market.AtStrikeIsYes ? "greater_or_equal" : "greater");
            if (market.StrikeCents > 0)
            {
                json.Number("floor_strike", market.StrikeCents, 2);
            }
        }
    }

    private static void WriteDecision(Utf8JsonWriter json, KalshiMarket market)
    {
        WriteStrike(json, market);
        if (market.Status >= KalshiStatus.Determined)
        {
            json.Price("settlement_value_dollars", market.SettlementPrice);
        }

        if (market.Status == KalshiStatus.Finalized)
        {
            json.WriteString("settlement_ts", Time(market.SettledNanos));
        }
    }

    private static void WriteLegacy(Utf8JsonWriter json, KalshiMarket market, int bid, int ask)
    {
        json.WriteNumber("yes_bid", KalshiUnits.Cents(bid));
        json.WriteNumber("yes_ask", KalshiUnits.Cents(ask));
        json.WriteNumber("no_bid", KalshiUnits.Cents(KalshiUnits.Dollar - ask));
        json.WriteNumber("no_ask", KalshiUnits.Cents(KalshiUnits.Dollar - bid));
        json.WriteNumber("last_price", KalshiUnits.Cents(market.LastPrice));
        json.WriteNumber("volume", market.Volume / KalshiUnits.Contract);
        json.WriteNumber("volume_24h", market.Volume / KalshiUnits.Contract);
        json.WriteNumber("open_interest", market.OpenInterest / KalshiUnits.Contract);
        json.WriteNumber("notional_value", 100);
        json.WriteNumber("previous_yes_bid", 0);
        json.WriteNumber("previous_yes_ask", 0);
        json.WriteNumber("previous_price", 0);
        json.WriteNumber("liquidity", 0);
    }
}
