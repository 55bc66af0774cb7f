using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>One token's book as a feed keeps it: prices in parts per million, sizes in millionths of a share.</summary>
/// <remarks>Owned by the feed's loop; a sink reads it during the call only and copies what it keeps.</remarks>
public sealed class OutcomeBook
{
    /// <summary>Makes an empty book that waits for its first message.</summary>
    /// <param name="key">Whose book.</param>
    /// <param name="marketId">The market that the token belongs to.</param>
    internal OutcomeBook(MarketKey key, string marketId) => (Key, MarketId) = (key, marketId);

    /// <summary>Whose book.</summary>
    public MarketKey Key { get; }

    /// <summary>The market that the token belongs to.</summary>
    public string MarketId { get; }

    /// <summary>The levels.</summary>
    public OrderBook Levels { get; } = new();

    /// <summary>Whether <see cref="Levels"/> may be believed.</summary>
    public BookProof Proof { get; internal set; }

    /// <summary>The venue's time of the newest message, nanoseconds since the Unix epoch; zero where it gave
    /// none.</summary>
    public long VenueNanos { get; internal set; }

    /// <summary>Events that reached this book.</summary>
    public long Events { get; internal set; }
}
