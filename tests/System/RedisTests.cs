using System.Diagnostics;
using System.Text.Json;
using Strikeline.Unit.TestKit;

namespace Strikeline.SystemTests;

/// <summary>The hot cache in a real Redis: the same JSON as the API, and no harm when it goes away.</summary>
public sealed class RedisTests
{
    private const int Patience = 30;
    private const string Key = "markets:BTCUSDT";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ladders_and_quotes_are_keys_with_the_json_of_the_api_and_return_after_a_kill()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var run = await OwnRun.OpenAsync("--testnet", "--redis", redis.Url);
        await run.Api.UntilAsync("health", health => Status(health) == "ok");
        await SameAsTheApiAsync(redis, run.Api);

        await redis.KillAsync();
        await run.Api.UntilAsync("health", health => Status(health) == "degraded" && health.GetProperty("reasons")
            .EnumerateArray().Any(reason => reason.GetString()!.StartsWith(
                $"redis: REDIS_DOWN 127.0.0.1:{redis.Port} ", StringComparison.Ordinal)));
        var before = await run.Api.GetAsync("api/v1/markets/BTCUSDT");
        await run.Api.UntilAsync("api/v1/markets/BTCUSDT", now => $"{now}" != $"{before}" && QuoteIds(now).Any());

        await redis.StartAgainAsync();
        await run.Api.UntilAsync("health", health => Status(health) == "ok");
        await SameAsTheApiAsync(redis, run.Api);
        Assert.DoesNotContain("xception", run.Program.SoFar.Error);
    }

    private static async Task SameAsTheApiAsync(RedisServer redis, Api api)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            // A quote lives for two seconds: on a slow machine one may be over between two questions.
            var text = await redis.AskAsync("GET", Key);
            var served = $"{await api.GetAsync("api/v1/markets/BTCUSDT")}";
            using var ladder = JsonDocument.Parse(text.Length > 0 ? text : "[]");
            foreach (var signed in ladder.RootElement.EnumerateArray())
            {
                var id = signed.GetProperty("market").GetProperty("quote_id").GetString()!;
                var quote = await redis.AskAsync("GET", "quote:" + id);
                var left = long.Parse(await redis.AskAsync("PTTL", "quote:" + id), null);
                using var answer = await api.AskAsync("api/v1/quotes/" + id);
                if (answer.IsSuccessStatusCode && left > 0 && served.Contains(id, StringComparison.Ordinal))
                {
                    Assert.True(ladder.RootElement.GetArrayLength() >= 15, text);
                    Assert.Equal(signed.GetRawText(), quote);
                    Assert.Equal(quote, await answer.Content.ReadAsStringAsync(Cancel));
                    Assert.Contains(quote, served);
                    Assert.InRange(left, 1, 2_000);
                    return;
                }
            }

            Assert.True(watch.Elapsed.TotalSeconds < Patience, $"no quote was in Redis and the API: {text}");
            await Task.Delay(100, Cancel);
        }
    }

    private static string? Status(JsonElement health) => health.GetProperty("status").GetString();

    private static IEnumerable<string> QuoteIds(JsonElement markets) =>
        $"{markets}".Split("\"quote_id\":").Skip(1);
}
