using System.Text.Json;
using Strikeline.Host.Cli;
using Strikeline.Journal;
using Strikeline.Unit.Journal;

namespace Strikeline.Unit.Host;

public sealed class JournalCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-journal-").FullName;

    public JournalCommandTests()
    {
        using var journal = DurableJournal.Open(FolderJournalDisk.ToWrite(_folder), JournalSamples.Small, new Ignored());
        for (var account = 1; account <= 3; account++)
        {
            journal.Append(1, Open, out _);
        }
    }

    // An exchange's record that opens an account.
    private static byte[] Open => [8, 0, 0, 0, 0, 0, 0, 0];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_sound_journal_is_told_with_its_counts()
    {
        var (code, output, _) = await RunAsync("journal", "verify", _folder, "--json");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(3, json.RootElement.GetProperty("records").GetInt32());
        Assert.Equal(3, json.RootElement.GetProperty("lastSequence").GetInt32());
        Assert.Equal(64, json.RootElement.GetProperty("stateHash").GetString()!.Length);
        Assert.True(json.RootElement.GetProperty("ok").GetBoolean());
        Assert.StartsWith(
            "sound    3 records, 1 to 3, epoch 1, snapshot 0", (await RunAsync("journal", "verify", _folder)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_are_printed_in_order()
    {
        var (code, output, _) = await RunAsync("journal", "dump", _folder, "--json");
        Assert.Equal(0, code);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        using var json = JsonDocument.Parse(lines[1]);
        Assert.Equal(2, json.RootElement.GetProperty("sequence").GetInt32());
        Assert.Equal(Open, Convert.FromHexString(json.RootElement.GetProperty("payload").GetString()!));
    }

    [Fact]
    public async Task Damage_ends_with_1_and_its_place()
    {
        var file = Directory.GetFiles(_folder, "journal-*").Single();
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[64 + 8] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        var (code, output, _) = await RunAsync("journal", "verify", _folder, "--json");
        Assert.Equal(1, code);
        using var json = JsonDocument.Parse(output);
        Assert.False(json.RootElement.GetProperty("ok").GetBoolean());
        Assert.Equal(Path.GetFileName(file), json.RootElement.GetProperty("file").GetString());
        Assert.Equal(64, json.RootElement.GetProperty("offset").GetInt32());
        Assert.Equal("record_checksum", json.RootElement.GetProperty("reason").GetString());
        (code, output, var error) = await RunAsync("journal", "dump", _folder);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("byte 64: sequence 1", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sound_records_that_are_no_exchanges_end_with_1()
    {
        using (var journal = DurableJournal.Open(FolderJournalDisk.ToWrite(_folder), JournalSamples.Small, new Ignored()))
        {
            journal.Append(99, Open, out _);
        }

        var (code, output, _) = await RunAsync("journal", "verify", _folder, "--json");
        Assert.Equal(1, code);
        using var json = JsonDocument.Parse(output);
        Assert.False(json.RootElement.GetProperty("ok").GetBoolean());
        Assert.Contains("record 4 has type 99", json.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_journal_is_the_users_mistake()
    {
        var (code, _, error) = await RunAsync("journal", "verify", _folder + "/none");
        Assert.Equal(2, code);
        Assert.Contains("there is no such folder", error, StringComparison.Ordinal);
        (code, _, error) = await RunAsync("journal", "dump", Path.GetTempPath());
        Assert.Equal(2, code);
        Assert.Contains("no journal is in this folder", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private sealed class Ignored : IJournalReplay
    {
        public void Restore(in JournalSnapshot snapshot)
        {
        }

        public void Apply(in JournalRecord record)
        {
        }
    }
}
