using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>
/// One market as one would explain it: lists in order of priority, walked from the front. Slow, and right by reading.
/// </summary>
/// <remarks>
/// Rules beyond price and time. An order that gets another price or more quantity goes behind the others of its price;
/// one that only shrinks keeps its place. A fill-or-kill order is tried on a copy of the book first. Stops look at
/// every
/// trade; those that one trade passes go in the order in which the price came by them, buys before sells, older ones
/// first; they run after the order that set them off has finished, and wait for nothing once they are set off. A stop
/// that the last trade has passed already runs at once. What an accepted stop may not do when it runs cancels it. An
/// order by value counts what self-trade prevention takes away as spent.
/// </remarks>
internal sealed class NaiveBook(INaiveSurroundings? around = null)
{
    private readonly Queue<NaiveOrder> _triggered = new();

    /// <summary>What has happened since the caller last cleared it.</summary>
    public List<NaiveEvent> Events { get; } = [];

    /// <summary>Price of the newest trade; 0 before the first.</summary>
    public long LastPrice { get; private set; }

    public List<NaiveOrder> Bids { get; } = [];

    public List<NaiveOrder> Asks { get; } = [];

    /// <summary>Those that wait, oldest first.</summary>
    public List<NaiveOrder> Stops { get; } = [];

    /// <summary>All orders that rest or wait, or were set off and are yet to run.</summary>
    public IEnumerable<NaiveOrder> Open => [.. Bids, .. Asks, .. Stops, .. _triggered];

    public void Place(NaiveOrder order)
    {
        if ((order.Fault ?? (order.Stop == 0 ? Refusal(order) : null)) is { } reason)
        {
            Say(new NaiveEvent.Rejected(order.Id, reason));
            return;
        }

        Say(new NaiveEvent.Accepted(order.Id));
        if (order.Stop == 0)
        {
            Enter(order);
        }
        else
        {
            Stops.Add(order);
            Pass(LastPrice);
        }

        RunTriggered();
    }

    public void Cancel(long id, int account, ReasonCode why = ReasonCode.ByOwner)
    {
        if (Find(id, account) is not { } found)
        {
            Say(new NaiveEvent.Rejected(id, ReasonCode.UnknownOrder));
            return;
        }

        found.List.Remove(found.Order);
        found.Order.Lose(found.Order.Remaining, why);
        Say(new NaiveEvent.Cancelled(id, found.Order.Remaining, why));
    }

    /// <summary>Gives an order another price and quantity, and one that waits another stop price where one is given;
    /// the
    /// quantity is what shall remain to trade.</summary>
    public void Replace(
        long id, int account, long price, long quantity, SelfTrade selfTrade = SelfTrade.CancelNewest, long? stop = null)
    {
        var found = Find(id, account);
        if (Fault(found?.Order, price, quantity, selfTrade, stop) is { } reason)
        {
            Say(new NaiveEvent.Rejected(id, reason));
            return;
        }

        var (list, order) = found!.Value;
        var staysInPlace = list == Stops || (price == order.Price && quantity < order.Remaining);
        Say(new NaiveEvent.Replaced(id, price, quantity));
        (order.Price, order.Remaining, order.SelfTrade) = (price, quantity, selfTrade);
        order.Shown = Math.Min(order.Shown, quantity);
        if (stop is not null)
        {
            // As old as it was among those of its new stop price; where that is passed already, it goes at once.
            order.Stop = stop.Value;
            Pass(LastPrice);
            RunTriggered();
        }
        else if (!staysInPlace)
        {
            list.Remove(order);
            Enter(order);
            RunTriggered();
        }
    }

    private ReasonCode? Fault(NaiveOrder? order, long price, long quantity, SelfTrade selfTrade, long? stop) =>
        order is null ? ReasonCode.UnknownOrder
        : price < 0 || (price == 0) != (order.Price == 0) || price > around?.MaxPrice
            || stop <= 0 || stop > around?.MaxPrice ? ReasonCode.PriceOutOfRange
        : quantity <= 0 || quantity > around?.MaxQuantity ? ReasonCode.QuantityOutOfRange
        : stop is not null && !Stops.Contains(order) ? ReasonCode.Contradiction
        : price == order.Price && quantity == order.Remaining && (stop ?? order.Stop) == order.Stop ? ReasonCode.Unchanged
        : selfTrade > SelfTrade.Allow ? ReasonCode.Contradiction
        : order.Life == TimeInForce.PostOnly && !Stops.Contains(order) && WouldTrade(order.Side, price) ? ReasonCode.WouldTrade
        : around?.Refusal(order, price, quantity, stop ?? order.Stop);

    /// <summary>Why an order may not enter the book as it stands now; null where it may.</summary>
    public ReasonCode? Refusal(NaiveOrder order) => around?.Refusal(order) ?? order.Life switch
    {
        TimeInForce.PostOnly when WouldTrade(order.Side, order.Price) => ReasonCode.WouldTrade,
        TimeInForce.Fok when !WouldFill(order) => ReasonCode.WouldNotFill,
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
        if (order.Remaining > 0 && order.Life is (TimeInForce.Ioc or TimeInForce.Fok))
        {
            Say(new NaiveEvent.Cancelled(order.Id, order.Left, order.WhyEnded));
            order.Lose(order.Left, order.WhyEnded);
        }
        else if (order.Remaining > 0)
        {
            Queue(order);
        }
    }

    private void Match(NaiveOrder taker)
    {
        var makers = Opposite(taker.Side);
        while (taker.Remaining > 0 && !taker.IsSpent && makers.Count > 0 && taker.Reaches(makers[0].Price))
        {
            var maker = makers[0];
            var quantity = Math.Min(taker.Remaining, maker.Shown);
            if (maker.Account == taker.Account && taker.SelfTrade != SelfTrade.Allow)
            {
                Prevent(taker, maker, quantity);
            }
            else if (taker.TrySpend(maker.Price, ref quantity))
            {
                Say(new NaiveEvent.Trade(taker.Id, maker.Id, maker.Price, quantity));
                taker.Gain(maker.Price, quantity);
                maker.Gain(maker.Price, quantity);
                taker.Remaining -= quantity;
                Reduce(maker, quantity);
                Pass(maker.Price);
            }
        }
    }

    private void Prevent(NaiveOrder taker, NaiveOrder maker, long quantity)
    {
        if (taker.SelfTrade == SelfTrade.Decrement && (taker.Value is null || taker.TrySpend(maker.Price, ref quantity)))
        {
            Say(new NaiveEvent.Cancelled(maker.Id, quantity, ReasonCode.SelfTradePrevented));
            Say(new NaiveEvent.Cancelled(taker.Id, quantity, ReasonCode.SelfTradePrevented));
            maker.Lose(quantity, ReasonCode.SelfTradePrevented);
            taker.Lose(quantity, ReasonCode.SelfTradePrevented);
            taker.Remaining -= quantity;
            Reduce(maker, quantity);
        }

        if (taker.SelfTrade is SelfTrade.CancelOldest or SelfTrade.CancelBoth)
        {
            Opposite(taker.Side).Remove(maker);
            maker.Lose(maker.Remaining, ReasonCode.SelfTradePrevented);
            Say(new NaiveEvent.Cancelled(maker.Id, maker.Remaining, ReasonCode.SelfTradePrevented));
        }

        if (taker.SelfTrade is SelfTrade.CancelNewest or SelfTrade.CancelBoth)
        {
            Say(new NaiveEvent.Cancelled(taker.Id, taker.Left, ReasonCode.SelfTradePrevented));
            taker.Lose(taker.Left, ReasonCode.SelfTradePrevented);
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
            Queue(maker);
            Say(new NaiveEvent.Refilled(maker.Id, maker.Shown));
        }
    }

    // Behind all that are better or as good; an iceberg shows a part.
    private void Queue(NaiveOrder order)
    {
        order.Shown = order.Display == 0 ? order.Remaining : Math.Min(order.Display, order.Remaining);
        var list = Own(order.Side);
        var behind = list.FindIndex(
            other => order.Side == Side.Buy ? other.Price < order.Price : other.Price > order.Price);
        list.Insert(behind < 0 ? list.Count : behind, order);
    }

    // The newest trade is at the price: the stops that it passes are set off.
    private void Pass(long price)
    {
        LastPrice = price;
        foreach (var stop in Stops.Where(order => order.IsPassedBy(price))
            .OrderBy(order => order.Side).ThenBy(order => order.Side == Side.Buy ? order.Stop : -order.Stop).ToList())
        {
            Stops.Remove(stop);
            _triggered.Enqueue(stop);
        }
    }

    private void RunTriggered()
    {
        while (_triggered.TryDequeue(out var order))
        {
            order.IsSetOff = true;
            Say(new NaiveEvent.Triggered(order.Id));
            if (Refusal(order) is { } reason)
            {
                Say(new NaiveEvent.Cancelled(order.Id, order.Remaining, reason));
                order.Lose(order.Remaining, reason);
            }
            else
            {
                Enter(order);
            }
        }
    }

    private (List<NaiveOrder> List, NaiveOrder Order)? Find(long id, int account)
    {
        var list = new[] { Bids, Asks, Stops }.FirstOrDefault(one => one.Exists(order => order.Id == id && order.Account == account));
        return list is null ? null : (list, list.Find(order => order.Id == id)!);
    }

    private void Say(NaiveEvent e)
    {
        Events.Add(e);
        around?.Hear(e);
    }

    private List<NaiveOrder> Own(Side side) => side == Side.Buy ? Bids : Asks;

    private List<NaiveOrder> Opposite(Side side) => side == Side.Buy ? Asks : Bids;
}
