using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange.MarketData;

/// <summary>What a reader of pages knows of the books, and what the books are.</summary>
public sealed class LevelPagesTests
{
    private static readonly int[] s_tickSteps = [1, 7, 1_000, 60_000];

    // What changes a level, or has nothing to do with one and comes in a page of its own.
    private static readonly EventType[] s_moving =
    [
        EventType.Accepted, EventType.Trade, EventType.Cancelled, EventType.Amended, EventType.Triggered, EventType.Refilled,
        EventType.InstrumentStatus, EventType.AccountStatus, EventType.InstrumentListed, EventType.KeyListed,
    ];

    [Fact]
    public void A_book_that_is_rebuilt_from_the_levels_of_the_pages_alone_is_the_book_after_every_page()
    {
        var (levels, deepest, ticks, types) = (0, 0, 0, new int[64]);
        for (var seed = 1; seed <= Counts.Of(120, 12); seed++)
        {
            using var market = new PagedMarket(seed, s_tickSteps[seed % s_tickSteps.Length]);
            var books = new Dictionary<(short Instrument, int Price), (Side Side, long Lots)>();
            market.AfterPage = page =>
            {
                levels += page.Levels.Length;
                Tally(page, types);
                Apply(page, books, $"seed {seed}, page to {page.LastSequence}");
                deepest = Math.Max(deepest, Compare(market, books, $"seed {seed}, page to {page.LastSequence}"));
            };
            for (var left = Counts.Of(10_000, 2_500); left > 0; left--)
            {
                left -= market.Turn();
            }

            ticks += market.Ticks;
        }

        Assert.True(deepest >= 15, $"at most {deepest} levels at a time");
        Assert.True(levels > 10_000, $"{levels} levels");
        Assert.True(ticks > 10, $"{ticks} ticks");
        Assert.All(s_moving, type => Assert.True(types[(int)type] > 0, $"{type} never happened"));
    }

    private static void Tally(ShardPage page, int[] types)
    {
        foreach (ref readonly var e in page.Events)
        {
            types[(int)e.Type]++;
        }
    }

    private static void Apply(ShardPage page, Dictionary<(short Instrument, int Price), (Side Side, long Lots)> books, string at)
    {
        var said = new Dictionary<(short Instrument, int Price), LevelChange>();
        foreach (var level in page.Levels)
        {
            Assert.True(
                said.TryAdd((level.Instrument, level.Price), level) || said[(level.Instrument, level.Price)] == level,
                $"{at}: {level} after {said[(level.Instrument, level.Price)]}");
            if (level.Lots == 0)
            {
                books.Remove((level.Instrument, level.Price));
            }
            else
            {
                books[(level.Instrument, level.Price)] = (level.Side, level.Lots);
            }
        }
    }

    /// <returns>How many levels there are.</returns>
    private static int Compare(PagedMarket market, Dictionary<(short Instrument, int Price), (Side Side, long Lots)> books, string at)
    {
        var all = 0;
        for (short i = 0; i < market.Core.Instruments; i++)
        {
            var number = i;
            var rebuilt = books.Where(level => level.Key.Instrument == number)
                .Select(level => (level.Value.Side, level.Key.Price, level.Value.Lots)).ToList();
            var inOrder = rebuilt.Where(level => level.Side == Side.Buy).OrderByDescending(level => level.Price)
                .Concat(rebuilt.Where(level => level.Side == Side.Sell).OrderBy(level => level.Price)).ToList();
            var core = market.Core.Levels(number).Select(level => (level.Side, level.Price, level.Lots)).ToList();
            Assert.True(core.SequenceEqual(inOrder), $"{at}, instrument {number}\n  core: {Of(core)}\n  pages: {Of(inOrder)}");
            Assert.All(market.Core.Levels(number), level => Assert.Equal(number, level.Instrument));

            var book = market.Naive.Markets[number].Book;
            var naive = book.Bids.Concat(book.Asks).GroupBy(order => (order.Side, Price: (int)order.Price))
                .Select(level => (level.Key.Side, level.Key.Price, Lots: level.Sum(order => order.Shown))).ToList();
            Assert.True(core.SequenceEqual(naive), $"{at}, instrument {number}\n  core: {Of(core)}\n  naive: {Of(naive)}");
            all += core.Count;
        }

        return all;
    }

    private static string Of(List<(Side Side, int Price, long Lots)> levels) => string.Join("; ", levels);
}
