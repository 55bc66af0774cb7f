using Strikeline.Exchange;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <content>Matching, and what it makes of orders, money and tokens.</content>
internal sealed partial class ClobExchange
{
    private readonly Dictionary<string, OutcomeTrade> _trades = new(StringComparer.Ordinal);
    private readonly List<OutcomeTrade> _pending = [];

    public IReadOnlyCollection<OutcomeTrade> Trades => _trades.Values;

    public OutcomeTrade? FindTrade(string id) => _trades.GetValueOrDefault(id);

    /// <summary>Ends every order of a market, lets its transactions come through, pays the winner's tokens.</summary>
    public void Resolve(OutcomeMarket market, int winner, long atNanos)
    {
        EndOrders(market, atNanos);
        foreach (var trade in _pending.Where(one => one.Taker.Market == market).ToArray())
        {
            Move(trade, trade.Fails ? TradeState.Failed : TradeState.Confirmed, atNanos);
        }

        market.Resolve(winner, atNanos);
        foreach (var wallet in Wallets)
        {
            if (wallet.Holdings.TryGetValue(market.Tokens[winner], out var won))
            {
                wallet.Micros += won.Lots * OutcomeUnits.MicrosPerLot;
                market.CollateralMicros -= won.Lots * OutcomeUnits.MicrosPerLot;
            }

            wallet.Forget(market.Tokens[OutcomeMarket.Yes]);
            wallet.Forget(market.Tokens[OutcomeMarket.No]);
        }

        foreach (var book in market.Instruments.Distinct())
        {
            Core.GiveBook(book);
        }

        feed.Resolved(market);
    }

    /// <summary>Cancels every order of a market, held ones too.</summary>
    public void EndOrders(OutcomeMarket market, long atNanos)
    {
        foreach (var held in _held.Where(one => one.Order.Market == market).ToArray())
        {
            _held.Remove(held);
            held.Order.State = OrderState.Canceled;
            feed.OrderChanged(held.Order, OrderNews.Cancellation);
        }

        foreach (var order in Wallets.SelectMany(wallet => wallet.Orders).Where(one => one.Market == market).ToArray())
        {
            Cancel(order, atNanos);
        }
    }

    /// <summary>Forgets trades and orders that are long over, so that memory stays bounded.</summary>
    public void Forget(long beforeNanos)
    {
        foreach (var trade in _trades.Values.Where(one => one.IsFinal
            && (one.UpdatedNanos < beforeNanos || one.IsCrowds)).ToArray())
        {
            _trades.Remove(trade.Id);
        }

        foreach (var order in _orders.Values.Where(one => one.State is OrderState.Canceled or OrderState.Matched
            && one.CreatedNanos < beforeNanos).ToArray())
        {
            _orders.Remove(order.Id);
        }
    }

    private void Execute(OutcomeOrder order, long atNanos)
    {
        if (order.Budget != 0)
        {
            order.Remaining = Reachable(order, order.Budget, out _);
        }

        var takings = new List<Taking>();
        var isStopped = Run(order, takings, atNanos);
        Settle(order, takings, atNanos);
        if (order.Remaining == 0)
        {
            order.State = OrderState.Matched;
        }
        else if (order.IsAtOnce || isStopped)
        {
            order.State = OrderState.Canceled;
        }
        else
        {
            Rest(order);
        }

        Report(order, takings.Count > 0);
    }

    private void Report(OutcomeOrder order, bool hasTraded)
    {
        feed.OrderChanged(
            order, order.State == OrderState.Canceled ? OrderNews.Cancellation
                : hasTraded ? OrderNews.Update
                : OrderNews.Placement);
        if (order.Market.RefineTick() is > 0 and var before)
        {
            feed.TickChanged(order.Market, before);
        }
    }

    private void Rest(OutcomeOrder order)
    {
        order.State = OrderState.Live;
        order.Wallet.Orders.Add(order);
        _resting[order.CoreId] = order;
        if (order.Type == "GTD")
        {
            _ending.Add(order);
        }

        AddLots(order, order.Remaining);
    }

    // An order that rested is over, unfilled.
    private void Leave(OutcomeOrder order)
    {
        AddLots(order, -order.Remaining);
        order.State = OrderState.Canceled;
        Gone(order);
        feed.OrderChanged(order, OrderNews.Cancellation);
    }

    private void Gone(OutcomeOrder order)
    {
        order.Wallet.Orders.Remove(order);
        _resting.Remove(order.CoreId);
        _ending.Remove(order);
    }

    private void AddLots(OutcomeOrder order, long lots)
    {
        var (side, price) = order.InBook;
        var book = order.Market.Books[order.Token];
        book.Set(side, new Level(price, book.Quantity(side, price) + lots));
        feed.LevelChanged(order.Market, order.Market.IsSplit ? order.Token : -1, side, price);
    }

    // Runs an order through the core; true where it was stopped before it could rest.
    private bool Run(OutcomeOrder order, List<Taking> takings, long atNanos)
    {
        var (side, price) = order.InBook;
        var command = new Command
        {
            Type = CommandType.Place,
            AtNanos = atNanos,
            Account = order.Wallet.Account,
            Instrument = order.Market.Instruments[order.Token],
            Side = side,
            Price = price,
            Quantity = order.Remaining,
            TimeInForce = order.IsAtOnce ? TimeInForce.Ioc : TimeInForce.Gtc,
            SelfTrade = order.Wallet.IsCrowd ? SelfTrade.CancelOldest : SelfTrade.CancelNewest,
        };
        var events = Core.Run(command).ToArray();
        if (events is [{ Reason: ReasonCode.InsufficientFunds }])
        {
            Core.TopUp(order.Wallet.Account, atNanos);
            events = Core.Run(command).ToArray();
        }

        var isStopped = false;
        foreach (var e in events)
        {
            switch (e.Type)
            {
                case EventType.Accepted:
                    order.CoreId = e.Order;
                    break;
                case EventType.Trade:
                    var maker = _resting[e.Maker];
                    order.Remaining -= e.Quantity;
                    Touch(maker, e.Quantity);
                    takings.Add(new Taking(
                        maker, order.Market.InBook(order.Token, side, e.Price).Price, e.Quantity));
                    break;
                case EventType.Cancelled when e.Order == order.CoreId:
                    isStopped = true;
                    break;
                case EventType.Cancelled when _resting.TryGetValue(e.Order, out var other):
                    Leave(other);
                    break;
                case EventType.Rejected:
                    throw new InvalidOperationException($"the core refused an order of the testnet: {e.Reason}");
            }
        }

        return isStopped;
    }

    // A resting order has traded.
    private void Touch(OutcomeOrder maker, long lots)
    {
        AddLots(maker, -lots);
        maker.Remaining -= lots;
        maker.Matched += lots;
        if (maker.Remaining == 0)
        {
            maker.State = OrderState.Matched;
            Gone(maker);
        }
    }

    // One trade for each price; what it costs is gone at once, what it brings comes with the transaction.
    private void Settle(OutcomeOrder taker, List<Taking> takings, long atNanos)
    {
        var market = taker.Market;
        foreach (var atPrice in takings.GroupBy(taking => taking.Price))
        {
            var trade = new OutcomeTrade
            {
                Id = NextGuid(),
                Taker = taker,
                Price = atPrice.Key,
                MatchedNanos = atNanos,
                Fails = Fails(market),
                UpdatedNanos = atNanos,
            };
            foreach (var (maker, price, lots) in atPrice)
            {
                var first = OutcomeUnits.Value(
                    taker.Token == OutcomeMarket.Yes ? price : OutcomeUnits.Dollar - price, lots);
                var second = (lots * OutcomeUnits.MicrosPerLot) - first;
                var fill = new OutcomeFill(
                    maker, lots, taker.Token == OutcomeMarket.Yes ? first : second,
                    maker.Token == OutcomeMarket.Yes ? first : second, market.Fees.Of(price, lots));
                trade.Fills.Add(fill);
                taker.Matched += lots;
                taker.MatchedMicros += fill.TakerMicros;
                maker.MatchedMicros += fill.MakerMicros;
                market.VolumeMicros += fill.TakerMicros;
                Pay(taker, lots, fill.TakerMicros, fill.FeeMicros, 1);
                Pay(maker, lots, fill.MakerMicros, 0, 1);
                Back(taker, maker, lots, 1);
                if (!maker.Trades.Contains(trade.Id))
                {
                    maker.Trades.Add(trade.Id);
                }
            }

            taker.Trades.Add(trade.Id);
            (market.LastPrice, market.LastPriceToken, market.LastWasBuy) = (trade.Price, taker.Token, taker.IsBuy);
            _trades[trade.Id] = trade;
            _pending.Add(trade);
            feed.TradeChanged(trade);
            foreach (var maker in trade.Fills.Select(fill => fill.Maker).Distinct())
            {
                feed.OrderChanged(maker, OrderNews.Update);
            }
        }
    }

    // What a fill takes from a wallet, and what it will bring; with a sign of -1 it is undone.
    private void Pay(OutcomeOrder order, long lots, long micros, long fee, int sign)
    {
        var wallet = order.Wallet;
        FeeMicros += sign * fee;
        if (order.IsBuy)
        {
            wallet.Micros -= sign * (micros + fee);
            wallet.Of(order.TokenId).Pending += sign * lots;
        }
        else
        {
            wallet.Of(order.TokenId).Lots -= sign * lots;
            wallet.PendingMicros += sign * (micros - fee);
        }
    }

    // Two buyers of both tokens make sets, two sellers take them apart.
    private static void Back(OutcomeOrder taker, OutcomeOrder maker, long lots, int sign)
    {
        if (taker.Token != maker.Token)
        {
            taker.Market.CollateralMicros += (taker.IsBuy ? sign : -sign) * lots * OutcomeUnits.MicrosPerLot;
        }
    }

    private void StepTrades(long atNanos)
    {
        for (var i = 0; i < _pending.Count; i++)
        {
            var trade = _pending[i];
            var age = TimeSpan.FromTicks((atNanos - trade.MatchedNanos) / 100);
            var due = age >= options.ConfirmedAfter ? trade.Fails ? TradeState.Failed : TradeState.Confirmed
                : age >= options.MinedAfter ? trade.Fails ? TradeState.Retrying : TradeState.Mined
                : TradeState.Matched;
            if (due != trade.State)
            {
                Move(trade, due, atNanos);
                i -= trade.IsFinal ? 1 : 0;
            }
        }
    }

    private void Move(OutcomeTrade trade, TradeState state, long atNanos)
    {
        var hasLanded = trade.Transaction.Length > 0;
        trade.State = state;
        trade.UpdatedNanos = atNanos;
        if (state is TradeState.Mined or TradeState.Confirmed && !hasLanded)
        {
            trade.Transaction = NextHash();
            foreach (var fill in trade.Fills)
            {
                Land(trade.Taker, fill.Lots, fill.TakerMicros - fill.FeeMicros);
                Land(fill.Maker, fill.Lots, fill.MakerMicros);
            }
        }
        else if (state == TradeState.Failed)
        {
            foreach (var fill in trade.Fills)
            {
                Pay(trade.Taker, fill.Lots, fill.TakerMicros, fill.FeeMicros, -1);
                Pay(fill.Maker, fill.Lots, fill.MakerMicros, 0, -1);
                Back(trade.Taker, fill.Maker, fill.Lots, -1);
            }
        }

        if (trade.IsFinal)
        {
            _pending.Remove(trade);
        }

        feed.TradeChanged(trade);
    }

    private static void Land(OutcomeOrder order, long lots, long micros)
    {
        var wallet = order.Wallet;
        if (order.IsBuy)
        {
            wallet.Of(order.TokenId).Pending -= lots;
            wallet.Of(order.TokenId).Lots += lots;
        }
        else
        {
            wallet.PendingMicros -= micros;
            wallet.Micros += micros;
        }
    }

    private readonly record struct Taking(OutcomeOrder Maker, int Price, long Lots);
}
