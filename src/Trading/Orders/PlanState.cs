using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>A plan and its orders.</summary>
/// <remarks>Guarded by the gate of its <see cref="IntentJournal"/>.</remarks>
public sealed class PlanState
{
    /// <summary>Reason of a plan that is closed and got nothing.</summary>
    public const string NoFill = "NO_FILL";

    private readonly List<TrackedOrder> _orders = [];
    private readonly long[] _settledPpm;

    /// <summary>Begins without orders.</summary>
    internal PlanState(TradePlan plan, long atNanos)
    {
        (Plan, OpenedNanos) = (plan, atNanos);
        _settledPpm = new long[plan.Legs.Length];
        Array.Fill(_settledPpm, -1);
    }

    /// <summary>The plan.</summary>
    public TradePlan Plan { get; }

    /// <summary>When it was approved, nanoseconds since the Unix epoch.</summary>
    public long OpenedNanos { get; }

    /// <summary>Where it is.</summary>
    public PlanPhase Phase { get; internal set; }

    /// <summary>Why it is there: a stable code.</summary>
    public string Reason { get; internal set; } = "";

    /// <summary>Its orders, oldest first.</summary>
    public IReadOnlyList<TrackedOrder> Orders => _orders;

    /// <summary>What it has brought so far: negative where it cost, in millionths of a dollar; what settled markets
    /// paid
    /// included.</summary>
    public long CashMicros
    {
        get
        {
            var cash = _orders.Sum(order => order.CashMicros);
            for (var leg = 0; leg < _settledPpm.Length; leg++)
            {
                if (_settledPpm[leg] >= 0)
                {
                    cash += Micros.WorthRoundedDown(_settledPpm[leg], Math.Max(0, RawHeld(leg)));
                }
            }

            return cash;
        }
    }

    /// <summary>The most that it can still lose: what was declared, until it only waits for its market to resolve; then
    /// what its whole sets do not bring back.</summary>
    public long AtStakeMicros => Phase == PlanPhase.Held && IsFinal
        ? Math.Max(0, -(CashMicros + Micros.WorthRoundedDown(Plan.PayoutPpm, Math.Max(0, Sets()))))
        : Plan.WorstLossMicros;

    /// <summary>The list, to be added to.</summary>
    internal List<TrackedOrder> OrderList => _orders;

    /// <summary>What each leg's settled token paid, in parts per million; −1 where it has not settled.</summary>
    internal long[] SettledPpm => _settledPpm;

    /// <summary>True where something was bought or sold: a set that was split and merged again is no trade.</summary>
    public bool HasTraded => _orders.Exists(order => !order.Intent.IsConversion && order.FilledMicro > 0);

    /// <summary>True where no order can be filled any more.</summary>
    public bool IsResolved => _orders.TrueForAll(order => order.IsResolved);

    /// <summary>True where nothing about its orders can change any more.</summary>
    public bool IsFinal => _orders.TrueForAll(order => order.IsFinal);

    /// <summary>What is held of a leg's token, in millionths of a share, fills that are not final counted. Never less
    /// than
    /// nothing: a sale of what was undone meanwhile is undone as well.</summary>
    public long Held(int leg) => _settledPpm[leg] >= 0 ? 0 : Math.Max(0, RawHeld(leg));

    /// <summary>What is held of a leg and not offered in an order that may still be filled.</summary>
    public long Free(int leg) => Held(leg) - _orders
        .Where(order => order.Intent.Side == Side.Sell && (order.Intent.Leg == leg || order.Intent.IsConversion))
        .Sum(order => order.MayGetMicro);

    /// <summary>The smallest holding: so many whole sets.</summary>
    public long Sets()
    {
        var least = long.MaxValue;
        for (var leg = 0; leg < Plan.Legs.Length; leg++)
        {
            least = Math.Min(least, Held(leg));
        }

        return least;
    }

    /// <summary>What is held of a leg without a counterpart that is certain: a purchase whose fate is open is none yet,
    /// and a sale whose fate is open leaves none. What a market has paid for stays a counterpart.</summary>
    public long Excess(int leg)
    {
        var certain = long.MaxValue;
        for (var other = 0; other < Plan.Legs.Length; other++)
        {
            certain = Math.Min(certain, Certain(other));
        }

        return Held(leg) - certain;
    }

    /// <summary>How many legs may have to be sold or completed at once: all while it is entered, later those without a
    /// certain counterpart, or with an order whose fate is open.</summary>
    public int LegsAtRisk() => Phase == PlanPhase.Entering
        ? Plan.Legs.Length
        : Enumerable.Range(0, Plan.Legs.Length).Count(leg => IsFrozen(leg) || Excess(leg) > 0);

    /// <summary>What was and may still be bought of a leg, in millionths of a share: never more than the plan's size,
    /// whatever was sold meanwhile.</summary>
    public long Bought(int leg) => _orders
        .Where(order => order.Intent.Side == Side.Buy && !order.Intent.IsConversion && order.Intent.Leg == leg)
        .Sum(order => order.FilledMicro + order.MayGetMicro);

    /// <summary>True where an order of a leg, a split or a merge may still be filled: nothing of it is sent
    /// meanwhile.</summary>
    public bool IsFrozen(int leg) =>
        _orders.Exists(order => !order.IsResolved && (order.Intent.Leg == leg || order.Intent.IsConversion));

    /// <summary>How many orders of a leg there were for a purpose.</summary>
    public int Attempts(OrderPurpose purpose, int leg) =>
        _orders.Count(order => order.Intent.Purpose == purpose && order.Intent.Leg == leg);

    /// <summary>What became of a leg so far.</summary>
    public LegResult Leg(int leg)
    {
        var terms = Plan.Legs[leg];
        Int128 worth = 0;
        var filled = 0L;
        foreach (var fill in _orders
            .Where(order => !order.Intent.IsConversion && order.Intent.Leg == leg && order.Intent.Side == terms.Side)
            .SelectMany(order => order.Fills).Where(fill => fill.Finality != FillFinality.Failed))
        {
            worth += (Int128)fill.PricePpm * fill.SizeMicro;
            filled += fill.SizeMicro;
        }

        var up = terms.Side == Side.Buy ? filled - 1 : 0;
        return new LegResult(
            terms.Market.MarketId, terms.Token, terms.Side, terms.LimitPpm, Plan.SizeMicro, filled,
            filled == 0 ? null : (long)((worth + up) / filled));
    }

    // What rests is known, and is taken back where it is not wanted any more.
    private long Certain(int leg) => Math.Max(0, RawHeld(leg) - _orders
        .Where(order => order.Intent.Side == Side.Sell && !order.Intent.IsConversion && order.Intent.Leg == leg
            && order.Phase != OrderPhase.Acknowledged)
        .Sum(order => order.MayGetMicro));

    private long RawHeld(int leg)
    {
        var held = 0L;
        foreach (var order in _orders)
        {
            held += order.Intent.Purpose switch
            {
                OrderPurpose.Split => order.FilledMicro,
                OrderPurpose.Merge => -order.FilledMicro,
                _ when order.Intent.Leg != leg => 0,
                _ => order.Intent.Side == Side.Buy ? order.FilledMicro : -order.FilledMicro,
            };
        }

        return held;
    }
}
