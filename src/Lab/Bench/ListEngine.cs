using Strikeline.Kernel;

namespace Strikeline.Lab;

/// <summary>
/// The engine that a straightforward programmer would write: sorted levels of linked lists, orders by id in a
/// dictionary, no balances, no events. The baseline of <see cref="MatchingBench"/>.
/// </summary>
internal sealed class ListEngine
{
    private readonly Book[] _books;
    private readonly Dictionary<ulong, Resting> _orders = [];
    private ulong _trades;
    private ulong _quantity;
    private ulong _rejects;
    private ulong _hash;

    public ListEngine(int symbols)
    {
        _books = [.. Enumerable.Range(0, symbols).Select(_ => new Book())];
        Begin();
    }

    public void Begin() => (_trades, _quantity, _rejects, _hash) = (0, 0, 0, WorkloadFigures.FirstHash);

    public WorkloadFigures Figures(ulong maxId) => new(
        _trades, _quantity, _hash, (ulong)_orders.Count, _rejects, maxId);

    public void Run(ReadOnlySpan<WorkloadRecord> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Op != WorkloadOp.New)
            {
                if (!_orders.Remove(record.Id, out var resting))
                {
                    _rejects++;
                    continue;
                }

                _books[record.Symbol].Remove(resting);
                if (record.Op == WorkloadOp.Cancel)
                {
                    continue;
                }
            }

            Place(_books[record.Symbol], record);
        }
    }

    private void Place(Book book, in WorkloadRecord record)
    {
        long left = record.Quantity;
        while (left > 0 && book.TryBest(record.Side, out var best)
            && (record.Side == Side.Buy ? best.Price <= record.Price : best.Price >= record.Price))
        {
            var maker = best.Orders.First!.Value;
            var quantity = Math.Min(left, maker.Remaining);
            _trades++;
            _quantity += (ulong)quantity;
            _hash = WorkloadFigures.Fold(_hash, record.Id, maker.Id, best.Price, (ulong)quantity);
            left -= quantity;
            maker.Remaining -= quantity;
            if (maker.Remaining == 0)
            {
                book.Remove(maker);
                _orders.Remove(maker.Id);
            }
        }

        if (left > 0 && record.ImmediateOrCancel == 0)
        {
            _orders.Add(record.Id, book.Rest(record, left));
        }
    }

    private sealed class Resting
    {
        public required ulong Id { get; init; }

        public required Side Side { get; init; }

        public required Level Level { get; init; }

        public LinkedListNode<Resting>? Node { get; set; }

        public long Remaining { get; set; }
    }

    private sealed record Level(uint Price)
    {
        public LinkedList<Resting> Orders { get; } = [];
    }

    private sealed class Book
    {
        private readonly SortedDictionary<uint, Level> _asks = [];
        private readonly SortedDictionary<uint, Level> _bids = new(
            Comparer<uint>.Create((a, b) => b.CompareTo(a)));

        public bool TryBest(Side taker, out Level best)
        {
            foreach (var pair in taker == Side.Buy ? _asks : _bids)
            {
                best = pair.Value;
                return true;
            }

            best = null!;
            return false;
        }

        public Resting Rest(in WorkloadRecord record, long left)
        {
            var side = record.Side == Side.Buy ? _bids : _asks;
            if (!side.TryGetValue(record.Price, out var level))
            {
                level = new Level(record.Price);
                side.Add(record.Price, level);
            }

            var resting = new Resting { Id = record.Id, Side = record.Side, Level = level, Remaining = left };
            resting.Node = level.Orders.AddLast(resting);
            return resting;
        }

        public void Remove(Resting resting)
        {
            resting.Level.Orders.Remove(resting.Node!);
            if (resting.Level.Orders.Count == 0)
            {
                (resting.Side == Side.Buy ? _bids : _asks).Remove(resting.Level.Price);
            }
        }
    }
}
