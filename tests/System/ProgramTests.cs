namespace Strikeline.SystemTests;

/// <summary>The program as a user starts it: exit codes, one-line errors, clean standard output.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-program-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_version_names_the_commit()
    {
        var ended = await Run.ToEndAsync(Checkout.Program, "--version");
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Matches(@"^strikeline \d+\.\d+\.\d+ \(commit [0-9a-z]+\)\n$", ended.Output);
    }

    [Fact]
    public async Task A_broken_configuration_is_one_line_and_exit_code_2()
    {
        File.WriteAllText(Path.Combine(_folder, "strikeline.json"), "{\n  \"feeds\": { \"krakn\": {} }\n}\n");
        var ended = await Run.ToEndAsync(Checkout.Program, ["config", "print"], _folder);
        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.Equal(
            "strikeline: strikeline.json:2: feeds.krakn: no such key; did you mean feeds.kraken?\n", ended.Error);
    }

    [Fact]
    public async Task The_environment_of_the_process_is_read()
    {
        var ended = await Run.ToEndAsync(
            Checkout.Program, ["config", "print", "--json"], _folder, ("RUST_LOG", "debug"), ("LOG_LEVEL", null));
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Contains("\"source\": \"environment RUST_LOG\"", ended.Output);
    }

    [Fact]
    public async Task An_unknown_command_is_one_line_and_exit_code_2()
    {
        var ended = await Run.ToEndAsync(Checkout.Program, "confiig");
        Assert.Equal(
            (2, "", "strikeline: \"confiig\" is no command or option of strikeline; did you mean config?\n"),
            (ended.Code, ended.Output, ended.Error));
    }
}
