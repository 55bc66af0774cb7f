using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <content>Who may come in: a list of keys, from which none is ever taken away.</content>
internal sealed partial class NaiveExchange
{
    public List<KeyListing> Keys { get; } = [];

    public void Run(KeyListing listing)
    {
        Advance(listing.AtNanos);
        var at = Keys.FindIndex(key => key.Hash.ToArray().SequenceEqual(listing.Hash.ToArray()));
        if (listing.IsRevoked == 1 && at >= 0)
        {
            Keys[at] = Keys[at] with { IsRevoked = 1 };
            Say(new ExchangeEvent { Type = EventType.KeyRevoked, Account = Keys[at].Account, Quantity = at });
            return;
        }

        ReasonCode? reason =
            listing.IsRevoked != 0 || at >= 0 || listing.Hash.ToArray().All(one => one == 0) ? ReasonCode.UnknownKey
            : !IsOpened(listing.Account) ? ReasonCode.UnknownAccount
            : (int)listing.Scopes is < 1 or > 7 || listing.Name == default ? ReasonCode.Contradiction
            : null;
        if (reason is null)
        {
            Keys.Add(listing);
        }

        Say(new ExchangeEvent
        {
            Type = reason is null ? EventType.KeyListed : EventType.Rejected, Reason = reason ?? ReasonCode.None, Account = listing.Account,
            Quantity = Keys.Count - 1,
        });
    }
}
