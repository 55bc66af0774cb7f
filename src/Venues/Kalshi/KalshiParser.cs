using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Kalshi;

/// <summary>
/// Kalshi's WebSocket v2 and the answers of its REST v2. Wire rules: the venue's pages on the channels orderbook_delta,
/// trade, ticker, market_lifecycle_v2 and cfbenchmarks_value, and on fixed-point numbers; the shape with whole cents
/// that
/// came before them is read too.
/// </summary>
/// <remarks>Feed loop only. Knows nothing of sequence or proof. No allocation for books, changes, trades and
/// tickers.</remarks>
internal sealed partial class KalshiParser(KalshiBookTable books)
{
    private const int MostPartsOfAnAnswer = 1_000;

    private static readonly byte[][] RootNames =
    [
        "type"u8.ToArray(), "sid"u8.ToArray(), "seq"u8.ToArray(), "msg"u8.ToArray(), "orderbooks"u8.ToArray(),
        "orderbook_fp"u8.ToArray(), "orderbook"u8.ToArray(), "markets"u8.ToArray(), "market"u8.ToArray(),
        "event"u8.ToArray(), "series"u8.ToArray(), "exchange_active"u8.ToArray(),
    ];

    private static readonly byte[][] DeltaNames =
    [
        "market_ticker"u8.ToArray(), "side"u8.ToArray(), "price_dollars"u8.ToArray(), "price"u8.ToArray(),
        "delta_fp"u8.ToArray(), "delta"u8.ToArray(), "ts_ms"u8.ToArray(), "ts"u8.ToArray(),
    ];

    private static readonly byte[][] SnapshotNames =
    [
        "market_ticker"u8.ToArray(), "yes_dollars_fp"u8.ToArray(), "yes_dollars"u8.ToArray(), "yes"u8.ToArray(),
        "no_dollars_fp"u8.ToArray(), "no_dollars"u8.ToArray(), "no"u8.ToArray(),
    ];

    private static readonly byte[][] TradeNames =
    [
        "market_ticker"u8.ToArray(), "yes_price_dollars"u8.ToArray(), "yes_price"u8.ToArray(), "count_fp"u8.ToArray(),
        "count"u8.ToArray(), "taker_outcome_side"u8.ToArray(), "taker_book_side"u8.ToArray(),
        "taker_side"u8.ToArray(), "is_block_trade"u8.ToArray(), "ts_ms"u8.ToArray(), "ts"u8.ToArray(),
    ];

    private static readonly byte[][] TickerNames =
    [
        "market_ticker"u8.ToArray(), "yes_bid_dollars"u8.ToArray(), "yes_bid"u8.ToArray(),
        "yes_ask_dollars"u8.ToArray(), "yes_ask"u8.ToArray(), "ts_ms"u8.ToArray(), "ts"u8.ToArray(),
    ];

    private static readonly byte[][] SubscribedNames = ["channel"u8.ToArray(), "sid"u8.ToArray()];

    private static readonly byte[][] RefusalNames = ["code"u8.ToArray()];

    // Of our own orders: understood, and nothing to do.
    private static readonly byte[][] UnusedTypes =
    [
        "fill"u8.ToArray(), "user_order"u8.ToArray(), "market_position"u8.ToArray(),
        "order_group_updates"u8.ToArray(),
    ];

    private static readonly byte[][] UnusedAnswers =
    [
        "ok"u8.ToArray(), "unsubscribed"u8.ToArray(), "cfbenchmarks_value_indexlist"u8.ToArray(),
        "list_subscriptions"u8.ToArray(), "pong"u8.ToArray(),
    ];

    private readonly IsoTime _clock = new();

    /// <summary>Parses a whole message.</summary>
    /// <param name="frame">The message as received.</param>
    /// <param name="context">Path and query of the REST request that it answers; empty for the socket's.</param>
    /// <param name="into">Cleared by the caller; on rejection only its envelope and its market count.</param>
    /// <exception cref="JsonException">The message is no JSON.</exception>
    public RejectReason Parse(ReadOnlySpan<byte> frame, string context, KalshiFrame into)
    {
        Span<JsonSlice> f = stackalloc JsonSlice[12];
        var reason = JsonFields.Read(frame, RootNames, f);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!f[0].Exists)
        {
            return ParseAnswer(frame, context, f, into);
        }

        if (f[0].Type != JsonTokenType.String
            || (f[1].Exists && !JsonFields.TryInteger(frame, f[1], out _))
            || (f[2].Exists && !JsonFields.TryInteger(frame, f[2], out _)))
        {
            return RejectReason.BadField;
        }

        into.Sid = f[1].Exists && JsonFields.TryInteger(frame, f[1], out var sid) ? sid : -1;
        into.Seq = f[2].Exists && JsonFields.TryInteger(frame, f[2], out var seq) ? seq : -1;
        into.HasEnvelope = true;
        into.Message = f[3];
        return ParseMessage(frame, f, into);
    }

    private RejectReason ParseMessage(ReadOnlySpan<byte> frame, ReadOnlySpan<JsonSlice> f, KalshiFrame into)
    {
        if (JsonFields.TextIs(frame, f[0], "orderbook_delta"u8))
        {
            into.IsData = true;
            return HasMessage(f[3]) ? ParseDelta(JsonFields.Raw(frame, f[3]), into) : RejectReason.MissingField;
        }

        if (JsonFields.TextIs(frame, f[0], "orderbook_snapshot"u8))
        {
            return HasMessage(f[3]) ? ParseSnapshot(JsonFields.Raw(frame, f[3]), into) : RejectReason.MissingField;
        }

        into.IsHarmless = true;
        into.IsData = true;
        if (JsonFields.TextIs(frame, f[0], "ticker"u8))
        {
            return HasMessage(f[3]) ? ParseTicker(JsonFields.Raw(frame, f[3]), into) : RejectReason.MissingField;
        }

        if (JsonFields.TextIs(frame, f[0], "trade"u8))
        {
            return HasMessage(f[3]) ? ParseTrade(JsonFields.Raw(frame, f[3]), into) : RejectReason.MissingField;
        }

        if (JsonFields.TextIs(frame, f[0], "cfbenchmarks_value"u8)
            || JsonFields.TextIs(frame, f[0], "cfbenchmarks_value_5hz"u8))
        {
            return HasMessage(f[3]) ? ParseReference(JsonFields.Raw(frame, f[3]), into) : RejectReason.MissingField;
        }

        if (IsLifecycle(frame, f[0]))
        {
            into.Kind = KalshiKind.Lifecycle;
            return HasMessage(f[3]) ? RejectReason.None : RejectReason.MissingField;
        }

        return ParseControl(frame, f, into);
    }

    private static RejectReason ParseControl(
        ReadOnlySpan<byte> frame, ReadOnlySpan<JsonSlice> f, KalshiFrame into)
    {
        if (IsOneOf(UnusedTypes, frame, f[0]))
        {
            return RejectReason.None;
        }

        into.IsData = false;
        if (IsOneOf(UnusedAnswers, frame, f[0]))
        {
            return RejectReason.None;
        }

        if (JsonFields.TextIs(frame, f[0], "subscribed"u8))
        {
            return HasMessage(f[3])
                ? ParseSubscribed(JsonFields.Raw(frame, f[3]), into)
                : f[1].Exists ? RejectReason.None : RejectReason.MissingField;
        }

        if (JsonFields.TextIs(frame, f[0], "error"u8))
        {
            into.Kind = KalshiKind.Refusal;
            return HasMessage(f[3]) ? ParseRefusal(JsonFields.Raw(frame, f[3]), into) : RejectReason.None;
        }

        // What it is, nobody here knows; it may concern books.
        into.IsHarmless = false;
        return RejectReason.UnknownShape;
    }

    private static bool IsOneOf(byte[][] types, ReadOnlySpan<byte> frame, JsonSlice type)
    {
        foreach (var one in types)
        {
            if (JsonFields.TextIs(frame, type, one))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasMessage(JsonSlice slice) => slice.Type == JsonTokenType.StartObject;

    private static bool IsLifecycle(ReadOnlySpan<byte> frame, JsonSlice type) =>
        JsonFields.TextIs(frame, type, "market_lifecycle_v2"u8) || JsonFields.TextIs(frame, type, "event_lifecycle"u8)
        || JsonFields.TextIs(frame, type, "multivariate_market_lifecycle"u8)
        || JsonFields.TextIs(frame, type, "event_fee_update"u8);

    private static RejectReason ParseSubscribed(ReadOnlySpan<byte> json, KalshiFrame into)
    {
        Span<JsonSlice> f = stackalloc JsonSlice[2];
        var reason = JsonFields.Read(json, SubscribedNames, f);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (f[1].Exists)
        {
            if (!JsonFields.TryInteger(json, f[1], out var sid))
            {
                return RejectReason.BadField;
            }

            into.Sid = sid;
        }

        into.Kind = KalshiKind.Subscribed;
        into.Channel = JsonFields.TryText(json, f[0], out var name) ? KalshiChannels.Of(name) : KalshiChannel.None;
        return into.Sid >= 0 ? RejectReason.None : RejectReason.MissingField;
    }

    private static RejectReason ParseRefusal(ReadOnlySpan<byte> json, KalshiFrame into)
    {
        Span<JsonSlice> f = stackalloc JsonSlice[1];
        var reason = JsonFields.Read(json, RefusalNames, f);
        if (reason == RejectReason.None && f[0].Exists && JsonFields.TryInteger(json, f[0], out var code))
        {
            into.Code = code;
        }

        return reason;
    }

    private RejectReason FindBook(ReadOnlySpan<byte> json, JsonSlice field, KalshiFrame into)
    {
        if (!field.Exists)
        {
            return RejectReason.MissingField;
        }

        if (!JsonFields.TryText(json, field, out var name) || !KalshiNames.IsTicker(name))
        {
            return RejectReason.BadField;
        }

        into.Book = books.Find(name);
        return into.Book is null ? RejectReason.UnknownSymbol : RejectReason.None;
    }

    private RejectReason ParseDelta(ReadOnlySpan<byte> json, KalshiFrame into)
    {
        Span<JsonSlice> f = stackalloc JsonSlice[8];
        var reason = JsonFields.Read(json, DeltaNames, f);
        reason = reason == RejectReason.None ? FindBook(json, f[0], into) : reason;
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (into.Sid < 0 || into.Seq < 0 || !f[1].Exists || !(f[2].Exists || f[3].Exists)
            || !(f[4].Exists || f[5].Exists))
        {
            return RejectReason.MissingField;
        }

        into.IsYes = JsonFields.TextIs(json, f[1], "yes"u8);
        if ((!into.IsYes && !JsonFields.TextIs(json, f[1], "no"u8)) || !TryTime(json, f[6], f[7], out var time))
        {
            return RejectReason.BadField;
        }

        if (!TryPrice(json, f[2], f[3], out var price) || price is 0 or Micros.One
            || !KalshiNumbers.TrySignedMicro(json, f[4].Exists ? f[4] : f[5], out var size))
        {
            return RejectReason.OffGrid;
        }

        into.Kind = KalshiKind.Delta;
        into.PricePpm = price;
        into.SizeMicro = size;
        into.VenueNanos = time;
        return RejectReason.None;
    }

    private RejectReason ParseSnapshot(ReadOnlySpan<byte> json, KalshiFrame into)
    {
        Span<JsonSlice> f = stackalloc JsonSlice[7];
        var reason = JsonFields.Read(json, SnapshotNames, f);
        reason = reason == RejectReason.None ? FindBook(json, f[0], into) : reason;
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (into.Sid < 0 || into.Seq < 0)
        {
            return RejectReason.MissingField;
        }

        into.Kind = KalshiKind.Books;
        into.Add(into.Book!);
        reason = ReadSide(json, f[1..4], yes: true, into);
        return reason == RejectReason.None ? ReadSide(json, f[4..7], yes: false, into) : reason;
    }

    private RejectReason ParseTrade(ReadOnlySpan<byte> json, KalshiFrame into)
    {
        Span<JsonSlice> f = stackalloc JsonSlice[11];
        var reason = JsonFields.Read(json, TradeNames, f);
        reason = reason == RejectReason.None ? FindBook(json, f[0], into) : reason;
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!(f[1].Exists || f[2].Exists) || !(f[3].Exists || f[4].Exists)
            || !(f[5].Exists || f[6].Exists || f[7].Exists))
        {
            return RejectReason.MissingField;
        }

        var taker = f[5].Exists ? f[5] : f[6].Exists ? f[6] : f[7];
        into.IsYes = JsonFields.TextIs(json, taker, "yes"u8) || JsonFields.TextIs(json, taker, "bid"u8);
        if ((!into.IsYes && !JsonFields.TextIs(json, taker, "no"u8) && !JsonFields.TextIs(json, taker, "ask"u8))
            || !TryTime(json, f[9], f[10], out var time))
        {
            return RejectReason.BadField;
        }

        if (!TryPrice(json, f[1], f[2], out var price)
            || !KalshiNumbers.TryMicro(json, f[3].Exists ? f[3] : f[4], out var size))
        {
            return RejectReason.OffGrid;
        }

        // A trade that was agreed away from the book says nothing of it.
        into.Kind = f[8].Type == JsonTokenType.True ? KalshiKind.Nothing : KalshiKind.Trade;
        into.PricePpm = price;
        into.SizeMicro = size;
        into.VenueNanos = time;
        return RejectReason.None;
    }

    private RejectReason ParseTicker(ReadOnlySpan<byte> json, KalshiFrame into)
    {
        Span<JsonSlice> f = stackalloc JsonSlice[7];
        var reason = JsonFields.Read(json, TickerNames, f);
        reason = reason == RejectReason.None ? FindBook(json, f[0], into) : reason;
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!(f[1].Exists || f[2].Exists) || !(f[3].Exists || f[4].Exists))
        {
            return RejectReason.MissingField;
        }

        if (!TryTime(json, f[5], f[6], out var time))
        {
            return RejectReason.BadField;
        }

        if (!TryPrice(json, f[1], f[2], out var bid) || !TryPrice(json, f[3], f[4], out var ask))
        {
            return RejectReason.OffGrid;
        }

        into.Kind = KalshiKind.Ticker;
        into.BidPpm = bid;
        into.AskPpm = ask;
        into.VenueNanos = time;
        return RejectReason.None;
    }

    // Each side stands in the newest shape that is there: dollars with fractions of shares, dollars, whole cents. A
    // side
    // without orders is null, empty or absent.
    private static RejectReason ReadSide(
        ReadOnlySpan<byte> json, ReadOnlySpan<JsonSlice> shapes, bool yes, KalshiFrame into)
    {
        for (var i = 0; i < shapes.Length; i++)
        {
            if (shapes[i].Exists)
            {
                return ReadLevels(json, shapes[i], inCents: i == 2, yes, into);
            }
        }

        return RejectReason.None;
    }

    private static RejectReason ReadLevels(
        ReadOnlySpan<byte> json, JsonSlice slice, bool inCents, bool yes, KalshiFrame into)
    {
        if (slice.Type == JsonTokenType.Null)
        {
            return RejectReason.None;
        }

        if (slice.Type != JsonTokenType.StartArray)
        {
            return RejectReason.BadField;
        }

        var reader = new Utf8JsonReader(JsonFields.Raw(json, slice));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            if (!reader.Read() || !(inCents
                    ? KalshiNumbers.TryCents(ref reader, out var price)
                    : KalshiNumbers.TryPpm(ref reader, out price))
                || price is 0 or Micros.One || !reader.Read() || !KalshiNumbers.TryMicro(ref reader, out var size))
            {
                return RejectReason.OffGrid;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                reader.Skip();
            }

            if (size != 0 && !into.AddBid(yes, price, size))
            {
                return RejectReason.TooLarge;
            }
        }

        return reader.TokenType == JsonTokenType.EndArray ? RejectReason.None : RejectReason.BadField;
    }

    private static bool TryPrice(ReadOnlySpan<byte> json, JsonSlice dollars, JsonSlice cents, out long ppm) =>
        dollars.Exists ? KalshiNumbers.TryPpm(json, dollars, out ppm) : KalshiNumbers.TryCents(json, cents, out ppm);

    // Milliseconds where they are given; else seconds, or a time in words as the first version had it.
    private bool TryTime(ReadOnlySpan<byte> json, JsonSlice millis, JsonSlice other, out long nanos)
    {
        const long MostSeconds = 100_000_000_000;
        nanos = 0;
        if (millis.Exists)
        {
            return JsonFields.TryInteger(json, millis, out var ms) && TryScale(ms, Stamps.NanosPerMilli, out nanos);
        }

        if (!other.Exists)
        {
            return true;
        }

        if (other.Type == JsonTokenType.Number)
        {
            return JsonFields.TryInteger(json, other, out var value)
                && TryScale(value, value < MostSeconds ? Stamps.NanosPerSecond : Stamps.NanosPerMilli, out nanos);
        }

        return JsonFields.TryText(json, other, out var text) && _clock.TryParse(text, out nanos);
    }

    private static bool TryScale(long value, long by, out long nanos)
    {
        var fits = value <= long.MaxValue / by;
        nanos = fits ? value * by : 0;
        return fits;
    }
}
