using System.Diagnostics;

namespace Strikeline.SystemTests.Trading;

/// <summary>A key that asks for too much waits, and can still take its orders back; no other key notices.</summary>
public sealed class RateTests
{
    private const int Burst = 60;

    [Fact]
    public async Task A_burst_is_told_to_wait_and_cancels_have_a_reserve()
    {
        await using var service = await Service.OpenAsync(requestsPerSecond: 1, cancelsPerSecond: 1);
        var control = service.ControlToken;
        // The token's own limit is as low: one thing a second.
        var traders = new List<Trader>();
        foreach (var name in (string[])["greedy", "modest"])
        {
            var made = await PatientAsync("POST", "api/v1/admin/accounts", new { name });
            var trader = new Trader(service, made.Json.GetProperty("account").GetInt32(), made["api_key"]!);
            await PatientAsync("POST", "api/v1/admin/deposits", new { account = trader.Account, asset = "USDC", amount = 1_000 });
            traders.Add(trader);
        }

        var order = new { market = "SOL/USDC", kind = "buy", price = "1", quantity = "1" };
        var watch = Stopwatch.StartNew();
        var placed = new List<string>();
        var refused = 0;
        for (var i = 0; i < Burst; i++)
        {
            var answer = await traders[0].PlaceAsync(order);
            if (answer.Status == 200)
            {
                placed.Add(answer["order_id"]!);
                continue;
            }

            refused++;
            Assert.Equal((429, "rate_limited"), (answer.Status, answer.Code));
            Assert.Contains("Retry-After: 1\r\n", answer.Headers.ReplaceLineEndings("\r\n"));
        }

        // Two at once and one a second.
        Assert.InRange(placed.Count, 2, 3 + (int)watch.Elapsed.TotalSeconds);
        Assert.Equal(Burst, placed.Count + refused);
        Assert.Equal(placed.Count, (await traders[0].OrdersAsync()).Length);

        // With nothing left, two cancellations pass at once; then they wait as well.
        watch.Restart();
        while ((await traders[0].PlaceAsync(order)).Status != 429)
        {
            Assert.True(watch.Elapsed.TotalSeconds < 60);
        }

        watch.Restart();
        Assert.Equal(200, (await CancelAsync(traders[0], placed[0])).Status);
        Assert.Equal(200, (await CancelAsync(traders[0], placed[1])).Status);
        var passed = 0;
        for (var i = 0; i < Burst; i++)
        {
            passed += (await CancelAsync(traders[0], "1")).Status == 404 ? 1 : 0;
        }

        Assert.InRange(passed, 0, 2 + (2 * (int)watch.Elapsed.TotalSeconds));

        // The other key has all of its own; reading is not counted; the socket shares the key's limit.
        Assert.Equal(200, (await traders[1].PlaceAsync(order)).Status);
        await traders[0].StateAsync();
        using var socket = await TradingSocket.OpenAsync(service.Address, traders[0].Key);
        var waits = 0;
        for (var i = 0; i < Burst; i++)
        {
            var reply = await socket.AskAsync("order.place", order);
            waits += !reply.GetProperty("ok").GetBoolean() && reply.GetProperty("code").GetString() == "rate_limited" ? 1 : 0;
        }

        Assert.True(waits > 0);
        return;

        Task<Answer> CancelAsync(Trader trader, string id) => service.SendAsync(
            "DELETE", "api/v1/order", new { market = "SOL/USDC", order_id = id }, trader.Key);

        async Task<Answer> PatientAsync(string method, string path, object body)
        {
            while (true)
            {
                var answer = await service.SendAsync(method, path, body, control);
                if (answer.Status != 429)
                {
                    Assert.Equal(200, answer.Status);
                    return answer;
                }

                await Task.Delay(200, TestContext.Current.CancellationToken);
            }
        }
    }
}
