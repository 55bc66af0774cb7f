using System.CommandLine;
using System.Diagnostics;
using Strikeline.Lab;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline bench generate</c>: the order flow that every matching engine is measured with.</summary>
internal static class GenerateCommand
{
    private const int UsualDepth = 1_000;
    private const int UsualOperations = 2_000_000;
    private const int UsualGrid = 8;

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    public static Command Build()
    {
        var command = new Command("generate", "Makes a matching workload (MEWL0001): equal options, equal bytes");
        var json = MarketBenches.Json(command);
        var symbols = MarketBenches.Count(command, "--symbols", "Books", 1, 1, WorkloadParameters.MaxSymbols);
        var depth = MarketBenches.Count(
            command, "--depth", "Resting orders of each book", UsualDepth, 1, WorkloadParameters.MaxDepth);
        var operations = MarketBenches.Count(
            command, "--ops", "Timed operations", UsualOperations, 1, WorkloadParameters.MaxOperations);
        var grid = MarketBenches.Count(
            command, "--grid", "Ticks that prices spread by", UsualGrid, 1, WorkloadParameters.MaxGrid);
        var seed = new Option<ulong>("--seed")
        {
            Description = "Seed of the flow; 1", HelpName = "N", DefaultValueFactory = _ => 1,
        };
        var file = new Option<string>("--out")
        {
            Description = "The file; one that is there is replaced", HelpName = "FILE", Required = true,
        };
        file.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>()))
            {
                result.AddError("--out: found nothing; name a file");
            }
        });
        command.Options.Add(seed);
        command.Options.Add(file);
        command.SetAction(parsed =>
        {
            var parameters = new WorkloadParameters(
                parsed.GetValue(symbols), parsed.GetValue(depth), parsed.GetValue(operations), parsed.GetValue(grid),
                parsed.GetValue(seed));
            var path = parsed.GetValue(file)!;
            using var stop = new StopSignal(duration: null);
            var figures = Generate(path, parameters, parsed.InvocationConfiguration.Error, stop.Token);
            var report = new BenchReport(
                "workload", ("file", "file", 0), ("trades", "trades", 0), ("quantity", "quantity", 0),
                ("hash", "hash", 0), ("live", "live at end", 0), ("rejects", "rejects", 0), ("maxId", "maxid", 0));
            report.Add(
                path, figures.Trades, figures.Quantity, figures.Hash.ToString("x16"), figures.Live, figures.Rejects,
                figures.MaxId);
            report.Print(parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return ExitCodes.Ok;
        });
        return command;
    }

    // A large workload takes a while: a line each second says how far it is.
    private static WorkloadFigures Generate(
        string path, WorkloadParameters parameters, TextWriter error, CancellationToken stop)
    {
        var records = parameters.Prefill + parameters.Operations;
        var watch = Stopwatch.StartNew();
        var told = TimeSpan.Zero;
        try
        {
            return WorkloadFile.Generate(
                path, parameters,
                written =>
                {
                    if (watch.Elapsed - told >= Pace)
                    {
                        told = watch.Elapsed;
                        error.WriteLine($"{path}: {written} of {records} records ({written * 100 / records} %)");
                    }
                },
                stop);
        }
        catch (WorkloadException e)
        {
            throw new UserError(e.Message, e);
        }
    }
}
