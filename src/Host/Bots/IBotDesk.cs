using Strikeline.Host.Web.Bots;
using Strikeline.Trading;

namespace Strikeline.Host.Bots;

/// <summary>The bots as the web and the command line see them.</summary>
/// <remarks>Any thread.</remarks>
internal interface IBotDesk
{
    /// <summary>Prediction venues and markets.</summary>
    PredictionsAnswer Predictions();

    /// <summary>The newest opportunities with counts.</summary>
    OpportunitiesAnswer Opportunities();

    /// <summary>The newest opportunities, newest first.</summary>
    IReadOnlyList<OpportunityRow> OpportunityRows(int limit);

    /// <summary>Opportunities as CSV with a head.</summary>
    string OpportunitiesCsv();

    /// <summary>Readiness, stop, limits, positions, plans.</summary>
    PortfolioAnswer Portfolio();

    /// <summary>Fills, merges and payouts as CSV with a head.</summary>
    /// <exception cref="PortfolioStoreException">The store is away.</exception>
    Task<string> PortfolioCsvAsync(CancellationToken cancel);

    /// <summary>The stop as it stands.</summary>
    StopRow StopState { get; }

    /// <summary>What is wrong with what the bots keep, one line each.</summary>
    IEnumerable<string> Problems { get; }

    /// <summary>Whether the bots may trade now.</summary>
    bool MayTrade { get; }

    /// <summary>Stops: holds when this returns, and over restarts. A signal also takes back what rests.</summary>
    /// <param name="haltAll">True where exits are not allowed either.</param>
    /// <param name="by">Who: <c>api</c>, <c>cli</c>, <c>signal</c>.</param>
    /// <param name="reason">Why, in words; empty for none.</param>
    StopAnswer Stop(bool haltAll, string by, string reason);

    /// <summary>Sells what plans hold, as far as the stop allows it.</summary>
    /// <param name="marketId">Only plans with a leg in this market; null for all.</param>
    /// <returns>How many plans it is done for.</returns>
    int ForceExit(string? marketId);

    /// <summary>Ends the stop.</summary>
    /// <param name="by">Who.</param>
    /// <param name="count">The count of the stop that is meant; null for whichever holds.</param>
    /// <returns>Why it did not; null where it did.</returns>
    NotCleared? Resume(string by, long? count);
}
