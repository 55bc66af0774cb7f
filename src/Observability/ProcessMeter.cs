using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Strikeline.Observability;

/// <summary>What the process itself uses: memory, processor time, collections, threads.</summary>
public sealed class ProcessMeter : IDisposable
{
    private readonly Meter _meter = new("Strikeline.Process");

    /// <summary>Begins to answer observations.</summary>
    public ProcessMeter()
    {
        _meter.CreateObservableGauge(
            "process_resident_memory_bytes", () => Environment.WorkingSet, null, "Resident memory.");
        _meter.CreateObservableCounter(
            "process_cpu_seconds_total", CpuSeconds, null, "Processor time of user and system.");
        _meter.CreateObservableGauge(
            "dotnet_heap_bytes", () => GC.GetTotalMemory(forceFullCollection: false), null, "Managed heap in use.");
        _meter.CreateObservableCounter("dotnet_allocated_bytes_total", () => GC.GetTotalAllocatedBytes(), null,
            "Bytes allocated on the managed heap since the start.");
        _meter.CreateObservableCounter("dotnet_collections_total", Collections, null, "Garbage collections.");
        _meter.CreateObservableGauge(
            "dotnet_pool_threads", () => ThreadPool.ThreadCount, null, "Threads of the pool.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static double CpuSeconds()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime.TotalSeconds;
    }

    private static IEnumerable<Measurement<long>> Collections()
    {
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            yield return new Measurement<long>(
                GC.CollectionCount(generation), new KeyValuePair<string, object?>("generation", generation));
        }
    }
}
