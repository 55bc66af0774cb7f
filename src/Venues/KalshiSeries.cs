namespace Strikeline.Venues;

/// <summary>A series of Kalshi's whose markets are watched, and what their price question is about.</summary>
/// <param name="Ticker">The venue's name of the series, such as <c>KXBTC15M</c>.</param>
/// <param name="Asset">The asset whose CF Benchmarks index decides the markets; null where they are no price
/// markets.</param>
/// <param name="OpensAtStrike">True where the price to beat is the index's mean at the window's start, as in the
/// 15-minute series.</param>
/// <remarks>Immutable: any thread.</remarks>
public sealed record KalshiSeries(string Ticker, string? Asset = null, bool OpensAtStrike = false)
{
    private static readonly string[] Assets = ["BTC", "ETH", "SOL", "XRP", "DOGE", "BNB", "BCH", "LTC", "ADA"];

    /// <summary>The 15-minute up/down markets and the hourly ladders of BTC and ETH.</summary>
    public static IReadOnlyList<KalshiSeries> Crypto { get; } =
        [Of("KXBTC15M"), Of("KXETH15M"), Of("KXBTCD"), Of("KXETHD")];

    /// <summary>A series by its name alone: those of crypto prices say their asset and their kind in it.</summary>
    /// <param name="ticker">The venue's name, in any case.</param>
    public static KalshiSeries Of(string ticker)
    {
        var name = ticker.ToUpperInvariant();
        foreach (var asset in Assets)
        {
            if (!name.StartsWith("KX" + asset, StringComparison.Ordinal))
            {
                continue;
            }

            var kind = name.AsSpan(2 + asset.Length);
            var isWindow = kind.Length > 1 && kind[^1] == 'M' && !kind[..^1].ContainsAnyExceptInRange('0', '9');
            if (isWindow || kind is "" or "D")
            {
                return new KalshiSeries(name, asset, isWindow);
            }
        }

        return new KalshiSeries(name);
    }
}
