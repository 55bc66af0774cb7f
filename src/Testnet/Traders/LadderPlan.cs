using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>Where a maker rests its orders: one price in each cell of a fixed grid, so that a small move of the fair
/// price moves one order and not all of them.</summary>
/// <param name="StepTicks">Width of a cell.</param>
/// <param name="HalfTicks">Least distance of a new order from the fair price.</param>
/// <param name="Levels">Orders of each side.</param>
internal readonly record struct LadderPlan(long StepTicks, double HalfTicks, int Levels)
{
    /// <summary>The cell of a price.</summary>
    public long CellOf(long ticks) => ticks / StepTicks;

    /// <summary>The prices of a side, nearest first.</summary>
    public List<long> Prices(Side side, double fair)
    {
        var prices = new List<long>(Levels);
        var sign = side == Side.Buy ? -1 : 1;
        var limit = fair + (sign * HalfTicks);
        for (var cell = CellOf((long)limit); cell >= 0 && prices.Count < Levels; cell += sign)
        {
            var price = PriceIn(cell);
            if (price > 0 && (side == Side.Buy ? price <= limit : price >= limit))
            {
                prices.Add(price);
            }
        }

        return prices;
    }

    /// <summary>True where an order stands so near the fair price, or beyond it, that it must go first.</summary>
    public bool IsStale(Side side, long price, double fair) =>
        side == Side.Buy ? price > fair - (HalfTicks / 3) : price < fair + (HalfTicks / 3);

    // Somewhere in the cell and always there: a book on a plain grid would look like none.
    private long PriceIn(long cell)
    {
        unchecked
        {
            var mixed = (ulong)cell * 0x9E3779B97F4A7C15UL;
            return (cell * StepTicks) + (long)((mixed >> 33) % (ulong)StepTicks);
        }
    }
}

/// <summary>An order that rests.</summary>
internal readonly record struct RestingOrder(string Id, Side Side, long Ticks, long Lots);
