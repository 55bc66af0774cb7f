using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Coinbase;

/// <summary>The Coinbase Exchange dialect: flat messages told apart by <c>type</c>.</summary>
internal sealed partial class CoinbaseParser
{
    private static readonly byte[][] ExchangeNames =
    [
        "type"u8.ToArray(), "product_id"u8.ToArray(), "bids"u8.ToArray(), "asks"u8.ToArray(), "changes"u8.ToArray(),
        "time"u8.ToArray(), "trade_id"u8.ToArray(), "side"u8.ToArray(), "price"u8.ToArray(), "size"u8.ToArray(),
        "best_bid"u8.ToArray(), "best_ask"u8.ToArray(), "best_bid_size"u8.ToArray(), "best_ask_size"u8.ToArray(),
    ];

    // last_match repeats the newest trade from before the subscription, so it is no news.
    private static readonly byte[][] UnusedTypes =
    [
        "subscriptions"u8.ToArray(), "heartbeat"u8.ToArray(), "status"u8.ToArray(), "error"u8.ToArray(),
        "last_match"u8.ToArray(), "received"u8.ToArray(), "open"u8.ToArray(), "done"u8.ToArray(), "change"u8.ToArray(),
        "activate"u8.ToArray(), "auctionfeed"u8.ToArray(), "rfq_match"u8.ToArray(),
    ];

    // {"type":"l2update","product_id":"SKL-BTC","changes":[["sell","0.00001306","660.5"]],"time":"…"}
    private bool TryFastExchangeUpdate(ReadOnlySpan<byte> frame, FrameEvents into)
    {
        into.Clear();
        var scan = new Scan(frame);
        if (!scan.Take("{\"type\":\"l2update\",\"product_id\":\""u8) || !scan.TakeText(out var name)
            || !instruments.TryFind(name, out var index) || !scan.Take(",\"changes\":["u8))
        {
            return false;
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(VenueEventKind.BookUpdate, index);
        do
        {
            Side side;
            if (scan.Take("[\"buy\",\""u8))
            {
                side = Side.Buy;
            }
            else if (scan.Take("[\"sell\",\""u8))
            {
                side = Side.Sell;
            }
            else
            {
                return false;
            }

            if (!scan.TakeDecimal(grid.PriceDecimals, out var price) || price == 0 || !scan.Take(",\""u8)
                || !scan.TakeDecimal(grid.QuantityDecimals, out var quantity) || !scan.Take("]"u8)
                || !into.AddLevel(side, price, quantity))
            {
                return false;
            }
        }
        while (scan.Take(","u8));

        return scan.Take("],\"time\":\""u8) && scan.TakeTime(_clock, out e.VenueTimeNanos)
            && scan.Take("}"u8) && scan.AtEnd;
    }

    private RejectReason ParseExchange(ReadOnlySpan<byte> frame, JsonSlice type, FrameEvents into)
    {
        foreach (var unused in UnusedTypes)
        {
            if (JsonFields.TextIs(frame, type, unused))
            {
                into.IsRefusal = JsonFields.TextIs(frame, type, "error"u8);
                return RejectReason.None;
            }
        }

        Span<JsonSlice> f = stackalloc JsonSlice[14];
        var reason = JsonFields.Read(frame, ExchangeNames, f);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        var snapshot = JsonFields.TextIs(frame, type, "snapshot"u8);
        var update = JsonFields.TextIs(frame, type, "l2update"u8);
        var match = JsonFields.TextIs(frame, type, "match"u8);
        if (!snapshot && !update && !match && !JsonFields.TextIs(frame, type, "ticker"u8))
        {
            return RejectReason.UnknownShape;
        }

        reason = instruments.Find(frame, f[1], into, out var index);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        long nanos = 0;
        if (f[5].Exists && !(JsonFields.TryText(frame, f[5], out var time) && _clock.TryParse(time, out nanos)))
        {
            return RejectReason.BadField;
        }

        return snapshot ? ParseExchangeSnapshot(frame, f, index, nanos, into)
            : update ? ParseChanges(frame, f[4], index, nanos, into)
            : match ? ParseMatch(frame, f, index, nanos, into)
            : ParseExchangeTicker(frame, f, index, nanos, into);
    }

    private RejectReason ParseExchangeSnapshot(
        ReadOnlySpan<byte> frame, ReadOnlySpan<JsonSlice> f, int index, long nanos, FrameEvents into)
    {
        if (!f[2].Exists || !f[3].Exists)
        {
            return RejectReason.MissingField;
        }

        into.Add(VenueEventKind.BookSnapshot, index).VenueTimeNanos = nanos;
        var grid = instruments[index].Grid;
        var reason = JsonFields.ReadLevels(frame, f[2], grid, Side.Buy, into);
        return reason != RejectReason.None ? reason : JsonFields.ReadLevels(frame, f[3], grid, Side.Sell, into);
    }

    private RejectReason ParseChanges(
        ReadOnlySpan<byte> frame, JsonSlice list, int index, long nanos, FrameEvents into)
    {
        if (list.Type != JsonTokenType.StartArray)
        {
            return list.Exists ? RejectReason.BadField : RejectReason.MissingField;
        }

        into.Add(VenueEventKind.BookUpdate, index).VenueTimeNanos = nanos;
        var grid = instruments[index].Grid;
        var changes = new JsonItems(JsonFields.Raw(frame, list));
        while (changes.Next(out var change))
        {
            var reader = new Utf8JsonReader(change);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray || !reader.Read()
                || reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped)
            {
                return RejectReason.BadField;
            }

            var buy = reader.ValueTextEquals("buy"u8);
            if (!buy && !reader.ValueTextEquals("sell"u8))
            {
                return RejectReason.BadField;
            }

            if (!reader.Read() || !JsonFields.TryDecimal(ref reader, grid.PriceDecimals, out var price) || price == 0
                || !reader.Read() || !JsonFields.TryDecimal(ref reader, grid.QuantityDecimals, out var quantity))
            {
                return RejectReason.OffGrid;
            }

            if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
            {
                return RejectReason.BadField;
            }

            if (!into.AddLevel(buy ? Side.Buy : Side.Sell, price, quantity))
            {
                return RejectReason.TooLarge;
            }
        }

        return RejectReason.None;
    }

    // The side is the maker's: the taker stands on the other one.
    private RejectReason ParseMatch(
        ReadOnlySpan<byte> frame, ReadOnlySpan<JsonSlice> f, int index, long nanos, FrameEvents into)
    {
        into.IsTradeMessage = true;
        if (!f[6].Exists || !f[7].Exists || !f[8].Exists || !f[9].Exists)
        {
            return RejectReason.MissingField;
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(VenueEventKind.Trade, index);
        e.VenueTimeNanos = nanos;
        e.TakerSide = JsonFields.TextIs(frame, f[7], "buy"u8) ? Side.Sell : Side.Buy;
        if ((e.TakerSide == Side.Buy && !JsonFields.TextIs(frame, f[7], "sell"u8))
            || !JsonFields.TryInteger(frame, f[6], out e.LastId))
        {
            return RejectReason.BadField;
        }

        return JsonFields.TryDecimal(frame, f[8], grid.PriceDecimals, out e.Price)
            && JsonFields.TryDecimal(frame, f[9], grid.QuantityDecimals, out e.Quantity)
                ? RejectReason.None
                : RejectReason.OffGrid;
    }

    private RejectReason ParseExchangeTicker(
        ReadOnlySpan<byte> frame, ReadOnlySpan<JsonSlice> f, int index, long nanos, FrameEvents into)
    {
        if (!f[12].Exists && !f[13].Exists)
        {
            // Before 2022 the ticker had no sizes: a price without a quantity is no quote.
            return RejectReason.None;
        }

        if (!f[10].Exists || !f[11].Exists || !f[12].Exists || !f[13].Exists)
        {
            return RejectReason.MissingField;
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(VenueEventKind.Quote, index);
        e.VenueTimeNanos = nanos;
        return JsonFields.TryDecimal(frame, f[10], grid.PriceDecimals, out e.Price)
            && JsonFields.TryDecimal(frame, f[12], grid.QuantityDecimals, out e.Quantity)
            && JsonFields.TryDecimal(frame, f[11], grid.PriceDecimals, out e.AskPrice)
            && JsonFields.TryDecimal(frame, f[13], grid.QuantityDecimals, out e.AskQuantity)
                ? RejectReason.None
                : RejectReason.OffGrid;
    }
}
