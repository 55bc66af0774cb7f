using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>Every rule by which a venue refuses an order.</summary>
/// <remarks>Any thread, no state.</remarks>
internal static class PaperRules
{
    /// <summary>Why an order is refused; null where it is taken.</summary>
    /// <param name="market">The market as it is now; null where it is not known.</param>
    /// <param name="book">The token's book as it is now.</param>
    /// <param name="order">The order.</param>
    public static string? Refusal(OutcomeMarket? market, BookCopy book, VenueOrder order)
    {
        if (market is null)
        {
            return PaperCodes.NotReady;
        }

        var isTaking = order.Life != OrderLife.GoodTillCancelled || Crosses(book, order);
        return OfPhase(market.Phase, order)
            ?? OfGrid(market.Rules, order, isTaking)
            ?? (order.PostOnly && isTaking ? PaperCodes.Crosses
                : isTaking && book.Refusal != BookRefusal.None ? PaperCodes.Book
                : null);
    }

    private static bool Crosses(BookCopy book, VenueOrder order)
    {
        var against = book.Against(order.Side);
        return against.Length > 0 && (order.Side == Side.Buy
            ? against[0].Price <= order.LimitPpm : against[0].Price >= order.LimitPpm);
    }

    private static string? OfPhase(MarketPhase phase, VenueOrder order) => phase switch
    {
        MarketPhase.Open => null,
        MarketPhase.PostOnly => order.PostOnly ? null : PaperCodes.PostOnly,
        MarketPhase.CancelOnly => PaperCodes.CancelOnly,
        MarketPhase.Paused => PaperCodes.Paused,
        MarketPhase.Closed or MarketPhase.Resolved => PaperCodes.Closed,
        _ => PaperCodes.NotReady,
    };

    private static string? OfGrid(MarketRules rules, VenueOrder order, bool isTaking)
    {
        if (!rules.IsOnTick(order.LimitPpm))
        {
            return PaperCodes.Tick;
        }

        if (order.SizeMicro <= 0 || order.SizeMicro % Math.Max(1, rules.SizeStepMicro) != 0)
        {
            return PaperCodes.Size;
        }

        if (!isTaking)
        {
            return order.SizeMicro < rules.LeastRestingMicro ? PaperCodes.MinSize : null;
        }

        if (OrderSizes.IsTooSmall(rules, order.LimitPpm, order.SizeMicro))
        {
            return PaperCodes.MinValue;
        }

        return order.Side == Side.Buy && order.Life != OrderLife.GoodTillCancelled
            && order.SizeMicro % OrderSizes.Step(rules, Side.Buy, order.LimitPpm) != 0
            ? PaperCodes.Amounts
            : null;
    }
}
