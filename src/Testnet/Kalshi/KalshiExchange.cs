using Strikeline.Exchange;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>Members, their money, and what their orders do in the books.</summary>
/// <remarks>Under the floor's lock. The core matches; the money is counted here, as the venue counts it.</remarks>
internal sealed class KalshiExchange(long seed, long nowNanos, IKalshiFeed feed)
{
    // Of both assets in the core: more than anybody can ever trade.
    private const long Plenty = 1L << 50;

    private readonly Dictionary<long, KalshiOrder> _open = [];
    private readonly List<KalshiMember> _members = [];
    private readonly SeededRandom _ids = new(seed, 9_001);
    private long _lastNumber;

    /// <summary>The books.</summary>
    public MatchingCore Core { get; } = new(KalshiUnits.CountDecimals, KalshiUnits.LargestCount, Plenty, nowNanos);

    public IReadOnlyList<KalshiMember> Members => _members;

    /// <summary>True while the whole exchange is paused.</summary>
    public bool IsPaused { get; set; }

    public KalshiMember Open(long balance, bool isSimulated, long atNanos)
    {
        var member = new KalshiMember(NextId(), Core.OpenAccount(atNanos), balance, isSimulated);
        _members.Add(member);
        return member;
    }

    /// <summary>A name of the form that the venue gives everything.</summary>
    public string NextId()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, _ids.NextBits());
        BitConverter.TryWriteBytes(bytes[8..], _ids.NextBits());
        return new Guid(bytes).ToString();
    }

    /// <summary>Places an order.</summary>
    /// <param name="member">Who asks.</param>
    /// <param name="ticket">For what.</param>
    /// <param name="atNanos">When.</param>
    /// <param name="order">The order, where it was not refused.</param>
    public KalshiRefusal? Place(KalshiMember member, KalshiTicket ticket, long atNanos, out KalshiOrder order)
    {
        order = null!;
        var count = ticket.Count;
        if (Wrong(member, ticket, ref count) is { } wrong)
        {
            return wrong;
        }

        var asked = new KalshiOrder
        {
            Id = NextId(),
            Number = ++_lastNumber,
            Member = member,
            Market = ticket.Market,
            ClientId = ticket.ClientId,
            Side = ticket.Side,
            Price = ticket.Price,
            Initial = count,
            Remaining = count,
            CreatedNanos = atNanos,
            UpdatedNanos = atNanos,
            ExpirationSeconds = ticket.ExpirationSeconds,
            SelfTrade = ticket.SelfTrade,
            CancelsOnPause = ticket.CancelsOnPause,
            GroupId = ticket.GroupId,
        };
        if (!member.Affords(asked))
        {
            return new KalshiRefusal(400, "insufficient_balance", "insufficient balance");
        }

        var command = new Command
        {
            Type = CommandType.Place,
            AtNanos = atNanos,
            Account = member.Account,
            Instrument = ticket.Market.Instrument,
            Side = ticket.Side,
            Price = ticket.Price,
            Quantity = count,
            TimeInForce = ticket.PostOnly ? TimeInForce.PostOnly
                : ticket.TimeInForce == "fill_or_kill" ? TimeInForce.Fok
                : ticket.TimeInForce == "immediate_or_cancel" ? TimeInForce.Ioc
                : TimeInForce.Gtc,
            SelfTrade = ticket.SelfTrade == "maker" ? SelfTrade.CancelOldest : SelfTrade.CancelNewest,
            ExpiresAtNanos = ticket.ExpirationSeconds * Stamps.NanosPerSecond,
        };
        var events = Core.Run(command).ToArray();
        if (Array.Find(events, e => e.Type == EventType.Rejected) is { Type: EventType.Rejected } rejected)
        {
            return RefusalOf(rejected.Reason);
        }

        if (ticket.ClientId.Length > 0)
        {
            member.ClientIds.Add(ticket.ClientId);
        }

        member.Add(asked);
        Apply(events, asked, atNanos);
        order = asked;
        return null;
    }

    /// <summary>Takes an order out of its book.</summary>
    /// <returns>What was left of it.</returns>
    public long Cancel(KalshiOrder order, long atNanos)
    {
        var left = order.Remaining;
        Apply(
            Core.Run(new Command
            {
                Type = CommandType.Cancel,
                AtNanos = atNanos,
                Account = order.Member.Account,
                Target = order.CoreId,
            }).ToArray(),
            null, atNanos);
        return left;
    }

    /// <summary>Takes out of a market's book what is chosen.</summary>
    public void CancelAll(KalshiMarket market, Predicate<KalshiOrder> chosen, long atNanos)
    {
        foreach (var order in _open.Values.Where(order => order.Market == market && chosen(order)).ToArray())
        {
            Cancel(order, atNanos);
        }
    }

    public void Expire(long atNanos) => Apply(Core.Expire(atNanos).ToArray(), null, atNanos);

    /// <summary>Pays every position of a market out.</summary>
    public void PayOut(KalshiMarket market, long atNanos)
    {
        foreach (var member in _members)
        {
            if (member.Positions.TryGetValue(market.Ticker, out var position))
            {
                var before = position.State;
                var paid = position.PayOut(market.SettlementPrice, atNanos);
                member.Change(paid);
                if (before.Volume > 0)
                {
                    member.Add(new KalshiPayment(market, before, paid, atNanos));
                    feed.PositionChanged(member, position);
                }

                if (member.IsSimulated)
                {
                    member.Positions.Remove(market.Ticker);
                }
            }
        }

        market.OpenInterest = 0;
    }

    private KalshiRefusal? Wrong(KalshiMember member, KalshiTicket ticket, ref long count)
    {
        var market = ticket.Market;
        if (market.IsOver || market.Status == KalshiStatus.Initialized)
        {
            return market.IsOver
                ? new KalshiRefusal(400, "market_closed", "market is closed")
                : new KalshiRefusal(400, "market_not_open", "market is not open");
        }

        if (IsPaused || market.Status == KalshiStatus.Inactive)
        {
            return IsPaused
                ? new KalshiRefusal(409, "trading_is_paused", "trading is paused")
                : new KalshiRefusal(409, "market_inactive", "market is inactive");
        }

        if (!market.Ranges.Takes(ticket.Price))
        {
            return new KalshiRefusal(
                400, "invalid_price", "invalid price", "price is not on a tick of the market's price_ranges");
        }

        if (ticket.ClientId.Length > 0 && member.ClientIds.Contains(ticket.ClientId))
        {
            return new KalshiRefusal(409, "order_already_exists", "order already exists");
        }

        if (ticket.ReduceOnly)
        {
            var held = member.PositionIn(market);
            count = Math.Min(count, ticket.Side == Side.Buy ? -held : held);
            if (ticket.TimeInForce != "immediate_or_cancel" || count <= 0)
            {
                return new KalshiRefusal(
                    400, "invalid_order", "invalid order",
                    count <= 0 ? "reduce only order would increase the position" : "reduce only needs IOC");
            }
        }

        return ticket.PostOnly && ticket.TimeInForce != "good_till_canceled"
            ? new KalshiRefusal(400, "invalid_order", "invalid order", "post only needs good_till_canceled")
            : null;
    }

    private static KalshiRefusal RefusalOf(ReasonCode reason) => reason switch
    {
        ReasonCode.WouldNotFill => new KalshiRefusal(
            409, "fill_or_kill_insufficient_resting_volume", "fill or kill insufficient resting volume"),
        ReasonCode.WouldTrade => new KalshiRefusal(400, "invalid_order", "invalid order", "post only cross"),
        ReasonCode.ExpiryInPast or ReasonCode.Contradiction => new KalshiRefusal(
            400, "invalid_order", "invalid order", "expiration_time does not go with the order"),
        _ => new KalshiRefusal(400, "invalid_order", "invalid order", reason.ToString()),
    };

    private void Apply(ExchangeEvent[] events, KalshiOrder? incoming, long atNanos)
    {
        var touched = new List<KalshiOrder>();
        var lostMakers = false;
        foreach (var e in events)
        {
            if (e.Type == EventType.Accepted)
            {
                incoming!.CoreId = e.Order;
                touched.Add(incoming);
            }
            else if (e.Type == EventType.Trade)
            {
                Trade(e, incoming!, atNanos);
                touched.Add(_open[e.Maker]);
            }
            else if (e.Type == EventType.Cancelled)
            {
                lostMakers |= Cancelled(e, incoming, touched);
            }
        }

        if (incoming is { Remaining: > 0 })
        {
            _open[incoming.CoreId] = incoming;
            incoming.Member.Resting.Add(incoming);
            Change(incoming.Market, incoming.Side, incoming.Price, incoming.Remaining, incoming);
        }

        foreach (var order in touched.Distinct())
        {
            End(order, atNanos);
            feed.OrderChanged(order);
        }

        // By the venue's rule nothing of an order stays whose member's own resting orders were in its way.
        if (lostMakers && incoming is { Remaining: > 0 })
        {
            Cancel(incoming, atNanos);
        }
    }

    private void Trade(in ExchangeEvent e, KalshiOrder taker, long atNanos)
    {
        var maker = _open[e.Maker];
        var market = taker.Market;
        var trade = new KalshiTrade(NextId(), e.Price, e.Quantity, taker.Side, atNanos, ++_lastNumber);
        maker.Remaining -= e.Quantity;
        taker.Remaining -= e.Quantity;
        Change(market, maker.Side, maker.Price, -e.Quantity, taker);
        market.Add(trade);
        feed.Traded(market, trade);
        Fill(taker, trade, isTaker: true, atNanos);
        Fill(maker, trade, isTaker: false, atNanos);
    }

    private void Fill(KalshiOrder order, KalshiTrade trade, bool isTaker, long atNanos)
    {
        var (member, market) = (order.Member, order.Market);
        var position = member.Position(market);
        var before = Math.Max(0, position.Count);
        var revenue = position.Fill(order.Side, trade.Price, trade.Count, atNanos);
        market.OpenInterest += Math.Max(0, position.Count) - before;
        var rate = isTaker ? market.Series.TakerRate : market.Series.MakerRate;
        var fee = order.Fees.Charge(revenue, KalshiFees.Of(rate, trade.Price, trade.Count));
        position.AddFee(fee, atNanos);
        member.Change(revenue - fee);
        order.Filled += trade.Count;
        var cost = (order.Side == Side.Buy ? trade.Price : KalshiUnits.Dollar - trade.Price) * trade.Count;
        if (isTaker)
        {
            order.TakerCost += cost;
            order.TakerFees += fee;
        }
        else
        {
            order.MakerCost += cost;
            order.MakerFees += fee;
        }

        var fill = new KalshiFill(NextId(), order, trade, fee, isTaker, position.Count);
        member.Add(fill);
        feed.Filled(fill);
        feed.PositionChanged(member, position);
    }

    // True where it was a resting order of the same member that was in the way.
    private bool Cancelled(in ExchangeEvent e, KalshiOrder? incoming, List<KalshiOrder> touched)
    {
        if (incoming is not null && incoming.CoreId == e.Order)
        {
            incoming.Remaining = 0;
            return false;
        }

        var order = _open[e.Order];
        order.Remaining = 0;
        order.Status = "canceled";
        Change(order.Market, order.Side, order.Price, -e.Quantity, order);
        touched.Add(order);
        return incoming is not null && e.Reason == ReasonCode.SelfTradePrevented;
    }

    private void End(KalshiOrder order, long atNanos)
    {
        order.UpdatedNanos = atNanos;
        if (order.Remaining == 0)
        {
            order.Status = order.Filled == order.Initial ? "executed" : "canceled";
            _open.Remove(order.CoreId);
            order.Member.Resting.Remove(order);
        }
    }

    private void Change(KalshiMarket market, Side side, int price, long delta, KalshiOrder? by)
    {
        market.Change(side, price, delta);
        feed.LevelChanged(market, side, price, delta, by);
    }
}
