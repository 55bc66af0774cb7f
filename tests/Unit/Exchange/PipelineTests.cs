using Strikeline.Exchange;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Exchange;

/// <summary>Random commands on a small shard, every rule recomputed after each of them.</summary>
[Collection(Alone.Name)]
public sealed class PipelineTests
{
    private const int Accounts = 5;
    private const int Prices = 12;

    private static readonly ShardOptions Options = new()
    {
        Assets = 3,
        Accounts = Accounts,
        ExpectedOrders = 4,
        MostOrders = 300,
        Instruments =
        [
            new SpotInstrument
            {
                BaseAsset = 0, QuoteAsset = 1, BaseAtomsPerLot = 10, QuoteAtomsPerTickLot = 3, MaxPrice = 1 << 21,
                MaxQuantity = 1_000, MakerFeePpm = 1_000, TakerFeePpm = 2_500,
            },
            new SpotInstrument
            {
                BaseAsset = 2, QuoteAsset = 1, BaseAtomsPerLot = 1, QuoteAtomsPerTickLot = 1,
                MaxPrice = PriceLadder.MaxPrice, MaxQuantity = 1_000,
            },
        ],
    };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1_000)]
    [InlineData(3, 60_000)]
    public void Every_rule_holds_after_every_command(int seed, int tickStep)
    {
        var random = new Random(seed);
        var events = new EventBuffer(8);
        var pipeline = new Pipeline(Options, events);
        var ids = new List<long>();
        var trades = 0;
        long sequence = 0;
        for (var i = 0; i < Counts.Of(300_000, 20_000); i++)
        {
            pipeline.Run(Command(random, ids, tickStep));
            foreach (var e in events.Events)
            {
                Assert.Equal(++sequence, e.Sequence);
                trades += e.Type == EventType.Trade ? 1 : 0;
                if (e.Type == EventType.Accepted)
                {
                    ids.Add(e.Order);
                }

                Assert.False(
                    e.Type == EventType.Trade && e.Account == e.MakerAccount && e.MakerAccount != Accounts - 1,
                    "only the last account allows trades with itself");
            }

            events.Clear();
            Assert.True(pipeline.Audit() is null, $"after command {i}: {pipeline.Audit()}");
        }

        Assert.True(trades > 1_000, $"{trades}");
        Assert.True(pipeline.OpenOrders > 10, $"{pipeline.OpenOrders}");
    }

    [Fact]
    public void Once_warm_no_command_allocates()
    {
        var events = new EventBuffer();
        var pipeline = new Pipeline(Options, events);
        var random = new Random(5);
        var ids = new List<long>();
        var commands = Enumerable.Range(0, 4_000).Select(_ => Command(random, ids, 1)).ToArray();
        Pass();
        Assert.Equal(0, Allocated.By(Pass));

        void Pass()
        {
            foreach (ref readonly var command in commands.AsSpan())
            {
                pipeline.Run(command);
                events.Clear();
            }
        }
    }

    [Fact]
    public void Equal_commands_give_equal_events()
    {
        Assert.Equal(Everything(7), Everything(7));
        Assert.NotEqual(Everything(7), Everything(8));
    }

    private static List<ExchangeEvent> Everything(int seed)
    {
        var random = new Random(seed);
        var events = new EventBuffer();
        var pipeline = new Pipeline(Options, events);
        var ids = new List<long>();
        var all = new List<ExchangeEvent>();
        for (var i = 0; i < 5_000; i++)
        {
            pipeline.Run(Command(random, ids, 1));
            ids.AddRange(events.Events.ToArray().Where(e => e.Type == EventType.Accepted).Select(e => e.Order));
            all.AddRange(events.Events);
            events.Clear();
        }

        return all;
    }

    private static Command Command(Random random, List<long> ids, int tickStep)
    {
        var account = random.Next(Accounts);
        var command = new Command
        {
            Account = account,
            Instrument = random.Next(2),
            Side = (Side)random.Next(2),
            Price = (1 + random.Next(Prices)) * tickStep,
            Quantity = 1 + random.Next(40),
            // The last account allows what the others prevent.
            SelfTrade = account == Accounts - 1 ? SelfTrade.Allow : (SelfTrade)random.Next(4),
            Target = ids.Count == 0 ? 0 : ids[^(1 + random.Next(Math.Min(ids.Count, 60)))],
        };
        switch (random.Next(100))
        {
            case < 55:
                command.Type = CommandType.Place;
                command.TimeInForce = (TimeInForce)random.Next(4);
                break;
            case < 70:
                command.Type = CommandType.Cancel;
                break;
            case < 85:
                command.Type = CommandType.Amend;
                break;
            case < 93:
                command.Type = CommandType.Deposit;
                command.Target = random.Next(3);
                command.Quantity = random.Next(2_000 * tickStep);
                break;
            case < 97:
                command.Type = CommandType.Withdraw;
                command.Target = random.Next(3);
                command.Quantity = random.Next(300 * tickStep);
                break;
            default:
                // Nonsense of every kind.
                command.Type = (CommandType)random.Next(8);
                command.Account = random.Next(-2, Accounts + 2);
                command.SelfTrade = SelfTrade.CancelNewest;
                command.Instrument = random.Next(-2, 4);
                command.Price = random.Next(4) == 0 ? int.MaxValue : random.Next(-2, 20);
                command.Quantity = random.Next(4) == 0 ? long.MaxValue : random.Next(-2, 2_000);
                command.Target = random.NextInt64();
                break;
        }

        return command;
    }
}
