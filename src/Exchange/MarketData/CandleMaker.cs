using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>Makes candles of all intervals from trades in order. Where nothing traded there is none.</summary>
/// <remarks>One thread at a time; no I/O. Holds the newest candle of each instrument and interval. Equal trades give
/// equal candles, however often they are taken in between.</remarks>
public sealed class CandleMaker
{
    private readonly Dictionary<(short Instrument, CandleInterval Interval), Candle> _newest = [];
    private readonly Dictionary<short, long> _last = [];
    private readonly HashSet<(short Instrument, CandleInterval Interval)> _changed = [];
    private readonly List<Candle> _ended = [];

    /// <summary>All intervals, the shortest first.</summary>
    public static IReadOnlyList<CandleInterval> Intervals { get; } = Enum.GetValues<CandleInterval>();

    /// <summary>When the candle of an interval begins that a time is in, in seconds since the Unix epoch.</summary>
    public static long OpenSecond(long nanos, CandleInterval interval)
    {
        // The epoch was a midnight, so that days, and what divides them, begin at multiples.
        var length = (long)interval;
        var second = nanos / Stamps.NanosPerSecond;
        return second - (second % length);
    }

    /// <summary>Takes over the newest candle of an interval, to go on with it.</summary>
    public void Restore(Candle newest)
    {
        _newest[(newest.Instrument, newest.Interval)] = newest;
        _last[newest.Instrument] = Math.Max(_last.GetValueOrDefault(newest.Instrument), newest.LastSequence);
    }

    /// <summary>Takes a trade; one that it has taken already, or that a restored candle holds, changes
    /// nothing.</summary>
    public void Add(in TradePrint trade)
    {
        if (trade.Sequence <= _last.GetValueOrDefault(trade.Instrument))
        {
            return;
        }

        _last[trade.Instrument] = trade.Sequence;
        foreach (var interval in Intervals)
        {
            Add(trade, interval);
        }
    }

    /// <summary>The newest candle; null where nothing has traded.</summary>
    public Candle? Newest(short instrument, CandleInterval interval) =>
        _newest.GetValueOrDefault((instrument, interval));

    /// <summary>The candles that have changed since the last time, each once, as they are now.</summary>
    public IReadOnlyList<Candle> Take()
    {
        Candle[] all = [.. _ended, .. _changed.Select(key => _newest[key])];
        _ended.Clear();
        _changed.Clear();
        return all;
    }

    private void Add(in TradePrint trade, CandleInterval interval)
    {
        var key = (trade.Instrument, interval);
        var opens = OpenSecond(trade.AtNanos, interval);
        var worth = (Int128)trade.Price * trade.Lots;

        // The core's time never goes back; were it otherwise, the newest candle would take the trade.
        if (_newest.TryGetValue(key, out var newest) && opens <= newest.OpenSecond)
        {
            _newest[key] = newest with
            {
                High = Math.Max(newest.High, trade.Price),
                Low = Math.Min(newest.Low, trade.Price),
                Close = trade.Price,
                Lots = newest.Lots + trade.Lots,
                TickLots = newest.TickLots + worth,
                Trades = newest.Trades + 1,
                LastSequence = trade.Sequence,
            };
        }
        else
        {
            if (_changed.Contains(key))
            {
                _ended.Add(newest!);
            }

            _newest[key] = new Candle(
                trade.Instrument, interval, opens, trade.Price, trade.Price, trade.Price, trade.Price, trade.Lots,
                worth, 1, trade.Sequence);
        }

        _changed.Add(key);
    }
}
