using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>Simulated makers and takers that keep the books alive around what the index says.</summary>
/// <remarks>
/// Every twenty to forty seconds the makers of one rung of a ladder are wrong for a few seconds: they want more for
/// the higher strike than the lower one costs, which no book can show by itself and which pays beyond all fees. They
/// notice when somebody has taken it. Decided by the seed, the times and the orders of others alone.
/// </remarks>
internal sealed class KalshiCrowd
{
    private const int Rungs = 5;
    private const double MeanPauseSeconds = 0.35;
    private const double TakersShare = 0.25;
    private const double Restless = 0.8;
    private const double YearSeconds = 365.0 * 24 * 3600;
    private const int Mistake = 900;
    private const double SettlingSeconds = 60;

    private readonly KalshiCatalog _catalog;
    private readonly KalshiExchange _exchange;
    private readonly SeededRandom _random;
    private readonly double _rate;
    private readonly KalshiMember[] _makers;
    private readonly KalshiMember _taker;
    private readonly Dictionary<KalshiMarket, Mind> _minds = [];
    private long _nextMistakeNanos;
    private (KalshiMarket Market, long UntilNanos)? _mistaken;

    public KalshiCrowd(KalshiCatalog catalog, KalshiExchange exchange, long seed, double rate, long nowNanos)
    {
        (_catalog, _exchange, _rate) = (catalog, exchange, rate);
        _random = new SeededRandom(seed, 9_002);
        _makers = [exchange.Open(0, true, nowNanos), exchange.Open(0, true, nowNanos)];
        _taker = exchange.Open(0, true, nowNanos);
        _nextMistakeNanos = nowNanos + NextMistake();
    }

    /// <summary>The market whose makers are wrong now, for tests; null where none are.</summary>
    public KalshiMarket? Mistaken => _mistaken?.Market;

    public void Step(long nowNanos)
    {
        Err(nowNanos);
        foreach (var market in _catalog.Living)
        {
            if (market.Status == KalshiStatus.Active && !_exchange.IsPaused)
            {
                if (!_minds.TryGetValue(market, out var mind))
                {
                    _minds[market] = mind = new Mind { NextNanos = nowNanos };
                }

                if (mind.NextNanos <= nowNanos)
                {
                    mind.NextNanos = nowNanos + Seconds(_random.NextExponential() * MeanPauseSeconds / _rate);
                    Act(market, mind, nowNanos);
                }
            }
            else
            {
                _minds.Remove(market);
            }
        }
    }

    /// <summary>The probability of YES as the makers see it; null where there is no price.</summary>
    public double? Fair(KalshiMarket market, long nowNanos)
    {
        if (_catalog.Index(market.Series) is not { } index)
        {
            return 0.62;
        }

        if (index.Cents == 0 || market.StrikeCents == 0)
        {
            return null;
        }

        // What of the closing minute is known counts for itself; the rest of it moves a third as much as a price.
        var left = Math.Max(0, (market.CloseNanos - nowNanos) / (double)Stamps.NanosPerSecond);
        var (sum, size) = index.Gathered(market.CloseNanos);
        var known = Math.Min(size, SettlingSeconds) / SettlingSeconds;
        var mean = size == 0 ? index.Cents : (known * sum / size) + ((1 - known) * index.Cents);
        var seconds = left > SettlingSeconds ? left - SettlingSeconds + (SettlingSeconds / 3) : left / 3;
        var deviation = index.Cents * LatentPrices.AnnualVolatility(index.Asset) * Math.Sqrt(seconds / YearSeconds)
            * (left > SettlingSeconds ? 1 : 1 - known);
        return deviation < 1e-6
            ? (mean >= market.StrikeCents ? 1 : 0)
            : Normal((mean - market.StrikeCents) / deviation);
    }

    // The normal distribution's integral (Abramowitz and Stegun 26.2.17).
    private static double Normal(double x)
    {
        var t = 1 / (1 + (0.2316419 * Math.Abs(x)));
        var polynomial = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937
            + (t * (-1.821255978 + (t * 1.330274429))))))));
        var tail = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI) * polynomial;
        return x >= 0 ? 1 - tail : tail;
    }

    private static long Seconds(double seconds) => (long)(seconds * Stamps.NanosPerSecond);

    private long NextMistake() => Seconds(20 + (20 * _random.NextDouble()));

    private void Err(long nowNanos)
    {
        if (_mistaken is { } mistaken
            && (nowNanos >= mistaken.UntilNanos || mistaken.Market.Status != KalshiStatus.Active
                || HasBeenTaken(mistaken.Market)))
        {
            _minds.GetValueOrDefault(mistaken.Market)?.Correct(nowNanos);
            _mistaken = null;
        }

        if (nowNanos < _nextMistakeNanos)
        {
            return;
        }

        _nextMistakeNanos = nowNanos + NextMistake();
        var candidates = new List<(KalshiMarket Market, double Lower)>();
        foreach (var ladder in _catalog.Events.Where(e => e.Series.IsLadder))
        {
            for (var i = 1; i < ladder.Markets.Count; i++)
            {
                var (lower, higher) = (ladder.Markets[i - 1], ladder.Markets[i]);
                if (lower.Status == KalshiStatus.Active && higher.Status == KalshiStatus.Active
                    && Fair(lower, nowNanos) is { } fair and > 0.05 and < 0.8)
                {
                    candidates.Add((higher, fair));
                }
            }
        }

        if (candidates.Count > 0 && _mistaken is null)
        {
            var (market, lower) = candidates[_random.NextInt(candidates.Count)];
            var seconds = 4 + (4 * _random.NextDouble());
            if (_minds.TryGetValue(market, out var mind))
            {
                mind.Instead = lower + (Mistake / (double)KalshiUnits.Dollar);
                mind.VolumeBefore = market.Volume;
                mind.NextNanos = nowNanos;
                _mistaken = (market, nowNanos + Seconds(seconds));
            }
        }
    }

    private bool HasBeenTaken(KalshiMarket market) =>
        _minds.TryGetValue(market, out var mind) && market.Volume > mind.VolumeBefore;

    private void Act(KalshiMarket market, Mind mind, long nowNanos)
    {
        if ((mind.Instead ?? Fair(market, nowNanos)) is not { } fair)
        {
            return;
        }

        if (mind.Instead is null && !mind.MustQuote && market.Book.Count(Side.Buy) > 0
            && market.Book.Count(Side.Sell) > 0 && _random.Chance(TakersShare))
        {
            Take(market, nowNanos);
            return;
        }

        mind.MustQuote = false;
        Quote(market, (int)(fair * KalshiUnits.Dollar), nowNanos);
    }

    // At market by size, of the shape that trades have: many small ones, few large ones.
    private void Take(KalshiMarket market, long nowNanos)
    {
        var side = _random.Chance(0.5) ? Side.Buy : Side.Sell;
        var count = (long)(_random.NextPareto(1.4, 40) * KalshiUnits.Contract)
            + (_random.Chance(0.2) ? 1 + _random.NextInt(KalshiUnits.Contract - 1) : 0);
        var best = market.Book.Best(side == Side.Buy ? Side.Sell : Side.Buy);
        Place(_taker, market, side, (int)best.Price, count, "immediate_or_cancel", postOnly: false, nowNanos);
    }

    private void Quote(KalshiMarket market, int fair, long nowNanos)
    {
        var maker = _makers[_random.NextInt(_makers.Length)];
        var half = Math.Max(40, Math.Min(fair, KalshiUnits.Dollar - fair) / 60);
        var bid = market.Ranges.Snap(fair - half, up: false);
        var ask = market.Ranges.Snap(fair + half, up: true);

        // What would be taken at a loss goes first, whoever's it is, or the others could not follow.
        // And now and then somebody has another idea of how much.
        var all = _makers.SelectMany(m => m.Resting).Where(order => order.Market == market)
            .OrderBy(order => order.Number).ToArray();
        var moved = all.Length > 0 && _random.Chance(Restless) ? all[_random.NextInt(all.Length)] : null;
        foreach (var resting in all)
        {
            var isWrong = resting.Side == Side.Buy ? resting.Price > bid : resting.Price < ask;
            var isFar = Math.Abs(resting.Price - fair) > half + (8 * Gap(fair));
            if (isWrong || isFar || resting == moved)
            {
                _exchange.Cancel(resting, nowNanos);
            }
        }

        foreach (var side in (ReadOnlySpan<Side>)[Side.Buy, Side.Sell])
        {
            for (var rung = 0; rung < Rungs; rung++)
            {
                var away = rung * Gap(fair);
                var price = side == Side.Buy
                    ? market.Ranges.Snap(bid - away, up: false)
                    : market.Ranges.Snap(ask + away, up: true);
                if (market.Book.Quantity(side, price) < 5 * KalshiUnits.Contract)
                {
                    var count = (20 + _random.NextInt(180)) * (long)KalshiUnits.Contract
                        + (_random.Chance(0.1) ? _random.NextInt(KalshiUnits.Contract) : 0);
                    Place(maker, market, side, price, count, "good_till_canceled", postOnly: true, nowNanos);
                }
            }
        }
    }

    private static int Gap(int fair) => fair is < 1_000 or > 9_000 ? 20 : 100;

    private void Place(
        KalshiMember member, KalshiMarket market, Side side, int price, long count, string timeInForce, bool postOnly,
        long nowNanos)
    {
        _exchange.Place(
            member,
            new KalshiTicket
            {
                Market = market,
                Side = side,
                Price = price,
                Count = count,
                TimeInForce = timeInForce,
                PostOnly = postOnly,
                SelfTrade = "maker",
            },
            nowNanos, out _);
    }

    // What the crowd thinks of a market.
    private sealed class Mind
    {
        public long NextNanos { get; set; }

        // The probability that it wrongly believes in.
        public double? Instead { get; set; }

        public long VolumeBefore { get; set; }

        // It has just been corrected: nobody trades on what was wrong before that is gone.
        public bool MustQuote { get; set; }

        public void Correct(long nowNanos)
        {
            (Instead, MustQuote) = (null, true);
            NextNanos = nowNanos;
        }
    }
}
