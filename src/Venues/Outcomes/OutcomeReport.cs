using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>What is known of one token's book at one moment; immutable.</summary>
public sealed record OutcomeReport
{
    /// <summary>The token.</summary>
    public required MarketKey Key { get; init; }

    /// <summary>Its market.</summary>
    public required string MarketId { get; init; }

    /// <summary>Where it stands.</summary>
    public required FeedState State { get; init; }

    /// <summary>Stable code and words of what is wrong; null where nothing is.</summary>
    public string? Reason { get; init; }

    /// <summary>What is being done about it; null where nothing is wrong.</summary>
    public string? NextStep { get; init; }

    /// <summary>Since when the state holds, nanoseconds since the Unix epoch.</summary>
    public long SinceNanos { get; init; }

    /// <summary>When the content last changed; zero where it never did.</summary>
    public long LastChangeNanos { get; init; }

    /// <summary>When the book was last shown to be the venue's own: by an event that agreed with it, or by a comparison
    /// over REST; zero where it never was.</summary>
    public long ConfirmedNanos { get; init; }

    /// <summary>True where the book is proven.</summary>
    public bool Proven { get; init; }

    /// <summary>Best bid, price in parts per million and size in millionths; <c>default</c> where there is
    /// none.</summary>
    public Level Bid { get; init; }

    /// <summary>Best ask; <c>default</c> where there is none.</summary>
    public Level Ask { get; init; }

    /// <summary>Events of this token since the start.</summary>
    public long Events { get; init; }

    /// <summary>How often the book was found wrong or incomplete since the start.</summary>
    public long Gaps { get; init; }

    /// <summary>Connections of its feed after the first.</summary>
    public long Reconnects { get; init; }
}
