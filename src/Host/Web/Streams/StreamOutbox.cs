using System.Buffers;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;

namespace Strikeline.Host.Web.Streams;

/// <summary>What one WebSocket client is to be told, and the one way to it.</summary>
/// <remarks>
/// Any thread puts and wakes; one at a time sends. That is whoever reads from the client, as long as it takes in a
/// message: what can be answered at once is answered without another thread. Else it is the thread pool, which is asked
/// when there is something to send and nobody sends.
/// </remarks>
/// <param name="socket">The way.</param>
/// <param name="send">Sends what there is; never fails. False where nothing is to be sent any more.</param>
internal sealed class StreamOutbox(WebSocket socket, Func<ValueTask<bool>> send) : IThreadPoolWorkItem, IDisposable
{
    private const int MostReplies = 32;
    private const int MostOrderReplies = 1_024;
    private const int PieceBytes = 16 * 1024;

    // What the sending is at.
    private const int Resting = 0;
    private const int Sending = 1;
    private const int SendingWithMoreToCome = 2;
    private const int Over = 3;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Queue<(byte[]? Ready, OrderReply? Order)> _replies = [];
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private Utf8JsonWriter? _json;
    private int _state;
    private long _sendingSince;
    private volatile bool _isOverfull;

    /// <summary>True where the client does not take the replies that it has asked for.</summary>
    public bool IsOverfull => _isOverfull;

    /// <summary>There may be something to send.</summary>
    /// <returns>False where somebody sends already, who then looks again, or nobody does any more.</returns>
    public bool Wake()
    {
        while (true)
        {
            switch (Volatile.Read(ref _state))
            {
                case Resting when Moves(Resting, Sending):
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                    return true;
                case Sending when Moves(Sending, SendingWithMoreToCome):
                case SendingWithMoreToCome:
                case Over:
                    return false;
            }
        }
    }

    /// <summary>Takes the sending, unless somebody has it: who has taken it calls <see cref="Finish"/>.</summary>
    public bool TryBegin() => Moves(Resting, Sending);

    /// <summary>Sends what has come since <see cref="TryBegin"/>, and leaves the sending. What the client does not take
    /// at once goes on without the caller.</summary>
    public void Finish()
    {
        if (!Moves(Sending, Resting))
        {
            _ = SendAllAsync();
        }
    }

    /// <summary>Ends when nobody sends, and nobody will; once <c>send</c> says so.</summary>
    public Task EndAsync()
    {
        while (true)
        {
            switch (Volatile.Read(ref _state))
            {
                case Resting when Moves(Resting, Over):
                    return Task.CompletedTask;
                case Sending when Moves(Sending, SendingWithMoreToCome):
                case SendingWithMoreToCome:
                case Over:
                    return _over.Task;
            }
        }
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => _ = SendAllAsync();

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
            if (order is not null)
            {
                await order.PrepareAsync();
            }

            await SendAsync(ready ?? Write(order!));
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
    public void Dispose() => _json?.Dispose();

    private async Task SendAllAsync()
    {
        do
        {
            // Before it looks: what comes from now on is looked at once more.
            Interlocked.Exchange(ref _state, Sending);
            if (!await send())
            {
                Volatile.Write(ref _state, Over);
                _over.SetResult();
                return;
            }
        }
        while (!Moves(Sending, Resting));
    }

    private bool Moves(int from, int to) => Interlocked.CompareExchange(ref _state, to, from) == from;

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
    private ReadOnlyMemory<byte> Write(OrderReply reply)
    {
        _buffer.ResetWrittenCount();
        _json ??= new Utf8JsonWriter(_buffer);
        _json.Reset();
        reply.Write(_json);
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
