using Strikeline.Kernel;

namespace Strikeline.Lab.Workloads;

/// <summary>A symbol of the flow: a mid that wanders, a price-time book, and its resting orders to pick from.</summary>
internal sealed class FlowMarket
{
    public const int FirstMid = 100_000;

    private readonly FlowSide _bids = new(Side.Buy);
    private readonly FlowSide _asks = new(Side.Sell);

    public int Mid { get; set; } = FirstMid;

    /// <summary>Resting orders in the order that chance made: the last one takes the place of one that goes.</summary>
    public List<FlowOrder> Live { get; } = [];

    public FlowSide Of(Side side) => side == Side.Buy ? _bids : _asks;

    public FlowSide Against(Side side) => side == Side.Buy ? _asks : _bids;

    /// <summary>The order that an incoming one trades with next; null where its price reaches none.</summary>
    public FlowOrder? Counterparty(FlowOrder taker)
    {
        var maker = Against(taker.Side).First;
        return maker is null || (taker.Side == Side.Buy ? maker.Price > taker.Price : maker.Price < taker.Price)
            ? null
            : maker;
    }

    public void Rest(FlowOrder order)
    {
        Of(order.Side).Add(order);
        order.LiveIndex = Live.Count;
        Live.Add(order);
    }

    public void Remove(FlowOrder order)
    {
        Of(order.Side).Remove(order);
        var last = Live[^1];
        Live[order.LiveIndex] = last;
        last.LiveIndex = order.LiveIndex;
        Live.RemoveAt(Live.Count - 1);
    }
}
