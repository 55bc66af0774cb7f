using System.Text;
using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>The faults that stand now.</summary>
/// <remarks>Under the floor's lock.</remarks>
internal sealed class FaultBoard(long seed)
{
    private readonly List<Fault> _faults = [];
    private readonly SeededRandom _random = new(seed, 7777);
    private long _lastId;

    public IReadOnlyList<Fault> Standing => _faults;

    public long NextId() => ++_lastId;

    public void Add(Fault fault) => _faults.Add(fault);

    /// <summary>Removes faults whose time is over, or all of them, and returns them.</summary>
    public List<Fault> Remove(Predicate<Fault> which)
    {
        var removed = _faults.FindAll(which);
        _faults.RemoveAll(which);
        return removed;
    }

    public bool Stands(FaultKind kind, Venue venue, PairState? pair, long nowNanos)
    {
        foreach (var fault in _faults)
        {
            if (fault.Kind == kind && fault.UntilNanos > nowNanos && fault.Matches(venue, pair))
            {
                fault.Hit();
                return true;
            }
        }

        return false;
    }

    public long DelayNanos(Venue venue, PairState? pair, long nowNanos)
    {
        long delay = 0;
        foreach (var fault in _faults)
        {
            if (fault.Kind == FaultKind.Slow && fault.UntilNanos > nowNanos && fault.Matches(venue, pair))
            {
                delay = Math.Max(delay, fault.DelayNanos);
                fault.Hit();
            }
        }

        return delay;
    }

    /// <summary>The fault that spoils this client's next book message of the pair, if any.</summary>
    public FaultKind? TakeOnce(ClientLine line, PairState pair, long nowNanos)
    {
        foreach (var fault in _faults)
        {
            var once = fault.Kind is FaultKind.Gap or FaultKind.Duplicate or FaultKind.Reorder
                or FaultKind.Garbage or FaultKind.Truncate;
            if (once && fault.UntilNanos > nowNanos && fault.Matches(line.Venue, pair) && fault.TakeOnce(line, pair))
            {
                return fault.Kind;
            }
        }

        return null;
    }

    /// <summary>Printable characters that are no JSON.</summary>
    public byte[] Noise()
    {
        var text = new StringBuilder("}{");
        for (var i = 0; i < 48; i++)
        {
            text.Append((char)(33 + _random.NextInt(94)));
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
