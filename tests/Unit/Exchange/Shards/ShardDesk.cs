using Strikeline.Exchange;
using Strikeline.Journal;
using Strikeline.Unit.Journal;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Exchange.Shards;

/// <summary>A shard in virtual time on a simulated disk, and a client that notes what it is told.</summary>
internal sealed class ShardDesk : IShardOutput, IDisposable
{
    public static readonly ShardSettings Small = new()
    {
        Pipeline = new PipelineOptions { ExpectedOrders = 4, ExpectedAccounts = 2, ExpectedAssets = 2, ExpectedPages = 1 },
        Journal = new JournalSettings { SegmentBytes = 64 * 1024, BufferBytes = 64 * 1024 },
        SnapshotEvery = 500,
        SnapshotGap = TimeSpan.Zero,
        WatchEvery = TimeSpan.Zero,
    };

    private readonly RandomCommands _commands;
    private long _lastTag;

    public ShardDesk(SimulatedJournalDisk disk, RandomCommands commands, VirtualTime? clock = null, ShardSettings? settings = null)
    {
        _commands = commands;
        Clock = clock ?? new VirtualTime();
        Shard = Shard.Open(disk, settings ?? Small, this, Clock);
    }

    public Shard Shard { get; }

    public VirtualTime Clock { get; }

    /// <summary>Commands that were acknowledged, with the journal's sequence and the time that they ran at.</summary>
    public List<(ulong Sequence, long Tag, Command Command)> Acknowledged { get; } = [];

    public List<ExchangeEvent> Events { get; } = [];

    /// <summary>The levels of the newest page.</summary>
    public LevelChange[] Levels { get; private set; } = [];

    public List<(long Tag, ShardRefusal Refusal)> Refused { get; } = [];

    public string? RefusedBecause { get; private set; }

    public void List()
    {
        foreach (var name in new[] { "SOL", "USDC", "BTC" })
        {
            Shard.Submit(new AssetListing { Name = ListingName.Of(name), Decimals = 6 });
            RunAll();
        }

        Shard.Submit(InstrumentListing.Of(0, "SOL/USDC", RandomCommands.Sol));
        RunAll();
        Shard.Submit(InstrumentListing.Of(1, "BTC/USDC", RandomCommands.Btc));
        RunAll();
        for (var account = 1; account < RandomCommands.Accounts; account++)
        {
            Submit(new Command { Type = CommandType.OpenAccount });
        }

        RunAll();
    }

    public ShardSubmit Submit(Command command) => Shard.TrySubmit([command], [++_lastTag]);

    public ShardSubmit SubmitNext() => Submit(_commands.Next());

    public void RunAll()
    {
        while (Shard.Step() || Shard.StepJournal())
        {
        }
    }

    public void Deliver(ShardPage page)
    {
        for (var i = 0; i < page.Count; i++)
        {
            Acknowledged.Add((page.FirstSequence + (ulong)i, page.Tags[i], page.Commands[i]));
            Events.AddRange(page.EventsOf(i));
        }

        if (page.Count == 0)
        {
            Events.AddRange(page.Events);
        }

        Levels = page.Levels.ToArray();
        _commands.Learn(page.Events);
    }

    public void Refuse(ReadOnlySpan<long> tags, ShardRefusal refusal, string reason)
    {
        RefusedBecause = reason;
        foreach (var tag in tags)
        {
            Refused.Add((tag, refusal));
        }
    }

    public void Dispose() => Shard.Dispose();
}
