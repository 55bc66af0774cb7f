using System.Diagnostics;
using Strikeline.Exchange;
using Strikeline.Host.Market;
using Strikeline.Storage;
using Strikeline.Unit.Exchange;
using Strikeline.Unit.Exchange.Markets;
using Strikeline.Unit.Exchange.Shards;
using Strikeline.Unit.Journal;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Host.Market;

/// <summary>The database processor behind a real shard, with its real journal and a file of SQLite.</summary>
public sealed class MarketJournalTests : IDisposable
{
    private const int Patience = 30;

    private static readonly MarketRecorderOptions Quick = new()
    {
        FirstWait = TimeSpan.FromMilliseconds(1), LongestWait = TimeSpan.FromMilliseconds(5), ReplayGap = TimeSpan.Zero, MostWaitingRows = 150,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-market-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Whatever_it_has_missed_is_read_from_the_journal_with_its_numbers_times_and_orders()
    {
        var replays = 0L;
        for (var seed = 1; seed <= Counts.Of(60, 4); seed++)
        {
            var dice = new Random(seed);
            var (disk, clock, commands) = (new SimulatedJournalDisk(), new VirtualTime(), new RandomCommands(seed));
            await using var store = Store(seed);
            var all = new List<MarketBatch>();
            for (var life = 0; life < 8; life++)
            {
                // The exchange remembers its open orders, or is told nothing of them and offers what it can.
                var remembered = MarketTables.Of(all).Orders.Where(order => !order.IsOver).ToList();
                var knows = life == 0 || dice.Next(2) == 0;
                using var perfect = new MarketDesk(disk, commands, clock, remembered);
                if (life == 0)
                {
                    perfect.List();
                }

                perfect.Work(dice.Next(350), dice);
                await using var recorder = Recorder(store, disk, perfect.Shard);
                foreach (var batch in perfect.Batches.SkipWhile(_ => dice.Next(3) == 0))
                {
                    recorder.Offer(knows ? batch : batch with { Orders = [.. batch.Orders.Select(order => Forget(order, remembered))] });
                }

                all.AddRange(perfect.Batches);
                recorder.Start();
                await UntilAsync(() => recorder.Position == all[^1].LastSequence, recorder);
                replays += recorder.Counts.Replays;
                Assert.Equal((0, null), (recorder.Counts.LostEvents, recorder.Problem));
                MarketTables.Of(all).AssertEqual(await MarketTables.OfAsync(store, TestContext.Current.CancellationToken));
            }
        }

        Assert.True(replays > 10, $"{replays}");
    }

    [Fact]
    public async Task What_newer_snapshots_have_taken_away_is_a_hole_and_nothing_is_invented()
    {
        var dice = new Random(5);
        var disk = new SimulatedJournalDisk();
        using var desk = new MarketDesk(disk, new RandomCommands(5), new VirtualTime(), []);
        await using var store = Store(0);
        desk.List();
        desk.Work(400, dice);
        var (early, before) = (desk.Batches.Count, desk.Batches[^1].LastSequence);
        await using (var recorder = Recorder(store, disk, desk.Shard))
        {
            recorder.Start();
            await UntilAsync(() => recorder.Position == before, recorder);
        }

        desk.Work(4_000, dice);
        await using var later = Recorder(store, disk, desk.Shard);
        later.Start();
        await UntilAsync(() => later.Position == desk.Batches[^1].LastSequence, later);
        Assert.Null(later.Problem);
        var hole = Assert.Single(await store.HolesAsync(TestContext.Current.CancellationToken));
        Assert.Equal(before + 1, hole.FirstSequence);
        Assert.Equal(hole.LastSequence - before, later.Counts.LostEvents);
        var tables = await MarketTables.OfAsync(store, TestContext.Current.CancellationToken);
        Assert.Equal(
            MarketTables.Of(desk.Batches).Trades.Where(trade => trade.Sequence <= before || trade.Sequence > hole.LastSequence), tables.Trades);
        Assert.Equal(MarketTables.Candlesticks(tables.Trades), tables.Candles);
        var open = desk.Shard.Ask(pipeline => pipeline.Orders().Select(order => order.Id).ToHashSet());
        Assert.All(tables.Orders.Where(order => !order.IsOver), order => Assert.Contains(order.Id, open));
        Assert.Contains(tables.Orders, order => order.Status == OrderStatus.Unknown);
        Assert.True(early < desk.Batches.Count);
        await Assert.ThrowsAsync<MarketHistoryException>(() => later.RebuildAsync(isLossAllowed: false, TestContext.Current.CancellationToken));
    }

    private static OrderRecord Forget(OrderRecord order, List<OrderRecord> remembered) =>
        remembered.Exists(one => one.Id == order.Id) ? order with { CreatedNanos = 0, ClientId = 0, Executed = 0 } : order;

    private static MarketRecorder Recorder(IMarketStore store, SimulatedJournalDisk disk, Shard shard) => new(
        store, new JournalHistory(disk, ShardDesk.Small.Pipeline, () => shard.DurableSequence, rows: 20), Quick, TimeProvider.System);

    private static async Task UntilAsync(Func<bool> right, MarketRecorder recorder)
    {
        var watch = Stopwatch.StartNew();
        while (!right())
        {
            Assert.True(watch.Elapsed.TotalSeconds < Patience, $"{recorder.Problem} {recorder.Position} {recorder.Counts}");
            await Task.Delay(2);
        }
    }

    private SqliteMarketStore Store(int number) => new(Path.Combine(_folder, $"{number}.db"), TimeSpan.FromSeconds(10));
}
