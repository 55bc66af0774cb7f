using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>Follows orders by commands and events alone: what they were, and what has become of them.</summary>
/// <remarks>Holds the open ones. One thread at a time. Equal commands and events give equal records.</remarks>
public sealed class OrderTracker
{
    private readonly Dictionary<long, OrderRecord> _open = [];
    private readonly HashSet<long> _changed = [];
    private readonly List<OrderRecord> _orders = [];
    private readonly List<TradePrint> _trades = [];

    /// <summary>Orders that are open.</summary>
    public IReadOnlyCollection<OrderRecord> Open => _open.Values;

    /// <summary>What the last command has changed, each order once, as it is now.</summary>
    public IReadOnlyList<OrderRecord> Orders => _orders;

    /// <summary>The trades that the last command has brought.</summary>
    public IReadOnlyList<TradePrint> Trades => _trades;

    /// <summary>An open order; null where there is none.</summary>
    public OrderRecord? Find(long id) => _open.GetValueOrDefault(id);

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

    /// <summary>Takes a command that ran, and what came of it.</summary>
    public void Apply(in Command command, ReadOnlySpan<ExchangeEvent> events)
    {
        _changed.Clear();
        _orders.Clear();
        _trades.Clear();
        var placed = default(OrderRecord);
        foreach (ref readonly var e in events)
        {
            switch (e.Type)
            {
                case EventType.Accepted:
                    placed = Accept(command, e);
                    Change(placed, e.Sequence, command.AtNanos);
                    break;
                case EventType.Trade:
                    Trade(e, command.AtNanos);
                    break;
                case EventType.Cancelled when _open.TryGetValue(e.Order, out var order):
                    Change(Cancel(order, e), e.Sequence, command.AtNanos);
                    break;
                case EventType.Amended when _open.TryGetValue(e.Order, out var order):
                    Change(
                        order with { Price = e.Price, Quantity = order.Executed + order.CancelledLots + e.Quantity },
                        e.Sequence, command.AtNanos);
                    break;
                case EventType.Triggered when _open.TryGetValue(e.Order, out var order):
                    Change(order with { IsTriggered = true }, e.Sequence, command.AtNanos);
                    break;
            }
        }

        if (placed is { Kind: OrderKind.MarketByValue })
        {
            var spent = _open[placed.Id];
            Change(End(spent), spent.Sequence, command.AtNanos);
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

    private static OrderRecord Accept(in Command command, in ExchangeEvent e) => new()
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
        CreatedNanos = command.AtNanos,
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

    private void Trade(in ExchangeEvent e, long atNanos)
    {
        // Of the taker nothing is unknown: it was accepted here, or set off here.
        if (_open.TryGetValue(e.Order, out var taker))
        {
            Change(Fill(taker, e), e.Sequence, atNanos);
        }

        var maker = _open.GetValueOrDefault(e.Maker);
        if (maker is not null)
        {
            Change(Fill(maker, e), e.Sequence, atNanos);
        }

        var side = taker?.Side ?? (maker?.Side == Side.Buy ? Side.Sell : Side.Buy);
        _trades.Add(new TradePrint(
            e.Sequence, atNanos, e.Instrument, e.Price, e.Quantity, side, e.Order, e.Maker, e.Account, e.MakerAccount,
            e.TakerFee, e.MakerFee));
    }

    private static OrderRecord Fill(OrderRecord order, in ExchangeEvent trade) => order with
    {
        Executed = order.Executed + trade.Quantity,
        ExecutedTickLots = order.ExecutedTickLots + (trade.Price * trade.Quantity),
    };

    private void Change(OrderRecord order, long sequence, long atNanos)
    {
        _changed.Add(order.Id);
        _open[order.Id] = order with
        {
            Status = Status(order), Sequence = sequence, UpdatedNanos = Math.Max(order.UpdatedNanos, atNanos),
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
