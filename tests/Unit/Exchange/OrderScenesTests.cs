using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>Scenes written by hand for the core: what random commands found once, and what they find seldom.</summary>
public sealed class OrderScenesTests
{
    private const int Us = 1;
    private const int Them = 2;
    private const int Other = 3;
    private const long Rich = 1_000_000;

    private readonly EventBuffer _events = new();
    private readonly Pipeline _pipeline;

    public OrderScenesTests()
    {
        _pipeline = new Pipeline(new PipelineOptions(), _events);
        _pipeline.Run(new AssetListing { Name = ListingName.Of("BASE") });
        _pipeline.Run(new AssetListing { Name = ListingName.Of("QUOTE") });
        _pipeline.Run(InstrumentListing.Of(0, "BASE/QUOTE", new SpotInstrument
        {
            BaseAsset = 0, QuoteAsset = 1, BaseAtomsPerLot = 1, QuoteAtomsPerTickLot = 1, MaxPrice = 1_000, MaxQuantity = 1_000,
        }));
        foreach (var account in new[] { Us, Them, Other })
        {
            _pipeline.Run(new Command { Type = CommandType.OpenAccount });
            _pipeline.Run(new Command { Type = CommandType.Deposit, Account = account, Target = 0, Quantity = Rich });
            _pipeline.Run(new Command { Type = CommandType.Deposit, Account = account, Target = 1, Quantity = Rich });
        }
    }

    [Fact]
    public void No_stop_is_set_off_before_there_was_a_trade()
    {
        Run(Order(Us, Side.Sell, 50, 5) with { StopPrice = 50 });
        Run(Order(Us, Side.Buy, 40, 5));
        Assert.Equal(
            [(EventType.Accepted, ReasonCode.None), (EventType.Cancelled, ReasonCode.SelfTradePrevented)],
            Run(Order(Us, Side.Sell, 40, 5)));
        Assert.Equal(2, _pipeline.OpenOrders);
        Assert.Null(_pipeline.Audit());
    }

    [Theory]
    [InlineData(TradingStatus.CancelOnly)]
    [InlineData(TradingStatus.Halted)]
    public void A_stop_of_an_account_that_may_not_trade_is_cancelled_when_it_is_set_off(TradingStatus status)
    {
        Run(Order(Them, Side.Buy, 50, 9));
        Run(Order(Us, Side.Sell, 0, 5) with { StopPrice = 50 });
        Run(new Command { Type = CommandType.SetAccountStatus, Account = Us, Status = status });
        Run(Order(Other, Side.Sell, 50, 1));
        Assert.Equal(
            [(EventType.Triggered, ReasonCode.None), (EventType.Cancelled, ReasonCode.AccountHalted)],
            Happened()[^2..]);
        Assert.Null(_pipeline.Audit());
    }

    [Fact]
    public void A_market_stop_cannot_be_amended_beyond_the_largest_value_of_its_account()
    {
        Run(new Command { Type = CommandType.SetLimits, Account = Us, Quantity = 500 });
        Run(Order(Us, Side.Sell, 0, 10) with { StopPrice = 50 });
        var amendment = new Command { Type = CommandType.Amend, Account = Us, Target = _events.Events[0].Order, Quantity = 11 };
        Assert.Equal([(EventType.Rejected, ReasonCode.ValueOutOfRange)], Run(amendment));
        Assert.Equal([(EventType.Amended, ReasonCode.None)], Run(amendment with { Quantity = 9 }));
    }

    [Fact]
    public void A_stop_waits_for_its_new_stop_price_and_holds_what_that_costs()
    {
        Run(Order(Us, Side.Buy, 0, 10) with { StopPrice = 50 });
        var moved = new Command { Type = CommandType.AmendStop, Account = Us, Target = _events.Events[0].Order, Quantity = 10, StopPrice = 60 };
        Assert.Equal(500, _pipeline.Balance(Us, 1).Held);
        Assert.Equal([(EventType.Amended, ReasonCode.None)], Run(moved));
        Assert.Equal(600, _pipeline.Balance(Us, 1).Held);
        Assert.Equal([(EventType.Rejected, ReasonCode.Unchanged)], Run(moved));
        Assert.Equal([(EventType.Rejected, ReasonCode.PriceOutOfRange)], Run(moved with { StopPrice = 0 }));
        Assert.Equal([(EventType.Rejected, ReasonCode.PriceOutOfRange)], Run(moved with { StopPrice = 1_001 }));
        Run(new Command { Type = CommandType.Withdraw, Account = Us, Target = 1, Quantity = Rich - 1_000 });
        Assert.Equal([(EventType.Rejected, ReasonCode.InsufficientFunds)], Run(moved with { StopPrice = 101 }));
        Assert.Null(_pipeline.Audit());

        // The old stop price is passed, and nothing goes off; then the new one is.
        Run(Order(Them, Side.Sell, 55, 1));
        Assert.DoesNotContain(Run(Order(Other, Side.Buy, 55, 1)), one => one.Type == EventType.Triggered);
        Run(Order(Them, Side.Sell, 60, 20));
        Assert.Contains(Run(Order(Other, Side.Buy, 60, 1)), one => one.Type == EventType.Triggered);
        Assert.Equal((0, Rich + 10), (_pipeline.Balance(Us, 1).Held, _pipeline.Balance(Us, 0).Available));
        Assert.Null(_pipeline.Audit());
    }

    [Fact]
    public void A_stop_whose_new_stop_price_is_passed_goes_at_once()
    {
        Run(Order(Them, Side.Sell, 50, 5));
        Run(Order(Other, Side.Buy, 50, 1));
        Run(Order(Us, Side.Buy, 70, 2) with { StopPrice = 60 });
        var id = _events.Events[0].Order;
        Assert.Equal(
            [(EventType.Amended, ReasonCode.None), (EventType.Triggered, ReasonCode.None), (EventType.Trade, ReasonCode.None)],
            Run(new Command { Type = CommandType.AmendStop, Account = Us, Target = id, Price = 70, Quantity = 2, StopPrice = 45 }));
        Assert.Equal(0, _pipeline.Balance(Us, 1).Held);
        Assert.Null(_pipeline.Audit());
    }

    [Fact]
    public void An_order_that_does_not_wait_gets_no_stop_price()
    {
        Run(Order(Us, Side.Buy, 40, 5));
        var order = new Command { Type = CommandType.AmendStop, Account = Us, Target = _events.Events[0].Order, Price = 41, Quantity = 5, StopPrice = 45 };
        Assert.Equal([(EventType.Rejected, ReasonCode.Contradiction)], Run(order));
        Assert.Equal([(EventType.Rejected, ReasonCode.UnknownOrder)], Run(order with { Account = Them }));

        // An amendment of old says nothing about the stop price, whatever it holds there.
        Assert.Equal([(EventType.Amended, ReasonCode.None)], Run(order with { Type = CommandType.Amend }));
        Assert.Null(_pipeline.Audit());
    }

    [Fact]
    public void An_order_by_value_loses_no_more_against_its_own_account_than_its_sum_buys()
    {
        Run(Order(Us, Side.Sell, 50, 40));
        Run(Order(Them, Side.Sell, 50, 5));
        Assert.Equal(
            [
                (EventType.Accepted, ReasonCode.None),
                (EventType.Cancelled, ReasonCode.SelfTradePrevented), (EventType.Cancelled, ReasonCode.SelfTradePrevented),
                (EventType.Cancelled, ReasonCode.ValueSpent),
            ],
            Run(ByValue(Us, Side.Buy, 149) with { SelfTrade = SelfTrade.Decrement }));
        Assert.Equal((2, 2), (_events.Events[1].Quantity, _events.Events[2].Quantity));
        Assert.Equal(38, _pipeline.Balance(Us, 0).Held);
        Assert.Null(_pipeline.Audit());
    }

    [Theory]
    [InlineData(100, ReasonCode.ValueSpent)]
    [InlineData(101, ReasonCode.NotTaken)]
    public void An_order_by_value_whose_whole_sum_is_spent_says_so(long sum, ReasonCode reason)
    {
        Run(Order(Them, Side.Sell, 50, 2));
        Run(ByValue(Us, Side.Buy, sum));
        Assert.Equal((EventType.Cancelled, reason), Happened()[^1]);
    }

    private static Command Order(int account, Side side, int price, long quantity) => new()
    {
        Type = CommandType.Place, Account = account, Side = side, Price = price, Quantity = quantity,
        Kind = price == 0 ? OrderKind.Market : OrderKind.Limit, TimeInForce = price == 0 ? TimeInForce.Ioc : TimeInForce.Gtc,
    };

    private static Command ByValue(int account, Side side, long atoms) => new()
    {
        Type = CommandType.Place, Account = account, Side = side, Quantity = atoms, Kind = OrderKind.MarketByValue,
        TimeInForce = TimeInForce.Ioc,
    };

    private (EventType Type, ReasonCode Reason)[] Run(Command command)
    {
        _events.Clear();
        _pipeline.Run(command);
        return Happened();
    }

    private (EventType Type, ReasonCode Reason)[] Happened() => [.. _events.Events.ToArray().Select(e => (e.Type, e.Reason))];
}
