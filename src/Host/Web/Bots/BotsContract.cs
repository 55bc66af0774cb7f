namespace Strikeline.Host.Web.Bots;

/// <summary>One look at an edge, a row of <c>/api/v1/opportunities</c>: amounts are decimal text.</summary>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="Strategy">Which strategy saw it.</param>
/// <param name="Venue">The venue; both, joined by a plus, where the legs are at two.</param>
/// <param name="Market">The venue's id of the market; of the first leg where there are several.</param>
/// <param name="Legs">What would be ordered.</param>
/// <param name="Edge">Profit for one share before fees, in dollars.</param>
/// <param name="EdgeAfterFees">Profit for one share after fees and the worst rounding.</param>
/// <param name="Taken">Whether it was executed.</param>
/// <param name="Reason">Stable code of the refusal, or of what became of it.</param>
internal sealed record OpportunityRow(
    long At,
    string Strategy,
    string Venue,
    string Market,
    IReadOnlyList<LegRow> Legs,
    string Edge,
    string EdgeAfterFees,
    bool Taken,
    string Reason);

/// <summary>One leg of an opportunity.</summary>
internal sealed record LegRow(string TokenId, string Side, string Price, string Size);

/// <summary>Data of the channel <c>opportunities</c>.</summary>
/// <param name="At">Time of the data, Unix milliseconds.</param>
/// <param name="Seen">All since the start.</param>
/// <param name="Taken">Those that were executed.</param>
/// <param name="Refused">Those that were not.</param>
/// <param name="Reasons">Why, the most frequent first.</param>
/// <param name="Rows">The newest, newest first.</param>
internal sealed record OpportunitiesAnswer(
    long At,
    long Seen,
    long Taken,
    long Refused,
    IReadOnlyList<ReasonRow> Reasons,
    IReadOnlyList<OpportunityRow> Rows);

/// <summary>How often something was refused for a reason.</summary>
internal sealed record ReasonRow(string Reason, long Count);

/// <summary>Answer of <c>/api/v1/predictions</c> and data of the channel <c>predictions</c>.</summary>
/// <param name="At">Time of the data, Unix milliseconds.</param>
/// <param name="Source"><c>live</c>, <c>simulated</c> or <c>replay</c>.</param>
/// <param name="Venues">The venues that are watched.</param>
/// <param name="Markets">Those that close first.</param>
internal sealed record PredictionsAnswer(
    long At, string Source, IReadOnlyList<PredictionVenueRow> Venues, IReadOnlyList<PredictionRow> Markets);

/// <summary>The state of a prediction venue's feed.</summary>
internal sealed record PredictionVenueRow(
    string Venue,
    string State,
    string? Reason,
    string? NextStep,
    int Markets,
    int Tokens,
    int Proven,
    long? AgeMs,
    long Reconnects);

/// <summary>A prediction market with the best prices of both outcomes.</summary>
internal sealed record PredictionRow(
    string Venue,
    string Market,
    string Question,
    string Phase,
    long? ClosesAt,
    string? Strike,
    string? Alert,
    OutcomeRow Yes,
    OutcomeRow No,
    string? AskSum,
    string? BidSum);

/// <summary>One outcome's best prices; <c>state</c> is proven, unproven, stale or waiting.</summary>
internal sealed record OutcomeRow(
    string TokenId,
    string Outcome,
    string? Bid,
    string? BidSize,
    string? Ask,
    string? AskSize,
    string State,
    string? Reason,
    long? AgeMs);

/// <summary>Answer of <c>/api/v1/portfolio</c> and data of the channel <c>portfolio</c>: may the bots trade, what do
/// they
/// hold, what do they do. Money is in dollars.</summary>
internal sealed record PortfolioAnswer(
    long At,
    string Executor,
    bool MayTrade,
    IReadOnlyList<BlockRow> BlockedBy,
    StopRow Stop,
    IReadOnlyList<LimitRow> Limits,
    string Realised,
    string Unrealised,
    string Fees,
    string AtRisk,
    IReadOnlyList<PositionRow> Positions,
    IReadOnlyList<PlanRow> Plans);

/// <summary>The emergency stop.</summary>
/// <param name="Stopped">Whether it holds.</param>
/// <param name="Count">Rises with every stop and every end of one; to be named where it is cleared, so that a stop that
/// came meanwhile stays.</param>
/// <param name="Scope"><c>new_exposure</c> or <c>halt_all</c>.</param>
/// <param name="Since">Since when, Unix milliseconds.</param>
/// <param name="By">Who set it: <c>api</c>, <c>cli</c>, <c>signal</c>, or a rule.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record StopRow(bool Stopped, long Count, string? Scope, long? Since, string? By, string? Reason);

/// <summary>A risk limit and where it stands.</summary>
internal sealed record LimitRow(string Name, string Value, string Limit, string Unit);

/// <summary>A position in one outcome.</summary>
internal sealed record PositionRow(
    string Venue,
    string Market,
    string Question,
    string TokenId,
    string Outcome,
    string Size,
    string AveragePrice,
    string? Mark,
    string? Worth,
    string? Unrealised,
    string Mergeable);

/// <summary>A plan of several legs, and how far it is.</summary>
internal sealed record PlanRow(
    string PlanId,
    long At,
    string Strategy,
    string Market,
    string State,
    string WorstLoss,
    string? Result,
    IReadOnlyList<PlanLegRow> Legs);

/// <summary>One leg of a plan.</summary>
internal sealed record PlanLegRow(
    string TokenId, string Side, string Price, string Size, string Filled, string State);

/// <summary>Answer to a stop and to its end.</summary>
internal sealed record StopAnswer(bool Stopped, long Count, long? Since, string? Scope);
