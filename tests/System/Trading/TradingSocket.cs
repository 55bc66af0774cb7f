using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Strikeline.SystemTests.Trading;

/// <summary>A WebSocket client of the exchange; what it is not asked for it keeps in order.</summary>
internal sealed class TradingSocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();
    private readonly LinkedList<JsonElement> _kept = new();
    private byte[] _buffer = new byte[64 * 1024];
    private long _id;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Connects, and says who it is where a key is given.</summary>
    public static async Task<TradingSocket> OpenAsync(Uri address, string? key)
    {
        var client = new TradingSocket();
        await client._socket.ConnectAsync(new Uri($"ws://{address.Authority}/ws"), Cancel);
        if (key is not null)
        {
            await client.AuthAsync(key);
        }

        return client;
    }

    /// <summary>Says who it is; the key must hold.</summary>
    public async Task AuthAsync(string key)
    {
        await SayAsync(new { op = "auth", key });
        var answer = await NextAsync(message => message.GetProperty("channel").GetString() is "auth" or "error");
        Assert.True(answer.GetProperty("channel").GetString() == "auth", answer.ToString());
    }

    /// <summary>Subscribes.</summary>
    public Task SubscribeAsync(params string[] channels) => SayAsync(new { op = "subscribe", channels });

    /// <summary>Subscribes to one channel behind a sequence.</summary>
    public Task ResumeAsync(string channel, long since) => SayAsync(new
    {
        op = "subscribe", channels = new[] { channel }, since = new Dictionary<string, long> { [channel] = since },
    });

    /// <summary>Sends an object.</summary>
    public Task SayAsync(object message) => SayTextAsync(JsonSerializer.Serialize(message));

    /// <summary>Sends a text as it is.</summary>
    public Task SayTextAsync(string text) => SayBytesAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends bytes as a text message.</summary>
    public Task SayBytesAsync(byte[] bytes) =>
        _socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, Cancel);

    /// <summary>Drops what was kept.</summary>
    public void Forget() => _kept.Clear();

    /// <summary>Asks about an order and waits for the reply.</summary>
    public async Task<JsonElement> AskAsync(string op, object order)
    {
        var id = ++_id;
        await SayAsync(new { op, id, order });
        return await NextAsync(message => message.GetProperty("channel").GetString() == "reply"
            && message.GetProperty("id").GetInt64() == id);
    }

    /// <summary>The next message of a channel.</summary>
    public Task<JsonElement> NextAsync(string channel) =>
        NextAsync(message => message.GetProperty("channel").GetString() == channel);

    /// <summary>The next message that is looked for; the others stay for later.</summary>
    public async Task<JsonElement> NextAsync(Predicate<JsonElement> right)
    {
        for (var node = _kept.First; node is not null; node = node.Next)
        {
            if (right(node.Value))
            {
                _kept.Remove(node);
                return node.Value;
            }
        }

        while (true)
        {
            var message = await ReceiveAsync()
                ?? throw new InvalidOperationException($"closed: {_socket.CloseStatus} {string.Join(' ', _kept)}");
            if (right(message))
            {
                return message;
            }

            _kept.AddLast(message);
        }
    }

    /// <summary>Reads until the server closes, and says why it did.</summary>
    public async Task<WebSocketCloseStatus?> EndAsync()
    {
        while (await ReceiveAsync() is not null)
        {
            // Passed over.
        }

        return _socket.CloseStatus;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Abort();
        _socket.Dispose();
    }

    private async Task<JsonElement?> ReceiveAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Patience);
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, 2 * length);
            }

            var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), limit.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return JsonDocument.Parse(_buffer.AsMemory(0, length).ToArray()).RootElement;
            }
        }
    }
}
