using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Strikeline.Host.Bench;

/// <summary>A WebSocket client as thin as it can be, so that what is measured is the server.</summary>
internal sealed class BenchSocket : IDisposable
{
    private const int PatienceMs = 20_000;
    private const int Ping = 9;
    private const int Pong = 10;

    private readonly Socket _socket;
    private byte[] _buffer = new byte[32 * 1024];
    private int _filled;
    private int _taken;

    private BenchSocket(Socket socket) => _socket = socket;

    /// <summary>Connects and shakes hands.</summary>
    /// <exception cref="InvalidOperationException">The server refused.</exception>
    public static async Task<BenchSocket> OpenAsync(int port, string path, int? receiveBufferBytes = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true, ReceiveTimeout = PatienceMs,
        };
        if (receiveBufferBytes is { } bytes)
        {
            socket.ReceiveBufferSize = bytes;
        }

        await socket.ConnectAsync(IPAddress.Loopback, port);
        var client = new BenchSocket(socket);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Version: 13\r\n"
            + $"Sec-WebSocket-Key: {Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))}\r\n\r\n"));
        int end;
        while ((end = client._buffer.AsSpan(0, client._filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await client.FillAsync();
        }

        if (!client._buffer.AsSpan().StartsWith("HTTP/1.1 101"u8))
        {
            throw new InvalidOperationException(
                "the server refused: " + Encoding.ASCII.GetString(client._buffer, 0, Math.Min(end, 200)));
        }

        client._taken = end + 4;
        return client;
    }

    /// <summary>Waits for the next message; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Read()
    {
        int start;
        int length;
        while (!TryFrame(out start, out length))
        {
            MakeRoom();
            var received = _socket.Receive(_buffer.AsSpan(_filled));
            _filled += received > 0 ? received : throw new InvalidOperationException("the server closed");
        }

        return _buffer.AsMemory(start, length);
    }

    /// <summary>As <see cref="Read"/>, without a thread of its own.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync()
    {
        int start;
        int length;
        while (!TryFrame(out start, out length))
        {
            await FillAsync();
        }

        return _buffer.AsMemory(start, length);
    }

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes)..];
        }
    }

    /// <summary>As <see cref="SendAsync"/>, on the caller's thread.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async ValueTask FillAsync()
    {
        MakeRoom();
        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_filled));
        _filled += received > 0 ? received : throw new InvalidOperationException("the server closed");
    }

    private void MakeRoom()
    {
        if (_taken > 0)
        {
            _buffer.AsSpan(_taken, _filled - _taken).CopyTo(_buffer);
            (_filled, _taken) = (_filled - _taken, 0);
        }

        if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }

    // Passes over what the protocol says for itself: pings and pongs are no messages.
    private bool TryFrame(out int start, out int length)
    {
        while (TryAnyFrame(out var opcode, out start, out length))
        {
            if (opcode is not (Ping or Pong))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryAnyFrame(out int opcode, out int start, out int length)
    {
        var frame = _buffer.AsSpan(_taken, _filled - _taken);
        (opcode, start, length) = (0, 0, 0);
        if (frame.Length < 2)
        {
            return false;
        }

        var header = frame[1] switch { 126 => 4, 127 => 10, _ => 2 };
        if (frame.Length < header)
        {
            return false;
        }

        length = header switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(frame[2..]),
            10 => (int)BinaryPrimitives.ReadUInt64BigEndian(frame[2..]),
            _ => frame[1],
        };
        start = _taken + header;
        if (frame.Length < header + length)
        {
            return false;
        }

        opcode = _buffer[_taken] & 0x0f;
        _taken = start + length;
        return true;
    }
}
