namespace Strikeline.Exchange;

/// <summary>Commands from any thread, waiting for the core in the order in which they came. Bounded.</summary>
internal sealed class ShardInbox(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Command[] _commands = new Command[capacity];
    private readonly long[] _tags = new long[capacity];
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

            for (var i = 0; i < commands.Length; i++)
            {
                var at = (int)((_head + i) % capacity);
                _commands[at] = commands[i];
                _tags[at] = tags[i];
            }

            Volatile.Write(ref _head, _head + commands.Length);
            return ShardSubmit.Taken;
        }
    }

    /// <summary>Moves as many as fit; the core's thread.</summary>
    public int Take(Span<Command> commands, Span<long> tags)
    {
        var count = (int)Math.Min(commands.Length, Volatile.Read(ref _head) - _tail);
        for (var i = 0; i < count; i++)
        {
            var at = (int)((_tail + i) % capacity);
            commands[i] = _commands[at];
            tags[i] = _tags[at];
        }

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
