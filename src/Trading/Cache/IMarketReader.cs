using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>The newest state of markets, as strategies and the paper executor see it.</summary>
/// <remarks>Any thread.</remarks>
public interface IMarketReader
{
    /// <summary>A market's description; null where it is not known.</summary>
    OutcomeMarket? Market(Venue venue, string marketId);

    /// <summary>Copies a token's newest book; false where the token is not known, and then nothing is copied.</summary>
    /// <param name="token">Whose book.</param>
    /// <param name="into">Filled; no allocation.</param>
    /// <param name="nowNanos">Now, nanoseconds since the Unix epoch: decides whether the book is still alive.</param>
    bool TryRead(MarketKey token, BookCopy into, long nowNanos);
}
