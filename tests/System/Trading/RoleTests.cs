using System.Net.WebSockets;

namespace Strikeline.SystemTests.Trading;

/// <summary>Every route and method of the server's own table, asked in every role: without the right scope nothing
/// changes and nothing is told.</summary>
public sealed class RoleTests
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

    private sealed record Row(string Methods, string Path, string Scope, bool IsChange)
    {
        public bool Has(string method) => Methods == "*" || Methods.Split(',').Contains(method);
    }

    private sealed record Role(string Name, string? Key, string[] Scopes, int Account, bool IsKnown = true);

    private sealed record Scene(Service Service, Trader Victim, Trader Other, string Spare)
    {
        public async Task<string> StateAsync() => await Victim.StateAsync() + await Other.StateAsync()
            + (await Service.SendAsync("GET", "api/v1/orders", key: Spare)).Status
            + (await Service.MustAsync("GET", "api/v1/portfolio", key: Service.ControlToken)).Json.GetProperty("stop");
    }

    [Fact]
    public async Task No_route_does_or_tells_anything_without_the_right_scope()
    {
        await using var service = await Service.OpenAsync(logLevel: "debug");
        var table = await TableAsync(service);
        Assert.Equal(
            [
                "GET /api/v1/export/opportunities.csv", "GET /api/v1/export/portfolio.csv",
                "GET /api/v1/opportunities", "GET /api/v1/portfolio",
                "POST /api/emergency-stop", "POST /api/emergency-stop/clear", "POST /api/force-exit",
            ],
            table.Where(row => row.Scope == "bots").Select(row => $"{row.Methods} {row.Path}")
                .Order(StringComparer.Ordinal));
        var victim = await service.OpenTraderAsync("victim", ("USDC", 1_000), ("SOL", 10));
        var other = await service.OpenTraderAsync("other", ("USDC", 1_000), ("SOL", 10));
        await other.LimitAsync("buy", "90", "1");
        var revoked = await service.KeyAsync(victim.Account, "gone", "read trade admin");
        await service.MustAsync(
            "DELETE", "api/v1/admin/keys", new { account = victim.Account, name = "gone" }, service.ControlToken);
        Role[] roles =
        [
            new("nobody", null, [], -1, IsKnown: false),
            new("garbage", "slk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", [], -1, IsKnown: false),
            new("no key at all", "'; drop table orders --", [], -1, IsKnown: false),
            new("revoked", revoked, [], -1, IsKnown: false),
            new("reads", await service.KeyAsync(victim.Account, "reads", "read"), ["read"], victim.Account),
            new("trades", await service.KeyAsync(victim.Account, "trades", "trade"), ["trade"], victim.Account),
            new("other", other.Key, ["read", "trade"], other.Account),
            new("admin", await service.KeyAsync(0, "admin", "admin"), ["admin"], 0),
            new("all that an account's key can have",
                await service.KeyAsync(victim.Account, "most", "read trade admin"), ["read", "trade", "admin"],
                victim.Account),
            new("control", service.ControlToken, ["read", "trade", "admin", "bots"], 0),
        ];
        foreach (var path in table.Select(row => row.Path).Distinct())
        {
            foreach (var method in Methods)
            {
                var row = table.SingleOrDefault(one => one.Path == path && one.Has(method));
                foreach (var role in roles)
                {
                    await TryAsync(service, victim, other, role, method, path, row);
                }
            }
        }

        // Whatever was tried stands in the log, but no key does.
        foreach (var role in roles.Where(role => role.Key?.StartsWith("slk_", StringComparison.Ordinal) == true))
        {
            Assert.DoesNotContain(role.Key!, service.Log);
        }

        Assert.DoesNotContain("Unhandled", service.Log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_table_holds_every_route_of_the_document_and_the_document_every_route_but_sockets_and_the_rest()
    {
        await using var service = await Service.OpenAsync(logLevel: "debug");
        var document = (await service.MustAsync("GET", "openapi/v1.json")).Json;
        var listed = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(verb => $"{verb.Name.ToUpperInvariant()} {path.Name}"));
        string[] excluded = ["* /ws", "* /ws/feeds", "* /ws/markets", "* {*path}", "GET /openapi/v1.json"];
        Assert.Equal(
            listed.Concat(excluded).Order(StringComparer.Ordinal),
            (await TableAsync(service)).Select(row => $"{row.Methods} {row.Path}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_socket_neither_trades_nor_tells_without_the_right_key_and_ends_with_it()
    {
        await using var service = await Service.OpenAsync();
        var victim = await service.OpenTraderAsync("victim", ("USDC", 1_000));
        var other = await service.OpenTraderAsync("other", ("USDC", 1_000));
        var id = (await victim.LimitAsync("buy", "90", "1"))["order_id"]!;
        var reads = await service.KeyAsync(victim.Account, "reads", "read");
        var trades = await service.KeyAsync(victim.Account, "trades", "trade");
        var admin = await service.KeyAsync(0, "admin", "admin");
        var order = new { market = "SOL/USDC", kind = "buy", price = "1", quantity = "1" };
        var named = new { market = "SOL/USDC", order_id = id };
        var before = await victim.StateAsync() + await other.StateAsync();
        foreach (var (key, code, placed) in new[]
        {
            (null, "key_required", "key_required"), (reads, null, "scope_missing"), (admin, "key_required", "scope_missing"),
            (trades, "key_required", null), (other.Key, null, null),
        })
        {
            using var socket = await TradingSocket.OpenAsync(service.Address, key);
            await socket.SubscribeAsync("orders");
            var first = await socket.NextAsync(message => message.GetProperty("channel").GetString() is "orders" or "error");
            Assert.Equal(code, first.TryGetProperty("code", out var given) ? given.GetString() : null);
            if (placed is not null)
            {
                foreach (var (op, body) in new (string, object)[]
                {
                    ("order.place", order), ("order.amend", named), ("order.cancel", named), ("order.cancel_all", new { }),
                })
                {
                    Assert.Equal(placed, (await socket.AskAsync(op, body)).GetProperty("code").GetString());
                }
            }
            else if (key == other.Key)
            {
                Assert.Equal("unknown_order", (await socket.AskAsync("order.cancel", named)).GetProperty("code").GetString());
                Assert.Equal("unknown_order", (await socket.AskAsync(
                    "order.amend", new { market = "SOL/USDC", order_id = id, price = "2" })).GetProperty("code").GetString());
                var none = await socket.AskAsync("order.cancel_all", new { });
                Assert.Equal(0, none.GetProperty("data").GetProperty("cancelled").GetInt32());
            }

            Assert.Equal(before, await victim.StateAsync() + await other.StateAsync());
        }

        // A key that is taken back ends the stream that it has opened.
        using var open = await TradingSocket.OpenAsync(service.Address, reads);
        await open.SubscribeAsync("orders");
        await open.NextAsync("orders");
        await service.MustAsync(
            "DELETE", "api/v1/admin/keys", new { account = victim.Account, name = "reads" }, service.ControlToken);
        await victim.LimitAsync("buy", "91", "1");
        var last = await open.NextAsync(message => message.GetProperty("channel").GetString() is "orders" or "error");
        Assert.Equal("key_unknown", last.GetProperty("code").GetString());
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await open.EndAsync());

        // Another account on the same socket does not go on reading the one before.
        using var turned = await TradingSocket.OpenAsync(service.Address, victim.Key);
        await turned.SubscribeAsync("orders");
        await turned.NextAsync("orders");
        await turned.AuthAsync(other.Key);
        await victim.LimitAsync("buy", "92", "1");
        await turned.SubscribeAsync("orders");
        var turn = await turned.NextAsync("orders");
        Assert.Equal("snapshot", turn.GetProperty("type").GetString());
        Assert.Empty(turn.GetProperty("data").GetProperty("orders").EnumerateArray());

        // Guessing ends with the fifth key.
        using var guessing = await TradingSocket.OpenAsync(service.Address, null);
        for (var i = 0; i < 5; i++)
        {
            await guessing.SayAsync(new { op = "auth", key = $"slk_{i}" });
        }

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await guessing.EndAsync());
    }

    private static async Task TryAsync(
        Service service, Trader victim, Trader other, Role role, string method, string path, Row? row)
    {
        var what = $"{role.Name}: {method} {path}";
        var isSocket = path.StartsWith("/ws", StringComparison.Ordinal);
        var mayDo = row is not null && (row.Scope == "none" || role.Scopes.Contains(row.Scope));
        var (scene, order) = await SetAsync(service, victim, other, row);
        var (target, body) = Request(method, path, victim, order);
        var before = await scene.StateAsync();
        var answer = await service.SendAsync(method, target, body, role.Key);
        var after = await scene.StateAsync();
        Assert.True(answer.Status < 500 || method == "TRACE", $"{what}: {answer.Status} {answer.Text}");
        if (row is null)
        {
            Assert.True(answer.Status is 400 or 404 or 405, $"{what}: {answer.Status}");
            Assert.Equal(before, after);
        }
        else if (!mayDo)
        {
            var expected = role.IsKnown ? (403, "scope_missing")
                : role.Key is null ? (401, "key_required") : (401, "key_unknown");
            Assert.True((answer.Status, answer.Code) == expected, $"{what}: {answer.Status} {answer.Text}");
            Assert.Equal(before, after);
            Assert.DoesNotContain(order, answer.Text);
        }
        else if (!row.IsChange)
        {
            // What needs a name that there is none of here, an upgrade, or a feed.
            var isDone = path.Contains('{', StringComparison.Ordinal) || isSocket || path == "/api/v1/prices/history"
                ? answer.Status is 400 or 404 : answer.Status == 200;
            Assert.True(isDone, $"{what}: {answer.Status} {answer.Text}");
            Assert.Equal(before, after);
            Assert.True(role.Account == victim.Account || !answer.Text.Contains(order), what);
        }
        else if (row.Scope is "admin" or "bots" || role.Account == victim.Account)
        {
            // Shows that the request would have changed something: the others were refused for their role alone.
            Assert.True(answer.Status is 200 or 204, $"{what}: {answer.Status} {answer.Text}");
            var leavesNoTrace = path is "/api/v1/admin/accounts" or "/api/v1/admin/status" or "/api/force-exit"
                || (path, method) is ("/api/v1/admin/keys", "POST");
            Assert.True(before != after || leavesNoTrace, what);
        }
        else if (role.Account == 0 && path == "/api/v1/order" && method is "POST" or "PATCH")
        {
            Assert.Equal((403, "account_required"), (answer.Status, answer.Code));
            Assert.Equal(before, after);
        }
        else
        {
            // A key of another account does what it does to its own account alone.
            Assert.True(answer.Status is 200 or 404 or 422, $"{what}: {answer.Status} {answer.Text}");
            Assert.Contains(order, await victim.StateAsync());
            Assert.True(path != "/api/v1/order" || method == "POST" || answer.Code == "unknown_order", what);
        }
    }

    // An order that can be amended and cancelled, and a key that can be taken back.
    private static async Task<(Scene Scene, string Order)> SetAsync(Service service, Trader victim, Trader other, Row? row)
    {
        var orders = await victim.OrdersAsync();
        var order = orders.Length > 0 && row is null or { IsChange: false }
            ? orders.FirstOrDefault().TryGetProperty("order_id", out var id) ? id.GetString()! : await PlaceAsync()
            : await PlaceAsync();
        if (row is { IsChange: true, Scope: "bots" })
        {
            // A stop where there is none, or one to be ended.
            var toClear = row.Path.EndsWith("/clear", StringComparison.Ordinal);
            await service.MustAsync(
                "POST", toClear ? "api/emergency-stop" : "api/emergency-stop/clear", null, service.ControlToken);
        }

        var spare = row is { IsChange: true, Scope: "admin" }
            ? await service.KeyAsync(victim.Account, "spare", "read")
            : victim.Key;
        return (new Scene(service, victim, other, spare), order);

        async Task<string> PlaceAsync()
        {
            await service.MustAsync("DELETE", "api/v1/orders", key: victim.Key);
            return (await victim.LimitAsync("buy", "90", "1"))["order_id"]!;
        }
    }

    private static (string Target, object? Body) Request(string method, string path, Trader victim, string order)
    {
        const string Market = "SOL/USDC";
        var account = victim.Account;
        return (method, path) switch
        {
            ("POST", "/api/v1/order") => (path, new { market = Market, kind = "buy", price = "91", quantity = "1" }),
            ("PATCH", "/api/v1/order") => (path, new { market = Market, order_id = order, price = "92" }),
            ("DELETE", "/api/v1/order") => ($"{path}?market={Market}&order_id={order}", null),
            ("DELETE", "/api/v1/orders") => (path, null),
            ("POST", "/api/v1/admin/accounts") => (path, new { name = "further" }),
            ("POST", "/api/v1/admin/deposits" or "/api/v1/admin/withdrawals") =>
                (path, new { account, asset = "USDC", amount = "1" }),
            ("POST", "/api/v1/admin/keys") => (path, new { account, name = "more" }),
            ("POST", "/api/v1/admin/status") => (path, new { account, status = "open" }),
            ("DELETE", "/api/v1/admin/keys") => (path, new { account, name = "spare" }),
            ("POST", "/api/emergency-stop") => (path, new { reason = "roles" }),
            ("POST", "/api/emergency-stop/clear" or "/api/force-exit") => (path, new { }),
            ("GET", "/api/v1/depth" or "/api/v1/trades") => ($"{path}?market={Market}", null),
            ("GET", "/api/v1/klines") => ($"{path}?market={Market}&interval=1m", null),
            ("GET", "/api/v1/prices/history") => ($"{path}?symbol=none", null),
            ("GET" or "HEAD" or "OPTIONS" or "TRACE", _) => (path.Replace("{*path}", "nothing", StringComparison.Ordinal), null),
            _ => (path.Replace("{*path}", "nothing", StringComparison.Ordinal), new { account, order_id = order }),
        };
    }

    // What the server itself says at the level debug: its endpoints when it starts.
    private static async Task<Row[]> TableAsync(Service service)
    {
        await service.MustAsync("GET", "health");
        var rows = service.Log.Split('\n')
            .Select(line => line.Split(" route "))
            .Where(parts => parts.Length == 2 && parts[0].TrimEnd().EndsWith("debug", StringComparison.Ordinal))
            .Select(parts => parts[1].Trim().Split(' '))
            .Where(words => words.Length == 4)
            .Select(words => new Row(words[0], words[1], words[2], words[3] == "changes"))
            .ToArray();
        Assert.True(rows.Length > 20, service.Log);
        return rows;
    }
}
