using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Strikeline.SystemTests.Trading;

/// <summary>A kept connection with many requests under way at a time, for tests that send millions: no client of the
/// platform's is between them and the server.</summary>
internal sealed class Pipeline : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _host;
    private readonly List<byte> _requests = [];
    private byte[] _buffer = new byte[256 * 1024];
    private int _from;
    private int _to;

    private Pipeline(Uri address) => _host = Encoding.ASCII.GetBytes($" HTTP/1.1\r\nHost: {address.Authority}\r\n");

    /// <summary>What is done with an answer: its number in the batch, its status and its body.</summary>
    public delegate void Reader(int number, int status, ReadOnlySpan<byte> body);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Connects.</summary>
    public static async Task<Pipeline> OpenAsync(Uri address)
    {
        var client = new Pipeline(address);
        await client._socket.ConnectAsync(IPAddress.Loopback, address.Port, Cancel);
        return client;
    }

    /// <summary>Adds a request to the batch.</summary>
    /// <param name="line">Method, a space and the target.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="key">Whose it is.</param>
    public void Add(string line, byte[]? body, string key)
    {
        Write(line);
        _requests.AddRange(_host);
        Write("Authorization: Bearer ");
        Write(key);
        if (body is not null)
        {
            Write("\r\nContent-Type: application/json\r\nContent-Length: ");
            Write(body.Length.ToString(CultureInfo.InvariantCulture));
        }

        _requests.AddRange("\r\n\r\n"u8);
        _requests.AddRange(body ?? []);
    }

    /// <summary>Sends the batch and reads the answers of all of it.</summary>
    public async Task SendAsync(int requests, Reader read)
    {
        var bytes = _requests.ToArray();
        _requests.Clear();
        var sending = _socket.SendAsync(bytes, SocketFlags.None, Cancel);
        for (var number = 0; number < requests; number++)
        {
            int head;
            while ((head = _buffer.AsSpan(_from, _to - _from).IndexOf("\r\n\r\n"u8)) < 0)
            {
                await FillAsync();
            }

            var status = int.Parse(_buffer.AsSpan(_from + 9, 3), CultureInfo.InvariantCulture);
            var length = Length(_buffer.AsSpan(_from, head));
            _from += head + 4;
            if (length >= 0)
            {
                while (_to - _from < length)
                {
                    await FillAsync();
                }

                read(number, status, _buffer.AsSpan(_from, length));
                _from += length;
            }
            else
            {
                read(number, status, await ChunksAsync());
            }
        }

        Assert.Equal(bytes.Length, await sending);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // Of the body by the answer's head; -1 for one in chunks.
    private static int Length(ReadOnlySpan<byte> head)
    {
        var named = head.IndexOf("\r\nContent-Length: "u8);
        if (named < 0)
        {
            return head.IndexOf("\r\nTransfer-Encoding: chunked"u8) < 0 ? 0 : -1;
        }

        var value = head[(named + 18)..];
        var end = value.IndexOf((byte)'\r');
        return int.Parse(end < 0 ? value : value[..end], CultureInfo.InvariantCulture);
    }

    private async ValueTask<byte[]> ChunksAsync()
    {
        var body = new List<byte>();
        while (true)
        {
            int end;
            while ((end = _buffer.AsSpan(_from, _to - _from).IndexOf("\r\n"u8)) < 0)
            {
                await FillAsync();
            }

            var length = int.Parse(_buffer.AsSpan(_from, end), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            _from += end + 2;
            while (_to - _from < length + 2)
            {
                await FillAsync();
            }

            body.AddRange(_buffer.AsSpan(_from, length));
            _from += length + 2;
            if (length == 0)
            {
                return [.. body];
            }
        }
    }

    private async ValueTask FillAsync()
    {
        if (_from > 0)
        {
            _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
            (_from, _to) = (0, _to - _from);
        }

        if (_to == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_to), SocketFlags.None, Cancel);
        Assert.True(received > 0, "the server closed the connection");
        _to += received;
    }

    private void Write(string text)
    {
        foreach (var letter in text)
        {
            _requests.Add((byte)letter);
        }
    }
}
