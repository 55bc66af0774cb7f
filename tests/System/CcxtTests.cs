using System.Text.Json;

namespace Strikeline.SystemTests;

/// <summary>The testnet read by ccxt, a client that knows the venues and nothing of this program.</summary>
public sealed class CcxtTests
{
    private const string Folder = "tests/System/ccxt";

    private static readonly string[] Checks =
    [
        "markets", "time", "rest ticker", "rest trades", "rest book", "rest candles", "watch book", "watch trades",
        "watch ticker",
    ];

    [Fact]
    public async Task Ccxt_reads_tickers_trades_and_books_of_all_four_venues_by_rest_and_by_stream()
    {
        var required = Environment.GetEnvironmentVariable("CI") == "true";
        var installed = Directory.Exists(Checkout.In($"{Folder}/node_modules/ccxt"));
        Assert.SkipUnless(installed || required, $"ccxt is not installed: npm --prefix {Folder} ci --ignore-scripts");
        Assert.True(installed, $"ccxt is missing under {Folder}/node_modules");

        await using var testnet = Started.Strikeline("testnet", "--free-ports", "--for", "10m");
        var ready = "{\"ready\":" + await testnet.AfterAsync("{\"ready\":");
        var ended = await Run.ToEndAsync(
            "node", [Checkout.In($"{Folder}/read-testnet.mjs"), ready, "--seconds", "6"],
            Checkout.In(Folder));
        var lines = ended.Output.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var checks = lines.Where(line => line.TryGetProperty("check", out _)).ToList();
        Assert.All(checks, check => Assert.True(check.GetProperty("ok").GetBoolean(), check.ToString()));
        foreach (var venue in (string[])["binance", "coinbase", "kraken", "bybit"])
        {
            var done = checks.Where(check => check.GetProperty("venue").GetString() == venue)
                .Select(check => check.GetProperty("check").GetString()!).ToHashSet();
            Assert.Superset(Checks.Append(venue == "kraken" ? "checksums" : "time").ToHashSet(), done);
        }

        Assert.True(ended.Code == 0, ended.ToString());
    }
}
