using System.CommandLine;
using Strikeline.Lab;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline bench arbitrage</c>: from a prediction venue's event to a signal.</summary>
internal static class ArbitrageBenchCommand
{
    public static Command Build()
    {
        var command = new Command(
            "arbitrage",
            "A prediction venue's frame to an arbitrage signal, beside JSON objects, channels and decimals");
        var json = MarketBenches.Json(command);
        var markets = MarketBenches.Count(command, "--markets", "Markets of two tokens", 500, 10, 20_000);
        var seconds = MarketBenches.Count(command, "--seconds", "Time that is measured of each way", 5, 1, 600);
        var rate = MarketBenches.Count(command, "--rate", "Frames a second", 10_000, 100, 200_000);
        var seed = MarketBenches.Count(command, "--seed", "Equal seeds send equal events", 1, 1, int.MaxValue);
        command.SetAction(parsed =>
        {
            var asJson = parsed.GetValue(json);
            var options = new ArbitrageBenchOptions(
                parsed.GetValue(markets), parsed.GetValue(seconds), parsed.GetValue(rate), parsed.GetValue(seed));
            var report = new BenchReport(
                "arbitrage", ("way", "way", 0), ("opened", "opened", 0), ("signals", "signals", 0),
                ("p50Us", "p50 µs", 1), ("p99Us", "p99 µs", 1), ("maxUs", "max µs", 1), ("bytesPerEvent", "B/event", 2),
                ("eventsPerSecond", "events/s", 0));
            foreach (var row in BenchCommand.Progress(
                asJson, status => ArbitrageBench.Run(options, TimeProvider.System, status)))
            {
                report.Add(
                    row.Name, row.Opened, row.Signals, row.P50Micros, row.P99Micros, row.MaxMicros, row.BytesPerEvent,
                    row.EventsPerSecond);
            }

            report.Print(asJson, parsed.InvocationConfiguration.Output);
            return ExitCodes.Ok;
        });
        return command;
    }
}
