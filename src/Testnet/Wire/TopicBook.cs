using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>
/// The best levels of a pair as they were last sent on a topic, and what changes them to the book of now.
/// </summary>
/// <param name="pair">The pair.</param>
/// <param name="depth">Levels a side.</param>
/// <param name="removesFallen">
/// True where the venue deletes levels that are pushed out of the depth (Bybit); false where the client truncates by
/// itself (Kraken).
/// </param>
internal sealed class TopicBook(PairState pair, int depth, bool removesFallen)
{
    private readonly List<Level>[] _sent = [[], []];
    private readonly List<Level>[] _changes = [[], []];
    private readonly List<Level> _now = [];
    private long _sentId = -1;

    public PairState Pair { get; } = pair;

    public int Depth { get; } = depth;

    public HashSet<ClientLine> Lines { get; } = [];

    /// <summary>Rises by one with each message of the topic.</summary>
    public long Sequence { get; set; }

    /// <summary>Time of the last message, Unix nanoseconds.</summary>
    public long SentNanos { get; set; }

    /// <summary>What clients hold, best first.</summary>
    public IReadOnlyList<Level> Sent(Side side) => _sent[(int)side];

    /// <summary>What <c>Advance</c> found; a quantity of zero removes.</summary>
    public IReadOnlyList<Level> Changes(Side side) => _changes[(int)side];

    /// <summary>Takes the book of now as sent, and notes the changes that lead there.</summary>
    /// <returns>True where anything within the depth has changed.</returns>
    public bool Advance()
    {
        if (_sentId == Pair.UpdateId)
        {
            return false;
        }

        _sentId = Pair.UpdateId;
        return Compare(Side.Buy) | Compare(Side.Sell);
    }

    private bool Compare(Side side)
    {
        var sent = _sent[(int)side];
        var changes = _changes[(int)side];
        changes.Clear();
        Pair.Book.CopyTop(side, Depth, _now);
        int before = 0, after = 0;
        while (before < sent.Count || after < _now.Count)
        {
            var order = Order(side, sent, before, after);
            if (order < 0)
            {
                var price = sent[before++].Price;
                if (removesFallen || Pair.Book.Quantity(side, price) == 0)
                {
                    changes.Add(new Level(price, 0));
                }
            }
            else if (order > 0)
            {
                changes.Add(_now[after++]);
            }
            else
            {
                if (sent[before++].Quantity != _now[after].Quantity)
                {
                    changes.Add(_now[after]);
                }

                after++;
            }
        }

        sent.Clear();
        sent.AddRange(_now);
        return changes.Count > 0;
    }

    /// <summary>Below zero where the sent level comes first, above where the new one does.</summary>
    private int Order(Side side, List<Level> sent, int before, int after)
    {
        if (before == sent.Count)
        {
            return 1;
        }

        if (after == _now.Count)
        {
            return -1;
        }

        var order = sent[before].Price.CompareTo(_now[after].Price);
        return side == Side.Buy ? -order : order;
    }
}
