using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>Who is told what happens on the venue: its WebSocket.</summary>
internal interface IKalshiFeed
{
    /// <summary>The count at a price of YES has changed; the order that did it, where one did.</summary>
    void LevelChanged(KalshiMarket market, Side side, int price, long delta, KalshiOrder? by);

    void Traded(KalshiMarket market, KalshiTrade trade);

    void Filled(KalshiFill fill);

    void OrderChanged(KalshiOrder order);

    void PositionChanged(KalshiMember member, KalshiPosition position);

    /// <summary>A market is at another point of its life; the kind is the venue's name of it.</summary>
    void MarketChanged(KalshiMarket market, string kind);

    void EventCreated(KalshiEvent created);

    /// <summary>A second of an index.</summary>
    void IndexMoved(KalshiIndex index, long atNanos);
}
