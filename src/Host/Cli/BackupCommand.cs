using System.CommandLine;
using System.Diagnostics;
using Strikeline.Journal;

namespace Strikeline.Host.Cli;

/// <summary>
/// <c>strikeline backup DATA --to DIR</c> and <c>strikeline restore BACKUP --to DATA</c>: a journal copied while the
/// exchange runs on it, and put back. Exit code 1 where it is damaged or the disk refuses.
/// </summary>
internal static class BackupCommand
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    public static Command Backup() => Copying(
        "backup", "Copy the exchange's journal, also while the exchange runs, and prove the copy",
        "DATA", "The journal's folder", "The backup to make: a folder that is empty or not there yet", "backed up",
        disk => { });

    public static Command Restore() => Copying(
        "restore", "Prove a backup and put it back as a journal that the exchange goes on with",
        "BACKUP", "What strikeline backup made", "The journal to make: a folder that is empty or not there yet",
        "restored",

        // Nobody writes a backup: every byte of it counts, the end too.
        disk => JournalReader.Read(disk));

    private static Command Copying(
        string name, string what, string fromName, string fromWhat, string toWhat, string done,
        Action<FolderJournalDisk> check)
    {
        var command = new Command(name, what);
        var from = new Argument<string>(fromName) { Description = fromWhat };
        var to = new Option<string>("--to") { Description = toWhat, HelpName = "DIR", Required = true };
        to.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>()))
            {
                result.AddError("--to: found nothing; name a folder");
            }
        });
        command.Arguments.Add(from);
        var json = MarketBenches.Json(command);
        command.Options.Add(to);
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var asJson = parsed.GetValue(json);
            var target = parsed.GetValue(to)!;
            try
            {
                var reading = Copy(parsed.GetValue(from)!, target, check, error);
                Print(reading, target, done, asJson, output);
                return ExitCodes.Ok;
            }
            catch (JournalException refusal) when (refusal.Reason is JournalReasons.Occupied or JournalReasons.Locked)
            {
                throw new UserError(refusal.Message, refusal);
            }
            catch (JournalException refusal)
            {
                if (asJson)
                {
                    output.WriteLine(JournalCommand.Json(writer => JournalCommand.Write(writer, refusal)));
                }
                else
                {
                    error.WriteLine("strikeline: " + refusal.Message);
                }

                return ExitCodes.Failure;
            }
        });
        return command;
    }

    private static JournalReading Copy(string from, string to, Action<FolderJournalDisk> check, TextWriter error)
    {
        var disk = JournalCommand.Open(from);
        if (Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(to))) is not { } parent
            || !Directory.Exists(parent))
        {
            throw new UserError($"--to: the folder that {to} should be made in is not there; make that one first");
        }

        check(disk);
        var watch = Stopwatch.StartNew();
        var told = TimeSpan.Zero;
        using var stop = new StopSignal(duration: null);
        try
        {
            // A large journal takes a while: a line each second says how far it is.
            return JournalCopy.Run(
                from, to,
                (bytes, all) =>
                {
                    if (watch.Elapsed - told >= Pace)
                    {
                        told = watch.Elapsed;
                        error.WriteLine($"{to}: {bytes >> 20} of {all >> 20} MiB ({bytes * 100 / all} %)");
                    }
                },
                stop.Token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError(
                $"--to: {to} cannot be used ({e.Message.ReplaceLineEndings(" ")}); name another folder", e);
        }
    }

    private static void Print(JournalReading reading, string to, string done, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(JournalCommand.Json(writer => JournalCommand.Write(writer, reading, null)));
            return;
        }

        output.WriteLine(
            $"{done} {reading.Records} records, {reading.FirstSequence} to {reading.LastSequence}, "
            + $"epoch {reading.Epoch}, snapshot {reading.SnapshotSequence}, in {to}");
        reading.Notes.ToList().ForEach(note => output.WriteLine("note     " + note));
    }
}
