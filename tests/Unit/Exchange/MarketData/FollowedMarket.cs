using System.Numerics;
using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange.MarketData;

/// <summary>A market, a tracker that follows it, one that was restored with the records so far, and one that was restored
/// without any: all compared with the naive exchange and the core.</summary>
internal sealed class FollowedMarket
{
    private readonly PagedMarket _market;
    private readonly string _name;
    private readonly Dictionary<string, int> _scenes;
    private readonly OrderTracker _tracker = new();
    private readonly Dictionary<long, OrderRecord> _records = [];
    private readonly HashSet<long> _over = [];
    private OrderTracker? _restored;
    private OrderTracker? _forgetful;
    private int _run;

    public FollowedMarket(PagedMarket market, string name, Dictionary<string, int> scenes)
    {
        (_market, _name, _scenes) = (market, name, scenes);
        market.AfterCommand = Follow;
        market.AfterPage = _ => ComparePage();
    }

    /// <summary>Two other trackers go on from what the core knows, one of them with the records so far.</summary>
    public void Restart()
    {
        (_restored, _forgetful) = (new OrderTracker(), new OrderTracker());
        _restored.GoOnAt(_market.Core.NowNanos);
        foreach (var order in _market.Core.Orders())
        {
            _restored.Restore(order, _records[order.Id]);
            _forgetful.Restore(order);
        }

        ComparePage();
    }

    /// <summary>Every order that was ever taken.</summary>
    public void End()
    {
        Assert.Equal(_market.Naive.Orders.Count, _records.Count);
        foreach (var (id, record) in _records)
        {
            Compare(record);
            Assert.True(record.IsOver == _over.Contains(id), $"{_name}: {record}");
            Assert.True(record.IsOver != (_tracker.Find(id) is not null), $"{_name}: {record}");
        }
    }

    private void Follow(in Command command, ReadOnlySpan<ExchangeEvent> events)
    {
        _run++;
        foreach (var scene in Scenes.Of(command, events.ToArray(), _records.GetValueOrDefault))
        {
            _scenes[scene] = _scenes.GetValueOrDefault(scene) + 1;
        }

        _tracker.Apply(command, events);
        CompareTrades(command);
        CompareOrders(command, events);
        if (_restored is not null)
        {
            _restored.Apply(command, events);
            _forgetful!.Apply(command, events);
            Equal(_tracker.Orders, _restored.Orders, "the restored tracker's changes");
            Equal(_tracker.Trades, _restored.Trades, "the restored tracker's trades");
            Equal(_tracker.Trades, _forgetful.Trades, "the forgetful tracker's trades");
            Equal(
                _tracker.Orders.Select(order => (order.Id, order.Price, order.Left, order.IsOver)),
                _forgetful.Orders.Select(order => (order.Id, order.Price, order.Left, order.IsOver)), "the forgetful tracker's changes");
        }
    }

    // Those that the events name, each once, and none that was over before.
    private void CompareOrders(in Command command, ReadOnlySpan<ExchangeEvent> events)
    {
        var last = new Dictionary<long, long>();
        foreach (ref readonly var e in events)
        {
            if (e.Type is EventType.Accepted or EventType.Trade or EventType.Cancelled or EventType.Amended or EventType.Triggered)
            {
                last[e.Order] = e.Sequence;
                if (e.Type == EventType.Trade)
                {
                    last[e.Maker] = e.Sequence;
                }
            }
        }

        Equal(last.Keys.Order(), _tracker.Orders.Select(order => order.Id).Order(), "which orders have changed");
        foreach (var record in _tracker.Orders)
        {
            _records[record.Id] = record;
            Compare(record);
            Equal([last[record.Id]], [record.Sequence], $"the newest event of {record}");
            Assert.False(_over.Contains(record.Id), $"{_name}, command {_run}: over twice: {record}");
            Assert.True(record.UpdatedNanos >= Math.Max(record.CreatedNanos, command.AtNanos), $"{_name}, command {_run}: {record}");
            if (record.IsOver)
            {
                _over.Add(record.Id);
            }
        }
    }

    private void Compare(OrderRecord record)
    {
        var order = _market.Order(record.Id);
        var book = _market.Naive.Markets[record.Instrument].Book;
        var isOpen = book.Open.Contains(order);
        var status = isOpen ? (order.Traded > 0 ? OrderStatus.PartiallyFilled : OrderStatus.Open)
            : order.Why == ReasonCode.Expired ? OrderStatus.Expired
            : order is { Lost: 0, Why: ReasonCode.None or ReasonCode.ValueSpent } ? OrderStatus.Filled
            : OrderStatus.Cancelled;
        var left = isOpen ? order.Remaining : 0;
        var naive = (
            order.Account, order.Side, order.Price, (Int128)order.Traded, order.TickLots, (Int128)order.Lost, order.Why, status, left,
            (Int128)(order.Value ?? order.Traded + order.Lost + left), order.Stop, order.IsSetOff,
            order.Display, order.Life, order.Value is not null ? OrderKind.MarketByValue : order.Price == 0 ? OrderKind.Market : OrderKind.Limit);
        var tracked = (
            record.Account, record.Side, (long)record.Price, record.Executed, (BigInteger)record.ExecutedTickLots, record.CancelledLots,
            record.Reason, record.Status, record.Left, record.Quantity, (long)record.StopPrice, record.IsTriggered,
            record.Display, record.TimeInForce, record.Kind);
        if (!naive.Equals(tracked))
        {
            Assert.Fail($"{_name}, command {_run}: {record}\n  naive: {naive}\n  tracked: {tracked}");
        }
    }

    private void CompareTrades(in Command command)
    {
        var at = command.AtNanos;
        var naive = _market.Naive.Events.Where(e => e.Type == EventType.Trade).Select(e => new TradePrint(
            0, at, e.Instrument, e.Price, e.Quantity, _market.Naive.Orders[e.Order].Side, e.Order, e.Maker, e.Account, e.MakerAccount,
            e.TakerFee, e.MakerFee));
        Equal(
            naive,
            _tracker.Trades.Select(trade => trade with
            {
                Sequence = 0, TakerOrder = _market.Number(trade.TakerOrder), MakerOrder = _market.Number(trade.MakerOrder),
            }),
            "the trades");
    }

    // What is open now, to the tracker, the core and the naive exchange.
    private void ComparePage()
    {
        var core = _market.Core.Orders().Select(order => (
            order.Id, order.Account, order.Instrument, order.Side, order.Price, order.Lots, order.Display, order.StopPrice,
            order.ExpiresAtNanos, order.IsPostOnly)).OrderBy(order => order.Id).ToList();
        Equal(core, _tracker.Open.Select(Core).OrderBy(order => order.Id), "the open orders");
        Equal(
            _market.Naive.Markets.SelectMany(market => market.Book.Open).Select(order => order.Id).Order(),
            core.Select(order => _market.Number(order.Id)).Order(), "which orders are open");
        foreach (var record in _tracker.Open)
        {
            Assert.Equal(_records[record.Id], record);
            Compare(record);
        }

        if (_restored is not null)
        {
            Equal(_tracker.Open.OrderBy(order => order.Id), _restored.Open.OrderBy(order => order.Id), "the restored tracker's open orders");
            Equal(
                core.Select(order => (order.Id, order.Account, order.Price, order.Lots)),
                _forgetful!.Open.Select(Core).OrderBy(order => order.Id).Select(order => (order.Id, order.Account, order.Price, order.Lots)),
                "the forgetful tracker's open orders");
        }
    }

    private static (long Id, int Account, short Instrument, Side Side, int Price, long Lots, long Display, int StopPrice, long ExpiresAtNanos,
        bool IsPostOnly) Core(OrderRecord record) => (
        record.Id, record.Account, record.Instrument, record.Side, record.Price, record.Left, record.Display,
        record.IsTriggered ? 0 : record.StopPrice, record.ExpiresAtNanos, record.TimeInForce == TimeInForce.PostOnly);

    private void Equal<T>(IEnumerable<T> expected, IEnumerable<T> found, string what)
    {
        var (first, second) = (expected.ToList(), found.ToList());
        if (!first.SequenceEqual(second))
        {
            var differing = first.Except(second).Select(one => $"\n  expected: {one}").Concat(second.Except(first).Select(one => $"\n  found: {one}"));
            Assert.Fail($"{_name}, command {_run}: {what}{string.Concat(differing.Take(8))}");
        }
    }
}
