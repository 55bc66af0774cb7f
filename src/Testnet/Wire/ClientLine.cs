using System.Threading.Channels;
using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>What waits to be sent to one client: bounded; a client that does not keep up is cut off.</summary>
/// <remarks>Sending happens under the floor's lock; the connection's own task drains it.</remarks>
internal sealed class ClientLine(long id, Venue venue, FaultBoard faults) : IDisposable
{
    private readonly Channel<OutgoingFrame> _queue = Channel.CreateBounded<OutgoingFrame>(
        new BoundedChannelOptions(TestnetLimits.QueuedFrames) { SingleReader = true, SingleWriter = false });

    private readonly CancellationTokenSource _cut = new();
    private readonly Dictionary<int, (byte[] Bytes, FrameKind Kind)> _held = [];
    private long _queuedBytes;

    public long Id { get; } = id;

    public Venue Venue { get; } = venue;

    /// <summary>What the venue's booth remembers of this client.</summary>
    public object? Session { get; set; }

    public long OpenedNanos { get; init; }

    public long FramesSent { get; private set; }

    /// <summary>Cancelled when the connection must end at once, without a closing handshake.</summary>
    public CancellationToken Cut => _cut.Token;

    public ChannelReader<OutgoingFrame> Outgoing => _queue.Reader;

    /// <summary>Sends one frame; faults that stand for this venue or pair are applied here.</summary>
    public void Send(byte[] bytes, FrameKind kind, PairState? pair, long nowNanos)
    {
        if (kind == FrameKind.Control || pair is null)
        {
            Enqueue(bytes, nowNanos + faults.DelayNanos(Venue, null, nowNanos));
            return;
        }

        var delay = faults.DelayNanos(Venue, pair, nowNanos);
        if (kind == FrameKind.Book && faults.TakeOnce(this, pair, nowNanos) is { } fault)
        {
            Spoil(fault, bytes, pair, nowNanos + delay);
            return;
        }

        Enqueue(bytes, nowNanos + delay);
        if (kind == FrameKind.Book && _held.Remove(pair.Index, out var earlier))
        {
            Enqueue(earlier.Bytes, nowNanos + delay);
        }
    }

    /// <summary>Sends one frame as it is, not before a time.</summary>
    public void SendAt(byte[] bytes, long releaseNanos) => Enqueue(bytes, releaseNanos);

    /// <summary>Ends the connection with a closing handshake, after what is queued.</summary>
    public void Close(int status, string reason, long nowNanos)
    {
        if (!_queue.Writer.TryWrite(new OutgoingFrame([], nowNanos, status, reason)))
        {
            Abort();
        }

        _queue.Writer.TryComplete();
    }

    /// <summary>Ends the connection at once.</summary>
    public void Abort()
    {
        _queue.Writer.TryComplete();
        // Not in line: what waits for the cut must not run under the lock that the caller holds.
        _ = _cut.CancelAsync();
    }

    public void Drained(OutgoingFrame frame) => Interlocked.Add(ref _queuedBytes, -frame.Bytes.Length);

    /// <inheritdoc/>
    public void Dispose() => _cut.Dispose();

    private void Spoil(FaultKind fault, byte[] bytes, PairState pair, long releaseNanos)
    {
        switch (fault)
        {
            case FaultKind.Gap:
                break;
            case FaultKind.Duplicate:
                Enqueue(bytes, releaseNanos);
                Enqueue(bytes, releaseNanos);
                break;
            case FaultKind.Reorder:
                _held[pair.Index] = (bytes, FrameKind.Book);
                break;
            case FaultKind.Garbage:
                Enqueue(faults.Noise(), releaseNanos);
                Enqueue(bytes, releaseNanos);
                break;
            case FaultKind.Truncate:
                Enqueue(bytes[..(bytes.Length / 2)], releaseNanos);
                break;
            default:
                Enqueue(bytes, releaseNanos);
                break;
        }
    }

    private void Enqueue(byte[] bytes, long releaseNanos)
    {
        FramesSent++;
        if (Interlocked.Add(ref _queuedBytes, bytes.Length) > TestnetLimits.QueuedBytes
            || !_queue.Writer.TryWrite(new OutgoingFrame(bytes, releaseNanos, 0, null)))
        {
            Abort();
        }
    }
}

/// <summary>A frame on its way out.</summary>
/// <param name="Bytes">The text, UTF-8.</param>
/// <param name="ReleaseNanos">Not to be written before this time, Unix nanoseconds.</param>
/// <param name="CloseStatus">A WebSocket close status, or zero where this is a text frame.</param>
/// <param name="CloseReason">What is said when closing.</param>
internal readonly record struct OutgoingFrame(byte[] Bytes, long ReleaseNanos, int CloseStatus, string? CloseReason);
