using Strikeline.Journal;
using Strikeline.Trading;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>The state is a function of the journal: read again, from records or from a snapshot, it is the
/// same.</summary>
public sealed class IntentJournalTests
{
    private static readonly JournalSettings Layout = new() { SegmentBytes = 128 * 1024, BufferBytes = 32 * 1024 };

    private readonly VirtualTime _time = new();
    private readonly MemoryDisk _disk = new();

    [Fact]
    public void Records_and_snapshots_give_the_same_state_and_the_prefix_is_asked_for_once()
    {
        var states = new List<byte[]> { Trade() };
        using (var journal = Open(snapshotEvery: 0))
        {
            states.Add(Bytes(journal));
        }

        using (var journal = Open(snapshotEvery: 1))
        {
            Assert.False(journal.IsNew);
            journal.SnapshotWhereDue();
            Assert.Null(journal.SnapshotTrouble);
        }

        using (var journal = Open(snapshotEvery: 1))
        {
            Assert.True(journal.Recovered.SnapshotSequence > 0);
            states.Add(Bytes(journal));
            Assert.Equal("sl", journal.State.Prefix);
            Assert.True(journal.State.Plans.Count > 0 && journal.State.Recent.Count > 0);
        }

        Assert.All(states, state => Assert.Equal(states[0], state));
    }

    [Fact]
    public void A_snapshot_that_the_disk_refuses_stops_nothing()
    {
        Trade();
        var life = new Life();
        using var journal = Open(snapshotEvery: 1, life);
        life.DiskFailsIn = 2;
        journal.SnapshotWhereDue();
        Assert.NotNull(journal.SnapshotTrouble);
        Assert.Null(journal.Failure);
    }

    [Fact]
    public void Fills_of_the_last_life_are_told_again_by_the_same_ids()
    {
        Trade();
        var first = new List<PortfolioEntry>();
        var second = new List<PortfolioEntry>();
        foreach (var entries in (List<PortfolioEntry>[])[first, second])
        {
            using var journal = IntentJournal.Open(_disk.For(new Life()), Layout, _time, () => "no", entries.Add, isStepped: true);
        }

        Assert.NotEmpty(first);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Closed_plans_keep_their_legs_and_those_of_the_layout_before_have_none()
    {
        Trade();
        using var journal = Open(0);
        lock (journal.Gate)
        {
            var recent = journal.State.Recent;
            Assert.Contains(recent, one => one.Legs.All(leg => leg.FilledMicro == 5 * Micros.One && leg.AveragePpm == 470_000));
            Assert.All(recent, one => Assert.Equal([one.Legs[0].MarketId + "-yes", one.Legs[0].MarketId + "-no"], one.Legs.Select(leg => leg.Token.TokenId)));

            var writer = new RecordWriter();
            journal.State.Write(writer);
            var again = new TradeState();
            again.Read(writer.Bytes);
            Assert.Equal(recent.SelectMany(one => one.Legs), again.Recent.SelectMany(one => one.Legs));

            // Nothing open, one closed plan, as it was written before.
            writer.Clear().Byte(1).Text("sl").Number(1).Number(0).Number(0).Number(0).Number(0).Number(0).Number(0);
            writer.Number(1).Number(1).Text("s").Number(2).Number(3).Number(4).Number(5).Text("DONE").Number(0);
            new Portfolio().Write(writer);
            var old = new TradeState();
            old.Read(writer.Bytes);
            Assert.Equal((4L, "DONE", 0), old.Recent.Single() is var one ? (one.NetMicros, one.Reason, one.Legs.Length) : default);
            Assert.Throws<InvalidDataException>(() => new TradeState().Read([3]));
        }
    }

    // Plans in every state: closed, under way, unknown.
    private byte[] Trade()
    {
        var dice = new Random(2);
        var books = new OutcomeBooks();
        var venue = new OutcomeScript(_time, dice, new Troubles { ReplyLost = 200 });
        using var bot = new SimulatedBot(_time, _disk, new MemoryDisk(), books, life => venue.For(life, (_, _) => { }), ShapedSignals.Limits(PlanShape.Pair));
        for (var round = 0; round < 30; round++)
        {
            var market = OutcomeBooks.Make($"m{round}");
            books.Set(market);
            foreach (var token in (MarketKey[])[market.Yes, market.No])
            {
                venue.Price(token, 460_000, 470_000);
                books.Set(token, [new Level(460_000, 100 * Micros.One)], [new Level(470_000, 100 * Micros.One)]);
            }

            _ = _time.Start(() =>
            {
                bot.Desk.OnSignal(OutcomeBooks.Pair(market, SignalKind.BuySet, 470_000, 470_000, 5 * Micros.One));
                return Task.CompletedTask;
            });
            _time.Pass(TimeSpan.FromMilliseconds(dice.Next(300, 3_000)));
        }

        return Bytes(bot.Journal);
    }

    private IntentJournal Open(long snapshotEvery, Life? life = null) => IntentJournal.Open(
        _disk.For(life ?? new Life()), Layout, _time, () => throw new InvalidOperationException("asked twice"), isStepped: true,
        snapshotEvery: snapshotEvery);

    private static byte[] Bytes(IntentJournal journal)
    {
        var writer = new RecordWriter();
        lock (journal.Gate)
        {
            journal.State.Write(writer);
        }

        return writer.Bytes.ToArray();
    }
}
