namespace Strikeline.Exchange;

/// <summary>For how much a pipeline has room from the start. Everything grows; nothing of this is part of the
/// state.</summary>
public sealed record PipelineOptions
{
    /// <summary>Accounts.</summary>
    public int ExpectedAccounts { get; init; } = 1_024;

    /// <summary>Assets.</summary>
    public int ExpectedAssets { get; init; } = 8;

    /// <summary>Orders that live at a time.</summary>
    public int ExpectedOrders { get; init; } = 64 * 1024;

    /// <summary>Pages of 1,024 neighbouring prices that hold orders, 17 kB each.</summary>
    public int ExpectedPages { get; init; } = 64;

    /// <summary>Client ids of 30 days.</summary>
    public int ExpectedClientIds { get; init; } = 64 * 1024;

    /// <summary>Keys the hash of client ids, so that nobody can choose ids that collide; random, and no part of the
    /// state.</summary>
    public UInt128 Secret { get; init; }
}
