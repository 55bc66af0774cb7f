using Strikeline.Exchange;
using Strikeline.Kernel;

namespace Strikeline.Host.Gateway;

/// <summary>Levels that have changed, as they are now; lots of 0 where nobody of the side is there any more.</summary>
/// <param name="Previous">The sequence of the difference before; a client that is elsewhere has lost one.</param>
/// <param name="Sequence">Number of the last event that it holds.</param>
/// <param name="Levels">Each level of a side once.</param>
internal sealed record DepthDiff(long Previous, long Sequence, LevelChange[] Levels);

/// <summary>A book as it is at a sequence.</summary>
/// <param name="Sequence">Number of the last event that it holds.</param>
/// <param name="Bids">Best first.</param>
/// <param name="Asks">Best first.</param>
internal sealed record DepthSnapshot(long Sequence, LevelChange[] Bids, LevelChange[] Asks);

/// <summary>The public book of one instrument: what it is, and what has changed lately.</summary>
/// <remarks>The exchange's delivery writes; any thread reads.</remarks>
internal sealed class DepthFeed
{
    private const int RememberedDiffs = 4_096;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, LevelChange> _bids = new(
        Comparer<int>.Create((one, other) => other.CompareTo(one)));

    private readonly SortedDictionary<int, LevelChange> _asks = [];
    private readonly Recent<DepthDiff> _diffs = new(RememberedDiffs);
    private long _sequence;

    /// <summary>Number of the last event that has changed it.</summary>
    public long Sequence
    {
        get
        {
            lock (_gate)
            {
                return _sequence;
            }
        }
    }

    /// <summary>Prices at which somebody is, both sides together.</summary>
    public int Levels
    {
        get
        {
            lock (_gate)
            {
                return _bids.Count + _asks.Count;
            }
        }
    }

    /// <summary>Best bid and ask in ticks; 0 where there is none.</summary>
    public (int Bid, int Ask) Best
    {
        get
        {
            lock (_gate)
            {
                return (_bids.Count == 0 ? 0 : _bids.First().Key, _asks.Count == 0 ? 0 : _asks.First().Key);
            }
        }
    }

    /// <summary>Takes over the book as the core has it.</summary>
    public void Restore(IEnumerable<LevelChange> levels, long sequence)
    {
        lock (_gate)
        {
            var changes = new List<LevelChange>();
            foreach (var level in levels)
            {
                Set(level, changes);
            }

            _sequence = sequence;
        }
    }

    /// <summary>Takes what levels are now.</summary>
    public void Apply(IReadOnlyList<LevelChange> levels, long sequence)
    {
        lock (_gate)
        {
            var changes = new List<LevelChange>(levels.Count);
            foreach (var level in levels)
            {
                Set(level, changes);
            }

            if (changes.Count == 0)
            {
                return;
            }

            _diffs.Add(new DepthDiff(_sequence, sequence, [.. changes]), out _);
            _sequence = sequence;
        }
    }

    /// <summary>The book, so many levels a side.</summary>
    public DepthSnapshot Snapshot(int limit)
    {
        lock (_gate)
        {
            return new DepthSnapshot(_sequence, [.. _bids.Values.Take(limit)], [.. _asks.Values.Take(limit)]);
        }
    }

    /// <summary>The differences behind a sequence, oldest first; null where they are not remembered any more, and a
    /// snapshot is needed.</summary>
    public DepthDiff[]? Since(long sequence)
    {
        lock (_gate)
        {
            if (sequence == _sequence)
            {
                return [];
            }

            var first = _diffs.FirstAbove(sequence - 1, static diff => diff.Previous);
            return first < _diffs.Count && _diffs[first].Previous == sequence
                ? _diffs.Slice(first, _diffs.Count - first)
                : null;
        }
    }

    // A level that is empty, or that has changed sides, is gone from where it was: said of that side.
    private void Set(LevelChange level, List<LevelChange> changes)
    {
        foreach (var side in (ReadOnlySpan<Side>)[Side.Buy, Side.Sell])
        {
            var its = side == Side.Buy ? _bids : _asks;
            if (level.Lots != 0 && level.Side == side)
            {
                if (!its.TryGetValue(level.Price, out var known) || known.Lots != level.Lots)
                {
                    its[level.Price] = level;
                    changes.Add(level);
                }
            }
            else if (its.Remove(level.Price))
            {
                changes.Add(level with { Lots = 0, Side = side });
            }
        }
    }
}
