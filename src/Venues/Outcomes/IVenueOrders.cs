using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>How long an order may wait for a counterpart.</summary>
public enum OrderLife : byte
{
    /// <summary>Until it is cancelled; the default value.</summary>
    GoodTillCancelled = 0,

    /// <summary>All of it at once or nothing.</summary>
    FillOrKill = 1,

    /// <summary>What can be had at once; the rest is cancelled.</summary>
    FillAndKill = 2,
}

/// <summary>An order as a venue takes it.</summary>
/// <param name="ClientId">Ours, made and journalled before sending; a venue that knows it does not take it
/// twice.</param>
/// <param name="Market">The market, with its rules of the moment.</param>
/// <param name="Token">Which of its tokens.</param>
/// <param name="Side">Buy or sell.</param>
/// <param name="LimitPpm">The worst price, in parts per million.</param>
/// <param name="SizeMicro">Size in millionths of a share.</param>
/// <param name="Life">How long it may wait.</param>
/// <param name="PostOnly">True where it must not take.</param>
public sealed record VenueOrder(
    string ClientId,
    OutcomeMarket Market,
    MarketKey Token,
    Side Side,
    long LimitPpm,
    long SizeMicro,
    OrderLife Life,
    bool PostOnly = false);

/// <summary>What a venue's answer to a request says for certain.</summary>
public enum VenueOutcome : byte
{
    /// <summary>Nothing for certain: no answer, a broken connection, a 5xx; the default value. It may have been
    /// done.</summary>
    Unknown = 0,

    /// <summary>It was taken; see the fills and the open rest.</summary>
    Accepted = 1,

    /// <summary>It was refused and has had no effect.</summary>
    Refused = 2,

    /// <summary>The venue has never seen the id. Only an answer about the past says this.</summary>
    NotFound = 3,
}

/// <summary>A venue's answer about one order.</summary>
/// <param name="Outcome">What is certain.</param>
/// <param name="VenueId">The venue's id of the order; empty where there is none.</param>
/// <param name="OpenMicro">What still rests, in millionths of a share.</param>
/// <param name="Code">Stable code of a refusal, such as <c>NOT_ENOUGH_BALANCE</c>; empty otherwise.</param>
/// <param name="Detail">The venue's own words, one line.</param>
/// <param name="Fills">Fills so far, with the venue's trade ids; a repeated answer repeats them.</param>
public sealed record VenueReply(
    VenueOutcome Outcome,
    string VenueId,
    long OpenMicro,
    string Code,
    string Detail,
    IReadOnlyList<VenueFill> Fills);

/// <summary>Whether a fill is money yet.</summary>
public enum FillFinality : byte
{
    /// <summary>Matched, not settled; the default value.</summary>
    Pending = 0,

    /// <summary>Settled.</summary>
    Confirmed = 1,

    /// <summary>Undone by the venue: it never happened.</summary>
    Failed = 2,
}

/// <summary>One fill of one of our orders.</summary>
/// <param name="TradeId">The venue's id: the same fill told twice is one fill.</param>
/// <param name="PricePpm">Price in parts per million.</param>
/// <param name="SizeMicro">Size in millionths of a share.</param>
/// <param name="FeeMicros">Fee in millionths of a dollar.</param>
/// <param name="Finality">Whether it is money yet.</param>
/// <param name="AtNanos">The venue's time, nanoseconds since the Unix epoch.</param>
public sealed record VenueFill(
    string TradeId, long PricePpm, long SizeMicro, long FeeMicros, FillFinality Finality, long AtNanos);

/// <summary>Orders at one venue: live over its network, on paper over the books of the moment, or scripted by a
/// test.</summary>
/// <remarks>
/// Any thread. Never throws for what a venue does: what is not certain is <see cref="VenueOutcome.Unknown"/>, and
/// nothing is
/// sent again by this side of the port.
/// </remarks>
public interface IVenueOrders
{
    /// <summary>The venue.</summary>
    Venue Venue { get; }

    /// <summary>Sends an order once.</summary>
    Task<VenueReply> PlaceAsync(VenueOrder order, CancellationToken cancel);

    /// <summary>Cancels what still rests of an order.</summary>
    Task<VenueReply> CancelAsync(VenueOrder order, CancellationToken cancel);

    /// <summary>Asks what became of an order, by its client id.</summary>
    Task<VenueReply> QueryAsync(VenueOrder order, CancellationToken cancel);

    /// <summary>Turns equal sizes of both outcomes into dollars.</summary>
    /// <param name="clientId">Ours; done once for each id.</param>
    /// <param name="market">The market.</param>
    /// <param name="sizeMicro">Of each, in millionths of a share.</param>
    /// <param name="cancel">Ends the wait, not the merge.</param>
    Task<VenueReply> MergeAsync(string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel);

    /// <summary>Turns dollars into equal sizes of both outcomes.</summary>
    /// <inheritdoc cref="MergeAsync"/>
    Task<VenueReply> SplitAsync(string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel);
}
