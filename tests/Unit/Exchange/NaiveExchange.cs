using System.Numerics;
using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>A whole shard as one would explain it: lists, dictionaries, numbers without end. Nothing is held: what an
/// account has available is what it owns less what its open orders need, added up anew each time.</summary>
/// <remarks>
/// Where a command could be refused for several reasons, the first of these is named: what it names does not exist; it
/// was done before; its fields, each and together; its time; status; limits; band; value; money; the book; room.
/// </remarks>
internal sealed partial class NaiveExchange
{
    public const int House = 0;

    /// <summary>Orders are numbered from here, as they are taken: a number that no other thing has.</summary>
    public const long FirstOrder = 1L << 56;

    private const long Month = 30L * 24 * 60 * 60 * 1_000_000_000;
    private const long MostOrders = 16 * 1024 * 1024;

    private readonly List<NaiveMarket> _markets = [];
    private readonly Dictionary<(int Account, UInt128 Id), (long At, long Result)> _done = [];
    private long _now;
    private long _sequence;
    private long _most = MostOrders;

    public List<ExchangeEvent> Events { get; } = [];

    /// <summary>Every order that was ever taken, by number.</summary>
    public Dictionary<long, NaiveOrder> Orders { get; } = [];

    public List<NaiveAccount> Accounts { get; } = [new()];

    public IReadOnlyList<NaiveMarket> Markets => _markets;

    /// <summary>The newest command.</summary>
    public Command Running { get; private set; }

    public void Run(Command command)
    {
        Advance(command.AtNanos);
        Running = command;
        var reason = command.Type switch
        {
            CommandType.Place => Place(command),
            CommandType.Amend or CommandType.AmendStop or CommandType.Cancel => Change(command),
            CommandType.CancelAll => CancelAll(command),
            CommandType.Deposit or CommandType.Withdraw or CommandType.Transfer or CommandType.OpenAccount => Once(command),
            CommandType.SetLimits => SetLimits(command),
            CommandType.SetInstrumentStatus or CommandType.SetAccountStatus => SetStatus(command),
            CommandType.SetReference => SetReference(command),
            CommandType.Tick => null,
            _ => ReasonCode.UnknownCommand,
        };
        if (reason is not null)
        {
            Say(Rejection(command, reason.Value));
        }
    }

    public void Say(ExchangeEvent e) => Events.Add(e with { Sequence = ++_sequence });

    /// <summary>Changes what an account owns.</summary>
    public void Move(int account, int asset, BigInteger atoms) =>
        Accounts[account].Owned[asset] = Accounts[account].Owned.GetValueOrDefault(asset) + atoms;

    public BigInteger Available(int account, int asset) =>
        Accounts[account].Owned.GetValueOrDefault(asset) - Held()[account, asset];

    /// <summary>What the open orders need, by account and asset.</summary>
    public BigInteger[,] Held()
    {
        var held = new BigInteger[Accounts.Count, Assets];
        foreach (var (market, order) in Open())
        {
            held[order.Account, market.Pays(order.Side)] += market.Needs(order);
        }

        return held;
    }

    // What is due by now ends first: the earliest first, of equal ones the one that was taken first.
    private void Advance(long atNanos)
    {
        _now = Math.Max(_now, atNanos);
        foreach (var (market, order) in Open().Where(open => open.Order.Expires != 0 && open.Order.Expires <= _now)
            .OrderBy(open => open.Order.Expires).ThenBy(open => open.Order.Id).ToList())
        {
            market.Book.Cancel(order.Id, order.Account, ReasonCode.Expired);
        }
    }

    private ReasonCode? Place(Command command)
    {
        if (!IsListed(command.Instrument) || !IsOpened(command.Account))
        {
            return IsListed(command.Instrument) ? ReasonCode.UnknownAccount : ReasonCode.UnknownInstrument;
        }

        if (WasDone(command))
        {
            return null;
        }

        var market = _markets[command.Instrument];
        var isByValue = command.Kind == OrderKind.MarketByValue;
        var order = new NaiveOrder
        {
            Id = FirstOrder + Orders.Count, Account = command.Account, Side = command.Side, Price = command.Price,
            Remaining = isByValue ? market.MaxQuantity : command.Quantity, Value = isByValue ? command.Quantity : null,
            Life = command.TimeInForce, SelfTrade = command.SelfTrade, Display = command.Display, Stop = command.StopPrice,
            Expires = command.ExpiresAtNanos, LotValue = market.Terms.QuoteAtomsPerTickLot,
        };
        var reason = Fault(command, market) ?? market.Halted(command.Account) ?? Excess(command, market, order)
            ?? (order.Stop == 0 ? market.Book.Refusal(order) : market.Unpaid(order))
            ?? (Open().Count() >= _most ? ReasonCode.TooManyOrders : null);
        if (reason is null)
        {
            Orders[order.Id] = order;
            Note(command, order.Id);
            market.Book.Place(order);
        }

        return reason;
    }

    // What is wrong with the fields of an order, whoever places it.
    private ReasonCode? Fault(Command command, NaiveMarket market)
    {
        var isLimit = command.Kind == OrderKind.Limit;
        var isByValue = command.Kind == OrderKind.MarketByValue;
        var isAtOnce = command.TimeInForce is TimeInForce.Ioc or TimeInForce.Fok;
        return !Enum.IsDefined(command.Kind) || !Enum.IsDefined(command.Side) || !Enum.IsDefined(command.SelfTrade)
                || !Enum.IsDefined(command.TimeInForce) ? ReasonCode.Contradiction
            : isLimit != (command.Price != 0) || command.Price < 0 || command.Price > market.MaxPrice
                || command.StopPrice < 0 || command.StopPrice > market.MaxPrice ? ReasonCode.PriceOutOfRange
            : command.Quantity <= 0 || command.Quantity > (isByValue ? 1L << 62 : market.MaxQuantity)
                || command.Display < 0 || command.Display > command.Quantity ? ReasonCode.QuantityOutOfRange
            : (!isLimit && !isAtOnce) || (isByValue && (command.TimeInForce != TimeInForce.Ioc || command.StopPrice != 0 || command.Display != 0))
                || (command.ExpiresAtNanos != 0 && isAtOnce && command.StopPrice == 0) ? ReasonCode.Contradiction
            : command.ExpiresAtNanos != 0 && command.ExpiresAtNanos <= _now ? ReasonCode.ExpiryInPast
            : null;
    }

    // Beyond what the account may have, or the band.
    private ReasonCode? Excess(Command command, NaiveMarket market, NaiveOrder order)
    {
        var account = Accounts[command.Account];
        var mayRest = order.Stop != 0 || order.Life is TimeInForce.Gtc or TimeInForce.PostOnly;
        var makers = order.Side == Side.Buy ? market.Book.Asks : market.Book.Bids;
        var price = order.Price != 0 ? order.Price : order.Stop != 0 ? order.Stop : makers is [var best, ..] ? best.Price : 0;
        price = order.Side == Side.Sell && makers is [var bid, ..] ? Math.Max(price, bid.Price) : price;
        return mayRest && account.MostOpen != 0 && Open().Count(open => open.Order.Account == order.Account) >= account.MostOpen
                ? ReasonCode.TooManyOpenOrders
            : order.Price != 0 && !market.IsInBand(order.Price) ? ReasonCode.PriceOutsideBand
            : account.LargestValue != 0 && (order.Value ?? market.Value(price, order.Remaining)) > account.LargestValue
                ? ReasonCode.ValueOutOfRange
            : null;
    }

    private ReasonCode? Change(Command command)
    {
        var id = command.Target != 0 || command.ClientId == UInt128.Zero ? command.Target
            : _done.TryGetValue((command.Account, command.ClientId), out var done) && done.At + Month > _now ? done.Result
            : 0;
        var (market, order) = Open().FirstOrDefault(open => open.Order.Id == id && open.Order.Account == command.Account);
        if (order is null)
        {
            return ReasonCode.UnknownOrder;
        }

        if (command.Type == CommandType.Cancel && market.Status == TradingStatus.Halted)
        {
            return ReasonCode.InstrumentHalted;
        }

        if (command.Type == CommandType.Cancel && Accounts[order.Account].Status == TradingStatus.Halted)
        {
            return ReasonCode.AccountHalted;
        }

        if (command.Type == CommandType.Cancel)
        {
            market.Book.Cancel(id, command.Account);
        }
        else
        {
            long? stop = command.Type == CommandType.AmendStop ? command.StopPrice : null;
            market.Book.Replace(id, command.Account, command.Price, command.Quantity, command.SelfTrade, stop);
        }

        return null;
    }

    private ReasonCode? CancelAll(Command command)
    {
        var isListed = command.Instrument == -1 || IsListed(command.Instrument);
        if (!isListed || (command.Account != -1 && !IsOpened(command.Account)))
        {
            return isListed ? ReasonCode.UnknownAccount : ReasonCode.UnknownInstrument;
        }

        foreach (var (market, order) in Open().Where(open => (command.Account == -1 || open.Order.Account == command.Account)
            && (command.Instrument == -1 || open.Market.Number == command.Instrument)).ToList())
        {
            market.Book.Cancel(order.Id, order.Account, command.Account == -1 ? ReasonCode.ByOperator : ReasonCode.ByOwner);
        }

        return null;
    }

    private IEnumerable<(NaiveMarket Market, NaiveOrder Order)> Open() =>
        _markets.SelectMany(market => market.Book.Open.Select(order => (market, order)));

    private bool IsListed(int instrument) => instrument >= 0 && instrument < _markets.Count;

    private bool IsOpened(int account) => account >= 0 && account < Accounts.Count;
}
