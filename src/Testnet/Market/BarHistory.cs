using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>The last 25 hours in minutes, and the 24-hour figures that tickers show.</summary>
internal sealed class BarHistory
{
    public const int Kept = 1500;

    private const int DayMinutes = 1440;
    private const long MinuteNanos = 60 * Stamps.NanosPerSecond;

    private readonly List<MinuteBar> _bars = new(Kept + 1);

    /// <summary>Minutes, oldest first; the last one may still be open.</summary>
    public IReadOnlyList<MinuteBar> Minutes => _bars;

    public void AddHistory(MinuteBar bar) => _bars.Add(bar);

    public void Add(TradePrint trade, double quoteValue)
    {
        var start = trade.AtNanos / MinuteNanos * MinuteNanos;
        if (_bars.Count == 0 || _bars[^1].StartNanos < start)
        {
            if (_bars.Count == Kept)
            {
                _bars.RemoveAt(0);
            }

            _bars.Add(new MinuteBar(
                start, trade.Price, trade.Price, trade.Price, trade.Price, trade.Quantity, quoteValue, 1));
            return;
        }

        var bar = _bars[^1];
        _bars[^1] = bar with
        {
            High = Math.Max(bar.High, trade.Price),
            Low = Math.Min(bar.Low, trade.Price),
            Close = trade.Price,
            Volume = bar.Volume + trade.Quantity,
            QuoteVolume = bar.QuoteVolume + quoteValue,
            Count = bar.Count + 1,
        };
    }

    /// <summary>The last 24 hours as one bar.</summary>
    public MinuteBar Day() => Sum(Math.Max(0, _bars.Count - DayMinutes), _bars.Count);

    /// <summary>Bars of a longer interval, oldest first, at most <paramref name="most"/> of the newest.</summary>
    public List<MinuteBar> Bars(int minutes, int most)
    {
        var interval = minutes * MinuteNanos;
        var result = new List<MinuteBar>();
        for (var first = 0; first < _bars.Count;)
        {
            var start = _bars[first].StartNanos / interval * interval;
            var end = first;
            while (end < _bars.Count && _bars[end].StartNanos < start + interval)
            {
                end++;
            }

            result.Add(Sum(first, end) with { StartNanos = start });
            first = end;
        }

        if (result.Count > most)
        {
            result.RemoveRange(0, result.Count - most);
        }

        return result;
    }

    private MinuteBar Sum(int first, int end)
    {
        if (first >= end)
        {
            return default;
        }

        var total = _bars[first];
        for (var i = first + 1; i < end; i++)
        {
            var bar = _bars[i];
            total = total with
            {
                High = Math.Max(total.High, bar.High),
                Low = Math.Min(total.Low, bar.Low),
                Close = bar.Close,
                Volume = total.Volume + bar.Volume,
                QuoteVolume = total.QuoteVolume + bar.QuoteVolume,
                Count = total.Count + bar.Count,
            };
        }

        return total;
    }
}
