using Strikeline.Host.Cli;
using Strikeline.Lab;

namespace Strikeline.Unit.Host;

public sealed class GenerateCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-generate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_writes_the_file_and_says_what_must_come_out()
    {
        var path = Path.Combine(_folder, "small.bin");
        var (code, output, error) = await Run(
            "--symbols", "3", "--depth", "20", "--ops", "500", "--grid", "4", "--seed", "18446744073709551615", "--out", path, "--json");
        var file = WorkloadFile.Load(path);
        var figures = file.Header.Figures;
        Assert.Equal(new WorkloadParameters(3, 20, 500, 4, ulong.MaxValue), file.Header.Parameters);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            "{\"workload\":[{\"file\":\"" + path + "\",\"trades\":" + figures.Trades + ",\"quantity\":" + figures.Quantity
            + ",\"hash\":\"" + figures.Hash.ToString("x16") + "\",\"live\":" + figures.Live + ",\"rejects\":" + figures.Rejects
            + ",\"maxId\":" + figures.MaxId + "}]}\n",
            output);
    }

    [Theory]
    [InlineData("Option '--out' is required. (see strikeline bench generate --help)")]
    [InlineData("--out: found nothing; name a file (see strikeline bench generate --help)", "--out", "")]
    [InlineData("--grid: found 0; 1 to 1024 is allowed (see strikeline bench generate --help)", "--out", "x", "--grid", "0")]
    [InlineData("symbols times depth: found 1000000000; 1 to 100000000 is allowed",
        "--out", "x", "--symbols", "1000", "--depth", "1000000")]
    [InlineData("/no/such/x: cannot be written: no such file or folder; name a file in another place", "--out", "/no/such/x")]
    public async Task A_mistake_is_one_line_and_exit_code_2(string line, params string[] arguments) =>
        Assert.Equal((2, "", "strikeline: " + line + "\n"), await Run(arguments));

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(["bench", "generate", .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
