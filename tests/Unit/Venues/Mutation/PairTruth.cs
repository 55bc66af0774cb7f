namespace Strikeline.Unit.Venues.Mutation;

/// <summary>The truth of one pair: its book now, and the signatures of the states that it passed through.</summary>
internal sealed class PairTruth
{
    private const int Kept = 64;

    private readonly TruthBook _book = new();
    private readonly Dictionary<int, ulong> _byIndex = [];
    private readonly Dictionary<long, List<int>> _byId = [];
    private readonly List<(int Index, Part Part)> _updates = [];
    private readonly Dictionary<long, (int Index, Part Part)> _snapshots = [];
    private readonly HashSet<int> _renumbered = [];
    private int _floor;

    /// <summary>True from a change that no rule can see, and no state answers, to the next good snapshot.</summary>
    public bool IsBlind { get; set; }

    /// <summary>The next message, as a naive reader reads what was delivered in its place.</summary>
    public void Advance(int index, Part part, Part? original, Venue venue)
    {
        Remember(part.Id, index);
        if (original?.Id != part.Id)
        {
            _renumbered.Add(index);
        }

        if (part.Snapshot && venue is (Venue.Binance or Venue.Bybit))
        {
            // It may be late, lost or refused without a hole: the truth changes when, and if, the snapshot is taken.
            _snapshots[part.Id] = (index, part);
            IsBlind |= venue == Venue.Binance && original?.Id != part.Id;
            return;
        }

        IsBlind |= venue == Venue.Binance && (original?.FirstId != part.FirstId || original.Id != part.Id);
        Take(index, part);
        _updates.Add((index, part));
        if (_updates.Count > Kept)
        {
            _updates.RemoveAt(0);
        }
    }

    /// <summary>The decoder took a snapshot: the truth is that state and every update after it.</summary>
    public void SnapshotApplied(long id)
    {
        if (_snapshots.TryGetValue(id, out var snapshot))
        {
            IsBlind = false;
            _floor = snapshot.Index;
            Take(snapshot.Index, snapshot.Part);
            foreach (var (index, part) in _updates)
            {
                if (index > snapshot.Index)
                {
                    Take(index, part);
                }
            }
        }
    }

    /// <summary>True where the message was delivered under another number than its own.</summary>
    public bool IsRenumbered(int index) => _renumbered.Contains(index);

    /// <summary>True where a message was delivered under this number that is not its own.</summary>
    public bool IsBorrowed(long id) => _byId.TryGetValue(id, out var indices) && indices.Exists(IsRenumbered);

    public IReadOnlyList<ulong> At(int index) => _byIndex.TryGetValue(index, out var signature) ? [signature] : [];

    public IReadOnlyList<ulong> AtId(long id) =>
        _byId.TryGetValue(id, out var indices) ? [.. indices.SelectMany(i => At(Math.Max(i, _floor)))] : [];

    private void Take(int index, Part part)
    {
        if (part.Snapshot)
        {
            _book.Load(part.Bids, part.Asks);
        }
        else
        {
            _book.Apply(part.Bids, part.Asks);
        }

        _byIndex[index] = _book.Signature;
    }

    private void Remember(long id, int index)
    {
        if (!_byId.TryGetValue(id, out var indices))
        {
            _byId.Add(id, indices = []);
        }

        indices.Add(index);
    }
}
