using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>Simulated makers and takers: they keep every book alive around what its outcome is worth.</summary>
/// <remarks>
/// Makers buy both tokens, as the venue's do: their offer of one is their bid for the other; on a split market they
/// make sets and sell. Deterministic from the seed and the floor's prices. Under the floor's lock.
/// </remarks>
internal sealed class OutcomeCrowd
{
    private const int Depth = 4;
    private const long ThinkNanos = Stamps.NanosPerSecond / 10;
    private const long InventoryLots = 50_000 * OutcomeUnits.LotsPerShare;

    private readonly OutcomeCatalog _catalog;
    private readonly ClobExchange _exchange;
    private readonly FairOdds _odds;
    private readonly CrumbPlan? _crumbs;
    private readonly SeededRandom _random;
    private readonly Wallet[] _makers;
    private readonly Wallet _taker;
    private readonly Dictionary<OutcomeMarket, Mood> _moods = [];
    private long _nextNanos;

    public OutcomeCrowd(
        OutcomeCatalog catalog, ClobExchange exchange, PriceOracle oracle, PolymarketOptions options, long seed,
        long nowNanos)
    {
        _catalog = catalog;
        _exchange = exchange;
        _random = new SeededRandom(seed, 21_002);
        _odds = new FairOdds(oracle, new SeededRandom(seed, 21_003));
        _makers = [exchange.OpenCrowd(nowNanos), exchange.OpenCrowd(nowNanos)];
        _taker = exchange.OpenCrowd(nowNanos);
        _crumbs = options.Arbitrage ? new CrumbPlan(catalog, new SeededRandom(seed, 21_004), nowNanos) : null;
    }

    /// <summary>What was left on the books so far, for the status page.</summary>
    public CrumbPlan? Crumbs => _crumbs;

    public void Step(long nowNanos)
    {
        if (nowNanos < _nextNanos)
        {
            return;
        }

        _nextNanos = nowNanos + ThinkNanos;
        _crumbs?.Step(nowNanos);
        foreach (var market in _catalog.Open.Where(market => market.IsTradable(nowNanos)).ToArray())
        {
            var mood = MoodOf(market, nowNanos);
            if (nowNanos >= mood.QuoteNanos || !LeansOf(market).SequenceEqual(mood.Leans))
            {
                Quote(market, mood, nowNanos);
            }

            if (nowNanos >= mood.TakeNanos)
            {
                mood.TakeNanos = nowNanos + (long)(_random.NextExponential() * TakeSeconds(market, nowNanos)
                    * Stamps.NanosPerSecond);
                Take(market, nowNanos);
            }
        }

        foreach (var old in _moods.Keys.Where(market => market.Winner is not null).ToArray())
        {
            _moods.Remove(old);
        }
    }

    private int[] LeansOf(OutcomeMarket market) => _crumbs is null
        ? [0, 0]
        : [_crumbs.LeanOf(market, OutcomeMarket.Yes), _crumbs.LeanOf(market, OutcomeMarket.No)];

    private Mood MoodOf(OutcomeMarket market, long nowNanos)
    {
        if (!_moods.TryGetValue(market, out var mood))
        {
            _moods[market] = mood = new Mood { TakeNanos = nowNanos + (long)(_random.NextDouble() * 5e9) };
        }

        return mood;
    }

    private static bool IsRunning(OutcomeMarket market, long nowNanos) =>
        market.Event.Kind == EventKind.UpDown && nowNanos >= market.Event.StartNanos;

    private static double TakeSeconds(OutcomeMarket market, long nowNanos) => IsRunning(market, nowNanos) ? 3 : 15;

    private void Quote(OutcomeMarket market, Mood mood, long nowNanos)
    {
        var pause = IsRunning(market, nowNanos) ? 0.4 + (0.8 * _random.NextDouble()) : 2 + (3 * _random.NextDouble());
        mood.QuoteNanos = nowNanos + (long)(pause * Stamps.NanosPerSecond);
        market.Fair = _odds.Of(market, nowNanos);
        var fair = (int)(market.Fair * OutcomeUnits.Dollar);
        var leans = LeansOf(market);
        if (leans.SequenceEqual(mood.Leans) && leans.Any(lean => lean != 0) && Math.Abs(fair - mood.Fair) < 100)
        {
            // What lies there lies there: a crumb that was eaten is not laid out again.
            return;
        }

        (mood.Leans, mood.Fair) = (leans, fair);
        var wanted = market.IsSplit
            ? Split(market, fair, leans)
            : Ladder(market, fair + leans[0], OutcomeMarket.Yes, OutcomeMarket.No);
        foreach (var order in mood.Quotes.Where(order =>
            order.State != OrderState.Live || order.Remaining < order.Lots / 3
            || !wanted.Contains((order.Token, order.IsBuy, order.Price))).ToArray())
        {
            mood.Quotes.Remove(order);
            if (order.State == OrderState.Live)
            {
                _exchange.Cancel(order, nowNanos);
            }
        }

        foreach (var (token, isBuy, price) in wanted)
        {
            if (!mood.Quotes.Exists(order => order.Token == token && order.IsBuy == isBuy && order.Price == price))
            {
                var maker = _makers[_random.NextInt(2)];
                var order = Order(market, maker, token, isBuy, price, RandomLots(20, 200), "GTC", nowNanos);
                if (!isBuy && order.Wallet.FreeLots(order.TokenId) < order.Lots)
                {
                    ClobExchange.Split(order.Wallet, market, InventoryLots);
                }

                if (_exchange.Place(order, nowNanos) is null)
                {
                    mood.Quotes.Add(order);
                }
            }
        }
    }

    // Bids for the one token, and bids for the other where offers of the first would stand.
    private List<(int Token, bool IsBuy, int Price)> Ladder(OutcomeMarket market, int fair, int token, int other)
    {
        var wanted = new List<(int, bool, int)>();
        foreach (var (bid, ask) in Rungs(market, fair))
        {
            wanted.Add((token, true, bid));
            wanted.Add((other, true, OutcomeUnits.Dollar - ask));
        }

        return [.. wanted.Where(one => IsPrice(market, one.Item3))];
    }

    private List<(int Token, bool IsBuy, int Price)> Split(OutcomeMarket market, int fair, int[] leans)
    {
        var wanted = new List<(int, bool, int)>();
        for (var token = 0; token < 2; token++)
        {
            foreach (var (bid, ask) in Rungs(market, (token == 0 ? fair : OutcomeUnits.Dollar - fair) + leans[token]))
            {
                wanted.Add((token, true, bid));
                wanted.Add((token, false, ask));
            }
        }

        return [.. wanted.Where(one => IsPrice(market, one.Item3))];
    }

    private static IEnumerable<(int Bid, int Ask)> Rungs(OutcomeMarket market, int fair)
    {
        var tick = market.Tick;
        var half = Math.Max(tick * 6 / 10, 30);
        var bid = FloorTo(fair - half, tick);
        var ask = FloorTo(fair + half + tick - 1, tick);
        for (var i = 0; i < Depth; i++)
        {
            yield return (bid - (i * tick), ask + (i * tick));
        }
    }

    private static int FloorTo(int price, int tick) => (int)Math.Floor((double)price / tick) * tick;

    private static bool IsPrice(OutcomeMarket market, int price) =>
        price >= market.Tick && price <= OutcomeUnits.Dollar - market.Tick;

    // One that takes what is there, mostly buying, now and then selling what it has.
    private void Take(OutcomeMarket market, long nowNanos)
    {
        var token = _random.NextInt(2);
        var lots = RandomLots(5, 40);
        var isBuy = !_random.Chance(0.3) || _taker.FreeLots(market.Tokens[token]) < lots;
        var (bid, ask) = market.Best(token);
        var price = isBuy ? ask : bid;
        if (IsPrice(market, price) && _crumbs?.LeanOf(market, token) is null or 0)
        {
            _exchange.Place(Order(market, _taker, token, isBuy, price, lots, "FAK", nowNanos), nowNanos);
        }
    }

    private OutcomeOrder Order(
        OutcomeMarket market, Wallet wallet, int token, bool isBuy, int price, long lots, string type, long nowNanos) =>
        new()
        {
            Id = _exchange.NextHash(),
            Wallet = wallet,
            Owner = "",
            Market = market,
            Token = token,
            IsBuy = isBuy,
            Price = price,
            Lots = lots,
            Type = type,
            PostOnly = type == "GTC",
            CreatedNanos = nowNanos,
        };

    // Whole shares or hundredths of them, as people order.
    private long RandomLots(int least, int most)
    {
        var shares = least + ((most - least) * _random.NextDouble());
        return (_random.Chance(0.7) ? (long)shares * 100 : (long)(shares * 100)) * (OutcomeUnits.LotsPerShare / 100);
    }

    private sealed class Mood
    {
        public long QuoteNanos { get; set; }

        public long TakeNanos { get; set; }

        public int Fair { get; set; }

        public int[] Leans { get; set; } = [0, 0];

        public List<OutcomeOrder> Quotes { get; } = [];
    }
}
