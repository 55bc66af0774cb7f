using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>Follows orders by commands and events alone: what they were, and what has become of them.</summary>
/// <remarks>Holds the open ones. One thread at a time. Equal commands and events give equal records; their times are
/// the core's own, which never goes back.</remarks>
public sealed class OrderTracker
{
    private readonly Dictionary<long, OrderRecord> _open = [];
    private readonly HashSet<long> _changed = [];
    private readonly List<OrderRecord> _orders = [];
    private readonly List<TradePrint> _trades = [];
    private long _now;

    /// <summary>Orders that are open.</summary>
    public IReadOnlyCollection<OrderRecord> Open => _open.Values;

    /// <summary>What the last command has changed, each order once, as it is now.</summary>
    public IReadOnlyList<OrderRecord> Orders => _orders;

    /// <summary>The trades that the last command has brought.</summary>
    public IReadOnlyList<TradePrint> Trades => _trades;

    /// <summary>An open order; null where there is none.</summary>
    public OrderRecord? Find(long id) => _open.GetValueOrDefault(id);

    /// <summary>Goes on at the core's time, where it begins behind commands that it has not seen.</summary>
    /// <param name="nowNanos">See <see cref="Pipeline.NowNanos"/>.</param>
    public void GoOnAt(long nowNanos) => _now = Math.Max(_now, nowNanos);

    /// <summary>Takes over an order that is open already.</summary>
    /// <param name="order">As the core knows it.</param>
    /// <param name="remembered">As it was last recorded, where it was.</param>
    public void Restore(in OpenOrder order, OrderRecord? remembered = null)
    {
        var known = remembered is { IsOver: false } && remembered.Id == order.Id ? remembered : null;
        var record = known ?? new OrderRecord
        {
            Id = order.Id, Account = order.Account, Instrument = order.Instrument, Side = order.Side,
            Quantity = order.Lots, Kind = order.Price == 0 ? OrderKind.Market : OrderKind.Limit,
            TimeInForce = order.IsPostOnly ? TimeInForce.PostOnly : TimeInForce.Gtc, Display = order.Display,
            ExpiresAtNanos = order.ExpiresAtNanos,
        };

        // What is left and where it stands is the core's to say.
        _open[order.Id] = record with
        {
            Price = order.Price,
            StopPrice = order.StopPrice != 0 ? order.StopPrice : record.StopPrice,
            IsTriggered = order.StopPrice == 0 && record.StopPrice != 0,
            Quantity = record.Executed + record.CancelledLots + order.Lots,
        };
    }

    /// <summary>Takes a listing that ran: orders that were due by then have expired in it.</summary>
    /// <param name="atNanos">The core's time of it, nanoseconds since the Unix epoch.</param>
    /// <param name="events">What came of it.</param>
    public void Apply(long atNanos, ReadOnlySpan<ExchangeEvent> events) =>
        Apply(new Command { AtNanos = atNanos }, events);

    /// <summary>Takes a command that ran, and what came of it.</summary>
    public void Apply(in Command command, ReadOnlySpan<ExchangeEvent> events)
    {
        _changed.Clear();
        _orders.Clear();
        _trades.Clear();
        _now = Math.Max(_now, command.AtNanos);
        var placed = default(OrderRecord);
        foreach (ref readonly var e in events)
        {
            switch (e.Type)
            {
                case EventType.Accepted:
                    placed = Accept(command, e);
                    Change(placed, e.Sequence);
                    break;
                case EventType.Trade:
                    Trade(e);
                    break;
                case EventType.Cancelled when _open.TryGetValue(e.Order, out var order):
                    Change(Cancel(order, e), e.Sequence);
                    break;
                case EventType.Amended when _open.TryGetValue(e.Order, out var order):
                    Change(
                        order with
                        {
                            Price = e.Price,
                            Quantity = order.Executed + order.CancelledLots + e.Quantity,
                            StopPrice = command.Type == CommandType.AmendStop ? command.StopPrice : order.StopPrice,
                        },
                        e.Sequence);
                    break;
                case EventType.Triggered when _open.TryGetValue(e.Order, out var order):
                    Change(order with { IsTriggered = true }, e.Sequence);
                    break;
            }
        }

        if (placed is { Kind: OrderKind.MarketByValue })
        {
            var spent = _open[placed.Id];
            Change(End(spent), spent.Sequence);
        }

        foreach (var id in _changed)
        {
            var order = _open[id];
            _orders.Add(order);
            if (order.IsOver)
            {
                _open.Remove(id);
            }
        }
    }

    private OrderRecord Accept(in Command command, in ExchangeEvent e) => new()
    {
        Id = e.Order,
        Account = e.Account,
        ClientId = command.ClientId,
        Instrument = e.Instrument,
        Side = command.Side,
        Kind = command.Kind,
        TimeInForce = command.TimeInForce,
        Price = command.Price,
        StopPrice = command.StopPrice,
        Display = command.Display,
        ExpiresAtNanos = command.ExpiresAtNanos,
        Quantity = command.Quantity,
        CreatedNanos = _now,
    };

    // Where self-trade prevention has taken lots away, that the rest of the sum is spent does not undo it.
    private static OrderRecord Cancel(OrderRecord order, in ExchangeEvent e) => order with
    {
        CancelledLots = order.CancelledLots + e.Quantity,
        Reason = e.Reason == ReasonCode.ValueSpent && order.CancelledLots > 0 ? order.Reason : e.Reason,
    };

    // An order by value is over with its command: without a word where it has found all that it may trade.
    private static OrderRecord End(OrderRecord order) => order with
    {
        Status = order.CancelledLots == 0 && order.Reason is ReasonCode.None or ReasonCode.ValueSpent
            ? OrderStatus.Filled
            : OrderStatus.Cancelled,
    };

    private void Trade(in ExchangeEvent e)
    {
        // Of the taker nothing is unknown: it was accepted here, or set off here.
        if (_open.TryGetValue(e.Order, out var taker))
        {
            Change(Fill(taker, e), e.Sequence);
        }

        var maker = _open.GetValueOrDefault(e.Maker);
        if (maker is not null)
        {
            Change(Fill(maker, e), e.Sequence);
        }

        var side = taker?.Side ?? (maker?.Side == Side.Buy ? Side.Sell : Side.Buy);
        _trades.Add(new TradePrint(
            e.Sequence, _now, e.Instrument, e.Price, e.Quantity, side, e.Order, e.Maker, e.Account, e.MakerAccount,
            e.TakerFee, e.MakerFee));
    }

    private static OrderRecord Fill(OrderRecord order, in ExchangeEvent trade) => order with
    {
        Executed = order.Executed + trade.Quantity,
        ExecutedTickLots = order.ExecutedTickLots + ((Int128)trade.Price * trade.Quantity),
    };

    private void Change(OrderRecord order, long sequence)
    {
        _changed.Add(order.Id);
        _open[order.Id] = order with
        {
            Status = Status(order), Sequence = sequence, UpdatedNanos = _now,
            FirstSequence = order.FirstSequence == 0 ? sequence : order.FirstSequence,
        };
    }

    private static OrderStatus Status(OrderRecord order) =>
        order.IsOver ? order.Status
        : order.Kind == OrderKind.MarketByValue || order.Executed + order.CancelledLots < order.Quantity
            ? order.Executed > 0 ? OrderStatus.PartiallyFilled : OrderStatus.Open
        : order.CancelledLots == 0 ? OrderStatus.Filled
        : order.Reason == ReasonCode.Expired ? OrderStatus.Expired
        : OrderStatus.Cancelled;
}
