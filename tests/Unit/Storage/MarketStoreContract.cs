using Strikeline.Exchange;
using Strikeline.Unit.Exchange.Markets;

namespace Strikeline.Unit.Storage;

/// <summary>What every store of the market must do, whatever is behind it.</summary>
public abstract class MarketStoreContract
{
    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A store that is not open yet; the same tables each time within a test.</summary>
    private protected abstract IMarketStore Make();

    /// <summary>Does something to the tables that no store would do; a name of a table stands behind @.</summary>
    private protected abstract Task TouchAsync(string sql);

    [Fact]
    public async Task What_was_stored_is_read_back_after_another_start()
    {
        var samples = new MarketSamples(3, 1_500);
        await using (var store = await OpenAsync(0))
        {
            await FillAsync(store, samples.Batches, groups: 7);
        }

        await using var again = await OpenAsync(samples.Batches[^1].LastSequence);
        Assert.Equal(samples.Batches[^1].LastSequence, await again.PositionAsync(Cancel));
        samples.Tables().AssertEqual(await MarketTables.OfAsync(again, Cancel));
        Assert.Equal(
            samples.Tables().Orders.Where(order => !order.IsOver), await again.OpenOrdersAsync(Cancel));
        var newest = samples.Tables().Candles.GroupBy(one => (one.Instrument, one.Interval)).Select(all => all.MaxBy(one => one.OpenSecond)!);
        Assert.Equal(
            newest.OrderBy(one => (one.Instrument, one.Interval)),
            (await again.NewestCandlesAsync(Cancel)).OrderBy(one => (one.Instrument, one.Interval)));
        Assert.Empty(await again.HolesAsync(Cancel));
    }

    [Fact]
    public async Task A_batch_twice_changes_nothing_and_one_behind_a_gap_is_refused()
    {
        var samples = new MarketSamples(4, 300);
        await using var store = await OpenAsync(0);
        await FillAsync(store, samples.Batches.Take(200), groups: 1);
        await FillAsync(store, samples.Batches.Take(200), groups: 1);
        await Assert.ThrowsAsync<MarketStoreException>(() => store.AppendAsync(samples.Batches[201], [], Cancel));
        var half = samples.Batches.First(batch => batch.LastSequence > batch.FirstSequence + 1) with { LastSequence = long.MaxValue };
        await Assert.ThrowsAsync<MarketStoreException>(() => store.AppendAsync(half, [], Cancel));
        samples.Tables(200).AssertEqual(await MarketTables.OfAsync(store, Cancel));
        Assert.Equal(samples.Batches[199].LastSequence, await store.OpenAsync(Cancel));
    }

    [Fact]
    public async Task Two_writers_of_the_same_batches_store_each_once()
    {
        var samples = new MarketSamples(5, 400);
        await using var one = await OpenAsync(0);
        await using var other = await OpenAsync(0);
        await Task.WhenAll(
            Task.Run(() => FillAsync(one, samples.Batches, groups: 1), Cancel), Task.Run(() => FillAsync(other, samples.Batches, groups: 1), Cancel));
        samples.Tables().AssertEqual(await MarketTables.OfAsync(one, Cancel));
    }

    [Fact]
    public async Task Numbers_of_every_size_come_back()
    {
        await using var store = await OpenAsync(0);
        var trade = new TradePrint(
            7, long.MaxValue / 2, short.MaxValue, int.MaxValue, long.MaxValue, Side.Sell, long.MaxValue, long.MinValue, int.MaxValue, 3,
            long.MaxValue, -5);
        var order = new OrderRecord
        {
            Id = long.MaxValue, Account = 59, ClientId = UInt128.MaxValue, Instrument = 1, Side = Side.Sell, Kind = OrderKind.MarketByValue,
            TimeInForce = TimeInForce.PostOnly, Price = int.MaxValue, StopPrice = 5, IsTriggered = true, Display = 6, ExpiresAtNanos = long.MaxValue,
            Quantity = Int128.MaxValue, Executed = Int128.MaxValue - 1, ExecutedTickLots = Int128.MaxValue, CancelledLots = Int128.MaxValue, Status = OrderStatus.Expired,
            Reason = ReasonCode.Expired, CreatedNanos = 11, UpdatedNanos = 12, FirstSequence = 1, Sequence = 7,
        };
        var candle = new Candle(2, CandleInterval.FourHours, 14_400, 1, int.MaxValue, 1, 2, Int128.MaxValue, Int128.MaxValue, 3, 7);
        await store.AppendAsync(new MarketBatch(1, 7, [trade], [order]), [candle], Cancel);
        Assert.Equal(order, await store.OrderAsync(order.Id, Cancel));
        Assert.Null(await store.OrderAsync(5, Cancel));
        Assert.Equal([trade], await store.TradesAsync(short.MaxValue, MarketPage.Newest(5), Cancel));
        Assert.Equal([candle], await store.CandlesAsync(2, CandleInterval.FourHours, MarketPage.Newest(5), Cancel));
        Assert.Empty(await store.OpenOrdersAsync(Cancel));
    }

    [Fact]
    public async Task Pages_follow_on_each_other_and_keep_to_their_time()
    {
        var samples = new MarketSamples(6, 2_000);
        var all = samples.Tables();
        await using var store = await OpenAsync(0);
        await FillAsync(store, samples.Batches, groups: 50);
        var times = all.Trades.Select(trade => trade.AtNanos).ToList();
        foreach (var (from, to) in ((long, long)[])[(0, long.MaxValue), (times[times.Count / 4], times[times.Count / 2]), (5, 6)])
        {
            var inside = all.Trades.Where(trade => trade.AtNanos >= from && trade.AtNanos < to).Reverse().ToList();
            Assert.Equal(
                inside.Where(trade => trade.Instrument == 1),
                await PagesAsync(before => store.TradesAsync(1, new MarketPage(from, to, before, 13), Cancel), trade => trade.Sequence));
            Assert.Equal(
                inside.Where(trade => trade.TakerAccount == 4 || trade.MakerAccount == 4),
                await PagesAsync(before => store.FillsAsync(4, null, new MarketPage(from, to, before, 13), Cancel), trade => trade.Sequence));
            Assert.Equal(
                inside.Where(trade => (trade.TakerAccount == 2 || trade.MakerAccount == 2) && trade.Instrument == 0),
                await PagesAsync(before => store.FillsAsync(2, 0, new MarketPage(from, to, before, 13), Cancel), trade => trade.Sequence));
            Assert.Equal(
                all.Orders.Where(order => order.Account == 1 && order.Instrument == 1 && order.CreatedNanos >= from && order.CreatedNanos < to)
                    .OrderByDescending(order => order.FirstSequence),
                await PagesAsync(before => store.OrdersAsync(1, 1, new MarketPage(from, to, before, 13), Cancel), order => order.FirstSequence));
            Assert.Equal(
                all.Candles.Where(one => one is { Instrument: 0, Interval: CandleInterval.OneMinute } && one.OpenSecond * Stamps.NanosPerSecond >= from
                    && (to == long.MaxValue || one.OpenSecond * Stamps.NanosPerSecond < to)).Reverse(),
                await PagesAsync(
                    before => store.CandlesAsync(0, CandleInterval.OneMinute, new MarketPage(from, to, before, 13), Cancel), one => one.LastSequence));
        }
    }

    [Fact]
    public async Task A_hole_is_kept_and_what_follows_on_it_is_stored()
    {
        await using var store = await OpenAsync(0);
        await store.AppendAsync(new MarketBatch(1, 5, [], []), [], Cancel);
        await store.AppendAsync(new MarketBatch(6, 99, [], []) { IsHole = true }, [], Cancel);
        await store.AppendAsync(new MarketBatch(100, 101, [], []), [], Cancel);
        Assert.Equal([new MarketHole(6, 99)], await store.HolesAsync(Cancel));
        Assert.Equal(101, await store.OpenAsync(Cancel));
    }

    [Fact]
    public async Task Cleared_it_is_as_new()
    {
        var samples = new MarketSamples(8, 300);
        await using var store = await OpenAsync(0);
        await FillAsync(store, samples.Batches, groups: 20);
        await store.ClearAsync(Cancel);
        MarketTables.Of([]).AssertEqual(await MarketTables.OfAsync(store, Cancel));
        Assert.Equal(0, await store.OpenAsync(Cancel));
        await FillAsync(store, samples.Batches, groups: 20);
        samples.Tables().AssertEqual(await MarketTables.OfAsync(store, Cancel));
    }

    [Fact]
    public async Task Trades_and_candles_that_are_missing_are_found()
    {
        var samples = new MarketSamples(10, 600);
        var middle = samples.Tables().Trades[samples.Tables().Trades.Count / 2].Sequence;
        foreach (var sql in (string[])[$"DELETE FROM @trades WHERE sequence BETWEEN {middle} AND {middle + 30}",
            "DELETE FROM @candles WHERE instrument = 1 AND seconds = 60", $"DELETE FROM @trades WHERE sequence > {middle}",
            "UPDATE @candles SET trades = trades + 1 WHERE seconds = 86400 AND instrument = 0", "DELETE FROM @candles"])
        {
            await using var store = Make();
            await store.OpenAsync(Cancel);
            await store.ClearAsync(Cancel);
            await FillAsync(store, samples.Batches, groups: 20);
            Assert.Null(await store.DamageAsync(Cancel));
            await TouchAsync(sql);
            Assert.Contains(" trades of instrument ", await store.DamageAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_table_that_is_gone_is_made_anew_and_told_and_nothing_else_is_lost()
    {
        var samples = new MarketSamples(11, 300);
        var last = samples.Batches[^1].LastSequence;
        foreach (var table in (string[])["trades", "orders", "candles", "holes", "position"])
        {
            await using (var store = Make())
            {
                await store.OpenAsync(Cancel);
                await store.ClearAsync(Cancel);
                await FillAsync(store, samples.Batches, groups: 20);
            }

            await TouchAsync($"DROP TABLE @{table}");
            await using var again = Make();
            var position = await again.OpenAsync(Cancel);
            Assert.InRange(position, table == "position" ? samples.Tables().Trades[^1].Sequence : last, last);
            Assert.Equal($"{table} had to be made anew", await again.DamageAsync(Cancel));
            Assert.Equal(table == "trades" ? 0 : samples.Tables().Trades.Count, (await MarketTables.OfAsync(again, Cancel)).Trades.Count);
            await again.ClearAsync(Cancel);
            Assert.Null(await again.DamageAsync(Cancel));
            await FillAsync(again, samples.Batches, groups: 20);
            samples.Tables().AssertEqual(await MarketTables.OfAsync(again, Cancel));
        }
    }

    [Fact]
    public async Task Who_reads_meanwhile_never_sees_half_a_batch()
    {
        var samples = new MarketSamples(9, 1_200);
        await using var store = await OpenAsync(0);
        var writing = Task.Run(() => FillAsync(store, samples.Batches, groups: 3), Cancel);
        var looks = 0;
        do
        {
            looks++;
            var newest = await store.CandlesAsync(0, CandleInterval.OneDay, MarketPage.Newest(1), Cancel);
            if (newest.Count > 0)
            {
                Assert.Contains(
                    await store.TradesAsync(0, new MarketPage(0, long.MaxValue, newest[0].LastSequence + 1, 1), Cancel),
                    trade => trade.Sequence == newest[0].LastSequence);
            }
        }
        while (!writing.IsCompleted);

        await writing;
        Assert.True(looks > 1);
    }

    private protected async Task<IMarketStore> OpenAsync(long position)
    {
        var store = Make();
        Assert.Equal(position, await store.OpenAsync(Cancel));
        return store;
    }

    /// <summary>Writes batches, some at once, with their candles.</summary>
    private protected static async Task FillAsync(IMarketStore store, IEnumerable<MarketBatch> batches, int groups)
    {
        var maker = new CandleMaker();
        foreach (var some in batches.Chunk(groups))
        {
            var group = new MarketGroup(some[0].FirstSequence - 1);
            foreach (var batch in some)
            {
                group.Add(batch);
                foreach (var trade in batch.Trades)
                {
                    maker.Add(trade);
                }
            }

            await store.AppendAsync(group.Take()!, maker.Take(), Cancel);
        }
    }

    private static async Task<List<T>> PagesAsync<T>(Func<long, Task<IReadOnlyList<T>>> page, Func<T, long> sequence)
    {
        var all = new List<T>();
        IReadOnlyList<T> next;
        do
        {
            next = await page(all.Count == 0 ? long.MaxValue : sequence(all[^1]));
            Assert.InRange(next.Count, 0, 13);
            all.AddRange(next);
        }
        while (next.Count > 0);

        return all;
    }
}
