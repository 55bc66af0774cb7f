namespace Strikeline.Testnet.Polymarket;

/// <summary>Every stated maximum of this venue.</summary>
/// <remarks>docs.polymarket.com, "Trading Rate Limits" (tier Standard, August 2026) and "Rate Limits".</remarks>
internal static class ClobLimits
{
    public const int OrdersPerSecond = 40;
    public const int OrderBurst = 60;
    public const int CancelsPerSecond = 80;
    public const int CancelBurst = 120;

    /// <summary>Requests of all clients to the CLOB.</summary>
    public const int ClobPerSecond = 900;
    public const int ClobBurst = 9_000;

    /// <summary>Requests of all clients to Gamma.</summary>
    public const int GammaPerSecond = 30;
    public const int GammaBurst = 300;

    /// <summary>Orders in one request.</summary>
    public const int BatchOrders = 15;

    /// <summary>Cancellations in one request.</summary>
    public const int BatchCancels = 1_000;

    /// <summary>Tokens in one request of books or prices.</summary>
    public const int BatchTokens = 500;

    /// <summary>Tokens of one socket that still get snapshots.</summary>
    public const int SnapshotTokens = 500;

    /// <summary>Rows of one page.</summary>
    public const int Page = 100;

    /// <summary>Largest body of a request, in bytes.</summary>
    public const int BodyBytes = 256 * 1024;

    /// <summary>Pairs of channel and filter on one PolyBolt connection.</summary>
    public const int PolyBoltSubscriptions = 64;

    /// <summary>Subscription frames a second on one PolyBolt connection.</summary>
    public const int PolyBoltFramesPerSecond = 20;

    /// <summary>Attempts to authenticate on one PolyBolt connection.</summary>
    public const int PolyBoltAuths = 8;

    /// <summary>How long trades and orders that are over can be asked for, in seconds.</summary>
    public const int KeptSeconds = 3_600;
}
