using Strikeline.Kernel;

namespace Strikeline.Host.Bridges;

/// <summary>Finds the coarsest grid that holds every number of a pair, and moves numbers between grids.</summary>
internal sealed class TapeGrid
{
    private int _price;
    private int _quantity;

    /// <summary>The coarsest grid so far.</summary>
    public Grid Finest => new((byte)_price, (byte)_quantity);

    /// <summary>Takes a price and its quantity into account.</summary>
    public void Add(Level level, Grid grid)
    {
        _price = Needed(level.Price, grid.PriceDecimals, _price);
        _quantity = Needed(level.Quantity, grid.QuantityDecimals, _quantity);
    }

    /// <summary>The level on another grid; false where a number does not lie on it.</summary>
    public static bool TryMove(Level level, Grid from, Grid to, out Level moved)
    {
        moved = default;
        if (!TryMove(level.Price, from.PriceDecimals, to.PriceDecimals, out var price)
            || !TryMove(level.Quantity, from.QuantityDecimals, to.QuantityDecimals, out var quantity))
        {
            return false;
        }

        moved = new Level(price, quantity);
        return true;
    }

    private static int Needed(long value, int decimals, int known)
    {
        while (known < decimals && value % DecimalText.Scale(decimals - known) != 0)
        {
            known++;
        }

        return known;
    }

    private static bool TryMove(long value, int from, int to, out long moved)
    {
        if (to >= from)
        {
            var factor = DecimalText.Scale(to - from);
            moved = value > long.MaxValue / factor ? 0 : value * factor;
            return value <= long.MaxValue / factor;
        }

        (moved, var rest) = Math.DivRem(value, DecimalText.Scale(from - to));
        return rest == 0;
    }
}
