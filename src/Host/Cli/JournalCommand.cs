using System.CommandLine;
using System.Text;
using System.Text.Json;
using Strikeline.Exchange;
using Strikeline.Host.Bridges;
using Strikeline.Journal;
using Command = System.CommandLine.Command;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline journal verify|dump|events DIR</c>: a journal read without changing it. Exit code 1 where
/// it is damaged.</summary>
internal static class JournalCommand
{
    public static Command Build() => new("journal", "Inspect the exchange's journal, while nobody writes it")
    {
        Reading("verify", "Prove every record and say what is there", "One JSON object", Verify),
        Reading("dump", "Print the records behind the newest snapshot", "One JSON object per record", Dump),
        Reading(
            "events", "Run the commands again, as far back as they go, and print what came of each",
            "One JSON object per command", Events),
    };

    private static Command Reading(
        string name, string what, string asJson, Func<FolderJournalDisk, bool, TextWriter, TextWriter, int> read)
    {
        var command = new Command(name, what);
        var folder = new Argument<string>("DIR") { Description = "The journal's folder" };
        var json = new Option<bool>("--json") { Description = asJson };
        command.Arguments.Add(folder);
        command.Options.Add(json);
        command.SetAction(parsed => read(
            Open(parsed.GetValue(folder)!), parsed.GetValue(json),
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    /// <summary>The folder of a journal to read; anything else is the user's mistake.</summary>
    public static FolderJournalDisk Open(string folder)
    {
        try
        {
            var disk = FolderJournalDisk.ToRead(folder);
            return JournalReader.IsJournal(disk)
                ? disk
                : throw new UserError(
                    $"journal {folder}: no journal is in this folder; name the one with journal.mark");
        }
        catch (JournalException e)
        {
            throw new UserError(e.Message, e);
        }
    }

    private static int Verify(FolderJournalDisk disk, bool json, TextWriter output, TextWriter error)
    {
        try
        {
            var replay = new ShardReplay(new PipelineOptions { Secret = ExchangeCommand.NewSecret() });
            var reading = JournalReader.Read(disk, replay);
            var hash = Convert.ToHexStringLower(ShardReplay.HashOf(replay.Pipeline));
            if (json)
            {
                output.WriteLine(Json(writer => Write(writer, reading, hash)));
            }
            else
            {
                output.WriteLine(
                    $"sound    {reading.Records} records, {reading.FirstSequence} to {reading.LastSequence}, "
                    + $"epoch {reading.Epoch}, snapshot {reading.SnapshotSequence}");
                output.WriteLine($"state    {hash}");
                reading.Notes.ToList().ForEach(note => output.WriteLine("note     " + note));
            }

            return ExitCodes.Ok;
        }
        catch (StateException unknown)
        {
            if (json)
            {
                output.WriteLine(Json(writer =>
                {
                    writer.WriteBoolean("ok", false);
                    writer.WriteString("reason", "state");
                    writer.WriteString("detail", unknown.Message);
                }));
            }
            else
            {
                error.WriteLine("strikeline: " + unknown.Message);
            }

            return ExitCodes.Failure;
        }
        catch (JournalException refusal)
        {
            if (json)
            {
                output.WriteLine(Json(writer => Write(writer, refusal)));
            }
            else
            {
                error.WriteLine("strikeline: " + refusal.Message);
            }

            return ExitCodes.Failure;
        }
    }

    private static int Dump(FolderJournalDisk disk, bool json, TextWriter output, TextWriter error)
    {
        try
        {
            JournalReader.Read(disk, new Printer(output, json));
            return ExitCodes.Ok;
        }
        catch (JournalException refusal)
        {
            error.WriteLine("strikeline: " + refusal.Message);
            return ExitCodes.Failure;
        }
    }

    private static int Events(FolderJournalDisk disk, bool json, TextWriter output, TextWriter error)
    {
        try
        {
            var last = JournalReader.Read(disk).LastSequence;
            var oldest = JournalReader.OldestBase(disk);
            if (last > oldest)
            {
                JournalReader.ReadUpTo(
                    disk,
                    new EventReplay(
                        new PipelineOptions { Secret = ExchangeCommand.NewSecret() },
                        (sequence, now, in command, events) =>
                            output.WriteLine(Line(sequence, now, command, events, json))),
                    last, oldest == 0 ? 0 : oldest + 1);
            }

            return ExitCodes.Ok;
        }
        catch (Exception refusal) when (refusal is JournalException or StateException)
        {
            error.WriteLine("strikeline: " + refusal.Message);
            return ExitCodes.Failure;
        }
    }

    private static string Line(
        ulong sequence, long now, in Exchange.Command command, ReadOnlySpan<ExchangeEvent> events, bool json)
    {
        if (!json)
        {
            var text = new StringBuilder().Append(sequence).Append("  ").Append(ExchangeJson.Snake(command.Type));
            foreach (ref readonly var e in events)
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"  {e.Sequence} ")
                    .Append(ExchangeJson.Snake(e.Type));
            }

            return text.ToString();
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("sequence", sequence);
            writer.WriteNumber("now", now);
            writer.WriteStartObject("command");
            ExchangeJson.Write(writer, command);
            writer.WriteEndObject();
            writer.WriteStartArray("events");
            foreach (ref readonly var e in events)
            {
                ExchangeJson.Write(writer, e);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>What a reading found, and the hash of the state that it leads to, where that was computed.</summary>
    public static void Write(Utf8JsonWriter writer, JournalReading reading, string? stateHash)
    {
        writer.WriteNumber("records", reading.Records);
        writer.WriteNumber("firstSequence", reading.FirstSequence);
        writer.WriteNumber("lastSequence", reading.LastSequence);
        writer.WriteNumber("epoch", reading.Epoch);
        writer.WriteNumber("snapshotSequence", reading.SnapshotSequence);
        writer.WriteString("stateHash", stateHash);
        writer.WriteStartArray("notes");
        foreach (var note in reading.Notes)
        {
            writer.WriteStringValue(note);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("ok", true);
    }

    /// <summary>Why there is none.</summary>
    public static void Write(Utf8JsonWriter writer, JournalException refusal)
    {
        writer.WriteBoolean("ok", false);
        writer.WriteString("reason", refusal.Reason);
        writer.WriteString("file", refusal.File);
        writer.WriteNumber("offset", refusal.Offset);
        writer.WriteNumber("sequence", refusal.Sequence);
        writer.WriteString("detail", refusal.Message);
    }

    /// <summary>One object.</summary>
    public static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private sealed class Printer(TextWriter output, bool json) : IJournalReplay
    {
        public void Restore(in JournalSnapshot snapshot)
        {
            var (sequence, hash, bytes) =
                (snapshot.Sequence, Convert.ToHexStringLower(snapshot.StateHash), snapshot.State.Length);
            output.WriteLine(json
                ? Json(writer =>
                {
                    writer.WriteNumber("snapshot", sequence);
                    writer.WriteString("stateHash", hash);
                    writer.WriteNumber("bytes", bytes);
                })
                : $"snapshot {sequence}  hash {hash}  {bytes} bytes");
        }

        public void Apply(in JournalRecord record)
        {
            var (sequence, epoch, type, payload) =
                (record.Sequence, record.Epoch, record.Type, Convert.ToHexStringLower(record.Payload));
            output.WriteLine(json
                ? Json(writer =>
                {
                    writer.WriteNumber("sequence", sequence);
                    writer.WriteNumber("epoch", epoch);
                    writer.WriteNumber("type", type);
                    writer.WriteString("payload", payload);
                })
                : $"{sequence}  epoch {epoch}  type {type}  {payload}");
        }
    }
}
