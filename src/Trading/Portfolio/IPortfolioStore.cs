using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>Where entries of the portfolio are kept for people to ask for. Never the record: the intent journal
/// is.</summary>
/// <remarks>Any thread; writes one at a time. Methods throw <see cref="PortfolioStoreException"/> where the store
/// cannot
/// be reached or refuses; what was written may be written again.</remarks>
public interface IPortfolioStore : IAsyncDisposable
{
    /// <summary>Makes what is missing of the tables. Again after a failure.</summary>
    Task OpenAsync(CancellationToken cancel);

    /// <summary>Stores entries, all or nothing. One that is there already changes nothing, except that what was not
    /// final becomes final.</summary>
    Task StoreAsync(IReadOnlyList<PortfolioEntry> entries, CancellationToken cancel);

    /// <summary>Entries, newest first.</summary>
    Task<IReadOnlyList<PortfolioEntry>> EntriesAsync(PortfolioPage page, CancellationToken cancel);
}

/// <summary>Which entries are asked for.</summary>
/// <param name="FromNanos">From here on, nanoseconds since the Unix epoch.</param>
/// <param name="ToNanos">Up to before here.</param>
/// <param name="Venue">Of one venue; <see cref="Venue.None"/> for all.</param>
/// <param name="MarketId">Of one market; empty for all.</param>
/// <param name="Before">Only what comes behind this entry of the page before; null for the first page.</param>
/// <param name="Limit">Most entries.</param>
public sealed record PortfolioPage(
    long FromNanos, long ToNanos, Venue Venue, string MarketId, PortfolioEntry? Before, int Limit)
{
    /// <summary>The newest entries.</summary>
    public static PortfolioPage Newest(int limit) => new(0, long.MaxValue, Venue.None, "", null, limit);
}

/// <summary>The store cannot be reached, or refuses.</summary>
public sealed class PortfolioStoreException(string problem, Exception? inner = null) : Exception(problem, inner);
