using System.Collections.Immutable;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>One leg of a plan.</summary>
/// <param name="Market">The market.</param>
/// <param name="Token">Which of its tokens.</param>
/// <param name="Side">How it is entered.</param>
/// <param name="LimitPpm">The worst price of its entry, in parts per million.</param>
/// <param name="HedgeLimitPpm">The worst price at which what is missing of it may be had later.</param>
public sealed record PlanLeg(OutcomeMarket Market, MarketKey Token, Side Side, long LimitPpm, long HedgeLimitPpm);

/// <summary>What is to be done about a signal, with the most that it can cost, known before the first order.</summary>
/// <remarks>Immutable: any thread. All legs have the same size: equal shares, not equal dollars.</remarks>
public sealed record TradePlan
{
    /// <summary>Its number: 1, 2, 3 … over all starts; zero before it is approved.</summary>
    public long Id { get; init; }

    /// <summary>The strategy.</summary>
    public required string Strategy { get; init; }

    /// <summary>How the legs become a profit.</summary>
    public required SignalKind Kind { get; init; }

    /// <summary>The legs, the riskier one first.</summary>
    public required ImmutableArray<PlanLeg> Legs { get; init; }

    /// <summary>Size of every leg, in millionths of a share.</summary>
    public required long SizeMicro { get; init; }

    /// <summary>What a whole set pays, or costs to split, in parts per million of a share.</summary>
    public required long PayoutPpm { get; init; }

    /// <summary>The most that it can lose, whatever venues answer and markets do, in millionths of a dollar.</summary>
    public required long WorstLossMicros { get; init; }

    /// <summary>The most that it can spend at once, fees included, in millionths of a dollar.</summary>
    public required long SpendMicros { get; init; }

    /// <summary>The most that it can spend in one market.</summary>
    public long SpendIn(string marketId) => Kind == SignalKind.SellSet
        ? SpendMicros
        : Legs.Where(leg => leg.Market.MarketId == marketId).Sum(leg => PlanMaker.LegCost(leg, SizeMicro));

    /// <summary>True where all legs are of one market: the set is what its venue merges or nets.</summary>
    public bool IsPair => Legs.All(leg => leg.Market.MarketId == Legs[0].Market.MarketId);

    /// <summary>The leg of a token; −1 where it has none.</summary>
    public int LegOf(MarketKey token)
    {
        for (var i = 0; i < Legs.Length; i++)
        {
            if (Legs[i].Token == token)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>Where a plan is.</summary>
public enum PlanPhase : byte
{
    /// <summary>Its legs are entered one after the other; the default value.</summary>
    Entering = 0,

    /// <summary>Holdings are not equal, or may not be: they are made equal by asking, hedging or selling.</summary>
    Unwinding = 1,

    /// <summary>Holdings are equal; fills become final, then the set is merged.</summary>
    Settling = 2,

    /// <summary>Everything is sold, because somebody said so.</summary>
    Exiting = 3,

    /// <summary>What is held stays until the market resolves.</summary>
    Held = 4,

    /// <summary>Nothing is held and nothing is open.</summary>
    Closed = 5,
}
