using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange.Access;

/// <summary>API keys in the core: listed once, taken back for good, and part of the state.</summary>
public sealed class KeyTests
{
    private const int Us = 1;
    private const int Them = 2;

    private readonly EventBuffer _events = new();
    private readonly Pipeline _pipeline;

    public KeyTests() => _pipeline = RandomCommands.Open(_events);

    [Fact]
    public void Keys_are_numbered_as_they_come_and_all_of_them_is_kept()
    {
        var keys = new[]
        {
            Key(1), Key(2) with { Account = Them, Scopes = KeyScopes.Read, PublicKey = HashOf(77) }, Key(3) with { Account = 0, Scopes = KeyScopes.Admin },
        };
        for (var i = 0; i < keys.Length; i++)
        {
            AreEqual(new ExchangeEvent { Type = EventType.KeyListed, Account = keys[i].Account, Quantity = i }, Run(keys[i]));
        }

        AreKeys(keys);
        Assert.Equal(HashOf(77).ToArray(), _pipeline.Keys[1].PublicKey.ToArray());
        Assert.Equal(("key", KeyScopes.Read), ($"{_pipeline.Keys[1].Name}", _pipeline.Keys[1].Scopes));
        Assert.True(_pipeline.Keys[0].PublicKey.IsZero);
    }

    [Fact]
    public void A_key_is_taken_back_by_its_hash_alone_and_stays_in_its_place_for_good()
    {
        Run(Key(1) with { Account = Them });
        Run(Key(2));
        var revoked = new ExchangeEvent { Type = EventType.KeyRevoked, Account = Them, Quantity = 0 };
        AreEqual(revoked, Run(new KeyListing { Hash = HashOf(1), IsRevoked = 1, Account = 99, Scopes = (KeyScopes)128 }));
        AreKeys([Key(1) with { Account = Them, IsRevoked = 1 }, Key(2)]);

        // Said again it is no error: whoever asks wants it gone.
        AreEqual(revoked, Run(new KeyListing { Hash = HashOf(1), IsRevoked = 1 }));
        Refuses(ReasonCode.UnknownKey, Key(1));
        AreKeys([Key(1) with { Account = Them, IsRevoked = 1 }, Key(2)]);
    }

    [Fact]
    public void Whatever_is_wrong_with_a_key_is_named_and_nothing_has_changed()
    {
        Run(Key(1));
        Refuses(ReasonCode.UnknownKey, Key(1));
        Refuses(ReasonCode.UnknownKey, Key(1) with { Account = Them, Scopes = KeyScopes.Admin });
        Refuses(ReasonCode.UnknownKey, Key(2) with { IsRevoked = 1 });
        Refuses(ReasonCode.UnknownKey, Key(1) with { IsRevoked = 2 });
        Refuses(ReasonCode.UnknownKey, Key(2) with { IsRevoked = 2 });
        Refuses(ReasonCode.UnknownKey, Key(2) with { Hash = default });
        Refuses(ReasonCode.UnknownAccount, Key(2) with { Account = -1 });
        Refuses(ReasonCode.UnknownAccount, Key(2) with { Account = RandomCommands.Accounts });
        Refuses(ReasonCode.Contradiction, Key(2) with { Scopes = KeyScopes.None });
        Refuses(ReasonCode.Contradiction, Key(2) with { Scopes = (KeyScopes)8 });
        Refuses(ReasonCode.Contradiction, Key(2) with { Scopes = KeyScopes.Read | (KeyScopes)128 });
        Refuses(ReasonCode.Contradiction, Key(2) with { Name = default });
        AreKeys([Key(1)]);

        // What was refused can come again as it should be.
        AreEqual(new ExchangeEvent { Type = EventType.KeyListed, Account = Us, Quantity = 1 }, Run(Key(2)));
    }

    [Fact]
    public void A_state_with_keys_goes_round_and_what_was_known_is_known()
    {
        Run(Key(1) with { PublicKey = HashOf(5) });
        Run(Key(2) with { Account = Them });
        Run(new KeyListing { Hash = HashOf(1), IsRevoked = 1 });
        var state = new StateWriter();
        _pipeline.Save(state);
        var events = new EventBuffer();
        var other = new Pipeline(new PipelineOptions(), events);
        other.Load(state.Bytes);
        Assert.Equal(ShardReplay.HashOf(_pipeline), ShardReplay.HashOf(other));
        Assert.Equal(BytesOf(_pipeline.Keys), BytesOf(other.Keys));

        foreach (var next in new[] { Key(1), Key(2), new KeyListing { Hash = HashOf(2), IsRevoked = 1 }, Key(3) })
        {
            events.Clear();
            other.Run(next);
            AreEqual(Run(next), events.Events[0] with { Sequence = 0 });
        }

        Assert.Equal(ShardReplay.HashOf(_pipeline), ShardReplay.HashOf(other));
    }

    [Fact]
    public void Every_byte_of_a_key_is_part_of_the_state()
    {
        var hashes = new HashSet<string>();
        foreach (var key in new[]
        {
            Key(1), Key(2), Key(1) with { Account = Them }, Key(1) with { Scopes = KeyScopes.Read }, Key(1) with { Name = ListingName.Of("other") },
            Key(1) with { PublicKey = HashOf(1) },
        })
        {
            var pipeline = RandomCommands.Open(new EventBuffer());
            pipeline.Run(key);
            Assert.True(hashes.Add(Convert.ToHexString(ShardReplay.HashOf(pipeline))), Text.Of(key));
        }
    }

    /// <summary>A sound key of an account.</summary>
    internal static KeyListing Key(int number) => new()
    {
        Account = Us, Scopes = KeyScopes.Read | KeyScopes.Trade, Name = ListingName.Of("key"), Hash = HashOf(number),
    };

    internal static KeyBytes HashOf(int number) => KeyBytes.Of(SHA256.HashData(BitConverter.GetBytes(number)));

    internal static byte[] BytesOf(IEnumerable<KeyListing> keys) => MemoryMarshal.AsBytes<KeyListing>([.. keys]).ToArray();

    private ExchangeEvent Run(KeyListing listing)
    {
        _events.Clear();
        _pipeline.Run(listing);
        Assert.Equal(1, _events.Events.Length);
        return _events.Events[0] with { Sequence = 0 };
    }

    private void Refuses(ReasonCode reason, KeyListing listing)
    {
        var before = BytesOf(_pipeline.Keys);
        var said = Run(listing);
        Assert.Equal((EventType.Rejected, reason, listing.Account), (said.Type, said.Reason, said.Account));
        Assert.Equal(before, BytesOf(_pipeline.Keys));
    }

    private void AreKeys(KeyListing[] keys) => Assert.Equal(BytesOf(keys), BytesOf(_pipeline.Keys));

    private static void AreEqual(ExchangeEvent expected, ExchangeEvent said) => Assert.Equal(Text.Of(expected), Text.Of(said));
}
