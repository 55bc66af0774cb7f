namespace Strikeline.SystemTests.Trading;

/// <summary>Operators open and close markets and accounts; what is closed says so, and what is in a book can be taken
/// back.</summary>
public sealed class StatusTests
{
    private static readonly object Order = new { market = "SOL/USDC", kind = "buy", price = "90", quantity = "1" };

    [Fact]
    public async Task A_market_and_an_account_are_closed_and_opened_and_stay_so_over_a_restart()
    {
        await using var service = await Service.OpenAsync();
        var (ann, bob) = (await service.OpenTraderAsync("ann", ("USDC", 1_000)), await service.OpenTraderAsync("bob", ("USDC", 1_000)));
        var id = (await ann.LimitAsync("buy", "80", "1"))["order_id"];

        Assert.Equal("cancel_only", (await SetAsync(new { market = "sol/usdc", status = "cancel_only" }))["status"]);
        Assert.Equal("cancel_only", await ShownAsync(service, "SOL/USDC"));
        Assert.Equal("open", await ShownAsync(service, "BTC/USDC"));
        Assert.Equal((403, "instrument_halted"), await PlaceAsync(ann));
        Assert.Equal(200, (await service.SendAsync("DELETE", "api/v1/order", new { market = "SOL/USDC", order_id = id }, ann.Key)).Status);
        await SetAsync(new { market = "SOL/USDC", status = "halted" });
        await service.KillAsync();
        await service.StartAsync();
        Assert.Equal("halted", await ShownAsync(service, "SOL/USDC"));

        // The same by the command line, on a running server.
        var opened = await StatusAsync("market", "sol/usdc", "open");
        Assert.True(opened.Code == 0 && opened.Output == "market sol/usdc  open\n", opened.ToString());
        Assert.Equal("open", await ShownAsync(service, "SOL/USDC"));
        Assert.Equal((200, null), await PlaceAsync(ann));
        using var socket = await TradingSocket.OpenAsync(service.Address, ann.Key);
        await socket.SubscribeAsync("orders");
        Assert.Equal("open", (await socket.NextAsync("orders")).GetProperty("data").GetProperty("status").GetString());
        Assert.Equal(0, (await StatusAsync("account", $"{ann.Account}", "cancel_only")).Code);
        Assert.Equal((403, "account_halted"), await PlaceAsync(ann));
        Assert.Equal((200, null), await PlaceAsync(bob));

        // Its owner is told, nobody else, and in an update nothing else has a status.
        Assert.Equal("cancel_only", (await socket.NextAsync("orders")).GetProperty("data").GetProperty("status").GetString());
        Assert.Equal(("cancel_only", "open"), (await OwnAsync(ann), await OwnAsync(bob)));
        await service.KillAsync();
        await service.StartAsync();
        Assert.Equal(("cancel_only", "open"), (await OwnAsync(ann), await OwnAsync(bob)));
        await SetAsync(new { account = ann.Account, status = "open" });
        Assert.Equal((200, null), await PlaceAsync(ann));
        Assert.Equal("open", await OwnAsync(ann));
        using var again = await TradingSocket.OpenAsync(service.Address, ann.Key);
        await again.SubscribeAsync("orders");
        Assert.Equal("open", (await again.NextAsync("orders")).GetProperty("data").GetProperty("status").GetString());
        await PlaceAsync(ann);
        Assert.False((await again.NextAsync("orders")).GetProperty("data").TryGetProperty("status", out _));

        foreach (var (body, status, code) in new (object, int, string)[]
        {
            (new { status = "open" }, 400, "missing_field"), (new { market = "SOL/USDC", account = 1, status = "open" }, 400, "missing_field"),
            (new { market = "SOL/USDC" }, 400, "invalid_status"), (new { market = "SOL/USDC", status = "Halted" }, 400, "invalid_status"),
            (new { market = "SOL/USDC", status = "2" }, 400, "invalid_status"), (new { market = "DOGE/USDC", status = "open" }, 404, "unknown_market"),
            (new { account = 9_999, status = "open" }, 404, "unknown_account"), (new { account = -1, status = "open" }, 400, "invalid_parameter"),
        })
        {
            var answer = await service.SendAsync("POST", "api/v1/admin/status", body, service.ControlToken);
            Assert.Equal((status, code), (answer.Status, answer.Code));
        }

        foreach (var (what, name, status) in new[] { ("market", "doge/usdc", "open"), ("account", "x", "open"), ("market", "sol/usdc", "shut") })
        {
            var refused = await StatusAsync(what, name, status);
            Assert.Equal((2, ""), (refused.Code, refused.Output));
            Assert.Single(refused.Error.TrimEnd('\n').Split('\n'));
        }

        return;

        Task<Answer> SetAsync(object body) => service.MustAsync("POST", "api/v1/admin/status", body, service.ControlToken);

        async Task<string?> OwnAsync(Trader trader)
        {
            var answer = await service.MustAsync("GET", "api/v1/account", key: trader.Key);
            Assert.Equal($"{trader.Account}", answer["account"]);
            return answer["status"];
        }

        async Task<Ended> StatusAsync(string what, string name, string status) => await Run.ToEndAsync(
            Checkout.Program, ["exchange", what, "status", name, status, "--url", service.Address.ToString()], Path.GetTempPath(),
            ("STRIKELINE_TOKEN", service.ControlToken));
    }

    [Fact]
    public async Task The_control_token_takes_back_but_places_nothing_over_rest_and_over_the_socket()
    {
        await using var service = await Service.OpenAsync();
        foreach (var (method, body) in new[] { ("POST", Order), ("PATCH", new { market = "SOL/USDC", order_id = "1", price = "91" }) })
        {
            var refused = await service.SendAsync(method, "api/v1/order", body, service.ControlToken);
            Assert.Equal((403, "account_required"), (refused.Status, refused.Code));
        }

        Assert.Equal("0", (await service.MustAsync("DELETE", "api/v1/orders", key: service.ControlToken))["cancelled"]);
        using var socket = await TradingSocket.OpenAsync(service.Address, service.ControlToken);
        Assert.Equal("account_required", (await socket.AskAsync("order.place", Order)).GetProperty("code").GetString());
        Assert.True((await socket.AskAsync("order.cancel_all", new { })).GetProperty("ok").GetBoolean());
        Assert.Empty((await service.DepthAsync("SOL/USDC")).Bids);
    }

    private static async Task<(int, string?)> PlaceAsync(Trader trader)
    {
        var answer = await trader.PlaceAsync(Order);
        return (answer.Status, answer.Code);
    }

    private static async Task<string?> ShownAsync(Service service, string market) =>
        (await service.MustAsync("GET", "api/v1/instruments")).Json.EnumerateArray()
        .Single(row => row.GetProperty("market").GetString() == market).GetProperty("status").GetString();
}
