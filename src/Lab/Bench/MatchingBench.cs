using System.Diagnostics;
using System.Runtime.CompilerServices;
using Strikeline.Exchange;
using Strikeline.Kernel;

namespace Strikeline.Lab;

/// <summary>What a workload has made of an engine, and how fast.</summary>
/// <param name="Figures">Trades, quantity, hash and rejects, read from the engine's events; live orders at the
/// end.</param>
/// <param name="OpsPerSecond">Timed operations in a second, the best of the rounds.</param>
/// <param name="MedianOpsPerSecond">The median of the rounds.</param>
/// <param name="BytesPerOp">Allocated bytes of a timed operation.</param>
public sealed record MatchingBenchRun(
    WorkloadFigures Figures, double OpsPerSecond, double MedianOpsPerSecond, double BytesPerOp);

/// <summary>Latency of one operation, each timed alone: with the two readings of the clock.</summary>
/// <param name="P50Ns">Median in nanoseconds.</param>
/// <param name="P99Ns">99th percentile.</param>
/// <param name="P999Ns">99.9th percentile.</param>
public sealed record MatchingBenchLatency(double P50Ns, double P99Ns, double P999Ns);

/// <summary>All of a measurement.</summary>
/// <param name="Core">The production core.</param>
/// <param name="Latency">Its latency, from a run of its own.</param>
/// <param name="Baseline">A list engine in the same process; null where it was left out.</param>
public sealed record MatchingBenchResult(
    MatchingBenchRun Core, MatchingBenchLatency Latency, MatchingBenchRun? Baseline);

/// <summary>
/// A workload through the production core: every command with balances, every event read. The timed part alone is
/// measured; the core and a naive list engine take turns, so that both see the same machine.
/// </summary>
public static class MatchingBench
{
    private const int Buckets = 1 << 20;
    private const int PageCommands = ShardPage.MostCommands;

    /// <summary>Measures.</summary>
    /// <param name="workload">What is run.</param>
    /// <param name="rounds">How often the core runs it; at least ten million operations come first, untimed.</param>
    /// <param name="withBaseline">False to leave the slow list engine out.</param>
    /// <param name="progress">Told what is done now.</param>
    public static MatchingBenchResult Run(
        WorkloadFile workload, int rounds, bool withBaseline, Action<string> progress)
    {
        const int WarmUpOperations = 10_000_000;
        progress("preparing");
        var market = WorkloadMarket.Prepare(workload);
        for (long done = 0; done < WarmUpOperations; done += market.Commands.Length)
        {
            progress("warming up");
            _ = Once(market, out _, out _);
        }

        var seconds = new double[rounds];
        long bytes = 0;
        WorkloadFigures? figures = null;
        MatchingBenchRun? baseline = null;
        for (var round = 0; round < rounds; round++)
        {
            progress($"round {round + 1} of {rounds}");
            var seen = Once(market, out seconds[round], out bytes);
            figures = figures is null || figures == seen
                ? seen
                : throw new InvalidOperationException("equal commands gave other events");
            if (withBaseline && round == rounds / 2)
            {
                progress("the list engine");
                baseline = Naive(workload);
            }
        }

        progress("latency");
        var latency = Latency(market);
        return new MatchingBenchResult(
            Figure(figures!.Value, seconds, bytes, workload.Timed.Length), latency, baseline);
    }

    /// <summary>What the core makes of a workload, read from its events; nothing is measured.</summary>
    public static WorkloadFigures Check(WorkloadFile workload) =>
        Once(WorkloadMarket.Prepare(workload), out _, out _);

    private static MatchingBenchRun Figure(WorkloadFigures figures, double[] seconds, long bytes, int operations)
    {
        Array.Sort(seconds);
        return new MatchingBenchRun(
            figures, operations / seconds[0], operations / seconds[seconds.Length / 2], bytes / (double)operations);
    }

    private static WorkloadFigures Once(WorkloadMarket market, out double seconds, out long bytes)
    {
        var desk = new Desk(market);
        var prefill = market.Workload.Prefill.Length;
        desk.Run(..prefill);
        desk.Begin();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        desk.Run(prefill..);
        seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return desk.Figures();
    }

    private static MatchingBenchLatency Latency(WorkloadMarket market)
    {
        var desk = new Desk(market);
        var prefill = market.Workload.Prefill.Length;
        desk.Run(..prefill);
        desk.Begin();
        var counts = new int[Buckets];
        desk.RunTimed(prefill.., counts);
        var total = market.Workload.Timed.Length;
        return new MatchingBenchLatency(
            Share(counts, total, 0.5), Share(counts, total, 0.99), Share(counts, total, 0.999));
    }

    private static double Share(int[] counts, int total, double share)
    {
        long sum = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            sum += counts[i];
            if (sum >= total * share)
            {
                return i;
            }
        }

        return counts.Length;
    }

    private static MatchingBenchRun Naive(WorkloadFile workload)
    {
        var engine = new ListEngine(workload.Header.Parameters.Symbols);
        engine.Run(workload.Prefill);
        engine.Begin();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        engine.Run(workload.Timed);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return Figure(
            engine.Figures(workload.Header.Figures.MaxId), [seconds], bytes, workload.Timed.Length);
    }

    /// <summary>The client of the core: hands commands over in pages, as a shard does, and reads every event.</summary>
    private sealed class Desk
    {
        private readonly EventBuffer _events = new(2 * PageCommands);
        private readonly WorkloadMarket _market;
        private readonly WorkloadTally _tally;
        private readonly Pipeline _core;

        public Desk(WorkloadMarket market)
        {
            _market = market;
            _tally = new WorkloadTally(market.Workload);
            _core = WorkloadMarket.Open(market.Workload.Header.Parameters, _events);
        }

        /// <summary>Counts from here on.</summary>
        public void Begin() => _tally.Begin();

        public WorkloadFigures Figures() => _tally.Figures(_core.OpenOrders);

        /// <summary>Page by page; a method that is called often is compiled well.</summary>
        public void Run(Range range)
        {
            var (start, length) = range.GetOffsetAndLength(_market.Commands.Length);
            for (var at = 0; at < length; at += PageCommands)
            {
                RunPage(start + at, Math.Min(PageCommands, length - at));
            }
        }

        /// <summary>Each command with the two readings of the clock around it, its share of looking ahead
        /// included.</summary>
        public void RunTimed(Range range, int[] counts)
        {
            var (start, length) = range.GetOffsetAndLength(_market.Commands.Length);
            for (var at = 0; at < length; at += PageCommands)
            {
                RunPageTimed(start + at, Math.Min(PageCommands, length - at), counts);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void RunPage(int start, int count)
        {
            ReadOnlySpan<Command> commands = _market.Commands.AsSpan(start, count);
            ReadOnlySpan<long> ids = _market.Ids.AsSpan(start, count);
            for (var i = 0; i < commands.Length; i++)
            {
                _core.Run(commands, i);
                _tally.Read((int)ids[i], _events.Events);
                _events.Clear();
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void RunPageTimed(int start, int count, int[] counts)
        {
            ReadOnlySpan<Command> commands = _market.Commands.AsSpan(start, count);
            for (var i = 0; i < count; i++)
            {
                var before = Stopwatch.GetTimestamp();
                _core.Run(commands, i);
                var nanos = (Stopwatch.GetTimestamp() - before) * Stamps.NanosPerSecond / Stopwatch.Frequency;
                counts[Math.Min(nanos, Buckets - 1)]++;
                _tally.Read((int)_market.Ids[start + i], _events.Events);
                _events.Clear();
            }
        }
    }
}
