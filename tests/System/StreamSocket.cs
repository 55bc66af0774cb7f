using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Strikeline.SystemTests;

/// <summary>A WebSocket client of the program.</summary>
internal sealed class StreamSocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[256 * 1024];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Why the server closed; null while it has not.</summary>
    public WebSocketCloseStatus? Closed => _socket.CloseStatus;

    /// <summary>Connects.</summary>
    public static async Task<StreamSocket> OpenAsync(Uri address, string path = "ws")
    {
        var client = new StreamSocket();
        await client._socket.ConnectAsync(new Uri($"ws://{address.Authority}/{path}"), Cancel);
        return client;
    }

    /// <summary>Subscribes to channels.</summary>
    public Task SubscribeAsync(params string[] channels) => SayAsync(new { op = "subscribe", channels });

    /// <summary>Sends an object.</summary>
    public Task SayAsync(object message) => SayTextAsync(JsonSerializer.Serialize(message));

    /// <summary>Sends a text as it is.</summary>
    public Task SayTextAsync(string text) => SayBytesAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends bytes as a text, or as binary, message.</summary>
    public Task SayBytesAsync(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Text) =>
        _socket.SendAsync(bytes, type, endOfMessage: true, Cancel);

    /// <summary>The next message; null where the server closed.</summary>
    public async Task<JsonElement?> NextAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Patience);
        var length = 0;
        while (true)
        {
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

    /// <summary>The next message of a channel; those of others are passed over.</summary>
    public async Task<JsonElement> NextAsync(string channel)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Patience)
        {
            var message = await NextAsync() ?? throw new InvalidOperationException($"closed: {Closed}");
            if (message.GetProperty("channel").GetString() == channel)
            {
                return message;
            }
        }

        throw new TimeoutException($"nothing on {channel}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Abort();
        _socket.Dispose();
    }
}
