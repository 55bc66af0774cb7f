using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>A book of price levels. The best level of a side is its last element, where most changes happen.</summary>
internal sealed class LimitBook
{
    private readonly List<Level> _bids = new(512);
    private readonly List<Level> _asks = new(512);

    public int Count(Side side) => Levels(side).Count;

    /// <summary>The level at a rank, zero being the best.</summary>
    public Level At(Side side, int rank)
    {
        var levels = Levels(side);
        return levels[levels.Count - 1 - rank];
    }

    /// <summary>Best level, or an empty one at price zero.</summary>
    public Level Best(Side side)
    {
        var levels = Levels(side);
        return levels.Count == 0 ? default : levels[^1];
    }

    public bool IsCrossed => _bids.Count > 0 && _asks.Count > 0 && _bids[^1].Price >= _asks[^1].Price;

    /// <summary>Quantity at a price, zero where there is no level.</summary>
    public long Quantity(Side side, long price)
    {
        var index = Find(side, price);
        return index < 0 ? 0 : Levels(side)[index].Quantity;
    }

    /// <summary>Sets the quantity at a price; zero removes the level.</summary>
    public void Set(Side side, Level level)
    {
        var levels = Levels(side);
        var index = Find(side, level.Price);
        if (level.Quantity == 0)
        {
            if (index >= 0)
            {
                levels.RemoveAt(index);
            }
        }
        else if (index >= 0)
        {
            levels[index] = level;
        }
        else
        {
            levels.Insert(~index, level);
        }
    }

    /// <summary>Copies the best levels of a side, best first, into a list that is cleared before.</summary>
    public void CopyTop(Side side, int depth, List<Level> destination)
    {
        destination.Clear();
        var count = Math.Min(depth, Count(side));
        for (var rank = 0; rank < count; rank++)
        {
            destination.Add(At(side, rank));
        }
    }

    private List<Level> Levels(Side side) => side == Side.Buy ? _bids : _asks;

    private int Find(Side side, long price)
    {
        var levels = Levels(side);
        int low = 0, high = levels.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = side == Side.Buy
                ? levels[middle].Price.CompareTo(price)
                : price.CompareTo(levels[middle].Price);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ~low;
    }
}
