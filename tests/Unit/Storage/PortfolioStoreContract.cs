using Strikeline.Trading;

namespace Strikeline.Unit.Storage;

/// <summary>What every store of the portfolio must do, whatever is behind it.</summary>
public abstract class PortfolioStoreContract
{
    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A store that is not open yet; the same tables each time within a test.</summary>
    private protected abstract IPortfolioStore Make();

    [Fact]
    public async Task What_was_stored_is_read_back_after_another_start_in_pages()
    {
        var entries = Samples(500);
        await using (var store = await OpenAsync())
        {
            foreach (var part in entries.Chunk(70))
            {
                await store.StoreAsync(part, Cancel);
            }
        }

        await using var again = await OpenAsync();
        var newest = entries.OrderByDescending(one => one.AtNanos).ThenByDescending(one => one.Id, StringComparer.Ordinal).ToList();
        Assert.Equal(newest, await AllAsync(again, PortfolioPage.Newest(33)));
        var page = new PortfolioPage(newest[300].AtNanos, newest[100].AtNanos, Venue.Kalshi, "market 2", null, 10);
        var expected = newest.Where(one => one.AtNanos >= page.FromNanos && one.AtNanos < page.ToNanos
            && one.Token.Venue == page.Venue && one.MarketId == page.MarketId);
        Assert.Equal(expected, await AllAsync(again, page));
    }

    [Fact]
    public async Task An_entry_counts_once_and_what_is_final_stays()
    {
        await using var store = await OpenAsync();
        var pending = Samples(3).Select(one => one with { Finality = EntryFinality.Pending }).ToList();
        await store.StoreAsync(pending, Cancel);
        await store.StoreAsync(pending, Cancel);
        Assert.Equal(3, (await store.EntriesAsync(PortfolioPage.Newest(10), Cancel)).Count);
        await store.StoreAsync([pending[0] with { Finality = EntryFinality.Confirmed }, pending[1] with { Finality = EntryFinality.Failed }], Cancel);
        await store.StoreAsync(
            [pending[0], pending[1] with { Finality = EntryFinality.Confirmed }, pending[0] with { Finality = EntryFinality.Failed, SizeMicro = 9 }], Cancel);
        var stored = (await store.EntriesAsync(PortfolioPage.Newest(10), Cancel)).ToDictionary(one => one.Id);
        Assert.Equal(pending[0] with { Finality = EntryFinality.Confirmed }, stored[pending[0].Id]);
        Assert.Equal(pending[1] with { Finality = EntryFinality.Failed }, stored[pending[1].Id]);
        Assert.Equal(pending[2], stored[pending[2].Id]);
    }

    [Fact]
    public async Task Two_writers_of_the_same_entries_store_each_once()
    {
        var entries = Samples(200);
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        await Task.WhenAll(
            Task.Run(() => FillAsync(one, entries), Cancel), Task.Run(() => FillAsync(other, entries), Cancel));
        Assert.Equal(200, (await one.EntriesAsync(PortfolioPage.Newest(1_000), Cancel)).Count);
    }

    [Fact]
    public async Task Numbers_and_texts_of_every_kind_come_back()
    {
        await using var store = await OpenAsync();
        var entry = Samples(1)[0] with
        {
            Id = "'; DROP TABLE entries; --", PricePpm = long.MaxValue, SizeMicro = long.MinValue, FeeMicros = -1, PlanId = long.MaxValue,
            MarketId = "ä\"'\\", AtNanos = long.MaxValue - 1, Strategy = "", ClientId = "",
        };
        await store.StoreAsync([entry], Cancel);
        Assert.Equal([entry], await store.EntriesAsync(PortfolioPage.Newest(5), Cancel));
    }

    [Fact]
    public async Task A_recorder_brings_everything_in_also_what_is_told_twice()
    {
        var entries = Samples(2_500);
        var store = Make();
        await using (var recorder = new PortfolioRecorder(store, TimeProvider.System))
        {
            recorder.Start();
            foreach (var entry in entries)
            {
                recorder.Add(entry with { Finality = EntryFinality.Pending });
                recorder.Add(entry);
            }

            while (recorder.Waiting > 0)
            {
                await Task.Delay(5, Cancel);
            }

            Assert.Null(recorder.Trouble);
            Assert.Equal(0, recorder.Dropped);
        }

        Assert.Equal(
            entries.ToHashSet(), (await store.EntriesAsync(PortfolioPage.Newest(10_000), Cancel)).ToHashSet());
        await store.DisposeAsync();
    }

    private protected async Task<IPortfolioStore> OpenAsync()
    {
        var store = Make();
        await store.OpenAsync(Cancel);
        return store;
    }

    private protected static List<PortfolioEntry> Samples(int count)
    {
        var dice = new Random(5);
        return [.. Enumerable.Range(1, count).Select(number => new PortfolioEntry
        {
            Id = $"sl-{dice.Next(9)}-{number}/t", Kind = (EntryKind)dice.Next(1, 6),
            Token = new MarketKey(dice.Next(2) == 0 ? Venue.Kalshi : Venue.Polymarket, $"token {dice.Next(5)}"), MarketId = $"market {dice.Next(4)}",
            Strategy = "cross_outcome_arbitrage", PlanId = number, ClientId = $"sl-{number}", PricePpm = dice.Next(1_000_000),
            SizeMicro = dice.Next(1, 1_000_000), FeeMicros = dice.Next(10_000), Finality = (EntryFinality)dice.Next(1, 3), AtNanos = 1_000 + (number / 3),
        })];
    }

    private static async Task FillAsync(IPortfolioStore store, List<PortfolioEntry> entries)
    {
        foreach (var part in entries.Chunk(20))
        {
            await store.StoreAsync(part, Cancel);
        }
    }

    private static async Task<List<PortfolioEntry>> AllAsync(IPortfolioStore store, PortfolioPage page)
    {
        var all = new List<PortfolioEntry>();
        while (await store.EntriesAsync(page, Cancel) is { Count: > 0 } part)
        {
            Assert.True(part.Count <= page.Limit);
            all.AddRange(part);
            page = page with { Before = part[^1] };
        }

        return all;
    }
}
