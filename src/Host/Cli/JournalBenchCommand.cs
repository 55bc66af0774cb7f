using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Strikeline.Journal;
using Strikeline.Lab;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline bench journal</c>: durable appends on this machine's disk, beside a plain file.</summary>
internal static class JournalBenchCommand
{
    public static Command Build()
    {
        var command = new Command("journal", "Durable appends on a real disk, beside a plain file that grows");
        var json = MarketBenches.Json(command);
        var data = new Option<string>("--data")
        {
            Description = "A folder on the disk to measure; the folder for temporary files", HelpName = "DIR",
        };
        var batch = MarketBenches.Count(
            command, "--batch", "Batches of this size only, as for perf or strace; 0 for the usual ones", 0, 0, 16_384);
        command.Options.Add(data);
        command.SetAction(parsed =>
        {
            var asJson = parsed.GetValue(json);
            IReadOnlyList<int> sizes = parsed.GetValue(batch) is var one and > 0 ? [one] : JournalBench.Sizes;
            var folder = Make(parsed.GetValue(data) ?? Path.GetTempPath());
            JournalBenchResult result;
            try
            {
                using var stop = new StopSignal(duration: null);
                result = BenchCommand.Progress(asJson, status => JournalBench.Run(folder, sizes, status, stop.Token));
            }
            catch (Exception e) when (e is JournalException or JournalDiskException)
            {
                throw new UserError($"{folder}: cannot be measured ({e.Message}); name another folder with --data", e);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }

            var output = parsed.InvocationConfiguration.Output;
            if (asJson)
            {
                output.WriteLine(Json(result));
            }
            else
            {
                Print(result, output);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static string Make(string parent)
    {
        var folder = Path.Combine(
            parent, "strikeline-bench-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        try
        {
            if (!Directory.Exists(parent))
            {
                throw new UserError($"--data: there is no folder {parent}; name one on the disk to measure");
            }

            Directory.CreateDirectory(folder);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"--data: nothing can be written to {parent}; name another folder", e);
        }
    }

    private static void Print(JournalBenchResult result, TextWriter output)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.FileSystem}, payloads of {result.PayloadBytes} bytes, records of {result.RecordBytes}"));
        var single = new BenchReport(
            "single", ("way", "one record each 500 µs", 0), ("p50Us", "p50 µs", 0), ("p99Us", "p99 µs", 0),
            ("p999Us", "p99.9 µs", 0), ("maxUs", "max µs", 0), ("records", "records", 0));
        Row("journal", result.Journal.Single);
        Row("plain file", result.Baseline.Single);
        single.Print(asJson: false, output);
        var batches = new BenchReport(
            "batches", ("batch", "batches of", 0), ("perSecond", "journal records/s", 0), ("best", "best", 0),
            ("perSync", "a sync", 0), ("plain", "plain file records/s", 0), ("plainBest", "best", 0),
            ("times", "times", 1));
        foreach (var (ours, plain) in result.Journal.Batches.Zip(result.Baseline.Batches))
        {
            batches.Add(
                ours.Batch, ours.RecordsPerSecond, ours.BestPerSecond, ours.RecordsPerSync, plain.RecordsPerSecond,
                plain.BestPerSecond, ours.RecordsPerSecond / plain.RecordsPerSecond);
        }

        batches.Print(asJson: false, output);

        void Row(string name, JournalBenchLatency latency) => single.Add(
            name, latency.P50Us, latency.P99Us, latency.P999Us, latency.MaxUs, latency.Records);
    }

    private static string Json(JournalBenchResult result)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("fileSystem", result.FileSystem);
            writer.WriteNumber("payloadBytes", result.PayloadBytes);
            writer.WriteNumber("recordBytes", result.RecordBytes);
            Write(writer, result.Journal);
            writer.WriteStartObject("baseline");
            Write(writer, result.Baseline);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, JournalBenchWay way)
    {
        writer.WriteStartObject("single");
        writer.WriteNumber("p50Us", Math.Round(way.Single.P50Us, 1));
        writer.WriteNumber("p99Us", Math.Round(way.Single.P99Us, 1));
        writer.WriteNumber("p999Us", Math.Round(way.Single.P999Us, 1));
        writer.WriteNumber("maxUs", Math.Round(way.Single.MaxUs, 1));
        writer.WriteNumber("records", way.Single.Records);
        writer.WriteEndObject();
        writer.WriteStartArray("batches");
        foreach (var batch in way.Batches)
        {
            writer.WriteStartObject();
            writer.WriteNumber("batch", batch.Batch);
            writer.WriteNumber("recordsPerSecond", Math.Round(batch.RecordsPerSecond));
            writer.WriteNumber("bestPerSecond", Math.Round(batch.BestPerSecond));
            writer.WriteNumber("recordsPerSync", Math.Round(batch.RecordsPerSync, 1));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
