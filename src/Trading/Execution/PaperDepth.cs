using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>What paper orders have taken out of levels that real traders still show, so that the same depth is not
/// filled twice.</summary>
/// <remarks>
/// One thread at a time. What is taken comes back when the level changes. Both tokens of a market share one book: a bid
/// for YES is an offer of NO at one dollar less the price, and is remembered once.
/// </remarks>
internal sealed class PaperDepth
{
    private readonly Dictionary<(string Market, Side YesSide), Dictionary<long, (long Seen, long Used)>> _used = [];

    /// <summary>What an order may take up to a limit, best price first, with what is taken noted.</summary>
    /// <param name="book">The book that it meets.</param>
    /// <param name="order">The order.</param>
    /// <param name="most">The most that is taken, in millionths of a share.</param>
    /// <param name="all">True where less than that is nothing.</param>
    public List<Level> Take(BookCopy book, VenueOrder order, long most, bool all)
    {
        var isYes = order.Token == order.Market.Yes;

        // Buying YES takes offers of YES; so does selling NO.
        var side = (order.Side == Side.Buy) == isYes ? Side.Sell : Side.Buy;
        var before = _used.GetValueOrDefault((order.Market.MarketId, side)) ?? [];
        var now = new Dictionary<long, (long Seen, long Used)>();
        var taken = new List<Level>();
        var left = most;
        foreach (var level in book.Against(order.Side))
        {
            var price = isYes ? level.Price : Micros.One - level.Price;
            var known = before.TryGetValue(price, out var one) && one.Seen == level.Quantity ? one.Used : 0;
            var isWithin = order.Side == Side.Buy ? level.Price <= order.LimitPpm : level.Price >= order.LimitPpm;
            var size = isWithin ? Math.Min(left, level.Quantity - known) : 0;
            if (size > 0)
            {
                taken.Add(new Level(level.Price, size));
                left -= size;
            }

            if (known + size > 0)
            {
                now[price] = (level.Quantity, known + size);
            }
        }

        if (all && left > 0)
        {
            return [];
        }

        _used[(order.Market.MarketId, side)] = now;
        return taken;
    }
}
