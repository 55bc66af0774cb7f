namespace Strikeline.Exchange;

/// <summary>The API keys of a shard, in the order in which they were listed; those taken back among them.</summary>
internal sealed class KeyRing(Ledger ledger, EventBuffer events)
{
    /// <summary>Keys that there is room for.</summary>
    public const int MostKeys = 1 << 20;

    private const KeyScopes Known = KeyScopes.Read | KeyScopes.Trade | KeyScopes.Admin;

    private readonly List<KeyListing> _keys = [];
    private readonly Dictionary<KeyBytes, int> _numbers = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<KeyListing> Keys => _keys;

    /// <summary>Takes a key over from a snapshot.</summary>
    public void Restore(in KeyListing listing)
    {
        _numbers.Add(listing.Hash, _keys.Count);
        _keys.Add(listing);
    }

    /// <summary>Lists a key, or takes a listed one back.</summary>
    public void List(in KeyListing listing)
    {
        if (listing.IsRevoked == 1 && _numbers.TryGetValue(listing.Hash, out var number))
        {
            var key = _keys[number];
            _keys[number] = key with { IsRevoked = 1 };
            Say(EventType.KeyRevoked, ReasonCode.None, key.Account, number);
            return;
        }

        var reason = listing.IsRevoked != 0 || listing.Hash.IsZero || _numbers.ContainsKey(listing.Hash)
            ? ReasonCode.UnknownKey
            : listing.Account < 0 || listing.Account >= ledger.Accounts ? ReasonCode.UnknownAccount
            : listing.Scopes == KeyScopes.None || (listing.Scopes & ~Known) != KeyScopes.None
                || listing.Name.Equals(default) ? ReasonCode.Contradiction
            : _keys.Count == MostKeys ? ReasonCode.TooManyAccounts
            : ReasonCode.None;
        if (reason == ReasonCode.None)
        {
            Restore(listing);
        }

        Say(
            reason == ReasonCode.None ? EventType.KeyListed : EventType.Rejected, reason, listing.Account,
            _keys.Count - 1);
    }

    private void Say(EventType type, ReasonCode reason, int account, int number)
    {
        ref var e = ref events.Add(type, reason);
        e.Account = account;
        e.Quantity = number;
    }
}
