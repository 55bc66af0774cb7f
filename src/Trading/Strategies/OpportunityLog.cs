using System.Collections.Immutable;
using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>How often something has happened to the opportunities of a strategy at a venue.</summary>
/// <param name="Strategy">The strategy.</param>
/// <param name="Venue">The venue, or several joined by <c>+</c>.</param>
/// <param name="Reason">The code of a refusal, or what became of a taken one; empty in the row that counts how many
/// were seen.</param>
/// <param name="Seen">Opportunities that were looked at; in the row without a reason only.</param>
/// <param name="Taken">Of these, executed.</param>
/// <param name="Refused">Of these, refused.</param>
public readonly record struct OpportunityCount(
    string Strategy, string Venue, string Reason, long Seen, long Taken, long Refused);

/// <summary>The newest opportunities, and counts of all of them by strategy, venue and reason.</summary>
/// <remarks>Any thread. Bounded: the oldest is forgotten when it is full, of the taken ones and of the refused ones
/// each by itself, so that the many do not push out the few; reasons beyond a number are counted together.</remarks>
public sealed class OpportunityLog
{
    /// <summary>Rows of counts that are kept apart; what comes after is counted with the reason
    /// <c>OTHER</c>.</summary>
    public const int MostRows = 1_000;

    private readonly Lock _gate = new();
    private readonly LinkedList<Kept> _taken = [];
    private readonly LinkedList<Kept> _refused = [];

    // Signals are told apart as objects: a plan says again what becomes of its own.
    private readonly Dictionary<TradeSignal, LinkedListNode<Kept>> _bySignal = new(ReferenceEqualityComparer.Instance);
    private readonly int _capacity;
    private readonly Dictionary<(string Strategy, string Venue, string Reason), long[]> _counts = [];
    private long _added;

    /// <summary>Makes an empty log.</summary>
    /// <param name="capacity">How many taken opportunities are kept, and how many refused ones; more than zero.</param>
    public OpportunityLog(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    /// <summary>Opportunities that were added since the start.</summary>
    public long Added
    {
        get
        {
            lock (_gate)
            {
                return _added;
            }
        }
    }

    /// <summary>A signal was found; what becomes of it is added later.</summary>
    public void Seen(TradeSignal signal)
    {
        lock (_gate)
        {
            Row(signal, string.Empty)[0]++;
        }
    }

    /// <summary>What became of an opportunity. Said again of the same signal it replaces what was said before, and
    /// keeps its place.</summary>
    public void Add(Opportunity opportunity)
    {
        lock (_gate)
        {
            var row = new Kept(Withdraw(opportunity.Signal) ?? _added++, opportunity);
            var list = opportunity.Taken ? _taken : _refused;
            var after = list.Last;
            while (after is not null && after.Value.Number > row.Number)
            {
                after = after.Previous;
            }

            _bySignal[opportunity.Signal] = after is null ? list.AddFirst(row) : list.AddAfter(after, row);
            if (list.Count > _capacity)
            {
                _bySignal.Remove(list.First!.Value.Opportunity.Signal);
                list.RemoveFirst();
            }

            Count(opportunity, 1);
        }
    }

    /// <summary>The newest opportunities, newest first; made for the caller.</summary>
    /// <param name="most">At most so many.</param>
    public ImmutableArray<Opportunity> Newest(int most)
    {
        lock (_gate)
        {
            return
            [
                // Who was a moment earlier may come to the log a moment later.
                .. _taken.Concat(_refused).OrderByDescending(row => row.Opportunity.AtNanos)
                    .ThenByDescending(row => row.Number).Take(Math.Max(0, most)).Select(row => row.Opportunity),
            ];
        }
    }

    /// <summary>All counts, in the order of strategy, venue and reason; made for the caller.</summary>
    public ImmutableArray<OpportunityCount> Counts()
    {
        lock (_gate)
        {
            return
            [
                .. _counts
                    .Select(row => new OpportunityCount(
                        row.Key.Strategy, row.Key.Venue, row.Key.Reason, row.Value[0], row.Value[1], row.Value[2]))
                    .OrderBy(row => row.Strategy, StringComparer.Ordinal)
                    .ThenBy(row => row.Venue, StringComparer.Ordinal)
                    .ThenBy(row => row.Reason, StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>A sink between strategies and whoever executes: counts what is seen, and keeps what the strategies
    /// refuse themselves.</summary>
    /// <param name="next">Gets everything after the log.</param>
    /// <param name="clock">The clock.</param>
    public ISignalSink Before(ISignalSink next, TimeProvider clock) => new LoggingSink(this, next, clock);

    private long? Withdraw(TradeSignal signal)
    {
        if (!_bySignal.Remove(signal, out var node))
        {
            return null;
        }

        Count(node.Value.Opportunity, -1);
        node.List!.Remove(node);
        return node.Value.Number;
    }

    private void Count(Opportunity opportunity, int by)
    {
        Row(opportunity.Signal, opportunity.Reason)[opportunity.Taken ? 1 : 2] += by;
        Row(opportunity.Signal, string.Empty)[opportunity.Taken ? 1 : 2] += by;
    }

    private long[] Row(TradeSignal signal, string reason)
    {
        var key = (signal.Strategy, SignalText.Venue(signal), reason);
        if (_counts.TryGetValue(key, out var row))
        {
            return row;
        }

        if (_counts.Count >= MostRows && reason is not ("" or "OTHER"))
        {
            return Row(signal, "OTHER");
        }

        _counts.Add(key, row = new long[3]);
        return row;
    }

    private sealed record Kept(long Number, Opportunity Opportunity);

    private sealed class LoggingSink(OpportunityLog log, ISignalSink next, TimeProvider clock) : ISignalSink
    {
        public void OnSignal(TradeSignal signal)
        {
            log.Seen(signal);
            next.OnSignal(signal);
        }

        public void OnRefused(TradeSignal signal, string reason)
        {
            log.Seen(signal);
            log.Add(new Opportunity(clock.UnixNanos(), signal, Taken: false, reason));
            next.OnRefused(signal, reason);
        }
    }
}
