using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Strikeline.Unit;

namespace Strikeline.SystemTests.Trading;

/// <summary>A thousand clients that subscribe to everything and never read: they cost little, the others get everything,
/// and who begins to read again goes on from where it was. What they cost the others in time is printed by
/// <c>strikeline bench slow-clients</c>.</summary>
public sealed class SlowClientTests
{
    private const int Silent = 1_000;
    private const int ReceiveBytes = 16 * 1024;
    private const long MostGrownBytes = 300_000_000;
    private const int MostDrainedBytes = 50_000_000;

    // Shorter than the time between two states of the ticker, which never ends.
    private const int QuietMicros = 100_000;

    private static readonly string[] Channels = ["orders", "depth@SOL/USDC", "trade@SOL/USDC", "ticker@SOL/USDC"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_clients_that_never_read_cost_little_and_stop_nobody()
    {
        await using var service = await Service.OpenAsync();
        var trader = await service.OpenTraderAsync("busy", ("USDC", 100_000_000), ("SOL", 1_000_000));
        var other = await service.OpenTraderAsync("other", ("USDC", 100_000_000), ("SOL", 1_000_000));
        List<Trader> traders = [trader, other];
        await StreamTests.LoadAsync(traders, 500, 1);
        var view = new ExchangeView(service.Address, trader.Key);
        await view.SettleAsync(trader);

        var before = service.Program.ResidentBytes;
        var most = before;
        var crowd = new List<Socket>();
        try
        {
            for (var i = 0; i < Silent; i++)
            {
                crowd.Add(await SubscribeAsync(service, trader.Key));
            }

            // As long as the good client has not gone on often enough to tell something.
            for (var round = 0; round < Counts.Of(40, 3) || view.Resumed <= 100; round++)
            {
                Assert.True(round < 200, $"{view.Resumed}");
                // The good client is connected while there is load, and knows everything after it.
                var load = StreamTests.LoadAsync(traders, Counts.Of(5_000, 600), round);
                await view.RunAsync(1_000_000);
                await load;
                most = Math.Max(most, service.Program.ResidentBytes);
                var (sequence, bids, asks) = await service.DepthAsync("SOL/USDC");
                await view.UntilAsync(sequence, 0);
                Assert.Equal(bids, view.Levels(bids: true));
                Assert.Equal(asks, view.Levels(bids: false));
                await view.SettleAsync(trader);
            }

            TestContext.Current.SendDiagnosticMessage($"{Silent} silent clients: {(most - before) / 1e6:n0} MB more");
            Assert.True(most - before <= MostGrownBytes, $"{(most - before) / 1e6:n0} MB for {Silent} silent clients");

            // Some of them wake up: what lies there is a chain without a gap, and where it ends they can go on.
            foreach (var late in crowd.Take(3))
            {
                var position = Drain(late);
                using var socket = await TradingSocket.OpenAsync(service.Address, trader.Key);
                await socket.ResumeAsync("orders", position);
                await trader.LimitAsync("buy", "1", "0.01");
                var next = await socket.NextAsync("orders");
                Assert.True(
                    next.GetProperty("type").GetString() == "snapshot" || next.GetProperty("previous").GetInt64() == position,
                    $"{next} behind {position}");
            }
        }
        finally
        {
            crowd.ForEach(one => one.Dispose());
        }

        Assert.DoesNotContain("Unhandled", service.Log, StringComparison.OrdinalIgnoreCase);
    }

    // A WebSocket by hand: a client of the platform's would read in advance.
    private static async Task<Socket> SubscribeAsync(Service service, string key)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true, ReceiveBufferSize = ReceiveBytes,
        };
        await socket.ConnectAsync(IPAddress.Loopback, service.Address.Port, Cancel);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes(
                $"GET /ws HTTP/1.1\r\nHost: {service.Address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"), Cancel);
        foreach (var word in (object[])[new { op = "auth", key }, new { op = "subscribe", channels = Channels }])
        {
            var text = JsonSerializer.SerializeToUtf8Bytes(word);
            byte[] length = text.Length < 126 ? [(byte)(0x80 | text.Length)] : [0x80 | 126, 0, (byte)text.Length];
            await socket.SendAsync((byte[])[0x81, .. length, 0, 0, 0, 0, .. text], Cancel);
        }

        return socket;
    }

    // Reads what there is until the server has cut it or has nothing more; the last position of the account's channel.
    private static long Drain(Socket socket)
    {
        var bytes = new List<byte>();
        var buffer = new byte[64 * 1024];
        try
        {
            while (bytes.Count < MostDrainedBytes && socket.Poll(QuietMicros, SelectMode.SelectRead)
                && socket.Receive(buffer) is > 0 and var received)
            {
                bytes.AddRange(buffer.AsSpan(0, received));
            }
        }
        catch (SocketException)
        {
            // Cut off, or the end of what there is.
        }

        var all = bytes.ToArray();
        var at = all.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        var message = new List<byte>();
        var position = -1L;
        while (all.Length - at >= 2)
        {
            var (header, length) = all[at + 1] switch
            {
                126 when all.Length - at >= 4 => (4, BinaryPrimitives.ReadUInt16BigEndian(all.AsSpan(at + 2))),
                126 => (4, int.MaxValue / 2),
                var small => (2, small),
            };
            if (all.Length - at < header + length)
            {
                break;
            }

            var (opcode, isWhole) = (all[at] & 0x0f, (all[at] & 0x80) != 0);
            if (opcode < 8)
            {
                message.AddRange(all.AsSpan(at + header, length));
                if (isWhole)
                {
                    position = Take(JsonDocument.Parse(message.ToArray()).RootElement, position);
                    message.Clear();
                }
            }

            at += header + length;
        }

        return position;
    }

    private static long Take(JsonElement message, long position)
    {
        if (message.GetProperty("channel").GetString() != "orders")
        {
            return position;
        }

        if (message.GetProperty("type").GetString() == "update")
        {
            Assert.Equal(position, message.GetProperty("previous").GetInt64());
        }

        return message.GetProperty("sequence").GetInt64();
    }
}
