using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Spectre.Console;
using Strikeline.Lab;

namespace Strikeline.Host.Cli;

/// <summary>
/// <c>strikeline bench</c>: measurements beside a baseline in the same run. They print figures and judge nothing.
/// </summary>
internal static class BenchCommand
{
    public static Command Build()
    {
        var command = new Command("bench", "Measure; prints a table, or JSON with --json");
        command.Subcommands.Add(Feeds());
        MarketBenches.AddTo(command);
        GatewayBenchCommand.AddTo(command);
        command.Subcommands.Add(MatchingBenchCommand.Build());
        command.Subcommands.Add(ArbitrageBenchCommand.Build());
        command.Subcommands.Add(DurableBenchCommand.Build());
        command.Subcommands.Add(JournalBenchCommand.Build());
        command.Subcommands.Add(GenerateCommand.Build());
        return command;
    }

    private static Command Feeds()
    {
        var command = new Command("feeds", "Feed decoders: nanoseconds and bytes for each message, and replay speed");
        var json = new Option<bool>("--json") { Description = "One JSON object" };
        var recordings = new Option<string[]>("--recording")
        {
            Description = "Recordings to replay from memory",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
        };
        command.Options.Add(json);
        command.Options.Add(recordings);
        command.SetAction(parsed =>
        {
            var asJson = parsed.GetValue(json);
            IReadOnlyList<FeedsBenchRow> rows = [];
            var replays = new List<(string File, long Frames, double PerSecond, double Hashed)>();
            try
            {
                rows = Progress(asJson, status =>
                {
                    var shapes = FeedsBench.Shapes(status);
                    foreach (var file in parsed.GetValue(recordings) ?? [])
                    {
                        status($"replay of {file}");
                        var (frames, perSecond, hashed) = FeedsBench.Replay(file);
                        replays.Add((file, frames, perSecond, hashed));
                    }

                    return shapes;
                });
            }
            catch (RecordingException e)
            {
                throw new UserError(e.Message, e);
            }

            if (asJson)
            {
                parsed.InvocationConfiguration.Output.WriteLine(Json(rows, replays));
            }
            else
            {
                Print(rows, replays);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>Runs a measurement while a person sees what is being measured.</summary>
    public static T Progress<T>(bool quiet, Func<Action<string>, T> work) =>
        quiet || !AnsiConsole.Profile.Capabilities.Interactive || !AnsiConsole.Profile.Capabilities.Ansi
            ? work(_ => { })
            : AnsiConsole.Status().Start("measuring", context => work(text => context.Status($"measuring {text}")));

    private static void Print(
        IReadOnlyList<FeedsBenchRow> rows, List<(string File, long Frames, double PerSecond, double Hashed)> replays)
    {
        var table = new Table { Border = TableBorder.Ascii2 };
        table.AddColumns("message", "ns", "B", "System.Text.Json model ns", "B", "times faster");
        foreach (var row in rows)
        {
            table.AddRow(
                row.Name, Figure(row.NanosPerFrame, "n0"), Figure(row.BytesPerFrame, "n1"),
                Figure(row.BaselineNanos, "n0"), Figure(row.BaselineBytes, "n0"), Figure(row.Ratio, "n1"));
        }

        AnsiConsole.Write(table);
        foreach (var (file, frames, perSecond, hashed) in replays)
        {
            AnsiConsole.WriteLine(
                $"replay of {Path.GetFileName(file)}: {frames} frames at {perSecond:n0} frames/s, "
                + $"with the decision hash {hashed:n0} frames/s (one core, from memory)");
        }
    }

    private static string Figure(double? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";

    private static string Json(
        IReadOnlyList<FeedsBenchRow> rows, List<(string File, long Frames, double PerSecond, double Hashed)> replays)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("shapes");
            foreach (var row in rows)
            {
                writer.WriteStartObject();
                writer.WriteString("name", row.Name);
                writer.WriteNumber("ns", Math.Round(row.NanosPerFrame, 1));
                writer.WriteNumber("bytes", Math.Round(row.BytesPerFrame, 2));
                writer.WriteNumber("baselineNs", Math.Round(row.BaselineNanos ?? 0, 1));
                writer.WriteNumber("baselineBytes", Math.Round(row.BaselineBytes ?? 0, 1));
                writer.WriteNumber("timesFaster", Math.Round(row.Ratio ?? 0, 2));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("replays");
            foreach (var (file, frames, perSecond, hashed) in replays)
            {
                writer.WriteStartObject();
                writer.WriteString("file", Path.GetFileName(file));
                writer.WriteNumber("frames", frames);
                writer.WriteNumber("framesPerSecond", Math.Round(perSecond));
                writer.WriteNumber("framesPerSecondHashed", Math.Round(hashed));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
