using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Strikeline.Unit;

namespace Strikeline.SystemTests.Trading;

/// <summary>Requests that were right until a few bytes were changed: whatever comes of them, the server answers, names
/// what is wrong, changes nothing that it has not said yes to, and goes on.</summary>
public sealed class MutationTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private const int Askers = 8;
    private const int Connections = 48;
    private const int AtOnce = 16;

    private static readonly (string Method, string Path, string Body)[] Orders =
    [
        ("POST", "/api/v1/order", """{"market":"SOL/USDC","kind":"buy","price":"9.5","quantity":"0.25","tif":"gtc","client_id":"abc-1"}"""),
        ("POST", "/api/v1/order", """{"market":"SOL/USDC","kind":"sell","type":"stop_limit","stop_price":"8","price":"9","quantity":2}"""),
        ("PATCH", "/api/v1/order", """{"market":"SOL/USDC","order_id":"{order}","price":"9.25","quantity":"3"}"""),
        ("PATCH", "/api/v1/order", """{"market":"SOL/USDC","client_id":"abc-1","stop_price":"9","quantity":"3"}"""),
        ("DELETE", "/api/v1/order", """{"market":"SOL/USDC","client_id":"abc-1"}"""),
        ("DELETE", "/api/v1/order?market=SOL/USDC&order_id={order}", ""),
        ("DELETE", "/api/v1/orders?market=BTC/USDC", ""),
    ];

    private static readonly (string Method, string Path, string Body)[] Questions =
    [
        ("GET", "/api/v1/orders?market=SOL/USDC", ""),
        ("GET", "/api/v1/account", ""),
        ("GET", "/api/v1/balances", ""),
        ("GET", "/api/v1/instruments", ""),
        ("GET", "/api/v1/depth?market=SOL/USDC&limit=5", ""),
        ("GET", "/api/v1/trades?market=SOL/USDC&limit=5", ""),
        ("GET", "/api/v1/tickers?market=SOL/USDC", ""),
    ];

    private static readonly (string Method, string Path, string Body)[] Histories =
    [
        ("GET", "/api/v1/klines?market=SOL/USDC&interval=1m&from=1&to=1800000000000&limit=5", ""),
        ("GET", "/api/v1/orders/history?market=SOL/USDC&from=1&to=1800000000000&limit=5", ""),
        ("GET", "/api/v1/fills?market=SOL/USDC&from=1&to=1800000000000&limit=5", ""),
        ("GET", "/api/v1/export/orders.csv?market=SOL/USDC&from=1", ""),
        ("GET", "/api/v1/export/fills.csv?market=SOL/USDC&from=1", ""),
        ("GET", "/api/v1/export/balances.csv", ""),
    ];

    private static readonly (string Method, string Path, string Body)[] Administration =
    [
        ("POST", "/api/v1/admin/accounts", """{"name":"mutant"}"""),
        ("POST", "/api/v1/admin/deposits", """{"account":{account},"asset":"USDC","amount":"0.5","client_id":"d1"}"""),
        ("POST", "/api/v1/admin/withdrawals", """{"account":{account},"asset":"USDC","amount":"0.5"}"""),
        ("POST", "/api/v1/admin/keys", """{"account":{account},"name":"k","scopes":"read"}"""),
        ("DELETE", "/api/v1/admin/keys", """{"account":{account},"name":"k"}"""),
    ];

    private static readonly string[] Words =
    [
        """{"op":"order.place","id":7,"order":{"market":"SOL/USDC","kind":"buy","price":"9.5","quantity":"0.25"}}""",
        """{"op":"order.amend","id":8,"order":{"market":"SOL/USDC","order_id":"{order}","quantity":"0.5"}}""",
        """{"op":"order.cancel","id":9,"order":{"market":"SOL/USDC","order_id":"{order}"}}""",
        """{"op":"order.cancel_all","id":10,"order":{"market":"BTC/USDC"}}""",
        """{"op":"subscribe","channels":["orders","depth@SOL/USDC"],"since":{"orders":5}}""",
        """{"op":"unsubscribe","channels":["orders"]}""", """{"op":"ping","id":3}""", """{"op":"pace","hz":5}""",
        """{"op":"auth","key":"{key}"}""",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mutated_orders_are_answered_and_only_what_was_taken_is_there()
    {
        var (service, trader, order) = await SetAsync("orders");
        var placed = new ConcurrentDictionary<string, bool> { [order] = true };
        var statuses = await SendAsync(Orders, trader, order, trader.Key, (method, body) =>
        {
            if (method == "POST")
            {
                const string Name = "\"order_id\":\"";
                var from = body.IndexOf(Encoding.ASCII.GetBytes(Name)) + Name.Length;
                placed.TryAdd(Encoding.ASCII.GetString(body.Slice(from, body[from..].IndexOf((byte)'"'))), true);
            }
        });
        Assert.True(statuses.Contains(200) && statuses.Contains(400));

        // Every open order is one that was answered with yes, and no money came or went: nobody else trades here.
        foreach (var open in await OpenOrdersAsync(trader))
        {
            Assert.True(placed.ContainsKey(open), $"nobody was told of the order {open}");
        }

        Assert.Equal((1_000_000m, 1_000_000m), (await TotalAsync(trader, "USDC"), await TotalAsync(trader, "SOL")));
        await SoundAsync(service, trader);
    }

    [Fact]
    public Task Mutated_questions_are_answered_and_change_nothing() => AskAsync(Questions, "questions");

    [Fact]
    public Task Mutated_questions_of_the_past_are_answered_and_change_nothing() => AskAsync(Histories, "past");

    [Fact]
    public async Task Mutated_requests_of_an_administrator_are_answered()
    {
        var (service, target, order) = await SetAsync("target");
        var bystander = await service.OpenTraderAsync("bystander");
        var statuses = await SendAsync(Administration, target, order, service.ControlToken, (_, _) => { });
        Assert.True(statuses.Contains(200) && statuses.Contains(400));

        // Money and keys came and went, orders did not, and nobody else's key was taken.
        Assert.Equal([order], await OpenOrdersAsync(target));
        await bystander.StateAsync();
        await SoundAsync(service, target);
    }

    [Fact]
    public async Task Mutated_messages_on_the_socket_neither()
    {
        var (service, trader, order) = await SetAsync("socket");
        var seed = Environment.TickCount;
        await Parallel.ForEachAsync(Enumerable.Range(0, Askers), Cancel, async (part, cancel) =>
        {
            var random = new Random(unchecked(seed + part));
            var mutant = new Mutant(random);
            TradingSocket? socket = null;
            for (var i = 0; i < Counts.Of(125_000, 1_000); i++)
            {
                socket ??= await TradingSocket.OpenAsync(service.Address, trader.Key);
                var word = Words[random.Next(Words.Length)]
                    .Replace("{order}", order, StringComparison.Ordinal).Replace("{key}", trader.Key, StringComparison.Ordinal);
                try
                {
                    await socket.SayBytesAsync(mutant.Body(word));
                    if (i % 20 == 0)
                    {
                        await socket.SayAsync(new { op = "ping", id = 1_000_000 + i });
                        await socket.NextAsync(message => message.GetProperty("channel").GetString() == "pong"
                            && message.GetProperty("id").GetInt64() == 1_000_000 + i);
                        socket.Forget();
                    }
                }
                catch (Exception e) when (e is WebSocketException or InvalidOperationException)
                {
                    // Cut off, as who sends bytes that are no text, or guesses keys: the next one.
                    socket.Dispose();
                    socket = null;
                }
            }

            socket?.Dispose();
        });
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        await SoundAsync(service, trader);
    }

    private static string Shown(byte[]? bytes) => bytes is null ? "" : Encoding.Latin1.GetString(bytes);

    private static async Task<string[]> OpenOrdersAsync(Trader trader) =>
        [.. (await trader.OrdersAsync()).Select(one => one.GetProperty("order_id").GetString()!)];

    private static async Task<decimal> TotalAsync(Trader trader, string asset)
    {
        var (available, held) = await trader.BalanceAsync(asset);
        return available + held;
    }

    private async Task AskAsync((string Method, string Path, string Body)[] requests, string name)
    {
        var (service, trader, order) = await SetAsync(name);
        var before = (await SequenceAsync(trader), await SequenceAsync(trader));
        var state = await trader.StateAsync();
        var statuses = await SendAsync(requests, trader, order, trader.Key, (_, _) => { });
        Assert.True(statuses.Contains(200) && statuses.Contains(400));
        Assert.Equal(state, await trader.StateAsync());

        // Not a single event between the orders before and the one after, in the whole exchange.
        Assert.Equal(before.Item2 - before.Item1, await SequenceAsync(trader) - before.Item2);
        await SoundAsync(service, trader);
    }

    // Takes a step of the exchange and says where it is.
    private static async Task<long> SequenceAsync(Trader trader)
    {
        var placed = await trader.MustPlaceAsync(new { market = "ETH/USDC", kind = "buy", price = "1", quantity = "1", tif = "ioc" });
        return placed.Json.GetProperty("sequence").GetInt64();
    }

    // Sends each route its mutants, on many connections with many requests each, and looks at every answer.
    private async Task<ICollection<int>> SendAsync(
        (string Method, string Path, string Body)[] requests, Trader trader, string order, string key, Taken taken)
    {
        var (seed, secret) = (Environment.TickCount, Encoding.ASCII.GetBytes(key));
        var wrong = new ConcurrentQueue<string>();
        var clock = Stopwatch.StartNew();
        var statuses = new ConcurrentDictionary<int, int>();
        string Filled(string text) => text.Replace("{order}", order, StringComparison.Ordinal)
            .Replace("{account}", trader.Account.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        foreach (var route in requests.GroupBy(request => $"{request.Method} {request.Path.Split('?')[0]}"))
        {
            var shapes = route.Select(shape => (shape.Method, Path: Filled(shape.Path), Body: Filled(shape.Body))).ToArray();
            var batches = Counts.Of(1_000_000, 768) / Connections / AtOnce;
            await Parallel.ForEachAsync(
                Enumerable.Range(0, Connections), new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = Cancel },
                async (part, _) =>
                {
                    using var pipeline = await Pipeline.OpenAsync(fixture.Service.Address);
                    var random = new Random(unchecked(seed + part));
                    var mutant = new Mutant(random);
                    var counts = new int[600];
                    var sent = new (string Line, byte[]? Body)[AtOnce];
                    for (var batch = 0; batch <= batches; batch++)
                    {
                        for (var i = 0; i < AtOnce; i++)
                        {
                            var (method, path, body) = shapes[random.Next(shapes.Length)];
                            sent[i] = body.Length == 0
                                ? ($"{method} {mutant.Target(path)}", null)
                                : ($"{method} {path}", mutant.Body(body));
                            pipeline.Add(sent[i].Line, sent[i].Body, key);
                        }

                        await pipeline.SendAsync(AtOnce, (number, status, answer) =>
                        {
                            counts[status]++;
                            if (status == 200)
                            {
                                taken(shapes[0].Method, answer);
                            }

                            var isRight = status is 200 or 204
                                || (status is >= 400 and < 500 && (answer.Length == 0 || answer.IndexOf("\"code\":\""u8) >= 0));
                            if (!isRight || answer.IndexOf(secret) >= 0)
                            {
                                wrong.Enqueue(
                                    $"{sent[number].Line} {Shown(sent[number].Body)}: {status} {Encoding.UTF8.GetString(answer)}");
                            }
                        });
                        Assert.True(wrong.IsEmpty, $"seed {seed}: {string.Join('\n', wrong.Take(5))}");
                    }

                    for (var status = 0; status < counts.Length; status++)
                    {
                        if (counts[status] > 0)
                        {
                            statuses.AddOrUpdate(status, counts[status], (_, sum) => sum + counts[status]);
                        }
                    }
                });
            TestContext.Current.SendDiagnosticMessage(
                $"{route.Key}: {string.Join(' ', statuses.OrderBy(one => one.Key))} seed {seed}, {clock.Elapsed.TotalSeconds:n1} s");
        }

        return statuses.Keys;
    }

    private async Task<(Service Service, Trader Trader, string Order)> SetAsync(string name)
    {
        var trader = await fixture.Service.OpenTraderAsync(name, ("USDC", 1_000_000), ("SOL", 1_000_000));
        return (fixture.Service, trader, (await trader.LimitAsync("buy", "5", "1"))["order_id"]!);
    }

    // It serves, has written of no failure, knows its keys, and shows them to nobody.
    private static async Task SoundAsync(Service service, Trader trader)
    {
        var health = (await service.MustAsync("GET", "health")).Text;
        Assert.DoesNotContain("exchange", health);
        await trader.StateAsync();
        Assert.Equal(200, (await trader.PlaceAsync(new { market = "SOL/USDC", kind = "buy", price = "1", quantity = "1" })).Status);
        foreach (var word in (string[])["Unhandled", "unhandled", " fatal ", " error ", "   at Strikeline.", trader.Key, service.ControlToken])
        {
            Assert.DoesNotContain(word, service.Log);
        }

        // The next test's orders must not meet this one's.
        await service.MustAsync("DELETE", "api/v1/orders", key: trader.Key);
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(service.Metrics, Cancel);
        Assert.DoesNotContain("slk_", metrics);
    }

    private delegate void Taken(string method, ReadOnlySpan<byte> answer);
}
