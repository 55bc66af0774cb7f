using System.Collections.Immutable;
using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>The state of trading: a function of the intent journal's records and nothing else.</summary>
/// <remarks>Guarded by the gate of its <see cref="IntentJournal"/>.</remarks>
public sealed partial class TradeState
{
    private const long NanosPerDay = 86_400 * Stamps.NanosPerSecond;
    private const int RecentKept = 200;

    private readonly SortedDictionary<long, PlanState> _plans = [];
    private readonly Queue<PlanResult> _recent = new();
    private readonly Queue<long> _orderTimes = new();
    private readonly Action<PortfolioEntry>? _entries;
    private long _day;

    /// <summary>Begins with nothing.</summary>
    /// <param name="entries">Told of each entry of the portfolio, also while the journal is read: whoever keeps them
    /// knows them by their ids.</param>
    internal TradeState(Action<PortfolioEntry>? entries = null) => _entries = entries;

    /// <summary>What client ids begin with; empty before the first record.</summary>
    public string Prefix { get; private set; } = "";

    /// <summary>The last plan's number.</summary>
    public long LastPlanId { get; private set; }

    /// <summary>Plans that are not closed, oldest first.</summary>
    public IReadOnlyCollection<PlanState> Plans => _plans.Values;

    /// <summary>The newest closed plans, oldest first.</summary>
    public IReadOnlyCollection<PlanResult> Recent => _recent;

    /// <summary>Positions.</summary>
    public Portfolio Portfolio { get; } = new();

    /// <summary>Losing plans in a row.</summary>
    public int LossesInARow { get; private set; }

    /// <summary>Fills and answers of this run about orders that nobody knows any more: repetitions, after a plan was
    /// closed.</summary>
    public long Strays { get; internal set; }

    /// <summary>The most that plans can still lose together.</summary>
    public long AtStakeMicros => _plans.Values.Sum(plan => plan.AtStakeMicros);

    /// <summary>Profit of plans closed on a day, fees taken off; negative for a loss.</summary>
    public long DayNetMicros(long nowNanos) => IsToday(nowNanos) ? _dayNet : 0;

    /// <summary>Plans begun on a day.</summary>
    public int DayTrades(long nowNanos) => IsToday(nowNanos) ? _dayTrades : 0;

    /// <summary>Worth of orders of a day that increased exposure.</summary>
    public long DayNotionalMicros(long nowNanos) => IsToday(nowNanos) ? _dayNotional : 0;

    /// <summary>A plan that is not closed; null where there is none.</summary>
    public PlanState? Plan(long id) => _plans.GetValueOrDefault(id);

    /// <summary>An order by our id; null where its plan is closed or it never was.</summary>
    public TrackedOrder? Order(string clientId)
    {
        // prefix-plan-number
        var last = clientId.LastIndexOf('-');
        var before = last <= 0 ? -1 : clientId.LastIndexOf('-', last - 1);
        return before > 0 && clientId.AsSpan(0, before).SequenceEqual(Prefix)
            && long.TryParse(clientId.AsSpan(before + 1, last - before - 1), out var plan)
            && int.TryParse(clientId.AsSpan(last + 1), out var number)
            ? Find(plan, number).Order
            : null;
    }

    /// <summary>The most that open plans have at stake in a market, every unknown order counted as filled.</summary>
    public long ExposureMicros(string marketId) => _plans.Values.Sum(plan => plan.Plan.SpendIn(marketId));

    /// <summary>The same of all markets.</summary>
    public long ExposureMicros() => _plans.Values.Sum(plan => plan.Plan.SpendMicros);

    /// <summary>The exposure of the market in which it is most.</summary>
    public long MostMarketExposureMicros => _plans.Values.SelectMany(plan => plan.Plan.Legs)
        .Select(leg => leg.Market.MarketId).Distinct().Select(ExposureMicros).DefaultIfEmpty().Max();

    /// <summary>Orders made in the second before a moment.</summary>
    public int OrdersInSecond(long nowNanos) => _orderTimes.Count(time => time > nowNanos - Stamps.NanosPerSecond);

    private int _dayTrades;
    private long _dayNotional;
    private long _dayNet;

    // A clock that is set back does not give a day's limits back.
    private bool IsToday(long nowNanos) => nowNanos / NanosPerDay <= _day;

    private void Roll(long nowNanos)
    {
        var day = nowNanos / NanosPerDay;
        if (day > _day)
        {
            (_day, _dayTrades, _dayNotional, _dayNet) = (day, 0, 0, 0);
        }
    }

    /// <summary>Applies a record.</summary>
    internal void Apply(TradeEvent happened)
    {
        Roll(happened.AtNanos);
        switch (happened)
        {
            case Founded one:
                Prefix = one.Prefix;
                break;
            case PlanOpened one:
                _plans.Add(one.Plan.Id, new PlanState(one.Plan, one.AtNanos));
                LastPlanId = one.Plan.Id;
                _dayTrades++;
                break;
            case OrderMade one:
                Make(one);
                break;
            case OrderTold one:
                Tell(one);
                break;
            case FillTold one:
                Fill(one);
                break;
            case PlanMoved one:
                Move(one);
                break;
            case MarketSettled one:
                Settle(one);
                break;
            case StreakCleared:
                LossesInARow = 0;
                break;
        }
    }

    private void Make(OrderMade made)
    {
        var plan = _plans[made.Intent.PlanId];
        plan.OrderList.Add(new TrackedOrder(made.Intent, made.AtNanos));
        _orderTimes.Enqueue(made.AtNanos);
        while (_orderTimes.Peek() <= made.AtNanos - Stamps.NanosPerSecond)
        {
            _orderTimes.Dequeue();
        }

        if (made.Intent.Increases)
        {
            _dayNotional += Micros.WorthRoundedUp(made.Intent.LimitPpm, made.Intent.SizeMicro);
        }
    }

    private void Tell(OrderTold told)
    {
        var (plan, order) = Find(told.PlanId, told.Number);
        if (order is null || plan is null)
        {
            return;
        }

        (order.Phase, order.OpenMicro, order.Code, order.Detail) = (told.Phase, told.OpenMicro, told.Code, told.Detail);
        order.VenueId = told.VenueId.Length > 0 ? told.VenueId : order.VenueId;
        order.Sum();
        if (order.Intent.IsConversion && order.Phase == OrderPhase.Done)
        {
            Convert(plan, order.Intent, told.AtNanos);
        }
    }

    private void Fill(FillTold told)
    {
        var (plan, order) = Find(told.PlanId, told.Number);
        if (plan is null || order is null || !order.Take(told.Fill))
        {
            Strays++;
            return;
        }

        var fill = order.Fills.First(one => one.TradeId == told.Fill.TradeId);
        var leg = plan.Plan.Legs[order.Intent.Leg];
        Enter(new PortfolioEntry
        {
            Id = $"{order.Intent.ClientId}/{fill.TradeId}",
            Kind = order.Intent.Side == Side.Buy ? EntryKind.Buy : EntryKind.Sell,
            Token = leg.Token, MarketId = leg.Market.MarketId, Strategy = plan.Plan.Strategy, PlanId = plan.Plan.Id,
            ClientId = order.Intent.ClientId, PricePpm = fill.PricePpm, SizeMicro = fill.SizeMicro,
            FeeMicros = fill.FeeMicros, Finality = (EntryFinality)fill.Finality, AtNanos = told.AtNanos,
        });
    }

    private void Convert(PlanState plan, OrderIntent intent, long atNanos)
    {
        var isSplit = intent.Purpose == OrderPurpose.Split;
        foreach (var leg in plan.Plan.Legs)
        {
            Enter(new PortfolioEntry
            {
                Id = $"{intent.ClientId}/{leg.Token.TokenId}", Kind = isSplit ? EntryKind.Split : EntryKind.Merge,
                Token = leg.Token, MarketId = leg.Market.MarketId, Strategy = plan.Plan.Strategy,
                PlanId = plan.Plan.Id, ClientId = intent.ClientId, PricePpm = intent.LimitPpm / 2,
                SizeMicro = intent.SizeMicro, FeeMicros = 0, Finality = EntryFinality.Confirmed, AtNanos = atNanos,
            });
        }
    }

    private void Move(PlanMoved moved)
    {
        if (!_plans.TryGetValue(moved.PlanId, out var plan))
        {
            return;
        }

        (plan.Phase, plan.Reason) = (moved.Phase, moved.Reason);
        if (moved.Phase == PlanPhase.Closed)
        {
            Close(plan, moved.AtNanos);
        }
    }

    private void Settle(MarketSettled settled)
    {
        foreach (var (token, pays) in ((MarketKey, long)[])
            [(settled.Yes, settled.YesPaysPpm), (settled.No, Micros.One - settled.YesPaysPpm)])
        {
            if (Portfolio.Of(token) is { SizeMicro: > 0 } position)
            {
                Enter(new PortfolioEntry
                {
                    Id = $"settled:{settled.AtNanos}:{token}", Kind = EntryKind.Settlement, Token = token,
                    MarketId = settled.MarketId, Strategy = "", PlanId = 0, ClientId = "", PricePpm = pays,
                    SizeMicro = position.SizeMicro, FeeMicros = 0, Finality = EntryFinality.Confirmed,
                    AtNanos = settled.AtNanos,
                });
            }

            foreach (var plan in _plans.Values.ToList())
            {
                if (plan.Plan.LegOf(token) is var leg and >= 0)
                {
                    plan.SettledPpm[leg] = pays;
                }
            }
        }

        foreach (var plan in _plans.Values.ToList())
        {
            if (plan.IsResolved && Enumerable.Range(0, plan.Plan.Legs.Length).All(leg => plan.Held(leg) == 0)
                && plan.SettledPpm.Any(pays => pays >= 0))
            {
                (plan.Phase, plan.Reason) = (PlanPhase.Closed, "SETTLED");
                Close(plan, settled.AtNanos);
            }
        }
    }

    private void Close(PlanState plan, long atNanos)
    {
        _plans.Remove(plan.Plan.Id);
        var net = plan.CashMicros;
        _dayNet += net;
        LossesInARow = net < 0 ? LossesInARow + 1 : net > 0 ? 0 : LossesInARow;
        _recent.Enqueue(new PlanResult(
            plan.Plan.Id, plan.Plan.Strategy, plan.OpenedNanos, atNanos, net, plan.Plan.WorstLossMicros, plan.Reason,
            [.. Enumerable.Range(0, plan.Plan.Legs.Length).Select(plan.Leg)]));
        if (_recent.Count > RecentKept)
        {
            _recent.Dequeue();
        }
    }

    private void Enter(PortfolioEntry entry)
    {
        Portfolio.Take(entry);
        _entries?.Invoke(entry);
    }

    private (PlanState? Plan, TrackedOrder? Order) Find(long planId, int number) =>
        _plans.TryGetValue(planId, out var plan) && number >= 1 && number <= plan.OrderList.Count
            ? (plan, plan.OrderList[number - 1])
            : (null, null);
}

/// <summary>What became of a plan.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Strategy">Its strategy.</param>
/// <param name="OpenedNanos">When it was approved, nanoseconds since the Unix epoch.</param>
/// <param name="ClosedNanos">When it was closed.</param>
/// <param name="NetMicros">Its profit, fees taken off, in millionths of a dollar.</param>
/// <param name="WorstLossMicros">The loss that it was bounded by.</param>
/// <param name="Reason">Stable code of how it ended.</param>
/// <param name="Legs">What each leg got; none where an older program kept it.</param>
public sealed record PlanResult(
    long Id, string Strategy, long OpenedNanos, long ClosedNanos, long NetMicros, long WorstLossMicros, string Reason,
    ImmutableArray<LegResult> Legs);
