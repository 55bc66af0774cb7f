using System.Diagnostics;
using System.Runtime.InteropServices;
using Strikeline.Journal;
using Strikeline.Kernel;

namespace Strikeline.Lab;

/// <summary>From a record's append until it is durable, one at a time.</summary>
/// <param name="P50Us">Median in microseconds.</param>
/// <param name="P99Us">99th percentile.</param>
/// <param name="P999Us">99.9th percentile.</param>
/// <param name="MaxUs">The slowest.</param>
/// <param name="Records">Records that were measured.</param>
public sealed record JournalBenchLatency(double P50Us, double P99Us, double P999Us, double MaxUs, int Records);

/// <summary>Batches of one size.</summary>
/// <param name="Batch">Records that are handed over at once.</param>
/// <param name="RecordsPerSecond">Durable records in a second, the median of the rounds.</param>
/// <param name="BestPerSecond">The best of the rounds.</param>
/// <param name="RecordsPerSync">Records that one sync made durable, on average.</param>
public sealed record JournalBenchBatch(
    int Batch, double RecordsPerSecond, double BestPerSecond, double RecordsPerSync);

/// <summary>One way to make records durable.</summary>
/// <param name="Single">Single records.</param>
/// <param name="Batches">Batches, smallest first.</param>
public sealed record JournalBenchWay(JournalBenchLatency Single, IReadOnlyList<JournalBenchBatch> Batches);

/// <summary>All of a measurement.</summary>
/// <param name="FileSystem">What the folder is on, such as ext4.</param>
/// <param name="PayloadBytes">Bytes of a payload.</param>
/// <param name="RecordBytes">Bytes of its record in the journal.</param>
/// <param name="Journal">The durable journal.</param>
/// <param name="Baseline">A plain growing file, written and synced in turn.</param>
public sealed record JournalBenchResult(
    string FileSystem, int PayloadBytes, int RecordBytes, JournalBenchWay Journal, JournalBenchWay Baseline);

/// <summary>
/// Durable appends on a real disk: the journal with its own thread, and beside it in the same run what one writes
/// first, a file that grows with a sync behind every write.
/// </summary>
/// <remarks>
/// Two batches of the journal are under way: one is appended while the one before it is synced, as the exchange's core
/// works. The journal's thread takes whatever waits, so that a sync may hold less than a batch or more.
/// </remarks>
public static partial class JournalBench
{
    private const int PayloadBytes = 72;

    // A length, a type, a sequence, an epoch, a chain and a checksum are what the journal adds.
    private const int RecordBytes = PayloadBytes + 32;
    private const int Singles = 4_000;
    private const int WarmUpSingles = 400;
    private const int Rounds = 5;

    private static readonly TimeSpan Pace = TimeSpan.FromMicroseconds(500);
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(300);

    /// <summary>The usual sizes of batches.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [16, 64, 256, 1024, 4096];

    /// <summary>Measures; some 25 seconds, and as much as 1 GiB of the disk at a time.</summary>
    /// <param name="folder">An empty folder; it is empty again afterwards.</param>
    /// <param name="sizes">Records of a batch, as <see cref="Sizes"/>.</param>
    /// <param name="progress">Told what is done now.</param>
    /// <param name="stop">Ends the measurement.</param>
    /// <exception cref="JournalException">The folder cannot be used.</exception>
    /// <exception cref="JournalDiskException">The disk refuses.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static JournalBenchResult Run(
        string folder, IReadOnlyList<int> sizes, Action<string> progress, CancellationToken stop)
    {
        progress("single records");
        var single = InFolder(folder, disk => Single(disk, stop));
        progress("single records in a plain file");
        var plainSingle = InFolder(folder, disk => PlainSingle(disk, stop));
        var batches = new List<JournalBenchBatch>();
        var plainBatches = new List<JournalBenchBatch>();
        foreach (var size in sizes)
        {
            var rounds = new List<Round>();
            var plainRounds = new List<Round>();
            for (var round = 0; round < Rounds; round++)
            {
                // They take turns, so that both see the same machine.
                progress($"batches of {size}, round {round + 1} of {Rounds}");
                rounds.Add(InFolder(folder, disk => Batches(disk, size, stop)));
                plainRounds.Add(InFolder(folder, disk => PlainBatches(disk, size, stop)));
            }

            batches.Add(Figure(size, rounds));
            plainBatches.Add(Figure(size, plainRounds));
        }

        return new JournalBenchResult(
            new DriveInfo(Path.GetFullPath(folder)).DriveFormat, PayloadBytes, RecordBytes,
            new JournalBenchWay(single, batches), new JournalBenchWay(plainSingle, plainBatches));
    }

    private static JournalBenchLatency Single(IJournalDisk disk, CancellationToken stop)
    {
        var appended = new long[WarmUpSingles + Singles + 1];
        var durable = new long[appended.Length];
        var told = 0UL;
        using var journal = DurableJournal.Open(disk, new JournalSettings(), new Nothing(), watermark =>
        {
            for (var now = Stopwatch.GetTimestamp(); told < watermark; told++)
            {
                durable[told + 1] = now;
            }
        });
        journal.Start();
        var payload = Payload();
        var start = Stopwatch.GetTimestamp();
        for (var i = 1; i < appended.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            SleepUntil(start + (i * Pace.Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond));
            appended[i] = Stopwatch.GetTimestamp();
            journal.Append(1, payload, out _);
        }

        Await(journal, journal.LastSequence);
        return Latency(appended, durable);
    }

    private static JournalBenchLatency PlainSingle(IJournalDisk disk, CancellationToken stop)
    {
        using var file = disk.Create("plain");
        var bytes = new byte[RecordBytes];
        new Random(1).NextBytes(bytes);
        var written = new long[WarmUpSingles + Singles + 1];
        var durable = new long[written.Length];
        var start = Stopwatch.GetTimestamp();
        for (var i = 1; i < written.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            SleepUntil(start + (i * Pace.Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond));
            written[i] = Stopwatch.GetTimestamp();
            WriteAll(file, bytes, (i - 1L) * bytes.Length);
            file.Sync();
            durable[i] = Stopwatch.GetTimestamp();
        }

        return Latency(written, durable);
    }

    private static Round Batches(IJournalDisk disk, int size, CancellationToken stop)
    {
        var syncs = 0;
        using var journal = DurableJournal.Open(disk, new JournalSettings(), new Nothing(), _ => syncs++);
        journal.Start();
        var payload = Payload();

        // The first batches fault the buffer's pages in.
        for (var i = 0; i < 3; i++)
        {
            AppendBatch(journal, payload, size);
            Await(journal, journal.LastSequence);
        }

        var (first, syncsBefore, before) = (journal.LastSequence, syncs, 0UL);
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < RoundTime)
        {
            stop.ThrowIfCancellationRequested();
            AppendBatch(journal, payload, size);
            Await(journal, before);
            before = journal.LastSequence;
        }

        Await(journal, before);
        return new Round(
            journal.LastSequence - first, Stopwatch.GetElapsedTime(start).TotalSeconds, syncs - syncsBefore);
    }

    private static Round PlainBatches(IJournalDisk disk, int size, CancellationToken stop)
    {
        using var file = disk.Create("plain");
        var bytes = new byte[RecordBytes * size];
        new Random(1).NextBytes(bytes);
        var batches = 0;
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < RoundTime)
        {
            stop.ThrowIfCancellationRequested();
            WriteAll(file, bytes, (long)batches * bytes.Length);
            file.Sync();
            batches++;
        }

        return new Round((ulong)batches * (ulong)size, Stopwatch.GetElapsedTime(start).TotalSeconds, batches);
    }

    private static void AppendBatch(DurableJournal journal, ReadOnlySpan<byte> payload, int size)
    {
        for (var i = 0; i < size; i++)
        {
            while (journal.Append(1, payload, out _) == JournalAppend.Full)
            {
                Await(journal, journal.DurableSequence + 1);
            }
        }
    }

    private static void Await(DurableJournal journal, ulong sequence)
    {
        if (!journal.Wait(sequence))
        {
            throw new JournalDiskException(journal.Failure ?? "the journal was closed");
        }
    }

    private static void WriteAll(IJournalFile file, ReadOnlySpan<byte> bytes, long at)
    {
        while (bytes.Length > 0)
        {
            var written = file.Write(bytes, at);
            bytes = bytes[written..];
            at += written;
        }
    }

    // Asleep, as a core that waits for work: a thread that spins keeps the journal's own from one of two processors.
    private static void SleepUntil(long due)
    {
        var left = (due - Stopwatch.GetTimestamp()) * 1_000_000 / Stopwatch.Frequency;
        if (left > 0)
        {
            _ = usleep((uint)left);
        }
    }

    private static byte[] Payload()
    {
        var payload = new byte[PayloadBytes];
        new Random(1).NextBytes(payload);
        return payload;
    }

    private static T InFolder<T>(string folder, Func<IJournalDisk, T> measure)
    {
        var own = Path.Combine(folder, "journal");
        try
        {
            return measure(FolderJournalDisk.ToWrite(own));
        }
        finally
        {
            if (Directory.Exists(own))
            {
                Directory.Delete(own, recursive: true);
            }
        }
    }

    private static JournalBenchLatency Latency(long[] from, long[] to)
    {
        var nanos = new double[Singles];
        for (var i = 0; i < Singles; i++)
        {
            var at = WarmUpSingles + 1 + i;
            nanos[i] = (to[at] - from[at]) * (double)Stamps.NanosPerSecond / Stopwatch.Frequency;
        }

        Array.Sort(nanos);
        return new JournalBenchLatency(Us(0.5), Us(0.99), Us(0.999), nanos[^1] / 1_000, Singles);

        double Us(double share) => nanos[(int)Math.Ceiling(share * Singles) - 1] / 1_000;
    }

    private static JournalBenchBatch Figure(int size, List<Round> rounds)
    {
        rounds.Sort((one, other) => one.PerSecond.CompareTo(other.PerSecond));
        return new JournalBenchBatch(
            size, rounds[Rounds / 2].PerSecond, rounds[^1].PerSecond,
            rounds.Sum(one => (double)one.Records) / rounds.Sum(one => one.Syncs));
    }

    [LibraryImport("libc")]
    private static partial int usleep(uint micros);

    private readonly record struct Round(ulong Records, double Seconds, int Syncs)
    {
        public double PerSecond => Records / Seconds;
    }

    private sealed class Nothing : IJournalReplay
    {
        public void Restore(in JournalSnapshot snapshot) => throw new UnreachableException("the folder is new");

        public void Apply(in JournalRecord record) => throw new UnreachableException("the folder is new");
    }
}
