using Strikeline.Exchange;

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
    public sealed record Rejected(long Order, ReasonCode Reason) : NaiveEvent;

    /// <summary>Two orders traded at the maker's price.</summary>
    public sealed record Trade(long Taker, long Maker, long Price, long Quantity) : NaiveEvent;

    /// <summary>Quantity left an order untraded. The order is over, unless self-trade prevention only shrank it.</summary>
    public sealed record Cancelled(long Order, long Quantity, ReasonCode Reason) : NaiveEvent;

    /// <summary>An order has another price or quantity; trades follow where it now reaches the other side.</summary>
    public sealed record Replaced(long Order, long Price, long Quantity) : NaiveEvent;

    /// <summary>A trade has passed the stop price; what the order does follows.</summary>
    public sealed record Triggered(long Order) : NaiveEvent;

    /// <summary>An iceberg shows more, behind all others of its price.</summary>
    public sealed record Refilled(long Order, long Shown) : NaiveEvent;
}
