using System.Runtime.CompilerServices;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>
/// The core of a shard: commands in, events out, on one thread. Its state is a function of the commands alone.
/// </summary>
/// <remarks>
/// The life of an order: checked, paid for, matched, and what is left of it rests with its price held; or it waits for
/// its stop price first. Knows no task, lock, logger, clock or chance; time arrives inside the command, and what is
/// due by then happens before it.
/// </remarks>
public sealed partial class Pipeline
{
    /// <summary>Orders that a shard can hold, unless its limits say fewer.</summary>
    public const int MostOrders = 16 * 1024 * 1024;

    private readonly OrderPool _orders;
    private readonly Ledger _ledger;
    private readonly OrderBooks _books = new();
    private readonly SlotHeap<ExpiryPlace> _expiries;
    private readonly ClientIds _clientIds;
    private readonly Matcher _matcher;
    private readonly OrderRules _rules;
    private readonly Funding _funding;
    private readonly Idempotency _idempotency;
    private readonly Administration _administration;
    private readonly KeyRing _keys;
    private readonly EventBuffer _events;
    private readonly Lookahead _lookahead;
    private readonly LadderPages _pages;
    private long _now;

    /// <summary>Opens an empty shard.</summary>
    /// <param name="options">For how much it has room.</param>
    /// <param name="events">Takes the events; the caller reads and clears it between commands.</param>
    public Pipeline(PipelineOptions options, EventBuffer events)
    {
        _events = events;
        _orders = new OrderPool(options.ExpectedOrders);
        _ledger = new Ledger(options.ExpectedAccounts, options.ExpectedAssets);
        _expiries = new SlotHeap<ExpiryPlace>(_orders);
        _clientIds = new ClientIds(options.ExpectedClientIds, options.Secret);
        _matcher = new Matcher(_orders, _ledger, _expiries, events);
        _rules = new OrderRules(_ledger);
        _funding = new Funding(_ledger);
        _idempotency = new Idempotency(_clientIds, events);
        _administration = new Administration(_ledger, _orders, _books, _idempotency, events);
        _keys = new KeyRing(_ledger, events);
        _lookahead = new Lookahead(_orders, _ledger, _books);
        _pages = new LadderPages(options.ExpectedPages);
    }

    /// <summary>Runs commands one behind the other, each with its time; what came of them is in the events.</summary>
    /// <remarks>What a command will need is asked from the memory some commands ahead.</remarks>
    /// <param name="commands">What is asked for.</param>
    /// <param name="ends">For each command how many events there are behind it.</param>
    public void Run(ReadOnlySpan<Command> commands, Span<int> ends)
    {
        for (var i = 0; i < commands.Length; i++)
        {
            Run(commands, i);
            ends[i] = _events.Events.Length;
        }
    }

    /// <summary>Runs one of many commands that wait.</summary>
    /// <param name="commands">All of them; they are run in order.</param>
    /// <param name="next">The one to run.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run(ReadOnlySpan<Command> commands, int next)
    {
        _lookahead.Pass(commands, next);
        Run(commands[next]);
    }

    /// <summary>Runs one command; what came of it is in the events.</summary>
    public void Run(in Command command)
    {
        Advance(command.AtNanos);
        if (command.Type == CommandType.Place)
        {
            Place(command);
        }
        else if (command.Type == CommandType.Cancel)
        {
            Cancel(command);
        }
        else if (command.Type is CommandType.Amend or CommandType.AmendStop or CommandType.CancelAll)
        {
            var reason = command.Type != CommandType.CancelAll ? Amend(command) : CancelAll(command);
            if (reason != ReasonCode.None)
            {
                _events.Reject(command, reason);
            }

            RunTriggered();
        }
        else
        {
            _administration.Run(command, _now);
        }
    }

    // What is due by now happens first.
    private void Advance(long atNanos)
    {
        _now = Math.Max(_now, atNanos);
        while (_expiries.FirstKey <= _now)
        {
            var slot = _expiries.First;
            _matcher.End(_books[_orders[slot].Instrument], slot, ReasonCode.Expired);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Place(in Command command)
    {
        var book = _books.Find(command.Instrument);
        if (book is null || !IsIndex(command.Account, _ledger.Accounts))
        {
            _events.Reject(command, book is null ? ReasonCode.UnknownInstrument : ReasonCode.UnknownAccount);
            return;
        }

        if (command.ClientId != UInt128.Zero && _idempotency.WasDone(command, _now))
        {
            return;
        }

        if (_rules.IsPlainlySound(command, book) && command.TimeInForce is TimeInForce.Gtc or TimeInForce.PostOnly
            && !book.Crosses(command.Side, command.Price))
        {
            PlacePassive(command, book);
        }
        else
        {
            PlaceAny(command, book);
            RunTriggered();
        }
    }

    // Most orders only rest: the short way.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PlacePassive(in Command command, OrderBook book)
    {
        var (paid, bound) = (book.Paid(command.Side), book.Bound(command.Side, command.Price, command.Quantity));
        if (!_ledger.TryHold(command.Account, paid, bound))
        {
            _events.Reject(command, ReasonCode.InsufficientFunds);
            return;
        }

        var slot = _orders.Take();
        if (slot == 0)
        {
            _ledger.Release(command.Account, paid, bound);
            _events.Reject(command, ReasonCode.TooManyOrders);
            return;
        }

        Accept(command, _orders.IdOf(slot));
        ref var order = ref _orders[slot];
        order.Remaining = command.Quantity;
        order.Price = command.Price;
        order.Account = command.Account;
        order.Instrument = command.Instrument;
        order.Side = command.Side;
        order.Flags = Taker.FlagsOf(command.TimeInForce);
        _ledger.Of(command.Account).OpenOrders++;
        book.Rest(slot, ref order);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Accept(in Command command, long order)
    {
        ref var e = ref _events.Add(EventType.Accepted);
        e.Order = order;
        e.Account = command.Account;
        e.Instrument = command.Instrument;
        e.Price = command.Price;
        e.Quantity = command.Quantity;
        if (command.ClientId != UInt128.Zero)
        {
            _idempotency.Note(command, _now, order);
        }

        return e.Sequence;
    }

    [SkipLocalsInit]
    private void PlaceAny(in Command command, OrderBook book)
    {
        Taker.Fill(command, out var taker);
        var reason = _rules.Check(command, book, _now);
        if (reason == ReasonCode.None)
        {
            reason = !taker.Is(OrderFlags.Waits) ? Enter(book, ref taker)
                : _funding.Check(
                    book, command.Account, command.Side, command.Price == 0 ? command.StopPrice : command.Price,
                    command.Quantity);
        }

        var slot = reason == ReasonCode.None ? _orders.Take() : 0;
        if (slot == 0)
        {
            _events.Reject(command, reason == ReasonCode.None ? ReasonCode.TooManyOrders : reason);
            return;
        }

        taker.Id = _orders.IdOf(slot);
        var arrived = Accept(command, taker.Id);
        if (taker.Is(OrderFlags.Special))
        {
            _orders.Traits(slot) = new OrderTraits
            {
                Display = command.Display,
                ExpiresAt = command.ExpiresAtNanos,
                Arrived = arrived,
                StopPrice = command.StopPrice,
                TimeInForce = command.TimeInForce,
                SelfTrade = command.SelfTrade,
            };
        }

        if (!taker.Is(OrderFlags.Waits))
        {
            MatchAndRest(book, slot, ref taker);
        }
        else
        {
            Wait(book, slot, taker);
        }
    }

    // What it needs besides its rules to enter the book now: money, and a book that suits its time in force.
    private ReasonCode Enter(OrderBook book, ref Taker taker)
    {
        var reason = taker.Kind == OrderKind.Limit
            ? _funding.Check(book, taker.Account, taker.Side, taker.Price, taker.Remaining)
            : _funding.Bound(book, ref taker);
        return reason != ReasonCode.None ? reason
            : taker.TimeInForce == TimeInForce.PostOnly && book.Crosses(taker.Side, taker.Price)
                ? ReasonCode.WouldTrade
            : taker.TimeInForce == TimeInForce.Fok && !_matcher.WouldFill(book, taker) ? ReasonCode.WouldNotFill
            : ReasonCode.None;
    }

    // What is left rests with its price held, or is cancelled.
    private void MatchAndRest(OrderBook book, int slot, ref Taker taker)
    {
        if (book.Crosses(taker.Side, taker.Price))
        {
            _matcher.Match(book, ref taker);
        }

        if (taker.IsStopped || taker.Remaining == 0)
        {
            _orders.Give(slot);
        }
        else if (taker.TimeInForce is TimeInForce.Ioc or TimeInForce.Fok)
        {
            var reason = !taker.IsSpent ? ReasonCode.NotTaken
                : taker.Kind == OrderKind.MarketByValue ? ReasonCode.ValueSpent
                : ReasonCode.InsufficientFunds;
            _matcher.Cancelled(taker, taker.ShownRemaining, reason);
            _orders.Give(slot);
        }
        else
        {
            Rest(book, slot, taker);
        }
    }

    private void Rest(OrderBook book, int slot, in Taker taker)
    {
        ref var order = ref _orders[slot];
        taker.WriteTo(ref order);
        _ledger.Hold(
            taker.Account, book.Paid(taker.Side), book.Bound(taker.Side, taker.Price, taker.Remaining));
        if (taker.Is(OrderFlags.Iceberg))
        {
            ref var traits = ref _orders.Traits(slot);
            order.Remaining = Math.Min(traits.Display, taker.Remaining);
            traits.Hidden = taker.Remaining - order.Remaining;
        }

        _matcher.Enroll(slot, ref order);
        book.Rest(slot, ref order);
    }

    // It waits for its stop price, with its money held; where the last trade has passed that already, it goes at once.
    private void Wait(OrderBook book, int slot, in Taker taker)
    {
        ref var order = ref _orders[slot];
        taker.WriteTo(ref order);
        _ledger.Hold(taker.Account, book.Paid(taker.Side), _matcher.BoundBy(book, slot));
        _matcher.Enroll(slot, ref order);
        AwaitStop(book, slot, taker.Side);
    }

    private void AwaitStop(OrderBook book, int slot, Side side)
    {
        if (StopBook.IsPassed(side, _orders.Traits(slot).StopPrice, book.LastPrice))
        {
            _matcher.Triggered.Enqueue(slot);
        }
        else
        {
            book.Stops.Add(slot);
        }
    }

    // What trades have set off. Each may set off others, which run behind those that wait already.
    private void RunTriggered()
    {
        while (_matcher.Triggered.TryDequeue(out var slot))
        {
            ref var order = ref _orders[slot];
            var book = _books[order.Instrument];
            _ledger.Release(order.Account, book.Paid(order.Side), _matcher.BoundBy(book, slot));
            _matcher.Strike(slot, ref order);
            ref var e = ref _events.Add(EventType.Triggered);
            e.Order = _orders.IdOf(slot);
            e.Account = order.Account;
            e.Instrument = order.Instrument;
            e.Price = order.Price;
            e.Quantity = order.Remaining;
            var taker = Taker.Again(_orders, slot, order.Remaining);
            var reason = _ledger.Of(order.Account).Status != TradingStatus.Open ? ReasonCode.AccountHalted
                : taker.Kind == OrderKind.Limit && !book.IsInBand(taker.Price) ? ReasonCode.PriceOutsideBand
                : Enter(book, ref taker);
            if (reason == ReasonCode.None)
            {
                MatchAndRest(book, slot, ref taker);
            }
            else
            {
                _matcher.Cancelled(taker, taker.Remaining, reason);
                _orders.Give(slot);
            }
        }
    }

    private ReasonCode Amend(in Command command)
    {
        var slot = Target(command);
        if (slot == 0)
        {
            return ReasonCode.UnknownOrder;
        }

        ref var order = ref _orders[slot];
        var book = _books[order.Instrument];
        var paid = book.Paid(order.Side);
        var held = _matcher.BoundBy(book, slot);
        var lots = _matcher.LotsOf(slot);
        var waits = order.Is(OrderFlags.Waits);
        var stopPrice = waits ? _orders.Traits(slot).StopPrice : 0;
        var newStopPrice = command.Type == CommandType.AmendStop ? command.StopPrice : stopPrice;
        var price = waits && command.Price == 0 ? newStopPrice : command.Price;
        var reason = _rules.CheckAmended(command, book, ref order, lots, stopPrice, price);
        if (reason == ReasonCode.None && _ledger[order.Account, paid].Available
            < book.Bound(order.Side, price, command.Quantity) - held)
        {
            reason = ReasonCode.InsufficientFunds;
        }

        if (reason != ReasonCode.None)
        {
            return reason;
        }

        ref var e = ref _events.Add(EventType.Amended);
        e.Order = _orders.IdOf(slot);
        e.Account = order.Account;
        e.Instrument = order.Instrument;
        e.Price = command.Price;
        e.Maker = order.Price;
        e.Quantity = command.Quantity;
        _ledger.Release(order.Account, paid, held);
        if (waits)
        {
            (order.Price, order.Remaining) = (command.Price, command.Quantity);
            _orders.Traits(slot).SelfTrade = command.SelfTrade;
            if (newStopPrice != stopPrice)
            {
                book.Stops.Remove(slot);
                _orders.Traits(slot).StopPrice = newStopPrice;
            }

            _ledger.Hold(order.Account, paid, _matcher.BoundBy(book, slot));
            if (newStopPrice != stopPrice)
            {
                AwaitStop(book, slot, order.Side);
            }
        }
        else if (order.Price == command.Price && command.Quantity < lots)
        {
            Shrink(book, slot, command.Quantity);
            _ledger.Hold(order.Account, paid, _matcher.BoundBy(book, slot));
        }
        else
        {
            book.Remove(ref order);
            _matcher.Strike(slot, ref order);
            var taker = Taker.Again(_orders, slot, command.Quantity);
            (taker.Price, taker.SelfTrade) = (command.Price, command.SelfTrade);
            MatchAndRest(book, slot, ref taker);
        }

        return ReasonCode.None;
    }

    // Only less of it: it keeps its place. An iceberg loses what it hides first.
    private void Shrink(OrderBook book, int slot, long lots)
    {
        ref var order = ref _orders[slot];
        var shown = Math.Min(order.Remaining, lots);
        book.Level(order.Price).Lots -= order.Remaining - shown;
        order.Remaining = shown;
        if (order.Is(OrderFlags.Iceberg))
        {
            _orders.Traits(slot).Hidden = lots - shown;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Cancel(in Command command)
    {
        var slot = Target(command);
        if (slot == 0)
        {
            _events.Reject(command, ReasonCode.UnknownOrder);
            return;
        }

        var book = _books[_orders[slot].Instrument];
        if (book.Status == TradingStatus.Halted || _ledger.Of(command.Account).Status == TradingStatus.Halted)
        {
            _events.Reject(command, book.Status == TradingStatus.Halted
                ? ReasonCode.InstrumentHalted
                : ReasonCode.AccountHalted);
            return;
        }

        _matcher.End(book, slot, ReasonCode.ByOwner);
    }

    // Looks at every slot, but no further than the account has orders.
    private ReasonCode CancelAll(in Command command)
    {
        if (command.Instrument != -1 && !IsIndex(command.Instrument, _books.Count))
        {
            return ReasonCode.UnknownInstrument;
        }

        if (command.Account != -1 && !IsIndex(command.Account, _ledger.Accounts))
        {
            return ReasonCode.UnknownAccount;
        }

        var left = command.Account == -1 ? _orders.Count : _ledger.Of(command.Account).OpenOrders;
        var reason = command.Account == -1 ? ReasonCode.ByOperator : ReasonCode.ByOwner;
        for (var slot = 1; left > 0 && slot <= _orders.Used; slot++)
        {
            ref var order = ref _orders[slot];
            if (order.Remaining > 0 && (command.Account == -1 || order.Account == command.Account))
            {
                left--;
                if (command.Instrument == -1 || order.Instrument == command.Instrument)
                {
                    _matcher.End(_books[order.Instrument], slot, reason);
                }
            }
        }

        return ReasonCode.None;
    }

    // The slot of the account's order that a command names; 0 where there is none.
    private int Target(in Command command)
    {
        var id = command.Target;
        if (id == 0 && command.ClientId != UInt128.Zero
            && _clientIds.TryFind(command.Account, command.ClientId, _now, out var named))
        {
            id = named;
        }

        var slot = _orders.Find(id);
        return slot == 0 || _orders[slot].Account != command.Account ? 0 : slot;
    }

    private static bool IsIndex(int number, int count) => unchecked((uint)number < (uint)count);
}
