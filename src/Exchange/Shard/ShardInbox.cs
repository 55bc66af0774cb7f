using System.Numerics;

namespace Strikeline.Exchange;

/// <summary>Commands from any thread, waiting for the core in the order in which they came. Bounded.</summary>
internal sealed class ShardInbox(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Command[] _commands = new Command[BitOperations.RoundUpToPowerOf2((uint)capacity)];
    private readonly long[] _tags = new long[BitOperations.RoundUpToPowerOf2((uint)capacity)];
    private long _head;
    private long _tail;
    private bool _isClosed;

    /// <summary>True where something waits; any thread.</summary>
    public bool HasWaiting => Volatile.Read(ref _head) != Volatile.Read(ref _tail);

    /// <summary>Takes all of them, or none; any thread.</summary>
    public ShardSubmit TryPut(ReadOnlySpan<Command> commands, ReadOnlySpan<long> tags)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return ShardSubmit.Closed;
            }

            if (_head - Volatile.Read(ref _tail) + commands.Length > capacity)
            {
                return ShardSubmit.Full;
            }

            var at = (int)(_head & (_commands.Length - 1));
            var first = Math.Min(commands.Length, _commands.Length - at);
            commands[..first].CopyTo(_commands.AsSpan(at));
            commands[first..].CopyTo(_commands);
            tags[..first].CopyTo(_tags.AsSpan(at));
            tags[first..commands.Length].CopyTo(_tags);
            Volatile.Write(ref _head, _head + commands.Length);
            return ShardSubmit.Taken;
        }
    }

    /// <summary>Moves as many as fit; the core's thread.</summary>
    public int Take(Span<Command> commands, Span<long> tags)
    {
        var at = (int)(_tail & (_commands.Length - 1));
        var count = (int)Math.Min(commands.Length, Volatile.Read(ref _head) - _tail);
        var first = Math.Min(count, _commands.Length - at);
        _commands.AsSpan(at, first).CopyTo(commands);
        _commands.AsSpan(0, count - first).CopyTo(commands[first..]);
        _tags.AsSpan(at, first).CopyTo(tags);
        _tags.AsSpan(0, count - first).CopyTo(tags[first..]);
        Volatile.Write(ref _tail, _tail + count);
        return count;
    }

    /// <summary>Takes no more; what waits stays.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }
}
