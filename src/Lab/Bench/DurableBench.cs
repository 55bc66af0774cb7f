using System.Diagnostics;
using Strikeline.Exchange;
using Strikeline.Journal;

namespace Strikeline.Lab;

/// <summary>Time from handing a command in to its durable answer.</summary>
/// <param name="P50Us">Median in microseconds.</param>
/// <param name="P99Us">99th percentile.</param>
/// <param name="P999Us">99.9th percentile.</param>
public sealed record DurableBenchLatency(double P50Us, double P99Us, double P999Us);

/// <summary>What was measured.</summary>
/// <param name="Figures">What came out of the workload, read from the delivered events.</param>
/// <param name="OpsPerSecond">Timed commands in a second, each durable and delivered.</param>
/// <param name="CoreOpsPerSecond">The same commands through the core alone, in the same run.</param>
/// <param name="Single">One command at a time, paced.</param>
/// <param name="RecoveredRecords">Records that were read back.</param>
/// <param name="RecoverySeconds">How long that took, with the state that they lead to.</param>
/// <param name="NaiveOpsPerSecond">Write and fsync for each command, to a file that grows: the baseline.</param>
public sealed record DurableBenchResult(
    WorkloadFigures Figures, double OpsPerSecond, double CoreOpsPerSecond, DurableBenchLatency Single,
    ulong RecoveredRecords, double RecoverySeconds, double NaiveOpsPerSecond);

/// <summary>A workload through a shard: core, journal, delivery. What is delivered is past an fdatasync.</summary>
public sealed class DurableBench : IShardOutput, IDisposable
{
    private const int Batch = 4_096;
    private const int Singles = 2_000;
    private const int NaiveWrites = 400;
    private static readonly TimeSpan DeliveryLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pace = TimeSpan.FromMicroseconds(500);

    private readonly WorkloadMarket _market;
    private readonly WorkloadTally _tally;
    private readonly long[] _tags = new long[Batch];
    private readonly AutoResetEvent _deliveries = new(false);
    private long _delivered;
    private long _submitted;

    private DurableBench(WorkloadMarket market)
    {
        _market = market;
        _tally = new WorkloadTally(market.Workload);
    }

    /// <summary>Measures.</summary>
    /// <param name="workload">What is run.</param>
    /// <param name="folder">An empty folder on the disk to measure; the caller removes it.</param>
    /// <param name="rounds">How often, each with a new shard; the fastest counts.</param>
    /// <param name="clock">Stamps the commands.</param>
    /// <param name="progress">Told what is done now.</param>
    public static DurableBenchResult Run(
        WorkloadFile workload, string folder, int rounds, TimeProvider clock, Action<string> progress)
    {
        progress("preparing");
        var market = WorkloadMarket.Prepare(workload);
        var best = default(DurableBenchResult);
        for (var round = 1; round <= rounds; round++)
        {
            var place = Directory.CreateDirectory(Path.Combine(folder, $"round-{round}"));
            var name = $"round {round} of {rounds}: ";
            using var bench = new DurableBench(market);
            var result = bench.Measure(place.FullName, clock, what => progress(name + what));
            best = best is null || result.OpsPerSecond > best.OpsPerSecond ? result : best;
            place.Delete(recursive: true);
        }

        return best!;
    }

    /// <inheritdoc/>
    public bool ReadsNotes => false;

    /// <inheritdoc/>
    public void Deliver(ShardPage page)
    {
        for (var i = 0; i < page.Count; i++)
        {
            _tally.Read((int)page.Tags[i], page.EventsOf(i));
        }

        Volatile.Write(ref _delivered, _delivered + page.Count);
        _deliveries.Set();
    }

    /// <inheritdoc/>
    public void Dispose() => _deliveries.Dispose();

    /// <inheritdoc/>
    public void Refuse(ReadOnlySpan<long> tags, ShardRefusal refusal, string reason) =>
        throw new InvalidOperationException(reason);

    private DurableBenchResult Measure(string folder, TimeProvider clock, Action<string> progress)
    {
        var parameters = _market.Workload.Header.Parameters;
        var prefill = _market.Workload.Prefill.Length;
        var settings = new ShardSettings
        {
            Pipeline = new PipelineOptions { ExpectedOrders = WorkloadMarket.ExpectedOrders(parameters) },

            // So that all records are there to be read back.
            SnapshotEvery = int.MaxValue,
        };
        var core = CoreAlone(progress);
        var disk = FolderJournalDisk.ToWrite(folder);
        using var shard = Shard.Open(disk, settings, this, clock);
        shard.Start();
        progress("filling the books");
        foreach (var asset in WorkloadMarket.Assets(parameters))
        {
            shard.Submit(asset);
        }

        foreach (var instrument in WorkloadMarket.Instruments(parameters))
        {
            shard.Submit(instrument);
        }

        _ = shard.Ask(pipeline => pipeline.Instruments);
        Submit(shard, WorkloadMarket.Funding(parameters).ToArray(), null);
        Submit(shard, _market.Commands.AsSpan(0, prefill), _market.Ids.AsSpan(0, prefill));
        _tally.Begin();
        progress("durable commands");
        var start = Stopwatch.GetTimestamp();
        Submit(shard, _market.Commands.AsSpan(prefill), _market.Ids.AsSpan(prefill));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var figures = _tally.Figures(shard.Ask(pipeline => pipeline.OpenOrders));
        progress("recovery");
        var last = shard.DurableSequence;
        start = Stopwatch.GetTimestamp();
        JournalReader.ReadUpTo(FolderJournalDisk.ToRead(folder), new ShardReplay(settings.Pipeline), last);
        var recovery = Stopwatch.GetElapsedTime(start).TotalSeconds;
        progress("one at a time");
        var single = Latency(shard);
        progress("write and fsync for each");
        return new DurableBenchResult(
            figures, (_market.Commands.Length - prefill) / seconds, core, single, last, recovery, Naive(disk));
    }

    private double CoreAlone(Action<string> progress)
    {
        var events = new EventBuffer();
        var prefill = _market.Workload.Prefill.Length;
        progress("the core alone");
        var best = 0.0;
        for (var round = 0; round < 2; round++)
        {
            var core = WorkloadMarket.Open(_market.Workload.Header.Parameters, events);
            RunPieces(core, events, _market.Commands.AsSpan(0, prefill));
            var start = Stopwatch.GetTimestamp();
            RunPieces(core, events, _market.Commands.AsSpan(prefill));
            best = Math.Max(
                best, (_market.Commands.Length - prefill) / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    // A method that is called often is compiled well.
    private static void RunPieces(Pipeline core, EventBuffer events, ReadOnlySpan<Command> commands)
    {
        for (var at = 0; at < commands.Length; at += ShardPage.MostCommands)
        {
            RunPiece(core, events, commands[at..Math.Min(commands.Length, at + ShardPage.MostCommands)]);
        }
    }

    private static void RunPiece(Pipeline core, EventBuffer events, ReadOnlySpan<Command> commands)
    {
        Span<int> ends = stackalloc int[ShardPage.MostCommands];
        core.Run(commands, ends);
        events.Clear();
    }

    // Hands everything in as fast as it is taken, and waits until all of it was delivered.
    private void Submit(Shard shard, ReadOnlySpan<Command> commands, ReadOnlySpan<long> ids)
    {
        for (var at = 0; at < commands.Length; at += Batch)
        {
            var count = Math.Min(Batch, commands.Length - at);
            var tags = ids.IsEmpty ? _tags.AsSpan(0, count) : ids.Slice(at, count);
            while (shard.TrySubmit(commands.Slice(at, count), tags) != ShardSubmit.Taken)
            {
                AwaitDelivery(shard);
            }
        }

        _submitted += commands.Length;
        while (Volatile.Read(ref _delivered) < _submitted)
        {
            AwaitDelivery(shard);
        }
    }

    private void AwaitDelivery(Shard shard)
    {
        if (!_deliveries.WaitOne(DeliveryLimit) && shard.Trouble is { } trouble)
        {
            throw new InvalidOperationException(trouble);
        }
    }

    private DurableBenchLatency Latency(Shard shard)
    {
        var micros = new double[Singles];
        var command = new Command
        {
            Type = CommandType.Place, Account = 1, Price = 1, Quantity = 1, TimeInForce = TimeInForce.Ioc,
        };
        for (var i = 0; i < Singles; i++)
        {
            var start = Stopwatch.GetTimestamp();
            _ = shard.TrySubmit([command], [0]);
            _submitted++;
            while (Volatile.Read(ref _delivered) < _submitted)
            {
                Thread.SpinWait(20);
            }

            micros[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            while (Stopwatch.GetElapsedTime(start) < Pace)
            {
                Thread.SpinWait(20);
            }
        }

        Array.Sort(micros);
        return new DurableBenchLatency(
            micros[Singles / 2], micros[Singles * 99 / 100], micros[Singles * 999 / 1_000]);
    }

    private static double Naive(FolderJournalDisk disk)
    {
        const string Name = "naive.tmp";
        using var file = disk.Create(Name);
        Span<byte> record = stackalloc byte[72];
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < NaiveWrites; i++)
        {
            file.Write(record, (long)i * record.Length);
            file.Sync();
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        disk.Delete(Name);
        return NaiveWrites / seconds;
    }
}
