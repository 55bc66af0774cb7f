using System.CommandLine;
using Strikeline.Host.Bench;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline bench gateway</c>: orders over HTTP and WebSocket, and back.</summary>
internal static class GatewayBenchCommand
{
    public static void AddTo(Command bench)
    {
        bench.Subcommands.Add(Build());
        bench.Subcommands.Add(Hidden(
            OrderLoad.CommandName, "The clients of bench gateway",
            output => OrderLoad.LiveAsync(Console.In, output)));
        bench.Subcommands.Add(Hidden(
            BareGateway.CommandName, "The baseline of bench gateway",
            output => BareGateway.LiveAsync(Console.In, output)));
    }

    private static Command Build()
    {
        var command = new Command(
            "gateway", "Orders over WebSocket and HTTP to the program as it runs, beside a server that does nothing");
        var json = MarketBenches.Json(command);
        var seconds = MarketBenches.Count(command, "--seconds", "Time that is measured, for each row", 5, 1, 60);
        var data = new Option<string?>("--data")
        {
            Description = "Folder on the disk to measure; the system's temporary one by default", HelpName = "DIR",
        };
        var only = new Option<int[]>("--case")
        {
            Description = "Measure this case only, by its number; may be given more than once", HelpName = "N",
        };
        command.Options.Add(data);
        command.Options.Add(only);
        command.SetAction(parsed =>
        {
            if (!GatewayBench.CanPin)
            {
                throw new UserError($"{GatewayChild.Pinner} is missing; install util-linux");
            }

            var asJson = parsed.GetValue(json);
            using var stop = new StopSignal(duration: null);
            var rows = BenchCommand.Progress(
                asJson,
                status => GatewayBench.RunAsync(
                    parsed.GetValue(data) ?? Path.GetTempPath(), parsed.GetValue(seconds), parsed.GetValue(only) ?? [],
                    status, stop.Token).GetAwaiter().GetResult());
            Report(rows).Print(asJson, parsed.InvocationConfiguration.Output);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static BenchReport Report(IReadOnlyList<GatewayBenchRow> rows)
    {
        var report = new BenchReport(
            "gateway", ("way", "way", 0), ("server", "server", 0), ("connections", "connections", 0),
            ("cores", "cores", 0), ("journal", "journal", 0), ("paceUs", "pause µs", 0),
            ("perSecond", "per second", 0), ("p50Us", "p50 µs", 1), ("p99Us", "p99 µs", 1), ("refused", "refused", 0),
            ("cpuUs", "server CPU µs each", 1));
        foreach (var (one, isBare, seen, cpu) in rows)
        {
            report.Add(
                one.Way == OrderWay.Http ? "REST" : "WebSocket", isBare ? "bare Kestrel" : "strikeline",
                one.Connections, one.IsPinned ? "one, shared" : "all", isBare ? "none" : one.OnDisk ? "disk" : "memory",
                one.PaceUs, seen.Orders / seen.Seconds, seen.P50Us, seen.P99Us, isBare ? 0 : seen.Refused, cpu);
        }

        return report;
    }

    private static Command Hidden(string name, string description, Func<TextWriter, Task> live)
    {
        var command = new Command(name, description) { Hidden = true };
        command.SetAction(async (parsed, _) =>
        {
            await live(parsed.InvocationConfiguration.Output);
            return ExitCodes.Ok;
        });
        return command;
    }
}
