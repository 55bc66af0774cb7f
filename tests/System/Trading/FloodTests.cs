using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Strikeline.Unit;

namespace Strikeline.SystemTests.Trading;

/// <summary>Very many connections that say nothing, half of something, or a byte now and then: they take places and keep
/// out nobody.</summary>
public sealed class FloodTests
{
    private const string Order = """{"market":"SOL/USDC","kind":"buy","price":"9","quantity":"0.01"}""";
    private const string Upgrade =
        "GET /ws HTTP/1.1\r\nHost: {own}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    // What a connection says at once, and what it then says byte by byte.
    private static readonly (string AtOnce, string Slowly)[] Bad =
    [
        ("", ""),
        ("", "GET /health HTTP/1.1\r\nHost: {own}\r\nX-A: " + new string('a', 4_000)),
        ("G", ""),
        ("GET /api/v1/orders HTTP/1.1\r\nHost: {own}\r\n", "X-B: " + new string('b', 4_000)),
        ("POST /api/v1/order HTTP/1.1\r\nHost: {own}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
            + "Content-Length: 4000\r\n\r\n", new string(' ', 3_999)),
        ("POST /api/v1/order HTTP/1.1\r\nHost: {own}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n", "fff\r\n" + new string(' ', 3_999)),
        (Upgrade, "X-C: " + new string('c', 4_000)),
        (Upgrade + "\r\n", ""),
        (Upgrade + "\r\n", "\u0081\u00fe\u0fff0000" + new string(' ', 4_000)),
        ("GET /ws/markets HTTP/1.1\r\nHost: {own}\r\n" + Upgrade[(Upgrade.IndexOf("Connection", StringComparison.Ordinal))..], ""),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ""),
        ("\u0016\u0003\u0001\u0002\u0000", "\u0001\u0000\u0001\u00fc\u0003\u0003"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Half_open_connections_and_slow_senders_do_not_stop_a_good_client()
    {
        await using var service = await Service.OpenAsync();
        await HoldAsync(service, Counts.Of(10_000, 600), cuts: false);
    }

    [Fact]
    public async Task Nor_do_more_of_them_than_the_program_may_open_files()
    {
        // 512 places are left of 1,024 files: all others are the program's own, which must go on opening its own.
        await using var service = await Service.OpenAsync(openFiles: 1_024);
        Assert.Contains("at most 512 connections", service.Log);
        await HoldAsync(service, Counts.Of(6_000, 1_500), cuts: true);
    }

    [Fact]
    public async Task Silent_subscribers_leave_places_to_who_has_a_key()
    {
        await using var service = await Service.OpenAsync(openFiles: 1_024);
        var trader = await service.OpenTraderAsync("good", ("USDC", 1_000_000));
        var deaf = new List<Socket>();
        try
        {
            var wish = """{"op":"subscribe","channels":["depth@SOL/USDC"]}""";
            byte[] frame = [0x81, (byte)(0x80 | wish.Length), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(wish)];
            for (var i = 0; i < 700; i++)
            {
                deaf.Add(await ConnectAsync(service, i));
                await SayAsync(service, deaf[^1], Upgrade + "\r\n", trader.Key);
                await deaf[^1].SendAsync(frame, Cancel);
            }

            await TradeAsync(service, trader, 5);
        }
        finally
        {
            deaf.ForEach(one => one.Dispose());
        }
    }

    private static async Task HoldAsync(Service service, int connections, bool cuts)
    {
        var trader = await service.OpenTraderAsync("good", ("USDC", 1_000_000));
        using var lasting = await TradingSocket.OpenAsync(service.Address, trader.Key);
        await lasting.SubscribeAsync("orders");
        await lasting.NextAsync("orders");
        var held = new List<(Socket Socket, string Slowly)>();
        var placed = 0;
        try
        {
            const int Rounds = 10;
            for (var round = 0; round < Rounds; round++)
            {
                for (var i = 0; i < connections / Rounds; i++)
                {
                    var (atOnce, slowly) = Bad[i % Bad.Length];
                    var socket = await ConnectAsync(service, held.Count);
                    held.Add((socket, slowly.Replace("{own}", service.Address.Authority, StringComparison.Ordinal)));
                    await SayAsync(service, socket, atOnce, trader.Key);
                }

                foreach (var one in held.Where(one => one.Slowly.Length > round).ToArray())
                {
                    if (!await SayAsync(service, one.Socket, one.Slowly.Substring(round, 1), trader.Key))
                    {
                        one.Socket.Dispose();
                        held.Remove(one);
                    }
                }

                placed += await TradeAsync(service, trader, 3);
                var reply = await lasting.AskAsync(
                    "order.place", new { market = "SOL/USDC", kind = "buy", price = "9", quantity = "0.01" });
                Assert.True(reply.GetProperty("ok").GetBoolean(), $"{reply}");
                placed++;
            }

            // Everything is there, and the good client's stream was told of all of it.
            Assert.Equal(placed, (await trader.OrdersAsync()).Length);
            var told = new HashSet<string?>();
            while (told.Count < placed)
            {
                var message = await lasting.NextAsync("orders");
                told.UnionWith(message.GetProperty("data").GetProperty("orders").EnumerateArray()
                    .Select(one => one.GetProperty("order_id").GetString()));
            }

            using var http = new HttpClient();
            var cut = (await http.GetStringAsync(service.Metrics, Cancel)).Split('\n')
                .FirstOrDefault(line => line.StartsWith("connections_cut_total", StringComparison.Ordinal), "none 0").Split(' ')[1];
            Assert.Equal(cuts, double.Parse(cut, CultureInfo.InvariantCulture) > 0);
        }
        finally
        {
            held.ForEach(one => one.Socket.Dispose());
        }

        foreach (var word in (string[])["Unhandled", " fatal ", " error ", "Too many open files", trader.Key])
        {
            var at = service.Log.IndexOf(word, StringComparison.OrdinalIgnoreCase);
            Assert.True(at < 0, at < 0 ? null : service.Log[Math.Max(0, at - 200)..Math.Min(service.Log.Length, at + 3_000)]);
        }
    }

    // As a client that has just come: new connections, over REST and the WebSocket.
    private static async Task<int> TradeAsync(Service service, Trader trader, int orders)
    {
        for (var i = 0; i < orders; i++)
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Address, "api/v1/order"));
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {trader.Key}");
            request.Content = new StringContent(Order, Encoding.UTF8, "application/json");
            using var answer = await http.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var socket = await TradingSocket.OpenAsync(service.Address, trader.Key);
        var reply = await socket.AskAsync("order.place", new { market = "SOL/USDC", kind = "buy", price = "9", quantity = "0.01" });
        Assert.True(reply.GetProperty("ok").GetBoolean(), $"{reply}");
        return orders + 1;
    }

    // From several addresses: one alone has not enough ports for ten thousand.
    private static async Task<Socket> ConnectAsync(Service service, int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + (number % 8))]), 0));
        await socket.ConnectAsync(IPAddress.Loopback, service.Address.Port, Cancel);
        return socket;
    }

    // False where the server has cut it.
    private static async Task<bool> SayAsync(Service service, Socket socket, string text, string key)
    {
        try
        {
            await socket.SendAsync(
                Encoding.Latin1.GetBytes(text.Replace("{own}", service.Address.Authority, StringComparison.Ordinal)
                    .Replace("{key}", key, StringComparison.Ordinal)),
                Cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
