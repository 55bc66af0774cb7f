using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Binance;

/// <summary>The usual frames, in the field order in which the venue has written them for years.</summary>
internal sealed partial class BinanceParser
{
    private bool TryFast(ReadOnlySpan<byte> frame, FrameEvents into)
    {
        var scan = new Scan(frame);
        if (!scan.Take("{\"stream\":\""u8))
        {
            return false;
        }

        if (!scan.SkipToAt())
        {
            return false;
        }

        return scan.Peek switch
        {
            (byte)'b' => TryFastQuote(ref scan, into),
            (byte)'t' => TryFastTrade(ref scan, into),
            (byte)'d' => TryFastDepth(ref scan, into),
            _ => false,
        };
    }

    private bool TryFastQuote(ref Scan scan, FrameEvents into)
    {
        if (!scan.Take("bookTicker\",\"data\":{"u8))
        {
            return false;
        }

        scan.Take("\"e\":\"bookTicker\","u8);
        if (!scan.Take("\"u\":"u8) || !scan.TakeInteger(out var id) || !scan.Take(",\"s\":\""u8)
            || !scan.TakeText(out var name) || !instruments.TryFind(name, out var index))
        {
            return false;
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(VenueEventKind.Quote, index);
        e.LastId = id;
        if (!(scan.Take(",\"b\":\""u8) && scan.TakeDecimal(grid.PriceDecimals, out e.Price)
            && scan.Take(",\"B\":\""u8) && scan.TakeDecimal(grid.QuantityDecimals, out e.Quantity)
            && scan.Take(",\"a\":\""u8) && scan.TakeDecimal(grid.PriceDecimals, out e.AskPrice)
            && scan.Take(",\"A\":\""u8) && scan.TakeDecimal(grid.QuantityDecimals, out e.AskQuantity)))
        {
            return false;
        }

        if (scan.Take(",\"T\":"u8)
            && !(scan.TakeInteger(out _) && scan.Take(",\"E\":"u8) && scan.TakeInteger(out var time)
                && TryNanos(time, out e.VenueTimeNanos)))
        {
            return false;
        }

        return scan.Take("}}"u8) && scan.AtEnd;
    }

    private bool TryFastTrade(ref Scan scan, FrameEvents into)
    {
        if (!scan.Take("trade\",\"data\":{\"e\":\"trade\",\"E\":"u8) || !scan.TakeInteger(out _))
        {
            return false;
        }

        // Futures write T here, spot at the end.
        long time = 0;
        if (scan.Take(",\"T\":"u8) && !scan.TakeInteger(out time))
        {
            return false;
        }

        if (!scan.Take(",\"s\":\""u8) || !scan.TakeText(out var name)
            || !instruments.TryFind(name, out var index))
        {
            return false;
        }

        var grid = instruments[index].Grid;
        into.IsTradeMessage = true;
        ref var e = ref into.Add(VenueEventKind.Trade, index);
        if (!(scan.Take(",\"t\":"u8) && scan.TakeInteger(out e.LastId)
            && scan.Take(",\"p\":\""u8) && scan.TakeDecimal(grid.PriceDecimals, out e.Price)
            && scan.Take(",\"q\":\""u8) && scan.TakeDecimal(grid.QuantityDecimals, out e.Quantity)))
        {
            return false;
        }

        scan.Take(",\"X\":\"MARKET\""u8);
        if (time == 0 && !(scan.Take(",\"T\":"u8) && scan.TakeInteger(out time)))
        {
            return false;
        }

        if (!TryNanos(time, out e.VenueTimeNanos))
        {
            return false;
        }

        if (scan.Take(",\"m\":true"u8))
        {
            e.TakerSide = Side.Sell;
        }
        else if (!scan.Take(",\"m\":false"u8))
        {
            return false;
        }

        scan.Take(",\"M\":true"u8);
        return scan.Take("}}"u8) && scan.AtEnd;
    }

    private bool TryFastDepth(ref Scan scan, FrameEvents into)
    {
        if (!scan.Take("depth"u8) || !scan.TakeText(out var rest)
            || (rest.Length > 0 && rest[0] != '@')
            || !scan.Take(",\"data\":{\"e\":\"depthUpdate\",\"E\":"u8) || !scan.TakeInteger(out var time))
        {
            return false;
        }

        if (scan.Take(",\"T\":"u8) && !scan.TakeInteger(out _))
        {
            return false;
        }

        if (!scan.Take(",\"s\":\""u8) || !scan.TakeText(out var name)
            || !instruments.TryFind(name, out var index))
        {
            return false;
        }

        var grid = instruments[index].Grid;
        ref var e = ref into.Add(VenueEventKind.BookUpdate, index);
        if (!(scan.Take(",\"U\":"u8) && scan.TakeInteger(out e.FirstId)
            && scan.Take(",\"u\":"u8) && scan.TakeInteger(out e.LastId)
            && TryNanos(time, out e.VenueTimeNanos)) || e.LastId < e.FirstId)
        {
            return false;
        }

        if (scan.Take(",\"pu\":"u8) && !scan.TakeInteger(out e.PreviousId))
        {
            return false;
        }

        return scan.Take(",\"b\":"u8) && FastLevels.TryPairs(ref scan, grid, Side.Buy, into)
            && scan.Take(",\"a\":"u8) && FastLevels.TryPairs(ref scan, grid, Side.Sell, into)
            && scan.Take("}}"u8) && scan.AtEnd;
    }
}
