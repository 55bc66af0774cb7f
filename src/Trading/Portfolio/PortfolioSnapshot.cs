using System.Collections.Immutable;
using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>A position with what it is worth at the market.</summary>
/// <param name="Position">The position.</param>
/// <param name="BidPpm">Best bid of the proven book, in parts per million; null where there is none.</param>
/// <param name="WorthMicros">Of what is not part of a whole set, at that bid; null where there is none.</param>
/// <param name="UnrealisedMicros">Its profit if it were sold at that bid; null where there is none.</param>
public sealed record PortfolioLine(Position Position, long? BidPpm, long? WorthMicros, long? UnrealisedMicros);

/// <summary>Both outcomes of a market together.</summary>
/// <param name="Venue">The venue.</param>
/// <param name="MarketId">The market.</param>
/// <param name="Lines">Its tokens, those without a position left out.</param>
/// <param name="SetsMicro">Whole sets, in millionths of a share: each is worth a dollar whatever happens.</param>
/// <param name="SetProfitMicros">What merging them brings over their cost.</param>
/// <param name="ExposureMicros">The most that can be lost in the market: the cost of what has no counterpart, and of
/// sets what they cost above a dollar.</param>
public sealed record PortfolioMarket(
    Venue Venue, string MarketId, ImmutableArray<PortfolioLine> Lines, long SetsMicro, long SetProfitMicros,
    long ExposureMicros)
{
    /// <summary>Profit if whole sets were merged and the rest sold at the bids; what has no proven book is left
    /// out.</summary>
    public long UnrealisedMicros => SetProfitMicros + Lines.Sum(line => line.UnrealisedMicros ?? 0);
}

/// <summary>Everything held and earned at one moment. Money in millionths of a dollar.</summary>
/// <param name="AtNanos">When, nanoseconds since the Unix epoch.</param>
/// <param name="Markets">By venue and market.</param>
/// <param name="RealisedMicros">Profit of what was sold, merged or settled, without fees.</param>
/// <param name="UnrealisedMicros">Profit if whole sets were merged and the rest sold at the bids; what has no proven
/// book
/// is left out.</param>
/// <param name="FeesMicros">Fees paid.</param>
/// <param name="DayNetMicros">Profit of plans that were closed this UTC day, fees taken off.</param>
/// <param name="DayTrades">Plans begun this UTC day.</param>
/// <param name="DayNotionalMicros">Worth of orders that increased exposure this UTC day.</param>
/// <param name="LossesInARow">Losing plans in a row.</param>
/// <param name="AtStakeMicros">The most that open plans can lose together.</param>
/// <param name="ExposureMicros">The most that open plans have at stake together, as the limit counts it.</param>
/// <param name="MarketExposureMicros">The same of the market in which it is most.</param>
/// <param name="OpenPlans">Plans that are not closed.</param>
/// <param name="UnknownOrders">Orders whose fate is unknown.</param>
/// <remarks>Immutable: any thread.</remarks>
public sealed record PortfolioSnapshot(
    long AtNanos, ImmutableArray<PortfolioMarket> Markets, long RealisedMicros, long UnrealisedMicros, long FeesMicros,
    long DayNetMicros, int DayTrades, long DayNotionalMicros, int LossesInARow, long AtStakeMicros, long ExposureMicros,
    long MarketExposureMicros, int OpenPlans,
    int UnknownOrders);
