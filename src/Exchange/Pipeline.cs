using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>
/// The core of a shard: commands in, events out, on one thread. Its state is a function of the commands alone.
/// </summary>
/// <remarks>
/// The life of an order: checked, paid for, matched, and what is left of it rests with its price held. Knows no task,
/// lock, logger, clock or chance; time arrives inside the command.
/// </remarks>
public sealed class Pipeline
{
    private readonly OrderPool _orders;
    private readonly Ledger _ledger;
    private readonly OrderBook[] _books;
    private readonly Matcher _matcher;
    private readonly EventBuffer _events;
    private readonly int _assets;
    private readonly Audit _audit;

    /// <summary>Opens an empty shard.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="events">Takes the events; the caller reads and clears it between commands.</param>
    /// <exception cref="ArgumentException">The options are impossible.</exception>
    public Pipeline(ShardOptions options, EventBuffer events)
    {
        if (options.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        (_events, _assets) = (events, options.Assets);
        _orders = new OrderPool(options.ExpectedOrders, options.MostOrders);
        _ledger = new Ledger(options.Accounts, options.Assets);
        _matcher = new Matcher(_orders, _ledger, events);
        var pages = new Stack<PriceLadder.Page>();
        for (var page = 0; page < options.ExpectedPages; page++)
        {
            pages.Push(new PriceLadder.Page());
        }

        _books = [.. options.Instruments.Select(instrument => new OrderBook(instrument, _orders, pages))];
        _audit = new Audit(_orders, _ledger, _books, options.Assets);
    }

    /// <summary>Orders that rest now.</summary>
    public int OpenOrders => _orders.Count;

    /// <summary>A balance; between commands.</summary>
    public Balance Balance(int account, int asset) => _ledger[account, asset];

    /// <summary>Best bid and ask of an instrument in ticks; 0 where there is none.</summary>
    public (int Bid, int Ask) Best(int instrument) =>
        (_books[instrument].Opposite(Side.Sell), _books[instrument].Opposite(Side.Buy));

    /// <summary>The first rule that is broken, in words; null where all hold. Between commands; slow.</summary>
    public string? Audit() => _audit.Breach();

    /// <summary>Runs one command; what came of it is in the events.</summary>
    public void Run(in Command command)
    {
        switch (command.Type)
        {
            case CommandType.Place:
                Place(command);
                break;
            case CommandType.Amend:
                Amend(command);
                break;
            case CommandType.Cancel:
                Cancel(command);
                break;
            case CommandType.Deposit or CommandType.Withdraw:
                Transfer(command);
                break;
            default:
                Reject(command, ReasonCode.UnknownCommand);
                break;
        }
    }

    private void Place(in Command command)
    {
        if (!IsIndex(command.Instrument, _books.Length))
        {
            Reject(command, ReasonCode.UnknownInstrument);
            return;
        }

        var book = _books[command.Instrument];
        var instrument = book.Instrument;
        var reason = Check(command, instrument, command.Price, command.Quantity);
        if (reason != ReasonCode.None)
        {
            Reject(command, reason);
            return;
        }

        var bound = Matcher.Bound(instrument, command.Side, command.Price, command.Quantity);
        if (_matcher.Payer(instrument, command.Side, command.Account).Available < bound)
        {
            Reject(command, ReasonCode.InsufficientFunds);
            return;
        }

        var taker = new Taker
        {
            Remaining = command.Quantity,
            Account = command.Account,
            Price = command.Price,
            Instrument = (short)command.Instrument,
            Side = command.Side,
            SelfTrade = command.SelfTrade,
        };
        reason = command.TimeInForce switch
        {
            TimeInForce.PostOnly when book.Crosses(command.Side, command.Price) => ReasonCode.WouldTrade,
            TimeInForce.Fok when !_matcher.WouldFill(book, taker) => ReasonCode.WouldNotFill,
            _ => ReasonCode.None,
        };
        var slot = reason == ReasonCode.None ? _orders.Take() : 0;
        if (slot == 0)
        {
            Reject(command, reason == ReasonCode.None ? ReasonCode.TooManyOrders : reason);
            return;
        }

        taker.Id = _orders.IdOf(slot);
        ref var e = ref _events.Add(EventType.Accepted);
        e.Order = taker.Id;
        e.Account = command.Account;
        e.Instrument = taker.Instrument;
        e.Price = command.Price;
        e.Quantity = command.Quantity;
        MatchAndRest(book, slot, ref taker, command.TimeInForce);
    }

    // What is left rests with its price held, or is cancelled.
    private void MatchAndRest(OrderBook book, int slot, ref Taker taker, TimeInForce timeInForce)
    {
        if (book.Crosses(taker.Side, taker.Price))
        {
            _matcher.Match(book, ref taker);
        }

        if (taker.Remaining == 0)
        {
            _orders.Give(slot);
            return;
        }

        if (timeInForce is TimeInForce.Ioc or TimeInForce.Fok)
        {
            ref var e = ref _events.Add(EventType.Cancelled, ReasonCode.NotTaken);
            e.Order = taker.Id;
            e.Account = taker.Account;
            e.Instrument = taker.Instrument;
            e.Price = taker.Price;
            e.Quantity = taker.Remaining;
            _orders.Give(slot);
            return;
        }

        var bound = Matcher.Bound(book.Instrument, taker.Side, taker.Price, taker.Remaining);
        ref var balance = ref _matcher.Payer(book.Instrument, taker.Side, taker.Account);
        balance.Available -= bound;
        balance.Held += bound;
        ref var order = ref _orders[slot];
        order.Remaining = taker.Remaining;
        order.Price = taker.Price;
        order.Account = taker.Account;
        order.Instrument = taker.Instrument;
        order.Side = taker.Side;
        order.IsPostOnly = timeInForce == TimeInForce.PostOnly;
        book.Rest(slot, ref order);
    }

    private void Amend(in Command command)
    {
        var slot = _orders.Find(command.Target);
        if (slot == 0 || _orders[slot].Account != command.Account)
        {
            Reject(command, ReasonCode.UnknownOrder);
            return;
        }

        ref var order = ref _orders[slot];
        var book = _books[order.Instrument];
        var instrument = book.Instrument;
        var reason = Check(command, instrument, command.Price, command.Quantity);
        if (reason == ReasonCode.None && order.Price == command.Price && order.Remaining == command.Quantity)
        {
            reason = ReasonCode.Unchanged;
        }

        if (reason == ReasonCode.None && order.IsPostOnly && book.Crosses(order.Side, command.Price))
        {
            reason = ReasonCode.WouldTrade;
        }

        var held = Matcher.Bound(instrument, order.Side, order.Price, order.Remaining);
        ref var balance = ref _matcher.Payer(instrument, order.Side, order.Account);
        if (reason == ReasonCode.None
            && balance.Available < Matcher.Bound(instrument, order.Side, command.Price, command.Quantity) - held)
        {
            reason = ReasonCode.InsufficientFunds;
        }

        if (reason != ReasonCode.None)
        {
            Reject(command, reason);
            return;
        }

        ref var e = ref _events.Add(EventType.Amended);
        e.Order = command.Target;
        e.Account = order.Account;
        e.Instrument = order.Instrument;
        e.Price = command.Price;
        e.Quantity = command.Quantity;
        balance.Held -= held;
        balance.Available += held;
        if (order.Price == command.Price && command.Quantity < order.Remaining)
        {
            // Only less of it: it keeps its place.
            book.Level(order.Price).Lots -= order.Remaining - command.Quantity;
            order.Remaining = command.Quantity;
            var less = Matcher.Bound(instrument, order.Side, order.Price, order.Remaining);
            balance.Available -= less;
            balance.Held += less;
            return;
        }

        book.Remove(ref order);
        var taker = new Taker
        {
            Id = command.Target,
            Remaining = command.Quantity,
            Account = order.Account,
            Price = command.Price,
            Instrument = order.Instrument,
            Side = order.Side,
            SelfTrade = command.SelfTrade,
        };
        MatchAndRest(book, slot, ref taker, order.IsPostOnly ? TimeInForce.PostOnly : TimeInForce.Gtc);
    }

    private void Cancel(in Command command)
    {
        var slot = _orders.Find(command.Target);
        if (slot == 0 || _orders[slot].Account != command.Account)
        {
            Reject(command, ReasonCode.UnknownOrder);
            return;
        }

        _matcher.End(_books[_orders[slot].Instrument], slot, ReasonCode.ByOwner);
    }

    private void Transfer(in Command command)
    {
        var reason = !IsIndex(command.Account, _ledger.Accounts) ? ReasonCode.UnknownAccount
            : command.Target < 0 || command.Target >= _assets ? ReasonCode.UnknownAsset
            : command.Quantity is <= 0 or > 1L << 60 ? ReasonCode.QuantityOutOfRange
            : ReasonCode.None;
        if (reason != ReasonCode.None)
        {
            Reject(command, reason);
            return;
        }

        var available = _ledger[command.Account, (int)command.Target].Available;
        var isDeposit = command.Type == CommandType.Deposit;
        if (isDeposit ? available > 1L << 61 : available < command.Quantity)
        {
            Reject(command, isDeposit ? ReasonCode.QuantityOutOfRange : ReasonCode.InsufficientFunds);
            return;
        }

        var atoms = isDeposit ? command.Quantity : -command.Quantity;
        _ledger.Transfer(command.Account, (int)command.Target, atoms);
        ref var e = ref _events.Add(EventType.Transferred);
        e.Account = command.Account;
        e.Instrument = (short)command.Target;
        e.Quantity = atoms;
    }

    private ReasonCode Check(in Command command, SpotInstrument instrument, int price, long quantity) =>
        !IsIndex(command.Account, _ledger.Accounts) ? ReasonCode.UnknownAccount
        : price <= 0 || price > instrument.MaxPrice ? ReasonCode.PriceOutOfRange
        : quantity <= 0 || quantity > instrument.MaxQuantity ? ReasonCode.QuantityOutOfRange
        : ReasonCode.None;

    private static bool IsIndex(int number, int count) => unchecked((uint)number) < (uint)count;

    private void Reject(in Command command, ReasonCode reason)
    {
        ref var e = ref _events.Add(EventType.Rejected, reason);
        e.Order = command.Target;
        e.Account = command.Account;
        e.Instrument = unchecked((short)command.Instrument);
        e.Price = command.Price;
        e.Quantity = command.Quantity;
    }
}
