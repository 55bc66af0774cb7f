using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>Windows of one length of one asset, each of which is a market: up or down.</summary>
/// <param name="Asset">Such as <c>BTC</c>.</param>
/// <param name="Length">As the venue writes it: <c>5m</c>, <c>15m</c>, <c>4h</c>.</param>
/// <param name="Minutes">The same in minutes.</param>
/// <param name="Ahead">How many windows stand open before they begin.</param>
internal sealed record WindowSeries(string Asset, string Length, int Minutes, int Ahead)
{
    /// <summary>All series.</summary>
    public static IReadOnlyList<WindowSeries> All { get; } =
    [
        .. PriceOracle.Assets.SelectMany(asset => (WindowSeries[])
        [
            new(asset, "5m", 5, 3), new(asset, "15m", 15, 2), new(asset, "4h", 240, 1),
        ]),
    ];

    public long Nanos => Minutes * 60 * Stamps.NanosPerSecond;

    public string Slug => $"{Asset.ToLowerInvariant()}-up-or-down-{Length}";

    /// <summary>What people call the asset.</summary>
    public static string NameOf(string asset) => asset switch
    {
        "BTC" => "Bitcoin",
        "ETH" => "Ethereum",
        "SOL" => "Solana",
        _ => asset,
    };

    public string SlugAt(long startNanos) =>
        $"{Asset.ToLowerInvariant()}-updown-{Length}-{startNanos / Stamps.NanosPerSecond}";

    /// <summary>Such as <c>Bitcoin Up or Down - March 12, 5:20AM-5:25AM ET</c>.</summary>
    public string TitleAt(long startNanos)
    {
        var (from, to) = (EasternTime.Of(startNanos), EasternTime.Of(startNanos + Nanos));
        return $"{NameOf(Asset)} Up or Down - {from:MMMM d}, {from:h:mmtt}-{to:h:mmtt} ET";
    }

    public string Description =>
        $"This market will resolve to \"Up\" if the {NameOf(Asset)} price at the end of the time range specified "
        + "in the title is greater than or equal to the price at the beginning of that range. Otherwise, it will "
        + "resolve to \"Down\". Both prices are the 60-second time-weighted average price (TWAP) of the Chainlink "
        + $"data stream {Asset}/USD at that moment.";
}
