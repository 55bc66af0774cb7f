using Strikeline.Exchange;
using static Strikeline.Unit.Exchange.NaiveEvent;

namespace Strikeline.Unit.Exchange;

/// <summary>Scenes written by hand for the book that the production core is compared with.</summary>
public sealed class NaiveBookTests
{
    private const int Us = 1;
    private const int Them = 2;

    private readonly NaiveBook _book = new();

    [Fact]
    public void The_best_price_trades_first_and_at_one_price_the_oldest()
    {
        Sell(1, 102, 5);
        Sell(2, 101, 5);
        Sell(3, 101, 5);
        Happens(
            () => Buy(4, 102, 12),
            new Accepted(4), new Trade(4, 2, 101, 5), new Trade(4, 3, 101, 5), new Trade(4, 1, 102, 2));
        Assert.Equal((1, 3), (Assert.Single(_book.Asks).Id, _book.Asks[0].Remaining));
        Assert.Empty(_book.Bids);
        Assert.Equal(102, _book.LastPrice);
    }

    [Fact]
    public void What_is_left_rests_and_the_maker_sets_the_price()
    {
        Sell(1, 101, 5);
        Happens(() => Buy(2, 103, 8), new Accepted(2), new Trade(2, 1, 101, 5));
        Assert.Equal((103, 3), (_book.Bids[0].Price, _book.Bids[0].Remaining));
        Happens(() => Sell(3, 90, 1), new Accepted(3), new Trade(3, 2, 103, 1));
    }

    [Fact]
    public void Sides_are_sorted_best_first()
    {
        Buy(1, 99, 1);
        Buy(2, 100, 1);
        Buy(3, 99, 1);
        Sell(4, 103, 1);
        Sell(5, 102, 1);
        Sell(6, 103, 1);
        Assert.Equal([2, 1, 3], _book.Bids.Select(order => order.Id));
        Assert.Equal([5, 4, 6], _book.Asks.Select(order => order.Id));
    }

    [Fact]
    public void An_ioc_order_never_rests()
    {
        Sell(1, 101, 5);
        Happens(
            () => Buy(2, 101, 8, TimeInForce.Ioc),
            new Accepted(2), new Trade(2, 1, 101, 5), new Cancelled(2, 3, ReasonCode.NotTaken));
        Assert.Empty(_book.Bids);
    }

    [Fact]
    public void A_fok_order_is_filled_whole_or_changes_nothing()
    {
        Sell(1, 101, 5);
        Sell(2, 102, 5);
        Happens(() => Buy(3, 101, 6, TimeInForce.Fok), new Rejected(3, ReasonCode.WouldNotFill));
        Assert.Equal([5, 5], _book.Asks.Select(order => order.Remaining));
        Happens(
            () => Buy(4, 102, 6, TimeInForce.Fok),
            new Accepted(4), new Trade(4, 1, 101, 5), new Trade(4, 2, 102, 1));
    }

    [Theory]
    [InlineData(SelfTrade.CancelNewest, false)]
    [InlineData(SelfTrade.CancelOldest, true)]
    [InlineData(SelfTrade.CancelBoth, false)]
    [InlineData(SelfTrade.Decrement, false)]
    [InlineData(SelfTrade.Allow, true)]
    public void A_fok_order_looks_at_its_own_orders_as_its_rule_says(object rule, bool fills)
    {
        Sell(1, 101, 5, account: Us);
        Sell(2, 102, 5);
        _book.Events.Clear();
        BuyOwn(3, 5, (SelfTrade)rule, TimeInForce.Fok);
        Assert.Equal(fills, _book.Events[0] is Accepted);
    }

    [Fact]
    public void A_fok_order_counts_what_an_iceberg_hides_but_not_behind_an_order_of_its_own()
    {
        Sell(1, 101, 50, display: 5);
        Happens(() => Buy(2, 101, 51, TimeInForce.Fok), new Rejected(2, ReasonCode.WouldNotFill));
        Sell(3, 101, 1, account: Us);
        Happens(() => Buy(4, 101, 6, TimeInForce.Fok), new Rejected(4, ReasonCode.WouldNotFill));
        Happens(
            () => Buy(5, 101, 5, TimeInForce.Fok),
            new Accepted(5), new Trade(5, 1, 101, 5), new Refilled(1, 5));
    }

    [Fact]
    public void A_post_only_order_rests_or_is_refused_also_when_it_is_replaced()
    {
        Sell(1, 101, 5);
        Happens(() => Buy(2, 101, 1, TimeInForce.PostOnly), new Rejected(2, ReasonCode.WouldTrade));
        Happens(() => Buy(3, 100, 1, TimeInForce.PostOnly), new Accepted(3));
        Happens(() => _book.Replace(3, Us, 101, 1), new Rejected(3, ReasonCode.WouldTrade));
        Assert.Equal(100, _book.Bids[0].Price);
    }

    [Fact]
    public void A_market_order_takes_any_price_and_never_rests()
    {
        Sell(1, 101, 5);
        Sell(2, 900, 5);
        Happens(
            () => Buy(3, 0, 11, TimeInForce.Ioc),
            new Accepted(3), new Trade(3, 1, 101, 5), new Trade(3, 2, 900, 5), new Cancelled(3, 1, ReasonCode.NotTaken));
        Happens(() => Sell(4, 0, 1, TimeInForce.Ioc), new Accepted(4), new Cancelled(4, 1, ReasonCode.NotTaken));
        Happens(() => Sell(5, 0, 1, TimeInForce.Fok), new Rejected(5, ReasonCode.WouldNotFill));
    }

    [Fact]
    public void A_cancel_needs_a_resting_order_of_the_same_account()
    {
        Buy(1, 100, 7);
        Happens(() => _book.Cancel(1, Them), new Rejected(1, ReasonCode.UnknownOrder));
        Happens(() => _book.Cancel(9, Us), new Rejected(9, ReasonCode.UnknownOrder));
        Happens(() => _book.Cancel(1, Us), new Cancelled(1, 7, ReasonCode.ByOwner));
        Happens(() => _book.Cancel(1, Us), new Rejected(1, ReasonCode.UnknownOrder));
    }

    [Theory]
    [InlineData(100, 4, new long[] { 1, 2 })]
    [InlineData(100, 6, new long[] { 2, 1 })]
    [InlineData(99, 4, new long[] { 2, 1 })]
    [InlineData(101, 5, new long[] { 1, 2 })]
    public void Only_a_shrinking_replacement_keeps_its_place(long price, long quantity, long[] order)
    {
        Buy(1, 100, 5);
        Buy(2, 100, 5);
        Happens(() => _book.Replace(1, Us, price, quantity), new Replaced(1, price, quantity));
        Assert.Equal(order, _book.Bids.Select(one => one.Id));
        Assert.Equal(quantity, _book.Bids.Single(one => one.Id == 1).Remaining);
    }

    [Fact]
    public void A_replacement_may_trade_and_is_checked_first()
    {
        Sell(1, 101, 5);
        Buy(2, 100, 8);
        Happens(() => _book.Replace(2, Them, 101, 8), new Rejected(2, ReasonCode.UnknownOrder));
        Happens(() => _book.Replace(2, Us, 0, 8), new Rejected(2, ReasonCode.PriceOutOfRange));
        Happens(() => _book.Replace(2, Us, 100, 0), new Rejected(2, ReasonCode.QuantityOutOfRange));
        Happens(() => _book.Replace(2, Us, 100, 8), new Rejected(2, ReasonCode.Unchanged));
        Happens(() => _book.Replace(2, Us, 101, 9), new Replaced(2, 101, 9), new Trade(2, 1, 101, 5));
        Assert.Equal((101, 4), (_book.Bids[0].Price, _book.Bids[0].Remaining));
    }

    [Fact]
    public void Self_trade_prevention_cancels_the_newest()
    {
        Sell(1, 101, 2);
        Sell(2, 101, 5, account: Us);
        Sell(3, 101, 5);
        Happens(
            () => BuyOwn(4, 8, SelfTrade.CancelNewest),
            new Accepted(4), new Trade(4, 1, 101, 2), new Cancelled(4, 6, ReasonCode.SelfTradePrevented));
        Assert.Equal([2, 3], _book.Asks.Select(order => order.Id));
        Assert.Empty(_book.Bids);
    }

    [Fact]
    public void Self_trade_prevention_cancels_the_oldest_and_goes_on()
    {
        Sell(2, 101, 5, account: Us);
        Sell(3, 101, 5);
        Happens(
            () => BuyOwn(4, 8, SelfTrade.CancelOldest),
            new Accepted(4), new Cancelled(2, 5, ReasonCode.SelfTradePrevented), new Trade(4, 3, 101, 5));
        Assert.Equal((4, 3), (_book.Bids[0].Id, _book.Bids[0].Remaining));
    }

    [Fact]
    public void Self_trade_prevention_cancels_both()
    {
        Sell(2, 101, 5, account: Us);
        Sell(3, 101, 5);
        Happens(
            () => BuyOwn(4, 8, SelfTrade.CancelBoth),
            new Accepted(4), new Cancelled(2, 5, ReasonCode.SelfTradePrevented), new Cancelled(4, 8, ReasonCode.SelfTradePrevented));
        Assert.Equal(3, Assert.Single(_book.Asks).Id);
        Assert.Empty(_book.Bids);
    }

    [Fact]
    public void Self_trade_prevention_takes_the_same_from_both()
    {
        Sell(2, 101, 5, account: Us);
        Sell(3, 101, 5);
        Happens(
            () => BuyOwn(4, 8, SelfTrade.Decrement),
            new Accepted(4), new Cancelled(2, 5, ReasonCode.SelfTradePrevented),
            new Cancelled(4, 5, ReasonCode.SelfTradePrevented), new Trade(4, 3, 101, 3));
        Sell(5, 101, 9, account: Us);
        Happens(
            () => BuyOwn(6, 6, SelfTrade.Decrement),
            new Accepted(6), new Trade(6, 3, 101, 2), new Cancelled(5, 4, ReasonCode.SelfTradePrevented),
            new Cancelled(6, 4, ReasonCode.SelfTradePrevented));
        Assert.Equal(5, Assert.Single(_book.Asks).Remaining);
    }

    [Fact]
    public void Two_orders_of_an_account_trade_where_that_is_allowed()
    {
        Sell(1, 101, 5, account: Us);
        Happens(() => BuyOwn(2, 5, SelfTrade.Allow), new Accepted(2), new Trade(2, 1, 101, 5));
    }

    [Fact]
    public void An_iceberg_shows_a_part_and_refills_behind_the_others()
    {
        Sell(1, 101, 12, display: 5);
        Sell(2, 101, 3);
        Assert.Equal([5, 3], _book.Asks.Select(order => order.Shown));
        Happens(
            () => Buy(3, 101, 10),
            new Accepted(3), new Trade(3, 1, 101, 5), new Refilled(1, 5), new Trade(3, 2, 101, 3), new Trade(3, 1, 101, 2));
        Sell(4, 101, 1);
        Happens(
            () => Buy(5, 101, 6),
            new Accepted(5), new Trade(5, 1, 101, 3), new Refilled(1, 2), new Trade(5, 4, 101, 1), new Trade(5, 1, 101, 2));
        Assert.Empty(_book.Asks);
    }

    [Fact]
    public void An_incoming_iceberg_trades_all_of_it_and_hides_the_rest()
    {
        Sell(1, 101, 10);
        Happens(() => Buy(2, 101, 20, display: 3), new Accepted(2), new Trade(2, 1, 101, 10));
        Assert.Equal((10, 3), (_book.Bids[0].Remaining, _book.Bids[0].Shown));
        Happens(() => _book.Replace(2, Us, 101, 2), new Replaced(2, 101, 2));
        Assert.Equal((2, 2), (_book.Bids[0].Remaining, _book.Bids[0].Shown));
        Happens(() => _book.Cancel(2, Us), new Cancelled(2, 2, ReasonCode.ByOwner));
    }

    [Fact]
    public void A_stop_waits_for_a_trade_at_or_past_its_price()
    {
        Buy(1, 99, 1);
        Sell(2, 101, 1);
        Sell(3, 102, 5);
        Happens(() => StopBuy(4, 102, 0, 3), new Accepted(4));
        Happens(() => Buy(5, 101, 1), new Accepted(5), new Trade(5, 2, 101, 1));
        Happens(
            () => Buy(6, 102, 1),
            new Accepted(6), new Trade(6, 3, 102, 1), new Triggered(4), new Trade(4, 3, 102, 3));
        Assert.Empty(_book.Stops);
    }

    [Fact]
    public void A_stop_limit_order_becomes_a_limit_order()
    {
        Buy(1, 99, 1);
        Buy(2, 97, 9);
        StopSell(3, 99, 98, 4, TimeInForce.Gtc);
        Happens(() => Sell(4, 99, 1), new Accepted(4), new Trade(4, 1, 99, 1), new Triggered(3));
        Assert.Equal((3, 98, 4), (_book.Asks[0].Id, _book.Asks[0].Price, _book.Asks[0].Remaining));
    }

    [Fact]
    public void A_stop_that_the_last_trade_has_passed_runs_at_once()
    {
        Sell(1, 101, 5);
        Buy(2, 101, 1);
        Happens(() => StopBuy(3, 101, 0, 2), new Accepted(3), new Triggered(3), new Trade(3, 1, 101, 2));
    }

    [Fact]
    public void Stops_run_in_the_order_in_which_the_price_came_by_and_set_off_others()
    {
        Sell(1, 101, 1);
        Sell(2, 103, 1);
        Sell(3, 105, 1);
        Sell(4, 107, 9);
        StopBuy(10, 103, 0, 1);
        StopBuy(11, 102, 0, 1);
        StopBuy(12, 102, 0, 1);
        StopBuy(13, 107, 0, 1);
        Happens(
            () => Buy(5, 103, 2),
            new Accepted(5), new Trade(5, 1, 101, 1), new Trade(5, 2, 103, 1),
            new Triggered(11), new Trade(11, 3, 105, 1), new Triggered(12), new Trade(12, 4, 107, 1),
            new Triggered(10), new Trade(10, 4, 107, 1), new Triggered(13), new Trade(13, 4, 107, 1));
    }

    [Fact]
    public void Every_trade_sets_stops_off_not_the_last_of_an_order_only()
    {
        Buy(1, 100, 1);
        Sell(2, 100, 1);
        Sell(3, 90, 1);
        Sell(4, 105, 1);
        Buy(5, 50, 9);
        StopSell(6, 95, 0, 1);
        Happens(
            () => Buy(7, 105, 2),
            new Accepted(7), new Trade(7, 3, 90, 1), new Trade(7, 4, 105, 1), new Triggered(6), new Trade(6, 5, 50, 1));
    }

    [Fact]
    public void What_a_stop_may_not_do_when_it_runs_cancels_it()
    {
        Sell(1, 101, 2);
        StopBuy(2, 101, 101, 9, TimeInForce.Fok);
        StopBuy(3, 101, 101, 1, TimeInForce.PostOnly);
        Happens(
            () => Buy(4, 101, 1),
            new Accepted(4), new Trade(4, 1, 101, 1), new Triggered(2), new Cancelled(2, 9, ReasonCode.WouldNotFill),
            new Triggered(3), new Cancelled(3, 1, ReasonCode.WouldTrade));
    }

    [Fact]
    public void A_waiting_stop_is_replaced_in_its_place_and_cancelled()
    {
        StopBuy(1, 105, 0, 4);
        Happens(() => _book.Replace(1, Us, 0, 9), new Replaced(1, 0, 9));
        Happens(() => _book.Replace(1, Us, 100, 9), new Rejected(1, ReasonCode.PriceOutOfRange));
        Happens(() => _book.Cancel(1, Us), new Cancelled(1, 9, ReasonCode.ByOwner));
        Assert.Empty(_book.Stops);
    }

    [Fact]
    public void What_makes_no_order_is_refused()
    {
        Happens(() => Buy(1, -1, 1), new Rejected(1, ReasonCode.PriceOutOfRange));
        Happens(() => Buy(1, 0, 1), new Rejected(1, ReasonCode.Contradiction));
        Happens(() => Buy(1, 1, 0), new Rejected(1, ReasonCode.QuantityOutOfRange));
        Happens(() => Buy(1, 1, 5, display: 6), new Rejected(1, ReasonCode.QuantityOutOfRange));
        Happens(() => StopBuy(1, -1, 5, 1), new Rejected(1, ReasonCode.PriceOutOfRange));
    }

    private void Happens(Action command, params NaiveEvent[] events)
    {
        _book.Events.Clear();
        command();
        Assert.Equal(events, _book.Events);
    }

    private void Buy(long id, long price, long quantity, TimeInForce life = TimeInForce.Gtc, long display = 0) =>
        _book.Place(new NaiveOrder
        {
            Id = id, Account = Us, Side = Side.Buy, Price = price, Remaining = quantity, Life = life, Display = display,
        });

    private void Sell(long id, long price, long quantity, TimeInForce life = TimeInForce.Gtc, int account = Them, long display = 0) =>
        _book.Place(new NaiveOrder
        {
            Id = id, Account = account, Side = Side.Sell, Price = price, Remaining = quantity, Life = life, Display = display,
        });

    private void BuyOwn(long id, long quantity, SelfTrade rule, TimeInForce life = TimeInForce.Gtc) =>
        _book.Place(new NaiveOrder
        {
            Id = id, Account = Us, Side = Side.Buy, Price = 102, Remaining = quantity, SelfTrade = rule, Life = life,
        });

    private void StopBuy(long id, long stop, long price, long quantity, TimeInForce life = TimeInForce.Ioc) =>
        _book.Place(new NaiveOrder
        {
            Id = id, Account = Us, Side = Side.Buy, Price = price, Remaining = quantity, Stop = stop, Life = life,
        });

    private void StopSell(long id, long stop, long price, long quantity, TimeInForce life = TimeInForce.Ioc) =>
        _book.Place(new NaiveOrder
        {
            Id = id, Account = Them, Side = Side.Sell, Price = price, Remaining = quantity, Stop = stop, Life = life,
        });
}
