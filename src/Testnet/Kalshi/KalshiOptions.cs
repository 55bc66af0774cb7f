namespace Strikeline.Testnet.Kalshi;

/// <summary>How Kalshi's side of the testnet is opened.</summary>
public sealed record KalshiOptions
{
    /// <summary>Port of its REST API and WebSocket; 0 takes a free one.</summary>
    public int Port { get; init; } = 18_086;

    /// <summary>Adds windows of five minutes, and makes the ladder one of five minutes: for tests.</summary>
    public bool FiveMinutes { get; init; }

    /// <summary>Adds the fields in whole cents and contracts that the venue sent until early 2026.</summary>
    public bool LegacyFields { get; init; }

    /// <summary>Accounts with their keys.</summary>
    public IReadOnlyList<KalshiAccess> Keys { get; init; } = [];
}
