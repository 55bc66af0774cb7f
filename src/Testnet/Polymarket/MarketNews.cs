using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>What has happened on a market since its followers were told.</summary>
internal sealed class MarketNews
{
    /// <summary>Levels that changed, each once, in the order of their first change.</summary>
    public List<LevelNews> Changes { get; } = [];

    public List<OutcomeTrade> Trades { get; } = [];

    /// <summary>The tick from before; zero where it is the same.</summary>
    public int OldTick { get; set; }

    /// <summary>What was last said of each token's best bid and ask.</summary>
    public (int Bid, int Ask)[] Best { get; } = new (int Bid, int Ask)[2];

    public bool IsDirty => Changes.Count + Trades.Count > 0 || OldTick != 0;

    public void Add(LevelNews change)
    {
        if (!Changes.Contains(change))
        {
            Changes.Add(change);
        }
    }

    public void Clear()
    {
        Changes.Clear();
        Trades.Clear();
        OldTick = 0;
    }
}

/// <summary>A level that changed.</summary>
/// <param name="Token">Whose book alone it stands in; -1 for a level of both, in terms of the first.</param>
/// <param name="Side">Buy or sell.</param>
/// <param name="Price">The price.</param>
internal readonly record struct LevelNews(int Token, Side Side, int Price);
