using Strikeline.SystemTests;

[assembly: AssemblyFixture(typeof(RunningStrikeline))]

namespace Strikeline.SystemTests;

/// <summary>The real program on its testnet, on ports of its own: one for all tests that only read.</summary>
public sealed class RunningStrikeline : IAsyncLifetime
{
    private OwnRun? _run;

    /// <summary>Where it listens, ending in a slash.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Where its metrics are.</summary>
    public Uri Metrics => Own.Metrics;

    internal Api Api => new(Address);

    // The tests that need more than the API's address start with the fixture's own program.
    private OwnRun Own => _run ?? throw new InvalidOperationException("STRIKELINE_ADDRESS names only the API");

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        // An instance that runs already, for work on the tests themselves.
        if (Environment.GetEnvironmentVariable("STRIKELINE_ADDRESS") is { Length: > 0 } running)
        {
            Address = new Uri(running.EndsWith('/') ? running : running + "/");
            return;
        }

        _run = await OwnRun.OpenAsync();
        Address = _run.Address;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_run is not null)
        {
            await _run.DisposeAsync();
        }
    }
}
