using System.Numerics;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Mutation;

/// <summary>A plain book with a signature that is kept up to date level by level: the sum of one mixed word a
/// level.</summary>
internal sealed class TruthBook
{
    private readonly Dictionary<long, long> _bids = [];
    private readonly Dictionary<long, long> _asks = [];

    public ulong Signature { get; private set; }

    public void Load(Level[] bids, Level[] asks)
    {
        _bids.Clear();
        _asks.Clear();
        Signature = 0;
        Apply(bids, asks);
    }

    public void Apply(Level[] bids, Level[] asks)
    {
        foreach (var level in bids)
        {
            Set(_bids, Side.Buy, level);
        }

        foreach (var level in asks)
        {
            Set(_asks, Side.Sell, level);
        }
    }

    /// <summary>The levels of one side, best first.</summary>
    public Level[] Levels(Side side) => side == Side.Buy
        ? [.. _bids.OrderByDescending(level => level.Key).Select(level => new Level(level.Key, level.Value))]
        : [.. _asks.OrderBy(level => level.Key).Select(level => new Level(level.Key, level.Value))];

    /// <summary>The signature of a book of the room, over its best levels on each side.</summary>
    public static ulong Of(OrderBook book, int depth = int.MaxValue) =>
        unchecked(Of(book.Bids, Side.Buy, depth) + Of(book.Asks, Side.Sell, depth));

    /// <summary>The signature of plain levels.</summary>
    public static ulong Of(IEnumerable<Level> levels, Side side) =>
        levels.Aggregate(0UL, (sum, level) => unchecked(sum + Mix(side, level)));

    private static ulong Of(BookSide levels, Side side, int depth)
    {
        var sum = 0UL;
        for (var i = 0; i < levels.Count && i < depth; i++)
        {
            sum = unchecked(sum + Mix(side, levels.FromBest(i)));
        }

        return sum;
    }

    private void Set(Dictionary<long, long> levels, Side side, Level level)
    {
        if (levels.Remove(level.Price, out var before))
        {
            Signature = unchecked(Signature - Mix(side, new Level(level.Price, before)));
        }

        if (level.Quantity != 0)
        {
            levels.Add(level.Price, level.Quantity);
            Signature = unchecked(Signature + Mix(side, level));
        }
    }

    private static ulong Mix(Side side, Level level)
    {
        unchecked
        {
            var word = ((ulong)level.Price * 0x9E37_79B9_7F4A_7C15) ^ ((ulong)level.Quantity + (ulong)side + 1);
            word *= 0xBF58_476D_1CE4_E5B9;
            return BitOperations.RotateLeft(word, 31) * 0x94D0_49BB_1331_11EB;
        }
    }
}
