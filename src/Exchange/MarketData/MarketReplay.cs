using Strikeline.Journal;

namespace Strikeline.Exchange;

/// <summary>Makes batches for the market's store from a journal, beside the exchange that writes it.</summary>
/// <remarks>
/// Events have the same numbers on every replay. It starts from the newest snapshot that is not behind the store's
/// position, or from the journal's beginning, and runs the commands again; once it has come to the position, it follows
/// the orders from there, each as the store remembers it. Where the journal does not reach back so far any more, it
/// begins at its oldest snapshot, and what is between is a hole.
/// </remarks>
public sealed class MarketReplay : IJournalReplay
{
    private readonly EventBuffer _events = new();
    private readonly Pipeline _pipeline;
    private readonly OrderTracker _tracker = new();
    private readonly long _position;
    private readonly IReadOnlyList<OrderRecord> _open;
    private readonly int _rows;
    private readonly Action<MarketBatch> _take;
    private readonly bool _mayLeap;
    private MarketGroup? _group;
    private bool _hasRun;

    private MarketReplay(
        PipelineOptions options, long position, IReadOnlyList<OrderRecord> open, int rows, Action<MarketBatch> take,
        bool mayLeap)
    {
        _pipeline = new Pipeline(options, _events);
        (_position, _open, _rows, _take, _mayLeap) = (position, open, rows, take, mayLeap);
        Arrive();
    }

    /// <summary>Reads everything behind the store's position.</summary>
    /// <param name="disk">The journal's folder.</param>
    /// <param name="options">For how much the pipeline has room.</param>
    /// <param name="upTo">The journal's last record to read: durable, which the caller vouches for; 0 for
    /// none.</param>
    /// <param name="position">The last event that the store has.</param>
    /// <param name="open">The orders that the store has as open.</param>
    /// <param name="rows">How many rows a batch has, roughly.</param>
    /// <param name="take">Takes the batches, in order.</param>
    /// <returns>The number of the last event of the journal up to there.</returns>
    /// <exception cref="MarketHistoryException">The store is ahead of the journal, or of another one.</exception>
    /// <exception cref="JournalException">The journal cannot be read, or newer snapshots have taken away meanwhile what
    /// was to be read: what was taken until then is sound.</exception>
    public static long Read(
        IJournalDisk disk, PipelineOptions options, ulong upTo, long position, IReadOnlyList<OrderRecord> open,
        int rows, Action<MarketBatch> take)
    {
        if (upTo == 0)
        {
            return position == 0 ? 0 : throw Ahead(position, 0);
        }

        var below = upTo + 1;
        var mayLeap = false;
        while (true)
        {
            var replay = new MarketReplay(options, position, open, rows, take, mayLeap);
            try
            {
                _ = JournalReader.ReadUpTo(disk, replay, upTo, below);
                return replay.Finish();
            }
            catch (TooNewException snapshot)
            {
                below = snapshot.Sequence;
            }
            catch (JournalException retired) when (
                retired.Reason == JournalReasons.Retired && !replay._hasRun && below <= upTo && !mayLeap)
            {
                // The one that was too new is the oldest that there is.
                (below, mayLeap) = (below + 1, true);
            }
        }
    }

    /// <inheritdoc/>
    public void Restore(in JournalSnapshot snapshot)
    {
        _group = null;
        _pipeline.Load(snapshot.State);
        if (_events.Sequence > _position && !_mayLeap)
        {
            throw new TooNewException(snapshot.Sequence);
        }

        Arrive();
    }

    /// <inheritdoc/>
    public void Apply(in JournalRecord record)
    {
        _hasRun = true;
        ShardRecords.Run(record, _pipeline);
        if (_group is null)
        {
            Arrive();
        }
        else
        {
            if (record.Type == ShardRecords.Command)
            {
                _tracker.Apply(ShardRecords.CommandOf(record), _events.Events);
            }
            else
            {
                _tracker.Apply(_pipeline.NowNanos, _events.Events);
            }

            _group.Add(_tracker, _events.Sequence);
            if (_group.Rows >= _rows)
            {
                _take(_group.Take()!);
            }
        }

        _events.Clear();
    }

    private static MarketHistoryException Ahead(long position, long end) => new(
        $"the store has events up to {position}, and the journal ends with {end}: it is another journal's, or the "
        + "journal was put back; let the store be rebuilt");

    // At the position, or behind a hole: from here on everything is new to the store.
    private void Arrive()
    {
        var at = _events.Sequence;
        if (at < _position)
        {
            return;
        }

        if (at > _position && !_mayLeap)
        {
            throw new MarketHistoryException(
                $"the store's position {_position} is in the midst of a command that ended with event {at}: it is "
                + "another journal's; let the store be rebuilt");
        }

        var known = _open.ToDictionary(order => order.Id);
        var changed = new List<OrderRecord>();
        foreach (var order in _pipeline.Orders())
        {
            known.Remove(order.Id, out var remembered);
            _tracker.Restore(order, remembered);
            if (remembered is not null && _tracker.Find(order.Id) is { } now && now != remembered)
            {
                changed.Add(now with { Sequence = at });
            }
        }

        if (at > _position)
        {
            // Those that are not in the book any more have ended in the hole, nobody knows how.
            changed.AddRange(known.Values.Select(
                order => order with { Status = OrderStatus.Unknown, Sequence = at }));
            _take(new MarketBatch(_position + 1, at, [], changed) { IsHole = true });
        }

        _tracker.GoOnAt(_pipeline.NowNanos);
        _group = new MarketGroup(at);
    }

    private long Finish()
    {
        if (_group is null)
        {
            throw Ahead(_position, _events.Sequence);
        }

        if (_group.Take() is { } rest)
        {
            _take(rest);
        }

        return _events.Sequence;
    }

    /// <summary>A snapshot that is behind the store's position.</summary>
    private sealed class TooNewException(ulong sequence) : Exception
    {
        public ulong Sequence { get; } = sequence;
    }
}
