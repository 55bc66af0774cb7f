namespace Strikeline.Unit.Exchange;

/// <summary>
/// What the naive book says has happened: the whole vocabulary that the production core is compared in.
/// </summary>
/// <remarks>Orders are named by the ids that the caller gave them, quantities are lots, prices ticks.</remarks>
internal abstract record NaiveEvent
{
    /// <summary>An order was taken; its trades, its end, or its place in the book follow.</summary>
    public sealed record Accepted(long Order) : NaiveEvent;

    /// <summary>A command was refused and changed nothing.</summary>
    public sealed record Rejected(long Order, NaiveReason Reason) : NaiveEvent;

    /// <summary>Two orders traded at the maker's price.</summary>
    public sealed record Trade(long Taker, long Maker, long Price, long Quantity) : NaiveEvent;

    /// <summary>Quantity left an order untraded. The order is over, unless self-trade prevention only shrank it.</summary>
    public sealed record Cancelled(long Order, long Quantity, NaiveReason Reason) : NaiveEvent;

    /// <summary>An order has another price or quantity; trades follow where it now reaches the other side.</summary>
    public sealed record Replaced(long Order, long Price, long Quantity) : NaiveEvent;

    /// <summary>A trade has passed the stop price; what the order does follows.</summary>
    public sealed record Triggered(long Order) : NaiveEvent;

    /// <summary>An iceberg shows more, behind all others of its price.</summary>
    public sealed record Refilled(long Order, long Shown) : NaiveEvent;
}

/// <summary>Why something was refused or ended.</summary>
internal enum NaiveReason
{
    /// <summary>A price below 1, or one where there must be none.</summary>
    PriceOutOfRange,

    /// <summary>A quantity below 1, or one shown that is larger than the whole.</summary>
    QuantityOutOfRange,

    /// <summary>A market order that is to rest.</summary>
    Contradiction,

    /// <summary>No such order rests or waits, or it is another account's.</summary>
    UnknownOrder,

    /// <summary>The replacement changes nothing.</summary>
    Unchanged,

    /// <summary>A post-only order would have traded.</summary>
    WouldTrade,

    /// <summary>A fill-or-kill order could not be filled whole.</summary>
    WouldNotFill,

    /// <summary>What an order that never rests has not taken.</summary>
    NotTaken,

    /// <summary>Both sides are the same account's.</summary>
    SelfTradePrevented,

    /// <summary>Its owner asked for it.</summary>
    ByOwner,
}

/// <summary>How long an order lives, and what it may do.</summary>
internal enum NaiveLife
{
    /// <summary>Trades what it can and rests.</summary>
    Gtc,

    /// <summary>Trades what it can; the rest is cancelled.</summary>
    Ioc,

    /// <summary>Trades whole or not at all.</summary>
    Fok,

    /// <summary>Rests without a trade or not at all; that holds for its replacements, too.</summary>
    PostOnly,
}

/// <summary>What an incoming order does where it meets one of its own account.</summary>
internal enum NaiveSelfTrade
{
    /// <summary>What is left of the incoming one is cancelled.</summary>
    CancelNewest,

    /// <summary>The resting one is cancelled, and matching goes on.</summary>
    CancelOldest,

    /// <summary>Both are cancelled, the resting one first.</summary>
    CancelBoth,

    /// <summary>Both lose what they would have traded, and matching goes on.</summary>
    Decrement,

    /// <summary>They trade.</summary>
    Allow,
}
