using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Strikeline.Host.Bench;

/// <summary>A client that places the same two orders in turn, its requests ready as bytes.</summary>
internal abstract class OrderClient : IDisposable
{
    private const int MaskBytes = 4;
    private const int ShortFrame = 125;

    private int _sent;

    /// <summary>When the last order was sent, by the monotonic clock.</summary>
    public long SentAt { get; private set; }

    /// <summary>True while an answer is to come.</summary>
    public bool Waits { get; private set; }

    /// <summary>Buy and sell.</summary>
    private byte[][] Orders { get; set; } = [];

    /// <summary>Connects.</summary>
    public static async Task<OrderClient> OpenAsync(int port, OrderWay way, string key)
    {
        if (way == OrderWay.Http)
        {
            return new Http(port) { Orders = Both(order => Request(port, key, order)) };
        }

        var socket = await BenchSocket.OpenAsync(port, OrderLoad.SocketRoute);
        await socket.SendAsync(Frame($"{{\"op\":\"auth\",\"key\":\"{key}\"}}"));
        socket.Read();
        return new Ws(socket)
        {
            Orders = Both(order => Frame($"{{\"op\":\"order.place\",\"id\":1234567,\"order\":{order}}}")),
        };
    }

    /// <summary>Sends the next order.</summary>
    public void Send()
    {
        Waits = true;
        SentAt = Stopwatch.GetTimestamp();
        Write(Orders[_sent++ % Orders.Length]);
    }

    /// <summary>Waits for the answer; true where the order was filled.</summary>
    public bool Receive()
    {
        Waits = false;
        return Read().IndexOf("\"status\":\"filled\""u8) >= 0;
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Sends bytes as they are.</summary>
    protected abstract void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Waits for an answer's bytes.</summary>
    protected abstract ReadOnlySpan<byte> Read();

    private static byte[][] Both(Func<string, byte[]> request) =>
        [request(Order("buy", OrderLoad.Ask)), request(Order("sell", OrderLoad.Bid))];

    private static string Order(string kind, string price) =>
        $"{{\"market\":\"{OrderLoad.Market}\",\"kind\":\"{kind}\",\"type\":\"limit\",\"price\":\"{price}\","
        + "\"quantity\":\"0.01\",\"tif\":\"ioc\"}";

    private static byte[] Request(int port, string key, string order) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"POST {OrderLoad.Route} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
        + $"Content-Type: application/json\r\nContent-Length: {order.Length}\r\n\r\n{order}"));

    /// <summary>A text message as clients send it, masked with zeros: as good a mask as any other.</summary>
    public static byte[] Frame(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        return
        [
            0x81,
            .. bytes.Length <= ShortFrame
                ? (byte[])[(byte)(0x80 | bytes.Length)]
                : [0x80 | 126, (byte)(bytes.Length >> 8), (byte)bytes.Length],
            .. new byte[MaskBytes],
            .. bytes,
        ];
    }

    private sealed class Ws(BenchSocket socket) : OrderClient
    {
        public override void Dispose() => socket.Dispose();

        protected override void Write(ReadOnlySpan<byte> bytes) => socket.Send(bytes);

        protected override ReadOnlySpan<byte> Read() => socket.Read().Span;
    }

    private sealed class Http : OrderClient
    {
        private const int PatienceMs = 20_000;

        private static readonly byte[] s_end = "\r\n0\r\n\r\n"u8.ToArray();

        private readonly Socket _socket;
        private readonly byte[] _buffer = new byte[32 * 1024];

        public Http(int port)
        {
            _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true, ReceiveTimeout = PatienceMs,
            };
            _socket.Connect(IPAddress.Loopback, port);
        }

        public override void Dispose() => _socket.Dispose();

        protected override void Write(ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[_socket.Send(bytes)..];
            }
        }

        protected override ReadOnlySpan<byte> Read()
        {
            for (var filled = 0; ;)
            {
                var received = _socket.Receive(_buffer.AsSpan(filled));
                filled += received > 0 ? received : throw new InvalidOperationException("the server closed");
                var answer = _buffer.AsSpan(0, filled);
                if (IsWhole(answer))
                {
                    return answer;
                }
            }
        }

        private static bool IsWhole(ReadOnlySpan<byte> answer)
        {
            var head = answer.IndexOf("\r\n\r\n"u8);
            if (head < 0)
            {
                return false;
            }

            var length = answer[..head].IndexOf("Content-Length: "u8);
            if (length < 0)
            {
                return answer.EndsWith(s_end);
            }

            var number = 0;
            for (var at = length + 16; char.IsAsciiDigit((char)answer[at]); at++)
            {
                number = (number * 10) + (answer[at] - '0');
            }

            return answer.Length >= head + 4 + number;
        }
    }
}
