using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Strikeline.Unit;

namespace Strikeline.SystemTests.Trading;

/// <summary>Requests that were right until a few bytes were changed: whatever comes of them, the server answers, names
/// what is wrong, and goes on.</summary>
public sealed class MutationTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private const int Askers = 8;

    private static readonly string[] Tokens =
    [
        "1e400", "-1", "0", "null", "true", "[]", "{}", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "99999999999999999999", "1e-400",
        "0.000000001", "-0", ",", ":", "\"", "{", "}", "[", "\\", "\u00ff", "\"market\":\"BTC/USDC\",", "\"price\":1,", "9223372036854775807",
        "2147483648", "NaN", "&", "=", "%", "%00", "%ff", "..", "/", "\"stp\":\"decrement\",", "\"post_only\":true,", "\"tif\":\"gtd\",",
    ];

    private static readonly (string Method, string Path, string Body)[] Requests =
    [
        ("POST", "api/v1/order", """{"market":"SOL/USDC","kind":"buy","price":"9.5","quantity":"0.25","tif":"gtc","client_id":"abc-1"}"""),
        ("POST", "api/v1/order", """{"market":"SOL/USDC","kind":"sell","type":"stop_limit","stop_price":"8","price":"9","quantity":2}"""),
        ("PATCH", "api/v1/order", """{"market":"SOL/USDC","order_id":"{order}","price":"9.25","quantity":"3"}"""),
        ("DELETE", "api/v1/order", """{"market":"SOL/USDC","client_id":"abc-1"}"""),
        ("DELETE", "api/v1/order?market=SOL/USDC&order_id={order}", ""),
        ("DELETE", "api/v1/orders?market=BTC/USDC", ""),
        ("GET", "api/v1/orders?market=SOL/USDC", ""),
        ("GET", "api/v1/balances", ""),
        ("GET", "api/v1/instruments", ""),
        ("GET", "api/v1/depth?market=SOL/USDC&limit=5", ""),
        ("GET", "api/v1/trades?market=SOL/USDC&limit=5", ""),
        ("GET", "api/v1/tickers?market=SOL/USDC", ""),
        ("GET", "api/v1/klines?market=SOL/USDC&interval=1m&from=1&to=1800000000000&limit=5", ""),
        ("GET", "api/v1/orders/history?market=SOL/USDC&from=1&to=1800000000000&limit=5", ""),
        ("GET", "api/v1/fills?market=SOL/USDC&from=1&to=1800000000000&limit=5", ""),
        ("GET", "api/v1/export/orders.csv?market=SOL/USDC&from=1", ""),
        ("GET", "api/v1/export/fills.csv?market=SOL/USDC&from=1", ""),
        ("GET", "api/v1/export/balances.csv", ""),
        ("POST", "api/v1/admin/accounts", """{"name":"mutant"}"""),
        ("POST", "api/v1/admin/deposits", """{"account":1,"asset":"USDC","amount":"0.5","client_id":"d1"}"""),
        ("POST", "api/v1/admin/withdrawals", """{"account":1,"asset":"USDC","amount":"0.5"}"""),
        ("POST", "api/v1/admin/keys", """{"account":1,"name":"k","scopes":"read"}"""),
        ("DELETE", "api/v1/admin/keys", """{"account":1,"name":"k"}"""),
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
    public async Task Mutated_requests_never_bring_it_down_and_are_answered_with_codes()
    {
        var (service, trader, order) = await SetAsync();
        var seed = Environment.TickCount;
        var wrong = new ConcurrentBag<string>();
        var statuses = new ConcurrentDictionary<int, int>();
        var each = Counts.Of(100_000, 500);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Requests.Length * Askers), new ParallelOptions { MaxDegreeOfParallelism = Askers, CancellationToken = Cancel },
            async (part, _) =>
            {
                var (method, path, body) = Requests[part / Askers];
                var key = path.Contains("admin", StringComparison.Ordinal) ? service.ControlToken : trader.Key;
                var random = new Random(unchecked(seed + part));
                for (var i = 0; i < each / Askers; i++)
                {
                    var isQuery = body.Length == 0;
                    var target = isQuery ? MutatePath(random, path.Replace("{order}", order, StringComparison.Ordinal)) : path;
                    var bytes = isQuery ? null : Mutate(random, body.Replace("{order}", order, StringComparison.Ordinal));
                    var answer = await service.SendAsync(method, target, bytes, key);
                    statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
                    var isRight = answer.Status is 200 or 204 || (answer.Status is >= 400 and < 500
                        && (answer.Code is { Length: > 0 } || answer.Text.Length == 0));
                    if (!isRight || answer.Text.Contains(key, StringComparison.Ordinal))
                    {
                        wrong.Add($"seed {seed} {part}: {method} {target} {Shown(bytes)}: {answer.Status} {answer.Text}");
                    }
                }
            });
        TestContext.Current.SendDiagnosticMessage($"seed {seed}: {string.Join(' ', statuses.OrderBy(one => one.Key))}");
        Assert.Empty(wrong.Take(5));
        Assert.True(statuses.ContainsKey(200) && statuses.ContainsKey(400) && statuses.ContainsKey(404));
        await SoundAsync(service, trader);
    }

    [Fact]
    public async Task Mutated_messages_on_the_socket_neither()
    {
        var (service, trader, order) = await SetAsync();
        var seed = Environment.TickCount;
        await Parallel.ForEachAsync(Enumerable.Range(0, Askers), Cancel, async (part, cancel) =>
        {
            var random = new Random(unchecked(seed + part));
            TradingSocket? socket = null;
            for (var i = 0; i < Counts.Of(100_000, 1_000); i++)
            {
                socket ??= await TradingSocket.OpenAsync(service.Address, trader.Key);
                var word = Words[random.Next(Words.Length)]
                    .Replace("{order}", order, StringComparison.Ordinal).Replace("{key}", trader.Key, StringComparison.Ordinal);
                try
                {
                    await socket.SayBytesAsync(Mutate(random, word));
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

    private static byte[] Mutate(Random random, string text)
    {
        var bytes = new List<byte>(Encoding.UTF8.GetBytes(text));
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(7))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1 when at < bytes.Count:
                    bytes.RemoveRange(at, random.Next(Math.Min(8, bytes.Count - at)) + 1);
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3 when at < bytes.Count:
                    bytes.InsertRange(at, bytes.GetRange(at, random.Next(bytes.Count - at) + 1));
                    break;
                case 4:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)"[{\"9 "[random.Next(5)], random.Next(1, 600)));
                    break;
                case 5:
                    ReplaceValue(random, bytes);
                    break;
                default:
                    bytes.InsertRange(at, Encoding.Latin1.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
            }
        }

        return [.. bytes];
    }

    // A whole value of the grammar for another one: what goes deepest.
    private static void ReplaceValue(Random random, List<byte> bytes)
    {
        var colons = Enumerable.Range(0, bytes.Count).Where(i => bytes[i] == ':').ToArray();
        if (colons.Length == 0)
        {
            return;
        }

        var from = colons[random.Next(colons.Length)] + 1;
        var to = from;
        while (to < bytes.Count && bytes[to] is not ((byte)',' or (byte)'}'))
        {
            to++;
        }

        bytes.RemoveRange(from, to - from);
        bytes.InsertRange(from, Encoding.Latin1.GetBytes(Tokens[random.Next(Tokens.Length)]));
    }

    private static string MutatePath(Random random, string path)
    {
        // Within what an HTTP client lets through: the rest is the server's HTTP parser's, and not the API's.
        var start = path.IndexOf('?', StringComparison.Ordinal);
        var text = Encoding.Latin1.GetString(Mutate(random, start < 0 ? "?a=1" : path[start..]));
        var kept = new StringBuilder(start < 0 ? path : path[..start]).Append('?');
        foreach (var letter in text.Where(letter => letter != '#').Take(1_000))
        {
            kept.Append(letter is > ' ' and <= '~' and not ('"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}')
                ? letter.ToString()
                : $"%{((int)letter).ToString("X2", CultureInfo.InvariantCulture)}");
        }

        return kept.ToString();
    }

    private static string Shown(byte[]? bytes) => bytes is null ? "" : Encoding.Latin1.GetString(bytes);

    private async Task<(Service Service, Trader Trader, string Order)> SetAsync()
    {
        var trader = await fixture.Service.OpenTraderAsync("mutant", ("USDC", 1_000_000), ("SOL", 1_000_000));
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

        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(service.Metrics, Cancel);
        Assert.DoesNotContain("slk_", metrics);
    }
}
