using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>A signal's venue and market as one word each, for metrics, logs and answers.</summary>
public static class SignalText
{
    /// <summary>The venue's name; where legs are at several, their names joined by <c>+</c> in the venues'
    /// order.</summary>
    public static string Venue(TradeSignal signal)
    {
        var first = signal.Legs[0].Market.Venue;
        foreach (var leg in signal.Legs)
        {
            if (leg.Market.Venue != first)
            {
                return string.Join('+', signal.Legs.Select(one => one.Market.Venue).Distinct().Order()
                    .Select(venue => venue.Name()));
            }
        }

        return first.Name();
    }

    /// <summary>The market's id; the event's where the legs are several markets of one event; else the ids joined by
    /// <c>+</c>.</summary>
    public static string Market(TradeSignal signal)
    {
        var first = signal.Legs[0].Market;
        if (signal.Legs.All(leg => leg.Market.MarketId == first.MarketId && leg.Market.Venue == first.Venue))
        {
            return first.MarketId;
        }

        return first.EventId.Length > 0 && signal.Legs.Length > 2
            && signal.Legs.All(leg => leg.Market.EventId == first.EventId && leg.Market.Venue == first.Venue)
            ? first.EventId
            : string.Join('+', signal.Legs.Select(leg => leg.Market.MarketId));
    }
}
