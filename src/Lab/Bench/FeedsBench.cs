using System.Diagnostics;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>One measured row.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="NanosPerFrame">Median over the rounds.</param>
/// <param name="BytesPerFrame">Allocated bytes, after warm-up.</param>
/// <param name="BaselineNanos">
/// The source-generated System.Text.Json model on the same frames; null where there is none.
/// </param>
/// <param name="BaselineBytes">What that allocates.</param>
public sealed record FeedsBenchRow(
    string Name, double NanosPerFrame, double BytesPerFrame, double? BaselineNanos, double? BaselineBytes)
{
    /// <summary>How many times faster than the baseline.</summary>
    public double? Ratio => BaselineNanos / NanosPerFrame;
}

/// <summary>
/// Speed of the feed decoders: each shape alone, in rounds that alternate with a source-generated model of the same
/// message, so that both see the same machine.
/// </summary>
public static class FeedsBench
{
    private const int Rounds = 15;
    private const int WarmUps = 30;
    private const int WarmUpSteps = 4;

    private static readonly TimeSpan CompilePause = TimeSpan.FromMilliseconds(150);

    /// <summary>Measures the usual shapes over built-in frames.</summary>
    public static IReadOnlyList<FeedsBenchRow> Shapes(Action<string> progress)
    {
        var rows = new List<FeedsBenchRow>();
        foreach (var shape in BenchFrames.All())
        {
            progress(shape.Name);
            var decoder = Decoder(shape.Venue, shape.Setup);
            var ours = () => Pass(decoder, shape.Frames);
            var theirs = () => Pass(shape);
            rows.Add(Measure(shape.Name, shape.Frames.Length, ours, theirs));
        }

        return rows;
    }

    /// <summary>Replays a recording from memory, unpacked beforehand: decoders and books alone, on this core.</summary>
    /// <returns>Frames and frames per second, the best of the rounds, without and with the decision hash.</returns>
    public static (long Frames, double PerSecond, double PerSecondHashed) Replay(string path)
    {
        var items = Load(path);
        double plain = 0;
        double hashed = 0;
        for (var round = 0; round < 6; round++)
        {
            plain = Math.Max(plain, ReplayOnce(items, new NullSink()));
            using var hash = new DecisionHash();
            hashed = Math.Max(hashed, ReplayOnce(items, hash));
        }

        return (items.Count, plain, hashed);
    }

    private static double ReplayOnce(List<LoadedFrame> items, IFeedSink sink)
    {
        var decoders = new Dictionary<Venue, FeedDecoder>();
        var watch = Stopwatch.GetTimestamp();
        foreach (var item in items)
        {
            if (!decoders.TryGetValue(item.Venue, out var decoder))
            {
                decoder = new FeedDecoder(item.Venue, [], discover: true, sink);
                decoders.Add(item.Venue, decoder);
            }

            decoder.Accept(item.Payload, item.Context, item.AtNanos);
        }

        return items.Count / Stopwatch.GetElapsedTime(watch).TotalSeconds;
    }

    private static List<LoadedFrame> Load(string path)
    {
        var items = new List<LoadedFrame>();
        using var source = RecordingFiles.Open([path]);
        while (source.MoveNext())
        {
            if (source.Kind == RecordedKind.Frame && VenueNames.Spot.Contains(source.Venue))
            {
                items.Add(
                    new LoadedFrame(source.Venue, source.ReceivedNanos, source.Context, source.Payload.ToArray()));
            }
        }

        return items;
    }

    private static FeedDecoder Decoder(Venue venue, byte[][] setup)
    {
        var decoder = new FeedDecoder(venue, [], discover: true, new NullSink());
        foreach (var frame in setup)
        {
            decoder.Accept(frame, string.Empty, 1);
        }

        return decoder;
    }

    private static FeedsBenchRow Measure(string name, int frames, Func<long> ours, Func<long> theirs)
    {
        for (var step = 0; step < WarmUpSteps; step++)
        {
            for (var i = 0; i < WarmUps; i++)
            {
                ours();
                theirs();
            }

            // The runtime compiles what is hot on a thread of its own, in steps: it needs the time.
            Thread.Sleep(CompilePause);
        }

        var mine = new double[Rounds];
        var other = new double[Rounds];
        long mineBytes = 0;
        long otherBytes = 0;
        for (var round = 0; round < Rounds; round++)
        {
            mine[round] = Time(ours, frames, ref mineBytes);
            other[round] = Time(theirs, frames, ref otherBytes);
        }

        Array.Sort(mine);
        Array.Sort(other);
        var total = (double)frames * Rounds;
        return new FeedsBenchRow(name, mine[Rounds / 2], mineBytes / total, other[Rounds / 2], otherBytes / total);
    }

    private static double Time(Func<long> pass, int frames, ref long bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        pass();
        var elapsed = Stopwatch.GetElapsedTime(start);
        bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        return elapsed.TotalNanoseconds / frames;
    }

    private static long Pass(FeedDecoder decoder, byte[][] frames)
    {
        var refused = 0L;
        foreach (var frame in frames)
        {
            refused += (long)decoder.Accept(frame, string.Empty, 1);
        }

        return refused == 0 ? 0 : throw new InvalidOperationException("a benchmark frame was refused");
    }

    private static long Pass(BenchShape shape)
    {
        long sum = 0;
        foreach (var frame in shape.Frames)
        {
            sum += shape.Baseline(frame);
        }

        return sum;
    }

    private sealed record LoadedFrame(Venue Venue, long AtNanos, string Context, byte[] Payload);
}
