using System.Text.Json;

namespace Strikeline.SystemTests;

/// <summary>Independent checks that run in Node.</summary>
internal static class Node
{
    /// <summary>Checks the signatures and signed fields of an array of ladders; returns the script's report.</summary>
    public static async Task<JsonElement> VerifyMarketsAsync(JsonElement ladders)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, ladders.GetRawText(), TestContext.Current.CancellationToken);
            var script = Checkout.In("tests/System/Signatures/verify-markets.mjs");
            var ended = await Run.ToEndAsync("sh", "-c", "exec node \"$0\" < \"$1\"", script, file);
            Assert.True(ended.Code == 0, ended.ToString());
            return JsonDocument.Parse(ended.Output).RootElement;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
