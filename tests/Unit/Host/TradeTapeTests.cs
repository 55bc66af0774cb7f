using Strikeline.Exchange;
using Strikeline.Host.Gateway;

namespace Strikeline.Unit.Host;

/// <summary>The newest trades and the last 24 hours of an instrument.</summary>
public sealed class TradeTapeTests
{
    [Fact]
    public void What_the_store_tells_late_is_put_before_what_has_traded_since()
    {
        for (var seed = 1; seed <= Counts.Of(2_000, 100); seed++)
        {
            var dice = new Random(seed);
            var trades = Trades(dice, 300);
            var (start, told) = (dice.Next(1, 200), dice.Next(200, 300));
            var position = dice.Next(start - 1, told + 1);
            var (whole, late) = (new TradeTape(), new TradeTape());
            late.BeginAt(trades[start - 1].Sequence);
            late.Restore(trades[start - 1].Price);
            for (var i = 0; i < trades.Count; i++)
            {
                whole.Add(trades[i]);
                if (i >= start)
                {
                    late.Add(trades[i]);
                }

                if (i == told)
                {
                    // The store is asked one question behind the other, and moves on meanwhile.
                    var (candles, newest) = (dice.Next(position, told + 1), dice.Next(position, told + 1));
                    Assert.True(late.GoesBackTo(trades[position].Sequence));
                    late.Restore(
                        new MarketPast(trades[position].Sequence, Minutes(trades.Take(candles + 1)), [.. trades.Take(newest + 1).TakeLast(dice.Next(1, 400))]),
                        trades[i].AtNanos / Stamps.NanosPerSecond);
                }
            }

            Assert.Equal(whole.Day(trades[^1].AtNanos), late.Day(trades[^1].AtNanos));
            Assert.Equal((whole.Last, whole.Newest(1).Sequence), (late.Last, late.Newest(1).Sequence));
            Assert.Equal(whole.Since(0, trades.Count - start), late.Since(0, trades.Count - start));
            Assert.False(late.GoesBackTo(trades[start - 1].Sequence - 1));
        }
    }

    private static List<Candle> Minutes(IEnumerable<TradePrint> trades)
    {
        var maker = new CandleMaker();
        foreach (var trade in trades)
        {
            maker.Add(trade);
        }

        return [.. maker.Take().Where(candle => candle.Interval == CandleInterval.OneMinute).OrderBy(candle => candle.OpenSecond).TakeLast(1_440)];
    }

    private static List<TradePrint> Trades(Random dice, int count)
    {
        var (trades, at, sequence) = (new List<TradePrint>(), 1_795_219_200_000L, 0L);
        for (var i = 0; i < count; i++)
        {
            at += dice.Next(10) == 0 ? dice.Next(3_600_000) : dice.Next(20_000);
            trades.Add(new TradePrint(
                sequence += 1 + dice.Next(3), at * Stamps.NanosPerMilli, 0, 1 + dice.Next(50), 1 + dice.Next(9), Side.Buy, 1, 2, 1, 2, 0, 0));
        }

        return trades;
    }
}
