namespace Strikeline.Unit.Exchange;

/// <summary>
/// One market as one would explain it: lists in order of priority, walked from the front. Slow, and right by reading.
/// </summary>
/// <remarks>
/// Rules beyond price and time. An order that gets another price or more quantity goes behind the others of its price;
/// one that only shrinks keeps its place. A fill-or-kill order is tried on a copy of the book first. Stops look at every
/// trade; those that one trade passes go in the order in which the price came by them, buys before sells, older ones
/// first; they run after the order that set them off has finished, and wait for nothing once they are set off. A stop
/// that the last trade has passed already runs at once. What an accepted stop may not do when it runs cancels it.
/// </remarks>
internal sealed class NaiveBook
{
    private readonly List<NaiveOrder> _bids = [];
    private readonly List<NaiveOrder> _asks = [];
    private readonly List<NaiveOrder> _stops = [];
    private readonly Queue<NaiveOrder> _triggered = new();

    /// <summary>What has happened since the caller last cleared it.</summary>
    public List<NaiveEvent> Events { get; } = [];

    /// <summary>Price of the newest trade; 0 before the first.</summary>
    public long LastPrice { get; private set; }

    public IReadOnlyList<NaiveOrder> Bids => _bids;

    public IReadOnlyList<NaiveOrder> Asks => _asks;

    /// <summary>Stops that wait, oldest first.</summary>
    public IReadOnlyList<NaiveOrder> Stops => _stops;

    public void Place(NaiveOrder order)
    {
        if ((order.Fault ?? (order.Stop == 0 ? Refusal(order) : null)) is { } reason)
        {
            Events.Add(new NaiveEvent.Rejected(order.Id, reason));
            return;
        }

        Events.Add(new NaiveEvent.Accepted(order.Id));
        if (order.Stop == 0)
        {
            Enter(order);
        }
        else if (LastPrice != 0 && order.IsPassedBy(LastPrice))
        {
            _triggered.Enqueue(order);
        }
        else
        {
            _stops.Add(order);
        }

        RunTriggered();
    }

    public void Cancel(long id, int account)
    {
        if (Find(id, account) is not { } found)
        {
            Events.Add(new NaiveEvent.Rejected(id, NaiveReason.UnknownOrder));
            return;
        }

        found.List.Remove(found.Order);
        Events.Add(new NaiveEvent.Cancelled(id, found.Order.Remaining, NaiveReason.ByOwner));
    }

    /// <summary>Gives an order another price and quantity; the quantity is what shall remain to trade.</summary>
    public void Replace(
        long id, int account, long price, long quantity, NaiveSelfTrade selfTrade = NaiveSelfTrade.CancelNewest)
    {
        var found = Find(id, account);
        if (Fault(found?.Order, price, quantity) is { } reason)
        {
            Events.Add(new NaiveEvent.Rejected(id, reason));
            return;
        }

        var (list, order) = found!.Value;
        var staysInPlace = list == _stops || (price == order.Price && quantity < order.Remaining);
        Events.Add(new NaiveEvent.Replaced(id, price, quantity));
        (order.Price, order.Remaining, order.SelfTrade) = (price, quantity, selfTrade);
        order.Shown = Math.Min(order.Shown, quantity);
        if (!staysInPlace)
        {
            list.Remove(order);
            Enter(order);
            RunTriggered();
        }
    }

    private NaiveReason? Fault(NaiveOrder? order, long price, long quantity) =>
        order is null ? NaiveReason.UnknownOrder
        : price < 0 || (price == 0) != (order.Price == 0) ? NaiveReason.PriceOutOfRange
        : quantity <= 0 ? NaiveReason.QuantityOutOfRange
        : price == order.Price && quantity == order.Remaining ? NaiveReason.Unchanged
        : order.Life == NaiveLife.PostOnly && !_stops.Contains(order) && WouldTrade(order.Side, price) ? NaiveReason.WouldTrade
        : null;

    // Why an order may not enter the book as it stands now.
    private NaiveReason? Refusal(NaiveOrder order) => order.Life switch
    {
        NaiveLife.PostOnly when WouldTrade(order.Side, order.Price) => NaiveReason.WouldTrade,
        NaiveLife.Fok when !WouldFill(order) => NaiveReason.WouldNotFill,
        _ => null,
    };

    private bool WouldTrade(Side side, long price) =>
        Opposite(side) is [var best, ..] && (side == Side.Buy ? best.Price <= price : best.Price >= price);

    private bool WouldFill(NaiveOrder order)
    {
        var trial = new NaiveBook();
        trial.Opposite(order.Side).AddRange(Opposite(order.Side).Select(maker => maker.Copy()));
        trial.Match(order.Copy());
        return trial.Events.OfType<NaiveEvent.Trade>().Sum(trade => trade.Quantity) == order.Remaining;
    }

    private void Enter(NaiveOrder order)
    {
        Match(order);
        if (order.Remaining == 0)
        {
            return;
        }

        if (order.Life is NaiveLife.Ioc or NaiveLife.Fok)
        {
            Events.Add(new NaiveEvent.Cancelled(order.Id, order.Remaining, NaiveReason.NotTaken));
            return;
        }

        order.Show();
        Queue(order);
    }

    private void Match(NaiveOrder taker)
    {
        var makers = Opposite(taker.Side);
        while (taker.Remaining > 0 && makers.Count > 0 && taker.Reaches(makers[0].Price))
        {
            var maker = makers[0];
            var quantity = Math.Min(taker.Remaining, maker.Shown);
            if (maker.Account == taker.Account && taker.SelfTrade != NaiveSelfTrade.Allow)
            {
                Prevent(taker, maker, quantity);
                continue;
            }

            Events.Add(new NaiveEvent.Trade(taker.Id, maker.Id, maker.Price, quantity));
            taker.Remaining -= quantity;
            Reduce(maker, quantity);
            Pass(maker.Price);
        }
    }

    private void Prevent(NaiveOrder taker, NaiveOrder maker, long quantity)
    {
        if (taker.SelfTrade == NaiveSelfTrade.Decrement)
        {
            Events.Add(new NaiveEvent.Cancelled(maker.Id, quantity, NaiveReason.SelfTradePrevented));
            Events.Add(new NaiveEvent.Cancelled(taker.Id, quantity, NaiveReason.SelfTradePrevented));
            taker.Remaining -= quantity;
            Reduce(maker, quantity);
            return;
        }

        if (taker.SelfTrade is NaiveSelfTrade.CancelOldest or NaiveSelfTrade.CancelBoth)
        {
            Opposite(taker.Side).Remove(maker);
            Events.Add(new NaiveEvent.Cancelled(maker.Id, maker.Remaining, NaiveReason.SelfTradePrevented));
        }

        if (taker.SelfTrade is NaiveSelfTrade.CancelNewest or NaiveSelfTrade.CancelBoth)
        {
            Events.Add(new NaiveEvent.Cancelled(taker.Id, taker.Remaining, NaiveReason.SelfTradePrevented));
            taker.Remaining = 0;
        }
    }

    // Takes lots away from what a resting order shows; an iceberg then shows more, at the back.
    private void Reduce(NaiveOrder maker, long quantity)
    {
        maker.Remaining -= quantity;
        maker.Shown -= quantity;
        if (maker.Shown > 0)
        {
            return;
        }

        Own(maker.Side).Remove(maker);
        if (maker.Remaining > 0)
        {
            maker.Show();
            Queue(maker);
            Events.Add(new NaiveEvent.Refilled(maker.Id, maker.Shown));
        }
    }

    // Behind all that are better or as good.
    private void Queue(NaiveOrder order)
    {
        var list = Own(order.Side);
        var behind = list.FindIndex(
            other => order.Side == Side.Buy ? other.Price < order.Price : other.Price > order.Price);
        list.Insert(behind < 0 ? list.Count : behind, order);
    }

    // A trade at the price: the stops that it passes are set off.
    private void Pass(long price)
    {
        LastPrice = price;
        foreach (var stop in _stops.Where(order => order.IsPassedBy(price))
            .OrderBy(order => order.Side).ThenBy(order => order.Side == Side.Buy ? order.Stop : -order.Stop).ToList())
        {
            _stops.Remove(stop);
            _triggered.Enqueue(stop);
        }
    }

    private void RunTriggered()
    {
        while (_triggered.TryDequeue(out var order))
        {
            Events.Add(new NaiveEvent.Triggered(order.Id));
            if (Refusal(order) is { } reason)
            {
                Events.Add(new NaiveEvent.Cancelled(order.Id, order.Remaining, reason));
            }
            else
            {
                Enter(order);
            }
        }
    }

    private (List<NaiveOrder> List, NaiveOrder Order)? Find(long id, int account)
    {
        List<NaiveOrder>[] all = [_bids, _asks, _stops];
        var list = Array.Find(all, one => one.Exists(order => order.Id == id && order.Account == account));
        return list is null ? null : (list, list.Find(order => order.Id == id)!);
    }

    private List<NaiveOrder> Own(Side side) => side == Side.Buy ? _bids : _asks;

    private List<NaiveOrder> Opposite(Side side) => side == Side.Buy ? _asks : _bids;
}
