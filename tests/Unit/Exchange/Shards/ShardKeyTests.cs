using Strikeline.Exchange;
using Strikeline.Unit.Exchange.Access;
using Strikeline.Unit.Journal;

namespace Strikeline.Unit.Exchange.Shards;

/// <summary>API keys behind the journal: the next start has the same ones.</summary>
public sealed class ShardKeyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_shard_that_starts_again_has_the_same_keys(bool fromSnapshot)
    {
        var disk = new SimulatedJournalDisk();
        using var desk = new ShardDesk(disk, new RandomCommands(1), settings: ShardDesk.Small with { SnapshotEvery = int.MaxValue });
        desk.List();
        var listings = new RandomListings(4);
        var naive = new NaiveExchange();
        RandomCommands.Open(naive.Run, naive.Run, naive.Run);
        for (var i = 0; i < 120; i++)
        {
            var key = listings.NextKey(naive);
            naive.Run(key);
            desk.Shard.Submit(key, tag: i);
            desk.SubmitNext();
            desk.RunAll();
        }

        var keys = desk.Shard.Ask(pipeline => KeyTests.BytesOf(pipeline.Keys));
        var hash = desk.Shard.Ask(ShardReplay.HashOf);
        Assert.Equal(KeyTests.BytesOf(naive.Keys), keys);
        Assert.Contains(naive.Keys, key => key.IsRevoked == 1);
        Assert.Contains(naive.Keys, key => key.IsRevoked == 0);

        // Closed in order it leaves a snapshot, killed it leaves records alone.
        if (fromSnapshot)
        {
            desk.Dispose();
            Assert.Null(desk.Shard.Trouble);
        }

        using var next = new ShardDesk(disk.Killed(), new RandomCommands(1));
        Assert.Equal(fromSnapshot ? next.Shard.Recovered.LastSequence : 0, next.Shard.Recovered.SnapshotSequence);
        Assert.Equal(keys, next.Shard.Ask(pipeline => KeyTests.BytesOf(pipeline.Keys)));
        Assert.Equal(hash, next.Shard.Ask(ShardReplay.HashOf));

        next.Shard.Submit(naive.Keys[0] with { IsRevoked = 0 });
        next.RunAll();
        Assert.Equal(ReasonCode.UnknownKey, next.Events[^1].Reason);
        next.Shard.Submit(KeyTests.Key(-1));
        next.RunAll();
        Assert.Equal((EventType.KeyListed, (long)naive.Keys.Count), (next.Events[^1].Type, next.Events[^1].Quantity));
    }

    [Fact]
    public void Orders_that_are_due_when_a_listing_comes_are_gone_from_the_levels_of_its_page()
    {
        var disk = new SimulatedJournalDisk();
        using var desk = new ShardDesk(disk, new RandomCommands(1));
        desk.List();
        desk.Submit(new Command { Type = CommandType.Deposit, Account = 1, Target = 1, Quantity = 1_000_000 });
        desk.RunAll();
        var now = desk.Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        desk.Submit(new Command { Type = CommandType.Place, Account = 1, Price = 10, Quantity = 3, ExpiresAtNanos = now + 1_000 });
        desk.RunAll();
        Assert.Equal([(10, 3L)], desk.Levels.Select(level => (level.Price, level.Lots)));
        desk.Shard.Submit(KeyTests.Key(1) with { AtNanos = now + 1_000 });
        desk.RunAll();
        Assert.Equal([EventType.Cancelled, EventType.KeyListed], desk.Events[^2..].Select(e => e.Type));
        Assert.Equal([(10, 0L)], desk.Levels.Select(level => (level.Price, level.Lots)));
    }
}
