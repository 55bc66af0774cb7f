using System.Text;
using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Polymarket;

/// <summary>
/// The market channel: <c>book</c>, <c>price_change</c>, <c>best_bid_ask</c>, <c>last_trade_price</c>,
/// <c>tick_size_change</c>, <c>new_market</c>, <c>market_resolved</c>; one event or an array of them, fields in any
/// order. Wire rules: the venue's market channel guide.
/// </summary>
internal sealed partial class MarketParser(TokenTable tokens)
{
    private const int Grid = Micros.Decimals;

    private static readonly byte[][] Names =
    [
        "event_type"u8.ToArray(), "market"u8.ToArray(), "asset_id"u8.ToArray(), "bids"u8.ToArray(),
        "asks"u8.ToArray(), "price_changes"u8.ToArray(), "timestamp"u8.ToArray(), "best_bid"u8.ToArray(),
        "best_ask"u8.ToArray(), "price"u8.ToArray(), "size"u8.ToArray(), "side"u8.ToArray(), "tick_size"u8.ToArray(),
        "new_tick_size"u8.ToArray(), "slug"u8.ToArray(), "winning_asset_id"u8.ToArray(), "condition_id"u8.ToArray(),
    ];

    private static readonly byte[][] LevelNames = ["price"u8.ToArray(), "size"u8.ToArray()];

    private readonly IsoTime _clock = new();

    /// <summary>Parses a whole frame.</summary>
    /// <param name="frame">The message as received.</param>
    /// <param name="into">Cleared by the caller; on rejection its events are void.</param>
    /// <exception cref="JsonException">The frame is no JSON.</exception>
    public RejectReason Parse(ReadOnlySpan<byte> frame, MarketFrame into)
    {
        if (TryFast(frame, into))
        {
            return Verdict(into);
        }

        into.Clear();
        var start = frame.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0 || frame[start] != '[')
        {
            var reason = ParseObject(frame, into);
            return reason == RejectReason.None ? Verdict(into) : reason;
        }

        // Every item is checked by itself; only this pass sees what stands between and behind them.
        var whole = new Utf8JsonReader(frame, new JsonReaderOptions { MaxDepth = 16 });
        while (whole.Read())
        {
        }

        var items = new JsonItems(frame);
        while (items.Next(out var item))
        {
            var reason = into.Count >= VenuesLimits.MaxEventsPerFrame ? RejectReason.TooLarge : ParseObject(item, into);
            if (reason != RejectReason.None)
            {
                return reason;
            }
        }

        return Verdict(into);
    }

    /// <summary>True where a type of event is one of the venue's public or personal ones.</summary>
    public static bool Knows(string type) => type is "book" or "price_change" or "last_trade_price" or "best_bid_ask"
        or "tick_size_change" or "new_market" or "market_resolved" or "order" or "trade";

    private static RejectReason Verdict(MarketFrame into) =>
        into is { Count: 0, Foreign: > 0 } ? RejectReason.UnknownSymbol : RejectReason.None;

    private RejectReason ParseObject(ReadOnlySpan<byte> json, MarketFrame into)
    {
        Span<JsonSlice> f = stackalloc JsonSlice[17];
        var reason = JsonFields.Read(json, Names, f);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        var fields = default(EventFields);
        if (!TryPlain(json, f[0], EventField.Type, ref fields, ref fields.Type)
            || !TryPlain(json, f[1], EventField.Market, ref fields, ref fields.Market)
            || !TryPlain(json, f[2], EventField.Asset, ref fields, ref fields.Asset)
            || !TryPlain(json, f[11], EventField.Side, ref fields, ref fields.Side)
            || !TryTime(json, f[6], ref fields))
        {
            return RejectReason.BadField;
        }

        if (fields.Type.SequenceEqual("new_market"u8) || fields.Type.SequenceEqual("market_resolved"u8))
        {
            return Note(json, f, fields, into);
        }

        if (!TryNumber(json, f[7], EventField.BestBid, ref fields, ref fields.BestBid)
            || !TryNumber(json, f[8], EventField.BestAsk, ref fields, ref fields.BestAsk)
            || !TryNumber(json, f[9], EventField.Price, ref fields, ref fields.Price)
            || !TryNumber(json, f[10], EventField.Size, ref fields, ref fields.Size)
            || !TryNumber(json, f[12], EventField.Tick, ref fields, ref fields.Tick)
            || !TryNumber(json, f[13], EventField.NewTick, ref fields, ref fields.NewTick))
        {
            return RejectReason.OffGrid;
        }

        var first = into.Count;
        reason = ReadSide(json, f[3], EventField.Bids, ref fields, ref fields.BidStart, ref fields.BidCount, into);
        if (reason == RejectReason.None)
        {
            reason = ReadSide(json, f[4], EventField.Asks, ref fields, ref fields.AskStart, ref fields.AskCount, into);
        }

        if (reason == RejectReason.None && f[5].Exists)
        {
            fields.Seen |= EventField.Changes;
            reason = ReadChanges(json, f[5], fields.Market, into);
        }

        return reason == RejectReason.None ? Finish(ref fields, first, into) : reason;
    }

    private RejectReason ReadChanges(
        ReadOnlySpan<byte> json, JsonSlice list, ReadOnlySpan<byte> market, MarketFrame into)
    {
        if (list.Type != JsonTokenType.StartArray)
        {
            return RejectReason.BadField;
        }

        Span<JsonSlice> f = stackalloc JsonSlice[17];
        var items = new JsonItems(JsonFields.Raw(json, list));
        while (items.Next(out var item))
        {
            if (into.Count >= VenuesLimits.MaxEventsPerFrame)
            {
                return RejectReason.TooLarge;
            }

            var reason = JsonFields.Read(item, Names, f);
            if (reason != RejectReason.None)
            {
                return reason;
            }

            var fields = default(EventFields);
            if (!TryPlain(item, f[2], EventField.Asset, ref fields, ref fields.Asset)
                || !TryPlain(item, f[11], EventField.Side, ref fields, ref fields.Side))
            {
                return RejectReason.BadField;
            }

            if (!TryNumber(item, f[9], EventField.Price, ref fields, ref fields.Price)
                || !TryNumber(item, f[10], EventField.Size, ref fields, ref fields.Size)
                || !TryNumber(item, f[7], EventField.BestBid, ref fields, ref fields.BestBid)
                || !TryNumber(item, f[8], EventField.BestAsk, ref fields, ref fields.BestAsk))
            {
                return RejectReason.OffGrid;
            }

            reason = AddChange(ref fields, market, into);
            if (reason != RejectReason.None)
            {
                return reason;
            }
        }

        return RejectReason.None;
    }

    private RejectReason AddChange(ref EventFields fields, ReadOnlySpan<byte> market, MarketFrame into)
    {
        if (!fields.Has(EventField.Asset | EventField.Price | EventField.Size | EventField.Side))
        {
            return RejectReason.MissingField;
        }

        if (!TrySide(fields.Side, out var side) || !TokenTable.IsSpelling(fields.Asset))
        {
            return RejectReason.BadField;
        }

        if (!IsPrice(fields.Price) || fields.Size < 0)
        {
            return RejectReason.OffGrid;
        }

        if (!tokens.TryFind(fields.Asset, market, out var token))
        {
            into.Foreign++;
            return RejectReason.None;
        }

        ref var e = ref into.Add(MarketEventKind.Change, token);
        e.Side = side;
        e.Price = fields.Price;
        e.Size = fields.Size;
        SayBest(ref e, fields);
        return RejectReason.None;
    }

    // What the event is, once all of it was read.
    private RejectReason Finish(ref EventFields fields, int first, MarketFrame into)
    {
        var type = fields.Type;
        var kind = fields.Has(EventField.Type)
            ? type.SequenceEqual("price_change"u8) ? MarketEventKind.Change
                : type.SequenceEqual("book"u8) ? MarketEventKind.Book
                : type.SequenceEqual("last_trade_price"u8) ? MarketEventKind.Trade
                : type.SequenceEqual("best_bid_ask"u8) ? MarketEventKind.BestPrices
                : type.SequenceEqual("tick_size_change"u8) ? MarketEventKind.Tick
                : MarketEventKind.None
            : fields.Has(EventField.Changes) ? MarketEventKind.Change
            : fields.Has(EventField.Bids | EventField.Asks) ? MarketEventKind.Book
            : fields.Has(EventField.NewTick) ? MarketEventKind.Tick
            : fields.Has(EventField.Price | EventField.Size | EventField.Side) ? MarketEventKind.Trade
            : MarketEventKind.None;
        if (kind == MarketEventKind.None)
        {
            if ((fields.Seen & (EventField.Bids | EventField.Asks | EventField.Changes | EventField.NewTick))
                != EventField.None)
            {
                // It carries what would change a book, under a name that is not understood.
                return RejectReason.BadField;
            }

            // The user channel's events arrive on sockets of their own, and on recordings of everything.
            return type.SequenceEqual("order"u8) || type.SequenceEqual("trade"u8)
                ? RejectReason.None
                : RejectReason.UnknownShape;
        }

        into.IsTradeMessage |= kind == MarketEventKind.Trade;
        if (kind == MarketEventKind.Change)
        {
            for (var i = first; i < into.Count; i++)
            {
                into[i].VenueNanos = fields.VenueNanos;
            }

            return fields.Has(EventField.Changes) ? RejectReason.None : RejectReason.MissingField;
        }

        if (into.Count != first)
        {
            return RejectReason.BadField;
        }

        return fields.Has(EventField.Asset) ? FinishToken(kind, ref fields, into) : RejectReason.MissingField;
    }

    private RejectReason FinishToken(MarketEventKind kind, ref EventFields fields, MarketFrame into)
    {
        if (!TokenTable.IsSpelling(fields.Asset))
        {
            return RejectReason.BadField;
        }

        if (!tokens.TryFind(fields.Asset, fields.Market, out var token))
        {
            into.Foreign++;
            return RejectReason.None;
        }

        ref var e = ref into.Add(kind, token);
        e.VenueNanos = fields.VenueNanos;
        switch (kind)
        {
            case MarketEventKind.Book:
                (e.BidStart, e.BidCount, e.AskStart, e.AskCount) =
                    (fields.BidStart, fields.BidCount, fields.AskStart, fields.AskCount);
                e.Tick = Math.Max(0, fields.Tick);
                return fields.Has(EventField.Bids | EventField.Asks) ? RejectReason.None : RejectReason.MissingField;
            case MarketEventKind.BestPrices:
                SayBest(ref e, fields);
                return RejectReason.None;
            case MarketEventKind.Tick:
                e.Price = fields.NewTick;
                return !fields.Has(EventField.NewTick) ? RejectReason.MissingField
                    : fields.NewTick > 0 ? RejectReason.None : RejectReason.BadField;
            default:
                return FinishTrade(ref e, fields, into);
        }
    }

    private static RejectReason FinishTrade(ref MarketEvent e, in EventFields fields, MarketFrame into)
    {
        if (!fields.Has(EventField.Price | EventField.Side))
        {
            return RejectReason.MissingField;
        }

        if (!TrySide(fields.Side, out e.Side))
        {
            return RejectReason.BadField;
        }

        if (fields.Price is <= 0 or > Micros.One)
        {
            return RejectReason.OffGrid;
        }

        e.Price = fields.Price;
        e.Size = fields.Size;
        if (!fields.Has(EventField.Size) || fields.Size <= 0)
        {
            // The size may be absent: that there was a trade is all that is known then, and nothing to pass on.
            into.TakeBack();
        }

        return RejectReason.None;
    }

    private RejectReason Note(
        ReadOnlySpan<byte> json, ReadOnlySpan<JsonSlice> f, in EventFields fields, MarketFrame into)
    {
        var market = fields.Market;
        if (market.IsEmpty && (!JsonFields.TryText(json, f[16], out market) || market.IsEmpty))
        {
            return RejectReason.MissingField;
        }

        var resolved = fields.Type.SequenceEqual("market_resolved"u8);
        var winner = default(ReadOnlySpan<byte>);
        var slug = default(ReadOnlySpan<byte>);
        if ((f[14].Type is not (JsonTokenType.None or JsonTokenType.Null) && !JsonFields.TryText(json, f[14], out slug))
            || (f[15].Type is not (JsonTokenType.None or JsonTokenType.Null)
                && (!JsonFields.TryText(json, f[15], out winner)
                    || (!winner.IsEmpty && !TokenTable.IsSpelling(winner)))))
        {
            return RejectReason.BadField;
        }

        ref var e = ref into.Add(resolved ? MarketEventKind.Resolved : MarketEventKind.NewMarket, -1);
        e.VenueNanos = fields.VenueNanos;
        e.Notice = into.Notices.Count;
        into.Notices.Add(new MarketNotice(
            Encoding.UTF8.GetString(market), Encoding.UTF8.GetString(slug), Encoding.UTF8.GetString(winner)));
        return RejectReason.None;
    }

    private static void SayBest(ref MarketEvent e, in EventFields fields)
    {
        e.BestBid = fields.Has(EventField.BestBid) ? fields.BestBid : MarketEvent.Unsaid;
        e.BestAsk = fields.Has(EventField.BestAsk) ? fields.BestAsk : MarketEvent.Unsaid;

        // A side without orders is written as the end of the price range, asks at times as zero.
        e.BestAsk = e.BestAsk == 0 ? Micros.One : e.BestAsk;
    }

    private static bool IsPrice(long ppm) => ppm is > 0 and < Micros.One;

    private static bool TrySide(ReadOnlySpan<byte> text, out Side side)
    {
        side = Side.Sell;
        if (text.SequenceEqual("SELL"u8) || Ascii.EqualsIgnoreCase(text, "SELL"u8))
        {
            return true;
        }

        side = Side.Buy;
        return text.SequenceEqual("BUY"u8) || Ascii.EqualsIgnoreCase(text, "BUY"u8);
    }

    private static RejectReason ReadSide(
        ReadOnlySpan<byte> json,
        JsonSlice list,
        EventField field,
        ref EventFields fields,
        ref int start,
        ref int count,
        MarketFrame into)
    {
        if (list.Type is JsonTokenType.None or JsonTokenType.Null)
        {
            return RejectReason.None;
        }

        if (list.Type != JsonTokenType.StartArray)
        {
            return RejectReason.BadField;
        }

        fields.Seen |= field;
        start = into.LevelsSoFar;
        Span<JsonSlice> f = stackalloc JsonSlice[2];
        var items = new JsonItems(JsonFields.Raw(json, list));
        while (items.Next(out var item))
        {
            var reason = JsonFields.Read(item, LevelNames, f);
            if (reason != RejectReason.None)
            {
                return reason;
            }

            if (!f[0].Exists || !f[1].Exists)
            {
                return RejectReason.MissingField;
            }

            if (!TryDecimal(item, f[0], out var price) || !TryDecimal(item, f[1], out var size)
                || !IsPrice(price) || size < 0)
            {
                return RejectReason.OffGrid;
            }

            if (!into.AddLevel(price, size))
            {
                return RejectReason.TooLarge;
            }
        }

        count = into.LevelsSoFar - start;
        return RejectReason.None;
    }

    private static bool TryPlain(
        ReadOnlySpan<byte> json,
        JsonSlice slice,
        EventField field,
        ref EventFields fields,
        ref ReadOnlySpan<byte> text)
    {
        if (slice.Type is JsonTokenType.None or JsonTokenType.Null)
        {
            return true;
        }

        fields.Seen |= field;
        return JsonFields.TryText(json, slice, out text);
    }

    // Absent decimals come as "".
    private static bool TryNumber(
        ReadOnlySpan<byte> json, JsonSlice slice, EventField field, ref EventFields fields, ref long value)
    {
        if (slice.Type is JsonTokenType.None or JsonTokenType.Null)
        {
            return true;
        }

        if (slice is { Type: JsonTokenType.String, Length: 2 })
        {
            return true;
        }

        fields.Seen |= field;
        return TryDecimal(json, slice, out value);
    }

    /// <summary>A decimal in millionths, as text or as a number; text may begin with its point.</summary>
    private static bool TryDecimal(ReadOnlySpan<byte> json, JsonSlice slice, out long value)
    {
        if (slice is { Type: JsonTokenType.String, Length: > 3 and < 24 } && json[slice.Start + 1] == '.')
        {
            Span<byte> text = stackalloc byte[24];
            text[0] = (byte)'0';
            json.Slice(slice.Start + 1, slice.Length - 2).CopyTo(text[1..]);
            return DecimalText.TryParse(text[..(slice.Length - 1)], Grid, out value);
        }

        return JsonFields.TryDecimal(json, slice, Grid, out value);
    }

    private bool TryTime(ReadOnlySpan<byte> json, JsonSlice slice, ref EventFields fields)
    {
        if (slice.Type is JsonTokenType.None or JsonTokenType.Null
            || slice is { Type: JsonTokenType.String, Length: 2 })
        {
            return true;
        }

        fields.Seen |= EventField.Time;
        if (JsonFields.TryInteger(json, slice, out var millis))
        {
            return TryNanos(millis, out fields.VenueNanos);
        }

        return JsonFields.TryText(json, slice, out var text) && _clock.TryParse(text, out fields.VenueNanos);
    }

    private static bool TryNanos(long millis, out long nanos)
    {
        nanos = unchecked(millis * Stamps.NanosPerMilli);
        return millis <= long.MaxValue / Stamps.NanosPerMilli;
    }
}
