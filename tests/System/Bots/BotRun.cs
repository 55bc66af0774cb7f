using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Strikeline.SystemTests.Trading;

namespace Strikeline.SystemTests.Bots;

/// <summary>Tests of one run, one after the other: who stops its bots lets them trade again.</summary>
[CollectionDefinition(Name)]
public sealed class OneBotRun : ICollectionFixture<BotRun>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "one run of the bots";
}

/// <summary>The real program with its bots on the testnet: one run for all tests of what they find and do.</summary>
public sealed class BotRun : IAsyncLifetime
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private OwnRun? _run;

    /// <summary>Where it listens, ending in a slash.</summary>
    internal Uri Address => Run.Address;

    /// <summary>Its metrics.</summary>
    internal Uri Metrics => Run.Metrics;

    /// <summary>The token of whoever runs it.</summary>
    internal string ControlToken { get; private set; } = "";

    /// <summary>The key that the program prints for the terminal.</summary>
    internal string DemoKey { get; private set; } = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private OwnRun Run => _run ?? throw new InvalidOperationException("it was not started");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // Without the traders of the exchange, who have no part in this.
        _run = await OwnRun.OpenAsync("--testnet", "--set", "testnet.traders=false");
        ControlToken = (await File.ReadAllTextAsync(Path.Combine(_run.Data, "control.token"), Cancel)).Trim();
        DemoKey = (await _run.Program.AfterAsync("terminal ")).Split("#token=")[1];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_run is not null)
        {
            await _run.DisposeAsync();
        }
    }

    /// <summary>Asks with the control token, or with another key.</summary>
    internal async Task<Answer> AskAsync(string path, string? key = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, Address + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? ControlToken);
        using var answer = await Http.SendAsync(request, Cancel);
        return new Answer(
            (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel),
            $"{answer.Headers}{answer.Content.Headers}");
    }

    /// <summary>Ends a stop that another test has left.</summary>
    internal async Task ResumeAsync() =>
        Assert.Equal(200, (await AskAsync("api/emergency-stop/clear", method: HttpMethod.Post)).Status);

    /// <summary>Asks until an answer is right.</summary>
    internal async Task<JsonElement> UntilAsync(string path, Predicate<JsonElement> right, int withinSeconds)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var answer = await AskAsync(path);
            Assert.True(answer.Status == 200, $"{path}: {answer.Status} {answer.Text}");
            if (right(answer.Json))
            {
                return answer.Json;
            }

            Assert.True(watch.Elapsed.TotalSeconds < withinSeconds, $"{path} stayed wrong: {answer.Text}");
            await Task.Delay(250, Cancel);
        }
    }
}
