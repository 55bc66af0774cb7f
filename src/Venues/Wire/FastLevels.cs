using Strikeline.Kernel;

namespace Strikeline.Venues.Wire;

/// <summary>Levels written as arrays of decimal texts, read without the full reader.</summary>
internal static class FastLevels
{
    /// <summary>Takes <c>[["price","quantity"],…]</c> or <c>[]</c>.</summary>
    public static bool TryPairs(ref Scan scan, Grid grid, Side side, FrameEvents into)
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
            if (!scan.Take("[\""u8) || !scan.TakeDecimal(grid.PriceDecimals, out var price) || price == 0
                || !scan.Take(",\""u8) || !scan.TakeDecimal(grid.QuantityDecimals, out var quantity)
                || !scan.Take("]"u8) || !into.AddLevel(side, price, quantity))
            {
                return false;
            }
        }
        while (scan.Take(","u8));

        return scan.Take("]"u8);
    }

    /// <summary>Takes Kraken's <c>[["price","quantity","time"],…]</c>, with or without a republish mark.</summary>
    public static bool TryTriples(ref Scan scan, Grid grid, Side side, FrameEvents into)
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
            if (!scan.Take("[\""u8) || !scan.TakeDecimal(grid.PriceDecimals, out var price) || price == 0
                || !scan.Take(",\""u8) || !scan.TakeDecimal(grid.QuantityDecimals, out var quantity)
                || !scan.Take(",\""u8) || !scan.TakeText(out _)
                || !into.AddLevel(side, price, quantity))
            {
                return false;
            }

            scan.Take(",\"r\""u8);
            if (!scan.Take("]"u8))
            {
                return false;
            }
        }
        while (scan.Take(","u8));

        return scan.Take("]"u8);
    }
}
