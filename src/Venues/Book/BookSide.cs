using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>One side of a book: price levels with the best one last, where nearly every change happens.</summary>
/// <remarks>Feed loop only. A change at distance d from the best moves d levels; no allocation once grown.</remarks>
public sealed class BookSide
{
    private const int NearBest = 8;

    private readonly int _direction;
    private Level[] _levels = new Level[64];
    private int _count;

    internal BookSide(Side side)
    {
        // Keys ascend towards the best: bids by price, asks by its negative.
        _direction = side == Side.Buy ? 1 : -1;
    }

    /// <summary>Number of levels.</summary>
    public int Count => _count;

    /// <summary>The best level; <c>default</c> where the side is empty.</summary>
    public Level Best => _count == 0 ? default : _levels[_count - 1];

    /// <summary>The level at a distance from the best: 0 is the best.</summary>
    public Level FromBest(int distance) => _levels[_count - 1 - distance];

    /// <summary>The quantity at a price; zero where there is no such level.</summary>
    internal long QuantityAt(long price)
    {
        var index = Find(price, out var exists);
        return exists ? _levels[index].Quantity : 0;
    }

    internal void Clear() => _count = 0;

    /// <summary>Sets a level to an absolute quantity; zero removes it. True where that changed anything.</summary>
    internal bool Set(long price, long quantity)
    {
        var index = Find(price, out var exists);
        if (quantity == 0)
        {
            if (exists)
            {
                _levels.AsSpan(index + 1, _count - index - 1).CopyTo(_levels.AsSpan(index));
                _count--;
            }

            return exists;
        }

        if (exists)
        {
            var changed = _levels[index].Quantity != quantity;
            _levels[index] = new Level(price, quantity);
            return changed;
        }

        if (_count == VenuesLimits.MaxLevelsPerSide)
        {
            if (index == 0)
            {
                return false;
            }

            Truncate(_count - 1);
            index--;
        }

        if (_count == _levels.Length)
        {
            Array.Resize(ref _levels, _count * 2);
        }

        _levels.AsSpan(index, _count - index).CopyTo(_levels.AsSpan(index + 1));
        _levels[index] = new Level(price, quantity);
        _count++;
        return true;
    }

    /// <summary>Replaces the side. Levels may come in any order; of equal prices the last counts.</summary>
    internal void Load(ReadOnlySpan<Level> levels)
    {
        _count = 0;
        if (_levels.Length < levels.Length)
        {
            _levels = new Level[levels.Length];
        }

        // Venues send the best first: laid down back to front that is our order already.
        for (var i = levels.Length - 1; i >= 0; i--)
        {
            var level = levels[i];
            var inOrder = level.Quantity != 0 && (_count == 0 || Key(level.Price) > Key(_levels[_count - 1].Price));
            if (!inOrder)
            {
                LoadOneByOne(levels);
                return;
            }

            _levels[_count++] = level;
        }
    }

    /// <summary>Keeps only the best levels.</summary>
    internal void Truncate(int count)
    {
        var excess = _count - count;
        if (excess > 0)
        {
            _levels.AsSpan(excess, count).CopyTo(_levels);
            _count = count;
        }
    }

    private void LoadOneByOne(ReadOnlySpan<Level> levels)
    {
        _count = 0;
        foreach (var level in levels)
        {
            Set(level.Price, level.Quantity);
        }
    }

    private long Key(long price) => _direction * price;

    private int Find(long price, out bool exists)
    {
        var key = Key(price);
        var high = _count - 1;
        var low = Math.Max(0, _count - NearBest);
        for (; high >= low; high--)
        {
            var at = Key(_levels[high].Price);
            if (at <= key)
            {
                exists = at == key;
                return exists ? high : high + 1;
            }
        }

        var bottom = 0;
        while (bottom <= high)
        {
            var middle = (bottom + high) >>> 1;
            var at = Key(_levels[middle].Price);
            if (at == key)
            {
                exists = true;
                return middle;
            }

            if (at < key)
            {
                bottom = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        exists = false;
        return bottom;
    }
}
