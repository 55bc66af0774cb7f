using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strikeline.Exchange;

/// <summary>Events in order, until somebody has read them.</summary>
/// <remarks>One thread at a time. Grows to the largest batch seen and then allocates nothing.</remarks>
public sealed class EventBuffer
{
    private ExchangeEvent[] _events;
    private int _count;

    /// <summary>Makes a buffer with room for a batch.</summary>
    public EventBuffer(int capacity = 64 * 1024) => _events = new ExchangeEvent[capacity];

    /// <summary>The number of the newest event of the shard.</summary>
    public long Sequence { get; private set; }

    /// <summary>What was not cleared yet.</summary>
    public ReadOnlySpan<ExchangeEvent> Events => _events.AsSpan(0, _count);

    /// <summary>Forgets the events; their numbers are not used again.</summary>
    public void Clear() => _count = 0;

    /// <summary>Goes on behind a number.</summary>
    internal void StartAfter(long sequence) => Sequence = sequence;

    /// <summary>Gives the events away with their array, and goes on in another one.</summary>
    internal ExchangeEvent[] Swap(ExchangeEvent[] empty)
    {
        var full = _events;
        (_events, _count) = (empty, 0);
        return full;
    }

    /// <summary>Says that a command was refused.</summary>
    internal void Reject(in Command command, ReasonCode reason)
    {
        ref var e = ref Add(EventType.Rejected, reason);
        e.Order = command.Target;
        e.Account = command.Account;
        e.Instrument = command.Instrument;
        e.Price = command.Price;
        e.Quantity = command.Quantity;
    }

    /// <summary>The next event, all zero but for its number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref ExchangeEvent Add(EventType type, ReasonCode reason = ReasonCode.None)
    {
        if (_count == _events.Length)
        {
            Array.Resize(ref _events, _count * 2);
        }

        ref var e = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_events), _count++);
        e = default;
        e.Sequence = ++Sequence;
        e.Type = type;
        e.Reason = reason;
        return ref e;
    }
}
