using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>Makes candles of all intervals from trades in order. Where nothing traded there is none.</summary>
/// <remarks>One thread at a time; no I/O, and nothing allocated for a trade but the first of a candle. Holds the newest
/// candle of each instrument and interval. Equal trades give equal candles, however often they are taken in
/// between.</remarks>
/// <param name="isTaken">False where only <see cref="Newest"/> is asked for: nothing is kept for
/// <see cref="Take"/>.</param>
public sealed class CandleMaker(bool isTaken = true)
{
    private static readonly CandleInterval[] s_intervals = Enum.GetValues<CandleInterval>();

    private readonly List<InstrumentCandles> _instruments = [];
    private readonly List<Candle> _ended = [];

    /// <summary>All intervals, the shortest first.</summary>
    public static IReadOnlyList<CandleInterval> Intervals => s_intervals;

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
        var candles = Of(newest.Instrument);
        candles.Growing[Array.IndexOf(s_intervals, newest.Interval)] = GrowingCandle.Of(newest);
        candles.LastSequence = Math.Max(candles.LastSequence, newest.LastSequence);
    }

    /// <summary>Takes a trade; one that it has taken already, or that a restored candle holds, changes
    /// nothing.</summary>
    public void Add(in TradePrint trade)
    {
        var candles = Of(trade.Instrument);
        if (trade.Sequence <= candles.LastSequence)
        {
            return;
        }

        candles.LastSequence = trade.Sequence;
        for (var i = 0; i < s_intervals.Length; i++)
        {
            ref var growing = ref candles.Growing[i];
            var opens = OpenSecond(trade.AtNanos, s_intervals[i]);

            // The core's time never goes back; were it otherwise, the newest candle would take the trade.
            if (growing.Trades > 0 && opens <= growing.OpenSecond)
            {
                growing.Add(trade);
                continue;
            }

            if (isTaken && growing.HasChanged)
            {
                _ended.Add(growing.Candle(trade.Instrument, s_intervals[i]));
            }

            growing = GrowingCandle.Of(trade, opens);
        }
    }

    /// <summary>The newest candle; null where nothing has traded.</summary>
    public Candle? Newest(short instrument, CandleInterval interval)
    {
        ref var growing = ref Of(instrument).Growing[Array.IndexOf(s_intervals, interval)];
        return growing.Trades == 0 ? null : growing.Candle(instrument, interval);
    }

    /// <summary>The candles that have changed since the last time, each once, as they are now.</summary>
    public IReadOnlyList<Candle> Take()
    {
        var all = new List<Candle>(_ended);
        _ended.Clear();
        for (short instrument = 0; instrument < _instruments.Count; instrument++)
        {
            for (var i = 0; i < s_intervals.Length; i++)
            {
                ref var growing = ref _instruments[instrument].Growing[i];
                if (growing.HasChanged)
                {
                    growing.HasChanged = false;
                    all.Add(growing.Candle(instrument, s_intervals[i]));
                }
            }
        }

        return all;
    }

    private InstrumentCandles Of(short instrument)
    {
        while (_instruments.Count <= instrument)
        {
            _instruments.Add(new InstrumentCandles());
        }

        return _instruments[instrument];
    }

    private sealed class InstrumentCandles
    {
        public GrowingCandle[] Growing { get; } = new GrowingCandle[s_intervals.Length];

        public long LastSequence { get; set; }
    }

    /// <summary>The newest candle of an interval; of no trades where there is none yet.</summary>
    private struct GrowingCandle
    {
        public long OpenSecond;
        public int Trades;
        public bool HasChanged;

        private int _open;
        private int _high;
        private int _low;
        private int _close;
        private Int128 _lots;
        private Int128 _tickLots;
        private long _lastSequence;

        public static GrowingCandle Of(Candle candle) => new()
        {
            OpenSecond = candle.OpenSecond, Trades = candle.Trades, _open = candle.Open, _high = candle.High,
            _low = candle.Low, _close = candle.Close, _lots = candle.Lots, _tickLots = candle.TickLots,
            _lastSequence = candle.LastSequence,
        };

        public static GrowingCandle Of(in TradePrint first, long openSecond)
        {
            var candle = new GrowingCandle
            {
                OpenSecond = openSecond, _open = first.Price, _high = first.Price, _low = first.Price,
            };
            candle.Add(first);
            return candle;
        }

        public void Add(in TradePrint trade)
        {
            _high = Math.Max(_high, trade.Price);
            _low = Math.Min(_low, trade.Price);
            _close = trade.Price;
            _lots += trade.Lots;
            _tickLots += (Int128)trade.Price * trade.Lots;
            _lastSequence = trade.Sequence;
            Trades++;
            HasChanged = true;
        }

        public readonly Candle Candle(short instrument, CandleInterval interval) => new(
            instrument, interval, OpenSecond, _open, _high, _low, _close, _lots, _tickLots, Trades, _lastSequence);
    }
}
