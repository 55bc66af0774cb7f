using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Kraken;

/// <summary>Dialect v1: arrays whose last two elements are channel and pair; every decimal is text at full
/// precision.</summary>
internal sealed partial class KrakenParser
{
    private static readonly byte[][] V1BookNames =
        ["as"u8.ToArray(), "bs"u8.ToArray(), "a"u8.ToArray(), "b"u8.ToArray(), "c"u8.ToArray()];

    // [992,{"b":[["354.12000000","0.00000000","1618678133.366461"]],"c":"1822697057"},"book-1000","XMR/USD"]
    private bool TryFastV1Book(ReadOnlySpan<byte> frame, FrameEvents into)
    {
        // The pair, which decides the grid, stands last.
        if (frame.Length < 16 || !frame.EndsWith("\"]"u8))
        {
            return false;
        }

        var tail = frame[..^2];
        var open = tail.LastIndexOf((byte)'"');
        if (open < 0 || !instruments.TryFind(tail[(open + 1)..], out var index)
            || instruments[index].ChecksumPriceDecimals < 0)
        {
            return false;
        }

        var grid = instruments[index].Grid;
        var scan = new Scan(frame);
        if (!scan.Take("["u8) || !scan.TakeInteger(out _) || !scan.Take(",{\""u8))
        {
            return false;
        }

        var side = scan.Peek == 'b' ? Side.Buy : Side.Sell;
        ref var e = ref into.Add(VenueEventKind.BookUpdate, index);
        if (!(scan.Take("b\":"u8) || scan.Take("a\":"u8)) || !FastLevels.TryTriples(ref scan, grid, side, into)
            || !scan.Take(",\"c\":\""u8) || !scan.TakeInteger(out var checksum) || checksum > uint.MaxValue
            || !scan.Take("\"},\"book-"u8) || !scan.TakeInteger(out var depth) || depth is 0 or > 1_000
            || !scan.Take("\",\""u8) || !scan.TakeText(out _) || !scan.Take("]"u8) || !scan.AtEnd)
        {
            return false;
        }

        e.HasChecksum = true;
        e.Checksum = (uint)checksum;
        e.Depth = (int)depth;
        return true;
    }

    private RejectReason ParseV1(ReadOnlySpan<byte> frame, FrameEvents into)
    {
        // One pass over the whole frame finds both what is malformed and where the elements stand.
        Span<JsonSlice> elements = stackalloc JsonSlice[5];
        var count = 0;
        var reader = new Utf8JsonReader(frame, new JsonReaderOptions { MaxDepth = 16 });
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == elements.Length)
            {
                return RejectReason.UnknownShape;
            }

            var start = (int)reader.TokenStartIndex;
            var type = reader.TokenType;
            reader.Skip();
            elements[count++] = new JsonSlice(start, (int)reader.BytesConsumed - start, type);
        }

        while (reader.Read())
        {
            reader.Skip();
        }

        if (count < 4 || elements[0].Type != JsonTokenType.Number
            || !JsonFields.TryText(frame, elements[count - 2], out var channel)
            || elements[count - 1].Type != JsonTokenType.String)
        {
            return RejectReason.UnknownShape;
        }

        if (channel.StartsWith("ohlc"u8) || channel.SequenceEqual("spread"u8))
        {
            return RejectReason.None;
        }

        var reason = instruments.Find(frame, elements[count - 1], into, out var index);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (channel.SequenceEqual("trade"u8))
        {
            return ParseV1Trades(JsonFields.Raw(frame, elements[1]), index, into);
        }

        if (channel.SequenceEqual("ticker"u8))
        {
            return ParseV1Ticker(JsonFields.Raw(frame, elements[1]), index, into);
        }

        if (!channel.StartsWith("book-"u8) || !DecimalText.TryParse(channel[5..], 0, out var depth)
            || depth is 0 or > 1_000)
        {
            return RejectReason.UnknownShape;
        }

        return ParseV1Book(frame, elements[1..(count - 2)], (int)depth, index, into);
    }

    private RejectReason ParseV1Book(
        ReadOnlySpan<byte> frame, ReadOnlySpan<JsonSlice> parts, int depth, int index, FrameEvents into)
    {
        Span<JsonSlice> f = stackalloc JsonSlice[5];
        for (var i = 0; i < parts.Length; i++)
        {
            var json = JsonFields.Raw(frame, parts[i]);
            var reason = JsonFields.Read(json, V1BookNames, f);
            if (reason != RejectReason.None)
            {
                return reason;
            }

            var snapshot = f[0].Exists || f[1].Exists;
            if ((snapshot && (parts.Length > 1 || f[2].Exists || f[3].Exists || !f[0].Exists || !f[1].Exists))
                || (!snapshot && !f[2].Exists && !f[3].Exists))
            {
                return RejectReason.BadField;
            }

            if (i == 0)
            {
                foreach (var slice in f[..4])
                {
                    if (slice.Type == JsonTokenType.StartArray)
                    {
                        SettlePrecision(JsonFields.Raw(json, slice), index);
                    }
                }

                into.Add(snapshot ? VenueEventKind.BookSnapshot : VenueEventKind.BookUpdate, index).Depth = depth;
            }

            ref var e = ref into[0];
            if (f[4].Exists)
            {
                if (!JsonFields.TryText(json, f[4], out var text) || !DecimalText.TryParse(text, 0, out var checksum)
                    || checksum > uint.MaxValue)
                {
                    return RejectReason.BadField;
                }

                e.HasChecksum = true;
                e.Checksum = (uint)checksum;
            }

            reason = ReadSide(json, f[snapshot ? 1 : 3], index, Side.Buy, into);
            if (reason == RejectReason.None)
            {
                reason = ReadSide(json, f[snapshot ? 0 : 2], index, Side.Sell, into);
            }

            if (reason != RejectReason.None)
            {
                return reason;
            }
        }

        // Every v1 update carries its checksum; one without could not be proven.
        return into[0].Kind == VenueEventKind.BookUpdate && !into[0].HasChecksum
            ? RejectReason.MissingField
            : RejectReason.None;
    }

    private RejectReason ReadSide(ReadOnlySpan<byte> json, JsonSlice slice, int index, Side side, FrameEvents into) =>
        slice.Exists ? JsonFields.ReadLevels(json, slice, instruments[index].Grid, side, into) : RejectReason.None;

    // v1 writes every price of a pair with the pair's own number of decimals: the first one tells.
    private void SettlePrecision(ReadOnlySpan<byte> rows, int index)
    {
        var instrument = instruments[index];
        if (instrument.ChecksumPriceDecimals >= 0)
        {
            return;
        }

        var levels = new JsonItems(rows);
        if (!levels.Next(out var level) || level[0] != '[')
        {
            return;
        }

        var cells = new JsonItems(level);
        if (!cells.Next(out var price) || !cells.Next(out var quantity) || price[0] != '"' || quantity[0] != '"')
        {
            return;
        }

        var priceDecimals = DecimalText.DecimalsIn(price[1..^1]);
        var quantityDecimals = DecimalText.DecimalsIn(quantity[1..^1]);
        if (priceDecimals <= 12 && quantityDecimals <= 12)
        {
            instruments.SettleGrid(index, priceDecimals, quantityDecimals);
            instrument.ChecksumPriceDecimals = priceDecimals;
            instrument.ChecksumQuantityDecimals = quantityDecimals;
        }
    }

    // ["price","volume","time","b|s","m|l","misc"], several in one frame.
    private RejectReason ParseV1Trades(ReadOnlySpan<byte> list, int index, FrameEvents into)
    {
        into.IsTradeMessage = true;
        if (list[0] != '[')
        {
            return RejectReason.BadField;
        }

        SettlePrecision(list, index);
        var grid = instruments[index].Grid;
        var trades = new JsonItems(list);
        while (trades.Next(out var trade))
        {
            if (trade[0] != '[')
            {
                return RejectReason.BadField;
            }

            var cells = new JsonItems(trade);
            if (!cells.Next(out var price) || !cells.Next(out var quantity) || !cells.Next(out var time)
                || !cells.Next(out var side))
            {
                return RejectReason.MissingField;
            }

            if (into.Count >= VenuesLimits.MaxEventsPerFrame)
            {
                return RejectReason.TooLarge;
            }

            ref var e = ref into.Add(VenueEventKind.Trade, index);
            if (price.Length < 3 || quantity.Length < 3 || price[0] != '"' || quantity[0] != '"'
                || !DecimalText.TryParse(price[1..^1], grid.PriceDecimals, out e.Price)
                || !DecimalText.TryParse(quantity[1..^1], grid.QuantityDecimals, out e.Quantity))
            {
                return RejectReason.OffGrid;
            }

            var sell = side.SequenceEqual("\"s\""u8);
            if ((!sell && !side.SequenceEqual("\"b\""u8)) || time.Length < 3 || time[0] != '"'
                || !DecimalText.TryParse(time[1..^1], 9, out e.VenueTimeNanos))
            {
                return RejectReason.BadField;
            }

            e.TakerSide = sell ? Side.Sell : Side.Buy;
        }

        return RejectReason.None;
    }

    // {"a":["price",wholeLots,"lots"],"b":[…],…}
    private RejectReason ParseV1Ticker(ReadOnlySpan<byte> json, int index, FrameEvents into)
    {
        Span<JsonSlice> f = stackalloc JsonSlice[5];
        var reason = JsonFields.Read(json, V1BookNames, f);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (f[2].Type != JsonTokenType.StartArray || f[3].Type != JsonTokenType.StartArray)
        {
            return RejectReason.MissingField;
        }

        ref var e = ref into.Add(VenueEventKind.Quote, index);
        var grid = instruments[index].Grid;
        return TryTickerSide(JsonFields.Raw(json, f[3]), grid, out e.Price, out e.Quantity)
            && TryTickerSide(JsonFields.Raw(json, f[2]), grid, out e.AskPrice, out e.AskQuantity)
                ? RejectReason.None
                : RejectReason.OffGrid;
    }

    private static bool TryTickerSide(ReadOnlySpan<byte> cells, Grid grid, out long price, out long quantity)
    {
        var items = new JsonItems(cells);
        price = 0;
        quantity = 0;
        return items.Next(out var first) && items.Next(out _) && items.Next(out var third)
            && first.Length > 2 && third.Length > 2 && first[0] == '"' && third[0] == '"'
            && DecimalText.TryParse(first[1..^1], grid.PriceDecimals, out price)
            && DecimalText.TryParse(third[1..^1], grid.QuantityDecimals, out quantity);
    }
}
