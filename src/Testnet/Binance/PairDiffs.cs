using Strikeline.Kernel;

namespace Strikeline.Testnet.Binance;

/// <summary>What has happened on one pair since each of its streams was last written.</summary>
internal sealed class PairDiffs(PairState pair)
{
    private Level _bid;
    private Level _ask;

    public PairState Pair { get; } = pair;

    /// <summary>The chain of <c>@depth@100ms</c>.</summary>
    public DiffChain Fast { get; } = new(pair.UpdateId);

    /// <summary>The chain of <c>@depth</c>.</summary>
    public DiffChain Slow { get; } = new(pair.UpdateId);

    /// <summary>Trades not yet sent, oldest first.</summary>
    public List<TradePrint> Trades { get; } = [];

    public void AddTrade(TradePrint trade)
    {
        if (Trades.Count == PairState.TradesKept)
        {
            Trades.RemoveAt(0);
        }

        Trades.Add(trade);
    }

    /// <summary>True once after the best bid or ask has changed.</summary>
    public bool TakeQuoteMove()
    {
        var bid = Pair.Book.Best(Side.Buy);
        var ask = Pair.Book.Best(Side.Sell);
        var moved = bid != _bid || ask != _ask;
        (_bid, _ask) = (bid, ask);
        return moved;
    }
}

/// <summary>A chain of depth updates: each begins one after the last id of the one before.</summary>
internal sealed class DiffChain(long lastId)
{
    public ChangedLevels Changes { get; } = new();

    public long LastId { get; private set; } = lastId;

    public void Flushed(long lastId)
    {
        Changes.Clear();
        LastId = lastId;
    }
}
