using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>What changed a position. Numbers are stored: they are never reused.</summary>
public enum EntryKind : byte
{
    /// <summary>Nothing; the default value.</summary>
    None = 0,

    /// <summary>A fill of a buy.</summary>
    Buy = 1,

    /// <summary>A fill of a sale.</summary>
    Sell = 2,

    /// <summary>A token out of split dollars: half a dollar each.</summary>
    Split = 3,

    /// <summary>A token merged into dollars: half a dollar each.</summary>
    Merge = 4,

    /// <summary>A token that paid when its market resolved.</summary>
    Settlement = 5,
}

/// <summary>Whether an entry is money yet. Numbers are stored: they are never reused.</summary>
public enum EntryFinality : byte
{
    /// <summary>Matched, not settled; the default value.</summary>
    Pending = 0,

    /// <summary>Settled.</summary>
    Confirmed = 1,

    /// <summary>Undone by the venue: it never happened.</summary>
    Failed = 2,
}

/// <summary>One change of one position, with an id under which it counts once.</summary>
/// <remarks>Immutable: any thread. A fill is told again when its finality moves, under the same id.</remarks>
public sealed record PortfolioEntry
{
    /// <summary>Unique over all entries: client id and the venue's trade id, or what else made it.</summary>
    public required string Id { get; init; }

    /// <summary>What it is.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>The token.</summary>
    public required MarketKey Token { get; init; }

    /// <summary>Its market.</summary>
    public required string MarketId { get; init; }

    /// <summary>The strategy; empty of a settlement.</summary>
    public required string Strategy { get; init; }

    /// <summary>The plan; zero of a settlement.</summary>
    public required long PlanId { get; init; }

    /// <summary>Our id of the order; empty of a settlement.</summary>
    public required string ClientId { get; init; }

    /// <summary>Price in parts per million.</summary>
    public required long PricePpm { get; init; }

    /// <summary>Size in millionths of a share.</summary>
    public required long SizeMicro { get; init; }

    /// <summary>Fee in millionths of a dollar.</summary>
    public required long FeeMicros { get; init; }

    /// <summary>Whether it is money yet.</summary>
    public required EntryFinality Finality { get; init; }

    /// <summary>When, nanoseconds since the Unix epoch.</summary>
    public required long AtNanos { get; init; }
}
