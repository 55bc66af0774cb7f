using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>The core and the naive book, given the same commands: every event equal.</summary>
public sealed class ReferenceTests
{
    private const int Accounts = 6;

    [Fact]
    public void Every_event_of_both_is_the_same()
    {
        var kinds = new Dictionary<Type, int>();
        for (var seed = 1; seed <= Counts.Of(100, 4); seed++)
        {
            Compare(seed, Counts.Of(50_000, 5_000), kinds);
        }

        Assert.All(
            [
                typeof(NaiveEvent.Accepted), typeof(NaiveEvent.Rejected), typeof(NaiveEvent.Trade),
                typeof(NaiveEvent.Cancelled), typeof(NaiveEvent.Replaced), typeof(NaiveEvent.Triggered), typeof(NaiveEvent.Refilled),
            ],
            kind => Assert.True(kinds[kind] > 500, $"{kind.Name}: {kinds[kind]}"));
    }

    private static void Compare(int seed, int commands, Dictionary<Type, int> kinds)
    {
        var generator = new NaiveCommands(seed);
        var naive = new NaiveBook();
        var core = new Core();
        for (var i = 0; i < commands; i++)
        {
            var command = generator.Next();
            naive.Events.Clear();
            command.RunOn(naive);
            Assert.Equal(naive.Events, core.Run(command));
            foreach (var e in naive.Events)
            {
                kinds[e.GetType()] = kinds.GetValueOrDefault(e.GetType()) + 1;
            }
        }

        Assert.Null(core.Audit());
    }

    /// <summary>The core in the naive book's words.</summary>
    private sealed class Core
    {
        private readonly EventBuffer _events = new();
        private readonly Pipeline _pipeline;
        private readonly Dictionary<long, long> _idOf = [];
        private readonly Dictionary<long, long> _nameOf = [];

        public Core()
        {
            _pipeline = new Pipeline(new PipelineOptions(), _events);
            _pipeline.Run(new AssetListing { Name = ListingName.Of("BASE") });
            _pipeline.Run(new AssetListing { Name = ListingName.Of("QUOTE") });
            _pipeline.Run(InstrumentListing.Of(0, "BASE/QUOTE", new SpotInstrument
            {
                BaseAsset = 0, QuoteAsset = 1, BaseAtomsPerLot = 1, QuoteAtomsPerTickLot = 1, MaxPrice = 1 << 20, MaxQuantity = 1 << 20,
            }));
            for (var account = 1; account < Accounts; account++)
            {
                _pipeline.Run(new Command { Type = CommandType.OpenAccount });
                for (var asset = 0; asset < 2; asset++)
                {
                    _pipeline.Run(new Command
                    {
                        Type = CommandType.Deposit, Account = account, Target = asset, Quantity = 1L << 50,
                    });
                }
            }
        }

        public string? Audit() => _pipeline.Audit();

        public List<NaiveEvent> Run(NaiveCommand command)
        {
            _events.Clear();
            var name = command switch
            {
                NaiveCommand.Place place => place.Order.Id,
                NaiveCommand.Cancel cancel => cancel.Id,
                _ => ((NaiveCommand.Replace)command).Id,
            };
            _pipeline.Run(Translate(command, _idOf.GetValueOrDefault(name)));
            var events = new List<NaiveEvent>();
            foreach (var e in _events.Events)
            {
                if (e.Type == EventType.Accepted)
                {
                    (_idOf[name], _nameOf[e.Order]) = (e.Order, name);
                }

                events.Add(e.Type switch
                {
                    EventType.Accepted => new NaiveEvent.Accepted(name),
                    EventType.Rejected => new NaiveEvent.Rejected(name, e.Reason),
                    EventType.Trade => new NaiveEvent.Trade(_nameOf[e.Order], _nameOf[e.Maker], e.Price, e.Quantity),
                    EventType.Triggered => new NaiveEvent.Triggered(_nameOf[e.Order]),
                    EventType.Refilled => new NaiveEvent.Refilled(_nameOf[e.Order], e.Quantity),
                    EventType.Cancelled => new NaiveEvent.Cancelled(_nameOf[e.Order], e.Quantity, e.Reason),
                    _ => new NaiveEvent.Replaced(_nameOf[e.Order], e.Price, e.Quantity),
                });
            }

            return events;
        }

        private static Command Translate(NaiveCommand command, long id) => command switch
        {
            NaiveCommand.Place { Order: var order } => new Command
            {
                Type = CommandType.Place, Side = order.Side, TimeInForce = order.Life,
                SelfTrade = order.SelfTrade, Account = order.Account,
                Price = (int)order.Price, Quantity = order.Remaining, Kind = order.Price == 0 ? OrderKind.Market : OrderKind.Limit,
                StopPrice = (int)order.Stop, Display = order.Display,
            },
            NaiveCommand.Cancel cancel => new Command
            {
                Type = CommandType.Cancel, Account = cancel.Account, Target = id,
            },
            NaiveCommand.Replace replace => new Command
            {
                Type = CommandType.Amend, Account = replace.Account, Target = id, Price = (int)replace.Price,
                Quantity = replace.Quantity, SelfTrade = replace.SelfTrade,
            },
            _ => default,
        };
    }
}
