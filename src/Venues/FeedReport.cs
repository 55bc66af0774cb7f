using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>Where one instrument of one feed stands.</summary>
public enum FeedState
{
    /// <summary>No connection yet.</summary>
    Connecting,

    /// <summary>Connected; the first snapshot is on its way.</summary>
    Syncing,

    /// <summary>Proven and changing.</summary>
    Live,

    /// <summary>Data arrive, but the book may not be believed.</summary>
    Unproven,

    /// <summary>Proven once, but nothing has changed for longer than the rule allows.</summary>
    Stale,

    /// <summary>The connection is lost.</summary>
    Down,
}

/// <summary>What is known of one instrument of one feed at one moment; immutable.</summary>
public sealed record FeedReport
{
    /// <summary>The venue.</summary>
    public required Venue Venue { get; init; }

    /// <summary>The pair.</summary>
    public required Symbol Symbol { get; init; }

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

    /// <summary>True where the book is proven.</summary>
    public bool Proven { get; init; }

    /// <summary>Scale of the prices and quantities below.</summary>
    public Grid Grid { get; init; }

    /// <summary>Best bid; <c>default</c> where there is none.</summary>
    public Level Bid { get; init; }

    /// <summary>Best ask; <c>default</c> where there is none.</summary>
    public Level Ask { get; init; }

    /// <summary>Price of the last trade; zero where there was none.</summary>
    public long LastPrice { get; init; }

    /// <summary>Events since the start.</summary>
    public long Messages { get; init; }

    /// <summary>Events per second over the last five seconds.</summary>
    public double MessagesPerSecond { get; init; }

    /// <summary>Trades since the start.</summary>
    public long Trades { get; init; }

    /// <summary>Sequence holes since the start.</summary>
    public long Gaps { get; init; }

    /// <summary>Connections after the first.</summary>
    public long Reconnects { get; init; }
}

/// <summary>A copy of one instrument's best levels and newest trades; immutable.</summary>
/// <param name="Report">Where the instrument stands.</param>
/// <param name="Bids">Best first.</param>
/// <param name="Asks">Best first.</param>
/// <param name="Trades">Newest first.</param>
public sealed record BookView(
    FeedReport Report, IReadOnlyList<Level> Bids, IReadOnlyList<Level> Asks, IReadOnlyList<TradePrint> Trades);

/// <summary>One trade as shown to people.</summary>
/// <param name="AtNanos">The venue's time, or the receive time where it gave none.</param>
/// <param name="Price">On the instrument's grid.</param>
/// <param name="Quantity">On the instrument's grid.</param>
/// <param name="TakerSide">Who took liquidity.</param>
public readonly record struct TradePrint(long AtNanos, long Price, long Quantity, Side TakerSide);
