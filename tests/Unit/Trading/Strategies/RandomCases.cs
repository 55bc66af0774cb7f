using System.Collections.Immutable;
using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading;

/// <summary>Random situations around the line between a profit and none.</summary>
internal sealed class RandomCases(int seed)
{
    private static readonly ImmutableArray<PriceBand>[] s_bands =
    [
        [new(10_000, 990_000, 10_000)], [new(1_000, 999_000, 1_000)], [new(2_500, 997_500, 2_500)], [new(5_000, 995_000, 5_000)],
        [new(100, 999_900, 100)], [new(1_000, 100_000, 1_000), new(110_000, 890_000, 10_000), new(900_000, 999_000, 1_000)],
    ];

    private static readonly long[] s_sizeSteps = [1_000_000, 500_000, 250_000, 2_000_000];

    private readonly Random _random = new(seed);
    private int _tokens;

    public (ArbitrageCase Case, IStrategy Strategy) CrossOutcome()
    {
        var scene = Empty();
        var market = Market(Venue(), Rules());
        scene.Markets.Add(market);
        var fair = _random.Next(50, 950) * 1_000L;
        AddBook(scene, market, market.Yes, fair + Nudge());
        AddBook(scene, market, market.No, 1_000_000 - fair + Nudge());
        Spoil(scene);
        scene.Sets.Add(new NaiveSet(SignalKind.BuySet, 1, [Leg(scene, market, market.Yes), Leg(scene, market, market.No)]));
        if (market.Rules.MayMerge || market.Rules.Nets)
        {
            scene.Sets.Add(new NaiveSet(
                SignalKind.SellSet, 1, [scene.Leg(market, market.Yes, Side.Sell), scene.Leg(market, market.No, Side.Sell)]));
        }

        return (scene, new CrossOutcomeArbitrage(new CrossOutcomeOptions
        {
            MinEdgePpm = scene.MinEdgePpm, MaxSizeMicro = scene.MaxSizeMicro, CoolDown = TimeSpan.Zero,
        }));
    }

    public (ArbitrageCase Case, IStrategy Strategy) NegativeRisk()
    {
        var scene = Empty();
        var venue = Venue();
        var count = _random.Next(2, 5);
        var decided = _random.Next(8) == 0 ? 1 : 0;
        var isAugmented = _random.Next(8) == 0;
        var isExclusive = _random.Next(8) != 0;
        var told = count + decided + (_random.Next(8) == 0 ? _random.Next(-1, 2) : 0);
        var members = new List<OutcomeMarket>();
        for (var i = 0; i < count + decided; i++)
        {
            var market = Market(venue, Rules()) with
            {
                EventId = "event", IsExclusive = isExclusive, IsAugmented = isAugmented, EventMarkets = told,
            };
            if (i >= count)
            {
                scene.Markets.Add(market with { Phase = MarketPhase.Resolved, YesPaysPpm = 0 });
                continue;
            }

            members.Add(market);
            scene.Markets.Add(market);
            AddBook(scene, market, market.Yes, (1_000_000 / count) + Nudge());
            AddBook(scene, market, market.No, 1_000_000 - (1_000_000 / count) + Nudge());
        }

        Spoil(scene);
        if (isExclusive && !isAugmented && told == count + decided)
        {
            scene.Sets.Add(new NaiveSet(SignalKind.BuySet, 1, [.. members.Select(one => Leg(scene, one, one.Yes))]));
            scene.Sets.Add(new NaiveSet(SignalKind.BuySet, count - 1, [.. members.Select(one => Leg(scene, one, one.No))]));
        }

        return (scene, new NegativeRiskArbitrage(new NegativeRiskOptions
        {
            MinEdgePpm = scene.MinEdgePpm, MaxSizeMicro = scene.MaxSizeMicro, CoolDown = TimeSpan.Zero,
        }));
    }

    public (ArbitrageCase Case, IStrategy Strategy) Ladder()
    {
        var scene = Empty();
        var venue = Venue();
        var count = _random.Next(2, 5);
        for (var i = 0; i < count; i++)
        {
            var strike = 100 + _random.Next(3);
            var market = Market(venue, Rules()) with
            {
                Price = Question(strike) with
                {
                    TieIsYes = _random.Next(2) == 0, Statistic = _random.Next(6) == 0 ? "last" : "twap60", EndNanos = Late(_random.Next(8) == 0),
                },
            };
            scene.Markets.Add(market);
            var fair = 500_000 - ((strike - 100) * 60_000L);
            AddBook(scene, market, market.Yes, fair + Nudge());
            AddBook(scene, market, market.No, 1_000_000 - fair + Nudge());
        }

        Spoil(scene);
        foreach (var low in scene.Markets)
        {
            foreach (var high in scene.Markets.Where(one => one != low))
            {
                var (a, b) = (low.Price!, high.Price!);
                var covers = a.StrikeE8 < b.StrikeE8 || (a.StrikeE8 == b.StrikeE8 && (a.TieIsYes || !b.TieIsYes));
                if (covers && a.Statistic == b.Statistic && a.EndNanos == b.EndNanos)
                {
                    scene.Sets.Add(new NaiveSet(SignalKind.BuyCover, 1, [Leg(scene, low, low.Yes), Leg(scene, high, high.No)]));
                }
            }
        }

        return (scene, new LadderConsistency(new LadderOptions
        {
            MinEdgePpm = scene.MinEdgePpm, MaxSizeMicro = scene.MaxSizeMicro, CoolDown = TimeSpan.Zero,
        }));
    }

    public (ArbitrageCase Case, IStrategy Strategy) CrossVenue()
    {
        var scene = Empty();
        foreach (var venue in VenueNames.Prediction)
        {
            for (var i = 0; i < 2; i++)
            {
                var oracle = _random.Next(3) == 0 && venue == VenueNames.Prediction[1] ? "cfbenchmarks" : "chainlink";
                var market = Market(venue, Rules()) with
                {
                    Price = Question(100 + _random.Next(2)) with { Oracle = oracle, TieIsYes = _random.Next(4) != 0 },
                };
                scene.Markets.Add(market);
                AddBook(scene, market, market.Yes, 480_000 + Nudge());
                AddBook(scene, market, market.No, 500_000 + Nudge());
            }
        }

        Spoil(scene);
        foreach (var yes in scene.Markets)
        {
            foreach (var no in scene.Markets.Where(one => one.Venue != yes.Venue))
            {
                var (a, b) = (yes.Price!, no.Price!);
                if (a.Oracle == b.Oracle && a.StrikeE8 == b.StrikeE8 && a.TieIsYes == b.TieIsYes)
                {
                    scene.Sets.Add(new NaiveSet(SignalKind.BuyCover, 1, [Leg(scene, yes, yes.Yes), Leg(scene, no, no.No)]));
                }
            }
        }

        return (scene, new CrossVenueArbitrage(new CrossVenueOptions
        {
            MinEdgePpm = scene.MinEdgePpm, MaxSizeMicro = scene.MaxSizeMicro, CoolDown = TimeSpan.Zero,
        }));
    }

    private static NaiveLeg Leg(ArbitrageCase scene, OutcomeMarket market, MarketKey token) => scene.Leg(market, token, Side.Buy);

    private static long Late(bool late) => StageClock.Start + ((late ? 900 : 600) * Stamps.NanosPerSecond);

    private static PriceQuestion Question(int strike) =>
        new("BTC", "chainlink", "twap60", strike * 100_000_000L, false, true, 0, Late(late: false));

    private ArbitrageCase Empty() => new()
    {
        MinEdgePpm = _random.Next(2) == 0 ? 0 : _random.Next(1, 20_000), MaxSizeMicro = _random.Next(1, 60) * 1_000_000L,
    };

    private Venue Venue() => VenueNames.Prediction[_random.Next(2)];

    private OutcomeMarket Market(Venue venue, MarketRules rules)
    {
        var id = $"m{_tokens++}";
        return new OutcomeMarket
        {
            Venue = venue, MarketId = id, Slug = id, Question = id + "?", Yes = new MarketKey(venue, id), No = new MarketKey(venue, id + ":no"),
            Rules = rules, Phase = MarketPhase.Open,
        };
    }

    private MarketRules Rules()
    {
        var isDollars = _random.Next(2) == 0;
        return new MarketRules
        {
            Bands = s_bands[_random.Next(s_bands.Length)],
            SizeStepMicro = s_sizeSteps[_random.Next(s_sizeSteps.Length)],
            LeastRestingMicro = isDollars ? 5_000_000 : 10_000,
            LeastTakingMicros = isDollars ? 1_000_000 : 0,
            TakingDollarStepMicros = isDollars ? 10_000 : 1,
            TakingShareStepMicro = isDollars ? 100 : 1,
            MayMerge = _random.Next(3) == 0,
            Nets = _random.Next(3) == 0,
            Fee = _random.Next(5) switch
            {
                0 => default,
                1 => FeeCurve.FlatTwoPercent,
                2 => new FeeCurve(FeeKind.Curve, 250_000, 2, 0, 10, 0),
                3 => new FeeCurve(FeeKind.Curve, 70_000, 1, 0, 1, 100),
                _ => new FeeCurve(FeeKind.Curve, 70_000, 1, 0, 10, 10),
            },
        };
    }

    // Away from the fair price, more often against us than for us.
    private long Nudge() => _random.Next(-60, 30) * 1_000L;

    private void AddBook(ArbitrageCase scene, OutcomeMarket market, MarketKey token, long fair)
    {
        // The best prices stand close around the token's own value.
        var asks = Levels(market.Rules, fair, 1);
        var bids = Levels(market.Rules, asks.Length == 0 ? fair : asks[0].Price - 1, -1);
        scene.Books.Add(token, (bids, asks));
    }

    private Level[] Levels(MarketRules rules, long from, int direction)
    {
        var levels = new List<Level>();
        var price = from;
        var count = _random.Next(10) == 0 ? 0 : _random.Next(1, 5);
        while (levels.Count < count)
        {
            var tick = rules.TickAt(Math.Clamp(price, rules.Bands[0].FromPpm, rules.Bands[^1].ToPpm));
            price = tick == 0 ? price + (direction * 500)
                : direction > 0 ? Micros.RoundUp(Math.Max(price, 1), tick) : Micros.RoundDown(Math.Max(price, 0), tick);
            if (price <= 0 || price >= 1_000_000)
            {
                break;
            }

            if (rules.IsOnTick(price))
            {
                levels.Add(new Level(price, _random.Next(1, 1_500) * 10_000L));
                price += direction * tick * _random.Next(1, 4);
            }
            else
            {
                price += direction * 500;
            }
        }

        return [.. levels];
    }

    private void Spoil(ArbitrageCase scene)
    {
        foreach (var market in scene.Markets.ToList())
        {
            if (!scene.Books.ContainsKey(market.Yes))
            {
                continue;
            }

            foreach (var token in new[] { market.Yes, market.No })
            {
                if (_random.Next(12) == 0)
                {
                    scene.Faults[token] = _random.Next(2) == 0 ? Fault.Unproven : Fault.Stale;
                }
            }

            if (_random.Next(20) == 0)
            {
                var fault = _random.Next(3) switch { 0 => Fault.NotOpen, 1 => Fault.Over, _ => Fault.Alerted };
                scene.Faults[market.Yes] = scene.Faults[market.No] = fault;
                scene.Markets[scene.Markets.IndexOf(market)] = fault switch
                {
                    Fault.NotOpen => market with { Phase = (MarketPhase)_random.Next(2, 6) },
                    Fault.Over => market with { ClosesNanos = StageClock.Start + Stamps.NanosPerSecond },
                    _ => market,
                };
            }
        }
    }
}
