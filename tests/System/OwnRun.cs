namespace Strikeline.SystemTests;

/// <summary>A <c>strikeline run</c> of a test's own, with a data folder that goes with it.</summary>
internal sealed class OwnRun : IAsyncDisposable
{
    // Should the tests themselves be killed, this one still goes.
    private const string AtMost = "30m";

    private readonly string _folder;

    private OwnRun(string folder, Started program, Uri address, Uri metrics)
    {
        (_folder, Program, Address, Metrics) = (folder, program, address, metrics);
    }

    /// <summary>The process.</summary>
    public Started Program { get; }

    /// <summary>Where it listens, ending in a slash.</summary>
    public Uri Address { get; }

    /// <summary>Where its metrics are.</summary>
    public Uri Metrics { get; }

    /// <summary>Its data folder.</summary>
    public string Data => Path.Combine(_folder, "data");

    /// <summary>Its HTTP API.</summary>
    public Api Api => new(Address);

    /// <summary>Starts it on the testnet, or on what the arguments name; with a data folder of its own where they name
    /// none.</summary>
    public static async Task<OwnRun> OpenAsync(params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("strikeline-system-").FullName;
        var program = Started.Strikeline(
            [
                "run", "--urls", "http://127.0.0.1:0", "--metrics-urls", "http://127.0.0.1:0", "--for", AtMost,
                .. arguments.Contains("--data") ? Array.Empty<string>() : ["--data", Path.Combine(folder, "data")],
                .. arguments.Length > 0 ? arguments : ["--testnet"],
            ],
            folder);
        try
        {
            var address = new Uri(await program.AfterAsync("listening on ") + "/");
            var metrics = new Uri(await program.AfterAsync("metrics on "));
            return new OwnRun(folder, program, address, metrics);
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address at which its testnet takes faults.</summary>
    public async Task<Api> ControlAsync() => new(new Uri(await Program.AfterAsync("testnet control ") + "/"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
