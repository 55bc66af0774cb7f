using System.Text.Json;

namespace Strikeline.SystemTests.Recipes;

/// <summary>The clients of <c>docs/recipes</c>, the very files, run by the interpreters that a reader would
/// use.</summary>
/// <param name="Language">Its name.</param>
/// <param name="Program">The interpreter.</param>
/// <param name="Script">Makes a recipe's name the file to run.</param>
internal sealed record Recipe(string Language, string Program, Func<string, string> Script)
{
    private const string TypeScriptFolder = "docs/recipes/typescript";

    private static readonly SemaphoreSlim Building = new(1);
    private static bool s_isBuilt;

    /// <summary>Debian's Python, which has the packages.</summary>
    public static Recipe Python { get; } = new(
        "Python", "/usr/bin/python3", name => Checkout.In($"docs/recipes/python/{name}.py"));

    /// <summary>TypeScript, compiled.</summary>
    public static Recipe TypeScript { get; } = new(
        "TypeScript", "node", name => Checkout.In($"{TypeScriptFolder}/dist/{name}.js"));

    /// <summary>Both.</summary>
    public static Recipe[] All { get; } = [Python, TypeScript];

    /// <summary>Skips the test where a language's packages are not installed, under CI it fails; type-checks and
    /// compiles
    /// the TypeScript.</summary>
    public static async Task MakeReadyAsync()
    {
        Require(
            File.Exists("/usr/lib/python3/dist-packages/websockets/__init__.py")
                && Directory.Exists("/usr/lib/python3/dist-packages/cryptography"),
            "python3-websockets or python3-cryptography is not installed (as root: apt-get install)");
        Require(
            Directory.Exists(Checkout.In($"{TypeScriptFolder}/node_modules/ws")),
            $"the packages are not installed: npm --prefix {TypeScriptFolder} ci --ignore-scripts");
        await Building.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!s_isBuilt)
            {
                var folder = Checkout.In(TypeScriptFolder);
                var built = await Run.ToEndAsync("node", [Path.Combine(folder, "node_modules/typescript/bin/tsc")], folder);
                Assert.True(built.Code == 0, built.ToString());
                s_isBuilt = true;
            }
        }
        finally
        {
            Building.Release();
        }
    }

    /// <summary>Runs a recipe to its end, which must be good; each line of its output.</summary>
    public async Task<JsonElement[]> RunAsync(string name, string key, params string[] arguments)
    {
        var ended = await EndAsync(name, key, arguments);
        Assert.True(ended.Code == 0, $"{Language}: {ended}");
        return [.. ended.Output.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>Runs a recipe to its end.</summary>
    public Task<Ended> EndAsync(string name, string key, params string[] arguments) =>
        Run.ToEndAsync(Program, [Script(name), .. arguments], null, ("STRIKELINE_KEY", key), ("PYTHONDONTWRITEBYTECODE", "1"));

    /// <summary>Starts a recipe that writes to a file.</summary>
    public Started Start(string name, string file, params string[] arguments) => Started.Program(
        "/bin/sh",
        ["-c", "out=$1; shift; exec env PYTHONDONTWRITEBYTECODE=1 \"$@\" > \"$out\"", "sh", file, Program, Script(name), .. arguments]);

    private static void Require(bool isThere, string why)
    {
        Assert.SkipUnless(isThere || Environment.GetEnvironmentVariable("CI") == "true", why);
        Assert.True(isThere, why);
    }
}
