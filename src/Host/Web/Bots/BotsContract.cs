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
/// <param name="Alerts">What is not understood, and keeps a market from being traded.</param>
internal sealed record PredictionsAnswer(
    long At,
    string Source,
    IReadOnlyList<PredictionVenueRow> Venues,
    IReadOnlyList<PredictionRow> Markets,
    IReadOnlyList<AlertRow> Alerts);

/// <summary>Something that a venue said and that is not understood: the market is not traded.</summary>
/// <param name="Venue">The venue.</param>
/// <param name="Market">The market; empty where all of the venue's are meant.</param>
/// <param name="Code">Stable code, such as <c>UNKNOWN_FEE</c>.</param>
/// <param name="Detail">What was seen and where.</param>
internal sealed record AlertRow(string Venue, string Market, string Code, string Detail);

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
/// they hold, what do they do. Money is in dollars; <c>unrealised</c> leaves out the <c>unmarked</c> positions, whose
/// books are not proven.</summary>
internal sealed record PortfolioAnswer(
    long At,
    string Executor,
    bool MayTrade,
    IReadOnlyList<BlockRow> BlockedBy,
    StopRow Stop,
    IReadOnlyList<LimitRow> Limits,
    string Realised,
    string Unrealised,
    int Unmarked,
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
/// <param name="Venue">The venue.</param>
/// <param name="Market">The market.</param>
/// <param name="Question">Its question.</param>
/// <param name="TokenId">The token.</param>
/// <param name="Outcome"><c>YES</c> or <c>NO</c>.</param>
/// <param name="Size">Shares.</param>
/// <param name="Pending">Of the fills behind it, shares that are not final.</param>
/// <param name="AveragePrice">Average cost of a share.</param>
/// <param name="Mark">Best bid; null where no book is proven.</param>
/// <param name="Worth">Of what is not part of a whole set, at the mark.</param>
/// <param name="Unrealised">The same, against its cost.</param>
/// <param name="Mergeable">Whole sets of the market: each is worth a dollar whatever happens.</param>
/// <param name="SetProfit">What merging all of them brings over their cost; the same in both rows of a market.</param>
/// <param name="Realised">Profit of what was sold, merged or settled, without fees.</param>
/// <param name="Fees">Fees paid.</param>
internal sealed record PositionRow(
    string Venue,
    string Market,
    string Question,
    string TokenId,
    string Outcome,
    string Size,
    string Pending,
    string AveragePrice,
    string? Mark,
    string? Worth,
    string? Unrealised,
    string Mergeable,
    string SetProfit,
    string Realised,
    string Fees);

/// <summary>A plan of several legs, how far it is, or how it ended.</summary>
/// <param name="PlanId">Its number.</param>
/// <param name="At">When it was begun, Unix milliseconds.</param>
/// <param name="Strategy">Which strategy saw it.</param>
/// <param name="Venue">The venue; several joined by a plus.</param>
/// <param name="Market">The venue's id of the market; of the first leg where there are several.</param>
/// <param name="State">Its phase, or the code of its end.</param>
/// <param name="WorstLoss">The most that it could lose, declared before its first order.</param>
/// <param name="Result">The realised profit; null before its end.</param>
/// <param name="Legs">Its legs; none of plans that an older program closed.</param>
internal sealed record PlanRow(
    string PlanId,
    long At,
    string Strategy,
    string Venue,
    string Market,
    string State,
    string WorstLoss,
    string? Result,
    IReadOnlyList<PlanLegRow> Legs);

/// <summary>One leg of a plan.</summary>
/// <param name="Venue">The venue.</param>
/// <param name="Market">The venue's id of the market.</param>
/// <param name="TokenId">The venue's id of the token.</param>
/// <param name="Side">How it is entered.</param>
/// <param name="Price">The worst price of its entry.</param>
/// <param name="Size">What is wanted, in shares.</param>
/// <param name="Filled">What was got.</param>
/// <param name="AveragePrice">At what price; null where nothing was got.</param>
/// <param name="State">The phase of its last order, or <c>waiting</c>; of a plan that is over <c>done</c> or
/// <c>missed</c>.</param>
internal sealed record PlanLegRow(
    string Venue,
    string Market,
    string TokenId,
    string Side,
    string Price,
    string Size,
    string Filled,
    string? AveragePrice,
    string State);

/// <summary>Answer to a forced exit: how many plans it is done for.</summary>
internal sealed record ForceExitAnswer(int Plans);

/// <summary>Answer to a stop and to its end.</summary>
internal sealed record StopAnswer(bool Stopped, long Count, long? Since, string? Scope);
