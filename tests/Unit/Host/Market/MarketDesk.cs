using Strikeline.Exchange;
using Strikeline.Unit.Exchange;
using Strikeline.Unit.Exchange.Shards;
using Strikeline.Unit.Journal;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Host.Market;

/// <summary>A real shard on a disk in memory, step by step, and what it delivers as batches for a recorder.</summary>
internal sealed class MarketDesk : IShardOutput, IDisposable
{
    private readonly RandomCommands _commands;
    private readonly OrderTracker _tracker = new();
    private long _position;
    private long _lastTag;

    /// <param name="disk">Where the journal is.</param>
    /// <param name="commands">What people do.</param>
    /// <param name="clock">Stamps it.</param>
    /// <param name="remembered">The open orders as they were last recorded; none where the exchange has to do
    /// without.</param>
    public MarketDesk(SimulatedJournalDisk disk, RandomCommands commands, VirtualTime clock, IEnumerable<OrderRecord> remembered)
    {
        (_commands, Clock) = (commands, clock);
        Shard = Shard.Open(disk, ShardDesk.Small, this, clock);
        var known = remembered.ToDictionary(order => order.Id);
        foreach (var order in Shard.Ask(pipeline => pipeline.Orders().ToList()))
        {
            _tracker.Restore(order, known.GetValueOrDefault(order.Id));
        }

        _tracker.GoOnAt(Shard.Ask(pipeline => pipeline.NowNanos));
    }

    public Shard Shard { get; }

    public VirtualTime Clock { get; }

    public List<MarketBatch> Batches { get; } = [];

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
    }

    public void Work(int commands, Random dice)
    {
        for (var i = 0; i < commands; i++)
        {
            var command = _commands.Next();
            command.ExpiresAtNanos = command.ExpiresAtNanos == 0
                ? 0 : (Clock.GetUtcNow().ToUnixTimeMilliseconds() + dice.Next(5_000)) * 1_000_000;
            Submit(command);
            Clock.Pass(TimeSpan.FromMilliseconds(dice.Next(50) == 0 ? dice.Next(100_000) : dice.Next(400)));
            Shard.Keeper.Look();
        }
    }

    public void Deliver(ShardPage page)
    {
        var first = page.Events.Length > 0 ? page.Events[0].Sequence : 0;
        _position = _position == 0 ? first - 1 : _position;
        var group = new MarketGroup(_position);
        for (var i = 0; i < page.Count; i++)
        {
            var events = page.EventsOf(i);
            _tracker.Apply(page.Commands[i], events);
            group.Add(_tracker, events.Length > 0 ? events[^1].Sequence : 0);
        }

        if (page.Count == 0)
        {
            _tracker.Apply(page.AtNanos, page.Events);
            group.Add(_tracker, page.Events[^1].Sequence);
        }

        _commands.Learn(page.Events);
        if (page.Events.Length > 0)
        {
            _position = group.Position;
            Batches.Add(group.Take()!);
        }
    }

    public void Refuse(ReadOnlySpan<long> tags, ShardRefusal refusal, string reason) => Assert.Fail(reason);

    public void Dispose() => Shard.Dispose();

    private void Submit(Command command)
    {
        Assert.Equal(ShardSubmit.Taken, Shard.TrySubmit([command], [++_lastTag]));
        RunAll();
    }

    private void RunAll()
    {
        while (Shard.Step() || Shard.StepJournal())
        {
        }
    }
}
