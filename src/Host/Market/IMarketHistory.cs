using Strikeline.Exchange;
using Strikeline.Journal;

namespace Strikeline.Host.Market;

/// <summary>What has happened, to be read again: the exchange's journal.</summary>
internal interface IMarketHistory
{
    /// <summary>True where it goes back to the first event.</summary>
    bool IsWhole { get; }

    /// <summary>Everything that was durable when this is called and is behind a position, in order; a hole first where
    /// it does not go back so far.</summary>
    /// <param name="position">The last event that the store has.</param>
    /// <param name="open">The orders that the store has as open.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="MarketHistoryException">The store is ahead of it, or of another journal.</exception>
    /// <exception cref="JournalException">It cannot be read now.</exception>
    IAsyncEnumerable<MarketBatch> ReadAsync(
        long position, IReadOnlyList<OrderRecord> open, CancellationToken cancel);
}
