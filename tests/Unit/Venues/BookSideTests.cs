using Strikeline.Venues;

namespace Strikeline.Unit.Venues;

/// <summary>A book's side against a sorted dictionary over random operations.</summary>
public sealed class BookSideTests
{
    [Theory]
    [InlineData(Side.Buy, 1)]
    [InlineData(Side.Sell, 2)]
    public void Random_operations_leave_what_a_sorted_dictionary_holds(Side side, int seed)
    {
        var random = new Random(seed);
        var book = new BookSide(side);
        var plain = NewPlain(side);
        for (var step = 0; step < Counts.Of(2_000_000, 60_000); step++)
        {
            switch (random.Next(1_000))
            {
                case 0:
                    book.Clear();
                    plain.Clear();
                    break;
                case 1 or 2:
                    Truncate(book, plain, random.Next(200));
                    break;
                case 3 or 4 or 5:
                    Load(book, plain, RandomLevels(random, side));
                    break;
                default:
                    Set(book, plain, NearOrFar(random, plain), random.Next(4) == 0 ? 0 : random.Next(1, 50));
                    break;
            }

            Assert.Equal(plain.Count, book.Count);
            Assert.Equal(plain.Count == 0 ? default : new Level(plain.First().Key, plain.First().Value), book.Best);
            if (step % 64 == 0)
            {
                AssertEqual(plain, book);
            }
        }

        AssertEqual(plain, book);
    }

    [Theory]
    [InlineData(Side.Buy)]
    [InlineData(Side.Sell)]
    public void Load_takes_any_order_drops_empty_levels_and_lets_the_last_of_equals_count(Side side)
    {
        var book = new BookSide(side);
        book.Load([new(5, 1), new(7, 2), new(6, 3), new(7, 4), new(5, 0), new(9, 0)]);
        Level[] expected = side == Side.Buy ? [new(7, 4), new(6, 3)] : [new(6, 3), new(7, 4)];
        Assert.Equal(expected, Enumerable.Range(0, book.Count).Select(book.FromBest));
    }

    [Fact]
    public void Prices_at_the_ends_of_the_number_range_do_not_overflow()
    {
        var asks = new BookSide(Side.Sell);
        asks.Set(long.MaxValue, 1);
        asks.Set(1, long.MaxValue);
        Assert.Equal(new Level(1, long.MaxValue), asks.Best);
        var bids = new BookSide(Side.Buy);
        bids.Set(1, 1);
        bids.Set(long.MaxValue, 1);
        Assert.Equal(long.MaxValue, bids.Best.Price);
    }

    [Fact]
    public void A_full_side_keeps_the_best_levels()
    {
        var bids = new BookSide(Side.Buy);
        var levels = new Level[VenuesLimits.MaxLevelsPerSide];
        for (var i = 0; i < levels.Length; i++)
        {
            levels[i] = new Level((levels.Length - i) * 10L, 1);
        }

        bids.Load(levels);
        Assert.Equal(levels.Length, bids.Count);
        Assert.False(bids.Set(5, 1));
        Assert.True(bids.Set(15, 1));
        Assert.Equal(levels.Length, bids.Count);
        Assert.Equal(15, bids.FromBest(bids.Count - 1).Price);
        Assert.True(bids.Set(long.MaxValue, 1));
        Assert.Equal(20, bids.FromBest(bids.Count - 1).Price);
    }

    [Fact]
    public void Setting_what_is_there_already_is_no_change()
    {
        var asks = new BookSide(Side.Sell);
        Assert.True(asks.Set(10, 5));
        Assert.False(asks.Set(10, 5));
        Assert.False(asks.Set(11, 0));
        Assert.True(asks.Set(10, 0));
    }

    private static SortedDictionary<long, long> NewPlain(Side side) =>
        new(side == Side.Buy ? Comparer<long>.Create((a, b) => b.CompareTo(a)) : Comparer<long>.Default);

    private static long NearOrFar(Random random, SortedDictionary<long, long> plain)
    {
        if (plain.Count == 0 || random.Next(3) == 0)
        {
            return random.Next(1, 3_000);
        }

        return Math.Max(1, plain.First().Key + random.Next(-6, 7));
    }

    private static Level[] RandomLevels(Random random, Side side)
    {
        var levels = Enumerable.Range(0, random.Next(300))
            .Select(_ => new Level(random.Next(1, 3_000), random.Next(20)));
        return random.Next(3) switch
        {
            0 => [.. levels],
            1 => [.. levels.OrderBy(level => level.Price)],
            _ => [.. levels.Where(level => level.Quantity > 0).DistinctBy(level => level.Price)
                .OrderBy(level => side == Side.Buy ? -level.Price : level.Price)],
        };
    }

    private static void Set(BookSide book, SortedDictionary<long, long> plain, long price, long quantity)
    {
        book.Set(price, quantity);
        if (quantity == 0)
        {
            plain.Remove(price);
        }
        else
        {
            plain[price] = quantity;
        }
    }

    private static void Load(BookSide book, SortedDictionary<long, long> plain, Level[] levels)
    {
        book.Load(levels);
        plain.Clear();
        foreach (var level in levels)
        {
            plain.Remove(level.Price);
            if (level.Quantity != 0)
            {
                plain[level.Price] = level.Quantity;
            }
        }
    }

    private static void Truncate(BookSide book, SortedDictionary<long, long> plain, int count)
    {
        book.Truncate(count);
        foreach (var price in plain.Keys.Skip(count).ToArray())
        {
            plain.Remove(price);
        }
    }

    private static void AssertEqual(SortedDictionary<long, long> plain, BookSide book)
    {
        var at = 0;
        foreach (var (price, quantity) in plain)
        {
            Assert.Equal(new Level(price, quantity), book.FromBest(at++));
        }
    }
}
