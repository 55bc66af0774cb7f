using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>What Gamma says of markets and events.</summary>
/// <remarks>Shapes by replies recorded in 2026: lists inside texts, numbers beside the same numbers as text.</remarks>
internal static class GammaJson
{
    public static string Time(long nanos) => JsonForms.At(nanos).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    /// <summary>What a token is worth now: its winner's dollar, the middle of its book, or the crowd's guess.</summary>
    public static int PriceOf(OutcomeMarket market, int token)
    {
        if (market.Winner is { } winner)
        {
            return winner == token ? OutcomeUnits.Dollar : 0;
        }

        var (bid, ask) = market.Best(OutcomeMarket.Yes);
        var first = bid != 0 && ask != 0 ? (bid + ask) / 2 : (int)(market.Fair * OutcomeUnits.Dollar);
        return token == OutcomeMarket.Yes ? first : OutcomeUnits.Dollar - first;
    }

    public static void Market(
        Utf8JsonWriter json, OutcomeMarket market, PolymarketOptions options, GammaTwist twist, long nowNanos)
    {
        json.WriteStartObject();
        MarketFields(json, market, twist, nowNanos);
        json.WriteStartArray("events");
        json.WriteStartObject();
        EventFields(json, market.Event, options, nowNanos);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Event(
        Utf8JsonWriter json, OutcomeEvent one, PolymarketOptions options, GammaTwist twist, long nowNanos)
    {
        json.WriteStartObject();
        EventFields(json, one, options, nowNanos);
        json.WriteStartArray("markets");
        foreach (var market in one.Markets)
        {
            json.WriteStartObject();
            MarketFields(json, market, twist, nowNanos);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void MarketFields(Utf8JsonWriter json, OutcomeMarket market, GammaTwist twist, long nowNanos)
    {
        var (bid, ask) = market.Best(OutcomeMarket.Yes);
        json.WriteString("id", market.Id);
        json.WriteString("question", market.Question);
        json.WriteString("conditionId", market.ConditionId);
        json.WriteString("slug", market.Slug);
        json.WriteString("resolutionSource", SourceOf(market.Event));
        json.WriteString("endDate", Time(market.EndNanos));
        json.WriteString("startDate", JsonForms.Micros(market.CreatedNanos));
        json.WriteString("image", "");
        json.WriteString("icon", "");
        json.WriteString("description", market.Event.Description);
        json.WriteString("outcomes", Listed(market.Outcomes));
        json.WriteString("outcomePrices", Listed(
        [
            OutcomeUnits.Price(PriceOf(market, OutcomeMarket.Yes)),
            OutcomeUnits.Price(PriceOf(market, OutcomeMarket.No)),
        ]));
        json.WriteString("volume", OutcomeUnits.Dollars(market.VolumeMicros));
        ClobJson.Plain(json, "volumeNum", OutcomeUnits.Dollars(market.VolumeMicros));
        ClobJson.Plain(json, "volume24hr", OutcomeUnits.Dollars(market.VolumeMicros));
        json.WriteString("liquidity", OutcomeUnits.Dollars(LiquidityOf(market)));
        ClobJson.Plain(json, "liquidityNum", OutcomeUnits.Dollars(LiquidityOf(market)));
        json.WriteBoolean("active", !market.IsPlaceholder);
        json.WriteBoolean("closed", market.Winner is not null);
        json.WriteString("marketMakerAddress", "");
        json.WriteString("createdAt", JsonForms.Micros(market.CreatedNanos));
        json.WriteString("updatedAt", JsonForms.Micros(nowNanos));
        if (market.Winner is not null)
        {
            json.WriteString("closedTime", JsonForms.At(market.ResolvedNanos).ToString("yyyy-MM-dd HH:mm:ss'+00'"));
            json.WriteString("umaResolutionStatus", "resolved");
            json.WriteBoolean("automaticallyResolved", true);
        }

        json.WriteBoolean("new", false);
        json.WriteBoolean("featured", false);
        json.WriteBoolean("archived", false);
        json.WriteBoolean("restricted", true);
        json.WriteString("groupItemTitle", market.GroupTitle);
        json.WriteString("groupItemThreshold", "0");
        json.WriteString("questionID", market.QuestionId);
        json.WriteBoolean("enableOrderBook", true);
        ClobJson.Plain(json, "orderPriceMinTickSize", OutcomeUnits.Price(market.Tick));
        json.WriteNumber("orderMinSize", OutcomeMarket.MinLots / OutcomeUnits.LotsPerShare);
        json.WriteString("endDateIso", Time(market.EndNanos)[..10]);
        json.WriteString("startDateIso", Time(market.CreatedNanos)[..10]);
        json.WriteBoolean("hasReviewedDates", true);
        json.WriteString("clobTokenIds", Listed(market.TokenTexts));
        if (market.Version == "v2")
        {
            ClobJson.Names(json, "positionIds", market.TokenTexts);
        }

        json.WriteNumber("makerBaseFee", market.Fees.IsFree ? 0 : 1_000);
        json.WriteNumber("takerBaseFee", market.Fees.IsFree ? 0 : 1_000);
        json.WriteBoolean(
            "acceptingOrders", !market.IsPlaceholder && market.Winner is null && nowNanos < market.EndNanos);
        json.WriteString("acceptingOrdersTimestamp", Time(market.CreatedNanos));
        json.WriteBoolean("negRisk", market.Event.IsNegRisk);
        if (market.Event.IsNegRisk)
        {
            json.WriteString("negRiskMarketID", market.Event.Markets[0].QuestionId);
            json.WriteBoolean("negRiskOther", market.IsOther);
        }

        json.WriteBoolean("ready", false);
        json.WriteBoolean("funded", false);
        json.WriteBoolean("approved", true);
        json.WriteNumber("rewardsMinSize", 50);
        ClobJson.Plain(json, "rewardsMaxSpread", "4.5");
        Prices(json, market, bid, ask);
        if (market.Event.Kind == EventKind.UpDown)
        {
            json.WriteString("eventStartTime", Time(market.Event.StartNanos));
        }

        json.WriteBoolean("feesEnabled", !market.Fees.IsFree);
        json.WriteString("feeType", market.Fees.Type);
        Fees(json, market.Fees);
        json.WriteString("version", twist.Version ?? market.Version);
        if (twist.HasUnknownField)
        {
            json.WriteStartObject("settlementLayer");
            json.WriteString("kind", "unheard-of");
            json.WriteEndObject();
        }
    }

    private static void Prices(Utf8JsonWriter json, OutcomeMarket market, int bid, int ask)
    {
        if (market.LastPrice != 0)
        {
            ClobJson.Plain(json, "lastTradePrice", ClobJson.LastPrice(market, OutcomeMarket.Yes));
        }

        if (bid != 0)
        {
            ClobJson.Plain(json, "bestBid", OutcomeUnits.Price(bid));
        }

        if (ask != 0)
        {
            ClobJson.Plain(json, "bestAsk", OutcomeUnits.Price(ask));
        }

        if (bid != 0 && ask > bid)
        {
            ClobJson.Plain(json, "spread", OutcomeUnits.Price(ask - bid));
        }
    }

    private static void Fees(Utf8JsonWriter json, FeeSchedule fees)
    {
        if (fees.IsFree)
        {
            json.WriteNull("feeSchedule");
            return;
        }

        json.WriteStartObject("feeSchedule");
        json.WriteNumber("exponent", fees.Exponent);
        ClobJson.Plain(json, "rate", DecimalText.ToShortText(fees.RatePpm, 6));
        json.WriteBoolean("takerOnly", true);
        ClobJson.Plain(json, "rebateRate", DecimalText.ToShortText(fees.RebatePpm, 6));
        json.WriteEndObject();
    }

    private static void EventFields(Utf8JsonWriter json, OutcomeEvent one, PolymarketOptions options, long nowNanos)
    {
        json.WriteString("id", one.Id);
        json.WriteString("ticker", one.Slug);
        json.WriteString("slug", one.Slug);
        json.WriteString("title", one.Title);
        json.WriteString("description", one.Description);
        json.WriteString("resolutionSource", SourceOf(one));
        json.WriteString("startDate", JsonForms.Micros(one.CreatedNanos));
        json.WriteString("creationDate", JsonForms.Micros(one.CreatedNanos));
        json.WriteString("endDate", Time(one.EndNanos));
        json.WriteString("image", "");
        json.WriteString("icon", "");
        json.WriteBoolean("active", true);
        json.WriteBoolean("closed", one.IsClosed);
        json.WriteBoolean("archived", false);
        json.WriteBoolean("new", false);
        json.WriteBoolean("featured", false);
        json.WriteBoolean("restricted", true);
        json.WriteString("createdAt", JsonForms.Micros(one.CreatedNanos));
        json.WriteString("updatedAt", JsonForms.Micros(nowNanos));
        json.WriteBoolean("enableOrderBook", true);
        json.WriteBoolean("negRisk", one.IsNegRisk);
        json.WriteBoolean("enableNegRisk", one.IsNegRisk);
        json.WriteBoolean("negRiskAugmented", one.Kind == EventKind.Augmented);
        if (one.IsNegRisk)
        {
            json.WriteString("negRiskMarketID", one.Markets[0].QuestionId);
        }

        json.WriteBoolean("showAllOutcomes", true);
        json.WriteString("seriesSlug", one.SeriesSlug);
        json.WriteStartArray("series");
        if (one.Recurrence.Length > 0)
        {
            json.WriteStartObject();
            json.WriteString("ticker", one.SeriesSlug);
            json.WriteString("slug", one.SeriesSlug);
            json.WriteString("title", one.SeriesSlug);
            json.WriteString("seriesType", "single");
            json.WriteString("recurrence", one.Recurrence);
            json.WriteBoolean("active", true);
            json.WriteBoolean("closed", false);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (one.Kind == EventKind.UpDown)
        {
            json.WriteString("startTime", Time(one.StartNanos));
            Metadata(json, one, options, nowNanos);
        }
    }

    // The price to beat is said some seconds after the window has begun, the final one once it is resolved.
    private static void Metadata(Utf8JsonWriter json, OutcomeEvent one, PolymarketOptions options, long nowNanos)
    {
        if (one.PriceToBeat == 0 || nowNanos < one.StartNanos + options.PriceToBeatAfter.Nanos())
        {
            return;
        }

        json.WriteStartObject("eventMetadata");
        ClobJson.Plain(json, "priceToBeat", DecimalText.ToShortText(one.PriceToBeat, PriceOracle.Decimals));
        if (one.IsClosed)
        {
            ClobJson.Plain(json, "finalPrice", DecimalText.ToShortText(one.FinalPrice, PriceOracle.Decimals));
        }

        json.WriteEndObject();
    }

    private static string SourceOf(OutcomeEvent one) => one.Asset.Length == 0 ? ""
        : $"https://data.chain.link/streams/{one.Asset.ToLowerInvariant()}-usd";

    private static long LiquidityOf(OutcomeMarket market)
    {
        long micros = 0;
        foreach (var side in (ReadOnlySpan<Side>)[Side.Buy, Side.Sell])
        {
            foreach (var level in market.Levels(OutcomeMarket.Yes, side))
            {
                micros += OutcomeUnits.Value((int)level.Price, level.Quantity);
            }
        }

        return micros;
    }

    private static string Listed(IEnumerable<string> values) =>
        "[" + string.Join(", ", values.Select(value => $"\"{value}\"")) + "]";
}

/// <summary>What faults do to Gamma's replies.</summary>
/// <param name="Version">A version that nobody knows; null for the market's own.</param>
/// <param name="HasUnknownField">True where a field is added that nobody knows.</param>
internal readonly record struct GammaTwist(string? Version, bool HasUnknownField);
