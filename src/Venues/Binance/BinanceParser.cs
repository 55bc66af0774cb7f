using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Binance;

/// <summary>
/// Binance spot: raw and combined streams, and the REST depth snapshot. Wire rules: binance-spot-api-docs,
/// web-socket-streams.md and rest-api.md, 2026-07-21. USD-M futures frames of the same streams are read too.
/// </summary>
internal sealed partial class BinanceParser(InstrumentTable instruments) : IFrameParser
{
    private static readonly byte[][] RootNames =
    [
        "stream"u8.ToArray(), "data"u8.ToArray(), "result"u8.ToArray(), "id"u8.ToArray(), "error"u8.ToArray(),
        "lastUpdateId"u8.ToArray(), "e"u8.ToArray(), "u"u8.ToArray(), "event"u8.ToArray(), "code"u8.ToArray(),
    ];

    private static readonly byte[][] EventNames =
    [
        "e"u8.ToArray(), "E"u8.ToArray(), "s"u8.ToArray(), "U"u8.ToArray(), "u"u8.ToArray(), "pu"u8.ToArray(),
        "b"u8.ToArray(), "a"u8.ToArray(), "B"u8.ToArray(), "A"u8.ToArray(), "p"u8.ToArray(), "q"u8.ToArray(),
        "t"u8.ToArray(), "T"u8.ToArray(), "m"u8.ToArray(), "lastUpdateId"u8.ToArray(), "bids"u8.ToArray(),
        "asks"u8.ToArray(),
    ];

    // Channels that exist and are not used here; anything else is a shape that nobody documented.
    private static readonly byte[][] Unused =
    [
        "aggTrade"u8.ToArray(), "kline"u8.ToArray(), "24hrTicker"u8.ToArray(), "24hrMiniTicker"u8.ToArray(),
        "1hTicker"u8.ToArray(), "4hTicker"u8.ToArray(), "1dTicker"u8.ToArray(), "avgPrice"u8.ToArray(),
        "markPriceUpdate"u8.ToArray(), "forceOrder"u8.ToArray(), "referencePrice"u8.ToArray(),
        "executionReport"u8.ToArray(), "outboundAccountPosition"u8.ToArray(), "balanceUpdate"u8.ToArray(),
        "listStatus"u8.ToArray(), "eventStreamTerminated"u8.ToArray(),
    ];

    /// <inheritdoc/>
    public RejectReason Parse(ReadOnlySpan<byte> frame, string context, FrameEvents into)
    {
        if (context.Length == 0)
        {
            if (TryFast(frame, into))
            {
                return RejectReason.None;
            }

            into.Clear();
        }

        return ParseFull(frame, context, into);
    }

    private RejectReason ParseFull(ReadOnlySpan<byte> frame, string context, FrameEvents into)
    {
        Span<JsonSlice> root = stackalloc JsonSlice[10];
        var reason = JsonFields.Read(frame, RootNames, root);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (root[1].Exists)
        {
            // Combined stream: {"stream":"btcusdt@trade","data":{…}}.
            return JsonFields.TryText(frame, root[0], out var stream)
                ? ParseEvent(JsonFields.Raw(frame, root[1]), StreamChannel(stream), context, into)
                : RejectReason.BadField;
        }

        if (root[5].Exists)
        {
            return ParseSnapshot(frame, context, into);
        }

        if (root[6].Exists || root[7].Exists)
        {
            return ParseEvent(frame, default, context, into);
        }

        // Acknowledgements and errors of SUBSCRIBE: {"result":null,"id":1}, {"error":{…},"id":1}, {"code":2,"msg":"…"}.
        var isReply = (root[3].Exists && (root[2].Exists || root[4].Exists)) || root[8].Exists || root[9].Exists
            || (root[4].Exists && !root[0].Exists);
        into.IsRefusal = isReply && (root[4].Exists || root[9].Exists);
        return isReply ? RejectReason.None : RejectReason.UnknownShape;
    }

    private static ReadOnlySpan<byte> StreamChannel(ReadOnlySpan<byte> stream)
    {
        var at = stream.IndexOf((byte)'@');
        return at < 0 ? default : stream[(at + 1)..];
    }

    private RejectReason ParseEvent(
        ReadOnlySpan<byte> json, ReadOnlySpan<byte> channel, string context, FrameEvents into)
    {
        Span<JsonSlice> f = stackalloc JsonSlice[18];
        var reason = JsonFields.Read(json, EventNames, f);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!f[0].Exists)
        {
            if (f[15].Exists)
            {
                // A partial depth stream (btcusdt@depth5) has the snapshot's shape but is a view, not a book.
                return channel.StartsWith("depth"u8) ? RejectReason.None : ParseSnapshot(json, context, into);
            }

            return ParseQuote(json, f, into);
        }

        if (!JsonFields.TryText(json, f[0], out var kind))
        {
            return RejectReason.BadField;
        }

        if (kind.SequenceEqual("bookTicker"u8))
        {
            return ParseQuote(json, f, into);
        }

        if (kind.SequenceEqual("trade"u8))
        {
            return ParseTrade(json, f, into);
        }

        if (kind.SequenceEqual("depthUpdate"u8))
        {
            return ParseDepth(json, f, into);
        }

        if (kind.SequenceEqual("serverShutdown"u8))
        {
            into.ServerShutdown = true;
            return RejectReason.None;
        }

        foreach (var unused in Unused)
        {
            if (kind.SequenceEqual(unused))
            {
                return RejectReason.None;
            }
        }

        return RejectReason.UnknownShape;
    }

    private RejectReason ParseQuote(ReadOnlySpan<byte> json, ReadOnlySpan<JsonSlice> f, FrameEvents into)
    {
        var reason = instruments.Find(json, f[2], into, out var index);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!f[4].Exists || !f[6].Exists || !f[7].Exists || !f[8].Exists || !f[9].Exists)
        {
            return RejectReason.MissingField;
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(VenueEventKind.Quote, index);
        if (!JsonFields.TryInteger(json, f[4], out e.LastId) || !TryTime(json, f[1], out e.VenueTimeNanos))
        {
            return RejectReason.BadField;
        }

        return JsonFields.TryDecimal(json, f[6], grid.PriceDecimals, out e.Price)
            && JsonFields.TryDecimal(json, f[8], grid.QuantityDecimals, out e.Quantity)
            && JsonFields.TryDecimal(json, f[7], grid.PriceDecimals, out e.AskPrice)
            && JsonFields.TryDecimal(json, f[9], grid.QuantityDecimals, out e.AskQuantity)
                ? RejectReason.None
                : RejectReason.OffGrid;
    }

    private RejectReason ParseTrade(ReadOnlySpan<byte> json, ReadOnlySpan<JsonSlice> f, FrameEvents into)
    {
        var reason = instruments.Find(json, f[2], into, out var index);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!f[10].Exists || !f[11].Exists || !f[12].Exists || !f[13].Exists || !f[14].Exists)
        {
            return RejectReason.MissingField;
        }

        var grid = instruments[index].Grid;
        into.IsTradeMessage = true;
        ref var e = ref into.Add(VenueEventKind.Trade, index);
        if (!JsonFields.TryInteger(json, f[12], out e.LastId) || !TryTime(json, f[13], out e.VenueTimeNanos)
            || f[14].Type is not (System.Text.Json.JsonTokenType.True or System.Text.Json.JsonTokenType.False))
        {
            return RejectReason.BadField;
        }

        e.TakerSide = f[14].Type == System.Text.Json.JsonTokenType.True ? Side.Sell : Side.Buy;
        return JsonFields.TryDecimal(json, f[10], grid.PriceDecimals, out e.Price)
            && JsonFields.TryDecimal(json, f[11], grid.QuantityDecimals, out e.Quantity)
                ? RejectReason.None
                : RejectReason.OffGrid;
    }

    private RejectReason ParseDepth(ReadOnlySpan<byte> json, ReadOnlySpan<JsonSlice> f, FrameEvents into)
    {
        var reason = instruments.Find(json, f[2], into, out var index);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!f[3].Exists || !f[4].Exists || !f[6].Exists || !f[7].Exists)
        {
            return RejectReason.MissingField;
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(VenueEventKind.BookUpdate, index);
        if (!JsonFields.TryInteger(json, f[3], out e.FirstId) || !JsonFields.TryInteger(json, f[4], out e.LastId)
            || e.LastId < e.FirstId || !TryTime(json, f[1], out e.VenueTimeNanos)
            || (f[5].Exists && !JsonFields.TryInteger(json, f[5], out e.PreviousId)))
        {
            return RejectReason.BadField;
        }

        reason = JsonFields.ReadLevels(json, f[6], grid, Side.Buy, into);
        return reason != RejectReason.None ? reason : JsonFields.ReadLevels(json, f[7], grid, Side.Sell, into);
    }

    private RejectReason ParseSnapshot(ReadOnlySpan<byte> json, string context, FrameEvents into)
    {
        Span<JsonSlice> f = stackalloc JsonSlice[18];
        var reason = JsonFields.Read(json, EventNames, f);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        // The reply does not name its symbol: the request does.
        var name = RestSymbol(context);
        if (name.Length == 0)
        {
            return RejectReason.UnknownSymbol;
        }

        Span<byte> ascii = stackalloc byte[name.Length];
        for (var i = 0; i < name.Length; i++)
        {
            ascii[i] = (byte)char.ToUpperInvariant(name[i]);
        }

        if (!instruments.TryFind(ascii, out var index))
        {
            return RejectReason.UnknownSymbol;
        }

        into.Culprit = index;
        if (!f[15].Exists || !f[16].Exists || !f[17].Exists)
        {
            return RejectReason.MissingField;
        }

        ref var e = ref into.Add(VenueEventKind.BookSnapshot, index);
        if (!JsonFields.TryInteger(json, f[15], out e.LastId) || !TryTime(json, f[1], out e.VenueTimeNanos))
        {
            return RejectReason.BadField;
        }

        var grid = instruments[index].Grid;
        reason = JsonFields.ReadLevels(json, f[16], grid, Side.Buy, into);
        return reason != RejectReason.None ? reason : JsonFields.ReadLevels(json, f[17], grid, Side.Sell, into);
    }

    private static ReadOnlySpan<char> RestSymbol(string context)
    {
        const string Key = "symbol=";
        var at = context.IndexOf(Key, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return default;
        }

        var rest = context.AsSpan(at + Key.Length);
        var end = rest.IndexOf('&');
        rest = end < 0 ? rest : rest[..end];
        return rest.Length <= 40 && System.Text.Ascii.IsValid(rest) ? rest : default;
    }

    // Milliseconds by default, microseconds where the connection asked for them (timeUnit=MICROSECOND).
    private static bool TryTime(ReadOnlySpan<byte> json, JsonSlice slice, out long nanos)
    {
        nanos = 0;
        if (!slice.Exists)
        {
            return true;
        }

        if (!JsonFields.TryInteger(json, slice, out var time))
        {
            return false;
        }

        return TryNanos(time, out nanos);
    }

    private static bool TryNanos(long time, out long nanos)
    {
        const long FirstMicrosecondTime = 100_000_000_000_000;
        const long Limit = long.MaxValue / Stamps.NanosPerMilli;
        nanos = time >= FirstMicrosecondTime ? unchecked(time * 1_000) : unchecked(time * Stamps.NanosPerMilli);
        return time < FirstMicrosecondTime ? time <= Limit : time <= long.MaxValue / 1_000;
    }
}
