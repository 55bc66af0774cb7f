using System.Globalization;
using System.Text.Json;
using Strikeline.Exchange;
using Strikeline.Journal;

namespace Strikeline.Host.Bridges;

/// <summary>
/// A shard between two streams of lines: commands in, events out, each answer after its command is durable.
/// </summary>
internal sealed class ShardPipe(Stream output) : IShardOutput, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Utf8JsonWriter _json = new(output);

    /// <summary>Runs until the input ends.</summary>
    /// <param name="folder">The journal's folder.</param>
    /// <param name="settings">How the shard runs.</param>
    /// <param name="input">One JSON object per line.</param>
    /// <param name="output">One JSON object per line.</param>
    /// <returns>Why the shard stopped, or how many lines were wrong; null where all went well.</returns>
    public static string? Run(string folder, ShardSettings settings, TextReader input, Stream output)
    {
        using var pipe = new ShardPipe(output);
        using var shard = Shard.Open(FolderJournalDisk.ToWrite(folder), settings, pipe, TimeProvider.System);
        var hash = Convert.ToHexStringLower(shard.Hash());
        shard.Start();
        pipe.Line(json =>
        {
            json.WriteBoolean("ready", true);
            json.WriteNumber("last_sequence", shard.Recovered.LastSequence);
            json.WriteNumber("snapshot_sequence", shard.Recovered.SnapshotSequence);
            json.WriteString("state_hash", hash);
            json.WriteStartArray("notes");
            shard.Recovered.Notes.ToList().ForEach(json.WriteStringValue);
            json.WriteEndArray();
        });
        var wrong = pipe.Feed(shard, input);

        // Behind the last answer, and with what failed at closing.
        shard.Dispose();
        hash = Convert.ToHexStringLower(shard.Hash());
        pipe.Line(json =>
        {
            json.WriteBoolean("closed", true);
            json.WriteNumber("last_sequence", shard.DurableSequence);
            json.WriteString("state_hash", hash);
            json.WriteString("trouble", shard.Trouble);
        });
        return shard.Trouble
            ?? (wrong > 0 ? $"{wrong.ToString(CultureInfo.InvariantCulture)} lines were not understood" : null);
    }

    /// <inheritdoc/>
    public void Deliver(ShardPage page)
    {
        lock (_gate)
        {
            for (var i = 0; i < page.Count; i++)
            {
                Answer(page.FirstSequence + (ulong)i, page.Tags[i], page.EventsOf(i));
            }

            if (page.Count == 0)
            {
                Answer(page.LastSequence, page.Tags[0], page.Events);
            }

            output.Flush();
        }
    }

    /// <inheritdoc/>
    public void Refuse(ReadOnlySpan<long> tags, ShardRefusal refusal, string reason)
    {
        foreach (var tag in tags)
        {
            Line(json =>
            {
                json.WriteNumber("tag", tag);
                json.WriteString("refused", ExchangeJson.Snake(refusal));
                json.WriteString("reason", reason);
            });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private int Feed(Shard shard, TextReader input)
    {
        var wrong = 0;
        for (var number = 1; input.ReadLine() is { } text; number++)
        {
            if (text.Length == 0)
            {
                continue;
            }

            try
            {
                var line = JsonSerializer.Deserialize(text, ExchangeJsonContext.Default.ExchangeLine)
                    ?? throw new FormatException("it is null");
                Submit(shard, line);
            }
            catch (Exception mistake) when (mistake is JsonException or FormatException or ArgumentException)
            {
                wrong++;
                var (at, what) = (number, mistake is JsonException where ? Explain(where) : mistake.Message);
                Line(json =>
                {
                    json.WriteNumber("line", at);
                    json.WriteString("error", what.ReplaceLineEndings(" "));
                });
            }
        }

        return wrong;
    }

    private static string Explain(JsonException mistake) => string.Create(
        CultureInfo.InvariantCulture, $"{mistake.Path ?? "$"}, column {(mistake.BytePositionInLine ?? 0) + 1}: ")
        + "no JSON, or a field that is unknown, twice, missing, or has a value that it cannot have";

    private void Submit(Shard shard, ExchangeLine line)
    {
        switch (line.Type)
        {
            case "list_asset":
                shard.Submit(ExchangeJson.ToAsset(line), line.Tag);
                return;
            case "list_instrument":
                shard.Submit(ExchangeJson.ToInstrument(line), line.Tag);
                return;
        }

        var command = ExchangeJson.ToCommand(line)!.Value;
        ShardSubmit result;
        while ((result = shard.TrySubmit([command], [line.Tag])) == ShardSubmit.Full)
        {
            // The input is read no faster than the disk takes it.
            Thread.Yield();
        }

        if (result == ShardSubmit.Closed)
        {
            Refuse([line.Tag], ShardRefusal.NotDone, shard.Trouble ?? "the shard is closed");
        }
    }

    private void Answer(ulong sequence, long tag, ReadOnlySpan<ExchangeEvent> events)
    {
        _json.WriteStartObject();
        _json.WriteNumber("sequence", sequence);
        _json.WriteNumber("tag", tag);
        _json.WriteStartArray("events");
        foreach (ref readonly var e in events)
        {
            ExchangeJson.Write(_json, e);
        }

        _json.WriteEndArray();
        End();
    }

    private void Line(Action<Utf8JsonWriter> write)
    {
        lock (_gate)
        {
            _json.WriteStartObject();
            write(_json);
            End();
            output.Flush();
        }
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        output.WriteByte((byte)'\n');
    }
}
