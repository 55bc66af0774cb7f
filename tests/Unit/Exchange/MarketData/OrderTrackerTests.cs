using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange.MarketData;

/// <summary>Orders followed by commands and events alone: scenes written by hand.</summary>
public sealed class OrderTrackerTests
{
    private const int Us = 1;
    private const int Them = 2;

    private readonly EventBuffer _events = new();
    private readonly Pipeline _pipeline;
    private readonly OrderTracker _tracker = new();

    public OrderTrackerTests()
    {
        _pipeline = new Pipeline(new PipelineOptions(), _events);
        _pipeline.Run(new AssetListing { Name = ListingName.Of("BASE") });
        _pipeline.Run(new AssetListing { Name = ListingName.Of("QUOTE") });
        _pipeline.Run(InstrumentListing.Of(0, "BASE/QUOTE", new SpotInstrument
        {
            BaseAsset = 0, QuoteAsset = 1, BaseAtomsPerLot = 1, QuoteAtomsPerTickLot = 1, MaxPrice = 1_000, MaxQuantity = 100,
        }));
        foreach (var account in new[] { Us, Them })
        {
            _pipeline.Run(new Command { Type = CommandType.OpenAccount });
            _pipeline.Run(new Command { Type = CommandType.Deposit, Account = account, Target = 0, Quantity = 10_000 });
            _pipeline.Run(new Command { Type = CommandType.Deposit, Account = account, Target = 1, Quantity = 1_000_000 });
        }
    }

    [Fact]
    public void An_order_by_value_that_ends_without_a_word_is_over_also_behind_an_expiry()
    {
        Run(Order(Them, Side.Buy, 1, 5) with { ExpiresAtNanos = 10 });
        Run(Order(Them, Side.Sell, 2, 100));

        // As many lots as an order may have, and half of the sum is left.
        var changed = Run(ByValue(Us, Side.Buy, 400) with { AtNanos = 10 });
        Assert.Equal([EventType.Cancelled, EventType.Accepted, EventType.Trade], Happened());
        Assert.Equal([OrderStatus.Expired, OrderStatus.Filled, OrderStatus.Filled], changed.Select(order => order.Status));
        Assert.Equal((100, 200, _events.Sequence), (changed[1].Executed, changed[1].ExecutedTickLots, changed[1].Sequence));
        Assert.Empty(_tracker.Open);
    }

    [Fact]
    public void What_an_order_by_value_sets_off_is_no_event_of_its_own()
    {
        Run(Order(Them, Side.Sell, 2, 100));
        Run(Order(Them, Side.Sell, 9, 5) with { StopPrice = 2 });
        var changed = Run(ByValue(Us, Side.Buy, 400));
        Assert.Equal([EventType.Accepted, EventType.Trade, EventType.Triggered], Happened());
        Assert.Equal(_events.Sequence - 1, changed[0].Sequence);
        Assert.Equal((true, OrderStatus.Open, _events.Sequence), (changed[2].IsTriggered, changed[2].Status, changed[2].Sequence));
    }

    [Fact]
    public void An_order_by_value_that_lost_lots_to_self_trade_prevention_was_not_filled()
    {
        Run(Order(Us, Side.Sell, 2, 10));
        Run(Order(Them, Side.Sell, 3, 50));
        var order = Run(ByValue(Us, Side.Buy, 60) with { SelfTrade = SelfTrade.Decrement })[0];
        Assert.Equal((13, 10, OrderStatus.Cancelled), (order.Executed, order.CancelledLots, order.Status));
        Assert.Equal(ReasonCode.SelfTradePrevented, order.Reason);
        Assert.Equal([Them], _tracker.Open.Select(open => open.Account));
    }

    [Fact]
    public void A_sum_that_was_spent_is_a_filled_order_and_one_that_was_not_taken_is_a_cancelled_one()
    {
        Run(Order(Them, Side.Sell, 3, 10));
        var spent = Run(ByValue(Us, Side.Buy, 20))[0];
        Assert.Equal((6, OrderStatus.Filled, ReasonCode.ValueSpent), (spent.Executed, spent.Status, spent.Reason));
        var rest = Run(ByValue(Us, Side.Buy, 20))[0];
        Assert.Equal((4, OrderStatus.Cancelled, ReasonCode.NotTaken), (rest.Executed, rest.Status, rest.Reason));
    }

    [Fact]
    public void A_part_that_self_trade_prevention_took_stays_said_when_the_rest_has_traded()
    {
        Run(Order(Us, Side.Sell, 5, 10));
        Run(Order(Us, Side.Buy, 5, 4) with { SelfTrade = SelfTrade.Decrement });
        var half = Assert.Single(_tracker.Open);
        Assert.Equal((4, 6, OrderStatus.Open, ReasonCode.SelfTradePrevented), (half.CancelledLots, half.Left, half.Status, half.Reason));
        var whole = Run(Order(Them, Side.Buy, 5, 6)).Single(order => order.Id == half.Id);
        Assert.Equal((6, 4, 0, OrderStatus.Cancelled), (whole.Executed, whole.CancelledLots, whole.Left, whole.Status));
    }

    [Fact]
    public void An_order_amended_again_and_again_is_for_more_than_64_bits_hold()
    {
        const int Rounds = 40;
        const long Most = 1L << 58;
        var (events, tracker) = (new EventBuffer(), new OrderTracker());
        var pipeline = new Pipeline(new PipelineOptions(), events);
        pipeline.Run(new AssetListing { Name = ListingName.Of("BASE") });
        pipeline.Run(new AssetListing { Name = ListingName.Of("QUOTE") });
        pipeline.Run(InstrumentListing.Of(0, "BASE/QUOTE", new SpotInstrument
        {
            BaseAsset = 0, QuoteAsset = 1, BaseAtomsPerLot = 1, QuoteAtomsPerTickLot = 1, MaxPrice = 1, MaxQuantity = Most,
        }));
        Do(new Command { Type = CommandType.OpenAccount });
        Do(new Command { Type = CommandType.OpenAccount });
        Do(new Command { Type = CommandType.Deposit, Account = Us, Target = 0, Quantity = Most * 2 });
        Do(new Command { Type = CommandType.Deposit, Account = Them, Target = 1, Quantity = Most * 2 });
        Do(Order(Us, Side.Sell, 1, Most));
        var id = Assert.Single(tracker.Open).Id;
        for (var round = 0; round < Rounds; round++)
        {
            // All but one lot trades, the money goes back, and the order is as large as ever.
            Do(Order(Them, Side.Buy, 1, Most - 1));
            Do(new Command { Type = CommandType.Transfer, Account = Them, Counterparty = Us, Target = 0, Quantity = Most - 1 });
            Do(new Command { Type = CommandType.Transfer, Account = Us, Counterparty = Them, Target = 1, Quantity = Most - 1 });
            Do(new Command { Type = CommandType.Amend, Account = Us, Target = id, Price = 1, Quantity = Most });
        }

        var order = Assert.Single(tracker.Open);
        Assert.Equal(
            ((Int128)Rounds * (Most - 1), ((Int128)Rounds * (Most - 1)) + Most, Most, OrderStatus.PartiallyFilled),
            (order.Executed, order.Quantity, order.Left, order.Status));
        Assert.True(order.Executed > long.MaxValue);

        void Do(Command command)
        {
            events.Clear();
            pipeline.Run(command);
            Assert.DoesNotContain(EventType.Rejected, events.Events.ToArray().Select(e => e.Type));
            tracker.Apply(command, events.Events);
        }
    }

    private static Command Order(int account, Side side, int price, long lots) => new()
    {
        Type = CommandType.Place, Account = account, Side = side, Price = price, Quantity = lots,
    };

    private static Command ByValue(int account, Side side, long value) => new()
    {
        Type = CommandType.Place, Account = account, Side = side, Kind = OrderKind.MarketByValue, TimeInForce = TimeInForce.Ioc, Quantity = value,
    };

    private IReadOnlyList<OrderRecord> Run(Command command)
    {
        _events.Clear();
        _pipeline.Run(command);
        _tracker.Apply(command, _events.Events);
        Assert.Equal(_pipeline.Orders().Select(order => order.Id).Order(), _tracker.Open.Select(order => order.Id).Order());
        return [.. _tracker.Orders];
    }

    private EventType[] Happened() => [.. _events.Events.ToArray().Select(e => e.Type)];
}
