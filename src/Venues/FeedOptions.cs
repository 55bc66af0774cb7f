using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>How one venue is reached and judged.</summary>
/// <param name="Venue">The venue.</param>
/// <param name="WebSocket">Base address of its WebSocket, for example <c>wss://stream.binance.com:9443</c>.</param>
/// <param name="Rest">Base address of its REST interface.</param>
/// <param name="Symbols">The pairs to subscribe to.</param>
public sealed record FeedOptions(Venue Venue, Uri WebSocket, Uri Rest, IReadOnlyList<Symbol> Symbols)
{
    /// <summary>Levels asked for on each side; each venue takes the nearest depth that it offers.</summary>
    public int BookDepth { get; init; } = 100;

    /// <summary>Shortest silence that counts as stale.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>First wait before a reconnection.</summary>
    public TimeSpan ReconnectFirst { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait before a reconnection.</summary>
    public TimeSpan ReconnectMost { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Share of each wait that is random, 0 to 1.</summary>
    public double ReconnectJitter { get; init; } = 0.5;

    /// <summary>Age at which a connection is replaced: before the venue's own limit of 24 hours.</summary>
    public TimeSpan ConnectionLife { get; init; } = TimeSpan.FromHours(23);
}
