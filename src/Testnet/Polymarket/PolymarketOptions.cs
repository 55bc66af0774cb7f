namespace Strikeline.Testnet.Polymarket;

/// <summary>How Polymarket's side of the testnet is opened. What the venue does not publish has a default that was
/// reported of it (docs/venues/polymarket.md).</summary>
public sealed record PolymarketOptions
{
    /// <summary>Port of the CLOB's REST API and of its channels at <c>/ws/market</c> and <c>/ws/user</c>; 0 takes a
    /// free one.</summary>
    public int ClobPort { get; init; } = 18_085;

    /// <summary>Port of Gamma's REST API; 0 takes a free one.</summary>
    public int GammaPort { get; init; } = 18_087;

    /// <summary>Port of the price feeds: RTDS at <c>/</c>, PolyBolt at <c>/ws</c>; 0 takes a free one.</summary>
    public int LivePort { get; init; } = 18_088;

    /// <summary>How long an order that would take is held on markets that delay takers.</summary>
    public TimeSpan TakerHold { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>How long only post-only orders are taken after a restart.</summary>
    public TimeSpan PostOnlyAfterRestart { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>From a match until its transaction is mined.</summary>
    public TimeSpan MinedAfter { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>From a match until its transaction is confirmed, or has failed.</summary>
    public TimeSpan ConfirmedAfter { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>From a market's appearance in Gamma until the CLOB knows it.</summary>
    public TimeSpan HydrationGap { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>From the start of a window until Gamma says its price to beat.</summary>
    public TimeSpan PriceToBeatAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the end of a market until it is resolved and paid.</summary>
    public TimeSpan ResolvedAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Without a heartbeat for this long, the orders of a key that has sent one are cancelled.</summary>
    public TimeSpan DeadMan { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the venue looks for keys whose heartbeat is missing.</summary>
    public TimeSpan DeadManSweep { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Dollars that a wallet owns when it is first seen.</summary>
    public long StartDollars { get; init; } = 10_000;

    /// <summary>True where simulated makers and takers trade.</summary>
    public bool Crowd { get; init; } = true;

    /// <summary>True where crumbs of arbitrage are left on the books now and then.</summary>
    public bool Arbitrage { get; init; } = true;

    /// <summary>These options with every port taken from the free ones.</summary>
    public PolymarketOptions OnFreePorts() => this with { ClobPort = 0, GammaPort = 0, LivePort = 0 };
}
