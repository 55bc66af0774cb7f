using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>One order after the other, with the answers of a venue played by hand.</summary>
public sealed class OrderDeskTests : IDisposable
{
    private readonly VirtualTime _time = new();
    private readonly MemoryDisk _disk = new();
    private readonly MemoryDisk _stopDisk = new();
    private readonly OutcomeBooks _books = new();
    private readonly HandPlayed _venue = new();
    private readonly OutcomeMarket _market = OutcomeBooks.Make("m");
    private SimulatedBot _bot;

    public OrderDeskTests()
    {
        _books.Set(_market);
        _books.Set(_market.Yes, [new Level(460_000, 100 * Micros.One)], [new Level(470_000, 100 * Micros.One)]);
        _books.Set(_market.No, [new Level(470_000, 100 * Micros.One)], [new Level(480_000, 100 * Micros.One)]);
        _bot = Start();
    }

    private PlanState Plan => _bot.State.Plans.Single();

    private TrackedOrder Last => Plan.Orders[^1];

    public void Dispose() => _bot.Dispose();

    [Fact]
    public void The_intent_is_on_the_disk_before_anything_is_sent()
    {
        var before = -1;
        _venue.OnPlace = () =>
        {
            using var read = new SimulatedBot(_time, _disk, new MemoryDisk(), _books, _ => _venue, Wide);
            before = read.State.Plans.Single().Orders.Count;
            Assert.Equal(_venue.Asked[^1].Order.ClientId, read.State.Plans.Single().Orders[0].Intent.ClientId);
        };
        Signal();
        Assert.Equal(1, before);
        Assert.Equal("sl-1-1", Assert.Single(_venue.Asked).Order.ClientId);
        Assert.Equal(OrderPhase.Sent, Last.Phase);
    }

    [Fact]
    public void A_disk_that_fails_before_sending_sends_nothing()
    {
        for (var at = 0; at < 8; at++)
        {
            var venue = new HandPlayed();
            var books = _books;
            using var bot = new SimulatedBot(_time, new MemoryDisk(), new MemoryDisk(), books, _ => venue, Wide);
            bot.Life.DiskFailsIn = at;
            Do(() => bot.Desk.OnSignal(Pair()));
            if (bot.Journal.Failure is not null && bot.State.Plans.All(plan => plan.Orders.All(order => order.Phase != OrderPhase.Sent)))
            {
                Assert.Empty(venue.Asked);
            }
        }
    }

    [Fact]
    public void No_answer_is_unknown_freezes_the_token_and_nothing_is_sent_again()
    {
        Signal();
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal((OrderPhase.Unknown, PlanPhase.Unwinding), (Last.Phase, Plan.Phase));
        Assert.False(_bot.Risk.TryApprove(Last.Intent, out _, out var refusal, out _));
        Assert.Equal(RiskCodes.Frozen, refusal);

        // Asked by its id, again and again, until the venue has had time to see it.
        for (var second = 0; second < 80; second++)
        {
            _venue.AnswerAll("query", new VenueReply(VenueOutcome.NotFound, "", 0, "", "", []));
            _time.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Single(_venue.Asked, asked => asked.What == "place");
        Assert.True(_venue.Asked.Count(asked => asked.What == "query") > 50);
        Assert.Empty(_bot.State.Plans);
        Assert.Equal(0, _bot.State.Recent.Single().NetMicros);
    }

    [Fact]
    public void A_late_answer_is_taken_and_a_second_one_changes_nothing()
    {
        Signal();
        _time.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(OrderPhase.Unknown, Last.Phase);
        var fill = Fill("t1", 5);
        _venue.Answer(0, Accepted(fill));
        Assert.Equal((OrderPhase.Done, 5 * Micros.One), (Plan.Orders[0].Phase, Plan.Orders[0].FilledMicro));
        var entries = _bot.Entries.Count;
        _venue.AnswerAll("query", Accepted(fill));
        Do(() => Assert.True(_bot.Orders.OnFill("sl-1-1", fill)));
        Assert.Equal((5 * Micros.One, entries), (Plan.Orders[0].FilledMicro, _bot.Entries.Count));
    }

    [Fact]
    public void A_fill_before_the_answer_counts_once_and_one_that_is_undone_not_at_all()
    {
        Signal();
        var fill = Fill("t1", 5);
        Do(() => _bot.Orders.OnFill("sl-1-1", fill));
        Assert.Equal((OrderPhase.Sent, 5 * Micros.One), (Last.Phase, Last.FilledMicro));
        _venue.Answer(0, Accepted(fill));
        Assert.Equal(5 * Micros.One, Plan.Orders[0].FilledMicro);
        Do(() => _bot.Orders.OnFill("sl-1-1", fill with { Finality = FillFinality.Failed }));
        Do(() => _bot.Orders.OnFill("sl-1-1", fill with { Finality = FillFinality.Confirmed }));
        Do(() => _bot.Orders.OnFill("sl-1-1", fill));
        Assert.Equal((0L, 0L, 0), (Plan.Orders[0].FilledMicro, Plan.Orders[0].CashMicros, Plan.Orders[0].Pending));
        Assert.Equal(0, _bot.State.Portfolio.Of(_market.Yes)!.SizeMicro);
        Assert.False(_bot.Orders.OnFill("sl-7-1", fill));
        Assert.False(_bot.Orders.OnFill("nonsense", fill));
    }

    [Fact]
    public void After_a_kill_every_open_order_is_asked_about_before_anything_new()
    {
        Signal();
        _bot.Dispose();
        _bot = Start();
        Assert.Equal(1, _bot.Orders.Unreconciled);
        Assert.Equal(OrderPhase.Unknown, Last.Phase);
        Assert.Equal(BlockerCodes.Reconciliation, Assert.Single(_bot.Desk.Blockers()).Code);
        var other = OutcomeBooks.Make("other");
        _books.Set(other);
        Do(() => _bot.Desk.OnSignal(OutcomeBooks.Pair(other, SignalKind.BuySet, 470_000, 480_000, 5 * Micros.One)));
        Assert.Equal(1, _bot.State.LastPlanId);
        Assert.Equal(["place", "query"], _venue.Asked.Select(asked => asked.What).Distinct());
        _venue.AnswerAll("query", Accepted(Fill("t1", 5) with { Finality = FillFinality.Confirmed }));
        Assert.Equal(0, _bot.Orders.Unreconciled);
        Assert.Empty(_bot.Desk.Blockers());

        // The leg that is there is not left alone.
        Assert.Equal("place", _venue.Asked[^1].What);
    }

    [Fact]
    public void A_port_that_throws_is_an_unknown_answer()
    {
        _venue.OnPlace = () => throw new InvalidOperationException("planted");
        Signal();
        Assert.Equal((OrderPhase.Unknown, "EXCEPTION"), (Last.Phase, Last.Code));
    }

    [Fact]
    public void A_stop_between_approval_and_sending_sends_nothing()
    {
        var venue = new HandPlayed();
        using var bot = new SimulatedBot(_time, new MemoryDisk(), new MemoryDisk(), _books, _ => venue, Wide);
        Do(() =>
        {
            var plan = Make(Pair(), 20, 20, out _)!;
            Assert.True(bot.Risk.TryOpen(plan, out _, out _, out _));
            var intent = new OrderIntent(1, 0, "", OrderPurpose.Entry, 0, Side.Buy, 470_000, 5 * Micros.One, OrderLife.FillAndKill, false);
            Assert.True(bot.Risk.TryApprove(intent, out var approved, out _, out var sequence));
            bot.Stop.Set(StopScope.NewExposure, "api", "now");
            Assert.True(bot.Orders.SendAsync(approved!, sequence, CancellationToken.None).IsCompletedSuccessfully);
        });
        Assert.Empty(venue.Asked);
        Assert.Equal((OrderPhase.Rejected, RiskCodes.Stopped), bot.State.Plan(1)!.Orders[0] is var order ? (order.Phase, order.Code) : default);
    }

    [Fact]
    public void A_plan_is_refused_beyond_its_bound_and_declares_what_it_can_lose()
    {
        var plan = Make(Pair(), 20, 20, out var refusal)!;
        Assert.Equal("", refusal);
        Assert.Equal((500_000L, 510_000L), (plan.Legs[0].HedgeLimitPpm, plan.Legs[1].HedgeLimitPpm));
        Assert.Equal(plan.Legs.Sum(leg => PlanMaker.LegCost(leg, plan.SizeMicro)), plan.SpendMicros);
        Assert.Equal(5 * Micros.One, plan.SizeMicro);

        // Both legs may be there one after the other, and each be sold for nothing.
        Assert.InRange(plan.WorstLossMicros, plan.SpendMicros, plan.SpendMicros + 10_000);
        Assert.InRange(plan.WorstLossMicros, 5 * (500_000 + 510_000), 5 * (500_000 + 510_000) + 200_000);
        var sale = Make(OutcomeBooks.Pair(_market, SignalKind.SellSet, 530_000, 520_000, 5 * Micros.One), 20, 20, out _)!;
        Assert.InRange(sale.WorstLossMicros, 5 * Micros.One, (5 * Micros.One) + 10_000);
        var many = Make(Winners(5), 20, 20, out _)!;
        Assert.InRange(many.WorstLossMicros, 5 * 5 * 220_000, (5 * 5 * 220_000) + 500_000);

        // Smaller on the common step, down to the venue's least, so that it fits both limits.
        Assert.Equal(3 * Micros.One, Make(Pair(), 4, 20, out _)!.SizeMicro);
        Assert.Equal(3 * Micros.One, Make(Pair(), 20, 4, out _)!.SizeMicro);
        Assert.Null(Make(Pair(), 2, 20, out refusal));
        Assert.Equal("MIN_SIZE", refusal);
        Assert.Null(Make(Pair(), 20, 0, out refusal));
        Assert.Equal("MIN_SIZE", refusal);
        Assert.Null(Make(Pair() with { Legs = [Pair().Legs[0], Pair().Legs[1] with { SizeMicro = 1 }] }, 1, 1, out refusal));
        Assert.Equal("UNEQUAL_LEGS", refusal);
        Assert.Null(Make(Pair() with { Legs = [Pair().Legs[0], Pair().Legs[1] with { PricePpm = 475_000 }] }, 1, 1, out refusal));
        Assert.Equal("PRICE_OFF_GRID", refusal);
        Assert.Null(Make(Pair() with { Legs = [Pair().Legs[0]] }, 1, 1, out refusal));
        Assert.Equal("NO_LEGS", refusal);
    }

    [Fact]
    public void While_a_venue_takes_only_what_rests_the_exit_rests_and_it_is_taken_back_when_more_is_possible()
    {
        Signal();
        _books.Set(_market with { Phase = MarketPhase.PostOnly });
        _venue.Answer(0, Accepted(Fill("t1", 5) with { Finality = FillFinality.Confirmed }));
        _venue.Answer(1, new VenueReply(VenueOutcome.Refused, "", 0, "POST_ONLY_MODE", "", []));
        var rests = _venue.Asked[2].Order;
        Assert.Equal((Side.Sell, OrderLife.GoodTillCancelled, true, 470_000L), (rests.Side, rests.Life, rests.PostOnly, rests.LimitPpm));
        var open = Accepted() with { OpenMicro = 5 * Micros.One };
        _venue.Answer(2, open);
        _venue.AnswerAll("query", open);
        Assert.Equal(OrderPhase.Acknowledged, Last.Phase);
        Do(() => _ = _bot.Desk.CancelAllAsync());
        Assert.Equal("cancel", _venue.Asked[^1].What);
        _venue.AnswerAll("cancel", open);
        _books.Set(_market);
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(2, _venue.Asked.Count(asked => asked.What == "cancel"));
        _venue.AnswerAll("cancel", Accepted());
        _venue.AnswerAll("query", Accepted());
        Assert.Equal(OrderPhase.Done, Plan.Orders[2].Phase);
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.Contains(_venue.Asked.Skip(3), asked => asked.What == "place" && asked.Order.Life == OrderLife.FillAndKill);
    }

    [Fact]
    public void A_counterpart_that_a_limit_forbids_is_not_waited_for()
    {
        Signal();
        _venue.Answer(0, Accepted(Fill("t1", 5) with { Finality = FillFinality.Confirmed }));
        _bot.Risk.Limits = Wide with { MaxNotionalPerDayMicros = 1 };
        _venue.Answer(1, new VenueReply(VenueOutcome.Refused, "", 0, "NOT_FILLED", "", []));
        Assert.Equal(("place", Side.Sell, OrderLife.FillAndKill), _venue.Asked[^1] is var sale ? (sale.What, sale.Order.Side, sale.Order.Life) : default);
    }

    [Fact]
    public void Force_exit_sells_what_is_held()
    {
        Signal();
        _venue.Answer(0, Accepted(Fill("t1", 5) with { Finality = FillFinality.Confirmed }));
        _venue.Answer(1, Accepted(Fill("t2", 5) with { Finality = FillFinality.Confirmed }));

        // A merge that is refused again and again leaves the set held.
        for (var round = 0; round < 30; round++)
        {
            _venue.AnswerAll("merge", new VenueReply(VenueOutcome.Refused, "", 0, "NO", "", []));
            _time.Pass(TimeSpan.FromMilliseconds(500));
        }

        Assert.Equal(PlanPhase.Held, Plan.Phase);
        Do(() => Assert.Equal(1, _bot.Desk.ForceExit()));
        var sales = _venue.Asked.TakeLast(2).ToList();
        Assert.All(sales, sale => Assert.Equal(("place", Side.Sell, 5 * Micros.One), (sale.What, sale.Order.Side, sale.Order.SizeMicro)));
        Assert.Equal(_market.Yes, sales[0].Order.Token);
        _venue.Answer(_venue.Asked.Count - 2, Accepted(Fill("t3", 5) with { PricePpm = 460_000, Finality = FillFinality.Confirmed }));
        _venue.Answer(_venue.Asked.Count - 1, Accepted(Fill("t4", 5) with { PricePpm = 470_000, Finality = FillFinality.Confirmed }));
        Assert.Empty(_bot.State.Plans);
        Assert.Equal(0, _bot.State.Portfolio.Positions.Sum(one => one.SizeMicro));
    }

    [Fact]
    public void What_is_held_is_sold_while_its_counterpart_is_unknown_and_a_late_fill_is_sold_as_well()
    {
        Signal();
        _venue.Answer(0, Accepted(Fill("t1", 5) with { Finality = FillFinality.Confirmed }));
        var filled = _time.UnixNanos();
        var second = _venue.Asked[1].Order;
        Assert.Equal((_market.No, Side.Buy), (second.Token, second.Side));
        while (_venue.Asked.Count(asked => asked.What == "place") == 2)
        {
            _venue.AnswerAll("query", new VenueReply(VenueOutcome.NotFound, "", 0, "", "", []));
            _time.Pass(TimeSpan.FromMilliseconds(50));
        }

        // Asked first, then sold in time, and asked on.
        Assert.InRange(_time.UnixNanos() - filled, Stamps.NanosPerSecond, 2 * Stamps.NanosPerSecond);
        var sale = _venue.Asked.FindIndex(asked => asked.Order.Side == Side.Sell);
        Assert.Equal((_market.Yes, 5 * Micros.One, OrderLife.FillAndKill), _venue.Asked[sale].Order is var order ? (order.Token, order.SizeMicro, order.Life) : default);
        Assert.Contains(_venue.Asked.Take(sale), asked => asked.What == "query");
        _venue.Answer(sale, Accepted(Fill("t2", 5) with { PricePpm = 460_000, Finality = FillFinality.Confirmed }));
        var asked = _venue.Asked.Count;
        Pass(20, () => _venue.AnswerAll("query", new VenueReply(VenueOutcome.NotFound, "", 0, "", "", [])));
        Assert.True(_venue.Asked.Count > asked + 10);
        Assert.All(_venue.Asked.Skip(asked), one => Assert.Equal(("query", second.ClientId), (one.What, one.Order.ClientId)));

        // The request travelled long.
        _venue.Answer(1, Accepted(Fill("t3", 5) with { PricePpm = 480_000, Finality = FillFinality.Confirmed }));
        Pass(1, () => { });
        Assert.Equal((_market.No, Side.Sell, 5 * Micros.One), _venue.Asked[^1].Order is var late ? (late.Token, late.Side, late.SizeMicro) : default);
        _venue.Answer(_venue.Asked.Count - 1, Accepted(Fill("t4", 5) with { PricePpm = 10_000, Finality = FillFinality.Confirmed }));
        var result = _bot.State.Recent.Single();
        Assert.InRange(result.NetMicros, -result.WorstLossMicros, -2 * Micros.One);
    }

    [Fact]
    public void Of_many_legs_each_is_sold_when_one_is_unknown()
    {
        Do(() => _bot.Desk.OnSignal(Winners(4)));
        for (var leg = 0; leg < 3; leg++)
        {
            _venue.Answer(leg, Accepted(Fill($"t{leg}", 5) with { PricePpm = 190_000, Finality = FillFinality.Confirmed }));
        }

        _time.Pass(TimeSpan.FromSeconds(2));
        var sales = _venue.Asked.Where(asked => asked.Order.Side == Side.Sell).ToList();
        Assert.Equal(3, sales.Select(sale => sale.Order.Token).Distinct().Count());
        Assert.DoesNotContain(sales, sale => sale.Order.Token == _venue.Asked[3].Order.Token);
    }

    [Fact]
    public void Legs_that_are_entered_slowly_are_completed_at_once()
    {
        Do(() => _bot.Desk.OnSignal(Winners(5)));
        _time.Pass(TimeSpan.FromMilliseconds(700));
        _venue.Answer(0, Accepted(Fill("t", 5) with { PricePpm = 190_000, Finality = FillFinality.Confirmed }));
        Assert.Equal((PlanPhase.Unwinding, "SLOW"), (Plan.Phase, Plan.Reason));
        Assert.Equal(4, Plan.Orders.Count(order => order.Intent.Purpose == OrderPurpose.Hedge && order.Phase == OrderPhase.Sent));
        Assert.Equal(4, _venue.Asked.Skip(1).Select(asked => asked.Order.Token).Distinct().Count());
    }

    [Fact]
    public void A_leg_that_was_sold_is_not_bought_again()
    {
        Signal();
        _venue.Answer(0, Accepted(Fill("t1", 5) with { Finality = FillFinality.Confirmed }));
        _time.Pass(TimeSpan.FromMilliseconds(1_500));
        var sale = _venue.Asked.FindIndex(asked => asked.Order.Side == Side.Sell);
        _venue.Answer(sale, Accepted(Fill("t2", 5) with { PricePpm = 460_000, Finality = FillFinality.Confirmed }));
        var again = new OrderIntent(1, 0, "", OrderPurpose.Hedge, 0, Side.Buy, 470_000, 5 * Micros.One, OrderLife.FillAndKill, false);
        Assert.False(_bot.Risk.TryApprove(again, out _, out var refusal, out _));
        Assert.Equal(RiskCodes.ChildBeyondParent, refusal);
    }

    [Fact]
    public void A_halt_sends_nothing_and_the_plan_goes_on_after_it()
    {
        Signal();
        Do(() => _bot.Stop.Set(StopScope.HaltAll, "api", "test"));
        _venue.Answer(0, Accepted(Fill("t1", 5) with { Finality = FillFinality.Confirmed }));
        Pass(5, () => { });
        Assert.Equal(1, _venue.Asked.Count(asked => asked.What != "query"));
        Do(() => Assert.Null(_bot.Stop.Clear("api")));
        Pass(1, () => { });
        Assert.Equal("place", _venue.Asked[^1].What);
    }

    [Fact]
    public void What_was_said_to_be_sold_is_not_gone_on_with_when_a_leg_is_refused()
    {
        Signal();
        _bot.Risk.Before = () =>
        {
            // Said while the second leg is looked at, which is refused.
            _bot.Risk.Before = null;
            _bot.Risk.Limits = Wide with { MaxOrdersPerSecond = 0, ExitReservePerSecond = 0 };
            Assert.Equal(1, _bot.Desk.ForceExit("m"));
        };
        _venue.Answer(0, Accepted(Fill("t1", 5) with { Finality = FillFinality.Confirmed }));
        Assert.Single(Plan.Orders);
        Assert.Equal(PlanPhase.Exiting, Plan.Phase);
    }

    private static RiskLimits Wide => new()
    {
        MaxPlanLossMicros = 20 * Micros.One, MaxPlanSpendMicros = 20 * Micros.One, MaxDailyLossMicros = 100 * Micros.One, MaxTradesPerDay = 100, MaxOrdersPerSecond = 100,
    };

    private static VenueReply Accepted(params VenueFill[] fills) => new(VenueOutcome.Accepted, "v", 0, "", "", fills);

    private static VenueFill Fill(string id, long shares) => new(id, 470_000, shares * Micros.One, 10_000, FillFinality.Pending, 0);

    private static TradePlan? Make(TradeSignal signal, long spend, long loss, out string refusal) =>
        PlanMaker.Make(signal, 30_000, spend * Micros.One, loss * Micros.One, out refusal);

    // YES of so many markets at 19 cents each.
    private TradeSignal Winners(int count)
    {
        var markets = Enumerable.Range(0, count).Select(at => OutcomeBooks.Make($"e{at}", OutcomeBooks.Rules with { LeastTakingMicros = 0 })).ToList();
        foreach (var market in markets)
        {
            _books.Set(market);
            _books.Set(market.Yes, [new Level(180_000, 100 * Micros.One)], [new Level(190_000, 100 * Micros.One)]);
        }

        return Pair() with
        {
            Strategy = "negative_risk_arbitrage",
            Legs = [.. markets.Select(market => new SignalLeg(market, market.Yes, Side.Buy, 190_000, 5 * Micros.One, 190_000, 0))],
        };
    }

    private void Pass(int seconds, Action each)
    {
        for (var at = 0; at < 4 * seconds; at++)
        {
            each();
            _time.Pass(TimeSpan.FromMilliseconds(250));
        }
    }

    private TradeSignal Pair() => OutcomeBooks.Pair(_market, SignalKind.BuySet, 470_000, 480_000, 5 * Micros.One);

    private void Signal() => Do(() => _bot.Desk.OnSignal(Pair()));

    private SimulatedBot Start()
    {
        SimulatedBot bot = null!;
        Do(() =>
        {
            bot = new SimulatedBot(_time, _disk, _stopDisk, _books, _ => _venue, Wide);
            bot.Desk.Start();
        });
        _venue.Do = Do;
        return bot;
    }

    private void Do(Action act)
    {
        var task = _time.Start(() =>
        {
            act();
            return Task.CompletedTask;
        });
        _time.Pass(TimeSpan.Zero);
        task.GetAwaiter().GetResult();
    }

    private sealed class HandPlayed : IVenueOrders
    {
        private readonly List<TaskCompletionSource<VenueReply>> _answers = [];

        public List<(string What, VenueOrder Order)> Asked { get; } = [];

        public Action? OnPlace { get; set; }

        public Action<Action> Do { get; set; } = act => act();

        public Venue Venue => Venue.Polymarket;

        public void Answer(int at, VenueReply reply) => Do(() => _answers[at].TrySetResult(reply));

        public void AnswerAll(string what, VenueReply reply)
        {
            for (var at = 0; at < Asked.Count; at++)
            {
                if (Asked[at].What == what && !_answers[at].Task.IsCompleted)
                {
                    Answer(at, reply);
                }
            }
        }

        public Task<VenueReply> PlaceAsync(VenueOrder order, CancellationToken cancel)
        {
            var task = Ask("place", order);
            OnPlace?.Invoke();
            return task;
        }

        public Task<VenueReply> CancelAsync(VenueOrder order, CancellationToken cancel) => Ask("cancel", order);

        public Task<VenueReply> QueryAsync(VenueOrder order, CancellationToken cancel) => Ask("query", order);

        public Task<VenueReply> MergeAsync(string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel) =>
            Ask("merge", new VenueOrder(clientId, market, market.Yes, Side.Sell, Micros.One, sizeMicro, OrderLife.FillAndKill));

        public Task<VenueReply> SplitAsync(string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel) =>
            Ask("split", new VenueOrder(clientId, market, market.Yes, Side.Buy, Micros.One, sizeMicro, OrderLife.FillAndKill));

        private Task<VenueReply> Ask(string what, VenueOrder order)
        {
            Asked.Add((what, order));
            _answers.Add(new TaskCompletionSource<VenueReply>());
            return _answers[^1].Task;
        }
    }
}
