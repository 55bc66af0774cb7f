using System.Diagnostics;
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
    private const int Quote = 0;
    private const int MaxPrice = 1 << 24;
    private const long MaxQuantity = 1 << 30;
    private const int Accounts = 1_001;
    private const long Funds = 1L << 58;
    private const int Buckets = 1 << 20;
    private const int PieceRecords = 256;
    private const int PagesPerSymbol = 64;

    /// <summary>Measures.</summary>
    /// <param name="workload">What is run.</param>
    /// <param name="rounds">How often the core runs it; at least ten million operations come first, untimed.</param>
    /// <param name="withBaseline">False to leave the slow list engine out.</param>
    /// <param name="progress">Told what is done now.</param>
    public static MatchingBenchResult Run(
        WorkloadFile workload, int rounds, bool withBaseline, Action<string> progress)
    {
        const int WarmUpOperations = 10_000_000;
        for (long done = 0; done < WarmUpOperations; done += workload.Prefill.Length + workload.Timed.Length)
        {
            progress("warming up");
            _ = Once(workload, out _, out _);
        }

        var seconds = new double[rounds];
        long bytes = 0;
        WorkloadFigures? figures = null;
        MatchingBenchRun? baseline = null;
        for (var round = 0; round < rounds; round++)
        {
            progress($"round {round + 1} of {rounds}");
            var seen = Once(workload, out seconds[round], out bytes);
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
        var latency = Latency(workload);
        return new MatchingBenchResult(
            Figure(figures!.Value, seconds, bytes, workload.Timed.Length), latency, baseline);
    }

    /// <summary>What the core makes of a workload, read from its events; nothing is measured.</summary>
    public static WorkloadFigures Check(WorkloadFile workload) => Once(workload, out _, out _);

    private static MatchingBenchRun Figure(WorkloadFigures figures, double[] seconds, long bytes, int operations)
    {
        Array.Sort(seconds);
        return new MatchingBenchRun(
            figures, operations / seconds[0], operations / seconds[seconds.Length / 2], bytes / (double)operations);
    }

    private static WorkloadFigures Once(WorkloadFile workload, out double seconds, out long bytes)
    {
        var desk = new Desk(workload);
        desk.Run(workload.Prefill);
        desk.Begin();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        desk.Run(workload.Timed);
        seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return desk.Figures(workload.Header.Figures.MaxId);
    }

    private static MatchingBenchLatency Latency(WorkloadFile workload)
    {
        var desk = new Desk(workload);
        desk.Run(workload.Prefill);
        desk.Begin();
        var counts = new int[Buckets];
        var timed = workload.Timed;
        for (var i = 0; i < timed.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            desk.Run(timed.Slice(i, 1));
            var nanos = (Stopwatch.GetTimestamp() - start) * Stamps.NanosPerSecond / Stopwatch.Frequency;
            counts[Math.Min(nanos, Buckets - 1)]++;
        }

        return new MatchingBenchLatency(
            Share(counts, timed.Length, 0.5), Share(counts, timed.Length, 0.99), Share(counts, timed.Length, 0.999));
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

    /// <summary>The client of the core: turns records into commands, and reads every event.</summary>
    private sealed class Desk
    {
        private readonly EventBuffer _events = new(1_024);
        private readonly Pipeline _core;

        // By the workload's id the core's, and by the core's slot the workload's: what a client has to know.
        private readonly long[] _ids;
        private readonly int[] _byslot;
        private ulong _trades;
        private ulong _quantity;
        private ulong _rejects;
        private ulong _hash;

        public Desk(WorkloadFile workload)
        {
            var parameters = workload.Header.Parameters;
            var most = (int)Math.Min(1 << 28, parameters.Prefill + parameters.Operations);
            var expected = (int)Math.Min(most, (parameters.Prefill * 2) + 1_024);
            _core = new Pipeline(
                new PipelineOptions
                {
                    ExpectedAssets = parameters.Symbols + 1,
                    ExpectedAccounts = Accounts,
                    ExpectedOrders = expected,
                    ExpectedPages = Math.Min(16_384, parameters.Symbols * PagesPerSymbol),
                },
                _events);
            List(parameters.Symbols);
            _ids = new long[(long)workload.Header.Figures.MaxId + 1];
            _byslot = new int[most + 1];
            Fund(parameters.Symbols);
            Begin();
        }

        /// <summary>Counts from here on.</summary>
        public void Begin() =>
            (_trades, _quantity, _rejects, _hash) = (0, 0, 0, WorkloadFigures.FirstHash);

        public WorkloadFigures Figures(ulong maxId) =>
            new(_trades, _quantity, _hash, (ulong)_core.OpenOrders, _rejects, maxId);

        // Piece by piece, as a ring would hand commands over; and a method that is called often is compiled well.
        public void Run(ReadOnlySpan<WorkloadRecord> records)
        {
            for (var at = 0; at < records.Length; at += PieceRecords)
            {
                RunPiece(records.Slice(at, Math.Min(PieceRecords, records.Length - at)));
            }
        }

        private void RunPiece(ReadOnlySpan<WorkloadRecord> records)
        {
            var command = default(Command);
            command.SelfTrade = SelfTrade.Allow;
            foreach (ref readonly var record in records)
            {
                command.Account = (int)record.Uid;
                switch (record.Op)
                {
                    case WorkloadOp.New:
                        command.Type = CommandType.Place;
                        command.Side = record.Side;
                        command.TimeInForce = record.ImmediateOrCancel == 0 ? TimeInForce.Gtc : TimeInForce.Ioc;
                        command.Instrument = (short)record.Symbol;
                        command.Price = (int)record.Price;
                        command.Quantity = record.Quantity;
                        break;
                    case WorkloadOp.Cancel:
                        command.Type = CommandType.Cancel;
                        command.Target = _ids[(int)record.Id];
                        break;
                    default:
                        command.Type = CommandType.Amend;
                        command.Target = _ids[(int)record.Id];
                        command.Price = (int)record.Price;
                        command.Quantity = record.Quantity;
                        break;
                }

                _core.Run(command);
                Read((int)record.Id);
            }
        }

        private void Read(int id)
        {
            foreach (ref readonly var e in _events.Events)
            {
                switch (e.Type)
                {
                    case EventType.Trade:
                        _trades++;
                        _quantity += (ulong)e.Quantity;
                        _hash = WorkloadFigures.Fold(
                            _hash, (ulong)id, (ulong)_byslot[SlotOf(e.Maker)], (ulong)e.Price, (ulong)e.Quantity);
                        break;
                    case EventType.Accepted:
                        _ids[id] = e.Order;
                        _byslot[SlotOf(e.Order)] = id;
                        break;
                    case EventType.Rejected:
                        _rejects++;
                        break;
                }
            }

            _events.Clear();
        }

        private static int SlotOf(long order) => unchecked((int)order);

        private void List(int symbols)
        {
            _core.Run(new AssetListing { Name = ListingName.Of("QUOTE") });
            for (var symbol = 0; symbol < symbols; symbol++)
            {
                var terms = new SpotInstrument
                {
                    BaseAsset = symbol + 1, QuoteAsset = Quote, BaseAtomsPerLot = 1, QuoteAtomsPerTickLot = 1,
                    MaxPrice = MaxPrice, MaxQuantity = MaxQuantity,
                };
                _core.Run(new AssetListing { Name = ListingName.Of($"BASE{symbol}") });
                _core.Run(InstrumentListing.Of(symbol, $"BASE{symbol}/QUOTE", terms));
                _events.Clear();
            }
        }

        private void Fund(int symbols)
        {
            for (var account = 1; account < Accounts; account++)
            {
                _core.Run(new Command { Type = CommandType.OpenAccount });
                _events.Clear();
            }

            var command = new Command { Type = CommandType.Deposit };
            for (var account = 1; account < Accounts; account++)
            {
                for (var asset = 0; asset <= symbols; asset++)
                {
                    (command.Account, command.Target) = (account, asset);
                    command.Quantity = Funds / Accounts;
                    _core.Run(command);
                    _events.Clear();
                }
            }
        }
    }
}
