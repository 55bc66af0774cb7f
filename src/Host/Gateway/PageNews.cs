using Strikeline.Exchange;

namespace Strikeline.Host.Gateway;

/// <summary>What a page has brought one account, while it is gathered; on the journal's thread.</summary>
internal sealed class PageNews
{
    public long Sequence { get; set; }

    public Dictionary<long, OrderRecord> Orders { get; } = [];

    public List<TradePrint> Fills { get; } = [];

    public Dictionary<int, BalanceChange> Balances { get; } = [];

    public TradingStatus? Status { get; set; }

    /// <summary>Empty again, for another account or page.</summary>
    public void Clear()
    {
        Sequence = 0;
        Orders.Clear();
        Fills.Clear();
        Balances.Clear();
        Status = null;
    }
}
