using System.Text.Json;
using Strikeline.Host.Cli;
using Strikeline.Journal;
using Strikeline.Unit.Journal;

namespace Strikeline.Unit.Host;

public sealed class BackupCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-backup-").FullName;
    private readonly DurableJournal _journal;

    public BackupCommandTests()
    {
        _journal = DurableJournal.Open(FolderJournalDisk.ToWrite(Place("data")), JournalSamples.Small, new ReplayLog());
        JournalSamples.Write(_journal, 60);
        JournalSamples.Snapshot(_journal);
        JournalSamples.Write(_journal, 3);
    }

    public void Dispose()
    {
        _journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_backup_of_a_running_exchange_is_restored_to_a_journal_that_goes_on()
    {
        var (code, output, error) = await RunAsync("backup", Place("data"), "--to", Place("backup"), "--json");
        Assert.Equal((0, ""), (code, error));
        Told(output, 63);
        JournalSamples.Write(_journal, 5);

        var (_, text, _) = await RunAsync("restore", Place("backup"), "--to", Place("again"));
        Assert.StartsWith("restored ", text, StringComparison.Ordinal);
        Assert.EndsWith($" to 63, epoch 1, snapshot 60, in {Place("again")}\n", text, StringComparison.Ordinal);
        (code, output, error) = await RunAsync("restore", Place("backup"), "--to", Place("third"), "--json");
        Assert.Equal((0, ""), (code, error));
        Told(output, 63);

        var log = new ReplayLog();
        using var restored = DurableJournal.Open(FolderJournalDisk.ToWrite(Place("again")), JournalSamples.Small, log);
        Assert.Equal((60UL, 63UL, 3UL, 2UL), (log.Snapshot, log.Last, log.Applied, restored.Epoch));
        JournalSamples.Append(restored, 1);
        Assert.True(restored.Step());

        // What ran on has its five, too.
        Assert.Equal(68UL, _journal.DurableSequence);

        static void Told(string line, ulong last)
        {
            using var json = JsonDocument.Parse(line);
            Assert.True(json.RootElement.GetProperty("ok").GetBoolean());
            Assert.Equal(last, json.RootElement.GetProperty("lastSequence").GetUInt64());
            Assert.Equal(60UL, json.RootElement.GetProperty("snapshotSequence").GetUInt64());
            Assert.InRange(json.RootElement.GetProperty("records").GetUInt64(), 3UL, 63UL);
        }
    }

    [Fact]
    public async Task A_damaged_journal_or_backup_ends_with_1_and_its_place_and_makes_nothing()
    {
        Assert.Equal(0, (await RunAsync("backup", Place("data"), "--to", Place("backup"))).Code);
        var name = Directory.GetFiles(Place("backup"), "journal-*").Order().Last();
        var bytes = await File.ReadAllBytesAsync(name);
        var at = (int)JournalReader.Read(FolderJournalDisk.ToRead(Place("backup"))).EndOffset - 20;
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(name, bytes);
        foreach (var command in new[] { "backup", "restore" })
        {
            var (code, output, error) = await RunAsync(command, Place("backup"), "--to", Place("other"), "--json");
            Assert.Equal((1, ""), (code, error));
            using var json = JsonDocument.Parse(output);
            Assert.False(json.RootElement.GetProperty("ok").GetBoolean());
            Assert.Equal(Path.GetFileName(name), json.RootElement.GetProperty("file").GetString());
            Assert.Equal("record_checksum", json.RootElement.GetProperty("reason").GetString());
            Assert.InRange(json.RootElement.GetProperty("offset").GetInt32(), 64, at);
            (code, output, error) = await RunAsync(command, Place("backup"), "--to", Place("other"));
            Assert.Equal((1, ""), (code, output));
            Assert.StartsWith($"strikeline: journal {Place("backup")}: {Path.GetFileName(name)}: byte ", error, StringComparison.Ordinal);
            Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Equal(["backup", "data"], Directory.GetDirectories(_folder).Select(one => Path.GetFileName(one)).Order());
        }
    }

    [Fact]
    public async Task Wrong_use_is_one_line_and_exit_code_2()
    {
        var full = Place("data");
        foreach (var command in new[] { "backup", "restore" })
        {
            await RefusedAsync("something is there already", command, full, "--to", full);
            await RefusedAsync("there is no such folder", command, Place("none"), "--to", Place("b"));
            await RefusedAsync("no journal is in this folder", command, _folder, "--to", Place("b"));
            await RefusedAsync("make that one first", command, full, "--to", Place("a/b/c"));
            await RefusedAsync("make that one first", command, full, "--to", "/");
            await RefusedAsync("name a folder", command, full, "--to", "");
            await RefusedAsync("'--to' is required", command, full);
        }

        Assert.Equal(["data"], Directory.GetDirectories(_folder).Select(one => Path.GetFileName(one)));

        static async Task RefusedAsync(string why, params string[] arguments)
        {
            var (code, output, error) = await RunAsync(arguments);
            Assert.Equal((2, ""), (code, output));
            Assert.Contains(why, error, StringComparison.Ordinal);
            Assert.StartsWith("strikeline: ", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_ends_with_1()
    {
        // No rights stop the super-user, and no one makes a folder in this one.
        var (code, output, error) = await RunAsync("backup", Place("data"), "--to", "/proc/strikeline-backup");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("the folder cannot be made", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private string Place(string name) => Path.Combine(_folder, name);
}
