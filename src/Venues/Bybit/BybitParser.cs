using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Bybit;

/// <summary>
/// Bybit v5 public streams: <c>orderbook.{depth}.SYM</c> and <c>publicTrade.SYM</c>. Depth 1 is the best bid and ask;
/// every other depth is the book. Wire rules: the venue's v5 WebSocket guide.
/// </summary>
internal sealed class BybitParser(InstrumentTable instruments) : IFrameParser
{
    private static readonly byte[][] RootNames =
    [
        "topic"u8.ToArray(), "type"u8.ToArray(), "ts"u8.ToArray(), "data"u8.ToArray(), "cts"u8.ToArray(),
        "op"u8.ToArray(), "success"u8.ToArray(), "ret_msg"u8.ToArray(),
    ];

    private static readonly byte[][] BookNames = ["s"u8.ToArray(), "b"u8.ToArray(), "a"u8.ToArray(), "u"u8.ToArray()];

    private static readonly byte[][] TradeNames =
        ["T"u8.ToArray(), "s"u8.ToArray(), "S"u8.ToArray(), "v"u8.ToArray(), "p"u8.ToArray(), "seq"u8.ToArray()];

    private static readonly byte[][] UnusedTopics =
    [
        "tickers."u8.ToArray(), "kline."u8.ToArray(), "priceLimit."u8.ToArray(), "liquidation."u8.ToArray(),
        "allLiquidation."u8.ToArray(), "lt."u8.ToArray(), "adl"u8.ToArray(), "insurance"u8.ToArray(),
        "order"u8.ToArray(),
        "execution"u8.ToArray(), "position"u8.ToArray(), "wallet"u8.ToArray(), "greeks"u8.ToArray(), "dcp"u8.ToArray(),
    ];

    /// <inheritdoc/>
    public RejectReason Parse(ReadOnlySpan<byte> frame, string context, FrameEvents into)
    {
        if (TryFastBook(frame, into))
        {
            return RejectReason.None;
        }

        into.Clear();
        Span<JsonSlice> f = stackalloc JsonSlice[8];
        var reason = JsonFields.Read(frame, RootNames, f);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!f[0].Exists)
        {
            // {"success":true,"ret_msg":"subscribe","op":"subscribe",…}, pongs, and {"type":"COMMAND_RESP",…}.
            into.IsRefusal = f[6].Type == JsonTokenType.False;
            return f[5].Exists || f[6].Exists ? RejectReason.None : RejectReason.UnknownShape;
        }

        if (!JsonFields.TryText(frame, f[0], out var topic))
        {
            return RejectReason.BadField;
        }

        if (topic.StartsWith("orderbook."u8))
        {
            return ParseBook(frame, f, topic, into);
        }

        if (topic.StartsWith("publicTrade."u8))
        {
            return ParseTrades(frame, f[3], into);
        }

        foreach (var unused in UnusedTopics)
        {
            if (topic.StartsWith(unused))
            {
                return RejectReason.None;
            }
        }

        return RejectReason.UnknownShape;
    }

    // {"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1,
    //  "data":{"s":"BTCUSDT","b":[…],"a":[…],"u":2,"seq":3},"cts":1}
    private bool TryFastBook(ReadOnlySpan<byte> frame, FrameEvents into)
    {
        var scan = new Scan(frame);
        if (!scan.Take("{\"topic\":\"orderbook."u8) || !scan.TakeInteger(out var depth) || depth is 0 or > 10_000
            || !scan.Take("."u8) || !scan.TakeText(out var topic) || !scan.Take(",\""u8))
        {
            return false;
        }

        // Spot puts the time before the type, linear after it.
        long time = 0;
        var early = scan.Take("ts\":"u8);
        if (early && !(scan.TakeInteger(out time) && scan.Take(",\""u8)))
        {
            return false;
        }

        VenueEventKind kind;
        if (scan.Take("type\":\"delta\""u8))
        {
            kind = VenueEventKind.BookUpdate;
        }
        else if (scan.Take("type\":\"snapshot\""u8))
        {
            kind = VenueEventKind.BookSnapshot;
        }
        else
        {
            return false;
        }

        if (!early && !(scan.Take(",\"ts\":"u8) && scan.TakeInteger(out time)))
        {
            return false;
        }

        if (!scan.Take(",\"data\":{\"s\":\""u8) || !scan.Take(topic) || !scan.Take("\""u8)
            || !instruments.TryFind(topic, out var index))
        {
            return false;
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(kind, index);
        e.Depth = (int)depth;
        if (!(scan.Take(",\"b\":"u8) && FastLevels.TryPairs(ref scan, grid, Side.Buy, into)
            && scan.Take(",\"a\":"u8) && FastLevels.TryPairs(ref scan, grid, Side.Sell, into)
            && scan.Take(",\"u\":"u8) && scan.TakeInteger(out e.LastId)
            && scan.Take(",\"seq\":"u8) && scan.TakeInteger(out _) && scan.Take("}"u8)))
        {
            return false;
        }

        if (scan.Take(",\"cts\":"u8) && !scan.TakeInteger(out time))
        {
            return false;
        }

        return TryNanos(time, out e.VenueTimeNanos) && scan.Take("}"u8) && scan.AtEnd && Shape(ref e, into);
    }

    private RejectReason ParseBook(
        ReadOnlySpan<byte> frame, ReadOnlySpan<JsonSlice> root, ReadOnlySpan<byte> topic, FrameEvents into)
    {
        var rest = topic["orderbook.".Length..];
        var dot = rest.IndexOf((byte)'.');
        if (dot <= 0 || !DecimalText.TryParse(rest[..dot], 0, out var depth) || depth is 0 or > 10_000)
        {
            return RejectReason.UnknownShape;
        }

        var snapshot = JsonFields.TextIs(frame, root[1], "snapshot"u8);
        if ((!snapshot && !JsonFields.TextIs(frame, root[1], "delta"u8)) || !root[3].Exists)
        {
            return root[1].Exists && root[3].Exists ? RejectReason.BadField : RejectReason.MissingField;
        }

        Span<JsonSlice> f = stackalloc JsonSlice[4];
        var json = JsonFields.Raw(frame, root[3]);
        var reason = JsonFields.Read(json, BookNames, f);
        if (reason == RejectReason.None)
        {
            reason = instruments.Find(json, f[0], into, out _);
        }

        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!f[1].Exists || !f[2].Exists || !f[3].Exists)
        {
            return RejectReason.MissingField;
        }

        if (!JsonFields.TextIs(json, f[0], rest[(dot + 1)..]))
        {
            return RejectReason.BadField;
        }

        var index = into.Culprit;
        ref var e = ref into.Add(snapshot ? VenueEventKind.BookSnapshot : VenueEventKind.BookUpdate, index);
        e.Depth = (int)depth;
        long time = 0;
        var clock = root[4].Exists ? root[4] : root[2];
        if (!JsonFields.TryInteger(json, f[3], out e.LastId)
            || (clock.Exists && !JsonFields.TryInteger(frame, clock, out time))
            || !TryNanos(time, out e.VenueTimeNanos))
        {
            return RejectReason.BadField;
        }

        var grid = instruments[index].Grid;
        reason = JsonFields.ReadLevels(json, f[1], grid, Side.Buy, into);
        if (reason == RejectReason.None)
        {
            reason = JsonFields.ReadLevels(json, f[2], grid, Side.Sell, into);
        }

        if (reason == RejectReason.None && !Shape(ref into[0], into))
        {
            reason = RejectReason.BadField;
        }

        return reason;
    }

    /// <summary>
    /// Depth 1 is a quote; update 1 means that the venue restarted, whatever type the message claims: it replaces the
    /// book.
    /// </summary>
    private static bool Shape(ref VenueEvent e, FrameEvents into)
    {
        if (e.Depth != 1)
        {
            if (e.LastId == 1)
            {
                e.Kind = VenueEventKind.BookSnapshot;
            }

            return true;
        }

        var bids = into.Bids(e);
        var asks = into.Asks(e);
        if (bids.Length != 1 || asks.Length != 1)
        {
            // One side may be empty on a thin market: nothing to quote then, and nothing wrong.
            e.Kind = VenueEventKind.None;
            return bids.Length <= 1 && asks.Length <= 1;
        }

        e.Kind = VenueEventKind.Quote;
        e.Price = bids[0].Price;
        e.Quantity = bids[0].Quantity;
        e.AskPrice = asks[0].Price;
        e.AskQuantity = asks[0].Quantity;
        return true;
    }

    private RejectReason ParseTrades(ReadOnlySpan<byte> frame, JsonSlice list, FrameEvents into)
    {
        into.IsTradeMessage = true;
        if (list.Type != JsonTokenType.StartArray)
        {
            return list.Exists ? RejectReason.BadField : RejectReason.MissingField;
        }

        Span<JsonSlice> f = stackalloc JsonSlice[6];
        var trades = new JsonItems(JsonFields.Raw(frame, list));
        while (trades.Next(out var json))
        {
            var reason = JsonFields.Read(json, TradeNames, f);
            if (reason == RejectReason.None)
            {
                reason = instruments.Find(json, f[1], into, out var index);
                if (reason == RejectReason.None)
                {
                    reason = ParseTrade(json, f, index, into);
                }
            }

            if (reason != RejectReason.None)
            {
                return reason;
            }
        }

        return RejectReason.None;
    }

    private RejectReason ParseTrade(ReadOnlySpan<byte> json, ReadOnlySpan<JsonSlice> f, int index, FrameEvents into)
    {
        if (!f[0].Exists || !f[2].Exists || !f[3].Exists || !f[4].Exists)
        {
            return RejectReason.MissingField;
        }

        if (into.Count >= VenuesLimits.MaxEventsPerFrame)
        {
            return RejectReason.TooLarge;
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(VenueEventKind.Trade, index);
        e.TakerSide = JsonFields.TextIs(json, f[2], "Sell"u8) ? Side.Sell : Side.Buy;
        if ((e.TakerSide == Side.Buy && !JsonFields.TextIs(json, f[2], "Buy"u8))
            || !JsonFields.TryInteger(json, f[0], out var time) || !TryNanos(time, out e.VenueTimeNanos)
            || (f[5].Exists && !JsonFields.TryInteger(json, f[5], out _)))
        {
            return RejectReason.BadField;
        }

        return JsonFields.TryDecimal(json, f[4], grid.PriceDecimals, out e.Price)
            && JsonFields.TryDecimal(json, f[3], grid.QuantityDecimals, out e.Quantity)
                ? RejectReason.None
                : RejectReason.OffGrid;
    }

    private static bool TryNanos(long millis, out long nanos)
    {
        nanos = unchecked(millis * Stamps.NanosPerMilli);
        return millis <= long.MaxValue / Stamps.NanosPerMilli;
    }
}
