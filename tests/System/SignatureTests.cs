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
    }
}
