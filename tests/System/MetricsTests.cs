using System.Net;

namespace Strikeline.SystemTests;

/// <summary>The Prometheus text of the running program.</summary>
public sealed class MetricsTests(RunningStrikeline strikeline)
{
    // Its exit code where the text parses but the linter has something to say.
    private const int Lint = 3;

    private static readonly string[] Venues = ["binance", "coinbase", "kraken", "bybit"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly string[] Disliked =
    [
        .. ((string[])[
            "adapter_event_latency_ms", "execution_e2e_latency_us", "execution_signal_to_fill_us",
            "strategy_received_to_signal_us",
        ]).Select(name => $"{name} metric names should not contain abbreviated units"),
    ];

    [Fact]
    public async Task Promtool_objects_to_known_names_alone()
    {
        const string Promtool = "/usr/bin/promtool";
        var required = Environment.GetEnvironmentVariable("CI") == "true";
        Assert.SkipUnless(File.Exists(Promtool) || required, "promtool is not installed (Debian's prometheus)");
        await LiveAsync();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, await TextAsync(), Cancel);
            var ended = await Run.ToEndAsync("sh", "-c", $"exec {Promtool} check metrics < \"$0\"", file);
            // Names that users of the reference know have their units abbreviated, which the linter dislikes; those of
            // executions are there once something was executed.
            Assert.All(
                ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                line => Assert.Contains(line, Disliked));
            Assert.StartsWith("adapter_event_latency_ms ", ended.Error, StringComparison.Ordinal);
            Assert.Equal(Lint, ended.Code);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Adapter_metrics_are_there_for_four_venues_and_grow()
    {
        await LiveAsync();
        var before = await TextAsync();
        await Task.Delay(500, Cancel);
        var after = await TextAsync();
        foreach (var venue in Venues)
        {
            Assert.True(Events(before, venue) > 0, $"{venue}: {before}");
            Assert.True(Events(after, venue) > Events(before, venue), venue);
            Assert.Contains(after.Split('\n'), line =>
                line.StartsWith("adapter_event_latency_ms_bucket{", StringComparison.Ordinal)
                && line.Contains($"venue=\"{venue}\"", StringComparison.Ordinal));
        }

        Assert.Contains("# TYPE adapter_events_total counter\n", after);
        Assert.Contains("# TYPE adapter_event_latency_ms histogram\n", after);
    }

    [Fact]
    public async Task Composites_and_markets_are_measured_by_symbol()
    {
        await LiveAsync();
        var text = await TextAsync();
        for (var tries = 0; Value(text, "strikeline_open_markets") is not > 0; tries++)
        {
            Assert.True(tries < 300, text);
            await Task.Delay(100, Cancel);
            text = await TextAsync();
        }

        Assert.True(Value(text, "strikeline_composite_price") > 0, text);
        Assert.True(Value(text, "strikeline_composite_confidence") is > 0 and <= 1, text);
        Assert.True(Value(text, "strikeline_composite_providers") is 3 or 4, text);
        Assert.True(Value(text, "strikeline_composite_age_seconds") >= 0, text);
        Assert.True(Value(text, "strikeline_open_markets") <= 15, text);
        Assert.True(Value(text, "strikeline_quotes_signed_total") >= 15, text);
        Assert.Contains("# TYPE strikeline_quotes_signed_total counter\n", text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("health")]
    [InlineData("api/v1/prices")]
    [InlineData("openapi/v1.json")]
    [InlineData("metrics/more")]
    [InlineData("index.html")]
    public async Task The_metrics_port_serves_nothing_else(string path)
    {
        using var answer = await new Api(new Uri(strikeline.Metrics, "/")).AskAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task The_api_port_does_not_serve_metrics()
    {
        using var answer = await strikeline.Api.AskAsync("metrics");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static double? Value(string text, string name) => text.Split('\n')
        .Where(line => line.StartsWith(name + "{symbol=\"BTC/USDT\"} ", StringComparison.Ordinal))
        .Select(line => (double?)double.Parse(line[(line.LastIndexOf(' ') + 1)..], null))
        .SingleOrDefault();

    private static long Events(string text, string venue) => text.Split('\n')
        .Where(line => line.StartsWith("adapter_events_total{", StringComparison.Ordinal)
            && line.Contains($"venue=\"{venue}\"", StringComparison.Ordinal))
        .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], null));

    private Task LiveAsync() => strikeline.Api.UntilAsync(
        "health", health => health.GetProperty("status").GetString() == "ok");

    private async Task<string> TextAsync()
    {
        using var answer = await new Api(new Uri(strikeline.Metrics, "/")).AskAsync("metrics");
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }
}
