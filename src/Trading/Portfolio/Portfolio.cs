using System.Collections.Immutable;
using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>Positions of all tokens, made of entries alone.</summary>
/// <remarks>One thread at a time. What is not final can be undone: it is kept apart from what is, and counted
/// again.</remarks>
public sealed class Portfolio
{
    private readonly Dictionary<MarketKey, Holding> _tokens = [];

    /// <summary>The positions that were ever touched.</summary>
    public IEnumerable<Position> Positions => _tokens.Values.Select(one => one.Now);

    /// <summary>A token's position; null where it was never touched.</summary>
    public Position? Of(MarketKey token) => _tokens.GetValueOrDefault(token)?.Now;

    /// <summary>Takes an entry, or a changed finality of a known one that was not final.</summary>
    public void Take(PortfolioEntry entry)
    {
        if (!_tokens.TryGetValue(entry.Token, out var holding))
        {
            _tokens[entry.Token] = holding = new Holding(
                new Position(entry.Token, entry.MarketId, 0, 0, 0, 0, 0));
        }

        holding.Take(entry);
    }

    /// <summary>Positions with their worth at the market, by venue and market.</summary>
    internal ImmutableArray<PortfolioMarket> Markets(IMarketReader reader, BookCopy book, long nowNanos) =>
    [
        .. _tokens.Values.Select(one => one.Now).GroupBy(one => (one.Token.Venue, one.MarketId))
            .OrderBy(group => group.Key.Venue).ThenBy(group => group.Key.MarketId, StringComparer.Ordinal)
            .Select(group => Market(group.Key.Venue, group.Key.MarketId, [.. group], reader, book, nowNanos)),
    ];

    /// <summary>Writes all of it.</summary>
    internal void Write(RecordWriter to)
    {
        to.Number(_tokens.Count);
        foreach (var holding in _tokens.Values)
        {
            holding.Write(to);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote, instead of what is there.</summary>
    internal void Read(ref RecordReader from)
    {
        _tokens.Clear();
        for (var left = from.Number(); left > 0; left--)
        {
            var holding = Holding.Read(ref from);
            _tokens[holding.Now.Token] = holding;
        }
    }

    private static PortfolioMarket Market(
        Venue venue, string id, List<Position> positions, IMarketReader reader, BookCopy book, long nowNanos)
    {
        var sets = positions.Count < 2 ? 0 : Math.Max(0, positions.Min(one => one.SizeMicro));
        var lines = positions.ConvertAll(one =>
        {
            long? bid = one.SizeMicro > 0 && reader.TryRead(one.Token, book, nowNanos)
                && book.Refusal == BookRefusal.None && book.Bids.Length > 0 ? book.Bids[0].Price : null;
            var rest = Math.Max(0, one.SizeMicro - sets);
            long? worth = rest == 0 ? 0 : bid is { } price ? Micros.WorthRoundedDown(price, rest) : null;
            return new PortfolioLine(one, bid, worth, worth - (one.CostMicros - CostOf(one, sets)));
        });
        var setCost = positions.Sum(one => CostOf(one, sets));
        var rest = positions.Sum(one => one.CostMicros) - setCost;
        return new PortfolioMarket(
            venue, id, [.. lines], sets, sets - setCost, rest + Math.Max(0, setCost - sets));
    }

    private static long CostOf(Position one, long size) =>
        one.SizeMicro <= 0 ? 0 : (long)((Int128)one.CostMicros * size / one.SizeMicro);

    private sealed class Holding(Position settled)
    {
        private readonly List<PortfolioEntry> _open = [];
        private Position _settled = settled;

        public Position Now { get; private set; } = settled;

        public static Holding Read(ref RecordReader from)
        {
            var holding = new Holding(new Position(
                TradeCodec.ReadKey(ref from), from.Text(), from.Number(), 0, from.Number(), from.Number(),
                from.Number()));
            for (var left = from.Number(); left > 0; left--)
            {
                holding._open.Add(new PortfolioEntry
                {
                    Id = from.Text(), Kind = (EntryKind)from.Byte(), Token = holding.Now.Token,
                    MarketId = holding.Now.MarketId, Strategy = from.Text(), PlanId = from.Number(),
                    ClientId = from.Text(), PricePpm = from.Number(), SizeMicro = from.Number(),
                    FeeMicros = from.Number(), Finality = (EntryFinality)from.Byte(), AtNanos = from.Number(),
                });
            }

            holding.Sum();
            return holding;
        }

        public void Take(PortfolioEntry entry)
        {
            var at = _open.FindIndex(known => known.Id == entry.Id);
            if (at < 0)
            {
                _open.Add(entry);
            }
            else
            {
                _open[at] = entry;
            }

            // In the order in which they were told, so that the average cost is the same on every start.
            while (_open.Count > 0 && _open[0].Finality != EntryFinality.Pending)
            {
                _settled = _open[0].Finality == EntryFinality.Failed ? _settled : _settled.With(_open[0]);
                _open.RemoveAt(0);
            }

            Sum();
        }

        public void Write(RecordWriter to)
        {
            TradeCodec.Write(_settled.Token, to).Text(_settled.MarketId).Number(_settled.SizeMicro)
                .Number(_settled.CostMicros).Number(_settled.RealisedMicros).Number(_settled.FeesMicros)
                .Number(_open.Count);
            foreach (var one in _open)
            {
                to.Text(one.Id).Byte((byte)one.Kind).Text(one.Strategy).Number(one.PlanId).Text(one.ClientId)
                    .Number(one.PricePpm).Number(one.SizeMicro).Number(one.FeeMicros).Byte((byte)one.Finality)
                    .Number(one.AtNanos);
            }
        }

        private void Sum()
        {
            var now = _settled;
            var pending = 0L;
            foreach (var entry in _open)
            {
                if (entry.Finality != EntryFinality.Failed)
                {
                    now = now.With(entry);
                    pending += entry.Finality == EntryFinality.Pending ? entry.SizeMicro : 0;
                }
            }

            Now = now with { PendingMicro = pending };
        }
    }
}
