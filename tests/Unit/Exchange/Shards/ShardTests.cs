using Strikeline.Exchange;
using Strikeline.Journal;
using Strikeline.Unit.Journal;

namespace Strikeline.Unit.Exchange.Shards;

/// <summary>The pipeline behind its journal, step by step.</summary>
public sealed class ShardTests
{
    [Fact]
    public void Nothing_is_delivered_before_its_record_is_durable()
    {
        using var desk = new ShardDesk(new SimulatedJournalDisk(), new RandomCommands(1));
        desk.List();
        var before = desk.Acknowledged.Count;
        desk.Submit(new Command { Type = CommandType.Deposit, Account = 1, Target = 0, Quantity = 5 });
        while (desk.Shard.Step())
        {
        }

        Assert.Equal(before, desk.Acknowledged.Count);
        Assert.True(desk.Shard.DurableSequence < desk.Shard.LastSequence);
        Assert.True(desk.Shard.StepJournal());
        Assert.Equal(before + 1, desk.Acknowledged.Count);
        Assert.Equal(5, desk.Shard.Ask(pipeline => pipeline.Balance(1, 0).Available));
    }

    [Fact]
    public void The_core_runs_the_next_page_while_the_disk_syncs_the_one_before()
    {
        var disk = new SimulatedJournalDisk();
        using var desk = new ShardDesk(
            disk, new RandomCommands(1), settings: ShardDesk.Small with { Journal = new JournalSettings { SegmentBytes = 1 << 20, BufferBytes = 1 << 20 } });
        desk.List();
        var ran = 0;
        disk.DuringSync = () =>
        {
            desk.Submit(new Command { Type = CommandType.Deposit, Account = 1, Target = 0, Quantity = 1 });
            ran += desk.Shard.Step() ? 1 : 0;
            disk.DuringSync = null;
        };
        desk.Submit(new Command { Type = CommandType.Deposit, Account = 1, Target = 0, Quantity = 1 });
        desk.Shard.Step();
        var before = desk.Acknowledged.Count;
        desk.Shard.StepJournal();
        Assert.Equal((1, before + 1), (ran, desk.Acknowledged.Count));
        desk.Shard.StepJournal();
        Assert.Equal(before + 2, desk.Acknowledged.Count);
    }

    [Fact]
    public void A_full_inbox_takes_all_or_nothing()
    {
        using var desk = new ShardDesk(new SimulatedJournalDisk(), new RandomCommands(1), settings: ShardDesk.Small with { InboxCommands = 3 });
        var tick = new Command { Type = CommandType.Tick };
        Assert.Equal(ShardSubmit.Taken, desk.Shard.TrySubmit([tick, tick], [1, 2]));
        Assert.Equal(ShardSubmit.Full, desk.Shard.TrySubmit([tick, tick], [3, 4]));
        Assert.Equal(ShardSubmit.Taken, desk.Shard.TrySubmit([tick], [5]));
        desk.RunAll();
        Assert.Equal([1, 2, 5], desk.Acknowledged.Select(one => one.Tag));
    }

    [Fact]
    public void Orders_expire_on_an_idle_market_and_an_idle_market_writes_nothing()
    {
        using var desk = new ShardDesk(new SimulatedJournalDisk(), new RandomCommands(1));
        desk.List();
        desk.Submit(new Command { Type = CommandType.Deposit, Account = 1, Target = 1, Quantity = 1_000_000 });
        desk.RunAll();
        var now = desk.Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        desk.Submit(new Command
        {
            Type = CommandType.Place, Account = 1, Price = 10, Quantity = 1, ExpiresAtNanos = now + 1_000_000_000,
        });
        desk.RunAll();
        var written = desk.Shard.LastSequence;
        desk.Clock.Pass(TimeSpan.FromMilliseconds(900));
        desk.RunAll();
        Assert.Equal(written, desk.Shard.LastSequence);
        desk.Clock.Pass(TimeSpan.FromMilliseconds(200));
        desk.RunAll();
        Assert.Equal(written + 1, desk.Shard.LastSequence);
        Assert.Equal(ReasonCode.Expired, desk.Events[^1].Reason);
    }

    [Fact]
    public void A_listing_waits_for_room_and_takes_no_page_that_is_not_delivered_yet()
    {
        // So small a buffer has one page.
        using var desk = new ShardDesk(new SimulatedJournalDisk(), new RandomCommands(1));
        desk.List();
        desk.Submit(new Command { Type = CommandType.Deposit, Account = 1, Target = 0, Quantity = 5 });
        Assert.True(desk.Shard.Step());
        var before = desk.Acknowledged.Count;
        desk.Shard.Submit(new AssetListing { Name = ListingName.Of("ETH"), Decimals = 9 }, tag: 7);
        desk.RunAll();
        Assert.Equal(before + 1, desk.Acknowledged.Count);
        Assert.Equal(EventType.AssetListed, desk.Events[^1].Type);
        Assert.Empty(desk.Refused);
    }

    [Fact]
    public void A_listing_is_refused_with_its_tag_where_the_journal_has_failed()
    {
        var disk = new SimulatedJournalDisk();
        using var desk = new ShardDesk(disk, new RandomCommands(1));
        desk.List();
        desk.Submit(new Command { Type = CommandType.Deposit, Account = 1, Target = 0, Quantity = 5 });
        desk.Shard.Step();
        (disk.Fault, disk.FaultAt) = (DiskFault.InputOutput, disk.Calls + 1);
        Assert.False(desk.Shard.StepJournal());
        desk.Shard.Submit(new AssetListing { Name = ListingName.Of("ETH"), Decimals = 9 }, tag: -7);
        desk.RunAll();
        desk.Shard.Submit(new AssetListing { Name = ListingName.Of("BNB"), Decimals = 9 }, tag: -8);
        desk.RunAll();
        Assert.Equal(ShardRefusal.Unknown, desk.Refused[0].Refusal);
        Assert.Equal([(-7L, ShardRefusal.NotDone), (-8L, ShardRefusal.NotDone)], desk.Refused[1..]);
        Assert.Equal(desk.RefusedBecause, desk.Shard.Trouble);
    }

    [Fact]
    public void What_breaks_the_core_is_not_in_the_journal_and_the_next_start_is_without_it()
    {
        var disk = new SimulatedJournalDisk();
        using (var desk = new ShardDesk(disk, new RandomCommands(1)))
        {
            desk.List();
            var sound = desk.Shard.LastSequence;
            desk.Shard.Ask(pipeline => pipeline.Ledger[2, 0].Available = long.MaxValue);
            desk.Submit(new Command { Type = CommandType.Deposit, Account = 2, Target = 0, Quantity = 1 });
            desk.RunAll();
            Assert.Contains("OverflowException", desk.Shard.Trouble);
            Assert.Contains($"sequence {sound}", desk.Shard.Trouble);
            Assert.Equal(ShardRefusal.NotDone, Assert.Single(desk.Refused).Refusal);
            Assert.Equal(ShardSubmit.Closed, desk.Submit(default));
            Assert.Equal(long.MaxValue, desk.Shard.Ask(pipeline => pipeline.Balance(2, 0).Available));
        }

        using var next = new ShardDesk(disk.Killed(), new RandomCommands(1));
        Assert.Equal(0, next.Shard.Ask(pipeline => pipeline.Balance(2, 0).Available));
        next.Submit(new Command { Type = CommandType.Deposit, Account = 2, Target = 0, Quantity = 1 });
        next.RunAll();
        Assert.Equal(1, next.Shard.Ask(pipeline => pipeline.Balance(2, 0).Available));
    }

    [Fact]
    public void A_balance_below_zero_stops_the_shard_before_anybody_hears_of_it()
    {
        using var desk = new ShardDesk(new SimulatedJournalDisk(), new RandomCommands(1));
        desk.List();
        desk.Shard.Ask(pipeline => pipeline.Ledger[2, 0].Available = -7);
        var heard = desk.Events.Count;
        desk.Submit(new Command { Type = CommandType.Deposit, Account = 2, Target = 0, Quantity = 1 });
        desk.RunAll();
        Assert.Contains("below zero", desk.Shard.Trouble);
        Assert.Equal(heard, desk.Events.Count);
        Assert.Equal(ShardRefusal.NotDone, Assert.Single(desk.Refused).Refusal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void The_watch_finds_a_unit_too_many_or_too_few_and_halts(int units)
    {
        using var desk = new ShardDesk(new SimulatedJournalDisk(), new RandomCommands(1));
        desk.List();
        desk.Submit(new Command { Type = CommandType.Deposit, Account = 1, Target = 0, Quantity = 100 });
        desk.RunAll();
        Look(desk);
        Assert.Null(desk.Shard.Keeper.Breach);
        Assert.Equal(desk.Shard.LastSequence, desk.Shard.Keeper.VerifiedSequence);

        desk.Shard.Ask(pipeline => pipeline.Ledger[1, 0].Available += units);
        desk.Submit(new Command { Type = CommandType.Tick });
        desk.RunAll();
        Look(desk);
        Assert.Contains("integrity watch", desk.Shard.Keeper.Breach);
        desk.RunAll();
        Assert.Contains("integrity watch", desk.Shard.Trouble);
        Assert.Equal(ShardSubmit.Closed, desk.Submit(default));
        Assert.Equal(100 + units, desk.Shard.Ask(pipeline => pipeline.Balance(1, 0).Available));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_state_that_the_journal_does_not_lead_to_never_becomes_a_snapshot(bool isAtTheEnd)
    {
        var disk = new SimulatedJournalDisk();
        var desk = new ShardDesk(disk, new RandomCommands(1), settings: ShardDesk.Small with { SnapshotEvery = isAtTheEnd ? int.MaxValue : 10 });
        desk.List();
        desk.Shard.Ask(pipeline => pipeline.Ledger[1, 0].Available += 1);
        desk.Submit(new Command { Type = CommandType.Tick });
        desk.RunAll();
        Assert.Equal(10UL, desk.Shard.LastSequence);
        if (!isAtTheEnd)
        {
            desk.Shard.Keeper.Look();
        }

        desk.Dispose();
        Assert.Contains("integrity watch", desk.Shard.Trouble);
        Assert.DoesNotContain(disk.List(), name => name.EndsWith(".slsnapshot", StringComparison.Ordinal));
        using var next = new ShardDesk(disk.Killed(), new RandomCommands(1));
        Assert.Equal(0, next.Shard.Ask(pipeline => pipeline.Balance(1, 0).Available));
    }

    [Fact]
    public void The_watch_finds_a_journal_that_was_damaged_behind_its_back()
    {
        var disk = new SimulatedJournalDisk();
        using var desk = new ShardDesk(disk, new RandomCommands(1));
        desk.List();
        Look(desk);
        Assert.Null(desk.Shard.Keeper.Breach);
        using (var file = disk.Open(disk.List().First(name => name.EndsWith(".sljournal", StringComparison.Ordinal))))
        {
            file.Write([0xFF], 100);
        }

        desk.Submit(new Command { Type = CommandType.Tick });
        desk.RunAll();
        Look(desk);
        Assert.Contains("integrity watch", desk.Shard.Keeper.Breach);
        Assert.Contains("byte", desk.Shard.Keeper.Breach);
    }

    [Fact]
    public void A_snapshot_is_written_as_the_records_add_up_and_is_what_the_next_start_uses()
    {
        var disk = new SimulatedJournalDisk();
        byte[] hash;
        using (var desk = new ShardDesk(disk, new RandomCommands(3)))
        {
            desk.List();
            for (var i = 0; i < 2_000; i++)
            {
                desk.SubmitNext();
                if (i % 7 == 0)
                {
                    desk.RunAll();
                    desk.Shard.Keeper.Look();
                }
            }

            desk.RunAll();
            Assert.Null(desk.Shard.Keeper.Breach);
            Assert.InRange(desk.Shard.Keeper.SnapshotSequence, 1_000UL, 2_100UL);
            hash = desk.Shard.Ask(ShardReplay.HashOf);
        }

        using var next = new ShardDesk(disk.Killed(), new RandomCommands(1));
        Assert.Equal(next.Shard.Recovered.LastSequence, next.Shard.Recovered.SnapshotSequence);
        Assert.Equal(hash, next.Shard.Ask(ShardReplay.HashOf));
    }

    [Fact]
    public void A_record_of_a_type_that_is_not_known_is_refused_by_name()
    {
        var disk = new SimulatedJournalDisk();
        using (var journal = DurableJournal.Open(disk, ShardDesk.Small.Journal, new ReplayLog()))
        {
            journal.Append(77, [1, 2, 3], out _);
        }

        var refusal = Assert.Throws<StateException>(() => new ShardDesk(disk, new RandomCommands(1)));
        Assert.Contains("record 1 has type 77", refusal.Message);
    }

    private static void Look(ShardDesk desk)
    {
        desk.Shard.CopyForKeeper();
        desk.Shard.Step();
        desk.Shard.Keeper.Look();
    }
}
