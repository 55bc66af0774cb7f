using System.Runtime.CompilerServices;

namespace Strikeline.Exchange;

/// <summary>What a client id has brought about.</summary>
/// <param name="Account">Whose it is.</param>
/// <param name="AtNanos">When.</param>
/// <param name="ClientId">The id.</param>
/// <param name="Result">The order, or the account that was opened.</param>
internal readonly record struct ClientIdUse(int Account, long AtNanos, UInt128 ClientId, long Result);

/// <summary>
/// Every client id that did something: for 30 days with what it did, after that as a fingerprint that refuses it.
/// </summary>
/// <remarks>
/// Open addressing with linear probing over a ring of uses in order of time. The hash is keyed with a secret of the
/// process, so that nobody can choose ids that collide; the secret orders nothing that anybody sees and is no part of
/// the state. A fingerprint is 64 bits of a hash with a fixed key: an id that was never used is refused by mistake once
/// in 2^64 / (ids in use), and the client takes another.
/// </remarks>
internal sealed class ClientIds
{
    /// <summary>How long a use is known with its result, in nanoseconds: 30 days.</summary>
    public const long KeptNanos = 30L * 24 * 3_600 * 1_000_000_000;

    private readonly ulong _keyLow;
    private readonly ulong _keyHigh;
    private readonly HashSet<ulong> _spent;
    private readonly List<ulong> _spentInOrder = [];
    private ClientIdUse[] _uses;
    private int[] _table;
    private long _first;
    private long _next;

    /// <param name="expected">Ids for which there is room from the start.</param>
    /// <param name="secret">Random; not part of the state.</param>
    public ClientIds(int expected, UInt128 secret)
    {
        // A half that meets itself makes every product 0: no usual id may be a key, also where nobody gave a secret.
        (_keyLow, _keyHigh) = (Low(secret) ^ 0x9E37_79B9_7F4A_7C15, High(secret) ^ 0xBF58_476D_1CE4_E5B9);
        _spent = new HashSet<ulong>(new Keyed(_keyHigh));
        var capacity = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, expected));
        _uses = new ClientIdUse[capacity];
        _table = new int[capacity * 2];
    }

    /// <summary>Uses that are known with their result.</summary>
    public int Count => (int)(_next - _first);

    /// <summary>Fingerprints of older ones, oldest first.</summary>
    public IReadOnlyList<ulong> Spent => _spentInOrder;

    /// <summary>Places of the table that were looked at: what a look-up costs.</summary>
    public long Probes { get; private set; }

    /// <summary>Finds what an id has brought about.</summary>
    /// <param name="account">Whose it is.</param>
    /// <param name="clientId">The id.</param>
    /// <param name="now">The time of the command in nanoseconds.</param>
    /// <param name="result">The order or account; 0 where the use is too long ago.</param>
    /// <returns>False where it was never used.</returns>
    public bool TryFind(int account, UInt128 clientId, long now, out long result)
    {
        var place = Find(account, clientId);
        if (_table[place] == 0)
        {
            result = 0;
            return _spent.Count > 0 && _spent.Contains(Fingerprint(account, clientId));
        }

        ref var use = ref _uses[_table[place] - 1];
        result = use.AtNanos + KeptNanos > now ? use.Result : 0;
        return true;
    }

    /// <summary>Remembers a use that was not there; the time never falls.</summary>
    public void Add(in ClientIdUse use)
    {
        // Two at a time: the ring empties as fast as it fills, and no command pays for many.
        for (var i = 0; i < 2 && Count > 0 && OldestIsOver(use.AtNanos); i++)
        {
            Spend();
        }

        Restore(use);
    }

    /// <summary>Takes a use over from a snapshot.</summary>
    public void Restore(in ClientIdUse use)
    {
        if (Count == _uses.Length)
        {
            Grow();
        }

        var at = (int)(_next++ & (_uses.Length - 1));
        _uses[at] = use;
        _table[Find(use.Account, use.ClientId)] = at + 1;
    }

    /// <summary>All uses that are known with their result, oldest first.</summary>
    public IEnumerable<ClientIdUse> Uses()
    {
        for (var at = _first; at < _next; at++)
        {
            yield return _uses[at & (_uses.Length - 1)];
        }
    }

    /// <summary>Takes an older use over from a snapshot.</summary>
    public void AddSpent(ulong fingerprint)
    {
        if (_spent.Add(fingerprint))
        {
            _spentInOrder.Add(fingerprint);
        }
    }

    private bool OldestIsOver(long now) => _uses[_first & (_uses.Length - 1)].AtNanos + KeptNanos <= now;

    private void Spend()
    {
        ref var use = ref _uses[_first & (_uses.Length - 1)];
        Remove(Find(use.Account, use.ClientId));
        AddSpent(Fingerprint(use.Account, use.ClientId));
        use = default;
        _first++;
    }

    // The place of the id, or the free place where it belongs.
    private int Find(int account, UInt128 clientId)
    {
        var mask = _table.Length - 1;
        var place = HomeOf(account, clientId);
        while (true)
        {
            Probes++;
            var at = _table[place];
            if (at == 0)
            {
                return place;
            }

            ref var use = ref _uses[at - 1];
            if (use.ClientId == clientId && use.Account == account)
            {
                return place;
            }

            place = (place + 1) & mask;
        }
    }

    // Those behind that do not stand where they belong move up, so that no look-up ends too early.
    private void Remove(int place)
    {
        var mask = _table.Length - 1;
        var next = place;
        while (true)
        {
            next = (next + 1) & mask;
            var at = _table[next];
            if (at == 0)
            {
                break;
            }

            var home = HomeOf(_uses[at - 1].Account, _uses[at - 1].ClientId);
            if (((next - home) & mask) >= ((next - place) & mask))
            {
                _table[place] = at;
                place = next;
            }
        }

        _table[place] = 0;
    }

    private void Grow()
    {
        var uses = new ClientIdUse[_uses.Length * 2];
        var count = 0;
        foreach (var use in Uses())
        {
            uses[count++] = use;
        }

        (_uses, _first, _next) = (uses, 0, count);
        _table = new int[uses.Length * 2];
        for (var at = 0; at < count; at++)
        {
            _table[Find(uses[at].Account, uses[at].ClientId)] = at + 1;
        }
    }

    private int HomeOf(int account, UInt128 clientId)
    {
        var hash = Mix(Mix(Low(clientId) ^ _keyLow, High(clientId) ^ _keyHigh), unchecked((uint)account) ^ _keyLow);
        return unchecked((int)hash) & (_table.Length - 1);
    }

    private static ulong Fingerprint(int account, UInt128 clientId) =>
        Mix(
            Mix(Low(clientId) ^ 0x9E37_79B9_7F4A_7C15, High(clientId) ^ 0xBF58_476D_1CE4_E5B9),
            unchecked((uint)account) ^ 0x94D0_49BB_1331_11EB);

    private static ulong Low(UInt128 value) => unchecked((ulong)value);

    private static ulong High(UInt128 value) => (ulong)(value >> 64);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }

    /// <summary>A hash that nobody outside can compute.</summary>
    private sealed class Keyed(ulong key) : IEqualityComparer<ulong>
    {
        public bool Equals(ulong x, ulong y) => x == y;

        public int GetHashCode(ulong value) => unchecked((int)Mix(value ^ key, key | 1));
    }
}
