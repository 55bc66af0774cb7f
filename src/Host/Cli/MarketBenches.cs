using System.CommandLine;
using Strikeline.Host.Bench;

namespace Strikeline.Host.Cli;

/// <summary>
/// <c>strikeline bench signing|pipeline|fanout</c>: from a frame to signed markets in the hands of many clients.
/// </summary>
internal static class MarketBenches
{
    private const int MaxClients = 9_000;

    public static void AddTo(Command bench)
    {
        bench.Subcommands.Add(Signing());
        bench.Subcommands.Add(Pipeline());
        bench.Subcommands.Add(Fanout());
        bench.Subcommands.Add(Crowd());
        bench.Subcommands.Add(SlowClients());
    }

    private static Command Signing()
    {
        var command = new Command("signing", "Ed25519 over a quote's bytes, by every library of this machine");
        var json = Json(command);
        command.SetAction(parsed =>
        {
            var report = new BenchReport(
                "signing", ("library", "library", 0), ("us", "µs", 1), ("bytes", "B", 1), ("inUse", "in use", 0));
            foreach (var row in BenchCommand.Progress(parsed.GetValue(json), SigningBench.Run))
            {
                report.Add(row.BackEnd, row.MicrosPerSignature, row.BytesPerSignature, row.InUse);
            }

            report.Print(parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Pipeline()
    {
        var command = new Command("pipeline", "A venue's frame until the new signed ladder is in a client's hands");
        var json = Json(command);
        var frames = Count(command, "--frames", "Frames that are measured", 3_000, 100, 1_000_000);
        command.SetAction(parsed =>
        {
            var report = new BenchReport(
                "pipeline", ("step", "step", 0), ("p50Us", "p50 µs", 1), ("p99Us", "p99 µs", 1),
                ("frames", "frames", 0));
            foreach (var row in BenchCommand.Progress(
                parsed.GetValue(json),
                status => PipelineBench.RunAsync(parsed.GetValue(frames), status).GetAwaiter().GetResult()))
            {
                report.Add(row.Name, row.P50Micros, row.P99Micros, row.Count);
            }

            report.Print(parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Fanout()
    {
        var command = new Command("fanout", "One ladder to very many WebSocket clients, in a process of their own");
        var json = Json(command);
        var clients = Count(command, "--clients", "Clients that read", 5_000, 1, MaxClients);
        var silent = Count(command, "--silent", "Further clients that never read, in a second round", 1_000, 0, 5_000);
        var hz = Count(command, "--hz", "Messages a second", 5, 1, 100);
        var quotes = Count(command, "--quotes", "Quotes in a message, about 770 bytes each", 3, 1, 24);
        var seconds = Count(command, "--seconds", "Time that is measured", 10, 1, 600);
        command.SetAction(parsed =>
        {
            var options = new FanoutBenchOptions(
                parsed.GetValue(clients), parsed.GetValue(silent), parsed.GetValue(hz), parsed.GetValue(quotes),
                parsed.GetValue(seconds));
            var report = new BenchReport(
                "fanout", ("way", "way", 0), ("clients", "clients", 0), ("silent", "never read", 0),
                ("messageBytes", "B each", 0), ("messages", "messages", 0), ("missed", "missed", 0),
                ("p50Ms", "p50 ms", 1), ("p99Ms", "p99 ms", 1), ("maxMs", "max ms", 1),
                ("cpuUs", "CPU µs each", 2), ("bytes", "B made each", 1),
                ("grownMb", "+MB", 0));
            foreach (var row in BenchCommand.Progress(
                parsed.GetValue(json),
                status => FanoutBench.RunAsync(options, status).GetAwaiter().GetResult()))
            {
                var seen = row.Readings;
                report.Add(
                    row.Name, row.Clients, row.Silent, row.MessageBytes, seen.Messages, seen.Missed, seen.P50Ms,
                    seen.P99Ms, seen.MaxMs, row.CpuMicrosPerMessage, row.BytesPerMessage, row.GrownMegabytes);
            }

            report.Print(parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command SlowClients()
    {
        var command = new Command(
            "slow-clients", "Orders over WebSocket, alone and beside very many clients that never read");
        var json = Json(command);
        var silent = Count(command, "--silent", "Clients that never read", 1_000, 1, MaxClients);
        var seconds = Count(command, "--seconds", "Time of each part of a round", 5, 1, 600);
        var rounds = Count(command, "--rounds", "Rounds without them and with them, in turns", 3, 1, 100);
        command.SetAction(parsed =>
        {
            var options = new SlowClientsOptions(
                parsed.GetValue(silent), parsed.GetValue(seconds), parsed.GetValue(rounds));
            using var stop = new StopSignal(duration: null);
            var report = new BenchReport(
                "slowClients", ("silent", "never read", 0), ("p50Us", "p50 µs", 1), ("p99Us", "p99 µs", 1),
                ("ordersPerSecond", "orders/s", 0), ("grownMb", "+MB", 0));
            foreach (var row in BenchCommand.Progress(
                parsed.GetValue(json),
                status => SlowClientsBench.RunAsync(options, status, stop.Token).GetAwaiter().GetResult()))
            {
                report.Add(row.Silent, row.P50Us, row.P99Us, row.OrdersPerSecond, row.GrownMegabytes);
            }

            report.Print(parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return ExitCodes.Ok;
        });
        return command;
    }

    // The clients of the fan-out, which that command starts for itself.
    private static Command Crowd()
    {
        var command = new Command(FanoutCrowd.CommandName, "The clients of bench fanout") { Hidden = true };
        var port = new Argument<int>("port");
        var clients = new Argument<int>("clients");
        var silent = new Argument<int>("silent");
        command.Arguments.Add(port);
        command.Arguments.Add(clients);
        command.Arguments.Add(silent);
        command.SetAction(async (parsed, _) =>
        {
            await FanoutCrowd.LiveAsync(
                parsed.GetValue(port), parsed.GetValue(clients), parsed.GetValue(silent), Console.In,
                parsed.InvocationConfiguration.Output);
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The option that turns the table into one JSON object.</summary>
    public static Option<bool> Json(Command command)
    {
        var json = new Option<bool>("--json") { Description = "One JSON object" };
        command.Options.Add(json);
        return json;
    }

    /// <summary>An option that is a whole number within bounds.</summary>
    public static Option<int> Count(Command command, string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name)
        {
            Description = $"{description}; {usual}", HelpName = "N", DefaultValueFactory = _ => usual,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
            {
                result.AddError($"{name}: found {value}; {least} to {most} is allowed");
            }
        });
        command.Options.Add(option);
        return option;
    }
}
