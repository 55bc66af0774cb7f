using System.Diagnostics.Metrics;
using Strikeline.Strikes;

namespace Strikeline.Host.Composition;

/// <summary>The metrics of the hot caches, read from their counts when somebody asks.</summary>
internal sealed class CacheMeter : IDisposable
{
    private readonly Meter _meter = new("Strikeline.HotCache");

    /// <summary>Begins to measure.</summary>
    /// <param name="stores">Each cache with its name in the label <c>store</c>.</param>
    public CacheMeter(IReadOnlyList<(string Name, IHotCache Cache)> stores)
    {
        IEnumerable<Measurement<long>> Each(Func<HotCacheCounts, long> value) => stores.Select(store =>
            new Measurement<long>(value(store.Cache.Counts), new KeyValuePair<string, object?>("store", store.Name)));

        _meter.CreateObservableCounter(
            "hot_cache_writes_total", () => Each(counts => counts.Writes), null,
            "Values and deletions that the store has taken.");
        _meter.CreateObservableCounter(
            "hot_cache_conflated_total", () => Each(counts => counts.Conflated), null,
            "Values that a newer one replaced before the store had them.");
        _meter.CreateObservableCounter(
            "hot_cache_dropped_total", () => Each(counts => counts.Dropped), null,
            "Values that the store had no room for, or refused.");
        _meter.CreateObservableGauge(
            "hot_cache_entries", () => Each(counts => counts.Entries), null, "Keys that are held.");
        _meter.CreateObservableGauge(
            "hot_cache_connected", () => Each(counts => counts.IsConnected ? 1 : 0), null,
            "1 where the store can be reached.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
