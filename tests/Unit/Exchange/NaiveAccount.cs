using System.Numerics;
using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>An account of the naive exchange.</summary>
internal sealed class NaiveAccount
{
    public TradingStatus Status { get; set; }

    /// <summary>How many orders may be open; 0 for any number.</summary>
    public long MostOpen { get; set; }

    /// <summary>The largest value of an order; 0 for any.</summary>
    public long LargestValue { get; set; }

    /// <summary>All that it owns, by asset, whether orders need it or not.</summary>
    public Dictionary<int, BigInteger> Owned { get; } = [];
}
