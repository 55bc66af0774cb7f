using Strikeline.Exchange;
using Strikeline.Kernel;

namespace Strikeline.Host.Gateway;

/// <summary>The last 24 hours of an instrument.</summary>
/// <param name="Open">First price, in ticks; 0 where nothing traded, as all others then.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Last">Last price, also where it is older.</param>
/// <param name="Lots">Traded lots.</param>
/// <param name="TickLots">Sum of price × lots.</param>
/// <param name="Trades">How many.</param>
internal sealed record DayFigures(int Open, int High, int Low, int Last, Int128 Lots, Int128 TickLots, int Trades);

/// <summary>What the market's store knows of an instrument: all of it up to an event, and perhaps more.</summary>
/// <param name="Position">The event.</param>
/// <param name="Minutes">Candles of a minute of the last 24 hours, oldest first.</param>
/// <param name="Trades">The newest trades, oldest first.</param>
internal sealed record MarketPast(long Position, IReadOnlyList<Candle> Minutes, IReadOnlyList<TradePrint> Trades)
{
    /// <summary>The last event that the candles know of.</summary>
    public long LastSequence => Math.Max(Position, Minutes.Count > 0 ? Minutes[^1].LastSequence : 0);
}

/// <summary>The newest trades of one instrument, and its last 24 hours by the minute.</summary>
/// <remarks>The exchange's delivery writes; any thread reads.</remarks>
internal sealed class TradeTape
{
    /// <summary>Trades that are worth taking over at a start.</summary>
    public const int Restored = 1_000;

    private const int RememberedTrades = 10_000;
    private const int Minutes = 24 * 60;
    private const long MinuteNanos = 60 * Stamps.NanosPerSecond;

    private readonly Lock _gate = new();
    private readonly Recent<TradePrint> _trades = new(RememberedTrades);
    private readonly Queue<Minute> _minutes = new();
    private Minute? _now;
    private int _last;
    private long _newest;
    private long _forgotten;

    /// <summary>The price of the newest trade in ticks; 0 before the first.</summary>
    public int Last
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    /// <summary>The sequence to go on from.</summary>
    public long Position
    {
        get
        {
            lock (_gate)
            {
                return Math.Max(_newest, _forgotten);
            }
        }
    }

    /// <summary>True where everything behind a sequence is remembered.</summary>
    public bool GoesBackTo(long sequence)
    {
        lock (_gate)
        {
            return sequence >= _forgotten;
        }
    }

    /// <summary>Takes over what was recorded before, and puts what has traded since behind it.</summary>
    /// <param name="past">Goes as far as this goes back.</param>
    /// <param name="nowSeconds">The time in seconds since the Unix epoch.</param>
    public void Restore(MarketPast past, long nowSeconds)
    {
        lock (_gate)
        {
            var since = _trades.Slice(0, _trades.Count);
            var first = since.Length > 0 ? since[0].Sequence : long.MaxValue;
            _trades.Clear();
            foreach (var trade in past.Trades.Where(trade => trade.Sequence < first).Concat(since))
            {
                _trades.Add(trade, out _);
                _newest = trade.Sequence;
            }

            _minutes.Clear();
            _now = null;
            foreach (var minute in past.Minutes)
            {
                _minutes.Enqueue(_now = new Minute(minute.OpenSecond / 60)
                {
                    Open = minute.Open, High = minute.High, Low = minute.Low, Lots = minute.Lots,
                    TickLots = minute.TickLots, Trades = minute.Trades,
                });
            }

            foreach (var trade in since.Where(trade => trade.Sequence > past.LastSequence))
            {
                Count(trade);
            }

            Forget(nowSeconds / 60);
        }
    }

    /// <summary>Takes over the price of the newest trade.</summary>
    public void Restore(int last)
    {
        lock (_gate)
        {
            _last = last;
        }
    }

    /// <summary>Nothing is remembered of what happened up to a sequence.</summary>
    public void BeginAt(long sequence)
    {
        lock (_gate)
        {
            _forgotten = sequence;
        }
    }

    /// <summary>Takes a trade.</summary>
    public void Add(in TradePrint trade)
    {
        lock (_gate)
        {
            if (_trades.Add(trade, out var oldest))
            {
                _forgotten = oldest.Sequence;
            }

            _newest = trade.Sequence;
            Count(trade);
            _last = trade.Price;
        }
    }

    /// <summary>The newest trades behind a sequence, oldest first.</summary>
    /// <param name="sequence">The last that is known; 0 for none.</param>
    /// <param name="limit">How many at most: the newest.</param>
    public TradePrint[] Since(long sequence, int limit)
    {
        lock (_gate)
        {
            var first = Math.Max(
                _trades.FirstAbove(sequence, static trade => trade.Sequence), Math.Max(0, _trades.Count - limit));
            return _trades.Slice(first, _trades.Count - first);
        }
    }

    /// <summary>The newest trades, oldest first, and the sequence to go on from.</summary>
    public (TradePrint[] Trades, long Sequence) Newest(int limit)
    {
        lock (_gate)
        {
            var count = Math.Min(limit, _trades.Count);
            return (_trades.Slice(_trades.Count - count, count), Math.Max(_newest, _forgotten));
        }
    }

    /// <summary>The trades behind a sequence without a gap, oldest first; null where not all of them are
    /// remembered.</summary>
    /// <param name="sequence">The last that is known.</param>
    /// <param name="limit">How many at most: the oldest.</param>
    public TradePrint[]? After(long sequence, int limit)
    {
        lock (_gate)
        {
            if (sequence < _forgotten)
            {
                return null;
            }

            var first = _trades.FirstAbove(sequence, static trade => trade.Sequence);
            return _trades.Slice(first, Math.Min(limit, _trades.Count - first));
        }
    }

    /// <summary>The last 24 hours, to the minute.</summary>
    public DayFigures Day(long nowNanos)
    {
        lock (_gate)
        {
            Forget(nowNanos / MinuteNanos);
            if (_minutes.Count == 0)
            {
                return new DayFigures(0, 0, 0, _last, 0, 0, 0);
            }

            var (lots, tickLots) = ((Int128)0, (Int128)0);
            foreach (var minute in _minutes)
            {
                (lots, tickLots) = (lots + minute.Lots, tickLots + minute.TickLots);
            }

            return new DayFigures(
                _minutes.Peek().Open, _minutes.Max(one => one.High), _minutes.Min(one => one.Low), _last,
                lots, tickLots, _minutes.Sum(one => one.Trades));
        }
    }

    private void Count(in TradePrint trade)
    {
        var number = trade.AtNanos / MinuteNanos;
        if (_now?.Number != number)
        {
            _minutes.Enqueue(_now = new Minute(number) { Open = trade.Price, High = trade.Price, Low = trade.Price });
            Forget(number);
        }

        _now.High = Math.Max(_now.High, trade.Price);
        _now.Low = Math.Min(_now.Low, trade.Price);
        _now.Lots += trade.Lots;
        _now.TickLots += (Int128)trade.Price * trade.Lots;
        _now.Trades++;
    }

    private void Forget(long number)
    {
        while (_minutes.TryPeek(out var oldest) && oldest.Number <= number - Minutes)
        {
            _minutes.Dequeue();
        }
    }

    private sealed class Minute(long number)
    {
        public long Number { get; } = number;

        public int Open { get; init; }

        public int High { get; set; }

        public int Low { get; set; }

        public Int128 Lots { get; set; }

        public Int128 TickLots { get; set; }

        public int Trades { get; set; }
    }
}
