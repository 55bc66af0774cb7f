using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>One pair's book and trades, moved by Poisson events around the fair price.</summary>
/// <remarks>
/// Sizes follow a power law, as measured limit order sizes do (Maslov and Mills 2001); most changes happen near the
/// touch. A level that the fair price has passed is either taken by a market order or pulled.
/// </remarks>
internal sealed class PairProcess
{
    private const double BasisDeviation = 0.00006;
    private const double BasisReversion = 1.0 / 15;
    private const int LargestSweep = 24;
    private const int Thinnest = 25;
    private const int FirstTrades = 60;
    private const int MostAdded = 4;
    private const int FarBehindGaps = 4;
    private const double SizeExponent = 1.45;
    private const double LargestSize = 60;

    private readonly int _index;
    private readonly MarketPair _pair;
    private readonly SeededRandom _random;
    private readonly LatentPrices _latent;
    private readonly LimitBook _book = new();
    private readonly double _meanGapNanos;
    private readonly int _depth;
    private readonly double _unitsPerPrice;
    private readonly double _unitsPerSize;
    private double _basis;
    private long _basisAtNanos;
    private long _nextNanos;

    public PairProcess(
        int index, MarketPair pair, SeededRandom random, LatentPrices latent, double rate, int depth)
    {
        _index = index;
        _pair = pair;
        _random = random;
        _latent = latent;
        _depth = depth;
        _meanGapNanos = Stamps.NanosPerSecond / (pair.EventsPerSecond * rate);
        _unitsPerPrice = DecimalText.Scale(pair.Grid.PriceDecimals);
        _unitsPerSize = DecimalText.Scale(pair.Grid.QuantityDecimals);
    }

    /// <summary>Percent by which this pair stands apart from the other venues.</summary>
    public double SkewPercent { get; set; }

    public void Open(long atNanos, IMarketSink sink)
    {
        _basis = BasisScale * _random.NextGaussian();
        _basisAtNanos = atNanos;
        _nextNanos = atNanos + NextGap();
        var fair = FairTicks(atNanos);
        PastMinutes.Write(_index, _pair, fair, atNanos, _random, sink);
        LayOut(fair, atNanos, sink);
        for (var ago = FirstTrades; ago > 0; ago--)
        {
            var taker = _random.Chance(0.5) ? Side.Buy : Side.Sell;
            var price = _book.Best(Opposite(taker)).Price;
            sink.Trade(_index, taker, new Level(price, NextSize(0.3)), atNanos - (ago * Stamps.NanosPerSecond / 2));
        }
    }

    public void Advance(long toNanos, IMarketSink sink)
    {
        while (_nextNanos <= toNanos)
        {
            Happen(_nextNanos, sink);
            _nextNanos += NextGap();
        }
    }

    private double BasisScale => _pair.IsStable ? BasisDeviation / 6 : BasisDeviation;

    private long NextGap() => 1 + (long)(_meanGapNanos * _random.NextExponential());

    private double FairTicks(long atNanos)
    {
        var seconds = (atNanos - _basisAtNanos) / (double)Stamps.NanosPerSecond;
        var keep = Math.Exp(-BasisReversion * seconds);
        _basis = (_basis * keep) + (BasisScale * Math.Sqrt(1 - (keep * keep)) * _random.NextGaussian());
        _basisAtNanos = atNanos;
        var price = _latent.Dollars(_pair.Symbol.Base) / _latent.Dollars(_pair.Symbol.Quote);
        return price * (1 + _basis) * (1 + (SkewPercent / 100)) * _unitsPerPrice;
    }

    private void Happen(long at, IMarketSink sink)
    {
        var fair = FairTicks(at);
        var half = _pair.SpreadTicks * 0.5 * (0.7 + (0.6 * _random.NextDouble()));
        var bidCap = (long)Math.Floor(fair - half);
        var askFloor = Math.Max(bidCap + 1, (long)Math.Ceiling(fair + half));
        if (FarAway(bidCap, askFloor))
        {
            LayOut(fair, at, sink);
            return;
        }

        if (_book.Best(Side.Sell).Price < askFloor)
        {
            Pass(Side.Sell, askFloor, at, sink);
        }
        else if (_book.Best(Side.Buy).Price > bidCap)
        {
            Pass(Side.Buy, bidCap, at, sink);
        }
        else
        {
            Fidget(at, sink);
        }

        Join(Side.Buy, bidCap, at, sink);
        Join(Side.Sell, askFloor, at, sink);

        Balance(Side.Buy, at, sink);
        Balance(Side.Sell, at, sink);
    }

    private bool FarAway(long bidCap, long askFloor)
    {
        // What a sweep leaves must still be a book.
        var spare = Math.Min(_book.Count(Side.Buy), _book.Count(Side.Sell)) - Thinnest;
        var sweep = Math.Min(LargestSweep, spare);
        return spare < 0
            || _book.At(Side.Sell, sweep).Price < askFloor
            || _book.At(Side.Buy, sweep).Price > bidCap;
    }

    /// <summary>Levels that the fair price has passed are taken by one market order, or pulled.</summary>
    private void Pass(Side side, long limit, long at, IMarketSink sink)
    {
        var taken = _random.Chance(0.4);
        while (true)
        {
            var best = _book.Best(side);
            var passed = best.Price != 0 && (side == Side.Sell ? best.Price < limit : best.Price > limit);
            if (!passed)
            {
                return;
            }

            if (taken)
            {
                sink.Trade(_index, Opposite(side), best, at);
            }

            Put(side, best.Price, 0, at, sink);
        }
    }

    /// <summary>Improves a side that the fair price has left behind: mostly, and surely where it lies far
    /// behind.</summary>
    private void Join(Side side, long price, long at, IMarketSink sink)
    {
        var best = _book.Best(side).Price;
        var behind = side == Side.Buy ? price - best : best - price;
        if (behind > _pair.GapTicks / 4 && (_random.Chance(0.8) || behind > FarBehindGaps * _pair.GapTicks))
        {
            Put(side, price, NextSize(1), at, sink);
        }
    }

    /// <summary>What happens on a quiet book: a small trade, a changed, new or pulled level near the touch.</summary>
    private void Fidget(long at, IMarketSink sink)
    {
        var side = _random.Chance(0.5) ? Side.Buy : Side.Sell;
        var dice = _random.NextDouble();
        if (dice < 0.15)
        {
            TakeSome(side, at, sink);
        }
        else
        {
            var rank = Math.Min((int)(_random.NextExponential() * 9), _book.Count(side) - 1);
            var level = _book.At(side, rank);
            if (dice < 0.50)
            {
                Put(side, level.Price, NextSize(1 + (rank / 20.0)), at, sink);
            }
            else if (dice < 0.62)
            {
                var away = 1 + (int)(_random.NextExponential() * _pair.GapTicks);
                var price = side == Side.Buy ? level.Price - away : level.Price + away;
                Put(side, price, NextSize(1 + (rank / 20.0)), at, sink);
            }
            else if (rank > 0 || _random.Chance(0.3))
            {
                Put(side, level.Price, 0, at, sink);
            }
        }
    }

    private void TakeSome(Side side, long at, IMarketSink sink)
    {
        var best = _book.Best(side);
        var wanted = Math.Max(1, NextSize(0.25));
        var fill = Math.Min(wanted, best.Quantity);
        sink.Trade(_index, Opposite(side), best with { Quantity = fill }, at);
        Put(side, best.Price, best.Quantity - fill, at, sink);
    }

    private void Balance(Side side, long at, IMarketSink sink)
    {
        var count = _book.Count(side);
        if (count > _depth + (_depth / 10))
        {
            Put(side, _book.At(side, count - 1).Price, 0, at, sink);
            return;
        }

        // New levels come where others stand: added at the far end, they would carry the book away from the price, day
        // by day, as the near ones are taken.
        for (var added = 0; added < MostAdded && count < _depth; added++)
        {
            var rank = Math.Min((int)(_random.NextExponential() * _depth / 4), count - 1);
            var away = GapAt(rank);
            var near = _book.At(side, rank).Price;
            var price = side == Side.Buy ? near - away : near + away;
            if (price > 0)
            {
                Put(side, price, NextSize(1 + (rank / 20.0)), at, sink);
            }

            count = _book.Count(side);
        }
    }

    /// <summary>Lays a whole new book around the fair price; what does not belong to it is pulled first.</summary>
    private void LayOut(double fair, long at, IMarketSink sink)
    {
        foreach (var side in (ReadOnlySpan<Side>)[Side.Buy, Side.Sell])
        {
            while (_book.Count(side) > 0)
            {
                Put(side, _book.Best(side).Price, 0, at, sink);
            }
        }

        var half = _pair.SpreadTicks * 0.5;
        var bid = (long)Math.Floor(fair - half);
        var ask = Math.Max(bid + 1, (long)Math.Ceiling(fair + half));
        for (var rank = 0; rank < _depth; rank++)
        {
            if (bid > 0)
            {
                Put(Side.Buy, bid, NextSize(1 + (rank / 20.0)), at, sink);
            }

            Put(Side.Sell, ask, NextSize(1 + (rank / 20.0)), at, sink);
            bid -= GapAt(rank);
            ask += GapAt(rank);
        }
    }

    private long GapAt(int rank) => 1 + (long)(_random.NextExponential() * _pair.GapTicks * (0.2 + (rank / 25.0)));

    private long NextSize(double factor)
    {
        var size = _pair.TypicalSize * 0.6 * factor * _random.NextPareto(SizeExponent, LargestSize);
        return Math.Max(1, (long)(size * _unitsPerSize));
    }

    private void Put(Side side, long price, long quantity, long at, IMarketSink sink)
    {
        var level = new Level(price, quantity);
        _book.Set(side, level);
        sink.SetLevel(_index, side, level, at);
    }

    private static Side Opposite(Side side) => side == Side.Buy ? Side.Sell : Side.Buy;
}
