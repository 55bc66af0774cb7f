using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>What plans and exits order has the form that venues take, by the shaper that is itself held against the
/// venues' rules: it finds nothing to change.</summary>
public sealed class OrderFormTests
{
    private static readonly long[] s_ticks = [100_000, 10_000, 5_000, 2_500, 1_000, 100];

    [Fact]
    public void Every_order_of_a_plan_is_taken_as_it_stands()
    {
        var dice = new Random(77);
        var (plans, exits) = (0, 0);
        for (var run = 0; run < Counts.Of(1_000_000, 20_000); run++)
        {
            var rules = Rules(dice);
            var market = OutcomeBooks.Make("m", rules);
            var (yes, no) = (Price(dice, rules), Price(dice, rules));
            var size = (long)Math.Exp(dice.NextDouble() * 21);
            var kind = rules.MayMerge && dice.Next(3) == 0 ? SignalKind.SellSet : SignalKind.BuySet;
            var signal = OutcomeBooks.Pair(market, kind, yes, no, size);
            if (PlanMaker.Make(signal, 30_000, (1 + dice.Next(100)) * Micros.One, long.MaxValue, out var refusal) is not { } plan)
            {
                Assert.NotEqual("", refusal);
                continue;
            }

            plans++;
            foreach (var leg in plan.Legs)
            {
                AssertTaken(rules, leg.Side, leg.LimitPpm, plan.SizeMicro);
                Assert.True(rules.IsOnTick(leg.HedgeLimitPpm), $"{leg.HedgeLimitPpm} is off the grid");
            }

            exits += Exit(dice, plan, market) ? 1 : 0;
        }

        Assert.True(plans > Counts.Of(100_000, 2_000) && exits > Counts.Of(50_000, 1_000), $"{plans} plans, {exits} exits");
    }

    private static bool Exit(Random dice, TradePlan plan, OutcomeMarket market)
    {
        var books = new OutcomeBooks();
        books.Set(market);
        var bid = Price(dice, market.Rules);
        books.Set(market.Yes, [new Level(bid, 1 + dice.NextInt64(2 * plan.SizeMicro))], []);
        var state = new PlanState(plan, 0);
        var held = 1 + dice.NextInt64(plan.SizeMicro);
        var order = new TrackedOrder(
            new OrderIntent(0, 1, "sl-1-1", OrderPurpose.Entry, 0, Side.Buy, plan.Legs[0].LimitPpm, held, OrderLife.FillAndKill, false), 0);
        order.Take(new VenueFill("t", plan.Legs[0].LimitPpm, held, 0, FillFinality.Confirmed, 0));
        order.Phase = OrderPhase.Done;
        order.Sum();
        state.OrderList.Add(order);
        books.Set(market.No, [], [new Level(Price(dice, market.Rules), plan.SizeMicro)]);
        var exits = new ExitFinder(books, new ExecutionSettings());
        var steps = exits.Sales(state, leg => leg == 0 ? held : 0, 0).Steps
            .Concat(plan.Kind == SignalKind.BuySet && exits.Purchases(state, 0) is { } bought ? bought.Steps : [])
            .Where(step => step.Act == PlanAct.Send).Select(step => step.Order!).ToList();
        steps.ForEach(step => AssertTaken(market.Rules, step.Side, step.LimitPpm, step.SizeMicro));
        return steps.Count > 0;
    }

    private static void AssertTaken(MarketRules rules, Side side, long price, long size)
    {
        var shaped = OrderShaper.Shape(rules, side, price, size, OrderLife.FillAndKill);
        Assert.Equal((null, price, size), (shaped.Refusal, shaped.PricePpm, shaped.SizeMicro));
    }

    private static long Price(Random dice, MarketRules rules)
    {
        var band = rules.Bands[0];
        return band.FromPpm + (dice.NextInt64((band.ToPpm - band.FromPpm) / band.TickPpm + 1) * band.TickPpm);
    }

    private static MarketRules Rules(Random dice)
    {
        var tick = s_ticks[dice.Next(s_ticks.Length)];
        return OutcomeBooks.Rules with
        {
            Bands = [new PriceBand(tick, Micros.One - tick, tick)], MayMerge = dice.Next(2) == 0,
            TakingDollarStepMicros = dice.Next(2) == 0 ? 10_000 : 0, LeastTakingMicros = dice.Next(2) * Micros.One,
        };
    }
}
