using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>Says that a token's state has changed. The state itself is in the cache, in its newest form only.</summary>
/// <param name="Key">The token.</param>
/// <param name="ReceivedNanos">When the oldest frame arrived that no strategy has seen yet, nanoseconds since the Unix
/// epoch: what is measured from it holds the wait for a slow strategy.</param>
/// <param name="ReceivedStamp">The clock's monotonic stamp of the same moment.</param>
public readonly record struct Notification(MarketKey Key, long ReceivedNanos, long ReceivedStamp);

/// <summary>Says that a market was described anew or is gone.</summary>
/// <param name="Venue">The venue.</param>
/// <param name="MarketId">The venue's id of the market.</param>
/// <param name="Market">Its newest description; null where it is watched no longer.</param>
public readonly record struct MarketChange(Venue Venue, string MarketId, OutcomeMarket? Market);
