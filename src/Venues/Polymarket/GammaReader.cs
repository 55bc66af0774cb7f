using System.Text;
using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Polymarket;

/// <summary>Reads descriptions of markets: Gamma's markets and events, and the CLOB's trading terms.</summary>
/// <remarks>Far from the hot path: it allocates. A field that it does not know is a fault only where money depends on
/// it
/// (<see cref="FieldRules"/>); one that it needs and cannot read is left out, and the catalogue says what follows from
/// that.</remarks>
internal sealed class GammaReader
{
    private const int PriceDecimals = 8;

    private readonly IsoTime _clock = new();

    /// <summary>Reads the drafts of a reply: one market, an array, or a page of markets or events.</summary>
    /// <param name="root">The reply.</param>
    /// <param name="into">The markets found.</param>
    /// <param name="nextCursor">Where the next page begins; empty on the last one.</param>
    /// <returns>False where the reply is none of these.</returns>
    public bool TryRead(JsonElement root, List<MarketDraft> into, out string nextCursor)
    {
        nextCursor = string.Empty;
        if (root.ValueKind == JsonValueKind.Array)
        {
            return root.EnumerateArray().All(item => TryReadOne(item, into));
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        nextCursor = root.Text("next_cursor");
        if (root.TryGetProperty("conditionId", out _) || !IsPage(root))
        {
            return TryReadOne(root, into);
        }

        return root.Items("markets").Concat(root.Items("events")).All(item => TryReadOne(item, into));
    }

    /// <summary>Reads <c>/clob-markets/{condition}</c>.</summary>
    public static ClobTerms? ReadTerms(JsonElement root, string conditionId)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("t", out var list)
            || list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var fee = root.TryGetProperty("fd", out var fd) && fd.ValueKind == JsonValueKind.Object
            ? Fee(fd, "r", "e", "to")
            : null;
        return new ClobTerms
        {
            ConditionId = conditionId,
            Tokens = [.. root.Items("t").Where(item => item.ValueKind == JsonValueKind.Object)
                .Select(item => (item.Text("t"), item.Text("o")))],
            TickPpm = Number(root, "mts", Micros.Decimals),
            LeastSizeMicro = Number(root, "mos", Micros.Decimals),
            IsNegRisk = root.Flag("nr"),
            AcceptsOrders = root.Flag("ao"),
            HoldsTakers = root.Flag("itode") ?? false,
            Fee = fee,
            Stranger = FieldRules.OfTerms(root),
            TakerBaseFee = Said(root, "tbf", 0),
        };
    }

    private static bool IsPage(JsonElement root) =>
        (root.TryGetProperty("markets", out var markets) && markets.ValueKind == JsonValueKind.Array
            && !root.TryGetProperty("slug", out _))
        || (root.TryGetProperty("events", out var events) && events.ValueKind == JsonValueKind.Array
            && !root.TryGetProperty("slug", out _));

    // A market, or an event with its markets.
    private bool TryReadOne(JsonElement json, List<MarketDraft> into)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("slug", out _))
        {
            return false;
        }

        if (json.TryGetProperty("markets", out var markets) && markets.ValueKind == JsonValueKind.Array
            && !json.TryGetProperty("conditionId", out _))
        {
            var count = markets.GetArrayLength();
            return markets.EnumerateArray().All(market => TryReadMarket(market, json, count, into));
        }

        return TryReadMarket(json, json.Items("events").FirstOrDefault(), 0, into);
    }

    private bool TryReadMarket(JsonElement json, JsonElement parent, int eventMarkets, List<MarketDraft> into)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("outcomes", out _)
            || !json.TryGetProperty("conditionId", out _))
        {
            return false;
        }

        var hasParent = parent.ValueKind == JsonValueKind.Object;
        var version = json.Text("version");
        var isV2 = version.Equals("v2", StringComparison.OrdinalIgnoreCase);
        var prices = json.Texts("outcomePrices");
        var closed = json.Flag("closed") ?? false;
        into.Add(new MarketDraft
        {
            ConditionId = json.Text("conditionId"),
            Slug = json.Text("slug"),
            Question = json.Text("question"),
            Rules = $"{json.Text("description")}\n{json.Text("resolutionSource")}",
            Version = version.Length == 0 ? "v1" : version,
            Outcomes = json.Texts("outcomes"),
            TokenIds = json.Texts(isV2 ? "positionIds" : "clobTokenIds"),
            OutcomePpm = [.. prices.Select(text => Ppm(text))],
            IsClosed = closed || (json.Flag("archived") ?? false),
            IsResolved = closed && json.Text("umaResolutionStatus") is "resolved" or "settled",
            AcceptsOrders = (json.Flag("acceptingOrders") ?? true) && (json.Flag("enableOrderBook") ?? true)
                && (json.Flag("active") ?? true),
            IsNegRisk = (json.Flag("negRisk") ?? false) || (hasParent && (parent.Flag("negRisk") ?? false)),
            IsAugmented = hasParent && (parent.Flag("negRiskAugmented") ?? false),
            EventId = hasParent ? parent.Text("id") : string.Empty,
            EventMarkets = eventMarkets,
            TickPpm = Number(json, "orderPriceMinTickSize", Micros.Decimals),
            LeastSizeMicro = Number(json, "orderMinSize", Micros.Decimals),
            FeesEnabled = json.Flag("feesEnabled"),
            TakerBaseFee = Said(json, "takerBaseFee", 0),
            FeeType = json.Text("feeType"),
            Stranger = FieldRules.OfMarket(json),
            Fee = json.TryGetProperty("feeSchedule", out var fee) && fee.ValueKind == JsonValueKind.Object
                ? Fee(fee, "rate", "exponent", "takerOnly")
                : null,
            HoldSeconds = (int)Math.Clamp(Number(json, "secondsDelay", 0), 0, 3_600),
            StartNanos = Time(json.Text("eventStartTime")),
            EndNanos = Time(json.Text("endDate")),
            PriceToBeat = hasParent ? PriceToBeat(parent) : null,
        });
        return true;
    }

    private static FeeTerms? Fee(JsonElement json, string rate, string exponent, string takerOnly) => new FeeTerms(
        Said(json, rate, Micros.Decimals) ?? -1,
        (int)Math.Min(Said(json, exponent, 0) ?? 0, 9),
        json.Flag(takerOnly) ?? false);

    // eventMetadata is an object, or JSON inside a text.
    private static (long E8, long GrainE8)? PriceToBeat(JsonElement parent)
    {
        if (!parent.TryGetProperty("eventMetadata", out var metadata))
        {
            return null;
        }

        if (metadata.ValueKind == JsonValueKind.String && metadata.GetString() is { Length: > 1 } text
            && text[0] == '{')
        {
            try
            {
                using var inner = JsonDocument.Parse(text);
                return PriceOf(inner.RootElement.Text("priceToBeat"));
            }
            catch (JsonException)
            {
                return null;
            }
        }

        return metadata.ValueKind == JsonValueKind.Object ? PriceOf(metadata.Text("priceToBeat")) : null;
    }

    private static (long E8, long GrainE8)? PriceOf(string text)
    {
        if (!DecimalPrices.TryE8(Encoding.ASCII.GetBytes(text), out var e8) || e8 == 0)
        {
            return null;
        }

        var decimals = Math.Min(PriceDecimals, DecimalText.DecimalsIn(Encoding.ASCII.GetBytes(text)));
        return (e8, DecimalText.Scale(PriceDecimals - decimals));
    }

    private long Time(string text) =>
        text.Length > 0 && _clock.TryParse(Encoding.ASCII.GetBytes(text), out var nanos) ? nanos : 0;

    private static long Ppm(string text) =>
        DecimalPrices.TryScaled(Encoding.ASCII.GetBytes(text), Micros.Decimals, out var ppm) ? ppm : -1;

    private static long Number(JsonElement json, string name, int decimals) =>
        TryNumber(json, name, decimals, out var value) ? value : 0;

    // Null where it is not said; -1 where it is no such number.
    private static long? Said(JsonElement json, string name, int decimals) =>
        !json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : TryNumber(json, name, decimals, out var number) ? number : -1;

    private static bool TryNumber(JsonElement json, string name, int decimals, out long value) =>
        DecimalText.TryParseJsonNumber(Encoding.ASCII.GetBytes(json.Text(name)), decimals, out value);
}
