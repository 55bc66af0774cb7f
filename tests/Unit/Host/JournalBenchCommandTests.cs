using System.Text.Json;
using Strikeline.Host.Cli;

namespace Strikeline.Unit.Host;

public sealed class JournalBenchCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-bench-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_gives_its_figures_by_name_and_leaves_nothing_behind()
    {
        var (code, output, error) = await RunAsync("--batch", "64", "--data", _folder, "--json");
        Assert.Equal((0, ""), (code, error));
        using var json = JsonDocument.Parse(output);
        var root = json.RootElement;
        Assert.Equal((72, 104), (root.GetProperty("payloadBytes").GetInt32(), root.GetProperty("recordBytes").GetInt32()));
        Assert.NotEqual("", root.GetProperty("fileSystem").GetString());
        foreach (var way in new[] { root, root.GetProperty("baseline") })
        {
            var single = way.GetProperty("single");
            Assert.InRange(single.GetProperty("p50Us").GetDouble(), 0.1, single.GetProperty("p99Us").GetDouble());
            Assert.InRange(single.GetProperty("p999Us").GetDouble(), 0.1, single.GetProperty("maxUs").GetDouble());
            var batch = Assert.Single(way.GetProperty("batches").EnumerateArray());
            Assert.Equal(64, batch.GetProperty("batch").GetInt32());
            Assert.InRange(
                batch.GetProperty("recordsPerSecond").GetDouble(), 1, batch.GetProperty("bestPerSecond").GetDouble());
            Assert.True(batch.GetProperty("recordsPerSync").GetDouble() >= 1);
        }

        Assert.Equal(64, root.GetProperty("baseline").GetProperty("batches")[0].GetProperty("recordsPerSync").GetDouble());
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_mistake_is_one_line_and_exit_code_2()
    {
        Assert.Equal(
            (2, "", "strikeline: --data: there is no folder /no/such; name one on the disk to measure\n"),
            await RunAsync("--data", "/no/such"));
        Assert.Equal(
            (2, "", "strikeline: --batch: found -1; 0 to 16384 is allowed (see strikeline bench journal --help)\n"),
            await RunAsync("--batch", "-1"));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(["bench", "journal", .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
