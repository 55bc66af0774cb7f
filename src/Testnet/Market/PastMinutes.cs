using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>
/// Makes up the day before the testnet was started, so that 24-hour figures and candles exist from the start.
/// </summary>
internal static class PastMinutes
{
    private const int Minutes = 1500;
    private const double YearMinutes = 365.0 * 24 * 60;

    /// <summary>
    /// Reports bars that end at the minute before <paramref name="atNanos"/>, near the given fair price.
    /// </summary>
    public static void Write(
        int index, MarketPair pair, double fairTicks, long atNanos, SeededRandom random, IMarketSink sink)
    {
        const long minute = 60 * Stamps.NanosPerSecond;
        var deviation = pair.IsStable
            ? 0.00002
            : LatentPrices.AnnualVolatility(pair.Symbol.Base) / Math.Sqrt(YearMinutes);
        var closes = new double[Minutes + 1];
        closes[Minutes] = fairTicks;
        for (var i = Minutes - 1; i >= 0; i--)
        {
            closes[i] = pair.IsStable
                ? fairTicks * (1 + (deviation * random.NextGaussian()))
                : closes[i + 1] * (1 - (deviation * random.NextGaussian()));
        }

        var thisMinute = atNanos / minute * minute;
        for (var i = 0; i < Minutes; i++)
        {
            var open = (long)closes[i];
            var close = (long)closes[i + 1];
            var stretch = deviation * closes[i] * 0.5;
            var high = Math.Max(open, close) + (long)(stretch * random.NextExponential());
            var low = Math.Min(open, close) - (long)(stretch * random.NextExponential());
            var count = 20 + random.NextInt(200);
            var size = pair.TypicalSize * 0.3 * count * random.NextPareto(2, 20);
            var price = close / (double)DecimalText.Scale(pair.Grid.PriceDecimals);
            sink.History(index, new MinuteBar(
                thisMinute - ((Minutes - i) * minute), open, high, Math.Max(1, low), close,
                (long)(size * DecimalText.Scale(pair.Grid.QuantityDecimals)), size * price, count));
        }
    }
}
