using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Strikeline.Lab;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline bench matching</c>: a workload through the exchange's core.</summary>
internal static class MatchingBenchCommand
{
    public static Command Build()
    {
        var command = new Command("matching", "A workload (bench generate) through the exchange's core, with balances");
        var file = new Option<string>("--workload")
        {
            Description = "The workload", HelpName = "FILE", Required = true,
        };
        var json = MarketBenches.Json(command);
        var rounds = MarketBenches.Count(command, "--rounds", "How often it is run", 5, 1, 1_000);
        var alone = new Option<bool>("--alone")
        {
            Description = "Without the list engine beside it, as for perf record",
        };
        command.Options.Add(file);
        command.Options.Add(alone);
        command.SetAction(parsed =>
        {
            WorkloadFile workload;
            try
            {
                workload = WorkloadFile.Load(parsed.GetValue(file)!);
            }
            catch (WorkloadException e)
            {
                throw new UserError(e.Message, e);
            }

            var asJson = parsed.GetValue(json);
            var result = BenchCommand.Progress(asJson, status => MatchingBench.Run(
                workload, parsed.GetValue(rounds), !parsed.GetValue(alone), status));
            var output = parsed.InvocationConfiguration.Output;
            if (asJson)
            {
                output.WriteLine(Json(result));
            }
            else
            {
                Print(workload, result, output);
            }

            var expected = workload.Header.Figures;
            return result.Core.Figures == expected && (result.Baseline is null || result.Baseline.Figures == expected)
                ? ExitCodes.Ok
                : throw new InvalidOperationException(
                    $"the events are not the workload's: expected {expected}, seen {result.Core.Figures}");
        });
        return command;
    }

    private static void Print(WorkloadFile workload, MatchingBenchResult result, TextWriter output)
    {
        var report = new BenchReport(
            "matching", ("engine", "engine", 0), ("ops", "ops/s best", 0), ("median", "median", 0),
            ("bytes", "B/op", 2),
            ("trades", "trades", 0), ("quantity", "quantity", 0), ("hash", "hash", 0), ("rejects", "rejects", 0));
        Row(report, "core", result.Core);
        if (result.Baseline is { } baseline)
        {
            Row(report, "list engine", baseline);
        }

        report.Print(asJson: false, output);
        var p = workload.Header.Parameters;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{p.Symbols} books of {p.Depth} orders, {p.Operations} operations; one alone, with the clock: "
            + $"p50 {result.Latency.P50Ns} ns, p99 {result.Latency.P99Ns} ns, p99.9 {result.Latency.P999Ns} ns"));
    }

    private static void Row(BenchReport report, string name, MatchingBenchRun run) => report.Add(
        name, run.OpsPerSecond, run.MedianOpsPerSecond, run.BytesPerOp, run.Figures.Trades, run.Figures.Quantity,
        run.Figures.Hash.ToString("x16"), run.Figures.Rejects);

    private static string Json(MatchingBenchResult result)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            Write(writer, result.Core);
            writer.WriteNumber("p50Ns", result.Latency.P50Ns);
            writer.WriteNumber("p99Ns", result.Latency.P99Ns);
            writer.WriteNumber("p999Ns", result.Latency.P999Ns);
            if (result.Baseline is { } baseline)
            {
                writer.WriteStartObject("baseline");
                Write(writer, baseline);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, MatchingBenchRun run)
    {
        writer.WriteNumber("opsPerSecond", Math.Round(run.OpsPerSecond));
        writer.WriteNumber("medianOpsPerSecond", Math.Round(run.MedianOpsPerSecond));
        writer.WriteNumber("trades", run.Figures.Trades);
        writer.WriteNumber("quantity", run.Figures.Quantity);
        writer.WriteString("hash", run.Figures.Hash.ToString("x16"));
        writer.WriteNumber("rejects", run.Figures.Rejects);
        writer.WriteNumber("allocatedBytesPerOp", Math.Round(run.BytesPerOp, 3));
    }
}
