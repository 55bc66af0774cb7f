using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Unit.Trading.Execution;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Risk;

/// <summary>Limits: each refuses at its edge, all outlive restarts, and a check that throws is a stop.</summary>
public sealed class RiskCheckTests
{
    private readonly VirtualTime _time = new();
    private readonly MemoryDisk _disk = new();
    private readonly MemoryDisk _stopDisk = new();
    private readonly OutcomeBooks _books = new();
    private int _market;

    private static RiskLimits Wide => new()
    {
        MaxMarketExposureMicros = 1_000 * Micros.One, MaxTotalExposureMicros = 1_000 * Micros.One, MaxOrdersPerSecond = 1_000,
        MaxNotionalPerDayMicros = 10_000 * Micros.One, MaxDailyLossMicros = 1_000 * Micros.One, MaxConsecutiveLosses = 100, MaxTradesPerDay = 100,
        MaxPlanLossMicros = 100 * Micros.One, MaxPlanSpendMicros = 100 * Micros.One,
    };

    [Fact]
    public void Each_limit_of_a_plan_refuses_above_its_edge_and_not_at_it()
    {
        var plan = Plan();
        Check(RiskCodes.PlanLoss, Wide with { MaxPlanLossMicros = plan.WorstLossMicros });
        Check(RiskCodes.PlanSpend, Wide with { MaxPlanSpendMicros = plan.SpendMicros });
        Check(RiskCodes.MarketExposure, Wide with { MaxMarketExposureMicros = plan.SpendMicros });
        Check(RiskCodes.TotalExposure, Wide with { MaxTotalExposureMicros = plan.SpendMicros });
        Check(RiskCodes.DayNotional, Wide with { MaxNotionalPerDayMicros = plan.SpendMicros });
        Check(RiskCodes.DayLoss, Wide with { MaxDailyLossMicros = plan.WorstLossMicros });

        void Check(string code, RiskLimits at)
        {
            using (var bot = Start(at))
            {
                Assert.Equal("", Open(bot, plan));
            }

            _disk.Clear();
            var below = at with
            {
                MaxPlanLossMicros = at.MaxPlanLossMicros - (code == RiskCodes.PlanLoss ? 1 : 0),
                MaxPlanSpendMicros = at.MaxPlanSpendMicros - (code == RiskCodes.PlanSpend ? 1 : 0),
                MaxMarketExposureMicros = at.MaxMarketExposureMicros - (code == RiskCodes.MarketExposure ? 1 : 0),
                MaxTotalExposureMicros = at.MaxTotalExposureMicros - (code == RiskCodes.TotalExposure ? 1 : 0),
                MaxNotionalPerDayMicros = at.MaxNotionalPerDayMicros - (code == RiskCodes.DayNotional ? 1 : 0),
                MaxDailyLossMicros = at.MaxDailyLossMicros - (code == RiskCodes.DayLoss ? 1 : 0),
            };
            using (var bot = Start(below))
            {
                Assert.Equal(code, Open(bot, plan));
            }

            _disk.Clear();
        }
    }

    [Fact]
    public void What_open_plans_can_lose_counts_as_lost_and_what_they_have_at_stake_as_spent()
    {
        var plan = Plan();
        using (var bot = Start(Wide with { MaxDailyLossMicros = (2 * plan.WorstLossMicros) + 1 }))
        {
            Assert.Equal(("", "", RiskCodes.DayLoss), (Open(bot, plan), Open(bot, Plan()), Open(bot, Plan())));
            Assert.Equal(RiskCodes.PlanInMarket, OpenWith(bot, plan, Wide));
            Assert.Equal(RiskCodes.TotalExposure, OpenWith(bot, Plan(), Wide with { MaxTotalExposureMicros = (3 * plan.SpendMicros) - 1 }));
        }

        using var again = Start(Wide with { MaxDailyLossMicros = (2 * plan.WorstLossMicros) + 1 });
        Assert.Equal(RiskCodes.DayLoss, Open(again, Plan()));
        Assert.Equal(2 * plan.SpendMicros, again.State.ExposureMicros());
    }

    [Fact]
    public void A_plan_that_waits_keeps_others_out_of_its_market_only_where_the_venue_nets()
    {
        using var bot = Start(Wide);
        foreach (var (rules, code) in ((MarketRules, string)[])[(OutcomeBooks.Rules, ""), (OutcomeBooks.NettingRules, RiskCodes.PlanInMarket)])
        {
            var plan = PlanMaker.Make(
                OutcomeBooks.Pair(OutcomeBooks.Make($"m{++_market}", rules), SignalKind.BuySet, 470_000, 480_000, 5 * Micros.One), 30_000,
                100 * Micros.One, 100 * Micros.One, out _)!;
            Assert.Equal("", Open(bot, plan));
            lock (bot.Journal.Gate)
            {
                bot.Journal.Write(new PlanMoved(_time.UnixNanos(), bot.State.LastPlanId, PlanPhase.Held, "TEST"));
            }

            Assert.Equal(code, Open(bot, plan));
        }
    }

    [Fact]
    public void Limits_of_a_day_outlive_restarts_and_end_with_the_UTC_day_but_not_with_a_clock_that_goes_back()
    {
        var limits = Wide with { MaxTradesPerDay = 3 };
        for (var start = 0; start < 4; start++)
        {
            using var bot = Start(limits);
            Assert.Equal(start < 3 ? "" : RiskCodes.DayTrades, Open(bot, Plan()));
            Assert.Equal(Math.Min(start + 1, 3), bot.State.DayTrades(_time.UnixNanos()));
            Assert.Equal(start < 2 ? null : RiskCodes.DayTrades, bot.Risk.UsedUp());
        }

        using var late = Start(limits);
        Assert.Equal(3, late.State.DayTrades(_time.UnixNanos() - (86_400 * Stamps.NanosPerSecond)));
        _time.Pass(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(RiskCodes.DayTrades, Open(late, Plan()));
        _time.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal("", Open(late, Plan()));
    }

    [Fact]
    public void Losses_in_a_row_stop_until_somebody_clears_them_over_restarts()
    {
        var limits = Wide with { MaxConsecutiveLosses = 2 };
        for (var loss = 0; loss < 2; loss++)
        {
            using var bot = Start(limits);
            Assert.Equal("", Open(bot, Plan()));
            Lose(bot, bot.State.LastPlanId);
            Assert.Equal(loss + 1, bot.State.LossesInARow);
        }

        using (var bot = Start(limits))
        {
            Assert.Equal(RiskCodes.LossStreak, Open(bot, Plan()));
            Assert.True(bot.Risk.ClearLosses());
        }

        using var cleared = Start(limits);
        Assert.Equal("", Open(cleared, Plan()));
        Assert.True(cleared.State.DayNetMicros(_time.UnixNanos()) < 0);
    }

    [Fact]
    public void An_act_while_nothing_ran_forgets_the_losses_before_it_and_no_later_ones()
    {
        var limits = Wide with { MaxConsecutiveLosses = 2 };
        using var bot = Start(limits);
        for (var loss = 0; loss < 2; loss++)
        {
            Assert.Equal("", Open(bot, Plan()));
            Lose(bot, bot.State.LastPlanId);
        }

        bot.Risk.ClearLossesBefore(_time.UnixNanos());
        Assert.Equal(RiskCodes.LossStreak, Open(bot, Plan()));
        bot.Risk.ClearLossesBefore(_time.UnixNanos() + 1);
        Assert.Equal("", Open(bot, Plan()));
    }

    [Fact]
    public void A_child_is_never_more_than_its_parent()
    {
        using var bot = Start(Wide);
        var plan = Plan();
        Assert.Equal("", Open(bot, plan));
        var leg = plan.Legs[0];
        Assert.Equal(RiskCodes.NoPlan, Approve(bot, Buy(9, leg.LimitPpm, 1_000_000)));
        Assert.Equal(RiskCodes.ChildBeyondParent, Approve(bot, Buy(1, leg.LimitPpm, plan.SizeMicro + 1)));
        Assert.Equal(RiskCodes.ChildBeyondParent, Approve(bot, Buy(1, leg.HedgeLimitPpm + 10_000, plan.SizeMicro)));
        Assert.Equal(RiskCodes.ChildBeyondParent, Approve(bot, Buy(1, leg.LimitPpm, 0)));
        Assert.Equal(RiskCodes.ChildBeyondParent, Approve(bot, Buy(1, leg.LimitPpm, 1) with { Leg = 2 }));
        Assert.Equal(RiskCodes.ChildBeyondParent, Approve(bot, Buy(1, 10_000, 1) with { Side = Side.Sell, Purpose = OrderPurpose.Exit }));
        Assert.Equal(RiskCodes.ChildBeyondParent, Approve(bot, Buy(1, 10_000, 1) with { Purpose = OrderPurpose.Split }));
        Assert.Equal(RiskCodes.ChildBeyondParent, Approve(bot, Buy(1, 10_000, 1) with { Purpose = OrderPurpose.Merge, Side = Side.Sell }));
        Assert.Equal("", Approve(bot, Buy(1, leg.HedgeLimitPpm, plan.SizeMicro)));
        Assert.Equal(RiskCodes.Frozen, Approve(bot, Buy(1, leg.LimitPpm, 1_000_000)));
        Assert.Equal("", Approve(bot, Buy(1, plan.Legs[1].LimitPpm, 1_000_000) with { Leg = 1 }));
    }

    [Fact]
    public void Orders_in_a_second_are_limited_and_exits_have_a_reserve()
    {
        using var bot = Start(Wide with { MaxOrdersPerSecond = 8, ExitReservePerSecond = 6 });
        var codes = new List<string>();
        for (var plan = 1; plan <= 4; plan++)
        {
            Assert.Equal("", Open(bot, Plan()));
            codes.Add(Approve(bot, Buy(plan, 470_000, Micros.One * 5)));
        }

        Assert.Equal(["", "", RiskCodes.OrderRate, RiskCodes.OrderRate], codes);
        Assert.Equal("", Approve(bot, Buy(3, 470_000, Micros.One * 5) with { Purpose = OrderPurpose.Hedge }));
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("", Approve(bot, Buy(4, 470_000, Micros.One * 5)));
    }

    [Fact]
    public void No_more_legs_are_at_risk_than_can_be_sold_in_a_second()
    {
        using var bot = Start(Wide with { MaxOrdersPerSecond = 5, ExitReservePerSecond = 0 });
        Assert.Equal(["", "", RiskCodes.OrderRate], Enumerable.Range(0, 3).Select(_ => Open(bot, Plan())).ToArray());
        Get(bot, 1, 0);
        bot.Journal.Write(new PlanMoved(_time.UnixNanos(), 1, PlanPhase.Unwinding, "TEST"));
        Assert.Equal(1, bot.State.Plan(1)!.LegsAtRisk());
        Assert.Equal(["", RiskCodes.OrderRate], Enumerable.Range(0, 2).Select(_ => Open(bot, Plan())).ToArray());
        Get(bot, 1, 1);
        Assert.Equal(0, bot.State.Plan(1)!.LegsAtRisk());
        Assert.Equal(RiskCodes.OrderRate, Open(bot, Plan()));
    }

    [Fact]
    public void The_reserve_is_for_legs_without_a_counterpart_and_not_for_the_first_sale_of_a_set()
    {
        var limits = Wide with { MaxOrdersPerSecond = 8, ExitReservePerSecond = 6 };
        using var bot = Start(limits);
        Assert.Equal(["", "", ""], Enumerable.Range(0, 3).Select(_ => Open(bot, Plan())).ToArray());
        Get(bot, 1, 0);
        Get(bot, 1, 1);
        bot.Journal.Write(new PlanMoved(_time.UnixNanos(), 1, PlanPhase.Exiting, "TEST"));
        _time.Pass(TimeSpan.FromSeconds(1));
        Get(bot, 2, 0);
        Assert.Equal("", Approve(bot, Buy(3, 470_000, 5 * Micros.One)));
        Assert.Equal(RiskCodes.OrderRate, Approve(bot, Exit(1, 0)));
        Assert.Equal("", Approve(bot, Exit(2, 0)));
        _time.Pass(TimeSpan.FromSeconds(1));

        // Nor is a set broken while more legs than a second has orders would be at risk.
        bot.Risk.Limits = limits with { MaxOrdersPerSecond = 5, ExitReservePerSecond = 0 };
        Assert.Equal(RiskCodes.OrderRate, Approve(bot, Exit(1, 0)));
        bot.Risk.Limits = limits;
        Assert.Equal("", Approve(bot, Exit(1, 0)));
        Assert.Equal("", Approve(bot, Exit(1, 1)));

        OrderIntent Exit(long plan, int leg) => Buy(plan, 10_000, 5 * Micros.One) with { Purpose = OrderPurpose.Exit, Leg = leg, Side = Side.Sell };
    }

    [Fact]
    public void A_check_that_throws_refuses_and_stops_everything_that_increases()
    {
        using (var bot = Start(Wide))
        {
            bot.Risk.Before = () => throw new InvalidOperationException("planted");
            Assert.Equal(RiskCodes.Failed, Open(bot, Plan()));
            bot.Risk.Before = null;
            Assert.Equal(RiskCodes.Stopped, Open(bot, Plan()));
            Assert.Contains("planted", bot.Stop.State.Reason);
        }

        using var again = Start(Wide);
        Assert.Equal(RiskCodes.Stopped, Open(again, Plan()));
    }

    [Fact]
    public void A_journal_that_fails_allows_nothing()
    {
        using var bot = Start(Wide);
        bot.Life.IsDiskBroken = true;
        Assert.Contains(Open(bot, Plan()), (string[])[RiskCodes.Journal, RiskCodes.Stopped]);
        Assert.Equal(0, bot.State.LastPlanId);
        Assert.NotNull(bot.Journal.Failure);
    }

    [Fact]
    public void Only_the_risk_check_can_make_an_approval()
    {
        Assert.Empty(typeof(Approved<TradePlan>).GetConstructors());
        var seals = typeof(RiskCheck).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RiskSeal)));
        Assert.Equal(typeof(RiskCheck), Assert.Single(seals).DeclaringType);
    }

    private static OrderIntent Buy(long plan, long limit, long size) =>
        new(plan, 0, "", OrderPurpose.Entry, 0, Side.Buy, limit, size, OrderLife.FillAndKill, false);

    private static string Open(SimulatedBot bot, TradePlan plan)
    {
        bot.Risk.TryOpen(plan, out var approved, out var refusal, out _);
        Assert.Equal(refusal.Length == 0, approved is not null);
        return refusal;
    }

    private static string OpenWith(SimulatedBot bot, TradePlan plan, RiskLimits limits)
    {
        bot.Risk.Limits = limits;
        return Open(bot, plan);
    }

    private static string Approve(SimulatedBot bot, OrderIntent intent)
    {
        bot.Risk.TryApprove(intent, out var approved, out var refusal, out _);
        Assert.Equal(refusal.Length == 0, approved?.Value.ClientId.StartsWith("sl-", StringComparison.Ordinal) ?? false);
        return refusal;
    }

    // A leg is bought as it was planned.
    private void Get(SimulatedBot bot, long id, int leg)
    {
        Assert.Equal("", Approve(bot, Buy(id, bot.State.Plan(id)!.Plan.Legs[leg].LimitPpm, 5 * Micros.One) with { Leg = leg }));
        var order = bot.State.Plan(id)!.Orders[^1].Intent;
        bot.Orders.OnFill(order.ClientId, new VenueFill($"t{order.ClientId}", 400_000, 5 * Micros.One, 0, FillFinality.Confirmed, 0));
        lock (bot.Journal.Gate)
        {
            bot.Journal.Tell(new OrderTold(_time.UnixNanos(), id, order.Number, OrderPhase.Done, "", 0, "", ""));
        }
    }

    // One leg is bought, and pays nothing.
    private void Lose(SimulatedBot bot, long id)
    {
        var plan = bot.State.Plan(id)!.Plan;
        Assert.Equal("", Approve(bot, Buy(id, plan.Legs[0].LimitPpm, Micros.One)));
        bot.Orders.OnFill($"sl-{id}-1", new VenueFill($"t{id}", 400_000, Micros.One, 0, FillFinality.Confirmed, 0));
        lock (bot.Journal.Gate)
        {
            bot.Journal.Tell(new OrderTold(_time.UnixNanos(), id, 1, OrderPhase.Done, "", 0, "", ""));
            bot.Journal.Write(new PlanMoved(_time.UnixNanos(), id, PlanPhase.Held, "TEST"));
        }

        var market = plan.Legs[0].Market;
        bot.Desk.OnMarket(market with { Phase = MarketPhase.Resolved, YesPaysPpm = plan.Legs[0].Token == market.Yes ? 0 : Micros.One });
        Assert.Null(bot.State.Plan(id));
    }

    private TradePlan Plan() => PlanMaker.Make(
        OutcomeBooks.Pair(OutcomeBooks.Make($"m{++_market}"), SignalKind.BuySet, 470_000, 480_000, 5 * Micros.One), 30_000, 100 * Micros.One, 100 * Micros.One, out _)!;

    private SimulatedBot Start(RiskLimits limits) =>
        new(_time, _disk, _stopDisk, _books, life => new OutcomeScript(_time, new Random(1), new Troubles()).For(life, (_, _) => { }), limits);
}
