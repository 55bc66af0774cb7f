using FsCheck;
using FsCheck.Fluent;
using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>What holds for every list of orders. A list that breaks it is made smaller first, and then printed.</summary>
public sealed class OrderPropertiesTests
{
    private const int Scale = 7;
    private const int MaxPrice = 40;

    private static readonly Gen<Step> s_step =
        from what in Gen.Choose(0, 9)
        from account in Gen.Choose(1, Market.Accounts)
        from isBuy in Gen.Elements(true, false)
        from price in Gen.Choose(1, 12)
        from lots in Gen.Choose(1, 20)
        from kind in Gen.Choose(0, 11)
        from extra in Gen.Choose(0, 11)
        from target in Gen.Choose(0, 7)
        select new Step(what switch { < 7 => What.Place, 7 => What.Cancel, _ => What.Amend }, account, isBuy, price, lots, kind, extra, target);

    private static readonly Arbitrary<Step[]> s_steps = Arb.From(Gen.ArrayOf(s_step), Smaller);

    [Fact]
    public void Money_is_conserved_and_held_exactly_for_open_orders_and_no_book_is_crossed() => Check(
        s_steps,
        steps =>
        {
            var market = new Market();
            foreach (var step in steps)
            {
                market.Run(step);
                Assert.Null(market.Pipeline.Audit());
                Assert.Null(market.Pipeline.Breach);
                var (bid, ask) = market.Pipeline.Best(0);
                Assert.True(ask == 0 || bid < ask, $"{bid} and {ask} at rest");
                for (var asset = 0; asset < 2; asset++)
                {
                    var balances = Enumerable.Range(0, Market.Accounts + 1).Select(account => market.Pipeline.Balance(account, asset)).ToArray();
                    Assert.Equal(Market.Accounts * Market.Rich, balances.Sum(one => one.Available + one.Held));
                    Assert.All(balances, one => Assert.True(one.Available >= 0 && one.Held >= 0, $"{one}"));
                }
            }
        });

    [Fact]
    public void Fills_are_in_the_order_of_price_and_time_at_the_makers_price_and_never_more_than_was_ordered() => Check(
        s_steps,
        steps =>
        {
            var market = new Market();
            var open = new Dictionary<long, (bool IsBuy, int Price, long Left, long Arrived)>();
            foreach (var step in steps)
            {
                foreach (var e in market.Run(step with { Kind = 0, Extra = step.Extra % 5, What = step.What == What.Amend ? What.Cancel : step.What }))
                {
                    if (e.Type == EventType.Accepted)
                    {
                        open[e.Order] = (step.IsBuy, e.Price, e.Quantity, e.Sequence);
                    }
                    else if (e.Type == EventType.Trade)
                    {
                        var (taker, maker) = (open[e.Order], open[e.Maker]);
                        Assert.NotEqual(e.Account, e.MakerAccount);
                        Assert.Equal(maker.Price, e.Price);
                        Assert.True(taker.IsBuy ? e.Price <= taker.Price : e.Price >= taker.Price);
                        Assert.DoesNotContain(open, other => other.Key != e.Order && other.Value.IsBuy == maker.IsBuy && other.Key != e.Maker
                            && (other.Value.Price == maker.Price ? other.Value.Arrived < maker.Arrived
                                : maker.IsBuy ? other.Value.Price > maker.Price : other.Value.Price < maker.Price));
                        Take(open, e.Order, e.Quantity);
                        Take(open, e.Maker, e.Quantity);
                    }
                    else if (e.Type == EventType.Cancelled)
                    {
                        Take(open, e.Order, e.Quantity);
                    }
                }
            }
        });

    [Fact]
    public void Mirrored_sides_and_prices_give_mirrored_trades() => Check(
        s_steps,
        steps =>
        {
            Step[] plain = [.. steps.Select(Plain)];
            Assert.Equal(
                Trades(plain).Select(trade => trade with { Price = MaxPrice - trade.Price }),
                Trades([.. plain.Select(step => step with { IsBuy = !step.IsBuy, Price = MaxPrice - step.Price })]));
        });

    [Fact]
    public void Scaled_prices_give_scaled_trades() => Check(
        s_steps,
        steps => Assert.Equal(
            Trades([.. steps.Select(Plain)]).Select(trade => trade with { Price = trade.Price * Scale }),
            Trades([.. steps.Select(step => Plain(step) with { Price = step.Price * Scale })])));

    /// <summary>An order for m + n lots trades as one for m and then one for n, as long as nothing comes between.</summary>
    [Fact]
    public void An_order_split_in_two_trades_the_same() => Check(
        s_steps,
        steps =>
        {
            // The last order alone: before it, both markets are the same.
            Step[] before = [.. steps.SkipLast(1).Select(Plain)];
            if (steps.LastOrDefault() is not { Lots: > 1 } last)
            {
                return;
            }

            // One that is filled whole or not at all is another order when it is split.
            var whole = Plain(last with { What = What.Place, Extra = last.Extra % 2 });
            var half = whole with { Lots = whole.Lots / 2 };
            Assert.Equal(
                Total(Trades([.. before, whole], before.Length)),
                Total(Trades([.. before, half, whole with { Lots = whole.Lots - half.Lots }], before.Length)));
        });

    [Fact]
    public void What_breaks_is_printed_as_a_short_list()
    {
        var failure = Assert.ThrowsAny<Exception>(() => Check(
            s_steps, steps => Assert.DoesNotContain(steps, step => step is { What: What.Place, IsBuy: true, Price: > 5 })));
        Assert.Contains("Step { What = Place, Account = 1, IsBuy = True, Price = 6, Lots = 1, Kind = 0, Extra = 0, Target = 0 }", failure.Message, StringComparison.Ordinal);
        Assert.Contains("1 step", failure.Message, StringComparison.Ordinal);
    }

    private static void Check(Arbitrary<Step[]> steps, Action<Step[]> property)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(Counts.Of(20_000, 500)).WithStartSize(5).WithEndSize(80)
            .WithReplay(Microsoft.FSharp.Core.FSharpOption<Replay>.Some(
                new Replay(new Rnd(20_261_121, 77), Microsoft.FSharp.Core.FSharpOption<int>.None)));
        Step[]? smallest = null;
        var runs = Prop.ForAll(steps, list =>
        {
            try
            {
                property(list);
            }
            catch (Exception)
            {
                smallest = list;
                throw;
            }
        });
        try
        {
            FsCheck.Check.One(config, runs);
        }
        catch (Exception broken) when (smallest is not null)
        {
            Assert.Fail($"broken by {smallest.Length} {(smallest.Length == 1 ? "step" : "steps")}:\n"
                + string.Join('\n', smallest.Select(step => $"  {step}")) + $"\n{broken.Message}");
        }
    }

    // Fewer steps first: halves, then all but one; then simpler steps.
    private static IEnumerable<Step[]> Smaller(Step[] steps)
    {
        for (var length = steps.Length / 2; length > 0; length /= 2)
        {
            for (var from = 0; from + length <= steps.Length; from += length)
            {
                yield return [.. steps[..from], .. steps[(from + length)..]];
            }
        }

        for (var i = 0; i < steps.Length; i++)
        {
            foreach (var simpler in Simpler(steps[i]))
            {
                yield return [.. steps[..i], simpler, .. steps[(i + 1)..]];
            }
        }
    }

    private static IEnumerable<Step> Simpler(Step step) => new[]
    {
        step with { Kind = 0 }, step with { Extra = 0 }, step with { Target = 0 }, step with { Account = 1 }, step with { IsBuy = true },
        step with { Lots = 1 }, step with { Lots = step.Lots - 1 }, step with { Price = 1 }, step with { Price = step.Price - 1 },
    }.Where(simpler => simpler != step && simpler is { Lots: > 0, Price: > 0 });

    // Orders whose trades a mirror does not change: no stops, no icebergs, no self-trade rule but the first; no market
    // orders, as what one may spend is counted on one side only.
    private static Step Plain(Step step) => step with { Kind = 0, Extra = step.Extra % 4 };

    private static List<Trade> Trades(Step[] steps, int from = 0)
    {
        var market = new Market();
        var trades = new List<Trade>();
        for (var i = 0; i < steps.Length; i++)
        {
            var events = market.Run(steps[i]);
            trades.AddRange(i < from ? [] : events.Where(e => e.Type == EventType.Trade)
                .Select(e => new Trade(e.Account, e.MakerAccount, e.Price, e.Quantity)));
        }

        return trades;
    }

    private static List<Trade> Total(List<Trade> trades) => [.. trades
        .GroupBy(trade => trade with { Lots = 0 }).Select(group => group.Key with { Lots = group.Sum(trade => trade.Lots) })
        .OrderBy(trade => trade.Price).ThenBy(trade => trade.Maker)];

    private static void Take(Dictionary<long, (bool IsBuy, int Price, long Left, long Arrived)> open, long order, long lots)
    {
        var left = open[order].Left - lots;
        Assert.True(left >= 0, $"{-left} lots more than were ordered");
        open[order] = open[order] with { Left = left };
        if (left == 0)
        {
            open.Remove(order);
        }
    }

    private enum What
    {
        Place,
        Cancel,
        Amend,
    }

    private readonly record struct Trade(int Taker, int Maker, int Price, long Lots);

    private sealed record Step(What What, int Account, bool IsBuy, int Price, int Lots, int Kind, int Extra, int Target);

    private sealed class Market
    {
        public const int Accounts = 3;
        public const long Rich = 1_000_000;

        private readonly EventBuffer _events = new(256);
        private readonly List<(long Id, int Account)> _orders = [];

        public Market()
        {
            Pipeline = new Pipeline(new PipelineOptions { ExpectedOrders = 64, ExpectedAccounts = 4, ExpectedAssets = 2, ExpectedPages = 1, ExpectedClientIds = 1 }, _events);
            Pipeline.Run(new AssetListing { Name = ListingName.Of("BASE") });
            Pipeline.Run(new AssetListing { Name = ListingName.Of("QUOTE") });
            Pipeline.Run(InstrumentListing.Of(0, "BASE/QUOTE", new SpotInstrument
            {
                BaseAsset = 0, QuoteAsset = 1, BaseAtomsPerLot = 3, QuoteAtomsPerTickLot = 2, MaxPrice = 1_000, MaxQuantity = 1_000,
                MakerFeePpm = 900, TakerFeePpm = 2_100,
            }));
            for (var account = 1; account <= Accounts; account++)
            {
                Pipeline.Run(new Command { Type = CommandType.OpenAccount });
                Pipeline.Run(new Command { Type = CommandType.Deposit, Account = account, Target = 0, Quantity = Rich });
                Pipeline.Run(new Command { Type = CommandType.Deposit, Account = account, Target = 1, Quantity = Rich });
            }
        }

        public Pipeline Pipeline { get; }

        public ExchangeEvent[] Run(Step step)
        {
            var target = _orders.Count == 0 ? default : _orders[^(1 + (step.Target % _orders.Count))];
            var command = new Command
            {
                Account = step.Account, Side = step.IsBuy ? Side.Buy : Side.Sell, Price = step.Price, Quantity = step.Lots,
            };
            command = step.What switch
            {
                What.Cancel => command with { Type = CommandType.Cancel, Account = target.Account, Target = target.Id },
                What.Amend => command with { Type = CommandType.Amend, Account = target.Account, Target = target.Id },
                _ => Special(command with { Type = CommandType.Place }, step),
            };
            _events.Clear();
            Pipeline.Run(command);
            foreach (var e in _events.Events)
            {
                if (e.Type == EventType.Accepted)
                {
                    _orders.Add((e.Order, e.Account));
                }
            }

            return _events.Events.ToArray();
        }

        private static Command Special(Command command, Step step)
        {
            command = step.Kind switch
            {
                1 => command with { Kind = OrderKind.Market, Price = 0, TimeInForce = TimeInForce.Ioc },
                2 => command with { Kind = OrderKind.MarketByValue, Price = 0, TimeInForce = TimeInForce.Ioc, Quantity = 9L * step.Lots },
                3 => command with { StopPrice = step.Target + 1 },
                4 => command with { StopPrice = step.Target + 1, Kind = OrderKind.Market, Price = 0, TimeInForce = TimeInForce.Ioc },
                5 => command with { Display = 1 + (step.Target % step.Lots) },
                6 => command with { SelfTrade = (SelfTrade)(step.Target % 4) },
                _ => command,
            };
            return step.Kind is 1 or 2 or 4 ? command : command with { TimeInForce = (TimeInForce)(step.Extra < 4 ? step.Extra : 0) };
        }
    }
}
