using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>Looks for opportunities in the newest state of markets.</summary>
/// <remarks>
/// Called in the turns of one <see cref="StrategyLoop"/>, one thread at a time and mostly a feed's, or by a replay: no
/// I/O, no clock (now is passed in), no thread of its own. Looking and finding nothing allocates nothing. Strategies
/// know each other not.
/// </remarks>
public interface IStrategy
{
    /// <summary>The name in signals and metrics, such as <c>cross_outcome_arbitrage</c>.</summary>
    string Name { get; }

    /// <summary>A market was found or described anew. Comes before any <see cref="Evaluate"/> of its tokens.</summary>
    void OnMarket(OutcomeMarket market);

    /// <summary>A market is watched no longer.</summary>
    void OnGone(Venue venue, string marketId);

    /// <summary>A token's state has changed.</summary>
    void Evaluate(in StrategyContext context);
}

/// <summary>What a strategy is given at each change.</summary>
/// <param name="Updated">The token that has changed.</param>
/// <param name="Markets">The newest state of all tokens.</param>
/// <param name="Sink">Takes what is found.</param>
/// <param name="NowNanos">Now, nanoseconds since the Unix epoch.</param>
/// <param name="ReceivedNanos">When the frame arrived that led here, nanoseconds since the Unix epoch.</param>
/// <param name="ReceivedStamp">The clock's monotonic stamp of the same moment; zero where there is none.</param>
public readonly record struct StrategyContext(
    MarketKey Updated,
    IMarketReader Markets,
    ISignalSink Sink,
    long NowNanos,
    long ReceivedNanos,
    long ReceivedStamp);
