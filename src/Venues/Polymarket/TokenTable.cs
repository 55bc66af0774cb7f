using System.Text;
using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>One token that is followed.</summary>
internal sealed class Token
{
    public required int Index { get; init; }

    public required MarketKey Key { get; init; }

    /// <summary>The condition id; for a recording the one that came with the token first.</summary>
    public required string MarketId { get; set; }

    /// <summary>Its bytes on the wire.</summary>
    public required byte[] Name { get; init; }

    /// <summary>The other outcome's token; -1 where unknown.</summary>
    public int Sister { get; set; } = -1;

    /// <summary>False once its market is watched no longer, and the place is free.</summary>
    public bool IsWatched { get; set; } = true;
}

/// <summary>The tokens of a decoder, found by the digits of their ids without allocating.</summary>
internal sealed class TokenTable(bool discover)
{
    /// <summary>Digits of the largest 256-bit number.</summary>
    private const int MaxDigits = 78;

    private readonly List<Token> _tokens = [];
    private readonly Stack<int> _free = [];
    private int[] _slots = new int[256];
    private int _last;

    public IReadOnlyList<Token> All => _tokens;

    public Token this[int index] => _tokens[index];

    /// <summary>True where the venue could have written this id.</summary>
    public static bool IsSpelling(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= MaxDigits && !name.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>Finds a token; in a recording an unknown one is added.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, ReadOnlySpan<byte> market, out int index)
    {
        if (TryFindKnown(name, out index))
        {
            return true;
        }

        if (!discover || _tokens.Count >= VenuesLimits.MaxInstruments || !IsSpelling(name))
        {
            return false;
        }

        index = Add(Encoding.ASCII.GetString(name), Encoding.UTF8.GetString(market));
        return true;
    }

    /// <summary>As <see cref="TryFind"/>, but never adds.</summary>
    public bool TryFindKnown(ReadOnlySpan<byte> name, out int index)
    {
        if (name.Length > 0 && _tokens.Count > 0 && _tokens[_last].Name.AsSpan().SequenceEqual(name))
        {
            index = _last;
            return true;
        }

        for (var slot = Hash(name) & (_slots.Length - 1); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            var candidate = _slots[slot] - 1;
            if (_tokens[candidate].Name.AsSpan().SequenceEqual(name))
            {
                _last = candidate;
                index = candidate;
                return true;
            }
        }

        index = -1;
        return false;
    }

    /// <summary>Adds both tokens of a market, or takes them up again.</summary>
    public (int Yes, int No) Declare(string yes, string no, string marketId)
    {
        var first = Watch(yes, marketId);
        var second = Watch(no, marketId);
        _tokens[first].Sister = second;
        _tokens[second].Sister = first;
        return (first, second);
    }

    /// <summary>Forgets a token whose market is over: its place is used again, or a feed of rolling windows would grow
    /// for ever.</summary>
    public void Retire(int index)
    {
        if (_tokens[index].IsWatched)
        {
            _tokens[index].IsWatched = false;
            _tokens[index] = new Token
            {
                Index = index, Key = default, MarketId = string.Empty, Name = [], IsWatched = false,
            };
            _free.Push(index);
            _slots.AsSpan().Clear();
            foreach (var token in _tokens)
            {
                if (token.IsWatched)
                {
                    Place(token.Index);
                }
            }
        }
    }

    private static int Hash(ReadOnlySpan<byte> name)
    {
        var hash = 2_166_136_261u;
        foreach (var c in name)
        {
            hash = unchecked((hash ^ c) * 16_777_619u);
        }

        return (int)(hash & 0x7fffffff);
    }

    private int Watch(string id, string marketId)
    {
        if (!TryFindKnown(Encoding.ASCII.GetBytes(id), out var index))
        {
            index = Add(id, marketId);
        }

        _tokens[index].MarketId = marketId;
        _tokens[index].IsWatched = true;
        return index;
    }

    private int Add(string id, string marketId)
    {
        var index = _free.Count > 0 ? _free.Pop() : _tokens.Count;
        var token = new Token
        {
            Index = index,
            Key = new MarketKey(Venue.Polymarket, id),
            MarketId = marketId,
            Name = Encoding.ASCII.GetBytes(id),
        };
        if (index < _tokens.Count)
        {
            _tokens[index] = token;
        }
        else
        {
            _tokens.Add(token);
            if (_tokens.Count * 2 > _slots.Length)
            {
                _slots = new int[_slots.Length * 2];
                foreach (var one in _tokens)
                {
                    if (one.IsWatched && one.Index != index)
                    {
                        Place(one.Index);
                    }
                }
            }
        }

        Place(index);
        return index;
    }

    private void Place(int index)
    {
        var slot = Hash(_tokens[index].Name) & (_slots.Length - 1);
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        _slots[slot] = index + 1;
    }
}
