using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>Seeded commands of every kind on a small market, some of them wrong.</summary>
/// <param name="seed">Same seed, same commands, as long as the orders get the same ids.</param>
/// <param name="tickStep">How far apart prices are.</param>
/// <param name="mostLeap">Time leaps ahead now and then, by at most so many nanoseconds.</param>
internal sealed class RandomCommands(int seed, int tickStep = 1, long mostLeap = 0)
{
    public const int Accounts = 5;

    /// <summary>Allows trades with itself, which the others prevent.</summary>
    public const int Permissive = Accounts - 1;

    private const int Prices = 12;
    private const int Remembered = 60;

    private readonly Random _random = new(seed);
    private readonly List<ExchangeEvent> _orders = [];
    private long _now = 1_000_000;

    /// <summary>The time of the newest command.</summary>
    public long Now => _now;

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
        Open(asset => pipeline.Run(asset), instrument => pipeline.Run(instrument), command => pipeline.Run(command));
        events.Clear();
        return pipeline;
    }

    /// <summary>Opens the same market in any engine.</summary>
    public static void Open(Action<AssetListing> assets, Action<InstrumentListing> instruments, Action<Command> commands)
    {
        foreach (var name in new[] { "SOL", "USDC", "BTC" })
        {
            assets(new AssetListing { Name = ListingName.Of(name), Decimals = 6 });
        }

        instruments(InstrumentListing.Of(0, "SOL/USDC", Sol));
        instruments(InstrumentListing.Of(1, "BTC/USDC", Btc));
        for (var account = 1; account < Accounts; account++)
        {
            commands(new Command { Type = CommandType.OpenAccount });
        }

        commands(new Command { Type = CommandType.SetLimits, Account = -1, Target = 300 });
    }

    /// <summary>Remembers the orders that were taken, as targets of later commands, and forgets most that are
    /// over.</summary>
    public void Learn(ReadOnlySpan<ExchangeEvent> events)
    {
        foreach (var e in events)
        {
            if (e.Type == EventType.Accepted)
            {
                _orders.Add(e);
                _orders.RemoveRange(0, Math.Max(0, _orders.Count - Remembered));
            }
            else if (e.Type == EventType.Trade)
            {
                Take(e.Order, e.Quantity);
                Take(e.Maker, e.Quantity);
            }
            else if (e.Type == EventType.Cancelled)
            {
                Take(e.Order, e.Reason == ReasonCode.SelfTradePrevented ? e.Quantity : long.MaxValue / 2);
            }
        }
    }

    public Command Next()
    {
        _now += mostLeap > 0 && OneIn(500) ? _random.NextInt64(mostLeap) : _random.Next(1_000);
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
        };
        switch (_random.Next(1_000))
        {
            case < 640:
                Place(ref command);
                break;
            case < 690:
                Cancel(ref command);
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
        command.TimeInForce = OneIn(2) ? TimeInForce.Gtc : (TimeInForce)_random.Next(4);
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
        command.ClientId = OneIn(4) ? ClientId(1) : UInt128.Zero;
    }

    private void Cancel(ref Command command)
    {
        var order = Known();
        command.Type = CommandType.Cancel;
        command.Account = OneIn(10) ? command.Account : order.Account;
        (command.Target, command.ClientId) = OneIn(10) ? (0, ClientId(1)) : (order.Order, UInt128.Zero);
    }

    private void Amend(ref Command command)
    {
        var order = Known();
        command.Type = OneIn(3) ? CommandType.AmendStop : CommandType.Amend;
        command.StopPrice = OneIn(4) ? 0 : Price();
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
        command.ClientId = OneIn(4) ? ClientId(1_000) : UInt128.Zero;
    }

    private void Operate(ref Command command)
    {
        command.Type = OneIn(20)
            ? CommandType.OpenAccount
            : (CommandType)_random.Next((int)CommandType.SetLimits, (int)CommandType.Tick);
        command.ClientId = command.Type == CommandType.OpenAccount ? ClientId(2_000) : UInt128.Zero;
        command.Status = OneIn(8) ? (TradingStatus)_random.Next(3) : TradingStatus.Open;
        command.Target = OneIn(3) ? 5 : 0;
        if (command.Type == CommandType.SetLimits && OneIn(4))
        {
            (command.Account, command.Target) = (-1, OneIn(4) ? 25 : 0);
        }

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

    // Seldom new; others become known as the months go by.
    private UInt128 ClientId(int first) =>
        (UInt128)(first + _random.Next(400) + (10_000 * (1 + (_now / ClientIds.KeptNanos) - (OneIn(4) ? 1 : 0))));

    private int Price() => (1 + _random.Next(Prices)) * tickStep;

    private ExchangeEvent Known() => _orders.Count == 0 ? default : _orders[_random.Next(_orders.Count)];

    private void Take(long order, long lots)
    {
        var at = _orders.FindIndex(known => known.Order == order);
        if (at >= 0)
        {
            var left = Math.Max(0, _orders[at].Quantity - lots);
            _orders[at] = _orders[at] with { Quantity = left };
            if (left == 0 && !OneIn(20))
            {
                _orders.RemoveAt(at);
            }
        }
    }

    private bool OneIn(int count) => _random.Next(count) == 0;
}
