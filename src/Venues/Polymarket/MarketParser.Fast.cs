using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Polymarket;

/// <summary>The fast path: compact JSON, plain texts, every known field once, in whatever order.</summary>
internal sealed partial class MarketParser
{
    private bool TryFast(ReadOnlySpan<byte> frame, MarketFrame into)
    {
        var scan = new Scan(frame);
        if (!scan.Take("["u8))
        {
            return TryFastObject(ref scan, into) && scan.AtEnd;
        }

        if (scan.Take("]"u8))
        {
            return scan.AtEnd;
        }

        do
        {
            if (into.Count >= VenuesLimits.MaxEventsPerFrame || !TryFastObject(ref scan, into))
            {
                return false;
            }
        }
        while (scan.Take(","u8));

        return scan.Take("]"u8) && scan.AtEnd;
    }

    private bool TryFastObject(ref Scan scan, MarketFrame into)
    {
        if (!scan.Take("{\""u8))
        {
            return false;
        }

        var fields = default(EventFields);
        var first = into.Count;
        var changes = false;
        do
        {
            if (!scan.TakeText(out var key) || !scan.Take(":"u8))
            {
                return false;
            }

            var field = FieldOf(key);
            if ((fields.Seen & field & ~EventField.Unused) != EventField.None)
            {
                return false;
            }

            fields.Seen |= field;
            changes |= field == EventField.Changes;
            if (!TryFastValue(ref scan, field, ref fields, into))
            {
                return false;
            }
        }
        while (scan.Take(",\""u8));

        // The full reader says what is wrong with an event, and with which field of it.
        return scan.Take("}"u8) && (!changes || IsChange(fields))
            && Finish(ref fields, first, into) == RejectReason.None;
    }

    private static bool IsChange(in EventFields fields) =>
        !fields.Has(EventField.Type) || fields.Type.SequenceEqual("price_change"u8);

    private bool TryFastValue(ref Scan scan, EventField field, ref EventFields fields, MarketFrame into)
    {
        switch (field)
        {
            case EventField.Type:
                return scan.Take("\""u8) && scan.TakeText(out fields.Type);
            case EventField.Market:
                return scan.Take("\""u8) && scan.TakeText(out fields.Market);
            case EventField.Asset:
                return scan.Take("\""u8) && scan.TakeText(out fields.Asset);
            case EventField.Side:
                return scan.Take("\""u8) && scan.TakeText(out fields.Side);
            case EventField.Time:
                return scan.Take("\""u8) && scan.TakeInteger(out var millis) && scan.Take("\""u8)
                    && TryNanos(millis, out fields.VenueNanos);
            case EventField.Bids:
                return TryFastLevels(ref scan, into, out fields.BidStart, out fields.BidCount);
            case EventField.Asks:
                return TryFastLevels(ref scan, into, out fields.AskStart, out fields.AskCount);
            case EventField.Changes:
                // A recording names a token's market once: before its changes, or the full reader takes the frame.
                return fields.Has(EventField.Market) && TryFastChanges(ref scan, fields.Market, into);
            case EventField.Price:
                return TryFastNumber(ref scan, field, ref fields, ref fields.Price);
            case EventField.Size:
                return TryFastNumber(ref scan, field, ref fields, ref fields.Size);
            case EventField.BestBid:
                return TryFastNumber(ref scan, field, ref fields, ref fields.BestBid);
            case EventField.BestAsk:
                return TryFastNumber(ref scan, field, ref fields, ref fields.BestAsk);
            case EventField.Tick:
                return TryFastNumber(ref scan, field, ref fields, ref fields.Tick);
            case EventField.NewTick:
                return TryFastNumber(ref scan, field, ref fields, ref fields.NewTick);
            default:
                return scan.Take("true"u8) || scan.Take("false"u8) || scan.Take("null"u8)
                    || (scan.Take("\""u8) && scan.TakeText(out _));
        }
    }

    private static bool TryFastNumber(ref Scan scan, EventField field, ref EventFields fields, ref long value)
    {
        if (!scan.Take("\""u8))
        {
            return false;
        }

        if (scan.Take("\""u8))
        {
            fields.Seen &= ~field;
            return true;
        }

        return scan.TakeDecimal(Grid, out value);
    }

    // [{"price":"0.47","size":"100"},…]
    private static bool TryFastLevels(ref Scan scan, MarketFrame into, out int start, out int count)
    {
        start = into.LevelsSoFar;
        count = 0;
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
            if (!scan.Take("{\"price\":\""u8) || !scan.TakeDecimal(Grid, out var price) || !IsPrice(price)
                || !scan.Take(",\"size\":\""u8) || !scan.TakeDecimal(Grid, out var size)
                || !scan.Take("}"u8) || !into.AddLevel(price, size))
            {
                return false;
            }
        }
        while (scan.Take(","u8));

        count = into.LevelsSoFar - start;
        return scan.Take("]"u8);
    }

    private bool TryFastChanges(ref Scan scan, ReadOnlySpan<byte> market, MarketFrame into)
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
            if (into.Count >= VenuesLimits.MaxEventsPerFrame || !TryFastChange(ref scan, market, into))
            {
                return false;
            }
        }
        while (scan.Take(","u8));

        return scan.Take("]"u8);
    }

    private bool TryFastChange(ref Scan scan, ReadOnlySpan<byte> market, MarketFrame into)
    {
        if (!scan.Take("{\""u8))
        {
            return false;
        }

        var fields = default(EventFields);
        do
        {
            if (!scan.TakeText(out var key) || !scan.Take(":"u8))
            {
                return false;
            }

            var field = FieldOf(key);
            if ((fields.Seen & field & ~EventField.Unused) != EventField.None
                || field is EventField.Bids or EventField.Asks or EventField.Changes)
            {
                return false;
            }

            fields.Seen |= field;
            if (!TryFastValue(ref scan, field, ref fields, into))
            {
                return false;
            }
        }
        while (scan.Take(",\""u8));

        return scan.Take("}"u8) && AddChange(ref fields, market, into) == RejectReason.None;
    }

    private static EventField FieldOf(ReadOnlySpan<byte> key)
    {
        switch (key.Length)
        {
            case 4:
                return key.SequenceEqual("side"u8) ? EventField.Side
                    : key.SequenceEqual("size"u8) ? EventField.Size
                    : key.SequenceEqual("bids"u8) ? EventField.Bids
                    : key.SequenceEqual("asks"u8) ? EventField.Asks
                    : EventField.Unused;
            case 5:
                return key.SequenceEqual("price"u8) ? EventField.Price : EventField.Unused;
            case 6:
                return key.SequenceEqual("market"u8) ? EventField.Market : EventField.Unused;
            case 8:
                return key.SequenceEqual("asset_id"u8) ? EventField.Asset
                    : key.SequenceEqual("best_bid"u8) ? EventField.BestBid
                    : key.SequenceEqual("best_ask"u8) ? EventField.BestAsk
                    : EventField.Unused;
            case 9:
                return key.SequenceEqual("timestamp"u8) ? EventField.Time
                    : key.SequenceEqual("tick_size"u8) ? EventField.Tick
                    : EventField.Unused;
            case 10:
                return key.SequenceEqual("event_type"u8) ? EventField.Type : EventField.Unused;
            case 13:
                return key.SequenceEqual("price_changes"u8) ? EventField.Changes
                    : key.SequenceEqual("new_tick_size"u8) ? EventField.NewTick
                    : EventField.Unused;
            default:
                return EventField.Unused;
        }
    }
}
