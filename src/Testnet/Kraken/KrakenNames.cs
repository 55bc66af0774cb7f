using Strikeline.Kernel;

namespace Strikeline.Testnet.Kraken;

/// <summary>Kraken's REST names: old assets carry X or Z in front, and Bitcoin is XBT.</summary>
/// <remarks>docs.kraken.com, REST "Get Tradable Asset Pairs" and "Get Asset Info".</remarks>
internal static class KrakenNames
{
    public static string Short(string asset) => asset == "BTC" ? "XBT" : asset;

    public static string Long(string asset) => asset switch
    {
        "BTC" => "XXBT",
        "ETH" => "XETH",
        "USD" => "ZUSD",
        _ => asset,
    };

    /// <summary>The name without a separator that users type, such as <c>XBTUSD</c>.</summary>
    public static string Altname(PairState pair) => Short(pair.Pair.Symbol.Base) + Short(pair.Pair.Symbol.Quote);

    /// <summary>
    /// The key under which REST answers show the pair: only two old assets together keep their prefixes.
    /// </summary>
    public static string Key(PairState pair)
    {
        var (first, second) = (pair.Pair.Symbol.Base, pair.Pair.Symbol.Quote);
        return (first, second) switch
        {
            ("BTC" or "ETH", "USD") => Long(first) + Long(second),
            ("USDT", "USD") => "USDTZUSD",
            _ => Altname(pair),
        };
    }

    public static string Wsname(PairState pair) =>
        $"{Short(pair.Pair.Symbol.Base)}/{Short(pair.Pair.Symbol.Quote)}";

    public static PairState? Find(IReadOnlyList<PairState> pairs, string name) => pairs.FirstOrDefault(pair =>
        name.Equals(Key(pair), StringComparison.OrdinalIgnoreCase)
        || name.Equals(Altname(pair), StringComparison.OrdinalIgnoreCase)
        || name.Equals(Wsname(pair), StringComparison.OrdinalIgnoreCase)
        || name.Equals(pair.Pair.Symbol.Compact, StringComparison.OrdinalIgnoreCase)
        || name.Equals(pair.Pair.Symbol.ToString(), StringComparison.OrdinalIgnoreCase));

    public static IEnumerable<string> Assets(IReadOnlyList<PairState> pairs) => pairs
        .SelectMany(pair => (string[])[pair.Pair.Symbol.Base, pair.Pair.Symbol.Quote])
        .Distinct(StringComparer.Ordinal);

    /// <summary>Smallest order in lots: about five dollars' worth.</summary>
    public static long SmallestOrder(PairState pair) => pair.Pair.Symbol.Base switch
    {
        "BTC" => 5_000,
        "ETH" => 100_000,
        "SOL" => 2_000_000,
        _ => 5 * DecimalText.Scale(pair.QuantityDecimals),
    };
}
