using System.Net.Sockets;

namespace Strikeline.Host.Web.Broadcast;

/// <summary>One client's place in one stream.</summary>
internal sealed class Subscription(BroadcastClient client, LadderStream stream)
{
    public BroadcastClient Client { get; } = client;

    public LadderStream Stream { get; } = stream;

    /// <summary>The newest state that the client was given; 0 before the first.</summary>
    public long Sent { get; set; }
}

/// <summary>One connection: its socket, and at most one message that it has not taken whole.</summary>
/// <remarks>Owned by the broadcast loop, but for <see cref="Gone"/> and <see cref="Ended"/>.</remarks>
internal sealed class BroadcastClient : IDisposable
{
    private const int MostReplyBytes = 1024;

    private readonly Socket _socket;
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SharedFrame? _frame;
    private byte[]? _reply;
    private int _offset;
    private int _isOver;

    /// <summary>Takes over what is sent on an upgraded connection.</summary>
    public BroadcastClient(Socket socket, IReadOnlyList<LadderStream> streams)
    {
        // What the kernel keeps for a client that does not read is bounded too.
        socket.SendBufferSize = SendBufferBytes;
        socket.Blocking = false;
        _socket = socket;
        Subscriptions = [.. streams.Select(stream => new Subscription(this, stream))];
    }

    /// <summary>The most that the kernel holds for a client, before its own overhead.</summary>
    public const int SendBufferBytes = 64 * 1024;

    public IReadOnlyList<Subscription> Subscriptions { get; }

    /// <summary>True while a message has not been taken whole.</summary>
    public bool IsBusy => _frame is not null || _reply is not null;

    /// <summary>When it last took a byte, by the monotonic clock.</summary>
    public long ProgressTimestamp { get; set; }

    /// <summary>True once nothing more may be begun.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Cancelled when the broadcast has given the client up.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Done when the broadcast no longer touches the socket.</summary>
    public Task Gone => _gone.Task;

    /// <summary>Starts a message; only while not busy.</summary>
    /// <returns>False where the connection is broken.</returns>
    public bool Begin(SharedFrame frame)
    {
        var sent = Write(frame.Wire);
        if (sent >= 0 && sent < frame.Wire.Length)
        {
            (_frame, _offset) = (frame.Retain(), sent);
        }

        return sent >= 0;
    }

    /// <summary>Control frames of the protocol, between messages.</summary>
    /// <returns>False where the connection is broken or the client provokes more than it reads.</returns>
    public bool Reply(byte[] frame)
    {
        if ((_reply?.Length ?? 0) + frame.Length > MostReplyBytes)
        {
            return false;
        }

        _reply = _reply is null ? frame : [.. _reply, .. frame];
        return Continue(out _);
    }

    /// <summary>Goes on with what was not taken.</summary>
    /// <returns>False where the connection is broken.</returns>
    public bool Continue(out bool progressed)
    {
        progressed = false;
        if (_frame is not null)
        {
            var rest = _frame.Wire[_offset..];
            var sent = Write(rest);
            if (sent < rest.Length)
            {
                _offset += Math.Max(sent, 0);
                progressed = sent > 0;
                return sent >= 0;
            }

            _frame.Release();
            (_frame, _offset) = (null, 0);
            progressed = true;
        }

        if (_reply is null)
        {
            return true;
        }

        var taken = Write(_reply);
        if (taken < 0)
        {
            return false;
        }

        _reply = taken == _reply.Length ? null : _reply[taken..];
        progressed |= taken > 0;
        return true;
    }

    /// <summary>Lets go of everything: the reading side ends, and the connection with it.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
        {
            return;
        }

        _frame?.Release();
        (_frame, _reply) = (null, null);
        _ended.Cancel();
        _gone.TrySetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => _ended.Dispose();

    // The bytes that the kernel took: 0 where its buffer is full, -1 where the connection is broken.
    private int Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var sent = _socket.Send(bytes, SocketFlags.None, out var error);
            return error switch
            {
                SocketError.Success => sent,
                SocketError.WouldBlock => 0,
                _ => -1,
            };
        }
        catch (ObjectDisposedException)
        {
            return -1;
        }
    }
}
