using Strikeline.Kernel;

namespace Strikeline.Strikes;

/// <summary>The keys under which signed markets are held.</summary>
public static class HotCacheKeys
{
    /// <summary>The array of a symbol's open markets: <c>markets:BTCUSDT</c>.</summary>
    public static string Markets(Symbol symbol) => "markets:" + symbol.Compact;

    /// <summary>One signed market: <c>quote:&lt;quote id&gt;</c>.</summary>
    public static string Quote(string quoteId) => "quote:" + quoteId;
}
