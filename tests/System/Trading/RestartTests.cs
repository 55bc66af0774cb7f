using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Strikeline.Unit;

namespace Strikeline.SystemTests.Trading;

/// <summary>The service killed under load: what it has acknowledged is there when it is back.</summary>
public sealed class RestartTests
{
    private const string Market = "SOL/USDC";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_under_load_it_comes_back_with_every_acknowledged_order_key_and_atom()
    {
        await using var service = await Service.OpenAsync();
        var traders = new List<Trader>();
        for (var i = 0; i < 4; i++)
        {
            traders.Add(await service.OpenTraderAsync($"trader{i}", ("USDC", 10_000_000), ("SOL", 100_000)));
        }

        var revoked = await service.KeyAsync(traders[0].Account, "revoked", "read");
        await service.MustAsync("DELETE", "api/v1/admin/keys", new { account = traders[0].Account, name = "revoked" }, service.ControlToken);
        var number = 0;
        for (var life = 0; life < Counts.Of(25, 3); life++)
        {
            var acknowledged = new ConcurrentBag<(Trader Trader, JsonElement Answer, object Order)>();
            var unknown = new ConcurrentBag<(Trader Trader, object Order)>();
            var enough = new TaskCompletionSource();
            var load = traders.Select(trader => Task.Run(async () =>
            {
                var random = new Random(life * 31 + trader.Account);
                while (true)
                {
                    var order = new
                    {
                        market = Market, kind = random.Next(2) == 0 ? "buy" : "sell",
                        price = (99 + (random.Next(200) / 100m)).ToString(CultureInfo.InvariantCulture), quantity = "0.01",
                        client_id = $"k{Interlocked.Increment(ref number)}", stp = "cancel_oldest",
                    };
                    try
                    {
                        var answer = await trader.PlaceAsync(order);
                        Assert.True(answer.Status == 200, answer.Text);
                        acknowledged.Add((trader, answer.Json, order));
                        if (acknowledged.Count >= 400)
                        {
                            enough.TrySetResult();
                        }
                    }
                    catch (HttpRequestException)
                    {
                        unknown.Add((trader, order));
                        return;
                    }
                }
            }, Cancel)).ToArray();
            await enough.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
            await service.KillAsync();
            await Task.WhenAll(load);
            await service.StartAsync();

            // The same client ids again: what was acknowledged was done, and nothing is done twice.
            var before = await TotalsAsync(traders);
            var restored = (await Task.WhenAll(traders.Select(trader => trader.StateAsync()))).Aggregate(string.Concat);
            foreach (var (trader, answer, order) in acknowledged)
            {
                var again = await trader.MustPlaceAsync(order);
                Assert.True(again.Json.GetProperty("duplicate").GetBoolean(), again.Text);
                Assert.Equal(answer.GetProperty("order_id").GetString(), again["order_id"]);
            }

            Assert.Equal(restored, (await Task.WhenAll(traders.Select(trader => trader.StateAsync()))).Aggregate(string.Concat));

            // What was acknowledged as resting is open still, or has traded since: then it was somebody's fill.
            var open = (await Task.WhenAll(traders.Select(trader => trader.OrdersAsync())))
                .SelectMany(orders => orders).Select(one => one.GetProperty("order_id").GetString()).ToHashSet();
            Assert.Contains(acknowledged, one => open.Contains(one.Answer.GetProperty("order_id").GetString()));
            foreach (var (trader, order) in unknown)
            {
                await trader.MustPlaceAsync(order);
            }

            // Fees are the only thing that ever goes: nobody has more than was paid in, and nothing is made.
            var after = await TotalsAsync(traders);
            Assert.True(before.Usdc <= 40_000_000 && before.Sol <= 400_000 && after.Usdc <= before.Usdc && after.Sol <= before.Sol);
            Assert.True(before.Usdc > 39_990_000 && before.Sol > 399_900, before.ToString());
            Assert.Equal(401, (await service.SendAsync("GET", "api/v1/orders", key: revoked)).Status);
            Assert.Equal(before.Held, before.Open);
            Assert.Equal(after.Held, after.Open);
        }
    }

    [Fact]
    public async Task A_repeated_order_is_told_the_same_after_a_restart()
    {
        await using var service = await Service.OpenAsync();
        var trader = await service.OpenTraderAsync("again", ("USDC", 1_000), ("SOL", 10));
        var order = new { market = Market, kind = "buy", price = "10", quantity = "1", client_id = "rests" };
        var first = await trader.MustPlaceAsync(order);
        var row = Assert.Single(await trader.OrdersAsync());
        await service.KillAsync();
        await service.StartAsync();
        var restored = Assert.Single(await trader.OrdersAsync());
        foreach (var name in row.EnumerateObject().Select(one => one.Name).Except(["updated_at", "sequence"]))
        {
            Assert.Equal((name, row.GetProperty(name).ToString()), (name, restored.GetProperty(name).ToString()));
        }

        var again = await trader.MustPlaceAsync(order);
        Assert.Equal(
            (first["order_id"], first["client_id"], first["status"], "True"),
            (again["order_id"], again["client_id"], again["status"], again["duplicate"]));
        Assert.Equal("cancelled", (await service.MustAsync(
            "DELETE", $"api/v1/order?market={Market}&client_id=rests", key: trader.Key))["status"]);

        // What is over before the restart is known to the store alone.
        await service.KillAsync();
        await service.StartAsync();
        again = await trader.MustPlaceAsync(order);
        Assert.Equal(
            (first["order_id"], first["client_id"], "cancelled", "True"),
            (again["order_id"], again["client_id"], again["status"], again["duplicate"]));
    }

    // What all have, what is held of it, and what the open orders say must be held.
    private static async Task<(decimal Usdc, decimal Sol, (decimal, decimal) Held, (decimal, decimal) Open)> TotalsAsync(List<Trader> traders)
    {
        decimal usdc = 0, sol = 0, heldUsdc = 0, heldSol = 0, openUsdc = 0, openSol = 0;
        foreach (var trader in traders)
        {
            var (money, coins) = (await trader.BalanceAsync("USDC"), await trader.BalanceAsync("SOL"));
            (usdc, heldUsdc) = (usdc + money.Available + money.Held, heldUsdc + money.Held);
            (sol, heldSol) = (sol + coins.Available + coins.Held, heldSol + coins.Held);
            foreach (var order in await trader.OrdersAsync())
            {
                decimal Number(string name) => decimal.Parse(order.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
                var isBuy = order.GetProperty("kind").GetString() == "buy";
                openUsdc += isBuy ? Number("remaining_quantity") * Number("price") : 0;
                openSol += isBuy ? 0 : Number("remaining_quantity");
            }
        }

        return (usdc, sol, (heldUsdc, heldSol), (openUsdc, openSol));
    }
}
