using Strikeline.Kernel;

namespace Strikeline.Journal;

/// <summary>The handle by which feeds hand frames to a tape from any thread.</summary>
/// <remarks>
/// Bounded: a frame that does not fit is dropped and counted, and the tape gets a <see cref="TapeFrameKind.Lost"/>
/// frame in its place. A post copies the frame under a short lock and waits at most for other posts' copies, never for
/// compression or the disk; it allocates nothing.
/// </remarks>
public sealed class TapeInbox : IDisposable
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _half = new(initialState: false);
    private byte[] _filling;
    private byte[] _draining;
    private int _filled;
    private long _posted;
    private long _dropped;
    private long _reported;
    private bool _closed;

    /// <summary>Makes an inbox.</summary>
    /// <param name="bytes">The size of each of its two buffers: the most that waits to be written.</param>
    public TapeInbox(int bytes = TapeLimits.InboxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1024);
        _filling = new byte[bytes];
        _draining = new byte[bytes];
    }

    /// <summary>Frames taken so far.</summary>
    public long Posted => Volatile.Read(ref _posted);

    /// <summary>Frames dropped so far because the inbox was full or closed or the frame beyond the limits.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Takes a copy of the frame; false where it was dropped.</summary>
    public bool TryPost(in TapeFrame frame)
    {
        var size = TapeFormat.SizeOf(frame);
        var half = _filling.Length / 2;
        lock (_gate)
        {
            if (_closed || !TapeFormat.IsWritable(frame) || size > _filling.Length - _filled)
            {
                _dropped++;
                return false;
            }

            // Set under the lock, so that after Close no post touches the event any more.
            if (_filled <= half && _filled + size > half)
            {
                _half.Set();
            }

            _filled += TapeFormat.WriteFrame(_filling.AsSpan(_filled), frame);
            _posted++;
            return true;
        }
    }

    /// <summary>Refuses further frames; what was taken can still be drained.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _half.Set();
        }
    }

    /// <summary>Releases the wake-up event; after <see cref="Close"/>, when no thread posts any more.</summary>
    public void Dispose() => _half.Dispose();

    /// <summary>Waits until the inbox is half full or closed, or the time is over.</summary>
    internal void Wait(TimeSpan atMost) => _half.WaitOne(atMost);

    /// <summary>Moves what has come to the writer; the writer's thread only.</summary>
    internal void Drain(TapeWriter writer, long nowUnixNanos)
    {
        int length;
        long lost;
        lock (_gate)
        {
            (_filling, _draining) = (_draining, _filling);
            length = _filled;
            _filled = 0;
            lost = _dropped - _reported;
            _reported = _dropped;
        }

        var records = _draining.AsSpan(0, length);
        while (records.Length > 0)
        {
            writer.Append(TapeFormat.ReadFrame(records));
            records = records[TapeFormat.Measure(records)..];
        }

        if (lost > 0)
        {
            Span<byte> text = stackalloc byte[20];
            lost.TryFormat(text, out var written);
            writer.Append(new TapeFrame(nowUnixNanos, Venue.None, 0, TapeFrameKind.Lost, [], text[..written]));
        }
    }
}
