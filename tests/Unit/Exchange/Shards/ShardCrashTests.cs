using Strikeline.Exchange;
using Strikeline.Journal;
using Strikeline.Unit.Journal;

namespace Strikeline.Unit.Exchange.Shards;

/// <summary>The power goes at a random call of the disk, again and again.</summary>
public sealed class ShardCrashTests
{
    [Fact]
    public void Nothing_acknowledged_is_lost_nothing_is_done_twice_and_the_state_is_the_journals()
    {
        var lives = 0;
        var partial = 0;
        for (var seed = 1; seed <= Counts.Of(1_000, 25); seed++)
        {
            Live(seed, ref lives, ref partial);
        }

        Assert.True(lives > 50, $"{lives}");
        Assert.True(partial > 0, "the power never went with commands unacknowledged");
    }

    private static void Live(int seed, ref int lives, ref int partial)
    {
        var dice = new Random(seed);
        var disk = new SimulatedJournalDisk();
        var commands = new RandomCommands(seed);
        var acknowledged = new List<(ulong Sequence, Command Command)>();
        for (var life = 0; life < 5; life++)
        {
            var desk = new ShardDesk(disk, commands);
            if (life == 0)
            {
                desk.List();
            }

            (disk.Fault, disk.FaultAt) = (DiskFault.PowerCut, disk.Calls + 1 + dice.Next(120));
            var submitted = 0;
            for (var i = 0; i < 400 && desk.Shard.Trouble is null; i++)
            {
                submitted += desk.SubmitNext() == ShardSubmit.Taken ? 1 : 0;
                Turn(desk, dice);
            }

            lives++;
            partial += submitted > desk.Acknowledged.Count ? 1 : 0;
            acknowledged.AddRange(desk.Acknowledged.Select(one => (one.Sequence, one.Command)));
            Assert.Equal(desk.Acknowledged.Count, desk.Acknowledged.Select(one => one.Tag).Distinct().Count());
            disk = disk.Crash(dice);
            desk.Dispose();
            Check(disk, acknowledged);
        }
    }

    private static void Turn(ShardDesk desk, Random dice)
    {
        switch (dice.Next(4))
        {
            case 0:
                desk.Shard.Step();
                break;
            case 1:
                desk.Shard.StepJournal();
                break;
            case 2:
                desk.RunAll();
                desk.Shard.Keeper.Look();
                break;
        }

        desk.Clock.Pass(TimeSpan.FromMilliseconds(dice.Next(3)));
    }

    // The journal holds every acknowledged command at its place, each once, and leads to the state of a new start.
    private static void Check(SimulatedJournalDisk disk, List<(ulong Sequence, Command Command)> acknowledged)
    {
        var log = new CommandLog();
        JournalReader.Read(disk, log);
        foreach (var (sequence, command) in acknowledged.Where(one => one.Sequence >= log.First))
        {
            Assert.True(log.Commands.TryGetValue(sequence, out var kept), $"sequence {sequence} was acknowledged and is gone");
            Assert.Equal(command, kept);
        }

        Assert.True(acknowledged.Count == 0 || acknowledged[^1].Sequence <= log.Last);

        var replay = new ShardReplay(ShardDesk.Small.Pipeline);
        JournalReader.Read(disk, replay);
        using var next = new ShardDesk(SimulatedJournalDisk.Of(disk.Files), new RandomCommands(0));
        Assert.Null(next.Shard.Ask(pipeline => pipeline.Audit()));
        Assert.Equal(ShardReplay.HashOf(replay.Pipeline), next.Shard.Ask(ShardReplay.HashOf));
    }

    private sealed class CommandLog : IJournalReplay
    {
        public ulong First { get; private set; } = 1;

        public ulong Last { get; private set; }

        public Dictionary<ulong, Command> Commands { get; } = [];

        public void Restore(in JournalSnapshot snapshot) => (First, Last) = (snapshot.Sequence + 1, snapshot.Sequence);

        public void Apply(in JournalRecord record)
        {
            Last = record.Sequence;
            if (record.Type == 1)
            {
                var command = default(Command);
                record.Payload.CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<Command>(ref command)));
                Commands.Add(record.Sequence, command);
            }
        }
    }
}
