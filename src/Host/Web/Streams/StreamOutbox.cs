using System.Buffers;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;

namespace Strikeline.Host.Web.Streams;

/// <summary>What one WebSocket client is to be told, and the one way to it.</summary>
/// <remarks>Any thread puts and wakes; the client's sending loop alone waits, takes and sends.</remarks>
internal sealed class StreamOutbox(WebSocket socket) : IDisposable
{
    private const int MostReplies = 32;
    private const int MostOrderReplies = 1_024;
    private const int PieceBytes = 16 * 1024;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Queue<(byte[]? Ready, OrderReply? Order)> _replies = [];
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private Utf8JsonWriter? _json;
    private int _isAwake;
    private long _sendingSince;
    private volatile bool _isOverfull;

    /// <summary>True where the client does not take the replies that it has asked for.</summary>
    public bool IsOverfull => _isOverfull;

    /// <summary>There may be something to send.</summary>
    /// <returns>False where it knows that already, as one does that is still sending.</returns>
    public bool Wake()
    {
        if (Interlocked.Exchange(ref _isAwake, 1) != 0)
        {
            return false;
        }

        try
        {
            _wake.Release();
        }
        catch (ObjectDisposedException)
        {
            // Gone.
        }

        return true;
    }

    /// <summary>Until there may be something to send.</summary>
    public async ValueTask WaitAsync()
    {
        await _wake.WaitAsync();
        Volatile.Write(ref _isAwake, 0);
    }

    /// <summary>A reply; left out where the client has too many waiting.</summary>
    public void Put(byte[] message)
    {
        lock (_gate)
        {
            if (_replies.Count < MostReplies)
            {
                _replies.Enqueue((message, null));
            }
        }

        Wake();
    }

    /// <summary>The reply to an order, which is never left out: a client that does not take it is cut off.</summary>
    public void Put(OrderReply reply)
    {
        lock (_gate)
        {
            _isOverfull |= _replies.Count >= MostOrderReplies;
            if (!_isOverfull)
            {
                _replies.Enqueue((null, reply));
            }
        }

        Wake();
    }

    /// <summary>Sends the replies that wait.</summary>
    public async ValueTask SendRepliesAsync()
    {
        while (TryTake(out var ready, out var order))
        {
            await SendAsync(ready ?? Write(await order!.AnswerAsync()));
        }
    }

    /// <summary>Sends a message.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> message)
    {
        // In pieces: a client that reads slowly holds no copy of a whole book.
        for (; message.Length > PieceBytes; message = message[PieceBytes..])
        {
            await SendAsync(message[..PieceBytes], isEnd: false);
        }

        await SendAsync(message, isEnd: true);
    }

    /// <summary>Sends a part of a message.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> part, bool isEnd)
    {
        var sending = socket.SendAsync(part, WebSocketMessageType.Text, isEnd, CancellationToken.None);
        return sending.IsCompletedSuccessfully ? sending : WatchAsync(sending);
    }

    /// <summary>Cuts off a client that has taken nothing for too long; any thread, now and then.</summary>
    public void CutWhenStuck()
    {
        if (Volatile.Read(ref _sendingSince) is var since and not 0
            && Stopwatch.GetElapsedTime(since) > s_patience)
        {
            socket.Abort();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _wake.Dispose();
        _json?.Dispose();
    }

    private async ValueTask WatchAsync(ValueTask sending)
    {
        Volatile.Write(ref _sendingSince, Stopwatch.GetTimestamp());
        try
        {
            await sending;
        }
        finally
        {
            Volatile.Write(ref _sendingSince, 0);
        }
    }

    // Valid until the next one: each is sent before that.
    private ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        _buffer.ResetWrittenCount();
        _json ??= new Utf8JsonWriter(_buffer);
        _json.Reset();
        write(_json);
        _json.Flush();
        return _buffer.WrittenMemory;
    }

    private bool TryTake(out byte[]? ready, out OrderReply? order)
    {
        lock (_gate)
        {
            var isThere = _replies.TryDequeue(out var reply);
            (ready, order) = reply;
            return isThere;
        }
    }
}
