using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>A record of the intent journal: the state of trading is a function of these alone.</summary>
/// <param name="AtNanos">When, nanoseconds since the Unix epoch.</param>
internal abstract record TradeEvent(long AtNanos);

/// <summary>The journal's first record: what client ids begin with.</summary>
internal sealed record Founded(long AtNanos, string Prefix) : TradeEvent(AtNanos);

/// <summary>A plan was approved.</summary>
internal sealed record PlanOpened(long AtNanos, TradePlan Plan) : TradeEvent(AtNanos);

/// <summary>An order was approved, and is sent only once this is durable.</summary>
internal sealed record OrderMade(long AtNanos, OrderIntent Intent) : TradeEvent(AtNanos);

/// <summary>What is known of an order has changed.</summary>
internal sealed record OrderTold(
    long AtNanos, long PlanId, int Number, OrderPhase Phase, string VenueId, long OpenMicro, string Code, string Detail)
    : TradeEvent(AtNanos);

/// <summary>A fill, new or with another finality.</summary>
internal sealed record FillTold(long AtNanos, long PlanId, int Number, VenueFill Fill) : TradeEvent(AtNanos);

/// <summary>A plan's step.</summary>
internal sealed record PlanMoved(long AtNanos, long PlanId, PlanPhase Phase, string Reason) : TradeEvent(AtNanos);

/// <summary>A market paid.</summary>
internal sealed record MarketSettled(
    long AtNanos, Venue Venue, string MarketId, MarketKey Yes, MarketKey No, long YesPaysPpm) : TradeEvent(AtNanos);

/// <summary>Somebody cleared the losses in a row.</summary>
internal sealed record StreakCleared(long AtNanos) : TradeEvent(AtNanos);
