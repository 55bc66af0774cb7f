using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange.Markets;

/// <summary>Everything that is in a store, or ought to be: candles plainly recomputed from the trades.</summary>
internal sealed record MarketTables(List<TradePrint> Trades, List<OrderRecord> Orders, List<Candle> Candles)
{
    private const int Instruments = 3;
    private const int Accounts = 60;
    private const int All = 10_000_000;

    /// <summary>What batches come to.</summary>
    public static MarketTables Of(IEnumerable<MarketBatch> batches)
    {
        var all = batches.ToList();
        var trades = all.SelectMany(batch => batch.Trades).ToList();
        var orders = all.SelectMany(batch => batch.Orders).GroupBy(order => order.Id).Select(one => one.Last());
        return new MarketTables(trades, [.. orders.OrderBy(order => order.Id)], Candlesticks(trades));
    }

    /// <summary>What a store says.</summary>
    public static async Task<MarketTables> OfAsync(IMarketStore store, CancellationToken cancel)
    {
        var trades = new List<TradePrint>();
        var candles = new List<Candle>();
        for (short instrument = 0; instrument < Instruments; instrument++)
        {
            trades.AddRange(await store.TradesAsync(instrument, MarketPage.Newest(All), cancel));
            foreach (var interval in Enum.GetValues<CandleInterval>())
            {
                candles.AddRange(await store.CandlesAsync(instrument, interval, MarketPage.Newest(All), cancel));
            }
        }

        var orders = new List<OrderRecord>();
        for (var account = 0; account < Accounts; account++)
        {
            orders.AddRange(await store.OrdersAsync(account, null, MarketPage.Newest(All), cancel));
        }

        return new MarketTables(
            [.. trades.OrderBy(trade => trade.Sequence)], [.. orders.OrderBy(order => order.Id)], Sorted(candles));
    }

    /// <summary>Candles the plain way.</summary>
    public static List<Candle> Candlesticks(IReadOnlyList<TradePrint> trades) => Sorted(
        from interval in Enum.GetValues<CandleInterval>()
        from trade in trades
        group trade by (trade.Instrument, interval, Opens: trade.AtNanos / 1_000_000_000 / (long)interval * (long)interval) into candle
        let inside = candle.OrderBy(trade => trade.Sequence).ToList()
        select new Candle(
            candle.Key.Instrument, candle.Key.interval, candle.Key.Opens, inside[0].Price, inside.Max(one => one.Price),
            inside.Min(one => one.Price), inside[^1].Price, inside.Sum(one => one.Lots), inside.Sum(one => one.Price * one.Lots),
            inside.Count, inside[^1].Sequence));

    /// <summary>Fails with the first row that differs.</summary>
    public void AssertEqual(MarketTables other)
    {
        Assert.Equal(Trades, other.Trades);
        Assert.Equal(Orders, other.Orders);
        Assert.Equal(Candles, other.Candles);
    }

    private static List<Candle> Sorted(IEnumerable<Candle> candles) =>
        [.. candles.OrderBy(one => one.Instrument).ThenBy(one => one.Interval).ThenBy(one => one.OpenSecond)];
}
