using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>
/// Many plans on a venue that goes wrong, by a program that is killed again and again, in virtual time on one thread.
/// What
/// happened is judged by what the venue knows, never by what the program believes.
/// </summary>
internal sealed class PlanSimulation : IDisposable
{
    private const int MostOpen = 14;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly int _seed;
    private readonly Random _dice;
    private readonly VirtualTime _time = new();
    private readonly MemoryDisk _disk = new();
    private readonly MemoryDisk _stopDisk = new();
    private readonly OutcomeBooks _books = new();
    private readonly OutcomeScript _venue;
    private readonly Dictionary<long, SimulatedPlan> _plans = [];
    private readonly Queue<(long DueNanos, SimulatedPlan Plan, long Net)> _closed = new();
    private readonly Queue<long> _sentAt = new();
    private readonly Dictionary<long, long> _dayNet = [];
    private readonly Dictionary<long, long> _dayNotional = [];
    private readonly Dictionary<long, int> _dayTrades = [];
    private readonly Plant _plant;
    private SimulatedBot? _bot;
    private long _startedNanos;
    private long _restartAt;
    private long _killAt;
    private long _clearAt;
    private long _progressNanos;
    private bool _isPostOnly;
    private long _lastPlan;
    private int _market;
    private bool _isDayUsedUp;

    public PlanSimulation(int seed, Plant? plant = null)
    {
        (_seed, _dice, _plant) = (seed, new Random(seed), plant ?? new Plant());
        _venue = new OutcomeScript(_time, _dice, new Troubles());
        _venue.Told = (id, fill) => _bot?.Orders.OnFill(id, fill);
    }

    public static RiskLimits Limits { get; } = new()
    {
        MaxMarketExposureMicros = 30 * Micros.One, MaxTotalExposureMicros = 90 * Micros.One, MaxOrdersPerSecond = 12, ExitReservePerSecond = 6,
        MaxNotionalPerDayMicros = 2_200 * Micros.One, MaxDailyLossMicros = 150 * Micros.One, MaxConsecutiveLosses = 3, MaxTradesPerDay = 180,
        MaxPlanLossMicros = 12 * Micros.One, MaxPlanSpendMicros = 15 * Micros.One,
    };

    public List<string> Violations { get; } = [];

    public Dictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> Faults => _venue.Faults;

    public Dictionary<string, int> Ends { get; } = new(StringComparer.Ordinal);

    private long Now => _time.UnixNanos();

    private long Day => Now / (86_400 * Stamps.NanosPerSecond);

    /// <summary>Runs so many plans to their ends, or until the first violation.</summary>
    public void Run(int plans)
    {
        _progressNanos = Now;
        while ((_lastPlan < plans || _plans.Count > 0 || _closed.Count > 0 || _bot is null) && Violations.Count == 0)
        {
            _ = _time.Start(() =>
            {
                Live();
                if (_lastPlan < plans && _plans.Count < MostOpen && _dice.Next(5) == 0 && !_isDayUsedUp)
                {
                    Signal();
                }

                return Task.CompletedTask;
            });
            Jump();
            TellPhase();
            _time.Pass(Tick);
            Follow();
            Check();
            if (Now - _progressNanos > 1_800 * Stamps.NanosPerSecond)
            {
                Violate("it does not end: " + string.Join(", ", _bot?.State.Plans.Select(Text) ?? [])
                    + $" day {_isDayUsedUp} closed {_closed.Count} stop {_bot?.Stop.State.IsStopped}");
            }
        }

        if (_venue.Duplicates > 0)
        {
            Violate($"{_venue.Duplicates} duplicate orders");
        }

        Dispose();
    }

    public void Dispose() => _bot?.Dispose();

    public override string ToString() => $"seed {_seed}: {string.Join("; ", Violations)}; {string.Join(", ", Counts)}";

    // Days that are used up are slept through.
    private void Jump()
    {
        if (_isDayUsedUp && _plans.Count == 0 && _closed.Count == 0)
        {
            var next = (Day + 1) * 86_400 * Stamps.NanosPerSecond;
            _time.Pass(TimeSpan.FromTicks((next - Now) / 100));
            _isDayUsedUp = false;
            _progressNanos = Now;
            Count("days");
        }
    }

    // The feed says what the venue takes.
    private void TellPhase()
    {
        if (_isPostOnly != _venue.IsPostOnly)
        {
            _isPostOnly = _venue.IsPostOnly;
            foreach (var plan in _plans.Values)
            {
                _books.Set(plan.Market with { Phase = _isPostOnly ? MarketPhase.PostOnly : MarketPhase.Open });
            }
        }
    }

    private void Live()
    {
        if (_bot is null)
        {
            if (Now >= _restartAt)
            {
                if (_plant.ForgetsJournal)
                {
                    _disk.Clear();
                }

                _bot = new SimulatedBot(
                    _time, _disk, _stopDisk, _plant.Reader(_books), life => _plant.Line(_venue.For(life, Sent)), _plant.Limits, _plant.Settings, Told,
                    _plant.IgnoresStop);
                _startedNanos = Now;
                _killAt = Now + (_dice.Next(200, 120_000) * Stamps.NanosPerMilli);
                _bot.Desk.Start();
                Count("lives");
            }

            return;
        }

        if (Now >= _killAt)
        {
            if (!_bot.Life.IsDiskBroken && _bot.Life.DiskFailsIn < 0 && _dice.Next(4) == 0)
            {
                // The disk goes first, somewhere inside a call.
                _bot.Life.DiskFailsIn = _dice.Next(12);
                _killAt = Now + (_dice.Next(50, 900) * Stamps.NanosPerMilli);
                Count("disk failures");
                return;
            }

            _bot.Dispose();
            _bot = null;
            _restartAt = Now + (_dice.Next(0, 6_000) * Stamps.NanosPerMilli);
            if (_dice.Next(2) == 0)
            {
                _disk.CutPower();
                _stopDisk.CutPower();
            }

            return;
        }

        StopNowAndThen(_bot);
    }

    private void StopNowAndThen(SimulatedBot bot)
    {
        if (bot.Life.IsDiskBroken || bot.Life.DiskFailsIn >= 0)
        {
            return;
        }

        if (bot.Stop.State is { IsStopped: true, By: not "test" })
        {
            Violate($"stopped by {bot.Stop.State.By}: {bot.Stop.State.Reason}");
        }

        if (!bot.Stop.State.IsStopped && _dice.Next(1_500) == 0)
        {
            bot.Stop.Set(StopScope.NewExposure, "test", "now and then");
            _clearAt = Now + (_dice.Next(100, 8_000) * Stamps.NanosPerMilli);
            Count("stops");
        }
        else if (bot.Stop.State.IsStopped && Now >= _clearAt)
        {
            Assert.Null(bot.Stop.Clear("test"));
        }
    }

    private void Signal()
    {
        if (_bot is null || _bot.Life.IsDiskBroken || (_isPostOnly && _dice.Next(4) > 0))
        {
            return;
        }

        var market = OutcomeBooks.Make($"m{++_market}");
        _books.Set(market);
        var kind = _dice.Next(4) == 0 ? SignalKind.SellSet : SignalKind.BuySet;
        var yes = _dice.Next(15, 75) * 10_000L;
        var edge = _dice.Next(2, 6) * 10_000L;
        if (kind == SignalKind.BuySet)
        {
            SetPrices(market, yes - 10_000, yes, Micros.One - yes - edge - 10_000, Micros.One - yes - edge);
            _bot.Desk.OnSignal(OutcomeBooks.Pair(market, kind, yes, Micros.One - yes - edge, _dice.Next(4, 14) * Micros.One));
        }
        else
        {
            SetPrices(market, yes, yes + 10_000, Micros.One - yes + edge, Micros.One - yes + edge + 10_000);
            _bot.Desk.OnSignal(OutcomeBooks.Pair(market, kind, yes, Micros.One - yes + edge, _dice.Next(4, 14) * Micros.One));
        }
    }

    private void SetPrices(OutcomeMarket market, long yesBid, long yesAsk, long noBid, long noAsk)
    {
        Set(market.Yes, yesBid, yesAsk);
        Set(market.No, noBid, noAsk);

        void Set(MarketKey token, long bid, long ask)
        {
            bid = Math.Clamp(bid, 10_000, 980_000);
            ask = Math.Clamp(ask, bid + 10_000, 990_000);
            _venue.Price(token, bid, ask);
            _books.Set(token, [new Level(bid, 500 * Micros.One)], [new Level(ask, 500 * Micros.One)]);
        }
    }

    private void Told(Opportunity what)
    {
        if (!what.Taken)
        {
            Count("refused " + what.Reason);
            _isDayUsedUp |= what.Reason is RiskCodes.DayLoss or RiskCodes.DayNotional or RiskCodes.DayTrades
                || (what.Reason == BlockerCodes.Limits && _bot!.State.LossesInARow < Limits.MaxConsecutiveLosses);
            if (what.Reason == BlockerCodes.Limits && _bot!.State.LossesInARow >= Limits.MaxConsecutiveLosses)
            {
                _bot.Risk.ClearLosses();
            }

            _books.Forget(what.Signal.Legs[0].Market);
        }
    }

    // The program sends something: the last moment at which a limit can be passed.
    private void Sent(string clientId, VenueOrder? order)
    {
        var parts = clientId.Split('-');
        var id = long.Parse(parts[1]);
        Adopt();
        if (!_plans.TryGetValue(id, out var plan))
        {
            Violate($"an order of plan {id}, which is not open");
            return;
        }

        plan.LastRequestNanos = Now;
        if (order is null)
        {
            return;
        }

        if (plan.Sent.Contains(clientId))
        {
            Violate($"{clientId} was sent twice");
        }

        plan.Sent.Add(clientId);
        _sentAt.Enqueue(Now);
        while (_sentAt.Peek() <= Now - Stamps.NanosPerSecond)
        {
            _sentAt.Dequeue();
        }

        if (_sentAt.Count > Limits.MaxOrdersPerSecond)
        {
            Violate($"{_sentAt.Count} orders in a second");
        }

        if (order.Side == Side.Buy)
        {
            var worth = Micros.WorthRoundedUp(order.LimitPpm, order.SizeMicro);
            plan.MostCost[clientId] = (worth + order.Market.Rules.Fee.MostTakerFeeMicros(500_000, order.SizeMicro, 2), Now);
            _dayNotional[Day] = _dayNotional.GetValueOrDefault(Day) + worth;
            if (_bot!.Stop.State.IsStopped)
            {
                Violate($"{clientId} buys after the stop");
            }

            CheckStakes(plan);
        }
    }

    private void CheckStakes(SimulatedPlan plan)
    {
        var all = _plans.Values.Sum(one => one.AtStake(Now));
        if (plan.AtStake(Now) > plan.Plan.SpendMicros || plan.AtStake(Now) > Limits.MaxMarketExposureMicros || all > Limits.MaxTotalExposureMicros
            || _dayNotional[Day] > Limits.MaxNotionalPerDayMicros)
        {
            Violate($"plan {plan.Plan.Id}: {plan.AtStake(Now)} of {plan.Plan.SpendMicros} at stake, {all} in all, {_dayNotional[Day]} today: {plan}");
        }
    }

    private void Adopt()
    {
        if (_bot is null)
        {
            return;
        }

        foreach (var state in _bot.State.Plans)
        {
            if (state.Plan.Id > _lastPlan)
            {
                // Those between had their first order refused, and ended as they began.
                Count("ended at once", (int)(state.Plan.Id - _lastPlan - 1));
                _lastPlan = state.Plan.Id;
                _plans[state.Plan.Id] = new SimulatedPlan(state.Plan, _venue) { LastRequestNanos = Now };
                var trades = _dayTrades[Day] = _dayTrades.GetValueOrDefault(Day) + 1;
                if (trades > Limits.MaxTradesPerDay || state.Plan.WorstLossMicros > Limits.MaxPlanLossMicros)
                {
                    Violate($"{trades} plans today, loss {state.Plan.WorstLossMicros}");
                }

                if (_dice.Next(10) == 0)
                {
                    Crash(state.Plan.Legs[0].Market);
                }
            }
        }
    }

    // The market moves against whoever has one leg.
    private void Crash(OutcomeMarket market)
    {
        var yes = _dice.Next(2, 97) * 10_000L;
        SetPrices(market, yes, yes + 10_000, Micros.One - yes - 10_000, Micros.One - yes);
    }

    private void Follow()
    {
        Adopt();
        while (_closed.TryPeek(out var old) && old.DueNanos <= Now)
        {
            _closed.Dequeue();
            if (old.Plan.Net() != old.Net || old.Plan.Placed().Any(order => order.Fills.Exists(fill => fill.Finality == FillFinality.Pending)))
            {
                Violate($"plan {old.Plan.Plan.Id} changed after it was closed: {old.Net} became {old.Plan.Net()}");
            }

            old.Plan.Sent.ForEach(id => _venue.Orders.Remove(id));
            _venue.Forget(old.Plan.Market);
            _books.Forget(old.Plan.Market);
        }

        if (_bot is null || _bot.Life.IsDiskBroken)
        {
            return;
        }

        foreach (var plan in _plans.Values.ToList())
        {
            if (_bot.State.Plan(plan.Plan.Id) is not { } state)
            {
                Close(plan);
            }
            else if (state.Phase == PlanPhase.Held && state.IsFinal && plan.YesPays is null)
            {
                // What is left pays whatever is worse.
                plan.YesPays = 0;
                var no = plan.Net();
                plan.YesPays = Micros.One;
                plan.YesPays = plan.Net() <= no ? Micros.One : 0;
                Count("held");
            }
            else if (plan.YesPays is not null)
            {
                _bot.Desk.OnMarket(plan.Market with { Phase = MarketPhase.Resolved, YesPaysPpm = plan.YesPays });
            }
        }
    }

    private void Close(SimulatedPlan plan)
    {
        _plans.Remove(plan.Plan.Id);
        _progressNanos = Now;
        var result = _bot!.State.Recent.LastOrDefault(one => one.Id == plan.Plan.Id);
        var net = plan.Net();
        Count("closed");
        Ends[result?.Reason ?? "?"] = Ends.GetValueOrDefault(result?.Reason ?? "?") + 1;
        if (result?.NetMicros != net)
        {
            Violate($"plan {plan.Plan.Id} brought {net} and the program says {result?.NetMicros}");
        }

        if (net < -plan.Plan.WorstLossMicros)
        {
            Violate($"plan {plan.Plan.Id} lost {-net}, declared were {plan.Plan.WorstLossMicros}");
        }

        if (net < 0)
        {
            Count("losses");
        }

        if (result is not null)
        {
            var day = result.ClosedNanos / (86_400 * Stamps.NanosPerSecond);
            _dayNet[day] = _dayNet.GetValueOrDefault(day) + net;
            if (_dayNet[day] < -Limits.MaxDailyLossMicros)
            {
                Violate($"a day lost {-_dayNet[day]}");
            }
        }

        _closed.Enqueue((Now + (80 * Stamps.NanosPerSecond), plan, net));
    }

    // Nothing is unequal for long without a request on its way.
    private void Check()
    {
        const long MostUnhedged = 2 * Stamps.NanosPerSecond;
        if (_bot is null || _bot.Life.IsDiskBroken)
        {
            foreach (var plan in _plans.Values)
            {
                (plan.UnequalSinceNanos, plan.KnownUnequalSinceNanos) = (0, 0);
            }

            return;
        }

        foreach (var plan in _plans.Values)
        {
            if (_bot.State.Plan(plan.Plan.Id) is not { } state || state.Phase == PlanPhase.Held)
            {
                continue;
            }

            var really = CanSell(plan, plan.Held(0) - plan.Held(1));
            var known = CanSell(plan, state.Held(0) - state.Held(1));
            plan.UnequalSinceNanos = !really ? 0 : plan.UnequalSinceNanos == 0 ? Now : plan.UnequalSinceNanos;
            plan.KnownUnequalSinceNanos = !known ? 0 : plan.KnownUnequalSinceNanos == 0 ? Now : plan.KnownUnequalSinceNanos;
            var isUnwinding = state.Phase is PlanPhase.Unwinding or PlanPhase.Exiting;
            var isQuiet = Now - Math.Max(plan.LastRequestNanos, _startedNanos) > MostUnhedged;
            if (known && Now - plan.KnownUnequalSinceNanos > MostUnhedged && !isUnwinding)
            {
                Violate($"plan {plan.Plan.Id} unhedged for more than 2 s, and it is {Text(state)}");
            }

            if ((really || known) && isQuiet && Now - Math.Max(plan.UnequalSinceNanos, plan.KnownUnequalSinceNanos) > MostUnhedged
                && !(_venue.WasPostOnly && Math.Abs(plan.Held(0) - plan.Held(1)) < plan.Market.Rules.LeastRestingMicro))
            {
                Violate($"plan {plan.Plan.Id} ({state.Phase} {state.Reason}) unhedged and quiet for {(Now - plan.LastRequestNanos) / 1_000_000} ms");
            }
        }
    }

    private bool CanSell(SimulatedPlan plan, long difference)
    {
        var token = plan.Plan.Legs[difference > 0 ? 0 : 1].Token;
        var size = Micros.RoundDown(Math.Abs(difference), plan.Market.Rules.SizeStepMicro);
        var (bid, _) = _venue.PriceOf(token);
        return Micros.WorthRoundedDown(bid, size) >= plan.Market.Rules.LeastTakingMicros * 11 / 10;
    }

    private static string Text(PlanState plan) => $"{plan.Plan.Id} {plan.Phase} {plan.Reason} {plan.Held(0)} {plan.Held(1)} " + string.Join('|', plan.Orders.Select(
        order => $"{order.Intent.Purpose} {order.Intent.Leg} {order.Phase} {order.Code} {order.FilledMicro} {order.Pending}").TakeLast(6));

    private void Count(string what, int more = 1) => Counts[what] = Counts.GetValueOrDefault(what) + more;

    private void Violate(string what) => Violations.Add(what);
}
