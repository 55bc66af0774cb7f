using System.CommandLine;
using System.Text;
using System.Text.Json;
using Strikeline.Lab;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline bench pipeline-durable</c>: a workload through journal, core and delivery.</summary>
internal static class DurableBenchCommand
{
    public static Command Build()
    {
        var command = new Command(
            "pipeline-durable", "A workload through the whole shard: every answer is past an fdatasync");
        var file = new Option<string>("--workload")
        {
            Description = "The workload (bench generate)", HelpName = "FILE", Required = true,
        };
        var data = new Option<string?>("--data")
        {
            Description = "Folder on the disk to measure; the system's temporary one by default", HelpName = "DIR",
        };
        var json = MarketBenches.Json(command);
        var rounds = MarketBenches.Count(command, "--rounds", "How often it is run", 3, 1, 100);
        command.Options.Add(file);
        command.Options.Add(data);
        command.SetAction(parsed =>
        {
            WorkloadFile workload;
            DirectoryInfo folder;
            try
            {
                workload = WorkloadFile.Load(parsed.GetValue(file)!);
                folder = parsed.GetValue(data) is { } place
                    ? Directory.CreateDirectory(Path.Combine(place, "bench-pipeline-durable"))
                    : Directory.CreateTempSubdirectory("strikeline-durable-");
            }
            catch (Exception e) when (e is WorkloadException or IOException or UnauthorizedAccessException)
            {
                throw new UserError(e.Message, e);
            }

            try
            {
                var asJson = parsed.GetValue(json);
                var result = BenchCommand.Progress(
                    asJson, status => DurableBench.Run(
                        workload, folder.FullName, parsed.GetValue(rounds), TimeProvider.System, status));
                if (result.Figures != workload.Header.Figures)
                {
                    throw new InvalidOperationException(
                        $"the events are not the workload's: expected {workload.Header.Figures}, "
                        + $"seen {result.Figures}");
                }

                Print(result, asJson, parsed.InvocationConfiguration.Output);
                return ExitCodes.Ok;
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
        return command;
    }

    private static void Print(DurableBenchResult result, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(Json(result));
            return;
        }

        var report = new BenchReport("durable", ("what", "what", 0), ("value", "value", 1), ("unit", "unit", 0));
        report.Add("durable commands, batches up to 4,096", result.OpsPerSecond, "per second");
        report.Add("the core alone", result.CoreOpsPerSecond, "per second");
        report.Add("write and fsync for each", result.NaiveOpsPerSecond, "per second");
        report.Add("one at a time, p50", result.Single.P50Us, "µs");
        report.Add("one at a time, p99", result.Single.P99Us, "µs");
        report.Add("one at a time, p99.9", result.Single.P999Us, "µs");
        report.Add("recovery", result.RecoverySeconds, $"seconds for {result.RecoveredRecords} records");
        report.Print(asJson: false, output);
    }

    private static string Json(DurableBenchResult result)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("opsPerSecond", Math.Round(result.OpsPerSecond));
            json.WriteNumber("trades", result.Figures.Trades);
            json.WriteNumber("quantity", result.Figures.Quantity);
            json.WriteString("hash", result.Figures.Hash.ToString("x16", null));
            json.WriteNumber("rejects", result.Figures.Rejects);
            json.WriteStartObject("single");
            json.WriteNumber("p50Us", result.Single.P50Us);
            json.WriteNumber("p99Us", result.Single.P99Us);
            json.WriteNumber("p999Us", result.Single.P999Us);
            json.WriteEndObject();
            json.WriteStartObject("recovery");
            json.WriteNumber("records", result.RecoveredRecords);
            json.WriteNumber("seconds", result.RecoverySeconds);
            json.WriteEndObject();
            json.WriteStartObject("baseline");
            json.WriteNumber("coreOpsPerSecond", Math.Round(result.CoreOpsPerSecond));
            json.WriteNumber("fsyncEachOpsPerSecond", Math.Round(result.NaiveOpsPerSecond));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
