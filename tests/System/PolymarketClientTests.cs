using System.Text.Json;

namespace Strikeline.SystemTests;

/// <summary>The testnet's Polymarket traded by the venue's own client: only the address is another.</summary>
public sealed class PolymarketClientTests
{
    private const string Folder = "tests/System/polymarket-client";

    private static readonly string[] Checks =
    [
        "public answers", "books", "key", "limit order", "market orders", "negative risk", "third exchange", "proxy", "safe",
        "deposit wallet", "batch and cancel", "refusals", "taker delay", "heartbeat", "ghost",
    ];

    [Fact]
    public async Task The_venues_own_client_reads_signs_places_fills_and_cancels()
    {
        var required = Environment.GetEnvironmentVariable("CI") == "true";
        var installed = Directory.Exists(Checkout.In($"{Folder}/node_modules/@polymarket/clob-client-v2"));
        Assert.SkipUnless(
            installed || required, $"the client is not installed: npm --prefix {Folder} ci --ignore-scripts");
        Assert.True(installed, $"the client is missing under {Folder}/node_modules");

        await using var testnet = Started.Strikeline("testnet", "--free-ports", "--for", "10m");
        var ready = "{\"ready\":" + await testnet.AfterAsync("{\"ready\":");
        var ended = await Run.ToEndAsync(
            "node", [Checkout.In($"{Folder}/trade-testnet.mjs"), ready], Checkout.In(Folder));
        var checks = ended.Output.TrimEnd('\n').Split('\n').Where(line => line.StartsWith("{\"check\"", StringComparison.Ordinal))
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.All(checks, check => Assert.True(check.GetProperty("ok").GetBoolean(), check.ToString()));
        Assert.Equal(Checks, checks.Select(check => check.GetProperty("check").GetString()!));
        Assert.True(ended.Code == 0, ended.ToString());
    }
}
