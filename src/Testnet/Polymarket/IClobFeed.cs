using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>Who is told what happens on the exchange. Under the floor's lock.</summary>
internal interface IClobFeed
{
    /// <summary>A level has another size.</summary>
    /// <param name="market">Of this market.</param>
    /// <param name="token">In the book of this token; -1 for the one book of both, in terms of the first.</param>
    /// <param name="side">Buy or sell.</param>
    /// <param name="price">The price.</param>
    void LevelChanged(OutcomeMarket market, int token, Side side, int price);

    /// <summary>An order was placed, changed or ended.</summary>
    void OrderChanged(OutcomeOrder order, OrderNews news);

    /// <summary>A trade has happened, or its transaction has gone on.</summary>
    void TradeChanged(OutcomeTrade trade);

    /// <summary>A market has another tick.</summary>
    void TickChanged(OutcomeMarket market, int before);

    /// <summary>A market was resolved.</summary>
    void Resolved(OutcomeMarket market);
}

/// <summary>What has happened to an order, as the venue calls it.</summary>
internal enum OrderNews
{
    /// <summary>It was taken.</summary>
    Placement,

    /// <summary>It was filled.</summary>
    Update,

    /// <summary>It has ended unfilled.</summary>
    Cancellation,
}
