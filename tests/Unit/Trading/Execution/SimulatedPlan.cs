using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>A plan as the venues know it: what was really filled.</summary>
internal sealed class SimulatedPlan(TradePlan plan, IReadOnlyList<OutcomeScript> venues)
{
    public TradePlan Plan => plan;

    public int Legs => plan.Legs.Length;

    /// <summary>Orders that left the program, whatever became of them.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>What each buy can cost, and when it was sent.</summary>
    public Dictionary<string, (long Micros, long AtNanos)> MostCost { get; } = new(StringComparer.Ordinal);

    public long LastRequestNanos { get; set; }

    /// <summary>When each order was last asked about.</summary>
    public Dictionary<string, long> AskedNanos { get; } = new(StringComparer.Ordinal);

    /// <summary>When the last sale of each leg was sent that had no counterpart, or everything was sold.</summary>
    public long[] ExitNanos { get; } = new long[plan.Legs.Length];

    /// <summary>When the last purchase was sent that completes the plan.</summary>
    public long HedgeNanos { get; set; }

    public long[] KnownSinceNanos { get; } = new long[plan.Legs.Length];

    public long ReallySinceNanos { get; set; }

    /// <summary>Somebody said that everything is to be sold: nothing is bought any more.</summary>
    public bool IsForced { get; set; }

    /// <summary>The markets do what is worst for it.</summary>
    public bool IsCruel { get; set; }

    /// <summary>It was open when everything was halted.</summary>
    public bool WasHalted { get; set; }

    /// <summary>What each leg's token pays; null before that is known.</summary>
    public long[]? PaysPpm { get; set; }

    public IReadOnlyList<OutcomeMarket> Markets { get; } = [.. plan.Legs.Select(leg => leg.Market).DistinctBy(market => market.MarketId)];

    private bool Nets => plan.IsPair && plan.Legs[0].Market.Rules.Nets;

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

    public long[] Held() => [.. Enumerable.Range(0, Legs).Select(Held)];

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

        var held = Held();
        var sets = Nets ? held.Min() : 0;
        return net + sets + (PaysPpm is null ? 0 : held.Select((size, leg) => Micros.WorthRoundedDown(PaysPpm[leg], size - sets)).Sum());
    }

    /// <summary>The markets pay whatever is worst: of a dollar's set one leg pays, and it is the smallest; of a set of all
    /// losers one leg does not, and it is the largest.</summary>
    public void Resolve()
    {
        var held = Held();
        var isOfLosers = plan.PayoutPpm > Micros.One;
        var odd = Array.IndexOf(held, isOfLosers ? held.Max() : held.Min());
        PaysPpm = [.. Enumerable.Range(0, Legs).Select(leg => leg == odd != isOfLosers ? Micros.One : 0)];
    }

    /// <summary>A market of it, as it is once it is resolved.</summary>
    public OutcomeMarket Resolved(OutcomeMarket market)
    {
        var leg = Enumerable.Range(0, Legs).First(leg => plan.Legs[leg].Market.MarketId == market.MarketId);
        var pays = PaysPpm![leg];
        return market with { Phase = MarketPhase.Resolved, YesPaysPpm = plan.Legs[leg].Token == market.Yes ? pays : Micros.One - pays };
    }

    /// <summary>An order as its venue knows it; null where it has not arrived.</summary>
    public ScriptedOrder? Find(string id)
    {
        foreach (var venue in venues)
        {
            if (venue.Orders.TryGetValue(id, out var order))
            {
                return order;
            }
        }

        return null;
    }

    /// <summary>Orders that a venue has, which the program's journal must know as well.</summary>
    public IEnumerable<ScriptedOrder> Placed() => Sent.Select(Find).OfType<ScriptedOrder>();

    /// <summary>What buys have cost or may cost, those that are still on their way counted whole; what is lost comes
    /// no more. Nothing where nothing is held and nothing on its way, or the market has paid.</summary>
    public long AtStake(long nowNanos) => PaysPpm is not null
        || (Held() is var held && (held.All(size => size == 0) || (Nets && held.Distinct().Count() == 1))
            && MostCost.All(pair => Find(pair.Key) is not null || !IsOnItsWay(pair, nowNanos)))
        ? 0
        : Cost(nowNanos);

    public override string ToString() => string.Join("; ", Sent.Select(id => Find(id) is not { } order ? $"{id} not there"
        : $"{id} {order.Order.Side} {order.Order.Token} {order.Order.SizeMicro} at {order.Order.LimitPpm} {order.Refusal} open {order.OpenMicro}: "
            + string.Join(' ', order.Fills.Select(fill => $"{fill.SizeMicro} {fill.Finality}"))));

    private bool IsOnItsWay(KeyValuePair<string, (long Micros, long AtNanos)> sent, long nowNanos) =>
        nowNanos - sent.Value.AtNanos < 62 * Stamps.NanosPerSecond && !venues.Any(venue => venue.TurnedAway.Contains(sent.Key));

    private long Cost(long nowNanos) => MostCost.Sum(pair => Find(pair.Key) is not { } order
        ? (IsOnItsWay(pair, nowNanos) ? pair.Value.Micros : 0)
        : order.IsConversion ? (order.Refusal.Length > 0 ? 0 : pair.Value.Micros)
        : order.Fills.Where(fill => fill.Finality != FillFinality.Failed)
            .Sum(fill => Micros.WorthRoundedUp(fill.PricePpm, fill.SizeMicro) + fill.FeeMicros));
}
