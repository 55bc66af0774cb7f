using System.Globalization;
using System.Text.Json;

namespace Strikeline.SystemTests.Trading;

/// <summary>Orders over REST and over the socket: the same answers, and every atom where it belongs.</summary>
public sealed class OrderTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private const string Sol = "SOL/USDC";

    private Service Service => fixture.Service;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_type_and_life_does_what_it_says_to_the_atom(bool overSocket)
    {
        var (maker, taker) = await PairAsync();
        using var entry = overSocket ? await TradingSocket.OpenAsync(Service.Address, taker.Key) : null;
        await ClearAsync();

        // A limit order that trades with two levels and rests with what is left. Fees: 500 ppm of what the taker gets.
        await maker.LimitAsync("sell", "100", "2");
        await maker.LimitAsync("sell", "101", "1");
        var first = await PlaceAsync(new { market = Sol, kind = "buy", price = "102", quantity = "4", client_id = "first" });
        Check(first, "partially_filled", "3", ("100", "2", "0.001"), ("101", "1", "0.0005"));
        Assert.Equal("first", first.GetProperty("client_id").GetString());
        Assert.Equal((1_000_000 - 200 - 101 - 102, 102), await taker.BalanceAsync("USDC"));
        Assert.Equal((1_000 + 3 - 0.0015m, 0), await taker.BalanceAsync("SOL"));
        // 200 ppm of 301 USDC for the maker.
        Assert.Equal((1_000_000 + 301 - 0.0602m, 0), await maker.BalanceAsync("USDC"));

        // The same client id again: the same result, and nothing happens.
        var again = await PlaceAsync(new { market = Sol, kind = "buy", price = "102", quantity = "4", client_id = "first" });
        Assert.True(again.GetProperty("duplicate").GetBoolean());
        foreach (var name in (string[])["order_id", "client_id", "status", "executed_quantity"])
        {
            Assert.Equal(first.GetProperty(name).GetString(), again.GetProperty(name).GetString());
        }

        Assert.Equal(first.GetProperty("fills").ToString(), again.GetProperty("fills").ToString());
        // Where nothing has happened, no stream comes to a new number.
        Assert.Equal(first.GetProperty("sequence").GetInt64(), again.GetProperty("sequence").GetInt64());
        Assert.Single(await taker.OrdersAsync());

        // Amended: less, then another price; cancelled by its client id: everything held comes back.
        var id = first.GetProperty("order_id").GetString();
        await AskAsync("PATCH", "order.amend", new { market = Sol, order_id = id, quantity = "0.5" });
        Assert.Equal(51, (await taker.BalanceAsync("USDC")).Held);
        await AskAsync("PATCH", "order.amend", new { market = Sol, client_id = "first", price = "90" });
        Assert.Equal(45, (await taker.BalanceAsync("USDC")).Held);
        var order = Assert.Single(await taker.OrdersAsync());
        Assert.Equal(
            ("90", "0.5", "3", "partially_filled"),
            (Word(order, "price"), Word(order, "remaining_quantity"), Word(order, "executed_quantity"), Word(order, "status")));
        Assert.Equal("100.3333", Word(order, "average_price"));
        var ended = await AskAsync("DELETE", "order.cancel", new { market = Sol, client_id = "first" });
        Assert.Equal(("cancelled", "3"), (Word(ended, "status"), Word(ended, "executed_quantity")));
        Assert.Equal(0, (await taker.BalanceAsync("USDC")).Held);

        // ioc takes what there is; fok all or nothing; market by quantity, and by value down to the last lot.
        await maker.LimitAsync("sell", "100", "3");
        await RefusedAsync(new { market = Sol, kind = "buy", price = "100", quantity = "4", tif = "fok" }, "would_not_fill");
        Check(
            await PlaceAsync(new { market = Sol, kind = "buy", price = "100", quantity = "1", tif = "fok" }), "filled", "1",
            ("100", "1", "0.0005"));
        Check(await PlaceAsync(new { market = Sol, kind = "buy", price = "99.99", quantity = "1", tif = "ioc" }), "cancelled", "0");
        Check(
            await PlaceAsync(new { market = Sol, kind = "buy", type = "market", quantity = "0.5" }), "filled", "0.5",
            ("100", "0.5", "0.00025"));
        Check(
            await PlaceAsync(new { market = Sol, kind = "buy", type = "market", quote_quantity = "50.05" }), null, "0.5",
            ("100", "0.5", "0.00025"));
        Check(
            await PlaceAsync(new { market = Sol, kind = "buy", price = "100", quantity = "2", tif = "ioc" }), "cancelled", "1",
            ("100", "1", "0.0005"));
        Assert.Empty(await taker.OrdersAsync());

        // post_only rests, or does not come in; gtd ends by itself.
        await maker.LimitAsync("sell", "100", "1");
        var rests = await PlaceAsync(new { market = Sol, kind = "buy", price = "99", quantity = "1", post_only = true });
        Check(rests, "open", "0");
        await RefusedAsync(new { market = Sol, kind = "buy", price = "100", quantity = "1", post_only = true }, "would_trade");
        var soon = DateTimeOffset.UtcNow.AddSeconds(1).ToUnixTimeMilliseconds();
        Check(await PlaceAsync(new { market = Sol, kind = "buy", price = "98", quantity = "1", expires_at = soon }), "open", "0");
        while ((await taker.OrdersAsync()).Length > 1)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal(99, (await taker.BalanceAsync("USDC")).Held);

        // An iceberg shows its tip, and trades whole.
        await ClearAsync();
        await PlaceAsync(new { market = Sol, kind = "sell", price = "100", quantity = "5", display_quantity = "1" });
        Assert.Equal(["100 1"], (await Service.DepthAsync(Sol)).Asks);
        Assert.Equal(5, (await taker.BalanceAsync("SOL")).Held);
        Assert.Equal("3.5", (await maker.LimitAsync("buy", "100", "3.5"))["executed_quantity"]);
        Assert.Equal(1.5m, (await taker.BalanceAsync("SOL")).Held);

        // A stop waits unseen until a trade sets it off; a stop_limit then rests.
        await ClearAsync();
        var stop = await PlaceAsync(new { market = Sol, kind = "buy", type = "stop", stop_price = "101", quantity = "1" });
        Check(stop, "open", "0");
        Check(
            await PlaceAsync(new { market = Sol, kind = "buy", type = "stop_limit", stop_price = "101", price = "99", quantity = "1" }),
            "open", "0");
        Assert.Equal(["stop_limit", "stop"], (await taker.OrdersAsync()).Select(one => Word(one, "type")));
        Assert.Empty((await Service.DepthAsync(Sol)).Bids);

        // Another stop price is waited for, and what it costs is held.
        var stopId = Word(stop, "order_id");
        Assert.Equal("open", Word(await AskAsync("PATCH", "order.amend", new { market = Sol, order_id = stopId, stop_price = "103" }), "status"));
        Assert.Equal(99 + 103, (await taker.BalanceAsync("USDC")).Held);
        Assert.Equal(("103", "1"), (Word((await taker.OrdersAsync())[1], "stop_price"), Word((await taker.OrdersAsync())[1], "remaining_quantity")));
        await AskAsync("PATCH", "order.amend", new { market = Sol, order_id = stopId, stop_price = "101", quantity = "2" });
        await AskAsync("PATCH", "order.amend", new { market = Sol, order_id = stopId, quantity = "1" });
        Assert.Equal("101", Word((await taker.OrdersAsync())[1], "stop_price"));
        await maker.LimitAsync("sell", "101", "3");
        await PlaceAsync(new { market = Sol, kind = "buy", price = "101", quantity = "1" });
        var left = Assert.Single(await taker.OrdersAsync());
        Assert.Equal(("stop_limit", "True", "99"), (Word(left, "type"), Word(left, "triggered"), Word(left, "price")));
        Assert.Equal(["101 1"], (await Service.DepthAsync(Sol)).Asks);
        Assert.Equal(["99 1"], (await Service.DepthAsync(Sol)).Bids);
        var late = await Service.SendAsync(
            "PATCH", "api/v1/order", new { market = Sol, order_id = Word(left, "order_id"), stop_price = "102" }, taker.Key);
        Assert.Equal((400, "contradiction"), (late.Status, late.Code));

        // One that is passed already goes at once.
        var passed = await PlaceAsync(new { market = Sol, kind = "buy", type = "stop", stop_price = "150", quantity = "1" });
        var gone = await AskAsync("PATCH", "order.amend", new { market = Sol, order_id = Word(passed, "order_id"), stop_price = "100.5" });
        Check(gone, "filled", "1", ("101", "1", "0.0005"));

        // All at once, in one market and in all.
        await PlaceAsync(new { market = "BTC/USDC", kind = "buy", price = "100", quantity = "1" });
        var some = await AskAsync("DELETE", "order.cancel_all", new { market = "BTC/USDC" });
        Assert.Equal(1, some.GetProperty("cancelled").GetInt32());
        var all = await AskAsync("DELETE", "order.cancel_all", new { });
        Assert.Equal(1, all.GetProperty("cancelled").GetInt32());
        Assert.Empty(await taker.OrdersAsync());
        Assert.Equal((0, 0), ((await taker.BalanceAsync("USDC")).Held, (await taker.BalanceAsync("SOL")).Held));
        await ClearAsync();
        return;

        // Nothing of the round before stays in the book.
        async Task ClearAsync()
        {
            await Service.MustAsync("DELETE", "api/v1/orders", key: maker.Key);
            await Service.MustAsync("DELETE", "api/v1/orders", key: taker.Key);
            Assert.Empty((await Service.DepthAsync(Sol)).Asks);
        }

        Task<JsonElement> PlaceAsync(object body) => AskAsync("POST", "order.place", body);

        async Task<JsonElement> AskAsync(string method, string op, object body)
        {
            if (entry is not null)
            {
                var reply = await entry.AskAsync(op, body);
                Assert.True(reply.GetProperty("ok").GetBoolean(), $"{body}: {reply}");
                return reply.GetProperty("data");
            }

            var query = op == "order.cancel_all" ? "s" + JsonSerializer.SerializeToElement(body).EnumerateObject()
                .Aggregate("?", (text, one) => $"{text}{one.Name}={one.Value}&").TrimEnd('&') : "";
            return (await Service.MustAsync(method, "api/v1/order" + query, query.Length > 0 ? null : body, taker.Key)).Json;
        }

        async Task RefusedAsync(object body, string code)
        {
            if (entry is not null)
            {
                Assert.Equal(code, (await entry.AskAsync("order.place", body)).GetProperty("code").GetString());
                return;
            }

            var answer = await taker.PlaceAsync(body);
            Assert.True((answer.Status, answer.Code) == (422, code), $"{answer.Status} {answer.Text}");
        }
    }

    [Theory]
    [InlineData("cancel_newest", "cancelled", "5", 0)]
    [InlineData("cancel_oldest", "open", null, 2)]
    [InlineData("cancel_both", "cancelled", null, 0)]
    [InlineData("decrement", "cancelled", "3", 0)]
    public async Task Nobody_trades_with_oneself(string stp, string status, string? oldLeft, int newLeft)
    {
        var (trader, _) = await PairAsync();
        var old = (await trader.LimitAsync("sell", "200", "5", "ETH/USDC"))["order_id"];
        var answer = await trader.MustPlaceAsync(new { market = "ETH/USDC", kind = "buy", price = "200", quantity = "2", stp });
        Assert.Equal((status, "0", "[]"), (answer["status"], answer["executed_quantity"], answer["fills"]));
        var orders = await trader.OrdersAsync();
        Assert.Equal(oldLeft, orders.Where(one => Word(one, "order_id") == old).Select(one => Word(one, "remaining_quantity")).SingleOrDefault());
        Assert.Equal(
            newLeft,
            orders.Where(one => Word(one, "kind") == "buy").Sum(one => int.Parse(Word(one, "remaining_quantity"), null)));
        Assert.Equal(1_000_000, Sum(await trader.BalanceAsync("USDC")));
        Assert.Equal(1_000, Sum(await trader.BalanceAsync("ETH")));
        await Service.MustAsync("DELETE", "api/v1/orders", key: trader.Key);
    }

    [Fact]
    public async Task An_order_is_cancelled_by_body_and_by_query_by_either_name_and_only_once()
    {
        var (trader, stranger) = await PairAsync();
        for (var way = 0; way < 4; way++)
        {
            var named = $"name-{way}";
            var id = (await trader.MustPlaceAsync(
                new { market = Sol, kind = "buy", price = "10", quantity = "1", client_id = named }))["order_id"];
            var (path, body) = way switch
            {
                0 => ("api/v1/order", (object?)new { market = "sol-usdc", order_id = id }),
                1 => ("api/v1/order", new { market = "SOLUSDC", client_id = named }),
                2 => ($"api/v1/order?market=SOL%2FUSDC&order_id={id}", null),
                _ => ($"api/v1/order?market=sol/usdc&client_id={named}", null),
            };
            var (wrong, wrongBody) = body is null
                ? (path.Replace("market=", "market=BTC/USDC&x=", StringComparison.Ordinal), (object?)null)
                : (path, new { market = "BTC/USDC", order_id = id });
            Assert.InRange((await Service.SendAsync("DELETE", wrong, wrongBody, trader.Key)).Status, 400, 404);
            Assert.Equal("unknown_order", (await Service.SendAsync("DELETE", path, body, stranger.Key)).Code);
            Assert.Equal("cancelled", (await Service.MustAsync("DELETE", path, body, trader.Key))["status"]);
            Assert.Equal("unknown_order", (await Service.SendAsync("DELETE", path, body, trader.Key)).Code);
        }

        Assert.Equal((1_000_000, 0), await trader.BalanceAsync("USDC"));
    }

    [Fact]
    public async Task What_cannot_be_paid_is_refused_and_numbers_are_as_good_as_text()
    {
        var (trader, _) = await PairAsync();
        Assert.Equal("insufficient_funds", (await trader.PlaceAsync(
            new { market = Sol, kind = "buy", price = "1000000", quantity = "1.001" })).Code);
        Assert.Equal("insufficient_funds", (await trader.PlaceAsync(
            new { market = Sol, kind = "sell", price = "1", quantity = "1000.001" })).Code);
        var number = await trader.MustPlaceAsync(new { market = Sol, kind = "buy", price = 10.25, quantity = 1.5 });
        var text = await trader.MustPlaceAsync(
            """{"market":"sol/usdc","kind":"buy","price":"1025e-2","quantity":15e-1,"type":"limit","tif":null}""");
        Assert.Equal((15.375m * 2), (await trader.BalanceAsync("USDC")).Held);
        Assert.Equal(("open", "open"), (number["status"], text["status"]));
        await Service.MustAsync("DELETE", "api/v1/orders", key: trader.Key);
    }

    private static string Word(JsonElement json, string name) => json.GetProperty(name).ToString();

    private static decimal Sum((decimal Available, decimal Held) balance) => balance.Available + balance.Held;

    private static void Check(
        JsonElement answer, string? status, string executed, params (string Price, string Quantity, string Fee)[] fills)
    {
        Assert.True(status is null || status == Word(answer, "status"), answer.ToString());
        Assert.Equal(executed, Word(answer, "executed_quantity"));
        Assert.Equal(
            fills,
            answer.GetProperty("fills").EnumerateArray().Select(fill => (Word(fill, "price"), Word(fill, "quantity"), Word(fill, "fee"))));
        Assert.True(long.Parse(Word(answer, "order_id"), CultureInfo.InvariantCulture) > 0);
    }

    private async Task<(Trader Maker, Trader Taker)> PairAsync() => (
        await Service.OpenTraderAsync("maker", ("USDC", 1_000_000), ("SOL", 1_000), ("ETH", 1_000)),
        await Service.OpenTraderAsync("taker", ("USDC", 1_000_000), ("SOL", 1_000), ("ETH", 1_000)));
}
