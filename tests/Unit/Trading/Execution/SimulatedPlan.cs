using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>A plan as the venue knows it: what was really filled.</summary>
internal sealed class SimulatedPlan(TradePlan plan, OutcomeScript venue)
{
    public TradePlan Plan => plan;

    /// <summary>Orders that left the program, whatever became of them.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>What each buy can cost, and when it was sent.</summary>
    public Dictionary<string, (long Micros, long AtNanos)> MostCost { get; } = new(StringComparer.Ordinal);

    public long LastRequestNanos { get; set; }

    public long UnequalSinceNanos { get; set; }

    public long KnownUnequalSinceNanos { get; set; }

    public long? YesPays { get; set; }

    public OutcomeMarket Market => plan.Legs[0].Market;

    public long Held(int leg)
    {
        var held = 0L;
        foreach (var order in Placed())
        {
            if (order.IsConversion)
            {
                held += order.Refusal.Length > 0 ? 0 : order.Order.Side == Side.Buy ? order.Order.SizeMicro : -order.Order.SizeMicro;
            }
            else if (order.Order.Token == plan.Legs[leg].Token)
            {
                held += order.Order.Side == Side.Buy ? order.FilledMicro : -order.FilledMicro;
            }
        }

        // A sale of what was undone is undone as well.
        return Math.Max(0, held);
    }

    /// <summary>Dollars in and out, and what is held at what it pays.</summary>
    public long Net()
    {
        var net = 0L;
        foreach (var order in Placed())
        {
            if (order.IsConversion)
            {
                net += order.Refusal.Length > 0 ? 0 : order.Order.Side == Side.Buy ? -order.Order.SizeMicro : order.Order.SizeMicro;
                continue;
            }

            foreach (var fill in order.Fills.Where(fill => fill.Finality != FillFinality.Failed))
            {
                net += order.Order.Side == Side.Buy
                    ? -Micros.WorthRoundedUp(fill.PricePpm, fill.SizeMicro) - fill.FeeMicros
                    : Micros.WorthRoundedDown(fill.PricePpm, fill.SizeMicro) - fill.FeeMicros;
            }
        }

        for (var leg = 0; leg < plan.Legs.Length && YesPays is not null; leg++)
        {
            net += Micros.WorthRoundedDown(plan.Legs[leg].Token == Market.Yes ? YesPays.Value : Micros.One - YesPays.Value, Held(leg));
        }

        return net;
    }

    /// <summary>Orders that the venue has, which the program's journal must know as well.</summary>
    public IEnumerable<ScriptedOrder> Placed() => Sent.Where(venue.Orders.ContainsKey).Select(id => venue.Orders[id]);

    /// <summary>What buys have cost or may cost, those that are still on their way counted whole; what is lost comes
    /// no more. Nothing where
    /// nothing is held and nothing on its way, or the market has paid.</summary>
    public long AtStake(long nowNanos) => YesPays is not null
        || (Held(0) == 0 && Held(1) == 0 && MostCost.All(pair => venue.Orders.ContainsKey(pair.Key) || !IsOnItsWay(pair, nowNanos)))
        ? 0
        : Cost(nowNanos);

    public override string ToString() => string.Join("; ", Sent.Select(id => !venue.Orders.TryGetValue(id, out var order) ? $"{id} not there"
        : $"{id} {order.Order.Side} {order.Order.Token} {order.Order.SizeMicro} at {order.Order.LimitPpm} {order.Refusal} open {order.OpenMicro}: "
            + string.Join(' ', order.Fills.Select(fill => $"{fill.SizeMicro} {fill.Finality}"))));

    private bool IsOnItsWay(KeyValuePair<string, (long Micros, long AtNanos)> sent, long nowNanos) =>
        nowNanos - sent.Value.AtNanos < 62 * Stamps.NanosPerSecond && !venue.TurnedAway.Contains(sent.Key);

    private long Cost(long nowNanos) => MostCost.Sum(pair => !venue.Orders.TryGetValue(pair.Key, out var order)
        ? (IsOnItsWay(pair, nowNanos) ? pair.Value.Micros : 0)
        : order.IsConversion ? (order.Refusal.Length > 0 ? 0 : pair.Value.Micros)
        : order.Fills.Where(fill => fill.Finality != FillFinality.Failed)
            .Sum(fill => Micros.WorthRoundedUp(fill.PricePpm, fill.SizeMicro) + fill.FeeMicros));
}
