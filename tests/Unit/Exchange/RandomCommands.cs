using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>Seeded commands of every kind on a small market, some of them wrong.</summary>
/// <param name="seed">Same seed, same commands, as long as the orders get the same ids.</param>
/// <param name="tickStep">How far apart prices are.</param>
internal sealed class RandomCommands(int seed, int tickStep = 1)
{
    public const int Accounts = 5;

    /// <summary>Allows trades with itself, which the others prevent.</summary>
    public const int Permissive = Accounts - 1;

    private const int Prices = 12;
    private const int Remembered = 60;

    private readonly Random _random = new(seed);
    private readonly List<ExchangeEvent> _orders = [];
    private long _now = 1_000_000;

    public static SpotInstrument Sol { get; } = new()
    {
        BaseAsset = 0, QuoteAsset = 1, BaseAtomsPerLot = 10, QuoteAtomsPerTickLot = 3, MaxPrice = 1 << 21, MaxQuantity = 1_000,
        MakerFeePpm = 1_000, TakerFeePpm = 2_500, BandPpm = 600_000,
    };

    public static SpotInstrument Btc { get; } = new()
    {
        BaseAsset = 2, QuoteAsset = 1, BaseAtomsPerLot = 1, QuoteAtomsPerTickLot = 1, MaxPrice = PriceLadder.MaxPrice, MaxQuantity = 1_000,
    };

    /// <summary>Two instruments on three assets, and five accounts without money.</summary>
    public static Pipeline Open(EventBuffer events)
    {
        var pipeline = new Pipeline(new PipelineOptions { ExpectedOrders = 4, ExpectedAccounts = 1, ExpectedAssets = 1, ExpectedClientIds = 4 }, events);
        foreach (var name in new[] { "SOL", "USDC", "BTC" })
        {
            pipeline.Run(new AssetListing { Name = ListingName.Of(name), Decimals = 6 });
        }

        pipeline.Run(InstrumentListing.Of(0, "SOL/USDC", Sol));
        pipeline.Run(InstrumentListing.Of(1, "BTC/USDC", Btc));
        for (var account = 1; account < Accounts; account++)
        {
            pipeline.Run(new Command { Type = CommandType.OpenAccount });
        }

        pipeline.Run(new Command { Type = CommandType.SetLimits, Account = -1, Target = 300 });
        events.Clear();
        return pipeline;
    }

    /// <summary>Remembers the orders that were taken, as targets of later commands.</summary>
    public void Learn(ReadOnlySpan<ExchangeEvent> events)
    {
        foreach (ref readonly var e in events)
        {
            if (e.Type == EventType.Accepted)
            {
                _orders.Add(e);
            }
        }
    }

    public Command Next()
    {
        _now += _random.Next(1_000);
        var account = _random.Next(Accounts);
        var command = new Command
        {
            AtNanos = _now,
            Account = account,
            Instrument = (short)_random.Next(2),
            Side = (Side)_random.Next(2),
            Price = Price(),
            Quantity = 1 + _random.Next(40),
            SelfTrade = account == Permissive ? SelfTrade.Allow : (SelfTrade)_random.Next(4),
            Target = Known().Order,
        };
        switch (_random.Next(1_000))
        {
            case < 550:
                Place(ref command);
                break;
            case < 680:
                command.Type = CommandType.Cancel;
                break;
            case < 820:
                Amend(ref command);
                break;
            case < 900:
                Money(ref command, CommandType.Deposit, 2_000);
                break;
            case < 940:
                Money(ref command, CommandType.Withdraw, 300);
                break;
            case < 965:
                Money(ref command, CommandType.Transfer, 300);
                command.Counterparty = _random.Next(Accounts);
                break;
            case < 970:
                command.Type = CommandType.CancelAll;
                command.Instrument = (short)_random.Next(-1, 2);
                command.Account = OneIn(20) ? -1 : _random.Next(Accounts);
                break;
            case < 980:
                Operate(ref command);
                break;
            case < 987:
                command = new Command { Type = CommandType.Tick, AtNanos = _now };
                break;
            default:
                Nonsense(ref command);
                break;
        }

        return command;
    }

    private void Place(ref Command command)
    {
        command.Type = CommandType.Place;
        command.Target = 0;
        command.TimeInForce = (TimeInForce)_random.Next(4);
        command.Kind = OneIn(6) ? (OrderKind)_random.Next(3) : OrderKind.Limit;
        if (command.Kind != OrderKind.Limit)
        {
            command.Price = OneIn(20) ? command.Price : 0;
            command.TimeInForce = command.Kind == OrderKind.Market && OneIn(3) ? TimeInForce.Fok : TimeInForce.Ioc;
            command.Quantity *= command.Kind == OrderKind.MarketByValue ? tickStep : 1;
        }

        command.StopPrice = OneIn(8) ? Price() : 0;
        command.Display = OneIn(6) ? 1 + _random.Next((int)Math.Min(command.Quantity, 30)) : 0;
        command.ExpiresAtNanos = OneIn(6) ? _now + _random.Next(-2_000, 60_000) : 0;
        command.ClientId = OneIn(4) ? (UInt128)(1 + _random.Next(400)) : UInt128.Zero;
    }

    private void Amend(ref Command command)
    {
        var order = Known();
        command.Type = CommandType.Amend;
        command.Target = order.Order;
        command.Account = order.Account;
        command.SelfTrade = order.Account == Permissive ? SelfTrade.Allow : (SelfTrade)_random.Next(4);
        command.Price = OneIn(2) ? order.Price : command.Price;
        command.Quantity = OneIn(4) ? order.Quantity : command.Quantity;
    }

    private void Money(ref Command command, CommandType type, int most)
    {
        command.Type = type;
        command.Target = _random.Next(3);
        command.Quantity = _random.Next(most * tickStep);
        command.ClientId = OneIn(4) ? (UInt128)(1_000 + _random.Next(400)) : UInt128.Zero;
    }

    private void Operate(ref Command command)
    {
        command.Type = (CommandType)_random.Next((int)CommandType.SetLimits, (int)CommandType.Tick);
        command.Status = OneIn(5) ? (TradingStatus)_random.Next(3) : TradingStatus.Open;
        command.Target = OneIn(3) ? 5 : 0;
        command.Quantity = OneIn(3) ? 400L * tickStep : 0;
        command.Price = OneIn(2) ? 0 : command.Price;
    }

    private void Nonsense(ref Command command)
    {
        command.Type = (CommandType)_random.Next(16);
        command.Kind = (OrderKind)_random.Next(5);
        command.TimeInForce = (TimeInForce)_random.Next(6);
        command.Side = (Side)_random.Next(3);
        command.Account = _random.Next(-2, Accounts + 2);
        command.SelfTrade = OneIn(4) ? (SelfTrade)9 : SelfTrade.CancelNewest;
        command.Instrument = (short)_random.Next(-2, 4);
        command.Price = OneIn(4) ? int.MaxValue : _random.Next(-2, 20);
        command.StopPrice = OneIn(4) ? int.MaxValue : _random.Next(-2, 20);
        command.Quantity = OneIn(4) ? long.MaxValue : _random.Next(-2, 2_000);
        command.Display = OneIn(4) ? long.MaxValue : _random.Next(-2, 20);
        command.Target = OneIn(2) ? _random.NextInt64() : _random.Next(-2, 5);
        command.Status = (TradingStatus)_random.Next(5);
        if (command.Type is CommandType.OpenAccount or CommandType.CancelAll || command.Account == -1)
        {
            command.Type = CommandType.None;
        }
    }

    private int Price() => (1 + _random.Next(Prices)) * tickStep;

    private ExchangeEvent Known() =>
        _orders.Count == 0 ? default : _orders[^(1 + _random.Next(Math.Min(_orders.Count, Remembered)))];

    private bool OneIn(int count) => _random.Next(count) == 0;
}
