using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Kraken;

/// <summary>Dialect v2: objects, prices and quantities as JSON numbers.</summary>
internal sealed partial class KrakenParser
{
    private static readonly byte[][] BookNames =
    [
        "symbol"u8.ToArray(), "bids"u8.ToArray(), "asks"u8.ToArray(), "checksum"u8.ToArray(), "timestamp"u8.ToArray(),
    ];

    private static readonly byte[][] TradeNames =
    [
        "symbol"u8.ToArray(), "side"u8.ToArray(), "price"u8.ToArray(), "qty"u8.ToArray(), "trade_id"u8.ToArray(),
        "timestamp"u8.ToArray(),
    ];

    private static readonly byte[][] TickerNames =
    [
        "symbol"u8.ToArray(), "bid"u8.ToArray(), "bid_qty"u8.ToArray(), "ask"u8.ToArray(), "ask_qty"u8.ToArray(),
    ];

    private static readonly byte[][] LevelNames = ["price"u8.ToArray(), "qty"u8.ToArray()];

    private static readonly byte[][] PairsNames = ["pairs"u8.ToArray()];

    private static readonly byte[][] PairNames =
        ["symbol"u8.ToArray(), "price_precision"u8.ToArray(), "qty_precision"u8.ToArray()];

    private static readonly byte[][] ResultNames = ["channel"u8.ToArray(), "symbol"u8.ToArray(), "depth"u8.ToArray()];

    // {"channel":"book","type":"update","data":[{"symbol":"…","bids":[…],"asks":[…],"checksum":n,"timestamp":"…"}]}
    private bool TryFastBook(ReadOnlySpan<byte> frame, FrameEvents into)
    {
        var scan = new Scan(frame);
        if (!scan.Take("{\"channel\":\"book\",\"type\":\"update\",\"data\":[{\"symbol\":\""u8)
            || !scan.TakeText(out var name) || !instruments.TryFind(name, out var index))
        {
            return false;
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(VenueEventKind.BookUpdate, index);
        if (!(scan.Take(",\"bids\":"u8) && TryFastObjects(ref scan, grid, Side.Buy, into)
            && scan.Take(",\"asks\":"u8) && TryFastObjects(ref scan, grid, Side.Sell, into)
            && scan.Take(",\"checksum\":"u8) && scan.TakeInteger(out var checksum) && checksum <= uint.MaxValue))
        {
            return false;
        }

        e.HasChecksum = true;
        e.Checksum = (uint)checksum;
        if (scan.Take(",\"timestamp\":\""u8)
            && !scan.TakeTime(_clock, out e.VenueTimeNanos))
        {
            return false;
        }

        return scan.Take("}]}"u8) && scan.AtEnd;
    }

    private static bool TryFastObjects(ref Scan scan, Grid grid, Side side, FrameEvents into)
    {
        if (scan.Take("[]"u8))
        {
            return true;
        }

        if (!scan.Take("["u8))
        {
            return false;
        }

        do
        {
            if (!scan.Take("{\"price\":"u8) || !scan.TakeNumber(grid.PriceDecimals, out var price) || price == 0
                || !scan.Take(",\"qty\":"u8) || !scan.TakeNumber(grid.QuantityDecimals, out var quantity)
                || !scan.Take("}"u8) || !into.AddLevel(side, price, quantity))
            {
                return false;
            }
        }
        while (scan.Take(","u8));

        return scan.Take("]"u8);
    }

    private RejectReason ParseBooks(ReadOnlySpan<byte> frame, JsonSlice list, bool snapshot, FrameEvents into)
    {
        if (list.Type != JsonTokenType.StartArray)
        {
            return RejectReason.BadField;
        }

        Span<JsonSlice> f = stackalloc JsonSlice[5];
        var items = new JsonItems(JsonFields.Raw(frame, list));
        while (items.Next(out var json))
        {
            var reason = JsonFields.Read(json, BookNames, f);
            if (reason == RejectReason.None)
            {
                reason = instruments.Find(json, f[0], into, out var index);
                if (reason == RejectReason.None)
                {
                    reason = ParseBook(json, f, index, snapshot, into);
                }
            }

            if (reason != RejectReason.None)
            {
                return reason;
            }
        }

        return into.Count == 0 ? RejectReason.MissingField : RejectReason.None;
    }

    private RejectReason ParseBook(
        ReadOnlySpan<byte> json, ReadOnlySpan<JsonSlice> f, int index, bool snapshot, FrameEvents into)
    {
        if (!f[1].Exists || !f[2].Exists || !f[3].Exists)
        {
            return RejectReason.MissingField;
        }

        if (!JsonFields.TryInteger(json, f[3], out var checksum) || checksum > uint.MaxValue
            || f[3].Type != JsonTokenType.Number)
        {
            return RejectReason.BadField;
        }

        var kind = snapshot ? VenueEventKind.BookSnapshot : VenueEventKind.BookUpdate;
        ref var e = ref into.Add(kind, index);
        e.HasChecksum = true;
        e.Checksum = (uint)checksum;
        if (f[4].Exists
            && !(JsonFields.TryText(json, f[4], out var time) && _clock.TryParse(time, out e.VenueTimeNanos)))
        {
            return RejectReason.BadField;
        }

        var grid = instruments[index].Grid;
        var reason = ReadLevels(json, f[1], grid, Side.Buy, into);
        return reason != RejectReason.None ? reason : ReadLevels(json, f[2], grid, Side.Sell, into);
    }

    private static RejectReason ReadLevels(
        ReadOnlySpan<byte> json, JsonSlice list, Grid grid, Side side, FrameEvents into)
    {
        if (list.Type != JsonTokenType.StartArray)
        {
            return RejectReason.BadField;
        }

        Span<JsonSlice> f = stackalloc JsonSlice[2];
        var items = new JsonItems(JsonFields.Raw(json, list));
        while (items.Next(out var level))
        {
            if (level[0] == '[')
            {
                // Some gateways relay v2 levels as pairs of texts: then all of them are.
                return JsonFields.ReadLevels(json, list, grid, side, into);
            }

            var reason = JsonFields.Read(level, LevelNames, f);
            if (reason != RejectReason.None)
            {
                return reason;
            }

            if (!f[0].Exists || !f[1].Exists)
            {
                return RejectReason.MissingField;
            }

            if (!JsonFields.TryDecimal(level, f[0], grid.PriceDecimals, out var price) || price == 0
                || !JsonFields.TryDecimal(level, f[1], grid.QuantityDecimals, out var quantity))
            {
                return RejectReason.OffGrid;
            }

            if (!into.AddLevel(side, price, quantity))
            {
                return RejectReason.TooLarge;
            }
        }

        return RejectReason.None;
    }

    private RejectReason ParseTrades(ReadOnlySpan<byte> frame, JsonSlice list, bool snapshot, FrameEvents into)
    {
        into.IsTradeMessage = true;
        if (list.Type != JsonTokenType.StartArray)
        {
            return RejectReason.BadField;
        }

        Span<JsonSlice> f = stackalloc JsonSlice[6];
        var items = new JsonItems(JsonFields.Raw(frame, list));
        while (items.Next(out var json))
        {
            var reason = JsonFields.Read(json, TradeNames, f);
            if (reason == RejectReason.None)
            {
                reason = instruments.Find(json, f[0], into, out var index);
                if (reason == RejectReason.None && !snapshot)
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
        if (!f[1].Exists || !f[2].Exists || !f[3].Exists)
        {
            return RejectReason.MissingField;
        }

        if (into.Count >= VenuesLimits.MaxEventsPerFrame)
        {
            return RejectReason.TooLarge;
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(VenueEventKind.Trade, index);
        e.TakerSide = JsonFields.TextIs(json, f[1], "sell"u8) ? Side.Sell : Side.Buy;
        if ((e.TakerSide == Side.Buy && !JsonFields.TextIs(json, f[1], "buy"u8))
            || (f[4].Exists && !JsonFields.TryInteger(json, f[4], out e.LastId))
            || (f[5].Exists && !(JsonFields.TryText(json, f[5], out var time)
                && _clock.TryParse(time, out e.VenueTimeNanos))))
        {
            return RejectReason.BadField;
        }

        return JsonFields.TryDecimal(json, f[2], grid.PriceDecimals, out e.Price)
            && JsonFields.TryDecimal(json, f[3], grid.QuantityDecimals, out e.Quantity)
                ? RejectReason.None
                : RejectReason.OffGrid;
    }

    private RejectReason ParseTickers(ReadOnlySpan<byte> frame, JsonSlice list, FrameEvents into)
    {
        if (list.Type != JsonTokenType.StartArray)
        {
            return RejectReason.BadField;
        }

        Span<JsonSlice> f = stackalloc JsonSlice[5];
        var items = new JsonItems(JsonFields.Raw(frame, list));
        while (items.Next(out var json))
        {
            var reason = JsonFields.Read(json, TickerNames, f);
            if (reason == RejectReason.None)
            {
                reason = instruments.Find(json, f[0], into, out var index);
                if (reason == RejectReason.None)
                {
                    reason = ParseTicker(json, f, index, into);
                }
            }

            if (reason != RejectReason.None)
            {
                return reason;
            }
        }

        return RejectReason.None;
    }

    private RejectReason ParseTicker(ReadOnlySpan<byte> json, ReadOnlySpan<JsonSlice> f, int index, FrameEvents into)
    {
        for (var i = 1; i < 5; i++)
        {
            if (!f[i].Exists)
            {
                return RejectReason.MissingField;
            }
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(VenueEventKind.Quote, index);
        return JsonFields.TryDecimal(json, f[1], grid.PriceDecimals, out e.Price)
            && JsonFields.TryDecimal(json, f[2], grid.QuantityDecimals, out e.Quantity)
            && JsonFields.TryDecimal(json, f[3], grid.PriceDecimals, out e.AskPrice)
            && JsonFields.TryDecimal(json, f[4], grid.QuantityDecimals, out e.AskQuantity)
                ? RejectReason.None
                : RejectReason.OffGrid;
    }

    // The instrument channel says in how many decimals each pair's checksum is computed.
    private RejectReason ParseInstruments(ReadOnlySpan<byte> frame, JsonSlice root)
    {
        Span<JsonSlice> pairs = stackalloc JsonSlice[1];
        var data = JsonFields.Raw(frame, root);
        var reason = JsonFields.Read(data, PairsNames, pairs);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (pairs[0].Type != JsonTokenType.StartArray)
        {
            // An update may tell of assets alone.
            return pairs[0].Exists ? RejectReason.BadField : RejectReason.None;
        }

        Span<JsonSlice> f = stackalloc JsonSlice[3];
        var items = new JsonItems(JsonFields.Raw(data, pairs[0]));
        while (items.Next(out var json))
        {
            reason = JsonFields.Read(json, PairNames, f);
            if (reason != RejectReason.None)
            {
                return reason;
            }

            if (JsonFields.TryText(json, f[0], out var name) && instruments.TryFindKnown(name, out var index)
                && JsonFields.TryInteger(json, f[1], out var price)
                && JsonFields.TryInteger(json, f[2], out var quantity)
                && price <= 12 && quantity <= 12)
            {
                instruments.SettleGrid(index, (int)price, (int)quantity);
                instruments[index].ChecksumPriceDecimals = (int)price;
                instruments[index].ChecksumQuantityDecimals = (int)quantity;
            }
        }

        return RejectReason.None;
    }

    private void ReadAcknowledgement(ReadOnlySpan<byte> frame, ReadOnlySpan<JsonSlice> root)
    {
        if (root[4].Type != JsonTokenType.StartObject)
        {
            return;
        }

        Span<JsonSlice> f = stackalloc JsonSlice[3];
        var result = JsonFields.Raw(frame, root[4]);
        if (JsonFields.Read(result, ResultNames, f) == RejectReason.None && JsonFields.TextIs(result, f[0], "book"u8)
            && JsonFields.TryText(result, f[1], out var name) && instruments.TryFindKnown(name, out var index)
            && JsonFields.TryInteger(result, f[2], out var depth) && depth is > 0 and <= 1_000)
        {
            instruments[index].SubscribedDepth = (int)depth;
        }
    }
}
