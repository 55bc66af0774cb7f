using Strikeline.Exchange;
using Strikeline.Host.Market;
using Strikeline.Unit.Exchange.Markets;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Host.Market;

/// <summary>The database processor in virtual time, over a store that fails.</summary>
public sealed class MarketRecorderTests : IDisposable
{
    private static readonly MarketRecorderOptions Tight = new()
    {
        MostWaitingRows = 40, MostGroupRows = 12, FirstWait = TimeSpan.FromMilliseconds(10), LongestWait = TimeSpan.FromMilliseconds(80),
        ReplayGap = TimeSpan.FromMilliseconds(50), StopLimit = TimeSpan.FromSeconds(1),
    };

    private readonly VirtualTime _time = new();
    private readonly CancellationTokenSource _kill = new();

    public void Dispose() => _kill.Dispose();

    [Fact]
    public void Whatever_fails_and_whenever_it_is_killed_the_rows_are_those_of_the_batches()
    {
        var (dropped, failures, replays) = (0L, 0L, 0L);
        for (var seed = 1; seed <= Counts.Of(500, 25); seed++)
        {
            var counts = Live(seed);
            (dropped, failures, replays) = (dropped + counts.Dropped, failures + counts.Failures, replays + counts.Replays);
        }

        Assert.True(dropped > 20 && failures > 50 && replays > 50, $"{dropped} dropped, {failures} failures, {replays} replays");
    }

    [Fact]
    public void Where_the_newest_batch_was_dropped_and_nothing_follows_it_is_stored_all_the_same()
    {
        var samples = new MarketSamples(1, 300);
        var history = new SampleHistory(samples);
        var store = new MemoryMarketStore(_time);
        var recorder = Run(store, history);
        _time.Pass(TimeSpan.FromSeconds(1));
        var taken = 0;
        foreach (var batch in samples.Batches)
        {
            taken += recorder.Offer(batch) ? 1 : 0;
        }

        history.Durable = samples.Batches.Count;
        Assert.InRange(taken, 1, samples.Batches.Count - 1);
        Assert.Equal(samples.Batches.Count - taken, recorder.Counts.Dropped);
        _time.Pass(TimeSpan.FromSeconds(5));
        Equal(samples, store);
        Assert.Equal((0, null), (recorder.Lag, recorder.Problem));
    }

    [Fact]
    public void What_is_handed_in_in_order_is_stored_without_reading_the_journal_again()
    {
        var samples = new MarketSamples(2, 300);
        var history = new SampleHistory(samples);
        var store = new MemoryMarketStore(_time);
        var options = new MarketRecorderOptions();
        var recorder = Run(store, history, options);
        _time.Pass(TimeSpan.FromSeconds(1));
        foreach (var batch in samples.Batches)
        {
            recorder.Offer(batch);
            history.Durable++;
            _time.Pass(TimeSpan.FromMilliseconds(1));
        }

        // What came one by one within a moment was written together.
        var writings = (samples.Batches.Count / options.GatherFor.TotalMilliseconds) + 2;
        _time.Pass(options.GatherFor);
        Equal(samples, store);
        Assert.Equal(1, history.Readings);
        Assert.InRange(recorder.Counts.Batches, 2, (long)writings);
    }

    [Fact]
    public void Two_recorders_of_one_store_change_nothing_that_is_stored()
    {
        var samples = new MarketSamples(3, 400);
        var history = new SampleHistory(samples);
        var dice = new Random(3);
        var store = new MemoryMarketStore(_time, dice);
        MarketRecorder[] both = [Run(store, history), Run(store, history)];
        foreach (var batch in samples.Batches)
        {
            history.Durable++;
            foreach (var recorder in both)
            {
                recorder.Offer(batch);
                _time.Pass(TimeSpan.FromMilliseconds(dice.Next(3)));
            }
        }

        _time.Pass(TimeSpan.FromSeconds(20));
        Equal(samples, store);
    }

    [Fact]
    public void A_store_that_is_away_is_told_and_when_it_is_back_nothing_is_missing()
    {
        var samples = new MarketSamples(4, 300);
        var history = new SampleHistory(samples);
        var store = new MemoryMarketStore(_time) { IsDown = true };
        var recorder = Run(store, history);
        foreach (var batch in samples.Batches)
        {
            recorder.Offer(batch);
            history.Durable++;
            _time.Pass(TimeSpan.FromMilliseconds(5));
        }

        Assert.StartsWith("MARKET_STORE_DOWN ", recorder.Problem);
        Assert.InRange(store.Failures, 5, 100);
        store.IsDown = false;
        _time.Pass(TimeSpan.FromSeconds(5));
        Assert.Null(recorder.Problem);
        Equal(samples, store);
    }

    [Fact]
    public void What_the_journal_does_not_hold_any_more_is_a_hole_that_is_told_and_counted()
    {
        var samples = new MarketSamples(5, 400);
        var history = new SampleHistory(samples) { Durable = samples.Batches.Count, Retired = 100 };
        var store = new MemoryMarketStore(_time);
        var recorder = Run(store, history);
        _time.Pass(TimeSpan.FromSeconds(1));
        var lost = samples.Batches[99].LastSequence;
        Assert.Equal((lost, null), (recorder.Counts.LostEvents, recorder.Problem));
        Assert.StartsWith($"MARKET_STORE_HOLE {lost} events are missing from the market's store in 1 places, the last 1 to {lost}:", recorder.Loss);
        var tables = Tables(store);
        Assert.Equal(samples.Batches.Skip(100).SelectMany(batch => batch.Trades), tables.Trades);
        Assert.Equal(MarketTables.Candlesticks(tables.Trades), tables.Candles);

        var refused = _time.Start(() => recorder.RebuildAsync(isLossAllowed: false, CancellationToken.None));
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.IsType<MarketHistoryException>(refused.Exception!.InnerException);
        Tables(store).AssertEqual(tables);
    }

    [Fact]
    public void Rebuilt_from_the_journal_it_has_the_same_rows()
    {
        var samples = new MarketSamples(6, 400);
        var history = new SampleHistory(samples) { Durable = samples.Batches.Count };
        var store = new MemoryMarketStore(_time, new Random(6)) { FailsOneOf = 6 };
        var recorder = Run(store, history);
        _time.Pass(TimeSpan.FromSeconds(20));
        var rebuilt = _time.Start(() => recorder.RebuildAsync(isLossAllowed: false, CancellationToken.None));
        for (var i = 0; i < 100 && !rebuilt.IsCompleted; i++)
        {
            _time.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.True(rebuilt.IsCompletedSuccessfully);
        Assert.True(recorder.Counts.Replays > 1);
        Equal(samples, store);
    }

    [Fact]
    public void A_store_of_another_journal_is_left_alone_until_it_is_rebuilt()
    {
        var samples = new MarketSamples(7, 200);
        var history = new SampleHistory(samples) { Durable = samples.Batches.Count };
        var store = new MemoryMarketStore(_time);
        Assert.True(store.AppendAsync(new MarketBatch(1, 1_000_000, [], []), [], CancellationToken.None).IsCompletedSuccessfully);
        var recorder = Run(store, history);
        _time.Pass(TimeSpan.FromSeconds(60));
        Assert.StartsWith("MARKET_STORE_FOREIGN ", recorder.Problem);
        Assert.Equal(1, history.Readings);
        Assert.False(recorder.IsSound);
        var rebuilt = _time.Start(() => recorder.RebuildAsync(isLossAllowed: false, CancellationToken.None));
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.True(rebuilt.IsCompletedSuccessfully);
        Assert.Null(recorder.Problem);
        Equal(samples, store);
    }

    [Fact]
    public void An_exchange_that_has_forgotten_its_orders_does_not_overwrite_what_the_store_remembers()
    {
        var samples = new MarketSamples(8, 400);
        var history = new SampleHistory(samples) { Durable = 200 };
        var store = new MemoryMarketStore(_time);
        var recorder = Run(store, history, new MarketRecorderOptions());
        _time.Pass(TimeSpan.FromSeconds(1));
        var before = samples.Tables(200).Orders.Where(order => !order.IsOver).Select(order => order.Id).ToHashSet();
        var forgotten = 0;
        foreach (var batch in samples.Batches.Skip(200))
        {
            recorder.Offer(batch with { Orders = [.. batch.Orders.Select(Forget)] });
            history.Durable++;
            _time.Pass(TimeSpan.FromMilliseconds(100));
        }

        OrderRecord Forget(OrderRecord order)
        {
            var isOld = before.Contains(order.Id);
            forgotten += isOld ? 1 : 0;
            return isOld ? order with { CreatedNanos = 0, ClientId = 0, Executed = 0 } : order;
        }

        Assert.True(forgotten > 5, $"{forgotten}");
        _time.Pass(TimeSpan.FromSeconds(5));
        Equal(samples, store);
    }

    [Fact]
    public void A_store_of_which_a_part_is_gone_is_made_again_from_the_journal()
    {
        var samples = new MarketSamples(9, 300);
        var history = new SampleHistory(samples) { Durable = samples.Batches.Count };
        var store = new MemoryMarketStore(_time);
        var (first, told) = (Run(store, history), new List<string?>());
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.True(first.IsSound);
        store.Damage = "a table is gone";
        var recorder = new MarketRecorder(store, history, Tight, _time);
        recorder.Told += told.Add;
        _ = _time.Start(() => recorder.RunAsync(_kill.Token));
        _time.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal((true, null, null, null), (recorder.IsSound, recorder.Problem, recorder.Damage, store.Damage));
        Assert.StartsWith("MARKET_STORE_REBUILDING a table is gone", told[0]);
        Assert.Null(told[^1]);
        Equal(samples, store);
    }

    [Fact]
    public void A_damaged_store_that_the_journal_cannot_make_again_is_left_and_told()
    {
        var samples = new MarketSamples(10, 300);
        var history = new SampleHistory(samples) { Durable = 200 };
        var store = new MemoryMarketStore(_time);
        _ = Run(store, history);
        _time.Pass(TimeSpan.FromSeconds(1));
        (store.Damage, history.Retired, history.Durable) = ("a table is gone", 100, samples.Batches.Count);
        var recorder = Run(store, history);
        _time.Pass(TimeSpan.FromSeconds(5));
        Assert.StartsWith("MARKET_STORE_DAMAGED a table is gone, and the journal does not go back", recorder.Damage);
        Assert.Null(recorder.Problem);

        // It goes on all the same.
        Equal(samples, store);
    }

    [Fact]
    public void A_store_that_somebody_has_emptied_is_filled_again_also_where_nothing_happens()
    {
        var samples = new MarketSamples(11, 300);
        var history = new SampleHistory(samples) { Durable = samples.Batches.Count };
        var store = new MemoryMarketStore(_time);
        var recorder = Run(store, history);
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.True(_time.Start(() => store.ClearAsync(CancellationToken.None)).IsCompletedSuccessfully);
        _time.Pass(TimeSpan.FromSeconds(10));
        Assert.Null(recorder.Problem);
        Equal(samples, store);
    }

    private MarketRecorder Run(IMarketStore store, SampleHistory history, MarketRecorderOptions? options = null)
    {
        var recorder = new MarketRecorder(store, history, options ?? Tight, _time);
        _ = _time.Start(() => recorder.RunAsync(_kill.Token));
        return recorder;
    }

    private static MarketRecorderCounts Live(int seed)
    {
        var dice = new Random(seed);
        var time = new VirtualTime();
        var samples = new MarketSamples(seed, 400);
        var history = new SampleHistory(samples);
        var store = new MemoryMarketStore(time, dice);
        var total = default(MarketRecorderCounts);
        while (history.Durable < samples.Batches.Count)
        {
            using var kill = new CancellationTokenSource();
            var recorder = new MarketRecorder(store, history, Tight, time);
            var run = time.Start(() => recorder.RunAsync(kill.Token));
            store.FailsOneOf = dice.Next(3) == 0 ? 0 : 8;
            for (var left = dice.Next(120); left > 0 && history.Durable < samples.Batches.Count; left--)
            {
                recorder.Offer(samples.Batches[history.Durable++]);
                store.IsDown = dice.Next(60) == 0 || (store.IsDown && dice.Next(10) > 0);
                time.Pass(TimeSpan.FromMilliseconds(dice.Next(3) == 0 ? dice.Next(10) : 0));
            }

            kill.Cancel();
            time.Pass(TimeSpan.FromSeconds(1));
            Assert.True(run.IsCompletedSuccessfully, $"{run.Exception}");
            var counts = recorder.Counts;
            total = new MarketRecorderCounts(
                0, 0, total.Dropped + counts.Dropped, total.Replays + counts.Replays, total.Failures + counts.Failures, counts.LostEvents);
        }

        (store.IsDown, store.FailsOneOf) = (false, 0);
        var last = new MarketRecorder(store, history, Tight, time);
        _ = time.Start(() => last.RunAsync(CancellationToken.None));
        time.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(samples.Batches[^1].LastSequence, last.Position);
        var tables = Tables(store, time);
        samples.Tables().AssertEqual(tables);
        Assert.Equal(0, last.Counts.LostEvents);
        return total;
    }

    private void Equal(MarketSamples samples, IMarketStore store) => samples.Tables().AssertEqual(Tables(store));

    private MarketTables Tables(IMarketStore store) => Tables(store, _time);

    private static MarketTables Tables(IMarketStore store, VirtualTime time)
    {
        MarketTables? tables = null;
        var reading = time.Start(async () =>
        {
            while (tables is null)
            {
                try
                {
                    tables = await MarketTables.OfAsync(store, CancellationToken.None);
                }
                catch (MarketStoreException)
                {
                    ((MemoryMarketStore)store).FailsOneOf = 0;
                }
            }
        });
        time.Pass(TimeSpan.FromSeconds(100));
        Assert.True(reading.IsCompletedSuccessfully);
        return tables!;
    }
}
