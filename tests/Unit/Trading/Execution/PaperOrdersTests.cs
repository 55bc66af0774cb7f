using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>The paper venue fills what the book of the moment has, by the market's rules, and never better.</summary>
public sealed class PaperOrdersTests
{
    private static readonly MarketRules Kalshi = OutcomeBooks.Rules with
    {
        TakerHold = TimeSpan.Zero, MayMerge = false, Nets = true, LeastTakingMicros = 0, LeastRestingMicro = 0, TakingDollarStepMicros = 1,
        TakingShareStepMicro = 1, Fee = new FeeCurve(FeeKind.Curve, 70_000, 1, 250_000, 1, 100),
    };

    private readonly VirtualTime _time = new();
    private readonly OutcomeBooks _books = new();
    private readonly OutcomeMarket _market = OutcomeBooks.Make("m");
    private int _order;

    public PaperOrdersTests()
    {
        _books.Set(_market);
        Book(_market.Yes, [(460_000, 10)], [(470_000, 10), (480_000, 10)]);
        Book(_market.No, [(520_000, 10), (530_000, 10)], [(540_000, 10)]);
    }

    [Fact]
    public void Depth_is_walked_with_the_fee_rounded_up_and_the_rest_is_not_there()
    {
        var paper = Paper();
        var reply = Place(paper, Buy(480_000, 15));
        Assert.Equal(
            [(470_000L, 10L * Micros.One), (480_000, 5 * Micros.One)], reply.Fills.Select(fill => (fill.PricePpm, fill.SizeMicro)));
        Assert.Equal(0, reply.OpenMicro);
        Assert.All(reply.Fills, fill => Assert.Equal(_market.Rules.Fee.TakerFeeMicros(fill.PricePpm, fill.SizeMicro), fill.FeeMicros));
        var spent = reply.Fills.Sum(fill => Micros.WorthRoundedUp(fill.PricePpm, fill.SizeMicro) + fill.FeeMicros);
        Assert.Equal((1_000 * Micros.One) - spent, paper.CashMicros);

        // The same depth is not there a second time, until its level changes.
        Assert.Equal(15 - 10, Place(paper, Buy(480_000, 10)).Fills.Sum(fill => fill.SizeMicro) / Micros.One);
        Assert.Equal(PaperCodes.Fak, Place(paper, Buy(480_000, 10)).Code);
        Book(_market.Yes, [(460_000, 10)], [(470_000, 10), (480_000, 11)]);
        Assert.Equal(10, Place(paper, Buy(480_000, 10)).Fills.Sum(fill => fill.SizeMicro) / Micros.One);
    }

    [Fact]
    public void Both_outcomes_have_one_depth()
    {
        var paper = Paper();
        Assert.Equal(10 * Micros.One, Place(paper, Buy(470_000, 10)).Fills.Sum(fill => fill.SizeMicro));

        // Ten offers of YES at 0.47 are ten bids for NO at 0.53.
        Assert.Equal(VenueOutcome.Accepted, Convert(paper, 20, isSplit: true).Outcome);
        var reply = Place(paper, Order(_market.No, Side.Sell, 520_000, 15));
        Assert.Equal([(520_000L, 10L * Micros.One)], reply.Fills.Select(fill => (fill.PricePpm, fill.SizeMicro)));
    }

    [Fact]
    public void The_book_is_that_after_the_hold()
    {
        var paper = Paper();
        var placed = Begin(paper, Buy(480_000, 10));
        _time.Pass(TimeSpan.FromMilliseconds(199));
        Assert.False(placed.IsCompleted);
        Book(_market.Yes, [(460_000, 10)], [(490_000, 10)]);
        _time.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal((VenueOutcome.Refused, PaperCodes.Fak), Done(placed) is var late ? (late.Outcome, late.Code) : default);
        Assert.Equal(1_000 * Micros.One, paper.CashMicros);
        var asked = Begin(paper, Buy(490_000, 10));
        _books.Refuse(_market.Yes, BookRefusal.Unproven);
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(PaperCodes.Book, Done(asked).Code);
    }

    [Fact]
    public void All_or_nothing_is_nothing_where_not_all_is_there()
    {
        var paper = Paper();
        Assert.Equal(PaperCodes.Fok, Place(paper, Buy(480_000, 21) with { Life = OrderLife.FillOrKill }).Code);
        Assert.Equal(20 * Micros.One, Place(paper, Buy(480_000, 20) with { Life = OrderLife.FillOrKill }).Fills.Sum(fill => fill.SizeMicro));
    }

    [Fact]
    public void Every_rule_of_the_market_refuses_with_its_code()
    {
        var paper = Paper();
        Assert.Equal(PaperCodes.Tick, Place(paper, Buy(475_000, 10)).Code);
        Assert.Equal(PaperCodes.Tick, Place(paper, Buy(1_000_000, 10)).Code);
        Assert.Equal(PaperCodes.Size, Place(paper, Buy(480_000, 10) with { SizeMicro = 5_005_000 }).Code);
        Assert.Equal(PaperCodes.Size, Place(paper, Buy(480_000, 0)).Code);
        Assert.Equal(PaperCodes.MinValue, Place(paper, Buy(480_000, 2)).Code);
        Assert.Equal(PaperCodes.Amounts, Place(paper, Buy(470_000, 10) with { SizeMicro = 5_010_000 }).Code);
        Assert.Equal(PaperCodes.Crosses, Place(paper, Rest(Side.Buy, 470_000, 10)).Code);
        Assert.Equal(PaperCodes.MinSize, Place(paper, Rest(Side.Buy, 400_000, 4)).Code);
        Assert.Equal(PaperCodes.Balance, Place(paper, Order(_market.Yes, Side.Sell, 460_000, 10)).Code);
        Assert.Equal(PaperCodes.Balance, Place(Paper(new PaperSettings { CashMicros = 4 * Micros.One }), Buy(470_000, 10)).Code);
        Assert.Equal(PaperCodes.NotReady, Place(paper, Buy(480_000, 10) with { Market = OutcomeBooks.Make("x"), Token = new MarketKey(Venue.Polymarket, "x") }).Code);
        Assert.Equal(PaperCodes.Never, Query(paper, Buy(480_000, 10)).Code);
        foreach (var (phase, taking, resting) in ((MarketPhase, string, string)[])
            [(MarketPhase.Hydrating, PaperCodes.NotReady, PaperCodes.NotReady), (MarketPhase.PostOnly, PaperCodes.PostOnly, ""),
                (MarketPhase.CancelOnly, PaperCodes.CancelOnly, PaperCodes.CancelOnly), (MarketPhase.Paused, PaperCodes.Paused, PaperCodes.Paused),
                (MarketPhase.Closed, PaperCodes.Closed, PaperCodes.Closed), (MarketPhase.Resolved, PaperCodes.Closed, PaperCodes.Closed)])
        {
            _books.Set(_market with { Phase = phase });
            Assert.Equal(taking, Place(paper, Buy(480_000, 10)).Code);
            Assert.Equal(resting, Place(paper, Rest(Side.Buy, 400_000, 10)).Code);
        }
    }

    [Fact]
    public void Shares_are_there_when_their_fill_is_final_and_never_when_it_is_undone()
    {
        var paper = Paper(new PaperSettings { GhostPpm = 500_000, ConfirmAfter = TimeSpan.FromMinutes(1) }, seed: 3);
        var buys = Enumerable.Range(0, 40).Select(_ =>
        {
            Book(_market.Yes, [(460_000, 10)], [(470_000, 100 + ++_order)]);
            var order = Buy(470_000, 10);
            Assert.All(Place(paper, order).Fills, fill => Assert.Equal(FillFinality.Pending, fill.Finality));
            return order;
        }).ToList();
        Assert.Equal(PaperCodes.Balance, Place(paper, Order(_market.Yes, Side.Sell, 460_000, 10)).Code);
        _time.Pass(TimeSpan.FromMinutes(1));
        var ends = buys.Select(order => Query(paper, order).Fills.Single()).ToList();
        var confirmed = ends.Count(fill => fill.Finality == FillFinality.Confirmed);
        Assert.InRange(confirmed, 5, 35);
        Assert.Equal(40 - confirmed, ends.Count(fill => fill.Finality == FillFinality.Failed));
        var paid = ends.Where(fill => fill.Finality == FillFinality.Confirmed)
            .Sum(fill => Micros.WorthRoundedUp(fill.PricePpm, fill.SizeMicro) + fill.FeeMicros);
        Assert.Equal((1_000 * Micros.One) - paid, paper.CashMicros);
        Book(_market.Yes, [(460_000, 10_000)], [(470_000, 10)]);
        Assert.Equal(PaperCodes.Balance, Place(paper, Order(_market.Yes, Side.Sell, 460_000, (confirmed * 10) + 1)).Code);
        Assert.Equal(VenueOutcome.Accepted, Place(paper, Order(_market.Yes, Side.Sell, 460_000, confirmed * 10)).Outcome);
    }

    [Fact]
    public void A_resting_order_is_filled_only_by_what_trades_through_it()
    {
        var paper = Paper();
        var order = Rest(Side.Buy, 460_000, 20);
        Assert.Equal((VenueOutcome.Accepted, 20 * Micros.One), Place(paper, order) is var placed ? (placed.Outcome, placed.OpenMicro) : default);
        Book(_market.Yes, [(450_000, 10)], [(460_000, 15)]);
        Assert.Empty(Query(paper, order).Fills);
        Book(_market.Yes, [(440_000, 10)], [(450_000, 5)]);
        var fill = Assert.Single(Query(paper, order).Fills);
        Assert.Equal((460_000, 5 * Micros.One, 0L), (fill.PricePpm, fill.SizeMicro, fill.FeeMicros));
        Assert.Equal(15 * Micros.One, Query(paper, order).OpenMicro);
        Assert.Equal(0, Done(paper.CancelAsync(order, CancellationToken.None)).OpenMicro);
        Assert.Equal((1_000 * Micros.One) - (460_000 * 5), paper.CashMicros);
    }

    [Fact]
    public void Splits_and_merges_move_whole_sets()
    {
        var paper = Paper();
        Assert.Equal(PaperCodes.Balance, Convert(paper, 1_001, isSplit: true).Code);
        Assert.Equal(VenueOutcome.Accepted, Convert(paper, 100, isSplit: true).Outcome);
        Assert.Equal(900 * Micros.One, paper.CashMicros);
        Assert.Equal(PaperCodes.Balance, Convert(paper, 101, isSplit: false).Code);
        Assert.Equal(VenueOutcome.Accepted, Convert(paper, 100, isSplit: false).Outcome);
        Assert.Equal(1_000 * Micros.One, paper.CashMicros);
    }

    [Fact]
    public void A_venue_that_nets_pays_for_pairs_and_its_orders_fee_has_a_grain_of_its_own()
    {
        var market = OutcomeBooks.Make("k", Kalshi);
        _books.Set(market);
        Book(market.Yes, [(460_000, 50)], [(470_000, 50)]);
        Book(market.No, [(530_000, 50)], [(510_000, 50)]);
        var paper = Paper();
        var yes = new VenueOrder("y", market, market.Yes, Side.Buy, 470_000, 7_010_000, OrderLife.FillAndKill);
        Assert.Equal(0, Place(paper, yes).Fills.Sum(fill => fill.FeeMicros) % 100);
        Place(paper, yes with { ClientId = "n", Token = market.No, LimitPpm = 510_000 });
        var before = paper.CashMicros;
        _time.Pass(TimeSpan.FromSeconds(2));
        Query(paper, yes);
        Assert.Equal(before + 7_010_000, paper.CashMicros);
        Task<VenueReply> merge = null!;
        Do(() => merge = paper.MergeAsync("x", market, 1, CancellationToken.None));
        Assert.Equal(PaperCodes.NoMerge, Finished(merge).Code);
    }

    [Fact]
    public void A_flat_fee_is_charged_and_an_order_counts_once()
    {
        var paper = Paper();
        var order = Buy(470_000, 10);
        order = order with
        {
            Market = order.Market with { Rules = order.Market.Rules with { Fee = FeeCurve.FlatTwoPercent } },
        };
        var first = Place(paper, order);
        Assert.Equal(94_000, Assert.Single(first.Fills).FeeMicros);
        Assert.Equal(first.Fills, Place(paper, order).Fills);
        Assert.Equal((1_000 * Micros.One) - 4_700_000 - 94_000, paper.CashMicros);
    }

    [Fact]
    public void What_an_earlier_run_had_is_there_again()
    {
        var disk = new MemoryDisk();
        using (var bot = Bot(disk, out var paper))
        {
            Do(() => bot.Desk.OnSignal(OutcomeBooks.Pair(_market, SignalKind.BuySet, 470_000, 480_000, 5 * Micros.One)));
            Book(_market.No, [(520_000, 10)], [(480_000, 10)]);
            _time.Pass(TimeSpan.FromSeconds(1));
            Assert.Equal(2, bot.State.Plans.Single().Orders.Sum(order => order.Fills.Count));
            Assert.True(paper.CashMicros < 996 * Micros.One);
        }

        using var again = Bot(disk, out var restored);
        Do(again.Desk.Start);
        _time.Pass(TimeSpan.FromSeconds(10));
        Assert.Empty(again.State.Plans);
        Assert.Equal(0, again.Orders.Unreconciled);
        var net = again.State.Recent.Single().NetMicros;
        Assert.Equal((1_000 * Micros.One) + net, restored.CashMicros);
    }

    private SimulatedBot Bot(MemoryDisk disk, out PaperOrders paper)
    {
        var made = Paper();
        paper = made;
        var bot = new SimulatedBot(
            _time, disk, new MemoryDisk(), _books, _ => made,
            new RiskLimits { MaxPlanLossMicros = 20 * Micros.One, MaxPlanSpendMicros = 20 * Micros.One, MaxDailyLossMicros = 50 * Micros.One });
        made.Restore(bot.Journal);
        return bot;
    }

    private PaperOrders Paper(PaperSettings? settings = null, int seed = 1) =>
        new(Venue.Polymarket, _books, settings ?? new PaperSettings(), new Random(seed), _time);

    private void Book(MarketKey token, (long Price, long Shares)[] bids, (long Price, long Shares)[] asks) => _books.Set(
        token, [.. bids.Select(one => new Level(one.Price, one.Shares * Micros.One))], [.. asks.Select(one => new Level(one.Price, one.Shares * Micros.One))]);

    private VenueOrder Buy(long limit, long shares) => Order(_market.Yes, Side.Buy, limit, shares);

    private VenueOrder Order(MarketKey token, Side side, long limit, long shares) =>
        new($"c{++_order}", _market, token, side, limit, shares * Micros.One, OrderLife.FillAndKill);

    private VenueOrder Rest(Side side, long limit, long shares) =>
        Order(_market.Yes, side, limit, shares) with { Life = OrderLife.GoodTillCancelled, PostOnly = true };

    private VenueReply Place(PaperOrders paper, VenueOrder order) => Finished(Begin(paper, order));

    private VenueReply Convert(PaperOrders paper, long shares, bool isSplit)
    {
        Task<VenueReply> task = null!;
        Do(() => task = isSplit
            ? paper.SplitAsync($"c{++_order}", _market, shares * Micros.One, CancellationToken.None)
            : paper.MergeAsync($"c{++_order}", _market, shares * Micros.One, CancellationToken.None));
        return Finished(task);
    }

    private Task<VenueReply> Begin(PaperOrders paper, VenueOrder order)
    {
        Task<VenueReply> task = null!;
        Do(() => task = paper.PlaceAsync(order, CancellationToken.None));
        return task;
    }

    private VenueReply Finished(Task<VenueReply> task)
    {
        _time.Pass(TimeSpan.FromMilliseconds(200));
        Assert.True(task.IsCompleted);
        return task.Result;
    }

    private static VenueReply Done(Task<VenueReply> task)
    {
        Assert.True(task.IsCompleted);
        return task.Result;
    }

    private static VenueReply Query(PaperOrders paper, VenueOrder order) => paper.QueryAsync(order, CancellationToken.None).Result;

    private void Do(Action act) => _ = _time.Start(() =>
    {
        act();
        return Task.CompletedTask;
    });
}
