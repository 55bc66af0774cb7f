using System.Text.Json;

namespace Strikeline.SystemTests;

/// <summary>Signed markets as another program, with another implementation of Ed25519, checks them.</summary>
public sealed class SignatureTests(RunningStrikeline strikeline)
{
    [Fact]
    public async Task Every_market_is_signed_and_the_signed_bytes_say_what_the_fields_say()
    {
        var ladders = await strikeline.Api.UntilAsync(
            "api/v1/markets",
            all => all.EnumerateArray().All(ladder => ladder.GetProperty("markets").GetArrayLength() > 0));
        var report = await Node.VerifyMarketsAsync(ladders);
        Assert.InRange(report.GetProperty("checked").GetInt32(), 3 * 3 * 3, 3 * 3 * 12);
        Assert.Equal("testnet", Assert.Single(report.GetProperty("environments").EnumerateArray()).GetString());
        Assert.Equal(await KeyAsync(), (Single(report, "signers"), Single(report, "key_ids"), "testnet"));
    }

    [Fact]
    public async Task The_program_checks_offline_what_another_run_of_it_has_signed()
    {
        var markets = await strikeline.Api.UntilAsync("api/v1/markets/BTCUSDT", rows => rows.GetArrayLength() > 0);
        // The newest of them: all were made by then, and a quote is good for two seconds.
        var at = markets.EnumerateArray().Max(row => row.GetProperty("market").GetProperty("generated_at").GetInt64());
        var (signer, _, _) = await KeyAsync();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, markets.GetRawText(), TestContext.Current.CancellationToken);
            var ended = await Run.ToEndAsync(Checkout.Program, "verify", "quote", file, "--key", signer, "--at", $"{at}");
            Assert.True(ended.Code == 0, ended.ToString());
            var piped = await Run.ToEndAsync(
                "sh", "-c", "exec \"$0\" verify quote - --json < \"$1\"", Checkout.Program, file);
            Assert.True(piped.Code is 0 or 1, piped.ToString());
            Assert.Equal(
                markets.GetArrayLength(), JsonDocument.Parse(piped.Output).RootElement.GetProperty("quotes").GetArrayLength());
            await File.WriteAllTextAsync(
                file, markets.GetRawText().Replace("BTC/USDT", "BTC/USDC", StringComparison.Ordinal),
                TestContext.Current.CancellationToken);
            ended = await Run.ToEndAsync(Checkout.Program, "verify", "quote", file, "--key", signer, "--at", $"{at}");
            Assert.Equal(1, ended.Code);
            Assert.Contains("market.symbol: it says \"BTC/USDC\"", ended.Output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string? Single(JsonElement report, string name) =>
        Assert.Single(report.GetProperty(name).EnumerateArray()).GetString();

    private async Task<(string Signer, string KeyId, string Environment)> KeyAsync()
    {
        var answer = await strikeline.Api.GetAsync("api/v1/keys");
        var key = Assert.Single(answer.GetProperty("keys").EnumerateArray());
        Assert.Equal("ed25519", key.GetProperty("algorithm").GetString());
        Assert.InRange(key.GetProperty("valid_from").GetInt64(), 1, answer.GetProperty("at").GetInt64());
        Assert.Equal(JsonValueKind.Null, key.GetProperty("valid_until").ValueKind);
        return (
            key.GetProperty("public_key").GetString()!,
            key.GetProperty("key_id").GetString()!,
            key.GetProperty("environment").GetString()!);
    }
}
