using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange.Markets;

/// <summary>Candles from trades in order.</summary>
public sealed class CandleMakerTests
{
    [Fact]
    public void Candles_equal_a_plain_recomputation_however_often_they_are_taken_and_after_restarts()
    {
        for (var seed = 1; seed <= Counts.Of(300, 10); seed++)
        {
            var dice = new Random(seed);
            var trades = Trades(dice, 400);
            var kept = new Dictionary<(short, CandleInterval, long), Candle>();
            var maker = new CandleMaker();
            foreach (var trade in trades)
            {
                maker.Add(trade);
                if (dice.Next(5) == 0)
                {
                    // Twice changes nothing.
                    maker.Add(trade);
                }

                if (dice.Next(7) == 0)
                {
                    Keep(maker, kept);
                    if (dice.Next(5) == 0)
                    {
                        maker = Restored(kept.Values);
                        maker.Add(trade);
                        Assert.Empty(maker.Take());
                    }
                }
            }

            Keep(maker, kept);
            var plain = MarketTables.Candlesticks(trades);
            Assert.Equal(plain, [.. kept.Values.OrderBy(one => one.Instrument).ThenBy(one => one.Interval).ThenBy(one => one.OpenSecond)]);
        }
    }

    [Fact]
    public void Each_changed_candle_is_taken_once_as_it_is_now()
    {
        var maker = new CandleMaker();
        maker.Add(Trade(1, 0, price: 10, lots: 2));
        maker.Add(Trade(2, 500, price: 12, lots: 1));
        maker.Add(Trade(3, 1_000, price: 9, lots: 1));
        var taken = maker.Take();
        Assert.Equal(8, taken.Count);
        Assert.Equal(
            new Candle(0, CandleInterval.OneSecond, 0, 10, 12, 10, 12, 3, 32, 2, 2),
            Assert.Single(taken, one => one is { Interval: CandleInterval.OneSecond, OpenSecond: 0 }));
        Assert.Equal(
            new Candle(0, CandleInterval.OneDay, 0, 10, 12, 9, 9, 4, 41, 3, 3), Assert.Single(taken, one => one.Interval == CandleInterval.OneDay));
        Assert.Empty(maker.Take());
    }

    [Fact]
    public void A_day_begins_at_midnight_and_nothing_is_made_where_nothing_traded()
    {
        var maker = new CandleMaker();
        var midnight = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        maker.Add(Trade(1, midnight - 1, 5, 1));
        maker.Add(Trade(2, midnight + (3 * 86_400_000L), 7, 1));
        var days = maker.Take().Where(one => one.Interval == CandleInterval.OneDay).Select(one => one.OpenSecond).Order();
        Assert.Equal([(midnight / 1_000) - 86_400, (midnight / 1_000) + (3 * 86_400)], days);
    }

    [Fact]
    public void Sums_go_beyond_what_64_bits_hold()
    {
        var maker = new CandleMaker();
        for (var i = 1; i <= 4; i++)
        {
            maker.Add(Trade(i, 0, 2, long.MaxValue / 2));
        }

        var day = maker.Newest(0, CandleInterval.OneDay)!;
        Assert.Equal((Int128)(long.MaxValue / 2) * 4, day.Lots);
        Assert.Equal((Int128)(long.MaxValue / 2) * 8, day.TickLots);
    }

    private static TradePrint Trade(long sequence, long atMs, int price, long lots, short instrument = 0) =>
        new(sequence, atMs * Stamps.NanosPerMilli, instrument, price, lots, Side.Buy, 1, 2, 1, 2, 0, 0);

    private static List<TradePrint> Trades(Random dice, int count)
    {
        var trades = new List<TradePrint>();
        var at = MarketSamples.Start / Stamps.NanosPerMilli;
        var sequence = 0L;
        for (var i = 0; i < count; i++)
        {
            at += dice.Next(20) switch { 0 => dice.Next(100_000_000), < 5 => dice.Next(100_000), _ => dice.Next(300) };
            trades.Add(Trade(sequence += 1 + dice.Next(3), at, 1 + dice.Next(50), 1 + dice.Next(9), (short)dice.Next(3)));
        }

        return trades;
    }

    private static void Keep(CandleMaker maker, Dictionary<(short, CandleInterval, long), Candle> kept)
    {
        foreach (var candle in maker.Take())
        {
            kept[(candle.Instrument, candle.Interval, candle.OpenSecond)] = candle;
        }
    }

    private static CandleMaker Restored(IEnumerable<Candle> kept)
    {
        var maker = new CandleMaker();
        foreach (var newest in kept.GroupBy(one => (one.Instrument, one.Interval)).Select(all => all.MaxBy(one => one.OpenSecond)!))
        {
            maker.Restore(newest);
        }

        return maker;
    }
}
