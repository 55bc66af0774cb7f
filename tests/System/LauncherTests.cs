using System.Diagnostics;

namespace Strikeline.SystemTests;

/// <summary>The launcher script: builds only what is stale, once, and becomes the program from anywhere.</summary>
/// <remarks>Run on a scratch copy of the script with a stand-in for the SDK: no real build is disturbed.</remarks>
public sealed class LauncherTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-launcher-").FullName;

    public LauncherTests()
    {
        foreach (var file in new[] { "strikeline", "eng/debian.sh" })
        {
            Write("house/" + file, File.ReadAllText(Checkout.In(file)), executable: true);
        }

        foreach (var file in new[]
        {
            "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "FloorPlan.props",
            "global.json", "src/Host/Program.cs", "src/Kernel/Gone.cs",
        })
        {
            Write("house/" + file, "x");
        }

        // The stand-in counts its calls, takes a moment, and "builds" a program that says what it was given.
        Write("bin/dotnet", """
            #!/bin/sh
            echo call >> "$STAND_IN/calls"
            [ ! -f "$STAND_IN/break" ] || { echo "Program.cs(1,1): error CS1002: ; expected"; exit 1; }
            sleep 0.5
            mkdir -p "$STAND_IN/house/artifacts/bin/Host/release" "$STAND_IN/house/src/Host/wwwroot"
            printf '#!/bin/sh\necho "program:$*"\nexit 7\n' > "$STAND_IN/house/artifacts/bin/Host/release/strikeline"
            chmod +x "$STAND_IN/house/artifacts/bin/Host/release/strikeline"
            """, executable: true);
        Write("bin/npm", "#!/bin/sh\n", executable: true);
        Write("bin/id", "#!/bin/sh\necho 1000\n", executable: true);
    }

    private string[] Calls => File.Exists(In("calls")) ? File.ReadAllLines(In("calls")) : [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_first_call_builds_with_one_line_and_passes_arguments_and_exit_code()
    {
        var ended = await Launch("house/strikeline", "run", "--for", "1 s");
        Assert.Equal((7, "program:run --for 1 s\n"), (ended.Code, ended.Output));
        Assert.Contains("building strikeline (first run: about a minute) …\n", ended.Error);
        Assert.Single(Calls);
    }

    [Fact]
    public async Task The_second_call_does_not_build_also_through_a_link_from_another_folder()
    {
        await Launch("house/strikeline");
        File.CreateSymbolicLink(In("link"), In("house/strikeline"));
        var began = Stopwatch.GetTimestamp();
        var ended = await Launch("link", "a");
        var took = Stopwatch.GetElapsedTime(began);
        TestContext.Current.TestOutputHelper?.WriteLine($"up to date in {took.TotalMilliseconds:0} ms");
        Assert.Equal((7, "program:a\n", ""), (ended.Code, ended.Output, ended.Error));
        Assert.Single(Calls);
    }

    [Theory]
    [InlineData("edit")]
    [InlineData("add")]
    [InlineData("delete")]
    [InlineData("props")]
    public async Task A_change_of_the_sources_builds_again(string change)
    {
        await Launch("house/strikeline");

        // File times move in steps of some milliseconds: a change within the step of the build could not be told from it.
        await Task.Delay(50, TestContext.Current.CancellationToken);
        switch (change)
        {
            case "edit":
                Write("house/src/Host/Program.cs", "y");
                break;
            case "add":
                Write("house/src/Kernel/New.cs", "y");
                break;
            case "delete":
                File.Delete(In("house/src/Kernel/Gone.cs"));
                break;
            default:
                Write("house/FloorPlan.props", "y");
                break;
        }

        await Launch("house/strikeline");
        Assert.Equal(2, Calls.Length);
    }

    [Fact]
    public async Task Two_calls_at_once_build_once()
    {
        var both = await Task.WhenAll(Launch("house/strikeline", "1"), Launch("house/strikeline", "2"));
        Assert.Equal(["program:1\n", "program:2\n"], both.Select(ended => ended.Output));
        Assert.Single(Calls);
    }

    [Fact]
    public async Task A_failed_build_shows_the_error_and_is_tried_again()
    {
        Write("break", "");
        var ended = await Launch("house/strikeline");
        Assert.Equal((1, ""), (ended.Code, ended.Output));
        Assert.Contains("Program.cs(1,1): error CS1002: ; expected\n", ended.Error);
        Assert.EndsWith("strikeline: the build failed; all of its output is in artifacts/build.log\n", ended.Error);
        File.Delete(In("break"));
        Assert.Equal(7, (await Launch("house/strikeline")).Code);
    }

    private string In(string relative) => Path.Combine(_folder, relative);

    private Task<Ended> Launch(string script, params string[] arguments) => Run.ToEndAsync(
        In(script), arguments, Path.GetTempPath(),
        ("PATH", In("bin") + ":" + Environment.GetEnvironmentVariable("PATH")),
        ("STAND_IN", _folder));

    private void Write(string relative, string text, bool executable = false)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(relative))!);
        File.WriteAllText(In(relative), text);
        if (executable && !OperatingSystem.IsWindows())
        {
            const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            File.SetUnixFileMode(In(relative), Mine);
        }
    }
}
