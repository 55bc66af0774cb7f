using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>
/// Many plans of a shape on venues that go wrong, by a program that is killed again and again, stopped, halted and told to
/// sell everything, in virtual time on one thread. What happened is judged by what the venues know, never by what the
/// program believes.
/// </summary>
internal sealed partial class PlanSimulation : IDisposable
{
    private const int MostOpen = 14;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly int _seed;
    private readonly Random _dice;
    private readonly VirtualTime _time = new();
    private readonly MemoryDisk _disk = new();
    private readonly MemoryDisk _stopDisk = new();
    private readonly OutcomeBooks _books = new();
    private readonly PlanShape _shape;
    private readonly ShapedSignals _signals;
    private readonly IReadOnlyList<OutcomeScript> _venues;
    private readonly bool[] _isPostOnly;
    private readonly UnhedgedWatch _watch;
    private readonly RiskLimits _limits;
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
    private long _clearedAt;
    private long _lastPlan;
    private bool _isDayUsedUp;

    public PlanSimulation(int seed, PlanShape shape, Plant? plant = null)
    {
        (_seed, _shape, _dice, _plant) = (seed, shape, new Random(seed), plant ?? new Plant());
        _signals = new ShapedSignals(shape, _dice);
        _limits = ShapedSignals.Limits(shape);
        Venue[] venues = shape switch
        {
            PlanShape.NettedPair => [Venue.Kalshi],
            PlanShape.CrossVenue => [Venue.Polymarket, Venue.Kalshi],
            _ => [Venue.Polymarket],
        };
        _venues = [.. venues.Select(venue => new OutcomeScript(_time, _dice, _plant.Troubles, venue) { Told = (id, fill) => _bot?.Orders.OnFill(id, fill) })];
        _isPostOnly = new bool[_venues.Count];
        _watch = new UnhedgedWatch(_venues, Violate);
    }

    public List<string> Violations { get; } = [];

    public Dictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, int>> Faults => _venues.SelectMany(venue => venue.Faults);

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
            TellPhases();
            _time.Pass(Tick);
            Follow();
            Check();
            if (Now - _progressNanos > 1_800 * Stamps.NanosPerSecond)
            {
                Violate("it does not end: " + string.Join(", ", _bot?.State.Plans.Select(Text) ?? [])
                    + $" day {_isDayUsedUp} closed {_closed.Count} stop {_bot?.Stop.State.IsStopped}");
            }
        }

        if (_venues.Sum(venue => venue.Duplicates) is var duplicates and > 0)
        {
            Violate($"{duplicates} duplicate orders");
        }

        Count("netted", _venues.Sum(venue => venue.Netted));

        Dispose();
    }

    public void Dispose() => _bot?.Dispose();

    public override string ToString() => $"{_shape}, seed {_seed}: {string.Join("; ", Violations)}; {string.Join(", ", Counts)}";

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

    // The feeds say what the venues take.
    private void TellPhases()
    {
        for (var at = 0; at < _venues.Count; at++)
        {
            var venue = _venues[at];
            if (_isPostOnly[at] == venue.IsPostOnly)
            {
                continue;
            }

            _isPostOnly[at] = venue.IsPostOnly;
            foreach (var market in _plans.Values.Where(plan => plan.PaysPpm is null).SelectMany(plan => plan.Markets).Where(one => one.Venue == venue.Venue))
            {
                _books.Set(market with { Phase = venue.IsPostOnly ? MarketPhase.PostOnly : MarketPhase.Open });
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
                    _time, _disk, _stopDisk, _plant.Reader(_books), life => Line(life, 0), _plant.Limits(_limits), _plant.Settings, Told,
                    _plant.IgnoresStop, _venues.Count > 1 ? life => Line(life, 1) : null);
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

    private IVenueOrders Line(Life life, int venue) => _plant.Line(_venues[venue].For(life, Sent, Cancelled));

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

        if (!bot.Stop.State.IsStopped && _dice.Next(500) == 0)
        {
            var isHalt = _dice.Next(2) == 0;
            bot.Stop.Set(isHalt ? StopScope.HaltAll : StopScope.NewExposure, "test", "now and then");
            _clearAt = Now + (_dice.Next(100, 8_000) * Stamps.NanosPerMilli);
            Count(isHalt ? "halts" : "stops");
            foreach (var plan in _plans.Values.Where(_ => isHalt))
            {
                plan.WasHalted = true;
            }
        }
        else if (bot.Stop.State.IsStopped && Now >= _clearAt)
        {
            Assert.Null(bot.Stop.Clear("test"));
            _clearedAt = Now;
        }

        if (_plans.Count > 0 && _dice.Next(600) == 0)
        {
            ForceExit(bot);
        }
    }

    private void ForceExit(SimulatedBot bot)
    {
        var one = _plans.Values.ElementAt(_dice.Next(_plans.Count));
        bot.Desk.ForceExit(_dice.Next(10) == 0 ? null : one.Markets[_dice.Next(one.Markets.Count)].MarketId);
        foreach (var plan in _plans.Values.Where(plan => bot.State.Plan(plan.Plan.Id)?.Phase == PlanPhase.Exiting && !plan.IsForced))
        {
            plan.IsForced = true;
            Count("forced exits");
        }
    }

    private void Signal()
    {
        if (_bot is null || _bot.Life.IsDiskBroken || (_isPostOnly.Contains(true) && _dice.Next(4) > 0))
        {
            return;
        }

        var signal = _signals.Next();
        foreach (var leg in signal.Legs)
        {
            _books.Set(leg.Market);

            // A sale finds the bid at its limit, a purchase the offer.
            SetPrice(leg.Token, leg.PricePpm, leg.Side);
            if (signal.Legs.All(one => one.Token != leg.Market.Other(leg.Token)))
            {
                SetPrice(leg.Market.Other(leg.Token), Micros.One - leg.PricePpm, Side.Sell);
            }
        }

        _bot.Desk.OnSignal(signal);
    }

    private void SetPrice(MarketKey token, long price, Side side)
    {
        const long Cent = Micros.One / 100;
        var bid = Math.Clamp(side == Side.Sell ? price : price - Cent, Cent, 98 * Cent);
        var ask = Math.Clamp(bid + Cent, 2 * Cent, 99 * Cent);
        VenueOf(token.Venue).Price(token, bid, ask);
        _books.Set(token, [new Level(bid, 500 * Micros.One)], [new Level(ask, 500 * Micros.One)]);
    }

    private OutcomeScript VenueOf(Venue venue) => _venues.First(one => one.Venue == venue);

    private void Told(Opportunity what)
    {
        // What became of a plan is seen at the venues.
        var isPlan = _plans.Values.Any(plan => plan.Markets.Any(market => market.MarketId == what.Signal.Legs[0].Market.MarketId));
        if (!what.Taken && !isPlan)
        {
            Count("refused " + what.Reason);
            _isDayUsedUp |= what.Reason is RiskCodes.DayLoss or RiskCodes.DayNotional or RiskCodes.DayTrades
                || (what.Reason == BlockerCodes.Limits && _bot!.State.LossesInARow < _limits.MaxConsecutiveLosses);
            if (what.Reason == BlockerCodes.Limits && _bot!.State.LossesInARow >= _limits.MaxConsecutiveLosses)
            {
                _bot.Risk.ClearLosses();
            }

            foreach (var leg in what.Signal.Legs)
            {
                _books.Forget(leg.Market);
            }
        }
    }

    // The program sends something: the last moment at which a limit can be passed.
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
                _plans[state.Plan.Id] = new SimulatedPlan(state.Plan, _venues) { LastRequestNanos = Now };
                var trades = _dayTrades[Day] = _dayTrades.GetValueOrDefault(Day) + 1;
                if (trades > _limits.MaxTradesPerDay || state.Plan.WorstLossMicros > _limits.MaxPlanLossMicros)
                {
                    Violate($"{trades} plans today, loss {state.Plan.WorstLossMicros}");
                }

                _plans[state.Plan.Id].IsCruel = _dice.Next(6) == 0;
                if (_dice.Next(10) == 0)
                {
                    var token = state.Plan.Legs[_dice.Next(state.Plan.Legs.Length)];
                    Crash(token.Market);
                }
            }
        }
    }

    // The market moves against whoever has one leg.
    private void Crash(OutcomeMarket market)
    {
        var yes = _dice.Next(2, 97) * 10_000L;
        SetPrice(market.Yes, yes, Side.Sell);
        SetPrice(market.No, Micros.One - yes, Side.Buy);
    }

    // Whatever has no counterpart is worth next to nothing, and what is missing cannot be had; what is on its way still
    // comes at its old price.
    private void Torment(SimulatedPlan plan, PlanState state)
    {
        const long Cent = Micros.One / 100;
        var held = plan.Held();
        for (var leg = 0; leg < plan.Legs; leg++)
        {
            var token = plan.Plan.Legs[leg].Token;
            if (held[leg] > held.Min())
            {
                var least = plan.Plan.Legs[leg].Market.Rules.LeastTakingMicros * 12 / 10;
                SetPrice(token, Math.Max(2 * Cent, Micros.RoundUp((long)((Int128)least * Micros.One / held[leg]), Cent)), Side.Sell);
            }
            else if (held.Max() > held.Min() && state.Orders.All(order => order.IsResolved || order.Intent.Leg != leg))
            {
                SetPrice(token, 99 * Cent, Side.Buy);
            }
        }
    }

    private static string Text(PlanState plan) =>
        $"{plan.Plan.Id} {plan.Phase} {plan.Reason} {string.Join(' ', plan.Plan.Legs.Select((_, leg) => plan.Held(leg)))} "
        + string.Join('|', plan.Orders.TakeLast(6).Select(order =>
            $"{order.Intent.Purpose} {order.Intent.Leg} {order.Phase} {order.Code} {order.FilledMicro} {order.Pending}"));

    private void Count(string what, int more = 1) => Counts[what] = Counts.GetValueOrDefault(what) + more;

    private void Violate(string what) => Violations.Add(what);
}
