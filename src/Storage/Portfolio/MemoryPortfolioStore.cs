using Strikeline.Kernel;
using Strikeline.Trading;

namespace Strikeline.Storage;

/// <summary>Entries of the portfolio in memory: for runs of which nothing may be left, such as those of a
/// tape.</summary>
/// <remarks>Any thread. It is never away.</remarks>
public sealed class MemoryPortfolioStore : IPortfolioStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PortfolioEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Stores one entry at once.</summary>
    public void Add(PortfolioEntry entry)
    {
        lock (_gate)
        {
            var known = _entries.GetValueOrDefault(entry.Id, entry);
            _entries[entry.Id] = known.Finality == EntryFinality.Pending
                ? known with { Finality = entry.Finality }
                : known;
        }
    }

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoreAsync(IReadOnlyList<PortfolioEntry> entries, CancellationToken cancel)
    {
        foreach (var entry in entries)
        {
            Add(entry);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<PortfolioEntry>> EntriesAsync(PortfolioPage page, CancellationToken cancel)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<PortfolioEntry>>(
            [
                .. _entries.Values
                    .Where(one => one.AtNanos >= page.FromNanos && one.AtNanos < page.ToNanos
                        && (page.Venue == Venue.None || one.Token.Venue == page.Venue)
                        && (page.MarketId.Length == 0 || one.MarketId == page.MarketId)
                        && (page.Before is null || IsBehind(one, page.Before)))
                    .OrderByDescending(one => one.AtNanos).ThenByDescending(one => one.Id, StringComparer.Ordinal)
                    .Take(page.Limit),
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static bool IsBehind(PortfolioEntry one, PortfolioEntry before) => one.AtNanos < before.AtNanos
        || (one.AtNanos == before.AtNanos && string.CompareOrdinal(one.Id, before.Id) < 0);
}
