using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Spectre.Console;
using Strikeline.Kernel;
using Strikeline.Lab;

namespace Strikeline.Host.Cli;

/// <summary>
/// <c>strikeline replay</c>: recorded traffic through the production decoders, with a report and a hash.
/// </summary>
internal static class ReplayCommand
{
    public static Command Build()
    {
        var command = new Command("replay", "Deterministic run of the feeds over tapes and recordings");
        var files = new Argument<string[]>("FILE")
        {
            Description = "Tapes, or text recordings; merged by receive time", Arity = ArgumentArity.OneOrMore,
        };
        var venue = new Option<string?>("--venue") { Description = "Only this venue's messages", HelpName = "VENUE" };
        var json = new Option<bool>("--json") { Description = "One JSON object" };
        var salvage = new Option<bool>("--salvage") { Description = "Read the intact frames of a damaged tape" };
        command.Arguments.Add(files);
        command.Options.Add(venue);
        command.Options.Add(json);
        command.Options.Add(salvage);
        command.SetAction(parsed =>
        {
            var only = VenueOption.Parse(parsed.GetValue(venue));
            var watch = Stopwatch.StartNew();
            SortedDictionary<Venue, ReplayReport> reports;
            try
            {
                reports = Replay(parsed.GetValue(files)!, only, parsed.GetValue(salvage));
            }
            catch (RecordingException e)
            {
                throw new UserError(e.Message, e);
            }

            if (reports.Values.All(report => report.Frames == 0))
            {
                var names = string.Join(", ", parsed.GetValue(files)!);
                var whose = only == Venue.None ? string.Empty : $" of {only.Name()}";
                throw new UserError(
                    $"{names}: no messages{whose} are in it; name a tape, or a recording of that venue");
            }

            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                output.WriteLine(Json(reports));
            }
            else
            {
                Print(reports, watch.Elapsed);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static SortedDictionary<Venue, ReplayReport> Replay(string[] files, Venue only, bool salvage)
    {
        var replays = new SortedDictionary<Venue, IReplay>();
        if (only != Venue.None)
        {
            replays.Add(only, Replays.Of(only));
        }

        using var source = RecordingFiles.Open(files, only, salvage);
        while (source.MoveNext())
        {
            var venue = source.Venue;
            if (venue == Venue.None || (only != Venue.None && venue != only))
            {
                continue;
            }

            if (!replays.TryGetValue(venue, out var replay))
            {
                replay = Replays.Of(venue);
                replays.Add(venue, replay);
            }

            replay.Take(source);
        }

        var reports = new SortedDictionary<Venue, ReplayReport>();
        foreach (var (venue, replay) in replays)
        {
            reports.Add(venue, replay.Report());
            replay.Dispose();
        }

        return reports;
    }

    // One venue is the object itself; several stand under "venues".
    private static string Json(SortedDictionary<Venue, ReplayReport> reports)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            if (reports.Count == 1)
            {
                reports.Values.Single().WriteTo(writer);
            }
            else
            {
                writer.WriteStartObject();
                writer.WriteStartObject("venues");
                foreach (var (venue, report) in reports)
                {
                    writer.WritePropertyName(venue.Name());
                    report.WriteTo(writer);
                }

                writer.WriteEndObject();
                writer.WriteEndObject();
            }
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Print(SortedDictionary<Venue, ReplayReport> reports, TimeSpan elapsed)
    {
        long frames = 0;
        foreach (var (venue, report) in reports)
        {
            frames += report.Frames;
            AnsiConsole.WriteLine(
                $"{venue.Name()}: {report.Frames} frames, {report.Parsed} parsed, {report.Rejected} rejected, "
                + $"{report.Gaps} gaps, checksums {report.ChecksumsChecked - report.ChecksumFailures} of "
                + $"{report.ChecksumsChecked}, {report.Trades} trade messages");
            foreach (var (reason, count) in report.RejectedByReason)
            {
                AnsiConsole.WriteLine($"  rejected {count}: {reason}");
            }

            var table = new Table { Border = TableBorder.Ascii2 };
            table.AddColumns("symbol", "bid", "ask", "bids", "asks", "proven");
            foreach (var (symbol, book) in report.Books)
            {
                table.AddRow(
                    symbol, book.BestBid ?? "-", book.BestAsk ?? "-", $"{book.BidLevels}", $"{book.AskLevels}",
                    book.Proven ? "yes" : "no");
            }

            AnsiConsole.Write(table);
            AnsiConsole.WriteLine($"decision hash {report.DecisionHash}");
        }

        AnsiConsole.WriteLine(
            $"{elapsed.TotalSeconds:n2} s, {frames / elapsed.TotalSeconds:n0} frames/s with start and unpacking");
    }
}
